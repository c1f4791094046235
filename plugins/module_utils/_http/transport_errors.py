# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of requests and urllib3 as a TransportError: why there is no response, and what to do about it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .._core.errors import TransportError
from .._core.rules import repr_value
from .._core.texts import printable
from . import proxies
from .tls import BundleError, TlsError

try:
    import requests
    import urllib3
except ImportError:
    # Callers check transport.REQUESTS_IMPORT_ERROR before they send anything.
    pass

UNKNOWN_AUTHORITY = (
    "Set ca_path to a file of PEM certificates with the CA that signed the certificate of the endpoint (a directory "
    "works only if `openssl rehash` has prepared it)."
)
PROXY_LOGIN = "Check user name and password in {variable}: the request is not repeated with them."
PROXY_REFUSES = "Ask the administrator of the proxy in {variable} to allow {host}, or add the host to NO_PROXY."
OTHER_NAME = "Check the endpoint: its certificate is for another name."
CLOCK = "Check the clock of the host that runs the task, and the certificate of the endpoint."
# Texts of OpenSSL, and of urllib3 1.26, which checks names itself, for failures that no CA bundle fixes.
TLS_HINTS = {
    "mismatch|doesn't match": OTHER_NAME,
    "expired|not yet valid": CLOCK,
    "wrong version number": "Check the host and port of the endpoint: it does not speak TLS.",
    # X509_V_FLAG_X509_STRICT, which urllib3 sets since Python 3.13.
    "Key Identifier|Basic Constraints|key usage|Path length|name empty|Subject (empty|Alternative)|explicit ECC": (
        "Replace the certificate of the endpoint, or the certificate of its CA, by one that follows RFC 5280: Python's "
        "strict checks, the default since Python 3.13, refuse this certificate, whatever the CA bundle contains."
    ),
}


def from_exception(
    exc: Exception, url: str, timeouts: tuple[float, float], limited_by: str = "request_timeout"
) -> TransportError:
    """The TransportError for an exception of requests, urllib3 or the operating system, or for a TlsError.

    ``timeouts`` are seconds, for the connection and for the response; ``limited_by`` is the option that limits the
    latter. The message is not the library's, which contains memory addresses and the password of a proxy.
    """
    host, cause = urlsplit(url).netloc, _innermost(exc)
    error = _not_connected(cause, url, host, timeouts[0]) or _not_trusted(cause, host)
    if error is not None:
        return error
    if isinstance(cause, ValueError):
        return _not_sent(cause, host)
    if isinstance(cause, urllib3.exceptions.ReadTimeoutError):
        return TransportError(
            f"no complete response from {host} within {timeouts[1]:.3g} s",
            outcome_unknown=True,
            hint=f"Increase {limited_by} to wait longer.",
        )
    return TransportError(
        f"the connection to {host} broke before the response arrived ({type(cause).__name__})", outcome_unknown=True
    )


def _not_connected(cause: BaseException, url: str, host: str, timeout: float) -> TransportError | None:
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        reason = str(cause).rsplit(": ", 1)[-1]
        return TransportError(
            f"no connection to {host} ({reason})",
            outcome_unknown=False,
            hint="Check region, cloud and endpoint, and whether this host needs a proxy.",
        )
    if isinstance(cause, urllib3.exceptions.ConnectTimeoutError):
        return TransportError(
            f"no connection to {host} within {timeout:.3g} s",
            outcome_unknown=False,
            hint="Check the endpoint, the firewall, and whether this host needs a proxy.",
        )
    if isinstance(cause, urllib3.exceptions.ProxyError):
        return _of_proxy(cause, host, urlsplit(url).scheme)
    return None


def _not_trusted(cause: BaseException, host: str) -> TransportError | None:
    if isinstance(cause, TlsError):
        problem, hint = cause.problem, "Check SSLKEYLOGFILE and OPENSSL_CONF in the environment: TLS cannot be set up."
        if isinstance(cause, BundleError):
            problem = f"the CA bundle {repr_value(cause.bundle)}: {cause.problem}"
            hint = "Set ca_path, or REQUESTS_CA_BUNDLE in the environment, to a readable file of PEM certificates."
        return TransportError(
            f"no trusted connection to {host} ({problem})", outcome_unknown=False, transient=False, hint=hint
        )
    if isinstance(cause, (urllib3.exceptions.SSLError, requests.exceptions.SSLError)):
        reason = printable(_tls_reason(cause))
        hints = (hint for words, hint in TLS_HINTS.items() if re.search(words, reason, re.IGNORECASE))
        return TransportError(
            f"no trusted connection to {host} ({reason})",
            # The certificate is verified before the request is sent.
            outcome_unknown=re.search("certificate|match|wrong version|handshake", reason, re.IGNORECASE) is None,
            transient=False,
            hint=next(hints, UNKNOWN_AUTHORITY),
        )
    return None


def _of_proxy(cause: urllib3.exceptions.ProxyError, host: str, scheme: str) -> TransportError:
    """The error of a proxy, which urllib3 also raises if the proxy refuses a connection through it."""
    variable = proxies.variable(scheme)
    # The text of http.client. The reason phrase after the status is chosen by the proxy.
    refused = re.search(r"Tunnel connection failed: (\d{3})", str(cause.original_error))
    status = int(refused[1]) if refused else None
    said = f" (HTTP {status})" if status else ""
    if status == 407:
        message, hint = f"the proxy rejected the credentials for a connection to {host}{said}", PROXY_LOGIN
    elif status == 403:
        message, hint = f"the proxy does not allow connections to {host}{said}", PROXY_REFUSES
    else:
        message, hint = f"the proxy did not connect to {host}{said}", "Check {variable} in the environment."
    return TransportError(
        message,
        # urllib3 1.26 raises this also if an established connection through a proxy breaks.
        outcome_unknown=isinstance(cause.original_error, ConnectionError),
        # A wrong password must not be sent twice: some proxies lock the account.
        transient=status is None or status >= 500 or status in (408, 429),
        hint=hint.format(variable=variable, host=host),
        rejects_credentials=status == 407,
    )


def _not_sent(cause: ValueError, host: str) -> TransportError:
    hint = "Check the endpoint and the proxy variables in the environment."
    if "SOCKS" in str(cause):
        hint = (
            "Install PySocks for the Python that runs the task (pip install PySocks), or name an HTTP proxy: the proxy "
            "in the environment is a SOCKS proxy."
        )
    return TransportError(
        f"cannot send a request to {host} ({type(cause).__name__})", outcome_unknown=False, transient=False, hint=hint
    )


def _innermost(exc: BaseException) -> BaseException:
    """The cause inside the wrappers of requests and urllib3."""
    inner = getattr(exc, "reason", None) or getattr(exc, "original_error", None)
    if inner is None and exc.args and isinstance(exc.args[0], urllib3.exceptions.HTTPError):
        inner = exc.args[0]
    if isinstance(exc, urllib3.exceptions.ProxyError) or not isinstance(inner, BaseException):
        return exc
    return _innermost(inner)


def _tls_reason(cause: BaseException) -> str:
    return str(cause).rsplit("] ", 1)[-1].split(" (_ssl", 1)[0]

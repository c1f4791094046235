# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors of requests and urllib3 as a TransportError: why there is no response, and what to do about it."""

from __future__ import annotations

from urllib.parse import urlsplit

from .._core.errors import TransportError

try:
    import requests
    import urllib3
except ImportError:
    # Callers check transport.REQUESTS_IMPORT_ERROR before they send anything.
    pass

UNKNOWN_AUTHORITY = "Set ca_path to a bundle with the CA that signed the certificate of the endpoint."
OTHER_NAME = "Check the endpoint: its certificate is for another name."
# Texts of OpenSSL, and of urllib3 1.26, which checks names itself, for failures that no CA bundle fixes.
TLS_HINTS = {
    "mismatch": OTHER_NAME,
    "doesn't match": OTHER_NAME,
    "expired": "Check the clock of the host that runs the task, and the certificate of the endpoint.",
    "not yet valid": "Check the clock of the host that runs the task, and the certificate of the endpoint.",
    "wrong version number": "Check the host and port of the endpoint: it does not speak TLS.",
}


def from_exception(exc: Exception, url: str, timeouts: tuple[float, float]) -> TransportError:
    """The TransportError for an exception of requests, urllib3 or the operating system.

    ``timeouts`` are seconds, for the connection and for the response. The message is not the library's, which contains
    memory addresses and the password of a proxy.
    """
    # Longer than 40 lines, because each of the nine causes has its message, outcome and hint.
    host = urlsplit(url).netloc
    cause = _innermost(exc)
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        reason = str(cause).rsplit(": ", 1)[-1]
        return TransportError(
            f"no connection to {host} ({reason})",
            outcome_unknown=False,
            hint="Check region, cloud and endpoint, and whether this host needs a proxy.",
        )
    if isinstance(cause, urllib3.exceptions.ConnectTimeoutError):
        return TransportError(
            f"no connection to {host} within {timeouts[0]:g} s",
            outcome_unknown=False,
            hint="Check the endpoint, the firewall, and whether this host needs a proxy.",
        )
    if isinstance(cause, urllib3.exceptions.ProxyError):
        return TransportError(
            f"the proxy did not connect to {host}",
            # urllib3 1.26 raises this also if an established connection through a proxy breaks.
            outcome_unknown=isinstance(cause.original_error, ConnectionError),
            hint="Check the proxy variables in the environment.",
        )
    if isinstance(cause, ValueError):
        return TransportError(
            f"cannot send a request to {host} ({type(cause).__name__})",
            outcome_unknown=False,
            transient=False,
            hint="Check the endpoint and the proxy variables in the environment.",
        )
    if cause.__class__ is OSError:
        return TransportError(
            f"no trusted connection to {host} (the CA bundle does not exist)",
            outcome_unknown=False,
            transient=False,
            hint="Check ca_path, and REQUESTS_CA_BUNDLE in the environment.",
        )
    if isinstance(cause, urllib3.exceptions.ReadTimeoutError):
        return TransportError(
            f"no response from {host} within {timeouts[1]:g} s",
            outcome_unknown=True,
            hint="Increase request_timeout to wait longer.",
        )
    if isinstance(cause, (urllib3.exceptions.SSLError, requests.exceptions.SSLError)):
        reason = _tls_reason(cause)
        return TransportError(
            f"no trusted connection to {host} ({reason})",
            outcome_unknown=True,
            transient=False,
            hint=next((hint for words, hint in TLS_HINTS.items() if words in reason), UNKNOWN_AUTHORITY),
        )
    return TransportError(
        f"the connection to {host} broke before the response arrived ({type(cause).__name__})", outcome_unknown=True
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

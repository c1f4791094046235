# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a request got no answer: in one sentence, with what can be done about it."""

from __future__ import annotations

from urllib.parse import urlsplit

from .._core.errors import TransportError

try:
    import requests
    import urllib3
except ImportError:
    # Who sends anything has looked at REQUESTS_IMPORT_ERROR before.
    pass

UNKNOWN_AUTHORITY = "Set ca_path to the CA bundle that signed the certificate of the endpoint."
OTHER_NAME = "The certificate is made out to another name: check the endpoint."
# Words of OpenSSL's reasons, and of urllib3 1.26 where it looks at names itself, whose cause is none that a CA bundle
# mends.
TLS_HINTS = {
    "mismatch": OTHER_NAME,
    "doesn't match": OTHER_NAME,
    "expired": "Check the clock of the host that runs the task, and the certificate of the endpoint.",
    "not yet valid": "Check the clock of the host that runs the task, and the certificate of the endpoint.",
    "wrong version number": "What answers there does not speak TLS: check address and port of the endpoint.",
}


def from_exception(exc: Exception, address: str, timeouts: tuple[float, float]) -> TransportError:
    """Say in one sentence why there is no answer, from named facts only.

    The library's own texts hold object addresses, and for a proxy also its password.
    """
    host = urlsplit(address).netloc
    cause = _innermost(exc)
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        reason = str(cause).rsplit(": ", 1)[-1]
        return TransportError(
            f"no connection to {host} ({reason})",
            outcome_unknown=False,
            hint="Check the region, the cloud or the endpoint, and whether this host needs a proxy.",
        )
    if isinstance(cause, urllib3.exceptions.ConnectTimeoutError):
        return TransportError(
            f"no connection to {host} within {timeouts[0]:g} s",
            outcome_unknown=False,
            hint="Check the endpoint, and whether a firewall or a missing proxy stands in between.",
        )
    if isinstance(cause, urllib3.exceptions.ProxyError):
        return TransportError(
            f"the proxy gives no connection to {host}",
            # urllib3 1.26 says this also of a connection through a proxy that broke later.
            outcome_unknown=isinstance(cause.original_error, ConnectionError),
            hint="Check the proxy set in the environment.",
        )
    if isinstance(cause, ValueError):
        return TransportError(
            f"nothing can be sent to {host} ({type(cause).__name__})",
            outcome_unknown=False,
            transient=False,
            hint="Check the endpoint, and the proxy set in the environment.",
        )
    if cause.__class__ is OSError:
        return TransportError(
            f"no trusted connection to {host} (there is no such CA bundle)",
            outcome_unknown=False,
            transient=False,
            hint="Check ca_path, and REQUESTS_CA_BUNDLE in the environment.",
        )
    if isinstance(cause, urllib3.exceptions.ReadTimeoutError):
        return TransportError(
            f"no answer from {host} within {timeouts[1]:g} s",
            outcome_unknown=True,
            hint="A larger request_timeout gives it more time.",
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
        f"the connection to {host} broke before an answer came ({type(cause).__name__})", outcome_unknown=True
    )


def _innermost(exc: BaseException) -> BaseException:
    """The cause under the wrappings of requests and urllib3."""
    inner = getattr(exc, "reason", None) or getattr(exc, "original_error", None)
    if inner is None and exc.args and isinstance(exc.args[0], urllib3.exceptions.HTTPError):
        inner = exc.args[0]
    if isinstance(exc, urllib3.exceptions.ProxyError) or not isinstance(inner, BaseException):
        return exc
    return _innermost(inner)


def _tls_reason(cause: BaseException) -> str:
    return str(cause).rsplit("] ", 1)[-1].split(" (_ssl", 1)[0]

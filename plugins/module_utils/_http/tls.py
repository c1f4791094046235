# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS contexts: a process parses each CA bundle once, and forked processes inherit the result.

Parsing the bundle of all public authorities takes longer than the rest of a request, and urllib3 does it for each
connection.
"""

from __future__ import annotations

import functools
import os
import ssl
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import proxies, response_limits

try:
    from requests.adapters import HTTPAdapter
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
    from urllib3.util.ssl_ import create_urllib3_context
except Exception:  # A broken requests may raise anything; the task that needs it reports this.
    # Callers check transport.REQUESTS_IMPORT_ERROR before they send anything.
    HTTPAdapter = object  # type: ignore[assignment, misc]  # a placeholder base class where requests is missing

if TYPE_CHECKING:
    from ssl import SSLContext


def ssl_context_for(bundle: str) -> SSLContext:
    """A context that trusts the authorities of ``bundle``, a file or a directory. Raises TlsError."""
    try:
        found = os.stat(bundle)
    except (OSError, ValueError) as exc:
        raise BundleError(bundle, getattr(exc, "strerror", None) or "is no valid path") from exc
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        # A pipe or a device may never end.
        raise BundleError(bundle, "is neither a file nor a directory")
    # The time of the last change is part of the key: an earlier task of the play may have added an authority.
    return _ssl_context(bundle, found.st_mtime_ns)


class TlsError(Exception):
    """TLS cannot be used on this host; ``problem`` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class BundleError(TlsError):
    """The CA bundle cannot be used."""

    def __init__(self, bundle: str, problem: str) -> None:
        super().__init__(problem)
        self.bundle = bundle


@functools.lru_cache
def _ssl_context(bundle: str, _changed: int) -> SSLContext:
    context = new_context()
    try:
        if os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(bundle)
    except OSError as exc:
        # The parser of OpenSSL reports a file without PEM blocks in several ways, which depend on its version.
        no_pem = "contains no valid PEM certificate"
        raise BundleError(bundle, no_pem if isinstance(exc, ssl.SSLError) else str(exc.strerror)) from exc
    return context


def new_context() -> SSLContext:
    """A context without authorities. Raises TlsError if variables of the environment make it unusable."""
    try:
        context: SSLContext = create_urllib3_context()
    except OSError as exc:
        # The file in SSLKEYLOGFILE, which the library opens, or the configuration in OPENSSL_CONF.
        raise TlsError(str(exc.strerror or type(exc).__name__)) from exc
    return context


def prepare() -> None:
    """Parse the default bundle."""
    # This only saves time: the task that needs an invalid bundle reports it.
    with suppress(TlsError):
        ssl_context_for(proxies.ca_bundle() or DEFAULT_CA_BUNDLE_PATH)


class Adapter(HTTPAdapter):
    """An adapter whose connections share the TLS context of their bundle, and whose responses are bounded."""

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        conn.ConnectionCls = response_limits.bounded(conn.ConnectionCls)
        if url.lower().startswith("https:"):
            # Before requests checks only whether the bundle exists, and before urllib3 connects.
            if isinstance(verify, str):
                ssl_context_for(verify)
            elif not verify:
                new_context()
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # untyped in typeshed
        bundle = getattr(conn, "ca_certs", None) or getattr(conn, "ca_cert_dir", None)
        if bundle:
            conn.conn_kw["ssl_context"] = ssl_context_for(bundle)
            # With these set, urllib3 would still parse the bundle for each connection.
            conn.ca_certs = conn.ca_cert_dir = None

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
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from . import bounds, proxies

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
    """A context that trusts the authorities of ``bundle``, a file or a directory. Raises BundleError."""
    try:
        # The time of the last change is part of the key: an earlier task of the play may have added an authority.
        return _ssl_context(bundle, os.stat(bundle).st_mtime_ns)
    except OSError as exc:
        raise BundleError(bundle, exc) from exc


class BundleError(Exception):
    """The CA bundle cannot be used; ``problem`` says why."""

    def __init__(self, bundle: str, exc: OSError) -> None:
        super().__init__(bundle)
        self.bundle = bundle
        # The parser of OpenSSL reports a file without PEM blocks in several ways, which depend on its version.
        self.problem = "contains no valid PEM certificate" if isinstance(exc, ssl.SSLError) else str(exc.strerror)


@functools.lru_cache
def _ssl_context(bundle: str, _changed: int) -> SSLContext:
    context = create_urllib3_context()
    if os.path.isdir(bundle):
        context.load_verify_locations(capath=bundle)
    else:
        context.load_verify_locations(bundle)
    return context


def prepare() -> None:
    """Parse the default bundle."""
    # This only saves time: the task that needs an invalid bundle reports it.
    with suppress(BundleError):
        ssl_context_for(proxies.ca_bundle() or DEFAULT_CA_BUNDLE_PATH)


class Adapter(HTTPAdapter):
    """An adapter whose connections share the TLS context of their bundle, and whose responses are bounded."""

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        conn.ConnectionCls = bounds.bounded(conn.ConnectionCls)
        if isinstance(verify, str) and url.lower().startswith("https:"):
            # Before requests checks only whether it exists.
            ssl_context_for(verify)
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # untyped in typeshed
        bundle = getattr(conn, "ca_certs", None) or getattr(conn, "ca_cert_dir", None)
        if bundle:
            conn.conn_kw["ssl_context"] = ssl_context_for(bundle)
            # With these set, urllib3 would still parse the bundle for each connection.
            conn.ca_certs = conn.ca_cert_dir = None

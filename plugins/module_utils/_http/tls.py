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
from typing import TYPE_CHECKING, Any

try:
    import urllib3
    from requests.adapters import HTTPAdapter
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
    from urllib3.util.ssl_ import create_urllib3_context
except Exception:  # A broken requests may raise anything; the task that needs it reports this.
    # Callers check transport.REQUESTS_IMPORT_ERROR before they send anything.
    HTTPAdapter = object  # type: ignore[assignment, misc]  # a placeholder base class where requests is missing

if TYPE_CHECKING:
    from ssl import SSLContext


def ssl_context_for(bundle: str) -> SSLContext:
    """A context that trusts the authorities of ``bundle``, a file or a directory. Raises urllib3's SSLError."""
    # The time of the last change is part of the key: an earlier task of the play may have added an authority.
    return _ssl_context(bundle, os.stat(bundle).st_mtime_ns)


@functools.lru_cache
def _ssl_context(bundle: str, _changed: int) -> SSLContext:
    context = create_urllib3_context()
    try:
        if os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(bundle)
    except OSError as exc:
        raise urllib3.exceptions.SSLError(exc) from exc
    return context


def prepare() -> None:
    """Parse the default bundle."""
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    if os.path.exists(bundle):
        ssl_context_for(bundle)


class Adapter(HTTPAdapter):
    """An adapter whose connections share the TLS context of their bundle."""

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # untyped in typeshed
        bundle = getattr(conn, "ca_certs", None) or getattr(conn, "ca_cert_dir", None)
        if bundle:
            conn.conn_kw["ssl_context"] = ssl_context_for(bundle)
            # With these set, urllib3 would still parse the bundle for each connection.
            conn.ca_certs = conn.ca_cert_dir = None

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS contexts: each CA bundle is parsed once a process unless it changes, and by processes forked from it not at all.

Parsing the bundle of all public authorities takes longer than anything else in a request, and urllib3 does it once a
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
except ImportError:
    # Who sends anything has looked at REQUESTS_IMPORT_ERROR before.
    HTTPAdapter = object  # type: ignore[assignment, misc]  # there are no types for "or nothing"

if TYPE_CHECKING:
    from ssl import SSLContext


def ssl_context_for(bundle: str) -> SSLContext:
    """A context that trusts the authorities of ``bundle``, a file or a directory. Raises urllib3's SSLError."""
    # An earlier task of the play may have put an authority there.
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
    """Parse the bundle that is used unless somebody asks for another one."""
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    if os.path.exists(bundle):
        ssl_context_for(bundle)


class Adapter(HTTPAdapter):
    """Has every connection use the context of its bundle."""

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]  # typeshed has no types for it
        bundle = getattr(conn, "ca_certs", None) or getattr(conn, "ca_cert_dir", None)
        if bundle:
            conn.conn_kw["ssl_context"] = ssl_context_for(bundle)
            # Named here as well, it would be parsed for each connection all the same.
            conn.ca_certs = conn.ca_cert_dir = None

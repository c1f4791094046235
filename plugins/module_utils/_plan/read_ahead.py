# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of long lists, read side by side over connections of their own.

A list has no total, and one page after the other would take a round trip each. The number of declared objects says how
many pages the list probably has.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._core.errors import DliError, TokenExpired
from .._http.client import request

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from .._http.client import Access
    from .._http.pagination import PageRequest
    from .._http.transport import Response

    Page = tuple[Response, dict[str, Any]]

# Connections beside the one of the task. Clients of other tools send ten requests at a time.
CONNECTIONS = 4
# With fewer pages, the time to open the connections is longer than the time that they save.
FEWEST_PAGES = 4


class ReadAhead:
    """The pages of ``requests``; a page that could not be read ahead is one that its reader has to request."""

    def __init__(self, access: Access, requests: Sequence[PageRequest]) -> None:
        self._access = access
        self._requests = requests if len(requests) >= FEWEST_PAGES else ()
        self._pages: dict[tuple[str, tuple[tuple[str, str], ...]], Future[Page]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._thread = threading.local()
        self._rejection: DliError | None = None

    def start(self) -> None:
        """Begin to read, unless that has been done."""
        if self._pool is not None or not self._requests:
            return
        from concurrent.futures import ThreadPoolExecutor

        self._pool = ThreadPoolExecutor(CONNECTIONS)
        # The last pages first: until the connections are open, the reader requests the first ones itself.
        for each in reversed(self._requests):
            self._pages[_key(each.path, each.query)] = self._pool.submit(self._read, each)

    def stop(self) -> None:
        """Read no further page, and wait for those that are being read: no request outlives the task."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def take(self, path: str, query: Mapping[str, str] | None) -> Page | None:
        """The page, once; None if it was not read. Raises the error by which the service rejects the credentials."""
        future = self._pages.pop(_key(path, query), None) if self._pages and query else None
        # What no thread has begun to read, the reader reads sooner itself.
        if future is None or future.cancel():
            return None
        try:
            return future.result()
        except DliError as exc:
            if exc is self._rejection:
                raise
            # The reader repeats the request, and retries it, logs in or reports the error as for any other page.
            return None

    def _read(self, page: PageRequest) -> Page:
        # A few more requests with rejected credentials lock the key.
        if self._rejection is not None:
            raise self._rejection
        try:
            return self._request(page)
        except DliError as exc:
            if exc.rejects_credentials and not isinstance(exc, TokenExpired):
                self._rejection = exc
            raise

    def _request(self, page: PageRequest) -> Page:
        if not hasattr(self._thread, "transport"):
            self._thread.transport = self._access.transport.another()
        access = self._access
        return request(
            self._thread.transport,
            "GET",
            access.endpoints.dli + page.path,
            page.operation,
            auth=access.auth,
            secrets=access.secrets,
            query=page.query,
            idempotent=True,
            service="dli",
        )


def _key(path: str, query: Mapping[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return path, tuple(sorted(query.items()))

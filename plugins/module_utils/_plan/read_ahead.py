# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of long lists, read in parallel over connections of their own.

A list has no total, and one page after the other would take a round trip each. The number of declared objects says how
many pages the list probably has.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._core import clock
from .._core.errors import DliError, TokenExpired
from .._http.client import request

if TYPE_CHECKING:
    from concurrent.futures import Future

    from .._http.client import Access
    from .._http.pagination import PageRequest
    from .._http.transport import Response, Transport

    Page = tuple[Response, dict[str, Any]]

# Connections beside the one of the task. Clients of other tools send ten requests at a time.
CONNECTIONS = 4
# With fewer pages, the time to open the connections is longer than the time that they save.
FEWEST_PAGES = 4
# Pages that the reader has requested itself until the connections are open.
HEAD_START = 2
# Seconds that the end of a task waits for pages that it no longer needs. A service that does not respond must not hold
# a task that has ended, for example because of the keyword `timeout`.
GRACE = 1.0


class ReadAhead:
    """The pages of ``requests``, which are in the order in which they are needed.

    A page that could not be read ahead is one that its reader has to request.
    """

    def __init__(self, access: Access, requests: Sequence[PageRequest]) -> None:
        self._access = access
        self._requests = requests if len(requests) >= FEWEST_PAGES else ()
        self._pages: dict[tuple[str, tuple[tuple[str, str], ...]], Future[Page]] = {}
        self._waiting: deque[tuple[PageRequest, Future[Page]]] = deque()
        self._threads: list[threading.Thread] = []
        self._rejection: DliError | None = None

    def start(self) -> None:
        """Begin to read, unless that has been done."""
        if self._pages or not self._requests:
            return
        from concurrent.futures import Future

        # In the order of the reader: an object that is created meanwhile moves others to later pages. In the opposite
        # order, one of them would be on no page that was read.
        for each in self._requests[HEAD_START:]:
            future = self._pages[_key(each.path, each.query)] = Future()
            self._waiting.append((each, future))
        # Where the system allows no more threads, the reader requests the pages itself.
        with suppress(RuntimeError):
            for _page in self._requests[HEAD_START:][:CONNECTIONS]:
                # Not a ThreadPoolExecutor: the end of a process waits for its threads.
                thread = threading.Thread(target=self._work, daemon=True)
                thread.start()
                self._threads.append(thread)
        self._requests = ()

    def stop(self) -> None:
        """Read no further page, and wait a little for those that are being read."""
        self._waiting.clear()
        deadline = clock.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - clock.monotonic()))

    def take(self, path: str, query: Mapping[str, str] | None) -> Page | None:
        """The page, once; None if it was not read. Raises the error by which the service rejects the credentials."""
        if self._rejection is not None:
            raise self._rejection
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

    def _work(self) -> None:
        """Read pages until there are none, or until one cannot be read."""
        transport = self._access.transport.another()
        while self._waiting:
            try:
                page, future = self._waiting.popleft()
            except IndexError:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._request(transport, page))
            except BaseException as exc:
                if isinstance(exc, DliError) and exc.rejects_credentials and not isinstance(exc, TokenExpired):
                    self._rejection = exc
                # Rejected credentials lock the key after a few more requests, and a service that sends 429 wants fewer.
                self._waiting.clear()
                future.set_exception(exc)

    def _request(self, transport: Transport, page: PageRequest) -> Page:
        access = self._access
        return request(
            transport,
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

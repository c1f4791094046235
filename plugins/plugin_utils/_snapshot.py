# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of lists that earlier items of a loop read, for a few seconds.

A snapshot can only prove that there is nothing to do. Before any other decision, such as a change, a wait or an error,
everything is read again from the service.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..module_utils._api import jobs
from ..module_utils._aspect import tags
from ..module_utils._core import clock
from ..module_utils._core.errors import DliError
from ..module_utils._core.results import Outcome
from ..module_utils._http.client import Access, Client
from ..module_utils._wait import progress

if TYPE_CHECKING:
    from ..module_utils._edge.spec import ListCache, Result, Run

# Seconds that a page is valid. Each page of a list has an age of its own.
LONGEST_LIFE = 5.0


class PageKey(NamedTuple):
    """The request of a page."""

    service: str
    path: str
    query: tuple[tuple[str, str], ...]


class CacheMiss(Exception):
    """The snapshot does not suffice: the service must be queried."""


class Snapshot:
    """The pages of lists that were read, with the time of the request."""

    def __init__(self) -> None:
        self._pages: dict[PageKey, tuple[float, dict[str, Any]]] = {}
        self._tags: dict[str, tuple[float, dict[str, Any] | None]] = {}

    def page(self, key: PageKey) -> dict[str, Any] | None:
        """The page, whatever its age, or None."""
        _requested_at, page = self._pages.get(key, (0.0, None))
        return page

    def is_fresh(self, key: PageKey) -> bool:
        requested_at, _page = self._pages.get(key, (-LONGEST_LIFE, {}))
        return clock.monotonic() - requested_at < LONGEST_LIFE

    def keep(self, key: PageKey, requested_at: float, page: dict[str, Any]) -> None:
        """Store a page. Its age counts from the request, because it may be outdated when the response arrives."""
        self._pages[key] = (requested_at, page)

    def drop(self, key: PageKey) -> None:
        del self._pages[key]

    def tags(self, kind: str, read: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
        """The tags of all resources of a type by ID, from ``read`` unless they are fresh; None if they are unknown."""
        requested_at, found = self._tags.get(kind, (-math.inf, None))
        if clock.monotonic() - requested_at >= LONGEST_LIFE:
            requested_at = clock.monotonic()
            found = read()
            self._tags[kind] = requested_at, found
        return found

    def drop_all(self) -> None:
        self._pages.clear()
        self._tags.clear()


class SnapshotClient(Client):
    """A client for one run that reads from a snapshot first, adds missing pages, and writes nothing."""

    def __init__(self, access: Access, snapshot: Snapshot, lists: ListCache) -> None:
        super().__init__(access)
        self._snapshot = snapshot
        self._lists = lists
        # The pages used for one object; None unless an object is being looked up in a list.
        self._pages_used: list[PageKey] | None = None
        self._may_read = True

    def get(self, path: str, operation: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        if path == jobs.path(self):
            # A run reads the jobs only directly before a write.
            raise CacheMiss
        # During a lookup, this method reads the pages of the list.
        found = self._find_in_list(path, query) if self._pages_used is None else None
        if found is None:
            return super().get(path, operation, query)
        if not found:
            raise CacheMiss
        return dict(found)

    def known(self, kind: str) -> Mapping[str, Any] | None:
        """The tags of all resources of a type: one call for all items of the loop."""
        if kind not in tags.TYPES:
            return None
        return self._snapshot.tags(kind, lambda: tags.read_all_if_offered(Client(self.access), tags.TYPES[kind]))

    def _find_in_list(self, path: str, query: Mapping[str, str] | None) -> Mapping[str, Any] | None:
        # Pages that a slow service sends are outdated when they arrive, however often they are requested.
        for _attempt in range(2):
            self._pages_used = []
            found = self._lists.response(self, path, query)
            pages_used, self._pages_used = self._pages_used, None
            # Only the page with the object must be fresh; the pages before it may be older.
            if not pages_used or self._snapshot.is_fresh(pages_used[-1]):
                return found
            self._snapshot.drop(pages_used[-1])
        raise CacheMiss

    def _call(
        self,
        method: str,
        path: str,
        operation: str,
        *,
        service: str = "dli",
        query: Mapping[str, str] | None = None,
        body: Any = None,
        idempotent: bool,
        read_only: bool = False,
    ) -> dict[str, Any]:
        if method != "GET":
            raise CacheMiss
        if not query:
            return super()._call(method, path, operation, service=service, idempotent=idempotent)
        key = PageKey(service, path, tuple(sorted(query.items())))
        paging = self._pages_used is not None and not self._lists.whole
        page = self._snapshot.page(key)
        if page is None or not (paging or self._snapshot.is_fresh(key)):
            # In a long list, the object may be on any page. One page per item keeps a short loop cheap.
            if paging and not self._may_read:
                raise CacheMiss
            self._may_read = False
            requested_at = clock.monotonic()
            page = super()._call(method, path, operation, service=service, query=query, idempotent=idempotent)
            self._snapshot.keep(key, requested_at, page)
        if self._pages_used is not None:
            self._pages_used.append(key)
        return page


def nothing_to_do(
    run: Run, access: Access, snapshot: Snapshot, lists: ListCache, params: dict[str, Any], dry_run: bool
) -> Result | None:
    """The outcome of ``run`` if the snapshot proves that there is nothing to do, else None."""
    try:
        with progress.progress_to(_refuse_to_wait):
            outcome = run(SnapshotClient(access, snapshot, lists), params, dry_run)
    except CacheMiss:
        return None
    except DliError as exc:
        if exc.rejects_credentials:
            # Reading again would be another attempt with them.
            raise
        return None
    return None if isinstance(outcome, Outcome) and outcome.changed else outcome


def _refuse_to_wait(_wait: progress.Wait) -> None:
    raise CacheMiss

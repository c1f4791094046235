# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lists showed to the earlier items of a loop, for a moment.

Only "nothing to do" may be concluded from it. Whatever looks as if it needed more, be it a change, a wait or an error,
is read anew before anything is decided.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..module_utils._core import clock
from ..module_utils._core.errors import DliError
from ..module_utils._core.results import Outcome
from ..module_utils._http.client import Access, Client
from ..module_utils._wait import progress

if TYPE_CHECKING:
    from ..module_utils._core.results import QueryResult
    from ..module_utils._edge.spec import ListCache, Run

# Where a page was read from: address, path, query.
Key = tuple[str, str, tuple[tuple[str, str], ...]]
# In seconds. Each page of a list has an age of its own.
LONGEST_LIFE = 5.0


class CacheMiss(Exception):
    """A snapshot does not do here: the service itself has to be asked."""


class Snapshot:
    """The pages of lists that were read, with the time of reading."""

    def __init__(self) -> None:
        self._pages: dict[Key, tuple[float, dict[str, Any]]] = {}

    def page(self, key: Key) -> dict[str, Any] | None:
        """The page, whatever its age, or None."""
        _asked, answer = self._pages.get(key, (0.0, None))
        return answer

    def is_fresh(self, key: Key) -> bool:
        asked, _answer = self._pages.get(key, (-LONGEST_LIFE, {}))
        return clock.monotonic() - asked < LONGEST_LIFE

    def keep(self, key: Key, asked: float, answer: dict[str, Any]) -> None:
        """Keep a page that was ``asked`` for at that time: it may have been true no longer than until then."""
        self._pages[key] = (asked, answer)

    def drop(self, key: Key) -> None:
        del self._pages[key]

    def drop_all(self) -> None:
        self._pages.clear()


class SnapshotClient(Client):
    """Answers from a snapshot, reads what is missing there, and writes nothing. One serves one run."""

    def __init__(self, access: Access, snapshot: Snapshot, lists: ListCache) -> None:
        super().__init__(access)
        self._snapshot = snapshot
        self._lists = lists
        # The pages that were looked at for an answer; None while no answer is looked for in a list.
        self._pages_used: list[Key] | None = None
        self._may_read = True

    def get(self, path: str, operation: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        # Who looks for an answer asks for the pages of a list.
        told = self._told_by_list(path, query) if self._pages_used is None else None
        if told is None:
            return super().get(path, operation, query)
        if not told:
            raise CacheMiss
        return dict(told)

    def _told_by_list(self, path: str, query: Mapping[str, str] | None) -> Mapping[str, Any] | None:
        while True:
            self._pages_used = []
            told = self._lists.answer(self, path, query)
            pages_used, self._pages_used = self._pages_used, None
            # The pages before the one that tells may be old.
            if not pages_used or self._snapshot.is_fresh(pages_used[-1]):
                return told
            self._snapshot.drop(pages_used[-1])

    def _call(self, method: str, path: str, operation: str, **more: Any) -> dict[str, Any]:
        if method != "GET":
            raise CacheMiss
        if not more.get("query"):
            return super()._call(method, path, operation, **more)
        key = (str(more.get("base")), path, tuple(sorted(more["query"].items())))
        paging = self._pages_used is not None and not self._lists.whole
        page = self._snapshot.page(key)
        if page is None or not (paging or self._snapshot.is_fresh(key)):
            # In a long list the thing may be on any page: with one page for each item, a short loop stays cheap.
            if paging and not self._may_read:
                raise CacheMiss
            self._may_read = False
            page = self._read(key, method, path, operation, **more)
        if self._pages_used is not None:
            self._pages_used.append(key)
        return page

    def _read(self, key: Key, *call: str, **more: Any) -> dict[str, Any]:
        asked = clock.monotonic()
        page = super()._call(*call, **more)
        self._snapshot.keep(key, asked, page)
        return page


def nothing_to_do(
    run: Run, access: Access, snapshot: Snapshot, lists: ListCache, params: dict[str, Any], dry_run: bool
) -> Outcome | QueryResult | None:
    """The outcome of ``run`` if by the snapshot there is nothing to do, else None."""
    try:
        with progress.progress_to(_refuse_to_wait):
            outcome = run(SnapshotClient(access, snapshot, lists), params, dry_run)
    except (CacheMiss, DliError):
        return None
    return None if isinstance(outcome, Outcome) and outcome.changed else outcome


def _refuse_to_wait(_wait: progress.Wait) -> None:
    raise CacheMiss

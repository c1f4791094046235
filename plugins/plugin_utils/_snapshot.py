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

from ansible_collections.huaweicloud.dli.plugins.module_utils import _waiting
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import Outcome
from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Access, Client
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import DliError

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import Found
    from ansible_collections.huaweicloud.dli.plugins.module_utils._interface import Lists, Step

# In seconds. Each page of a list has an age of its own.
LONGEST_LIFE = 5.0


class NotEnough(Exception):
    """A snapshot does not do here: the service itself has to be asked."""


class Snapshot:
    """The pages of lists that were read, with the time of reading."""

    def __init__(self) -> None:
        self._pages: dict[Any, tuple[float, dict[str, Any]]] = {}

    def page(self, key: Any) -> dict[str, Any] | None:
        read, answer = self._pages.get(key, (0.0, None))
        return answer if answer is not None and _waiting.monotonic() - read < LONGEST_LIFE else None

    def keep(self, key: Any, asked: float, answer: dict[str, Any]) -> None:
        """Keep a page that was ``asked`` for at that time, which is when it was true at the latest."""
        self._pages[key] = (asked, answer)

    def drop(self) -> None:
        self._pages.clear()


class SnapshotClient(Client):
    """Answers from a snapshot, reads what is missing there, and writes nothing. One serves one run."""

    def __init__(self, access: Access, snapshot: Snapshot, lists: Lists) -> None:
        super().__init__(access)
        self._snapshot = snapshot
        self._lists = lists
        self._pages_read = 0

    def get(self, path: str, attempt: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        told = self._lists.answer(self, path, query)
        if told is None:
            return super().get(path, attempt, query)
        if not told:
            raise NotEnough
        return dict(told)

    def _call(self, method: str, path: str, attempt: str, **more: Any) -> dict[str, Any]:
        if method != "GET":
            raise NotEnough
        if not more.get("query"):
            return super()._call(method, path, attempt, **more)
        key = (more.get("base"), path, *sorted(more["query"].items()))
        page = self._snapshot.page(key)
        if page is None:
            page = self._read(key, method, path, attempt, **more)
        return page

    def _read(self, key: Any, *call: str, **more: Any) -> dict[str, Any]:
        if self._pages_read == self._lists.pages_a_run:
            raise NotEnough
        self._pages_read += 1
        asked = _waiting.monotonic()
        page = super()._call(*call, **more)
        self._snapshot.keep(key, asked, page)
        return page


def nothing_to_do(
    step: Step, access: Access, snapshot: Snapshot, lists: Lists, params: dict[str, Any], dry_run: bool
) -> Outcome | Found | None:
    """The outcome of ``step`` if by the snapshot there is nothing to do, else None."""
    try:
        with _waiting.heard_by(_refuse_to_wait):
            outcome = step(SnapshotClient(access, snapshot, lists), params, dry_run)
    except (NotEnough, DliError):
        return None
    return None if isinstance(outcome, Outcome) and outcome.changed else outcome


def _refuse_to_wait(_wait: _waiting.Wait) -> None:
    raise NotEnough

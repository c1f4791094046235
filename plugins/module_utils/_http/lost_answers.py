# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A write that must not be sent twice, and what to do when the answer to it got lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .._core import clock
from .._core.errors import ApiError, DliError, TransportError

if TYPE_CHECKING:
    from .client import Client

T = TypeVar("T")

# Lists may lag behind a write by seconds, so a lost create is looked for more than once before it counts as not made.
LOOK_UP_AFTER = (0.0, 1.0, 2.0, 4.0)


def post_and_confirm(
    api: Client, path: str, operation: str, body: Any, *, confirm: Callable[[], T | None]
) -> tuple[dict[str, Any], T | None]:
    """POST, and when it is unclear whether that took effect, let ``made`` look.

    Returns the answer, or what ``made`` found in its place. The POST is never sent again: if
    nothing is found, the failure is raised as it is.
    """
    try:
        return api.post(path, operation, body), None
    except DliError as exc:
        if not exc.outcome_unknown:
            raise
        found, outcome = _look_up(confirm)
        if found is None:
            exc.hint = f"{exc.hint or ''} {outcome}".strip()
            raise
        api.wrote = True
        return {}, found


def _look_up(confirm: Callable[[], T | None]) -> tuple[T | None, str]:
    """What was made after all, else a sentence about the search."""
    outcome = ""
    for pause in LOOK_UP_AFTER:
        clock.sleep(pause)
        try:
            found = confirm()
        except (TransportError, ApiError):
            outcome = "Whether it took effect could not be found out: running the task again will."
            continue
        if found is not None:
            return found, ""
        outcome = "Nothing was found that it had made: running the task again is safe."
    return None, outcome

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a task may wait, and whether it waits at all."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar

from .._core.clock import Deadline
from .._core.errors import ApiError, Busy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict

    class WaitParams(TypedDict):
        """The options of the doc fragment `wait`; times are seconds."""

        wait: bool
        wait_timeout: int
        wait_interval: float


T = TypeVar("T")

LATER = "Run the task again later, or set wait=true."


class WaitBudget:
    """How long a task may wait, and whether it waits at all. ``timeout`` and ``interval`` are seconds.

    ``deadline`` covers the whole task: all waits of a task share one budget.
    """

    def __init__(self, *, wait: bool, timeout: float, interval: float) -> None:
        self.wait = wait
        self.interval = interval
        self.deadline = Deadline(timeout)

    def always_waiting(self) -> WaitBudget:
        """The same budget for a step that must be completed even with wait=false."""
        waiting = copy(self)
        waiting.wait = True
        return waiting

    def until(
        self,
        read: Callable[[], T],
        settled: Callable[[T], bool],
        *,
        what: str,
        seen: Callable[[T], str] = str,
        advice: Callable[[T], str] = lambda _state: "",
    ) -> T:
        """Read until the state is settled or this budget is used up; see ``poll.wait_until``."""
        # Imported here, as elsewhere inside a function: a run that changes nothing does not load that file.
        from . import poll

        return poll.wait_until(
            read, settled, deadline=self.deadline, interval=self.interval, what=what, seen=seen, advice=advice
        )

    def until_accepted(self, send: Callable[[], None], *, what: str, is_busy: Callable[[], bool] | None = None) -> None:
        """Send a write, and repeat it while the service rejects it as busy.

        With wait=false, raises Busy at once. Raises WaitTimeout when the budget is used up. ``is_busy`` reads the state
        of the resource, which decides about a rejection that its code and text do not explain.
        """
        if is_busy is not None:
            send = _decided_by(is_busy, send)
        if not self.wait:
            try:
                send()
            except Busy as exc:
                exc.hint = exc.hint or LATER
                raise
            return
        from . import poll

        poll.until_accepted(send, deadline=self.deadline, interval=self.interval, what=what)


def _decided_by(is_busy: Callable[[], bool], send: Callable[[], None]) -> Callable[[], None]:
    def decided() -> None:
        try:
            send()
        except ApiError as exc:
            from . import rejections

            decision = rejections.certain(exc, is_busy)
            if decision is exc:
                raise
            raise decision from exc

    return decided


def wait_budget(params: Mapping[str, Any]) -> WaitBudget:
    """The budget that the options of a task describe. Its deadline starts now."""
    return WaitBudget(wait=params["wait"], timeout=params["wait_timeout"], interval=params["wait_interval"])

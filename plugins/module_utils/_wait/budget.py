# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a task may wait, and whether it wants to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, TypeVar

from .._core.clock import Deadline
from .._core.errors import Busy

T = TypeVar("T")

LATER = "Run the task again later, or with wait=true."


class WaitBudget:
    """How long a task may wait, and whether it wants to.

    ``deadline`` runs for the task as a whole: all that it waits for shares one budget.
    """

    def __init__(self, *, wait: bool, timeout: float, interval: float) -> None:
        self.wait = wait
        self.interval = interval
        self.deadline = Deadline(timeout)

    def always_waiting(self) -> WaitBudget:
        """The same budget for a step that has to be seen through even if the task does not wait."""
        waiting = copy(self)
        waiting.wait = True
        return waiting

    def until(
        self,
        ask: Callable[[], T],
        settled: Callable[[T], bool],
        *,
        what: str,
        seen: Callable[[T], str] = str,
        advice: Callable[[T], str] = lambda _answer: "",
    ) -> T:
        """Ask until it is settled, within this budget; see ``wait_until``."""
        from . import poll as waiting

        return waiting.wait_until(
            ask, settled, deadline=self.deadline, interval=self.interval, what=what, seen=seen, advice=advice
        )

    def until_accepted(self, send: Callable[[], None], *, what: str) -> None:
        """Send a write, and send it again while the service refuses it as busy.

        Without ``wait`` that refusal is raised at once. Raises WaitTimeout when the budget is used up.
        """
        if not self.wait:
            try:
                send()
            except Busy as exc:
                exc.hint = exc.hint or LATER
                raise
            return
        from . import poll as waiting

        waiting.until_accepted(send, deadline=self.deadline, interval=self.interval, what=what)


def wait_budget(params: Mapping[str, Any]) -> WaitBudget:
    """The budget that the options of a task describe; it starts to run now."""
    return WaitBudget(wait=params["wait"], timeout=params["wait_timeout"], interval=params["wait_interval"])

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time: deadlines, pauses that grow, one loop that asks until something is so, and who hears of it meanwhile.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import ApiError, Busy, TransportError, WaitTimeout

T = TypeVar("T")

# A pause is a tenth of the time waited so far: what takes long is asked rarely, and the wait still
# ends within a tenth of the time that the service needed.
GROWTH = 0.1
SHORTEST_PAUSE = 1.0
# Who listens hears something at least as often, in seconds, however long a pause is.
LONGEST_SILENCE = 60.0
LATER = "Run the task again later, or with wait=true."
GOES_ON = "Running the same task again goes on from here; a larger wait_timeout gives it more time."


def rest(seconds: float) -> None:
    """The only place of the collection that sleeps."""
    time.sleep(seconds)


def monotonic() -> float:
    """The only clock of the collection; seconds since some moment."""
    return time.monotonic()


class Deadline:
    """A budget of time, in seconds, that starts to run when it is made."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._start = monotonic()

    def elapsed(self) -> float:
        return monotonic() - self._start

    def left(self) -> float:
        return max(0.0, self.seconds - self.elapsed())


@dataclass(frozen=True)
class Wait:
    """One look at what takes time: ``what`` is waited for, how it was ``seen`` last, and the task's seconds."""

    what: str
    seen: str
    elapsed: float
    budget: float


_listener: ContextVar[Callable[[Wait], None] | None] = ContextVar("listener", default=None)


@contextmanager
def heard_by(listener: Callable[[Wait], None]) -> Iterator[None]:
    """Let ``listener`` hear of every wait inside, as soon as it begins and after each look. It may raise to end it."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(what: str, seen: str, deadline: Deadline) -> None:
    if listener := _listener.get():
        listener(Wait(what, seen, deadline.elapsed(), deadline.seconds))


def pauses(deadline: Deadline, interval: float, remind: Callable[[], None] = lambda: None) -> Iterator[float]:
    """Yield the seconds elapsed, at once and then after each pause, for the last time at the deadline.

    Pauses grow from ``SHORTEST_PAUSE`` to ``interval``; the last one is cut to what is left. ``remind`` is called
    before each pause and, in a long one, once in ``LONGEST_SILENCE``.
    """
    start = deadline.elapsed()
    while True:
        yield deadline.elapsed()
        if deadline.left() <= 0:
            return
        wanted = max(SHORTEST_PAUSE, GROWTH * (deadline.elapsed() - start))
        remaining = min(wanted, interval, deadline.left())
        while remaining > 0:
            remind()
            rest(min(remaining, LONGEST_SILENCE))
            remaining -= LONGEST_SILENCE


def wait_until(
    ask: Callable[[], T],
    settled: Callable[[T], bool],
    *,
    deadline: Deadline,
    interval: float,
    what: str,
    seen: Callable[[T], str],
) -> T:
    """Ask until ``settled`` says so and return the last answer.

    ``settled`` may raise to end the wait at once. ``what`` completes the sentence "waited for ...";
    ``seen`` puts an answer into words. A passing failure to ask does not end the wait, because what
    is waited for goes on meanwhile. Raises WaitTimeout with what was seen last.
    """
    last = "nothing"

    def remind() -> None:
        tell(what, last, deadline)

    for _elapsed in pauses(deadline, interval, remind):
        try:
            answer = ask()
        except (TransportError, ApiError) as exc:
            if not exc.passing:
                raise
            last = str(exc)
            continue
        if settled(answer):
            return answer
        last = seen(answer)
    raise WaitTimeout(
        f"Waited {deadline.seconds:g} s for {what}; last seen: {last}.",
        hint=GOES_ON,
    )


class Patience:
    """How long a task may wait, and whether it wants to.

    ``deadline`` runs for the task as a whole: all that it waits for shares one budget.
    """

    def __init__(self, *, wait: bool, timeout: float, interval: float) -> None:
        self.wait = wait
        self.interval = interval
        self.deadline = Deadline(timeout)

    def but_waiting(self) -> Patience:
        """The same budget for a step that has to be seen through even if the task does not wait."""
        waiting = copy(self)
        waiting.wait = True
        return waiting

    def until(
        self, ask: Callable[[], T], settled: Callable[[T], bool], *, what: str, seen: Callable[[T], str] = str
    ) -> T:
        """``wait_until`` within this budget."""
        return wait_until(ask, settled, deadline=self.deadline, interval=self.interval, what=what, seen=seen)

    def until_accepted(self, send: Callable[[], None], *, what: str) -> None:
        """Send a write, and send it again while the service refuses it as busy.

        Only that refusal is repeated: it says that nothing was done. Without ``wait`` it is raised
        at once. Raises WaitTimeout when the budget is used up.
        """
        if not self.wait:
            try:
                send()
            except Busy as exc:
                exc.hint = exc.hint or LATER
                raise
            return
        refusal: Busy | None = None

        def remind() -> None:
            tell(what, str(refusal), self.deadline)

        for _elapsed in pauses(self.deadline, self.interval, remind):
            try:
                send()
            except Busy as exc:
                refusal = exc
            else:
                return
        raise WaitTimeout(f"Waited {self.deadline.seconds:g} s for {what}. {refusal}", hint=GOES_ON)

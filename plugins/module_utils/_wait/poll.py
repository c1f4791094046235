# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Polling: intervals that grow, and loops that read until a state is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from .._core import clock
from .._core.clock import Deadline
from .._core.errors import (
    ApiError,
    Busy,
    DliError,
    TransportError,
    WaitTimeout,
)
from . import progress

T = TypeVar("T")

# A pause is a tenth of the time waited so far: what takes long is asked rarely, and the wait still
# ends within a tenth of the time that the service needed.
GROWTH = 0.1
SHORTEST_PAUSE = 1.0
GOES_ON = "Running the same task again goes on from here; a larger wait_timeout gives it more time."


def pauses(
    deadline: Deadline, interval: float, remind: Callable[[float], None] = lambda _pause: None
) -> Iterator[float]:
    """Yield the seconds elapsed, at once and then after each pause, for the last time at the deadline.

    Pauses grow from ``SHORTEST_PAUSE`` to ``interval``; the last one is cut to what is left. ``remind`` is called
    with the length of each pause before it and, in a long one, with what is left of it once in
    ``LONGEST_SILENCE``.
    """
    start = deadline.elapsed()
    while True:
        yield deadline.elapsed()
        if deadline.remaining() <= 0:
            return
        wanted = max(SHORTEST_PAUSE, GROWTH * (deadline.elapsed() - start))
        remaining = min(wanted, interval, deadline.remaining())
        while remaining > 0:
            remind(remaining)
            clock.sleep(min(remaining, progress.LONGEST_SILENCE))
            remaining -= progress.LONGEST_SILENCE


def short_message(exc: DliError) -> str:
    """A failure without ids, which differ each time, and without advice, which is for those that last."""
    return (exc.api_message if isinstance(exc, ApiError) else None) or exc.message.rstrip(".")


def wait_until(
    ask: Callable[[], T],
    settled: Callable[[T], bool],
    *,
    deadline: Deadline,
    interval: float,
    what: str,
    seen: Callable[[T], str],
    advice: Callable[[T], str] = lambda _answer: "",
) -> T:
    """Ask until ``settled`` says so and return the last answer.

    ``settled`` may raise to end the wait at once. ``what`` completes the sentence "waited for ...";
    ``seen`` puts an answer into words, to which ``advice`` adds a sentence if it is the last one. A passing failure to
    ask does not end the wait, because what is waited for goes on meanwhile. Raises WaitTimeout with what was seen last.
    """
    last = told = "nothing"

    def remind(pause: float) -> None:
        progress.report_progress(what, told, pause, deadline)

    for _elapsed in pauses(deadline, interval, remind):
        try:
            answer = ask()
        except (TransportError, ApiError) as exc:
            if not exc.transient:
                raise
            last, told = str(exc), short_message(exc)
            continue
        if settled(answer):
            return answer
        told = seen(answer)
        last = ". ".join(filter(None, [told, advice(answer)]))
    raise WaitTimeout(
        f"Waited {deadline.seconds:g} s for {what}; last seen: {last}.",
        hint=GOES_ON,
    )


def until_accepted(send: Callable[[], None], *, deadline: Deadline, interval: float, what: str) -> None:
    """Send a write, and send it again while the service refuses it as busy: that says that nothing was done.

    Raises WaitTimeout with the last refusal.
    """
    refusal: Busy | None = None

    def remind(pause: float) -> None:
        if refusal is not None:
            progress.report_progress(what, short_message(refusal), pause, deadline)

    for _elapsed in pauses(deadline, interval, remind):
        try:
            send()
        except Busy as exc:
            refusal = exc
        else:
            return
    raise WaitTimeout(f"Waited {deadline.seconds:g} s for {what}. {refusal}", hint=GOES_ON)

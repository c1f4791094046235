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

# The polling interval is a tenth of the time waited so far: long operations are polled rarely, and the wait still ends
# within a tenth of the time that the service needed.
GROWTH = 0.1
SHORTEST_PAUSE = 1.0
# Seconds for which a rejection whose text merely suggests a temporary state is taken for one.
LONGEST_GUESS = 300.0
RERUN = "Run the task again to continue waiting, or increase wait_timeout."


def pauses(
    deadline: Deadline, interval: float, remind: Callable[[float], None] = lambda _pause: None
) -> Iterator[float]:
    """Yield the seconds elapsed: at once, after each pause, and for the last time at the deadline.

    Pauses grow from ``SHORTEST_PAUSE`` to ``interval`` seconds; the deadline shortens the last one. ``remind`` is
    called before each pause with its length, and every ``LONGEST_SILENCE`` seconds with the remainder.
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
    """The message without request ids, which differ each time, and without the hint, which is for final failures."""
    return (exc.api_message if isinstance(exc, ApiError) else None) or exc.message.rstrip(".")


def wait_until(
    read: Callable[[], T],
    settled: Callable[[T], bool],
    *,
    deadline: Deadline,
    interval: float,
    what: str,
    seen: Callable[[T], str],
    advice: Callable[[T], str] = lambda _state: "",
) -> T:
    """Call ``read`` until ``settled`` accepts the state, and return that state.

    ``settled`` may raise to end the wait. ``what`` completes the sentence "waiting for ...". ``seen`` describes a state
    in messages; ``advice`` adds a sentence about the last state before a timeout. Transient errors of ``read`` do not
    end the wait, because the operation continues in the service. Raises WaitTimeout with the last state.
    """
    last = short = "unknown"

    def remind(pause: float) -> None:
        progress.report_progress(what, short, pause, deadline)

    for _elapsed in pauses(deadline, interval, remind):
        try:
            state = read()
        except (TransportError, ApiError) as exc:
            if not exc.transient:
                raise
            last, short = str(exc).rstrip("."), short_message(exc)
            continue
        if settled(state):
            return state
        short = seen(state)
        last = ". ".join(filter(None, [short, advice(state)]))
    raise WaitTimeout(
        f"Timed out after {deadline.seconds:g} s while waiting for {what}; last state: {last}.", hint=RERUN
    )


def until_accepted(send: Callable[[], None], *, deadline: Deadline, interval: float, what: str) -> None:
    """Call ``send`` until the service does not reject the write as busy. Such a rejection means that nothing changed.

    Raises WaitTimeout with the last rejection, or ApiError after ``LONGEST_GUESS`` seconds of guessed rejections.
    """
    rejection: Busy | None = None
    guessing_since = 0.0

    def remind(pause: float) -> None:
        if rejection is not None:
            progress.report_progress(what, short_message(rejection), pause, deadline)

    for elapsed in pauses(deadline, interval, remind):
        try:
            send()
        except Busy as exc:
            if rejection is None or not exc.guessed:
                guessing_since = elapsed
            elif elapsed - guessing_since >= LONGEST_GUESS:
                raise _permanent(exc) from None
            rejection = exc
        else:
            return
    raise WaitTimeout(f"Timed out after {deadline.seconds:g} s while waiting for {what}. {rejection}", hint=RERUN)


def _permanent(exc: Busy) -> ApiError:
    hint = (
        "Correct the request, or run the task again if the state is temporary: the task repeated the request for "
        f"{LONGEST_GUESS:g} s, because the text suggests, but does not prove, a temporary state."
    )
    return exc.as_class(ApiError, hint=hint)

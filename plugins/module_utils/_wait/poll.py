# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting: pauses that grow, a loop that asks until something is so, and who hears of it meanwhile.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import NamedTuple, TypeVar

from .._core import clock
from .._core.clock import Deadline
from .._core.errors import (
    ApiError,
    Busy,
    DliError,
    TransportError,
    WaitTimeout,
)

T = TypeVar("T")

# A pause is a tenth of the time waited so far: what takes long is asked rarely, and the wait still
# ends within a tenth of the time that the service needed.
GROWTH = 0.1
SHORTEST_PAUSE = 1.0
# Who listens hears something at least as often, in seconds, however long a pause is.
LONGEST_SILENCE = 60.0
GOES_ON = "Running the same task again goes on from here; a larger wait_timeout gives it more time."


class Wait(NamedTuple):
    """A pause that begins: ``what`` is waited for, how it was ``seen`` last, and how long nothing will be looked at.

    Where the state of a thing is waited for, also the task's seconds so far and at most.
    """

    what: str
    seen: str
    pause: float
    elapsed: float = 0.0
    budget: float | None = None


ProgressCallback = Callable[[Wait], None]
_callback: ContextVar[ProgressCallback | None] = ContextVar("listener", default=None)
_retry_callback: ContextVar[ProgressCallback | None] = ContextVar("retry_listener", default=None)


@contextmanager
def _set(variable: ContextVar[ProgressCallback | None], callback: ProgressCallback) -> Iterator[None]:
    token = variable.set(callback)
    try:
        yield
    finally:
        variable.reset(token)


def progress_to(callback: ProgressCallback) -> AbstractContextManager[None]:
    """Let ``listener`` hear of every wait inside, before each pause. It may raise to end the wait."""
    return _set(_callback, callback)


def retries_to(callback: ProgressCallback) -> AbstractContextManager[None]:
    """Let ``listener`` hear of the pauses before a request is repeated, which are no waits for the state of a thing."""
    return _set(_retry_callback, callback)


def report_progress(what: str, seen: str, pause: float, deadline: Deadline) -> None:
    if callback := _callback.get():
        callback(Wait(what, seen, pause, deadline.elapsed(), deadline.seconds))


def report_retry(what: str, seen: str, pause: float) -> None:
    if callback := _retry_callback.get():
        callback(Wait(what, seen, pause))


def pauses(
    deadline: Deadline, interval: float, remind: Callable[[float], None] = lambda _pause: None
) -> Iterator[float]:
    """Yield the seconds elapsed, at once and then after each pause, for the last time at the deadline.

    Pauses grow from ``SHORTEST_PAUSE`` to ``interval``; the last one is cut to what is left. ``remind`` is called
    with the length of each pause before it and, in a long one, with what is left of it once in ``LONGEST_SILENCE``.
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
            clock.sleep(min(remaining, LONGEST_SILENCE))
            remaining -= LONGEST_SILENCE


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
        report_progress(what, told, pause, deadline)

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
            report_progress(what, short_message(refusal), pause, deadline)

    for _elapsed in pauses(deadline, interval, remind):
        try:
            send()
        except Busy as exc:
            refusal = exc
        else:
            return
    raise WaitTimeout(f"Waited {deadline.seconds:g} s for {what}. {refusal}", hint=GOES_ON)

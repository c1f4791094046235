# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reporting what a task waits for, to whatever shows it: callbacks for waits and for repeated requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from .._core.clock import Deadline

# Who listens hears something at least as often, in seconds, however long a pause is.
LONGEST_SILENCE = 60.0


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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress of waits and retries, reported to callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from .._core.clock import Deadline
from .._core.texts import printable

# Maximum seconds between two reports, however long a pause is.
LONGEST_SILENCE = 60.0


class Wait(NamedTuple):
    """A pause that begins: ``what`` the task waits for, the state ``seen`` last, and the length of the ``pause``.

    Of a wait for a state, also the ``elapsed`` and the maximum (``budget``) seconds of the task. All times are seconds.
    """

    what: str
    seen: str
    pause: float
    elapsed: float = 0.0
    budget: float | None = None


ProgressCallback = Callable[[Wait], None]
_callback: ContextVar[ProgressCallback | None] = ContextVar("callback", default=None)
_retry_callback: ContextVar[ProgressCallback | None] = ContextVar("retry_callback", default=None)


@contextmanager
def _set(variable: ContextVar[ProgressCallback | None], callback: ProgressCallback) -> Iterator[None]:
    token = variable.set(callback)
    try:
        yield
    finally:
        variable.reset(token)


def progress_to(callback: ProgressCallback) -> AbstractContextManager[None]:
    """Report every wait in this context to ``callback``, before each pause. The callback may raise to end the wait."""
    return _set(_callback, callback)


def retries_to(callback: ProgressCallback) -> AbstractContextManager[None]:
    """Report every pause before a retry of a request in this context to ``callback``."""
    return _set(_retry_callback, callback)


@contextmanager
def noticing_retries() -> Iterator[list[Wait]]:
    """Collect the pauses before retries of requests in this context, which are reported as before."""
    outer = _retry_callback.get()
    noticed: list[Wait] = []

    def notice(wait: Wait) -> None:
        noticed.append(wait)
        if outer:
            outer(wait)

    with retries_to(notice):
        yield noticed


def report_progress(what: str, seen: str, pause: float, deadline: Deadline) -> None:
    if callback := _callback.get():
        callback(Wait(printable(what), printable(seen), pause, deadline.elapsed(), deadline.seconds))


def report_retry(what: str, seen: str, pause: float) -> None:
    if callback := _retry_callback.get():
        callback(Wait(printable(what), printable(seen), pause))

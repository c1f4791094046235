# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated clock, and the scheduler of things that happen when it reaches a moment."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Action = Callable[[float], None]


class Clock:
    """Seconds since the epoch, running at `speed` times real time, or only when told to if `speed` is None."""

    def __init__(self, speed: float | None = None) -> None:
        if speed is not None and speed < 0:
            raise ValueError("the clock cannot run backwards")
        self._speed = 0.0 if speed is None else speed
        self._begun = time.time()
        self._begun_monotonic = time.monotonic()
        self._skipped = 0.0
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        with self._lock:
            return self._begun + (time.monotonic() - self._begun_monotonic) * self._speed + self._skipped

    def advance(self, seconds: float) -> None:
        """Let time pass at once. Going back is refused: state that has been reached cannot be taken back."""
        if seconds < 0:
            raise ValueError("the clock cannot go back")
        with self._lock:
            self._skipped += seconds
        for listener in self._listeners:
            listener()

    def on_advance(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)


class Scheduler:
    """Actions in the order of the moments at which they are due. Its owner's lock guards it."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, Action]] = []
        self._order = itertools.count()

    def add(self, due: float, action: Action) -> None:
        heapq.heappush(self._entries, (due, next(self._order), action))

    def run_due(self, now: float) -> None:
        """Run what is due; each action is told the moment it was due at, not the moment someone looked."""
        while self._entries and self._entries[0][0] <= now:
            due, _order, action = heapq.heappop(self._entries)
            action(due)

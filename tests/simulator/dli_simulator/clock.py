# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated clock, and a scheduler for actions that are due at a simulated time."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Action = Callable[[float], None]


class Clock:
    """Seconds since the epoch at `speed` times real time. If `speed` is None, only `advance` moves the clock."""

    def __init__(self, speed: float | None = None) -> None:
        if speed is not None and speed < 0:
            raise ValueError("the speed of the clock cannot be negative")
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
        """Move the clock forward. Moving it back is refused, because state changes cannot be undone."""
        if seconds < 0:
            raise ValueError("the clock cannot be moved back")
        with self._lock:
            self._skipped += seconds
        for listener in self._listeners:
            listener()

    def on_advance(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)


class Scheduler:
    """Actions in the order of their due time. Guarded by the lock of its owner."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, Action]] = []
        self._order = itertools.count()

    def add(self, due: float, action: Action) -> None:
        heapq.heappush(self._entries, (due, next(self._order), action))

    def run_due(self, now: float) -> None:
        """Run the actions that are due. Each receives its due time, which may be earlier than `now`."""
        while self._entries and self._entries[0][0] <= now:
            due, _order, action = heapq.heappop(self._entries)
            action(due)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock: sleeping, the time, and deadlines."""

from __future__ import annotations

import time


def sleep(seconds: float) -> None:
    """Sleep. Nothing else in the collection sleeps, so that tests can replace the clock."""
    time.sleep(seconds)


def monotonic() -> float:
    """Seconds of a clock that never goes back; the only clock of the collection."""
    return time.monotonic()


class Deadline:
    """A time budget in seconds that starts when the object is created."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._start = monotonic()

    def elapsed(self) -> float:
        return monotonic() - self._start

    def remaining(self) -> float:
        return max(0.0, self.seconds - self.elapsed())

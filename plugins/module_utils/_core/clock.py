# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock: resting, what time it is, and deadlines."""

from __future__ import annotations

import time


def sleep(seconds: float) -> None:
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

    def remaining(self) -> float:
        return max(0.0, self.seconds - self.elapsed())

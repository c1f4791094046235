# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pause before a request is repeated.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import random

from .._core import clock
from .._wait import poll

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_ASKED_FOR = 60.0


def backoff(
    repetition: int, most: int, asked_for: str | None, deadline: clock.Deadline | None, what: str, seen: str
) -> None:
    """Rest before one of the repetitions: as long as the service asks for, else longer each time, and at random.

    Who listens hears that ``what`` is waited for, and what was ``seen`` in its place.
    """
    grown = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (repetition - 1)) * random.uniform(0.5, 1)
    pause = min(_seconds(asked_for) or grown, LONGEST_ASKED_FOR)
    if deadline is not None:
        pause = min(pause, deadline.remaining())
    poll.report_retry(what, f"{seen}, trying again in {pause:.0f} s (attempt {repetition + 1} of {most + 1})", pause)
    clock.sleep(pause)


def _seconds(retry_after: str | None) -> float:
    """The seconds that a Retry-After header names, in either of its forms; none if it says nothing sensible."""
    if retry_after is None:
        return 0.0
    import urllib3

    try:
        return float(urllib3.Retry(0).parse_retry_after(retry_after))
    except urllib3.exceptions.InvalidHeader:
        return 0.0

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pauses before retries."""

from __future__ import annotations

import random
from contextlib import suppress

from .._core import clock
from .._wait import progress

# Callers check transport.REQUESTS_IMPORT_ERROR before they send anything.
with suppress(ImportError):
    import urllib3

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_RETRY_AFTER = 60.0


def back_off(
    retry: int, max_retries: int, retry_after: str | None, deadline: clock.Deadline | None, what: str, seen: str
) -> None:
    """Sleep before a retry: as long as Retry-After requests, else exponentially longer, with jitter.

    Reports that the task waits for ``what``, and ``seen``, the reason of the retry.
    """
    backoff = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (retry - 1)) * random.uniform(0.5, 1)
    pause = min(_seconds(retry_after) or backoff, LONGEST_RETRY_AFTER)
    if deadline is not None:
        pause = min(pause, deadline.remaining())
    attempt = f"retrying in {pause:.0f} s (attempt {retry + 1} of {max_retries + 1})"
    progress.report_retry(what, f"{seen}, {attempt}", pause)
    clock.sleep(pause)


def _seconds(retry_after: str | None) -> float:
    """The seconds of a Retry-After header in either of its forms; 0 if it is missing or invalid."""
    if retry_after is None:
        return 0.0
    try:
        return float(urllib3.Retry(0).parse_retry_after(retry_after))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        # Python also refuses numbers of thousands of digits, and dates of years that its calendar lacks.
        return 0.0

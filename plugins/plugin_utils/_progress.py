# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what a task waits for while it waits: a line whenever that changes, and at least one a minute.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..module_utils._core import clock
from ..module_utils._wait import progress

if TYPE_CHECKING:
    from ..module_utils._wait.progress import Wait

# In seconds. A task that takes no longer says nothing.
QUICK = 3.0
# In characters. Names of many things make long lines, and whole pages of a proxy would make longer ones.
LONGEST_LINE = 240


class Progress:
    """Listens to the waits of one task and hands lines to ``show``."""

    def __init__(self, prefix: str, show: Callable[[str], None]) -> None:
        self._prefix = prefix
        self._show = show
        self._quiet_until = clock.monotonic() + QUICK
        self._said: tuple[str, str] | None = None

    def __call__(self, wait: Wait) -> None:
        news = (wait.what, wait.seen)
        # Quiet, if there will be another chance in time.
        if news == self._said or self._said is None:
            next_chance = clock.monotonic() + min(wait.pause, progress.LONGEST_SILENCE)
            if next_chance <= self._quiet_until:
                return
        self._said, self._quiet_until = news, clock.monotonic() + progress.LONGEST_SILENCE
        line = textwrap.shorten(f"waiting for {wait.what}: {wait.seen}", LONGEST_LINE, placeholder=" ...")
        if wait.budget is not None:
            line += f" ({wait.elapsed:.0f} s of at most {wait.budget:.0f} s)"
        self._show(self._prefix + line)

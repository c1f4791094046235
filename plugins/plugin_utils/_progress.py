# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress lines of a waiting task: one for each change, and at least one a minute."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..module_utils._core import clock
from ..module_utils._wait import progress

if TYPE_CHECKING:
    from ..module_utils._wait.progress import Wait

# Seconds before the first line, so that quick tasks show none.
QUICK = 3.0
# Characters. Lists of many names make long lines, and error pages of a proxy even longer ones.
LONGEST_LINE = 240


class Progress:
    """A ProgressCallback for the waits of one task; passes lines to ``show``."""

    def __init__(self, prefix: str, show: Callable[[str], None]) -> None:
        self._prefix = prefix
        self._show = show
        self._quiet_until = clock.monotonic() + QUICK
        self._last: tuple[str, str] | None = None

    def __call__(self, wait: Wait) -> None:
        news = (wait.what, wait.seen)
        # Skip repetitions and early reports, if the next report comes in time.
        if news == self._last or self._last is None:
            next_report = clock.monotonic() + min(wait.pause, progress.LONGEST_SILENCE)
            if next_report <= self._quiet_until:
                return
        self._last, self._quiet_until = news, clock.monotonic() + progress.LONGEST_SILENCE
        line = textwrap.shorten(f"waiting for {wait.what}: {wait.seen}", LONGEST_LINE, placeholder=" ...")
        if wait.budget is not None:
            line += f" ({wait.elapsed:.0f} s of at most {wait.budget:.0f} s)"
        self._show(self._prefix + line)

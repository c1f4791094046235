# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Says what a task waits for while it waits: a line whenever that changes, and at least one a minute.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import LONGEST_SILENCE

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Wait

# In seconds. A task that takes no longer says nothing.
QUICK = 3.0


class Progress:
    """Listens to the waits of one task and hands lines to ``show``."""

    def __init__(self, prefix: str, show: Callable[[str], None]) -> None:
        self._prefix = prefix
        self._show = show
        self._said: tuple[str, str] | None = None
        self._said_at = 0.0

    def __call__(self, wait: Wait) -> None:
        news = (wait.what, wait.seen)
        if wait.elapsed < QUICK or (news == self._said and wait.elapsed - self._said_at < LONGEST_SILENCE):
            return
        self._said, self._said_at = news, wait.elapsed
        self._show(f"{self._prefix}waiting for {wait.what}: {wait.seen} ({wait.elapsed:.0f} s of {wait.budget:.0f} s)")

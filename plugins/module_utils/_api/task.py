# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one run of a module is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.compare import normalize_name

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget


class Task(NamedTuple):
    """What every step of one run needs; all of it shares the budget of time ``budget``."""

    api: Client
    params: dict[str, Any]
    dry_run: bool
    budget: WaitBudget

    @property
    def name(self) -> str:
        """The name of a queue or pool as the service stores it."""
        return normalize_name(self.params["name"])

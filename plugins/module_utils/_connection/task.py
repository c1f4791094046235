# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of the module dli_enhanced_connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api.task import Task

if TYPE_CHECKING:
    from typing import TypeAlias

    from .._api.vpc import Subnet
    from .._http.client import Client
    from .._wait.budget import WaitBudget
    from .params import EnhancedConnectionParams

    TypedTask: TypeAlias = Task[EnhancedConnectionParams]
else:
    TypedTask = Task


class ConnectionTask(TypedTask):
    """One run of the module dli_enhanced_connection. ``subnet`` is the one that it names; None if it gives the ID."""

    __slots__ = ("subnet",)

    def __init__(
        self,
        api: Client,
        params: EnhancedConnectionParams,
        dry_run: bool,
        budget: WaitBudget,
        subnet: Subnet | None = None,
    ) -> None:
        super().__init__(api, params, dry_run, budget)
        self.subnet = subnet

    @property
    def name(self) -> str:
        """The name as it is given, because connection names are case-sensitive."""
        return self.params["name"]

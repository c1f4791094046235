# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of the modules about elastic resource pools. Only a type checker loads this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from .._api.task import Task

if TYPE_CHECKING:
    from .._wait.budget import WaitParams

    class PoolParams(WaitParams):
        """The parameters of dli_elastic_resource_pool."""

        name: str
        state: str
        max_cu: int | None
        min_cu: int | None
        description: str | None
        cidr_in_vpc: str | None
        charging_mode: int | None
        enterprise_project_id: str | None
        label: dict[str, Any] | None
        ipv6_enable: bool | None
        force_recreate: bool
        tags: dict[str, Any] | None
        purge_tags: bool

    class PoolInfoParams(TypedDict):
        """The parameters of dli_elastic_resource_pool_info."""

        name: str | None
        status: str | None
        tags: dict[str, Any] | None
        with_tags: bool
        with_queues: bool

    PoolTask: TypeAlias = Task[PoolParams]

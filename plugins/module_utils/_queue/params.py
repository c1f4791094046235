# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of the modules about queues. Only a type checker loads this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from .._api.task import Task

if TYPE_CHECKING:
    from .._api.policies import ScalingPolicy
    from .._api.queues import AuthorizedUser
    from .._wait.budget import WaitParams

    class QueueParams(WaitParams):
        """The parameters of dli_queue; ``ready_age`` is in seconds."""

        name: str
        state: str
        cu_count: int | None
        queue_type: str | None
        engine: str | None
        resource_mode: int | None
        description: str | None
        charging_mode: int | None
        enterprise_project_id: str | None
        platform: str | None
        labels: list[str] | None
        feature: str | None
        elastic_resource_pool_name: str | None
        scaling_policies: list[ScalingPolicy] | None
        cidr_in_vpc: str | None
        properties: dict[str, Any] | None
        authorized_users: list[AuthorizedUser] | None
        purge_authorized_users: bool
        force: bool
        force_recreate: bool
        wait_only: bool
        tags: dict[str, Any] | None
        purge_tags: bool
        ready_age: int

    class QueueInfoParams(TypedDict):
        """The parameters of dli_queue_info; ``ready_age`` is in seconds."""

        name: str | None
        queue_type: str
        elastic_resource_pool_name: str | None
        tags: dict[str, Any] | None
        with_tags: bool
        with_properties: bool
        with_scaling_policies: bool
        with_authorized_users: bool
        with_jobs: bool
        ready_age: int

    QueueTask: TypeAlias = Task[QueueParams]

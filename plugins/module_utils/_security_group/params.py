# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of dli_security_group_rule. Only a type checker loads this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypedDict

from .._api.task import Task

if TYPE_CHECKING:

    class RuleParams(TypedDict):
        """The parameters of dli_security_group_rule."""

        security_group: str
        state: str
        ports: list[str] | None
        protocol: str
        remote_ip_prefix: list[str] | None
        queues: list[str] | None
        elastic_resource_pools: list[str] | None
        priority: int | None
        description: str | None

    RuleTask: TypeAlias = Task[RuleParams]

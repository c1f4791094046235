# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of the modules about connections. Only a type checker loads this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from .._api.connections import Host
    from .._wait.budget import WaitParams

    class RouteParams(TypedDict):
        """A route as the option ``routes`` and a diff show it."""

        name: str
        cidr: str

    class EnhancedConnectionParams(WaitParams):
        """The parameters of dli_enhanced_connection; times are seconds."""

        name: str
        id: str | None
        state: str
        dest_vpc_id: str | None
        dest_vpc_name: str | None
        dest_network_id: str | None
        dest_subnet_name: str | None
        queues: list[str] | None
        purge_queues: bool
        elastic_resource_pools: list[str] | None
        purge_elastic_resource_pools: bool
        hosts: list[Host] | None
        purge_hosts: bool
        routes: list[RouteParams] | None
        purge_routes: bool
        routetable_id: str | None
        allowed_projects: list[str] | None
        purge_allowed_projects: bool
        tags: dict[str, Any] | None
        purge_tags: bool
        force_recreate: bool
        ready_age: int

    class EnhancedConnectionInfoParams(TypedDict):
        """The parameters of dli_enhanced_connection_info."""

        name: str | None
        id: str | None
        status: str
        dest_vpc_id: str | None
        only_failed: bool
        tags: dict[str, Any] | None
        with_tags: bool
        with_allowed_projects: bool
        with_network_names: bool
        with_diagnosis: bool

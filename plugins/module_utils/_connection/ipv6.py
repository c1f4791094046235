# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Warnings about IPv6 routes that the service will probably reject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import pools
from . import routes

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._api.vpc import Subnet
    from .bindings import BindingPlan
    from .task import ConnectionTask


def warnings(
    task: ConnectionTask, current: Connection | None, changes: BindingPlan, subnet: Subnet | None
) -> tuple[str, ...]:
    """One warning if the task adds IPv6 routes and the connection, its subnet or a pool to bind has no IPv6.

    Costs one request if only the pools can tell, else none.
    """
    known = routes.of(current) if current else []
    added = [route for route in routes.normalized(task.params) if ":" in route["cidr"] and route not in known]
    if not added or (current and current["ipv6_enable"]):
        return ()
    lacking = _without_ipv6(task, current, changes, subnet)
    if not lacking:
        return ()
    names = ", ".join(f"{route['name']} ({route['cidr']})" for route in added)
    return (
        f"The service will probably reject these IPv6 routes of connection {task.name}: {names}. "
        f"IPv6 is not enabled for {lacking}.",
    )


def _without_ipv6(
    task: ConnectionTask, current: Connection | None, changes: BindingPlan, subnet: Subnet | None
) -> str | None:
    if subnet is not None and subnet["ipv6_enable"] is False:
        return f"subnet {subnet['name']}"
    # A new binding may add IPv6 [assumption].
    if current is not None and not changes.binds and current["ipv6_enable"] is False:
        return f"connection {current['name']}"
    if not changes.bind_pools:
        return None
    found = sorted(
        pool["name"]
        for pool in pools.list_all(task.api, {})
        if pool["name"] in changes.bind_pools and pool["ipv6_enable"] is False
    )
    return f"elastic resource pool {', '.join(found)}" if found else None

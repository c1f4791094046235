# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VPCs and subnets of the connections in a plan, with their names and CIDR blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import vpc
from .._core.errors import DliError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .client import PlanClient
    from .params import Network, Networks, PlannedObject


def of_connections(client: PlanClient, planned: Iterable[PlannedObject]) -> tuple[Networks | None, list[str]]:
    """The networks, or None with a warning if they cannot be read. Two lists, unless there is no connection."""
    states = [each[key] for each in planned for key in ("current", "predicted") if each["kind"] == "connection"]
    used = {
        option: {str(state[option]).lower() for state in states if state and state.get(option)}
        for option in ("dest_vpc_id", "dest_network_id")
    }
    if not used["dest_vpc_id"]:
        return {"vpcs": [], "subnets": []}, []
    try:
        vpcs, subnets = client.objects(vpc.VPCS) or {}, client.objects(vpc.SUBNETS) or {}
    except DliError as exc:
        # The user may be allowed to use DLI, but not to read networks.
        return None, [f"The VPCs and subnets of the connections could not be read. {exc}"]
    return {
        "vpcs": _chosen(vpcs.values(), used["dest_vpc_id"]),
        "subnets": _chosen(subnets.values(), used["dest_network_id"]),
    }, []


def _chosen(found: Iterable[Mapping[str, Any]], used: set[str]) -> list[Network]:
    chosen = (each for each in found if each["id"].lower() in used)
    return sorted(
        (
            {"id": each["id"], "name": each["name"], "cidr": each["cidr"], "vpc_id": each.get("vpc_id")}
            for each in chosen
        ),
        key=lambda network: (network["name"], network["id"]),
    )

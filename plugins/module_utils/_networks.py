# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks by name: the ids of a VPC and of a subnet in it.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import Ambiguous, Conflict

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

# What a page holds when no limit is given.
PAGE_SIZE = 2000
# What is fixed by id may be given by name.
BY_NAME = {"dest_vpc_id": "dest_vpc_name", "dest_network_id": "dest_subnet_name"}
# So many names a person looks through to find what was meant.
SHOWN = 20


def vpc_id(api: Client, name: str) -> str:
    """The id of the one VPC of that name. Raises Conflict if there is none, Ambiguous if there are several."""
    # The service does not filter by name.
    vpcs = api.vpc_pages(api.path("v1", "vpcs"), f"look up VPC {name}", "vpcs", {}, PAGE_SIZE)
    return _the_one(vpcs, "VPC", "dest_vpc_name", "dest_vpc_id", name)


def network_id(api: Client, vpc: str, name: str) -> str:
    """The network id of the one subnet of that name in the VPC: its `id`, not its `neutron_subnet_id`."""
    attempt = f"look up subnet {name}"
    subnets = api.vpc_pages(api.path("v1", "subnets"), attempt, "subnets", {"vpc_id": vpc}, PAGE_SIZE)
    mine = (subnet for subnet in subnets if subnet.get("vpc_id", vpc) == vpc)
    return _the_one(mine, f"subnet in VPC {vpc}", "dest_subnet_name", "dest_network_id", name)


def _the_one(things: Iterable[Mapping[str, Any]], what: str, option: str, instead: str, name: str) -> str:
    # Pages shift when something is created meanwhile, so that one may be seen twice.
    names = {str(thing["id"]): str(thing.get("name")) for thing in things}
    ids = sorted(each for each in names if names[each] == name)
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise Ambiguous(f"{option}: there is more than one {what} called {name}: {', '.join(ids)}; give {instead}.")
    there = sorted(f"{names[each]} ({each})" for each in names)
    shown = ", ".join(there[:SHOWN]) or "none"
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    raise Conflict(f"{option}: there is no {what} called {name}; there are: {shown}{more}.")

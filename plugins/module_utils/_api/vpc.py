# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks: the ids of a VPC and of a subnet in it by their names, and whether ids are those of a subnet in a VPC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .._core.clock import Deadline
from .._core.errors import (
    Ambiguous,
    ApiError,
    Conflict,
    NotFound,
    TransportError,
)
from .._http import pagination
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from .._http.client import Client

# What a page holds when no limit is given.
PAGE_SIZE = 2000
# What is fixed by id may be given by name.
BY_NAME = {"dest_vpc_id": "dest_vpc_name", "dest_network_id": "dest_subnet_name"}
# The network service may be out of reach where that of queues and connections is not, and its answer is a courtesy.
LONGEST_CHECK = 10.0
# So many names a person looks through to find what was meant.
SHOWN = 20


def vpc_id(api: Client, name: str) -> str:
    """The id of the one VPC of that name. Raises Conflict if there is none, Ambiguous if there are several."""
    # The service does not filter by name.
    vpcs = pagination.paginate_by_marker(api, api.path("v1", "vpcs"), f"look up VPC {name}", "vpcs", {}, PAGE_SIZE)
    return _single_match(vpcs, "VPC", "dest_vpc_name", "dest_vpc_id", name)


def network_id(api: Client, vpc: str, name: str) -> str:
    """The network id of the one subnet of that name in the VPC: its `id`, not its `neutron_subnet_id`."""
    mine = _subnets(api, vpc, f"look up subnet {name}")
    return _single_match(mine, f"subnet in VPC {vpc}", "dest_subnet_name", "dest_network_id", name)


def _subnets(api: Client, vpc: str, operation: str) -> Iterator[dict[str, Any]]:
    subnets = pagination.paginate_by_marker(
        api, api.path("v1", "subnets"), operation, "subnets", {"vpc_id": vpc}, PAGE_SIZE
    )
    return (subnet for subnet in subnets if subnet.get("vpc_id", vpc) == vpc)


def check(api: Client, vpc: str, network: str) -> tuple[str, ...]:
    """Raise Conflict unless ``network`` is a subnet in that VPC; returns a warning if nobody can say."""
    operation = f"look up subnet {network}"
    try:
        with api.with_deadline(Deadline(LONGEST_CHECK)):
            try:
                home = _vpc_of_subnet(api, network, operation)
            except NotFound:
                raise Conflict(_no_subnet(vpc, network, list(_subnets(api, vpc, operation)))) from None
    except (ApiError, TransportError) as exc:
        return (f"Whether subnet {network} is in VPC {vpc} could not be checked. {exc}",)
    if home.lower() != vpc.lower():
        raise Conflict(f"dest_vpc_id: subnet {network} is in VPC {home}, not in {vpc}.")
    return ()


def _vpc_of_subnet(api: Client, network: str, operation: str) -> str:
    """The id of the VPC that a subnet is in."""
    subnet = api.vpc_get(api.path("v1", "subnets", network.lower()), operation).get("subnet")
    home = subnet.get("vpc_id") if isinstance(subnet, dict) else None
    if not home:
        raise unexpected_body(operation)
    return str(home)


def _no_subnet(vpc: str, network: str, there: list[dict[str, Any]]) -> str:
    """What to say of an id that is no subnet's, with what may have been meant."""
    for subnet in there:
        if str(subnet.get("neutron_subnet_id")).lower() == network.lower():
            return (
                f"dest_network_id: {network} is the neutron_subnet_id of subnet {subnet.get('name')}; "
                f"give its network id, {subnet['id']}."
            )
    return f"dest_network_id: there is no subnet {network}; there are in VPC {vpc}: {_listed(there)}."


def _listed(things: Iterable[Mapping[str, Any]]) -> str:
    """Names with ids, in order, and not too many."""
    there = sorted(f"{thing.get('name')} ({thing['id']})" for thing in things)
    more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
    return (", ".join(there[:SHOWN]) or "none") + more


def _single_match(things: Iterable[Mapping[str, Any]], what: str, option: str, instead: str, name: str) -> str:
    # Pages shift when something is created meanwhile, so that one may be seen twice.
    names = {str(thing["id"]): str(thing.get("name")) for thing in things}
    ids = sorted(each for each in names if names[each] == name)
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise Ambiguous(f"{option}: there is more than one {what} called {name}: {', '.join(ids)}; give {instead}.")
    there = _listed({"id": each, "name": names[each]} for each in names)
    raise Conflict(f"{option}: there is no {what} called {name}; there are: {there}.")

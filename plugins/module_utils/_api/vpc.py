# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPCs and subnets: find IDs by names, and check that a subnet is in a VPC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    from typing import TypedDict

    from .._http.client import Client

    class Vpc(TypedDict):
        id: str
        name: str

    class Subnet(TypedDict):
        id: str
        name: str
        vpc_id: str
        neutron_subnet_id: str


# The default page size of ListVpcs and ListSubnets.
PAGE_SIZE = 2000
# Options that take an ID, and the option that takes the name in its place.
BY_NAME = {"dest_vpc_id": "dest_vpc_name", "dest_network_id": "dest_subnet_name"}
# In seconds. The check is a courtesy, and the VPC service can be unreachable where DLI is not.
LONGEST_CHECK = 10.0
# How many existing objects an error lists.
MAX_LISTED = 20


def vpc_id(api: Client, name: str) -> str:
    """Return the ID of the VPC with that name. Raises Conflict if none has it, Ambiguous if several have it."""
    # ListVpcs has no filter by name.
    elements = pagination.paginate_by_marker(api, api.path("v1", "vpcs"), f"look up VPC {name}", "vpcs", {}, PAGE_SIZE)
    return _single_match([_vpc(element) for element in elements], "VPC", "dest_vpc_name", "dest_vpc_id", name)


def network_id(api: Client, vpc: str, name: str) -> str:
    """Return the network ID of the subnet with that name in the VPC: its ``id``, not its ``neutron_subnet_id``.

    Raises Conflict if no subnet has the name, Ambiguous if several have it.
    """
    subnets = list(_subnets(api, vpc, f"look up subnet {name}"))
    return _single_match(subnets, "subnet", "dest_subnet_name", "dest_network_id", name, f" in VPC {vpc}")


def _vpc(element: dict[str, Any]) -> Vpc:
    return {"id": str(element["id"]), "name": str(element.get("name"))}


def _subnets(api: Client, vpc: str, operation: str) -> Iterator[Subnet]:
    elements = pagination.paginate_by_marker(
        api, api.path("v1", "subnets"), operation, "subnets", {"vpc_id": vpc}, PAGE_SIZE
    )
    for element in elements:
        if element.get("vpc_id", vpc) == vpc:
            neutron_id = str(element.get("neutron_subnet_id"))
            yield {**_vpc(element), "vpc_id": vpc, "neutron_subnet_id": neutron_id}


def check(api: Client, vpc: str, network: str) -> tuple[str, ...]:
    """Check that ``network`` is a subnet of the VPC; return a warning if that cannot be checked.

    Raises Conflict if it is not.
    """
    operation = f"look up subnet {network}"
    try:
        with api.with_deadline(Deadline(LONGEST_CHECK)):
            try:
                actual = _vpc_of_subnet(api, network, operation)
            except NotFound:
                raise Conflict(_no_such_subnet(vpc, network, list(_subnets(api, vpc, operation)))) from None
    except (ApiError, TransportError) as exc:
        return (f"The module could not check that subnet {network} is in VPC {vpc}. {exc}",)
    if actual.lower() != vpc.lower():
        raise Conflict(f"dest_vpc_id must be the VPC of subnet {network} ({actual}), got '{vpc}'.")
    return ()


def _vpc_of_subnet(api: Client, network: str, operation: str) -> str:
    subnet = api.vpc_get(api.path("v1", "subnets", network.lower()), operation).get("subnet")
    vpc = subnet.get("vpc_id") if isinstance(subnet, dict) else None
    if not vpc:
        raise unexpected_body(operation)
    return str(vpc)


def _no_such_subnet(vpc: str, network: str, subnets: list[Subnet]) -> str:
    """The message about an ID that belongs to no subnet, with the IDs that may have been meant."""
    for subnet in subnets:
        if subnet["neutron_subnet_id"].lower() == network.lower():
            return (
                f"dest_network_id must be a network ID, got '{network}', the neutron_subnet_id of subnet "
                f"{subnet['name']}. Use the network ID of the subnet, {subnet['id']}."
            )
    return (
        f"dest_network_id must be the network ID of an existing subnet, got '{network}'. "
        f"Subnets in VPC {vpc}: {_listed(subnets)}."
    )


def _listed(objects: Iterable[Vpc]) -> str:
    """Names with IDs, sorted, at most MAX_LISTED of them."""
    labels = sorted(f"{each['name']} ({each['id']})" for each in objects)
    more = f" and {len(labels) - MAX_LISTED} more" if len(labels) > MAX_LISTED else ""
    return (", ".join(labels[:MAX_LISTED]) or "none") + more


def _single_match(
    objects: Iterable[Vpc], kind: str, name_option: str, id_option: str, name: str, where: str = ""
) -> str:
    """Return the ID of the only object with that name. Raises Conflict for none, Ambiguous for several."""
    # Pages shift when an object is created meanwhile, so that one can appear twice.
    by_id = {each["id"]: each for each in objects}
    ids = sorted(each for each in by_id if by_id[each]["name"] == name)
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise Ambiguous(
            f"{name_option} must be the name of one {kind}{where}, got '{name}', the name of {len(ids)}: "
            f"{', '.join(ids)}. Set {id_option} instead."
        )
    raise Conflict(
        f"{name_option} must be the name of an existing {kind}{where}, got '{name}'. "
        f"Existing {kind}s: {_listed(by_id.values())}."
    )

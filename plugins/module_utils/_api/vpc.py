# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPCs and subnets: find IDs by names, and check that a subnet is in a VPC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from .._core import convert
from .._core.clock import Deadline
from .._core.errors import (
    Ambiguous,
    ApiError,
    Conflict,
    NotFound,
    TransportError,
    UnexpectedResponse,
)
from .._core.parsing import parses_response
from .._http import vpc_pagination
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

    class Vpc(TypedDict):
        id: str
        name: str

        cidr: str | None

    class Subnet(Vpc):
        vpc_id: str
        neutron_subnet_id: str
        ipv6_enable: bool | None


Named = TypeVar("Named", bound="Vpc")

# The default page size of ListVpcs and ListSubnets.
VPCS, SUBNETS = "VPCs", "subnets"
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
    vpcs = list_vpcs(api, f"look up VPC {name}")
    return _single_match(vpcs, "VPC", "dest_vpc_name", "dest_vpc_id", name)["id"]


def list_vpcs(api: Client, operation: str = "list the VPCs") -> Iterator[Vpc]:
    """All VPCs of the project."""
    if (known := api.known(VPCS)) is not None:
        return iter(known.values())
    return map(_vpc, vpc_pagination.paginate_by_marker(api, api.path("v1", "vpcs"), operation, "vpcs", {}, PAGE_SIZE))


def list_subnets(
    api: Client, query: Mapping[str, str] = MappingProxyType({}), operation: str = "list the subnets"
) -> Iterator[Subnet]:
    """All subnets that match the ``query`` of ListSubnets: ``vpc_id``."""
    if not query and (known := api.known(SUBNETS)) is not None:
        return iter(known.values())
    path = api.path("v1", "subnets")
    return map(_subnet, vpc_pagination.paginate_by_marker(api, path, operation, "subnets", query, PAGE_SIZE))


def subnet(api: Client, vpc: str, name: str) -> Subnet:
    """Return the subnet with that name in the VPC. Connections take its ``id``, not its ``neutron_subnet_id``.

    Raises Conflict if no subnet has the name, Ambiguous if several have it.
    """
    subnets = _subnets(api, vpc, f"look up subnet {name}")
    return _single_match(subnets, "subnet", "dest_subnet_name", "dest_network_id", name, f" in VPC {vpc}")


def unique_names(api: Client) -> tuple[dict[str, str], dict[str, str]]:
    """The names of VPCs and of subnets, by ID in lower case: those that select one VPC, or one subnet of its VPC."""
    vpcs = {each["id"].lower(): (each["name"],) for each in list_vpcs(api)}
    subnets = {each["id"].lower(): (each["name"], each["vpc_id"].lower()) for each in list_subnets(api)}
    return _unique(vpcs), _unique(subnets)


def _unique(keys: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The name, which comes first in a key, of each object whose key no other object has."""
    counts = Counter(keys.values())
    return {each: key[0] for each, key in keys.items() if counts[key] == 1}


@parses_response
def _vpc(element: Mapping[str, Any]) -> Vpc:
    return {
        "id": convert.required_text(element["id"]),
        "name": convert.required_text(element["name"]),
        "cidr": convert.text(element.get("cidr")),
    }


@parses_response
def _subnet(element: Mapping[str, Any]) -> Subnet:
    return {
        **_vpc(element),
        "vpc_id": convert.required_text(element["vpc_id"]),
        "neutron_subnet_id": convert.text(element.get("neutron_subnet_id")) or "",
        "ipv6_enable": convert.boolean(element.get("ipv6_enable")),
    }


def _subnets(api: Client, vpc: str, operation: str) -> Iterator[Subnet]:
    query = {"vpc_id": vpc} if api.known(SUBNETS) is None else {}
    return (each for each in list_subnets(api, query, operation) if each["vpc_id"].lower() == vpc.lower())


def check(api: Client, vpc: str, network: str) -> tuple[Subnet | None, tuple[str, ...]]:
    """Check that ``network`` is a subnet of the VPC; return the subnet, or a warning if it cannot be read.

    Raises Conflict if it is not.
    """
    operation = f"look up subnet {network}"
    try:
        with api.with_deadline(Deadline(LONGEST_CHECK)):
            try:
                subnet = _show_subnet(api, network, operation)
            except NotFound:
                others = list(_subnets(api, vpc, operation))
                raise Conflict(_no_such_subnet(vpc, network, others), reason="not_found") from None
    except (ApiError, TransportError, UnexpectedResponse) as exc:
        return None, (f"The module could not check that subnet {network} is in VPC {vpc}. {exc}",)
    if subnet["vpc_id"].lower() != vpc.lower():
        raise Conflict(f"dest_vpc_id must be the VPC of subnet {network} ({subnet['vpc_id']}), got '{vpc}'.")
    return subnet, ()


def _show_subnet(api: Client, network: str, operation: str) -> Subnet:
    if (known := api.known(SUBNETS)) is not None and network.lower() in known:
        found: Subnet = known[network.lower()]
        return found
    subnet = api.vpc_get(api.path("v1", "subnets", network.lower()), operation).get("subnet")
    if not isinstance(subnet, dict):
        raise unexpected_body(operation)
    return _subnet(subnet)


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
    objects: Iterable[Named], kind: str, name_option: str, id_option: str, name: str, where: str = ""
) -> Named:
    """Return the only object with that name. Raises Conflict for none, Ambiguous for several."""
    # Pages shift when an object is created meanwhile, so that one can appear twice.
    by_id = {each["id"]: each for each in objects}
    ids = sorted(each for each in by_id if by_id[each]["name"] == name)
    if len(ids) == 1:
        return by_id[ids[0]]
    if ids:
        raise Ambiguous(
            f"{name_option} must be the name of exactly one {kind}{where}, got '{name}' ({len(ids)} have it: "
            f"{', '.join(ids)}). Set {id_option} instead."
        )
    raise Conflict(
        f"{name_option} must be the name of an existing {kind}{where}, got '{name}'. "
        f"Existing {kind}s: {_listed(by_id.values())}.",
        reason="not_found",
    )

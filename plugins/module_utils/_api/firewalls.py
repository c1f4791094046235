# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network ACLs (firewalls) of the VPC service. They are only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.parsing import parses_response
from .._http import vpc_pagination
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

    class AclRule(TypedDict):
        """An inbound rule; ports such as 30-40,60-90. None means all. ``groups`` says whether it has address groups."""

        action: str
        protocol: str | None
        version: int
        source: str | None
        destination: str | None
        source_ports: str | None
        ports: str | None
        groups: bool
        enabled: bool

    class NetworkAcl(TypedDict):
        """A network ACL with its inbound rules, the first of which that matches decides."""

        id: str
        name: str
        enabled: bool
        rules: list[AclRule]


# The default page size of the list.
PAGE_SIZE = 2000


def of_subnet(api: Client, network: str) -> NetworkAcl | None:
    """The network ACL of a subnet, or None. The list has no filter by subnet and does not contain the rules."""
    operation = "list the network ACLs"
    elements = vpc_pagination.paginate_by_marker(api, _path(api), operation, "firewalls", {}, PAGE_SIZE)
    found = next((each for each in elements if network.lower() in _subnets(each)), None)
    return None if found is None else _show(api, _id(found))


@parses_response
def _subnets(element: Mapping[str, Any]) -> list[str]:
    associations = convert.objects(element.get("associations"))
    return [(convert.text(each.get("virsubnet_id")) or "").lower() for each in associations]


@parses_response
def _id(element: Mapping[str, Any]) -> str:
    return convert.required_text(element["id"])


def _show(api: Client, firewall_id: str) -> NetworkAcl:
    operation = f"read network ACL {firewall_id}"
    found = api.vpc_get(_path(api, firewall_id), operation).get("firewall")
    if not isinstance(found, dict):
        raise unexpected_body(operation)
    return _acl(found)


@parses_response
def _acl(element: Mapping[str, Any]) -> NetworkAcl:
    enabled = convert.boolean(element.get("admin_state_up"))
    return {
        "id": convert.required_text(element["id"]),
        "name": convert.text(element.get("name")) or "",
        "enabled": enabled is not False,
        "rules": [_rule(each) for each in convert.objects(element.get("ingress_rules"))],
    }


def _rule(element: Mapping[str, Any]) -> AclRule:
    enabled = convert.boolean(element.get("enabled"))
    groups = ("source_address_group_id", "destination_address_group_id")
    return {
        "action": (convert.text(element.get("action")) or "").lower(),
        "protocol": (convert.text(element.get("protocol")) or "").lower() or None,
        "version": convert.integer(element.get("ip_version")) or 4,
        "source": convert.text(element.get("source_ip_address")) or None,
        "destination": convert.text(element.get("destination_ip_address")) or None,
        "source_ports": convert.text(element.get("source_port")) or None,
        "ports": convert.text(element.get("destination_port")) or None,
        "groups": any(element.get(name) for name in groups),
        "enabled": enabled is not False,
    }


def _path(api: Client, *more: str) -> str:
    return api.path("v3", "vpc", "firewalls", *more)

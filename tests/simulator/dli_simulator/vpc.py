# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the VPC service that clients use: list VPCs and subnets, show a subnet."""

from __future__ import annotations

import ipaddress
from typing import Any

from .errors import ApiError
from .fields import integer, text
from .models import Network
from .routing import Call, Response, Routes

routes = Routes()

_PAGE = 2000


@routes.add("GET", "/v1/<project_id>/vpcs")
def list_vpcs(call: Call) -> Response:
    """The call has no name filter, no count and no link to the next page."""
    vpcs = {network.vpc_id: network for network in call.state.networks}
    return Response({"vpcs": _page(call, [_vpc(network) for network in vpcs.values()])})


@routes.add("GET", "/v1/<project_id>/subnets")
def list_subnets(call: Call) -> Response:
    vpc_id = text(call.query, "vpc_id", "")
    found = [network for network in call.state.networks if vpc_id in ("", network.vpc_id)]
    return Response({"subnets": _page(call, [_subnet(network) for network in found])})


@routes.add("GET", "/v1/<project_id>/subnets/<subnet_id>")
def show_subnet(call: Call) -> Response:
    found = [network for network in call.state.networks if network.subnet_id == call.path["subnet_id"]]
    if not found:
        message = f"Query resource by id {call.path['subnet_id']} fail.the subnet could not be found."
        raise ApiError(404, "VPC.0202", message, shape="code_message")
    return Response({"subnet": _subnet(found[0])})


def _page(call: Call, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A page starts after the record with the id `marker`."""
    try:
        limit = integer(call.query, "limit", _PAGE, maximum=_PAGE)
    except ApiError:
        raise _bad("limit") from None
    marker = text(call.query, "marker", "")
    ids = [thing["id"] for thing in things]
    if marker and marker not in ids:
        raise _bad("marker")
    first = ids.index(marker) + 1 if marker else 0
    return things[first : first + limit]


def _bad(name: str) -> ApiError:
    return ApiError(400, "VPC.0002", f"Invalid value for {name}", shape="code_message")


def _vpc(network: Network) -> dict[str, Any]:
    return {
        "id": network.vpc_id,
        "name": network.vpc_name,
        "description": "",
        "cidr": network.vpc_cidr,
        "status": "OK",
        "enterprise_project_id": "0",
        "routes": [],
        "enable_shared_snat": False,
    }


def _subnet(network: Network) -> dict[str, Any]:
    """Connections require `id`. They do not accept `neutron_subnet_id`, which has the same format."""
    gateway = next(ipaddress.ip_network(network.subnet_cidr).hosts())
    return {
        "id": network.subnet_id,
        "name": network.subnet_name,
        "description": "",
        "cidr": network.subnet_cidr,
        "gateway_ip": str(gateway),
        "ipv6_enable": network.ipv6_enable,
        "dhcp_enable": True,
        "primary_dns": "100.125.1.250",
        "secondary_dns": "100.125.21.250",
        "dnsList": ["100.125.1.250", "100.125.21.250"],
        "availability_zone": "",
        "vpc_id": network.vpc_id,
        "status": "ACTIVE",
        "neutron_network_id": network.subnet_id,
        "neutron_subnet_id": network.neutron_subnet_id,
        **({"cidr_v6": network.cidr_v6} if network.ipv6_enable else {}),
    }

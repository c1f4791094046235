# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VPC peerings and route tables of the VPC service. They are only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .._core import convert
from .._core.errors import NotFound
from .._core.parsing import parses_response
from .._http import vpc_pagination
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

    class Peering(TypedDict):
        """A VPC peering between two VPCs, given by their IDs."""

        id: str
        status: str
        vpc_ids: list[str]

    class TableRoute(TypedDict):
        type: str
        destination: str
        nexthop: str

    class RouteTable(TypedDict):
        id: str
        name: str
        default: bool
        routes: list[TableRoute]


PEERING = "peering"
# The default page size of the list.
PAGE_SIZE = 2000


def show_peering(api: Client, peering_id: str) -> Peering | None:
    """The peering with that ID, or None (ShowVpcPeering). The path has no project."""
    operation = f"read VPC peering {peering_id}"
    try:
        found = api.vpc_get(f"/v2.0/vpc/peerings/{quote(peering_id, safe='')}", operation).get("peering")
    except NotFound:
        return None
    if not isinstance(found, dict):
        raise unexpected_body(operation)
    return _peering(found)


@parses_response
def _peering(element: Mapping[str, Any]) -> Peering:
    sides = (convert.mapping(element[side]) for side in ("request_vpc_info", "accept_vpc_info"))
    return {
        "id": convert.required_text(element["id"]),
        "status": (convert.text(element.get("status")) or "").upper(),
        "vpc_ids": [(convert.text(side.get("vpc_id")) or "").lower() for side in sides],
    }


def table_of_subnet(api: Client, vpc: str, network: str) -> RouteTable | None:
    """The route table that a subnet uses: its own or the default table of the VPC; None if there is none.

    Up to three requests, because the list does not contain the routes.
    """
    own = _tables(api, {"subnet_id": network}, f"list the route tables of subnet {network}")
    found = own or _tables(api, {"vpc_id": vpc}, f"list the route tables of VPC {vpc}")
    # A service might ignore the filter.
    chosen = [table for table in found if network.lower() in table["subnets"]] or [
        table for table in found if table["default"] and table["vpc_id"] == vpc.lower()
    ]
    return _show_table(api, chosen[0]["id"]) if chosen else None


def _tables(api: Client, query: Mapping[str, str], operation: str) -> list[dict[str, Any]]:
    elements = vpc_pagination.paginate_by_marker(
        api, api.path("v1", "routetables"), operation, "routetables", query, PAGE_SIZE
    )
    return [_listed(each) for each in elements]


@parses_response
def _listed(element: Mapping[str, Any]) -> dict[str, Any]:
    subnets = convert.objects(element.get("subnets"))
    return {
        "id": convert.required_text(element["id"]),
        "default": convert.boolean(element.get("default")) or False,
        "vpc_id": (convert.text(element.get("vpc_id")) or "").lower(),
        "subnets": [(convert.text(each.get("id")) or "").lower() for each in subnets],
    }


def _show_table(api: Client, table_id: str) -> RouteTable:
    operation = f"read route table {table_id}"
    found = api.vpc_get(api.path("v1", "routetables", table_id), operation).get("routetable")
    if not isinstance(found, dict):
        raise unexpected_body(operation)
    return _table(found)


@parses_response
def _table(element: Mapping[str, Any]) -> RouteTable:
    return {
        "id": convert.required_text(element["id"]),
        "name": convert.text(element.get("name")) or "",
        "default": convert.boolean(element.get("default")) or False,
        "routes": [
            {
                "type": (convert.text(route.get("type")) or "").lower(),
                "destination": convert.text(route.get("destination")) or "",
                "nexthop": convert.text(route.get("nexthop")) or "",
            }
            for route in convert.objects(element.get("routes"))
        ],
    }

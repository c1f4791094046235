# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPC peerings, route tables and network ACLs, read-only: what a client reads to diagnose a connection.

Assumptions: each ACTIVE binding has a peering with its peer_id, which the caller can read, and a route to the CIDR
block of its queue or pool in the default route table of the VPC.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from .errors import ApiError
from .fields import integer, text
from .models import Connection, Peer
from .routing import Call, Response, Routes
from .state import Project

routes = Routes()

_DLI_VPC = "d11d11d1-0000-4000-8000-000000000001"
_DLI_PROJECT = "d11d11d1000040008000000000000002"


def _not_found(kind: str, name: str) -> ApiError:
    return ApiError(404, f"{kind}NotFound", f"{kind} {name} could not be found", shape="neutron")


def page(call: Call, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One page by `limit` and `marker`, the id of the last item of the previous page."""
    limit, marker = integer(call.query, "limit", 2000, maximum=2000), text(call.query, "marker", "")
    ids = [item["id"] for item in items]
    first = ids.index(marker) + 1 if marker in ids else 0
    return items[first : first + limit]


def selects(call: Call, item: Mapping[str, Any], *names: str) -> bool:
    """Whether an item has the values of all given filters. A filter can be repeated."""
    for name in names:
        wanted = call.query_values(name)
        if wanted and str(item.get(name)).lower() not in [value.lower() for value in wanted]:
            return False
    return True


def page_info(shown: list[dict[str, Any]], items: list[dict[str, Any]]) -> dict[str, Any]:
    """Only a page with a successor has `next_marker`."""
    info: dict[str, Any] = {"current_count": len(shown)}
    if shown:
        info["previous_marker"] = shown[0]["id"]
        if shown[-1]["id"] != items[-1]["id"]:
            info["next_marker"] = shown[-1]["id"]
    return info


def iso_time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- peerings ---


def _active(call: Call) -> Iterator[tuple[Connection, Peer]]:
    """Connections and their ACTIVE bindings, without peerings that were removed by hand."""
    removed = [name.lower() for name in call.state.knobs.removed_peerings]
    for connection in call.project.live_connections():
        for peer in connection.peers:
            if peer.status == "ACTIVE" and peer.name not in removed:
                yield connection, peer


def _peering(call: Call, connection: Connection, peer: Peer) -> dict[str, Any]:
    moment = iso_time(peer.update_time)
    return {
        "id": peer.peer_id,
        "name": f"dli_{peer.name}",
        "status": "ACTIVE",
        "request_vpc_info": {"vpc_id": _DLI_VPC, "tenant_id": _DLI_PROJECT},
        "accept_vpc_info": {"vpc_id": connection.dest_vpc_id, "tenant_id": call.project.id},
        "created_at": moment,
        "updated_at": moment,
        "description": "",
    }


@routes.add("GET", "/v2.0/vpc/peerings")
def list_peerings(call: Call) -> Response:
    vpc_id, tenant_id = text(call.query, "vpc_id", ""), text(call.query, "tenant_id", "")
    found = []
    for connection, peer in _active(call):
        item = _peering(call, connection, peer)
        sides = (item["request_vpc_info"], item["accept_vpc_info"])
        in_vpc = not vpc_id or vpc_id in [side["vpc_id"] for side in sides]
        of_tenant = not tenant_id or tenant_id in [side["tenant_id"] for side in sides]
        if in_vpc and of_tenant and selects(call, item, "id", "name", "status"):
            found.append(item)
    return Response({"peerings": page(call, found), "peerings_links": []})


@routes.add("GET", "/v2.0/vpc/peerings/<peering_id>")
def show_peering(call: Call) -> Response:
    for connection, peer in _active(call):
        if peer.peer_id == call.path["peering_id"]:
            return Response({"peering": _peering(call, connection, peer)})
    raise _not_found("VpcPeering", call.path["peering_id"])


# --- route tables ---


def _tables(call: Call) -> list[dict[str, Any]]:
    """The default route table of each VPC, which all its subnets use."""
    vpcs = {network.vpc_id: network for network in call.state.networks}
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"route table of {vpc_id}")),
            "name": f"rtb-{network.vpc_name}",
            "default": True,
            "subnets": [{"id": each.subnet_id} for each in call.state.networks if each.vpc_id == vpc_id],
            "tenant_id": call.project.id,
            "vpc_id": vpc_id,
            "description": "",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
        }
        for vpc_id, network in vpcs.items()
    ]


@routes.add("GET", "/v1/<project_id>/routetables")
def list_route_tables(call: Call) -> Response:
    """The list does not contain the routes."""
    subnet_id = text(call.query, "subnet_id", "")
    found = [
        table
        for table in _tables(call)
        if selects(call, table, "id", "vpc_id") and (not subnet_id or {"id": subnet_id} in table["subnets"])
    ]
    return Response({"routetables": page(call, found)})


@routes.add("GET", "/v1/<project_id>/routetables/<table_id>")
def show_route_table(call: Call) -> Response:
    for table in _tables(call):
        if table["id"] == call.path["table_id"]:
            return Response({"routetable": {**table, "routes": _routes_of(call, table["vpc_id"])}})
    raise _not_found("RouteTable", call.path["table_id"])


def _routes_of(call: Call, vpc_id: str) -> list[dict[str, Any]]:
    local = {
        network.subnet_cidr: {"type": "local", "destination": network.subnet_cidr, "nexthop": "-", "description": ""}
        for network in call.state.networks
        if network.vpc_id == vpc_id
    }
    missing = [name.lower() for name in call.state.knobs.missing_routes]
    peering = [
        {"type": "peering", "destination": cidr, "nexthop": peer.peer_id, "description": ""}
        for connection, peer in _active(call)
        if connection.dest_vpc_id == vpc_id and peer.name not in missing and (cidr := _cidr(call.project, peer.name))
    ]
    seeded = [
        {"description": "", **{key: value for key, value in route.items() if key != "vpc_id"}}
        for route in call.state.vpc_routes
        if route["vpc_id"] == vpc_id
    ]
    return [*local.values(), *peering, *seeded]


def _cidr(project: Project, name: str) -> str:
    owner = project.queues.get(name) or project.pools.get(name)
    return owner.cidr_in_vpc if owner else ""


# --- network ACLs ---


@routes.add("GET", "/v3/<project_id>/vpc/firewalls")
def list_firewalls(call: Call) -> Response:
    """The list does not contain the rules."""
    found = [
        _firewall(call, each)
        for each in call.state.firewalls
        if selects(call, _firewall(call, each), "id", "name", "status", "admin_state_up", "enterprise_project_id")
    ]
    shown = page(call, found)
    return Response({"request_id": call.request_id, "firewalls": shown, "page_info": page_info(shown, found)})


@routes.add("GET", "/v3/<project_id>/vpc/firewalls/<firewall_id>")
def show_firewall(call: Call) -> Response:
    for each in call.state.firewalls:
        if each["id"] == call.path["firewall_id"]:
            rules = {key: [_rule(rule) for rule in each.get(key, [])] for key in ("ingress_rules", "egress_rules")}
            return Response({"request_id": call.request_id, "firewall": {**_firewall(call, each), **rules}})
    raise ApiError(404, "VPC.0003", f"firewall {call.path['firewall_id']} could not be found.", shape="gateway")


def _firewall(call: Call, seeded: Mapping[str, Any]) -> dict[str, Any]:
    subnets = seeded.get("subnet_ids", [])
    return {
        "id": seeded["id"],
        "name": seeded.get("name", ""),
        "description": "",
        "project_id": call.project.id,
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "admin_state_up": seeded.get("admin_state_up", True),
        "status": "ACTIVE" if subnets else "INACTIVE",
        "enterprise_project_id": "0",
        "tags": [],
        "associations": [{"virsubnet_id": subnet} for subnet in subnets],
        "type": "virsubnet",
    }


def _rule(seeded: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": "",
        "name": "",
        "description": "",
        "action": "allow",
        "protocol": "tcp",
        "ip_version": 4,
        "source_ip_address": "0.0.0.0/0",
        "destination_ip_address": "0.0.0.0/0",
        "source_port": None,
        "destination_port": None,
        "source_address_group_id": None,
        "destination_address_group_id": None,
        "enabled": True,
        **seeded,
    }

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enhanced datasource connections: create, list, show, delete, hosts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import bindings, fields
from .errors import bad_parameter, unavailable
from .fields import Fields, choice, text
from .models import Connection, Network, Peer, new_id
from .routing import Call, Response, Routes, success
from .state import no_connection

routes = Routes()

BASE = "/v2.0/<project_id>/datasource/enhanced-connections"
ONE = BASE + "/<connection_id>"

_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_HOST_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}")


@routes.add("POST", BASE)
def create_connection(call: Call) -> Response:
    """Names are not unique: no page requires it, and no client checks it."""
    wanted = bindings.resolve(call.project, call.body)
    connection = Connection(
        id=new_id(),
        name=text(call.body, "name", pattern=_NAME),
        dest_vpc_id=text(call.body, "dest_vpc_id"),
        dest_network_id=text(call.body, "dest_network_id"),
        create_time=call.state.millis,
        hosts=_hosts(call.body),
        routetable_id=text(call.body, "routetable_id", ""),
        tags=fields.tags(call.body),
    )
    connection.ipv6_enable = _find_network(call, connection).ipv6_enable
    call.project.connections[connection.id] = connection
    bindings.bind(call.state, call.project, connection, wanted)
    message = f"Create peer connection for queues:{bindings.format_names(wanted)}"
    return success(message, http_status=201, connection_id=connection.id)


def _find_network(call: Call, connection: Connection) -> Network:
    """Refuse an unknown subnet (documented). Assumptions: the code and the text."""
    vpc, subnet = connection.dest_vpc_id, connection.dest_network_id
    network = call.state.network(vpc, subnet)
    if network is None:
        raise bad_parameter(f"The subnet {subnet} cannot be found in VPC {vpc}.")
    return network


def _hosts(body: Fields, mandatory: bool = False) -> list[dict[str, str]]:
    hosts = fields.object_list(body, "hosts", mandatory=mandatory)
    return [{"name": text(host, "name", pattern=_HOST_NAME), "ip": _ipv4(text(host, "ip"))} for host in hosts]


def _ipv4(address: str) -> str:
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        raise bad_parameter(f"The value of parameter ip is invalid: {address}.") from None
    return address


@dataclass(frozen=True)
class _Listed:
    connection: Connection
    status: str


@routes.add("GET", BASE)
def list_connections(call: Call) -> Response:
    """Deleted connections stay in the list. Assumption: `count` is the total."""
    # Parsed once, not per connection.
    status = choice(call.query, "status", ("ACTIVE", "DELETED", ""), "")
    name, tags = text(call.query, "name", ""), fields.tag_filter(call.query)
    exact = call.state.knobs.connection_name_filter == "exact"
    found = [each for each in _listed(call) if _matches(each, status, name, exact, tags)]
    shown = fields.page(found, call.query, zero_is_all=True)
    return success(count=len(found), connections=[_as_json(call, each.connection, each.status) for each in shown])


def _listed(call: Call) -> list[_Listed]:
    pairs = call.state.listed_connections(call.project)
    return [_Listed(connection, status) for connection, status in sorted(pairs, key=lambda pair: pair[0].create_time)]


def _matches(listed: _Listed, status: str, name: str, exact: bool, tags: Mapping[str, str]) -> bool:
    connection = listed.connection
    named = name in ("", connection.name) if exact else name in connection.name
    return status in ("", listed.status) and named and fields.has_tags(connection.tags, tags)


@routes.add("GET", ONE)
def show_connection(call: Call) -> Response:
    """For a deleted connection the response is 200 with status DELETED."""
    found = call.project.connections.get(call.path["connection_id"])
    if found is None:
        raise no_connection(call.path["connection_id"])
    return success(**_as_json(call, found, found.status))


def _as_json(call: Call, connection: Connection, status: str) -> dict[str, Any]:
    """The response contains neither the tags nor the route table."""
    lists: dict[str, list[Any]] = {
        "available_queue_info": [_peer_as_json(peer) for peer in connection.available_queue_info],
        "elastic_resource_pools": [_peer_as_json(peer) for peer in connection.elastic_resource_pools],
        "hosts": connection.hosts,
        "routes": connection.routes,
    }
    null_lists = call.state.knobs.null_lists
    return {
        "id": connection.id,
        "name": connection.name,
        "status": status,
        "dest_vpc_id": connection.dest_vpc_id,
        "dest_network_id": connection.dest_network_id,
        "isPrivis": connection.isPrivis,
        "create_time": connection.create_time,
        "ipv6_enable": connection.ipv6_enable,
        **{name: None if null_lists and not value else value for name, value in lists.items()},
    }


def _peer_as_json(peer: Peer) -> dict[str, Any]:
    return {
        "peer_id": peer.peer_id,
        "status": peer.status,
        "name": peer.name,
        "err_msg": peer.err_msg,
        "update_time": peer.update_time,
    }


@routes.add("DELETE", ONE)
def delete_connection(call: Call) -> Response:
    """Delete a connection in any state of its bindings.

    The documentation refuses it while the connection is being created. The knob refuses it while a binding is CREATING.
    """
    connection, refuse = call.connection, call.state.knobs.creating_blocks_delete
    if refuse and any(peer.status == "CREATING" and not peer.unbinding for peer in connection.peers):
        raise unavailable(f"Connection {connection.id} is being created and cannot be deleted.")
    connection.status = "DELETED"
    connection.delete_time = call.state.millis
    connection.available_queue_info.clear()
    connection.elastic_resource_pools.clear()
    return success("Deleted")


@routes.add("PUT", ONE)
def update_hosts(call: Call) -> Response:
    """Replace all hosts. `hosts` is mandatory; an empty list removes all."""
    hosts = _hosts(call.body, mandatory=True)
    call.connection.hosts = hosts
    return success()


def _check_pools_allowed(call: Call) -> None:
    if call.state.knobs.bind_refuses_pools and "elastic_resource_pools" in call.body:
        raise bad_parameter("The parameter elastic_resource_pools is invalid.")


@routes.add("POST", ONE + "/associate-queue")
def associate(call: Call) -> Response:
    _check_pools_allowed(call)
    connection, wanted = call.connection, bindings.resolve(call.project, call.body, mandatory=True)
    bindings.bind(call.state, call.project, connection, wanted)
    return success(f"associated peer connection for queues: {bindings.format_names(wanted)}.")


@routes.add("POST", ONE + "/disassociate-queue")
def disassociate(call: Call) -> Response:
    _check_pools_allowed(call)
    connection, named = call.connection, bindings.resolve(call.project, call.body, mandatory=True)
    bindings.unbind(call.state, connection, named)
    return success(f"Disassociated peer connection for queues:{bindings.format_names(named)}.")

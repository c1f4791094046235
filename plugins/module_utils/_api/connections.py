# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enhanced datasource connections: paths, conversion of responses, look-ups and the meaning of states."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from .._core import times
from .._core.errors import Ambiguous, Conflict, NotFound
from .._http import pagination

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

    # A value of a response; its type is not checked.
    Field = Callable[[str], Any]

    class Binding(TypedDict):
        """A queue or pool that is bound to a connection. Times are milliseconds since the epoch."""

        name: str
        peer_id: str | None
        status: str
        err_msg: str
        update_time: int | None
        update_time_iso: str | None

    class BindingOfKind(Binding):
        """A binding with its ``kind``: "queue" or "elastic resource pool"."""

        kind: str

    class Host(TypedDict):
        name: str
        ip: str

    class Route(TypedDict):
        name: str
        cidr: str
        create_time: int | None
        create_time_iso: str | None

    class Connection(TypedDict):
        """A connection as every module returns it. Times are milliseconds since the epoch."""

        id: str
        name: str
        status: str
        dest_vpc_id: str
        dest_network_id: str
        queues: list[str]
        available_queue_info: list[Binding]
        elastic_resource_pools: list[Binding]
        hosts: list[Host]
        routes: list[Route]
        is_privis: bool | None
        ipv6_enable: bool | None
        create_time: int | None
        create_time_iso: str | None
        bound_via: dict[str, str] | None
        tags: dict[str, str] | None
        allowed_projects: list[str] | None


# The default of the service.
PAGE_SIZE = 100
FIXED_AT_CREATION = ("dest_vpc_id", "dest_network_id")
REQUIRED_AT_CREATION = FIXED_AT_CREATION
# In the order of the vendor's own example.
CREATE_OPTIONS = (
    "dest_vpc_id",
    "dest_network_id",
    "queues",
    "elastic_resource_pools",
    "hosts",
    "routetable_id",
)
# Sub-resources, which have APIs of their own: the names of their options and of their fields in a result. Routes are
# part of the connection's own response; the others are None unless they were read.
ASPECTS = TAGS, ALLOWED_PROJECTS, ROUTES = ("tags", "allowed_projects", "routes")
ACTIVE, CREATING, FAILED, DELETED = "ACTIVE", "CREATING", "FAILED", "DELETED"
QUEUE, POOL = "queue", "elastic resource pool"


def from_api(body: Mapping[str, Any]) -> Connection:
    """Convert a response of ShowEnhancedConnection or an element of ListEnhancedConnections.

    The result has every key of a connection, whichever module returns it.
    """
    field: Field = body.get
    bound_queues = [_binding(entry) for entry in field("available_queue_info") or []]
    return {
        "id": field("id"),
        "name": field("name"),
        "status": str(field("status") or ACTIVE).upper(),
        "dest_vpc_id": field("dest_vpc_id"),
        "dest_network_id": field("dest_network_id"),
        "queues": sorted(entry["name"] for entry in bound_queues),
        "available_queue_info": bound_queues,
        "elastic_resource_pools": [_binding(entry) for entry in field("elastic_resource_pools") or []],
        "hosts": [{"name": host.get("name"), "ip": host.get("ip")} for host in field("hosts") or []],
        # Not documented; other clients see them in responses.
        "routes": sorted(map(route_from_api, field("routes") or []), key=lambda route: str(route["name"])),
        "is_privis": field("isPrivis"),
        "ipv6_enable": field("ipv6_enable"),
        "create_time": field("create_time"),
        "create_time_iso": times.iso(field("create_time")),
        # Depends on the queues that a task lists.
        "bound_via": None,
        "tags": None,
        "allowed_projects": None,
    }


def _binding(entry: Mapping[str, Any]) -> Binding:
    field: Field = entry.get
    return {
        "name": str(field("name")).lower(),
        "peer_id": field("peer_id"),
        "status": str(field("status") or "").upper(),
        "err_msg": field("err_msg") or "",
        "update_time": field("update_time"),
        "update_time_iso": times.iso(field("update_time")),
    }


def route_from_api(entry: Mapping[str, Any]) -> Route:
    """Convert a route of a response; the times of a predicted route are None."""
    field: Field = entry.get
    return {
        "name": field("name"),
        "cidr": field("cidr"),
        "create_time": field("create_time"),
        "create_time_iso": times.iso(field("create_time")),
    }


def predicted_binding(name: str, status: str) -> Binding:
    return _binding({"name": name, "status": status})


def find(api: Client, name: str) -> Connection | None:
    """Return the live connection with that name, or None.

    Raises Ambiguous if several connections have the name: the service does not promise that names are unique, and a
    guess could change the wrong connection.
    """
    found = live(api, name)
    if len(found) > 1:
        # A list can lag behind a deletion; reading a connection by its ID does not.
        found = [current for each in found if (current := get(api, each["id"], name))]
    if len(found) > 1:
        ids = ", ".join(sorted(connection["id"] for connection in found))
        raise Ambiguous(
            f"There are {len(found)} connections named {name}: {ids}.",
            hint="Delete the connections that you do not need, in the console or by ID, so that the name is unique.",
        )
    return found[0] if found else None


def live(api: Client, name: str) -> list[Connection]:
    """Return all connections with that name that the list does not show as deleted."""
    # Deleted connections stay in the list, and the reference does not say whether the name filter is exact.
    listed = list_all(api, {"name": name, "status": ACTIVE}, f"look up connection {name}")
    return [connection for connection in listed if connection["name"] == name and connection["status"] != DELETED]


def list_all(api: Client, query: Mapping[str, str], operation: str = "list the connections") -> list[Connection]:
    """Return the connections that match the filters of ListEnhancedConnections: ``status``, ``name``, ``tags``."""
    listed = map(from_api, pagination.paginate_by_offset(api, path(api), operation, "connections", query, PAGE_SIZE))
    # Pages shift when a connection is created meanwhile, so that one can appear twice.
    return list({connection["id"]: connection for connection in listed}.values())


def from_list(api: Client, requested_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """Answer a look-up by name from the list of all connections; return None for every other request."""
    if requested_path != path(api) or not query or query.keys() != {"name", "status", "limit", "offset"}:
        return None
    rest = {"status": query["status"]}
    elements = pagination.paginate_by_offset(api, path(api), "list the connections", "connections", rest, PAGE_SIZE)
    named = [element for element in elements if element.get("name") == query["name"]]
    return {"is_success": True, "connections": named if query["offset"] == "0" else []}


def that_bind(api: Client, queue: str) -> list[str]:
    """Return the names of the live connections that bind a queue by its own name, not through its pool."""
    return sorted(c["name"] for c in list_all(api, {"status": ACTIVE}) if queue in c["queues"])


def get(api: Client, connection_id: str, name: str) -> Connection | None:
    """Return the live connection with that ID, or None."""
    connection = show(api, connection_id, name)
    return None if connection is None or connection["status"] == DELETED else connection


def show(api: Client, connection_id: str, name: str) -> Connection | None:
    """Return the connection with that ID, or None. The service still returns a deleted one, with status DELETED."""
    try:
        return from_api(api.get_object(path(api, connection_id), f"read connection {name}", "id"))
    except NotFound:
        return None


def path(api: Client, *more: str) -> str:
    """The path of all connections or, with an ID, of one connection."""
    return api.path("v2.0", "datasource", "enhanced-connections", *more)


def bindings(connection: Connection) -> list[BindingOfKind]:
    """All bindings of queues and pools, each with its ``kind``."""
    return [
        *(_of_kind(QUEUE, entry) for entry in connection["available_queue_info"]),
        *(_of_kind(POOL, entry) for entry in connection["elastic_resource_pools"]),
    ]


def _of_kind(kind: str, entry: Binding) -> BindingOfKind:
    return {**entry, "kind": kind}


def pool_names(connection: Connection) -> list[str]:
    return sorted(entry["name"] for entry in connection["elastic_resource_pools"])


def has_creating(connection: Connection) -> bool:
    return any(entry["status"] == CREATING for entry in bindings(connection))


def has_failed(connection: Connection) -> bool:
    return any(entry["status"] == FAILED for entry in bindings(connection))


def is_ready(connection: Connection, queues: Collection[str], pools: Collection[str]) -> bool:
    """Whether the connection and all of these bindings are ACTIVE."""
    active_queues = {entry["name"] for entry in connection["available_queue_info"] if entry["status"] == ACTIVE}
    active_pools = {entry["name"] for entry in connection["elastic_resource_pools"] if entry["status"] == ACTIVE}
    return connection["status"] == ACTIVE and active_queues >= set(queues) and active_pools >= set(pools)


def failure(connection: Connection, queues: Collection[str], pools: Collection[str]) -> Conflict | None:
    """Return the error to raise if one of these bindings is FAILED: a FAILED binding never becomes ACTIVE."""
    requested = {QUEUE: set(queues), POOL: set(pools)}
    failed = [e for e in bindings(connection) if e["status"] == FAILED and e["name"] in requested[e["kind"]]]
    if not failed:
        return None
    reasons = "; ".join(f"{e['kind']} {e['name']}: {e['err_msg'].rstrip('.') or 'no reason returned'}" for e in failed)
    repair = (
        "delete the connection (state=absent) and create it again: the FAILED binding of an elastic resource pool "
        "cannot be removed"
        if any(e["kind"] == POOL for e in failed)
        else "unbind and rebind the queue: remove it from queues (with purge_queues=true), run the task, add it again"
    )
    return Conflict(
        f"Connection {connection['name']} has FAILED bindings: {reasons}.",
        hint="Fix the cause (overlapping CIDR blocks, a wrong subnet, or DLI not authorized to use the VPC), "
        f"then {repair}.",
    )


def describe(connection: Connection | None) -> str:
    """The state of the connection and its bindings in a few words, for progress and timeout messages."""
    if connection is None:
        return "connection not found"
    states = ", ".join(f"{entry['kind']} {entry['name']} {entry['status']}" for entry in bindings(connection))
    return f"connection {connection['status']}, {states or 'no bindings'}"


def host_key(host: Mapping[str, Any]) -> tuple[str, str]:
    return str(host["name"]), str(host["ip"])


def managed(connection: Connection) -> dict[str, Any]:
    """The fields that a diff shows, in a stable order."""
    return {
        "name": connection["name"],
        "dest_vpc_id": connection["dest_vpc_id"],
        "dest_network_id": connection["dest_network_id"],
        "queues": connection["queues"],
        "elastic_resource_pools": pool_names(connection),
        "hosts": sorted(connection["hosts"], key=host_key),
    }

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enhanced datasource connections: paths, conversion of responses, look-ups and the meaning of states."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._core import convert, times
from .._core.compare import normalize_name
from .._core.errors import Ambiguous, ApiError, NotFound
from .._core.parsing import parses_response
from .._http import pagination

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

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
        dest_vpc_id: str | None
        dest_network_id: str | None
        dest_vpc_name: str | None
        dest_subnet_name: str | None
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
        diagnosis: list[dict[str, Any]] | None


KIND = "connections"
# The default of the service.
PAGE_SIZE = 100
LIST = "list the connections"
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


@parses_response
def from_api(body: Mapping[str, Any]) -> Connection:
    """Convert a response of ShowEnhancedConnection or an element of ListEnhancedConnections.

    The result has every key of a connection, whichever module returns it. Raises UnexpectedResponse for a field of
    another type, and for a connection without ID or name.
    """
    return _connection(body, convert.required_text(body["id"]))


def planned(name: str, fields: Mapping[str, Any]) -> Connection:
    """A connection that does not exist yet, with these fields; fields that only the service knows are None."""
    return _connection({"name": name, **fields}, None)


def _connection(body: Mapping[str, Any], connection_id: str | None) -> Connection:
    bound_queues = _bindings(body.get("available_queue_info"))
    create_time = convert.integer(body.get("create_time"))
    return {
        # Only check mode returns None, and then nothing is sent that needs the ID.
        "id": connection_id,  # type: ignore[typeddict-item]
        "name": convert.required_text(body["name"]),
        "status": (convert.text(body.get("status")) or ACTIVE).upper(),
        "dest_vpc_id": convert.text(body.get("dest_vpc_id")),
        "dest_network_id": convert.text(body.get("dest_network_id")),
        # The VPC service has the names; they are None unless they were read.
        "dest_vpc_name": None,
        "dest_subnet_name": None,
        "queues": sorted(entry["name"] for entry in bound_queues),
        "available_queue_info": bound_queues,
        "elastic_resource_pools": _bindings(body.get("elastic_resource_pools")),
        "hosts": [
            {"name": convert.required_text(host["name"]), "ip": convert.required_text(host["ip"])}
            for host in convert.objects(body.get("hosts"))
        ],
        # Not documented; other clients see them in responses.
        "routes": sorted(map(route_from_api, convert.objects(body.get("routes"))), key=lambda route: route["name"]),
        "is_privis": convert.boolean(body.get("isPrivis")),
        "ipv6_enable": convert.boolean(body.get("ipv6_enable")),
        "create_time": create_time,
        "create_time_iso": times.iso(create_time),
        # Depends on the queues that a task lists.
        "bound_via": None,
        "tags": None,
        "allowed_projects": None,
        # Only a query reads it, on request.
        "diagnosis": None,
    }


def _bindings(entries: Any) -> list[Binding]:
    return [_binding(entry) for entry in convert.objects(entries)]


def _binding(entry: Mapping[str, Any]) -> Binding:
    update_time = convert.integer(entry.get("update_time"))
    return {
        "name": normalize_name(convert.required_text(entry["name"])),
        "peer_id": convert.text(entry.get("peer_id")),
        "status": (convert.text(entry.get("status")) or "").upper(),
        "err_msg": convert.text(entry.get("err_msg")) or "",
        "update_time": update_time,
        "update_time_iso": times.iso(update_time),
    }


def route_from_api(entry: Mapping[str, Any]) -> Route:
    """Convert a route of a response; the times of a predicted route are None."""
    name, cidr = convert.required_text(entry["name"]), convert.required_text(entry["cidr"])
    created = convert.integer(entry.get("create_time"))
    return {"name": name, "cidr": cidr, "create_time": created, "create_time_iso": times.iso(created)}


def predicted_binding(name: str, status: str) -> Binding:
    return _binding({"name": name, "status": status})


def find(api: Client, name: str) -> Connection | None:
    """Return the live connection with that name, or None.

    Raises Ambiguous if several connections have the name: the service does not promise that names are unique, and a
    guess could change the wrong connection.
    """
    return only(name, all_named(api, name))


class Known(dict[str, "Connection"]):
    """Connections by their IDs, with an index of names: a plan looks up each of many connections by its name."""

    def __init__(self, found: Iterable[Connection]) -> None:
        super().__init__()
        self._ids: dict[str, dict[str, None]] = {}
        for connection in found:
            self[connection["id"]] = connection

    def __setitem__(self, key: str, connection: Connection) -> None:
        super().__setitem__(key, connection)
        self._ids.setdefault(connection["name"], {})[key] = None

    def named(self, name: str) -> list[Connection]:
        """The connections that have or had the name."""
        return [self[key] for key in self._ids.get(name, ()) if key in self]


def all_named(api: Client, name: str) -> list[Connection]:
    """Return all live connections with that name, the oldest first."""
    if (known := api.known(KIND)) is not None:
        same = known.named(name) if isinstance(known, Known) else known.values()
        return sorted((each for each in same if each["name"] == name), key=age_key)
    found = live(api, name)
    if len(found) > 1:
        # A list can lag behind a deletion; reading a connection by its ID does not.
        found = [current for each in found if (current := get(api, each["id"], name))]
    return sorted(found, key=age_key)


def only(name: str, found: Sequence[Connection]) -> Connection | None:
    """Return the only one of the connections with that name, or None. Raises Ambiguous if there are several."""
    if len(found) > 1:
        ids = ", ".join(sorted(connection["id"] for connection in found))
        raise Ambiguous(
            f"There are {len(found)} connections named {name}: {ids}.",
            hint="Set id to one of these IDs to manage that connection, or with state=absent to delete it.",
        )
    return found[0] if found else None


def age_key(connection: Connection) -> tuple[float, str]:
    """Orders connections by age, the oldest first. Of two that are equally old, every client takes the same one."""
    created = connection["create_time"]
    return (math.inf if created is None else created, connection["id"])


def live(api: Client, name: str) -> list[Connection]:
    """Return all connections with that name that the list does not show as deleted."""
    # Deleted connections stay in the list, and the reference does not say whether the name filter is exact.
    listed = list_all(api, {"name": name, "status": ACTIVE}, f"look up connection {name}")
    return [connection for connection in listed if connection["name"] == name and connection["status"] != DELETED]


def list_all(api: Client, query: Mapping[str, str], operation: str = LIST) -> list[Connection]:
    """Return the connections that match the filters of ListEnhancedConnections: ``status``, ``name``, ``tags``."""
    listed = map(from_api, pagination.paginate_by_offset(api, path(api), operation, "connections", query, PAGE_SIZE))
    # Pages shift when a connection is created meanwhile, so that one can appear twice.
    return list({connection["id"]: connection for connection in listed}.values())


def next_pages(api: Client, count: int) -> list[pagination.PageRequest]:
    """Return the requests for all pages but the first that a list of so many live connections has."""
    offsets = range(PAGE_SIZE, count, PAGE_SIZE)
    queries = [pagination.query_by_offset({"status": ACTIVE}, PAGE_SIZE, each) for each in offsets]
    return [pagination.PageRequest(path(api), LIST, each) for each in queries]


def from_list(api: Client, requested_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """Answer a look-up by name from the list of all connections; return None for every other request."""
    if requested_path != path(api) or not query or query.keys() != {"name", "status", "limit", "offset"}:
        return None
    rest = {"status": query["status"]}
    elements = pagination.paginate_by_offset(api, path(api), LIST, "connections", rest, PAGE_SIZE)
    named = [element for element in elements if element.get("name") == query["name"]]
    return {"is_success": True, "connections": named if query["offset"] == "0" else []}


def that_bind(api: Client, queue: str) -> list[str]:
    """Return the names of the live connections that bind a queue by its own name, not through its pool."""
    known = api.known(KIND)
    found = list_all(api, {"status": ACTIVE}) if known is None else known.values()
    return sorted(connection["name"] for connection in found if queue in connection["queues"])


def get(api: Client, connection_id: str, name: str) -> Connection | None:
    """Return the live connection with that ID, or None."""
    if (known := api.known(KIND)) is not None:
        return known.get(connection_id)
    connection = show(api, connection_id, name)
    return None if connection is None or connection["status"] == DELETED else connection


def show(api: Client, connection_id: str, name: str) -> Connection | None:
    """Return the connection with that ID, or None. The service still returns a deleted one, with status DELETED."""
    try:
        return from_api(api.get_object(path(api, connection_id), f"read connection {name}", "id"))
    except NotFound:
        return None
    except ApiError as exc:
        from .._wait.rejections import is_unexplained

        if not is_unexplained(exc):
            raise
        # The text for a missing connection may be unknown. The list shows whether the connection exists.
        return next((found for found in live(api, name) if found["id"] == connection_id), None)


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


def describe(connection: Connection | None) -> str:
    """The state of the connection and its bindings in a few words, for progress and timeout messages."""
    if connection is None:
        return "connection not found"
    states = ", ".join(f"{entry['kind']} {entry['name']} {entry['status']}" for entry in bindings(connection))
    return f"connection {connection['status']}, {states or 'no bindings'}"


def host_key(host: Mapping[str, Any]) -> tuple[str, str]:
    return str(host["name"]), str(host["ip"])


def listed_as_pools(connection: Connection, queue_names: Collection[str]) -> set[str]:
    """Those of the queues whose binding the service may list as that of a pool of the same name."""
    return set(queue_names) & set(pool_names(connection)) - set(connection["queues"])


def host_set(hosts: Iterable[Host]) -> set[tuple[str, str]]:
    return {host_key(host) for host in hosts}


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

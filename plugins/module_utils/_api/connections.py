# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enhanced datasource connections: paths, API names <-> our names, reading, and what a state means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import Ambiguous, Conflict, NotFound
from .._http import pagination

if TYPE_CHECKING:
    from .._http.client import Client

# The service's own default.
PAGE_SIZE = 100
FIXED_AT_CREATION = ("dest_vpc_id", "dest_network_id")
NEEDED_AT_CREATION = FIXED_AT_CREATION
# In the order of the vendor's own example.
CREATE_OPTIONS = (
    "dest_vpc_id",
    "dest_network_id",
    "queues",
    "elastic_resource_pools",
    "hosts",
    "routetable_id",
)
# Have APIs of their own, and are None unless they were read. Routes are read with the connection.
ASPECTS = ("tags", "allowed_projects")
ACTIVE, CREATING, FAILED, DELETED = "ACTIVE", "CREATING", "FAILED", "DELETED"
BINDING_FIELDS = ("name", "peer_id", "status", "err_msg", "update_time")
ROUTE_FIELDS = ("name", "cidr", "create_time")


def from_api(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of ShowEnhancedConnection or an element of the list as our result.

    It has every key that a connection has in a result, whichever module returns it.
    """
    bound_queues = [_binding(entry) for entry in answer.get("available_queue_info") or []]
    return {
        "id": answer.get("id"),
        "name": answer.get("name"),
        "status": str(answer.get("status") or ACTIVE).upper(),
        "dest_vpc_id": answer.get("dest_vpc_id"),
        "dest_network_id": answer.get("dest_network_id"),
        "queues": sorted(entry["name"] for entry in bound_queues),
        "available_queue_info": bound_queues,
        "elastic_resource_pools": [_binding(entry) for entry in answer.get("elastic_resource_pools") or []],
        "hosts": [{"name": host.get("name"), "ip": host.get("ip")} for host in answer.get("hosts") or []],
        # Not documented, but seen by other clients.
        "routes": sorted(map(route_from_api, answer.get("routes") or []), key=lambda route: str(route["name"])),
        "is_privis": answer.get("isPrivis"),
        "ipv6_enable": answer.get("ipv6_enable"),
        "create_time": answer.get("create_time"),
        # Says something of the queues that a task names.
        "bound_via": None,
        **dict.fromkeys(ASPECTS),
    }


def _binding(entry: Mapping[str, Any]) -> dict[str, Any]:
    binding = {key: entry.get(key) for key in BINDING_FIELDS}
    binding["name"] = str(binding["name"]).lower()
    binding["status"] = str(binding["status"] or "").upper()
    binding["err_msg"] = binding["err_msg"] or ""
    return binding


def route_from_api(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry.get(key) for key in ROUTE_FIELDS}


def predicted_binding(name: str, status: str) -> dict[str, Any]:
    return _binding({"name": name, "status": status})


def find(api: Client, name: str) -> dict[str, Any] | None:
    """The live connection of that name, or None.

    Raises Ambiguous if there are several: names need not be unique, and a guess could change the wrong one.
    """
    found = live(api, name)
    if len(found) > 1:
        # A list that lags shows what was deleted a moment ago; a connection that is read by its id does not lag.
        found = [now for each in found if (now := get(api, each["id"], name))]
    if len(found) > 1:
        ids = ", ".join(sorted(str(connection["id"]) for connection in found))
        raise Ambiguous(
            f"There are {len(found)} connections called {name}: {ids}.",
            hint="Delete the ones that are not needed, in the console or by their ids, so that the name means one.",
        )
    return found[0] if found else None


def live(api: Client, name: str) -> list[dict[str, Any]]:
    """All connections of that name that the list shows as not deleted."""
    # Deleted connections stay in the list, and whether the name filter is exact is not documented.
    listed = list_all(api, {"name": name, "status": ACTIVE}, f"look up connection {name}")
    return [connection for connection in listed if connection["name"] == name and connection["status"] != DELETED]


def list_all(api: Client, query: Mapping[str, str], operation: str = "list the connections") -> list[dict[str, Any]]:
    """All connections that the ``query`` of the API leaves: ``status``, ``name`` (perhaps a part of it), ``tags``."""
    listed = map(from_api, pagination.paginate_by_offset(api, path(api), operation, "connections", query, PAGE_SIZE))
    # Pages shift when something is created meanwhile, so that one may be seen twice.
    return list({connection["id"]: connection for connection in listed}.values())


def from_list(api: Client, asked_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """What a look-up by name would answer, taken from the list of all connections; None to another question."""
    if asked_path != path(api) or not query or query.keys() != {"name", "status", "limit", "offset"}:
        return None
    rest = {"status": query["status"]}
    elements = pagination.paginate_by_offset(api, path(api), "list the connections", "connections", rest, PAGE_SIZE)
    named = [element for element in elements if element.get("name") == query["name"]]
    return {"is_success": True, "connections": named if query["offset"] == "0" else []}


def that_bind(api: Client, queue: str) -> list[str]:
    """Names of the live connections that a queue is bound to by its own name."""
    return sorted(str(c["name"]) for c in list_all(api, {"status": ACTIVE}) if queue in c["queues"])


def get(api: Client, connection_id: str, name: str) -> dict[str, Any] | None:
    """The live connection with that id, or None."""
    connection = show(api, connection_id, name)
    return None if connection is None or connection["status"] == DELETED else connection


def show(api: Client, connection_id: str, name: str) -> dict[str, Any] | None:
    """The connection with that id, or None; a deleted one still answers, with status DELETED."""
    try:
        return from_api(api.get_object(path(api, connection_id), f"read connection {name}", "id"))
    except NotFound:
        return None


def path(api: Client, *more: str) -> str:
    """The path of all connections or, with an id, of one."""
    return api.path("v2.0", "datasource", "enhanced-connections", *more)


def bindings(connection: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All bindings, each with its ``kind`` in words."""
    return [
        *({"kind": "queue", **entry} for entry in connection["available_queue_info"]),
        *({"kind": "elastic resource pool", **entry} for entry in connection["elastic_resource_pools"]),
    ]


def pool_names(connection: Mapping[str, Any]) -> list[str]:
    return sorted(entry["name"] for entry in connection["elastic_resource_pools"])


def has_creating(connection: Mapping[str, Any]) -> bool:
    return any(entry["status"] == CREATING for entry in bindings(connection))


def is_broken(connection: Mapping[str, Any]) -> bool:
    """Whether a binding is FAILED."""
    return any(entry["status"] == FAILED for entry in bindings(connection))


def is_ready(connection: Mapping[str, Any], queues: Collection[str], pools: Collection[str]) -> bool:
    """Whether the connection and all of these bindings are ACTIVE."""
    active_queues = {entry["name"] for entry in connection["available_queue_info"] if entry["status"] == ACTIVE}
    active_pools = {entry["name"] for entry in connection["elastic_resource_pools"] if entry["status"] == ACTIVE}
    return connection["status"] == ACTIVE and active_queues >= set(queues) and active_pools >= set(pools)


def failed(connection: Mapping[str, Any], queues: Collection[str], pools: Collection[str]) -> Conflict | None:
    """What to raise if one of these bindings is FAILED: such a binding never becomes ACTIVE by itself."""
    wanted = {"queue": set(queues), "elastic resource pool": set(pools)}
    broken = [e for e in bindings(connection) if e["status"] == FAILED and e["name"] in wanted[e["kind"]]]
    if not broken:
        return None
    reasons = "; ".join(f"{e['kind']} {e['name']}: {e['err_msg'].rstrip('.') or 'no reason given'}" for e in broken)
    way_out = (
        "delete the connection (state=absent) and create it again, "
        "because a pool whose binding FAILED cannot be unbound"
        if any(e["kind"] != "queue" for e in broken)
        else "take the queue out of queues (with purge_queues=true), run, and put it back"
    )
    return Conflict(
        f"Connection {connection['name']} has bindings that FAILED: {reasons}.",
        hint="Mend the cause (address ranges that overlap, a wrong subnet, DLI not authorised to use the VPC), "
        f"then {way_out}.",
    )


def describe(connection: Mapping[str, Any] | None) -> str:
    """The state of the connection and its bindings in a few words."""
    if connection is None:
        return "no connection"
    states = ", ".join(f"{entry['kind']} {entry['name']} {entry['status']}" for entry in bindings(connection))
    return f"connection {connection['status']}, {states or 'nothing bound'}"


def host_key(host: Mapping[str, Any]) -> tuple[str, str]:
    return str(host["name"]), str(host["ip"])


def managed(connection: Mapping[str, Any]) -> dict[str, Any]:
    """What a diff shows, in a stable order."""
    return {
        "name": connection["name"],
        "dest_vpc_id": connection["dest_vpc_id"],
        "dest_network_id": connection["dest_network_id"],
        "queues": connection["queues"],
        "elastic_resource_pools": pool_names(connection),
        "hosts": sorted(connection["hosts"], key=host_key),
    }

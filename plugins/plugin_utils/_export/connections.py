# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections of a project as items of a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._api import connections, queues
from ...module_utils._connection import routes
from ...module_utils._plan.kinds import CONNECTION
from .declared import Declared, Options, drop_defaults, drop_refused, listed

Found = Mapping[str, Any]

# By the option that takes the ID, the one that takes the name in its place.
BY_NAME = {"dest_vpc_id": "dest_vpc_name", "dest_network_id": "dest_subnet_name"}
# Options of bindings, by the field of a connection with its bindings.
BINDINGS = {"available_queue_info": "queues", "elastic_resource_pools": "elastic_resource_pools"}
NOUNS = {"queues": "queue", "elastic_resource_pools": "elastic resource pool"}


class Project:
    """The pools and queues that bindings of connections name, as far as they were read."""

    def __init__(self, pools: list[Found] | None, found_queues: list[Found] | None) -> None:
        self.queues_of_pools = {pool["name"]: pool["queues"] for pool in pools or ()}
        self.pools_of_queues = {queue["name"]: queues.pool_of(queue) for queue in found_queues or ()}
        self.has_queues = found_queues is not None


def of_connection(connection: Any, project: Project, exact: frozenset[str]) -> Declared:
    """A connection with its healthy bindings."""
    declared = Declared({"name": connection["name"], **_destination(connection)})
    for field, option in BINDINGS.items():
        declared.options[option] = _bound(declared, connection[field], option)
        if any(entry["status"] == connections.FAILED for entry in connection[field]):
            _spare_failed(declared, connection[field], option)
    declared.options.update(
        hosts=[{"name": name, "ip": ip} for name, ip in sorted(set(map(connections.host_key, connection["hosts"])))],
        routes=routes.of(connection),
        allowed_projects=None if connection["allowed_projects"] is None else sorted(connection["allowed_projects"]),
        tags=connection["tags"],
    )
    _add_remarks(declared, connection, project)
    drop_refused(CONNECTION, declared)
    _restore_ids(declared, connection)
    # Some regions may not return routes with a connection, so that an empty list proves nothing.
    drop_defaults(declared, {"purge_queues": True, "purge_elastic_resource_pools": True}, exact - {"routes"})
    return declared


def _destination(connection: Found) -> Options:
    """The VPC and the subnet, by their names where these are unique."""
    return {
        name_option if connection[name_option] else id_option: connection[name_option] or connection[id_option]
        for id_option, name_option in BY_NAME.items()
    }


def _restore_ids(declared: Declared, connection: Found) -> None:
    """Put IDs in place of names that the module does not accept."""
    fixed = {
        id_option: connection[id_option]
        for id_option, name_option in BY_NAME.items()
        if connection[name_option] and name_option not in declared.options and connection[id_option]
    }
    if fixed:
        first, *rest = declared.options.items()
        declared.options = dict([first, *fixed.items(), *rest])


def _bound(declared: Declared, entries: list[Any], option: str) -> list[str]:
    """The names of the bindings that are not FAILED, with a note on those that are not ACTIVE."""
    pending = sorted(entry["name"] for entry in entries if entry["status"] == connections.CREATING)
    if pending:
        text = f"The binding of {NOUNS[option]} {', '.join(pending)} was CREATING when it was read."
        declared.notes.append(f"{text} If it stays in this state, unbind and bind again.")
    return sorted({entry["name"] for entry in entries if entry["status"] != connections.FAILED})


def _spare_failed(declared: Declared, entries: list[Any], option: str) -> None:
    """Leave FAILED bindings alone: declared, they would fail each run, and else a run would unbind them."""
    failed = [entry for entry in entries if entry["status"] == connections.FAILED]
    declared.notes += [
        f"The binding of {NOUNS[option]} {entry['name']} is FAILED and not declared: "
        f"{entry['err_msg'] or 'no reason returned'}. A run leaves it as it is."
        for entry in sorted(failed, key=lambda entry: str(entry["name"]))
    ]
    if declared.options[option]:
        declared.options[f"purge_{option}"] = False
    else:
        # Not even an empty list, which would unbind them.
        declared.options[option] = None


def _add_remarks(declared: Declared, connection: Any, project: Project) -> None:
    for pool in declared.options["elastic_resource_pools"] or ():
        if members := project.queues_of_pools.get(pool):
            noun = "queue" if len(members) == 1 else "queues"
            declared.notes.append(f"Bound through elastic resource pool {pool}: {noun} {listed(members)}.")
    for queue in declared.options["queues"] or ():
        pool = project.pools_of_queues.get(queue)
        if pool:
            text = f"Queue {queue} is bound by its own name, and is in elastic resource pool {pool} now."
            declared.notes.append(f"{text} To bind it again binds the pool.")
        elif pool is None and project.has_queues:
            declared.notes.append(f"Queue {queue} is not in this project.")
    if connection["is_privis"] is False and connection["allowed_projects"] is None:
        declared.notes.append("Other projects may use the connection. They were not read.")

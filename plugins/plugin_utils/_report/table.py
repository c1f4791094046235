# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of a reading as an HTML table. It contains everything that the picture shows, and more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import states
from .markup import join, tag
from .topology import CONNECTION, POOL, state_of

if TYPE_CHECKING:
    from ...module_utils._core.errors import DifferenceResult
    from ...module_utils._plan.params import PlannedObject, Problem
    from .markup import Markup
    from .readings import Reading
    from .states import State
    from .topology import Topology

KINDS = {POOL: "pool", "queue": "queue", CONNECTION: "connection"}
COLUMNS = ("State", "Kind", "Name", "Network", "Bindings", "Details")
# Fields of an object that other columns show.
SHOWN = (
    *("name", "cidr_in_vpc", "dest_vpc_id", "dest_network_id", "queues", "available_queue_info", "bound_via"),
    *("elastic_resource_pools", "elastic_resource_pool_name"),
)
# Longer lists and texts are cut: the table is for an overview, and a connection can have 20000 hosts.
LONGEST_LIST, LONGEST_VALUE = 20, 400
# Longer lists of bindings are folded.
OPEN = 6


def table(reading: Reading, topology: Topology, prefix: str) -> Markup:
    """The table. ``prefix`` starts the IDs of its rows."""
    only_read = reading.plan is not None and states.declares_nothing(reading.plan)
    bindings = _bindings_of_computes(topology)
    networks = _networks(topology)
    rows = []
    for number, planned in enumerate(reading.objects):
        state = states.of_object(planned, only_read=only_read)
        bound = _of_connection(planned) if planned["kind"] == CONNECTION else bindings.get(number, [])
        cells = (
            badge(state),
            KINDS.get(planned["kind"], planned["kind"]),
            tag("code", planned["name"]),
            networks.get(number) or _cidr(planned),
            _list(bound) if len(bound) <= OPEN else _folded(f"{len(bound)} bindings", _list(bound)),
            _details(planned),
        )
        rows.append(_row(f"{prefix}{number}", state, planned, cells))
    head = tag("tr", *(tag("th", column, scope="col") for column in COLUMNS))
    caption = tag("caption", f"{len(rows)} objects", class_="caption")
    return tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="objects")


def badge(state: State) -> Markup:
    """The marker of a state and its word."""
    drawing = tag("path", class_=f"marker {state.key}", d=state.shape)
    svg = tag("svg", drawing, viewBox="-7 -7 14 14", width=14, height=14, aria_hidden="true", focusable="false")
    return tag("span", svg, " ", state.label, class_=f"badge {state.key}")


def _row(row_id: str, state: State, planned: PlannedObject, cells: Iterable[Markup | str]) -> Markup:
    shown = [tag("td", cell, data_label=label) for label, cell in zip(COLUMNS, cells, strict=True)]
    # Of the state, the column sorts by urgency and not by name.
    rank = states.STATES.index(state)
    kind = KINDS.get(planned["kind"], planned["kind"])
    return tag("tr", *shown, id=row_id, tabindex=-1, data_rank=rank, data_state=state.key, data_kind=kind)


def _networks(topology: Topology) -> dict[int, Markup]:
    return {
        connection.row: _list(
            [
                join("VPC ", tag("code", vpc.name or vpc.id), f" {vpc.cidr or ''}"),
                join("subnet ", tag("code", subnet.name or subnet.id), f" {subnet.cidr or ''}"),
            ]
        )
        for vpc in topology.vpcs
        for subnet in vpc.subnets
        for connection in subnet.connections
    }


def _cidr(planned: PlannedObject) -> str:
    shown = state_of(planned)
    pool = shown.get("elastic_resource_pool_name")
    return f"in pool {pool}" if pool else str(shown.get("cidr_in_vpc") or "")


def _bindings_of_computes(topology: Topology) -> dict[int, list[Markup]]:
    """The connections of pools and queues, by the number of the row."""
    found: dict[int, list[Markup]] = {}
    for vpc in topology.vpcs:
        for connection in vpc.connections:
            for link in connection.links:
                if link.compute.row is not None:
                    shown = join("connection ", tag("code", connection.name), " ", link.status)
                    found.setdefault(link.compute.row, []).append(shown)
    for pool in topology.computes:
        for queue in pool.queues:
            # A queue in a pool reaches the connections of its pool.
            if queue.row is not None and pool.row is not None:
                found[queue.row] = [*found.get(queue.row, ()), *found.get(pool.row, ())]
    return found


def _of_connection(planned: PlannedObject) -> list[Markup]:
    current = planned["current"] or {}
    queues = {str(each["name"]): each for each in current.get("available_queue_info") or ()}
    for name in (planned["predicted"] or {}).get("queues") or ():
        queues.setdefault(str(name), {"name": name, "status": None})
    pools = {str(each["name"]): each for each in current.get("elastic_resource_pools") or ()}
    for each in (planned["predicted"] or {}).get("elastic_resource_pools") or ():
        pools.setdefault(str(each["name"]), {**each, "status": None})
    return [
        *(_binding("queue", each) for each in queues.values()),
        *(_binding("pool", each) for each in pools.values()),
    ]


def _binding(kind: str, entry: Mapping[str, Any]) -> Markup:
    reason = f": {entry['err_msg']}" if entry.get("err_msg") else ""
    return join(f"{kind} ", tag("code", entry["name"]), f" {entry.get('status') or 'planned'}{reason}")


def _details(planned: PlannedObject) -> Markup:
    shown = state_of(planned)
    fields = [(key, shown[key]) for key in shown if key not in SHOWN and shown[key] not in (None, "", [], {})]
    more = tag("dl", *(join(tag("dt", key), tag("dd", short(value))) for key, value in fields), class_="fields")
    return join(
        _list([*map(difference, planned["differences"]), *map(problem, planned["problems"])]),
        _folded("Fields", more) if fields else None,
    )


def difference(each: DifferenceResult) -> Markup:
    found = None if each["found"] is None else join(tag("del", short(each["found"])), " \u2192 ")
    why = f" ({each['why']})" if each["why"] else None
    return join(tag("code", each["option"]), ": ", found, tag("ins", short(each["wanted"])), why)


def problem(each: Problem) -> Markup:
    word = tag("strong", "Error: " if each["severity"] == "error" else "Warning: ")
    return join(word, each["message"], " " if each["hint"] else None, each["hint"])


def short(value: Any) -> str:
    """A value of any type as a text that is not too long."""
    if isinstance(value, list) and len(value) > LONGEST_LIST:
        value = [*value[:LONGEST_LIST], f"... {len(value) - LONGEST_LIST} more"]
    shown = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[:LONGEST_VALUE]}..."


def _folded(summary: str, content: Markup) -> Markup:
    return tag("details", tag("summary", summary), content)


def _list(entries: Iterable[Markup]) -> Markup:
    items = [tag("li", each) for each in entries]
    return tag("ul", *items) if items else join()

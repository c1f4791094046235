# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which bindings a connection shall have, and which of them are missing or too many: pure decisions.

Binding a queue that lives in an elastic resource pool binds the pool, and the connection then lists
the pool and not the queue. So what is compared is the home of each queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._api import connections, queues
from .._core.compare import desired_set, normalize_name
from .._core.errors import Conflict

# Queues by name; None for one that does not exist.
PoolsOfQueues = Mapping[str, "dict[str, Any] | None"]


class Plan(NamedTuple):
    """``asked_*`` must be ACTIVE in the end; ``bound_via`` maps a queue to the pool that is bound in its place."""

    requested_queues: frozenset[str]
    requested_pools: frozenset[str]
    bind_queues: frozenset[str]
    bind_pools: frozenset[str]
    unbind_queues: frozenset[str]
    unbind_pools: frozenset[str]
    bound_via: Mapping[str, str]

    @property
    def binds(self) -> bool:
        return bool(self.bind_queues or self.bind_pools)

    @property
    def unbinds(self) -> bool:
        return bool(self.unbind_queues or self.unbind_pools)


def requested(params: Mapping[str, Any]) -> set[str]:
    return {normalize_name(name) for name in params["queues"] or ()}


def unresolved(params: Mapping[str, Any], current: Mapping[str, Any] | None) -> list[str]:
    """The queues whose home has to be looked up: those that are not bound by their own name."""
    return sorted(requested(params) - set(current["queues"] if current else ()))


def plan(params: Mapping[str, Any], current: Mapping[str, Any] | None, pools_of_queues: PoolsOfQueues) -> Plan:
    """Decide about all bindings at once. ``homes`` knows every queue that ``unknown`` named."""
    now_queues = set(current["queues"]) if current else set()
    now_pools = set(connections.pool_names(current)) if current else set()
    via = {name: queues.pool_of(home) for name, home in pools_of_queues.items() if home and queues.pool_of(home)}
    requested_queues = requested(params) - via.keys()
    requested_pools = {normalize_name(name) for name in params["elastic_resource_pools"] or ()} | set(via.values())
    end_queues = desired_set(
        None if params["queues"] is None else requested_queues, now_queues, purge=params["purge_queues"]
    )
    # A pool may be bound for the sake of a queue, so only a user who names pools has pools unbound.
    purge_pools = params["elastic_resource_pools"] is not None and params["purge_elastic_resource_pools"]
    end_pools = desired_set(requested_pools, now_pools, purge=purge_pools)
    return Plan(
        requested_queues=frozenset(requested_queues),
        requested_pools=frozenset(requested_pools),
        bind_queues=frozenset(end_queues - now_queues),
        bind_pools=frozenset(end_pools - now_pools),
        unbind_queues=frozenset(now_queues - end_queues),
        unbind_pools=frozenset(now_pools - end_pools),
        bound_via=via,
    )


def missing(pools_of_queues: PoolsOfQueues) -> list[str]:
    return sorted(name for name, home in pools_of_queues.items() if home is None)


def shared(pools_of_queues: PoolsOfQueues) -> list[str]:
    return sorted(name for name, home in pools_of_queues.items() if home is not None and queues.is_shared(home))


def failed_pools(current: Mapping[str, Any], decided: Plan) -> Conflict | None:
    """A pool whose binding FAILED cannot be unbound; better said before anything is sent."""
    stuck = [
        entry["name"]
        for entry in current["elastic_resource_pools"]
        if entry["status"] == connections.FAILED and entry["name"] in decided.unbind_pools
    ]
    if not stuck:
        return None
    return Conflict(
        f"Connection {current['name']} cannot let go of elastic resource pool {', '.join(sorted(stuck))}: "
        "a binding that FAILED cannot be unbound.",
        hint="Delete the connection (state=absent) and create it again.",
    )


def predicted(current: Mapping[str, Any], decided: Plan, status: str) -> dict[str, Any]:
    """The connection after the plan; new bindings have ``status``."""

    def after(entries: list[dict[str, Any]], gone: frozenset[str], new: frozenset[str]) -> list[dict[str, Any]]:
        kept = [entry for entry in entries if entry["name"] not in gone]
        return kept + [connections.predicted_binding(name, status) for name in sorted(new)]

    bound = after(current["available_queue_info"], decided.unbind_queues, decided.bind_queues)
    return {
        **current,
        "queues": sorted(entry["name"] for entry in bound),
        "available_queue_info": bound,
        "elastic_resource_pools": after(current["elastic_resource_pools"], decided.unbind_pools, decided.bind_pools),
    }

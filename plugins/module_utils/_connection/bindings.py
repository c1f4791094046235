# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which bindings of a connection are requested, missing or superfluous: pure decisions.

Binding a queue that is in an elastic resource pool binds the pool, and the connection then lists the pool and not the
queue. Therefore the plan compares the pool of each queue. A queue outside pools can be listed as a pool of its name,
too, which the service makes for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from .._api import connections, queues
from .._core.compare import desired_set, normalize_name
from .._core.errors import Conflict, Difference

if TYPE_CHECKING:
    from .._api.connections import Binding, Connection
    from .._api.queues import Queue
    from .params import EnhancedConnectionParams

    # Queues by name; None for a queue that does not exist.
    Queues = Mapping[str, "Queue | None"]


CANNOT_UNBIND = "a FAILED binding of a pool cannot be removed"


class BindingPlan(NamedTuple):
    """The bindings to add and to remove.

    The ``requested`` queues and pools must be ACTIVE in the end; ``bound_via`` maps a queue to the pool that is bound
    in its place.
    """

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

    @property
    def pools_by_name(self) -> list[str]:
        """The pools to bind that the task lists itself, not as the pool of a queue."""
        return sorted(self.bind_pools - set(self.bound_via.values()))

    @property
    def queues_to_check(self) -> list[str]:
        """The queues that must be ready before the plan is applied: those that are bound, directly or by their pool."""
        via = {name for name, pool in self.bound_via.items() if pool in self.bind_pools}
        return sorted(self.bind_queues | via)

    @property
    def prerequisites(self) -> frozenset[str]:
        """All queues and pools that must be ready before the plan is applied."""
        queue_names = (f"queue {name}" for name in self.queues_to_check)
        return frozenset(queue_names) | {f"pool {name}" for name in self.pools_by_name}


def requested_queues(params: EnhancedConnectionParams) -> set[str]:
    return {normalize_name(name) for name in params["queues"] or ()}


def unresolved(params: EnhancedConnectionParams, current: Connection | None) -> list[str]:
    """The requested queues whose pool must be looked up: those that are not bound by their own name."""
    return sorted(requested_queues(params) - set(current["queues"] if current else ()))


def plan(params: EnhancedConnectionParams, current: Connection | None, found_queues: Queues) -> BindingPlan:
    """Decide about all bindings at once. ``found_queues`` has every queue that ``unresolved`` names."""
    current_queues = set(current["queues"]) if current else set()
    current_pools = set(connections.pool_names(current)) if current else set()
    bound_via = {name: pool for name, queue in found_queues.items() if queue and (pool := queues.pool_of(queue))}
    outside = [name for name, queue in found_queues.items() if queue and name not in bound_via]
    bound_via |= {name: name for name in (connections.listed_as_pools(current, outside) if current else ())}
    wanted_queues = requested_queues(params) - bound_via.keys()
    wanted_pools = {normalize_name(name) for name in params["elastic_resource_pools"] or ()} | set(bound_via.values())
    desired_queues = desired_set(
        None if params["queues"] is None else wanted_queues, current_queues, purge=params["purge_queues"]
    )
    # A pool can be bound because of a queue, so pools are unbound only if the task lists pools.
    purge_pools = params["elastic_resource_pools"] is not None and params["purge_elastic_resource_pools"]
    desired_pools = desired_set(wanted_pools, current_pools, purge=purge_pools)
    return BindingPlan(
        requested_queues=frozenset(wanted_queues),
        requested_pools=frozenset(wanted_pools),
        bind_queues=frozenset(desired_queues - current_queues),
        bind_pools=frozenset(desired_pools - current_pools),
        unbind_queues=frozenset(current_queues - desired_queues),
        unbind_pools=frozenset(current_pools - desired_pools),
        bound_via=bound_via,
    )


def unchanged(params: EnhancedConnectionParams, current: Connection | None) -> BindingPlan:
    """The plan that neither adds nor removes a binding."""
    return plan({**params, "queues": None, "elastic_resource_pools": None}, current, {})


def requested_differences(
    current: Connection | None, decided: BindingPlan, problems: Mapping[str, list[str]]
) -> list[Difference]:
    """The differences of the options that have ``problems``."""
    found = {
        "queues": set(current["queues"]) if current else set(),
        "elastic_resource_pools": set(connections.pool_names(current)) if current else set(),
    }
    changes = {
        "queues": (decided.bind_queues, decided.unbind_queues),
        "elastic_resource_pools": (decided.bind_pools, decided.unbind_pools),
    }
    return [
        Difference(
            option,
            sorted(found[option]) if current else None,
            sorted((found[option] | changes[option][0]) - changes[option][1]),
            "; ".join(texts),
        )
        for option, texts in problems.items()
        if texts
    ]


def missing(found_queues: Queues) -> list[str]:
    return sorted(name for name, queue in found_queues.items() if queue is None)


def shared(found_queues: Queues) -> list[str]:
    return sorted(name for name, queue in found_queues.items() if queue is not None and queues.is_shared(queue))


def failed_pools(current: Connection, decided: BindingPlan) -> Conflict | None:
    """Return the error to raise if a pool with a FAILED binding would be unbound: the service rejects that."""
    failed = [
        entry["name"]
        for entry in current["elastic_resource_pools"]
        if entry["status"] == connections.FAILED and entry["name"] in decided.unbind_pools
    ]
    if not failed:
        return None
    error = Conflict(
        f"Cannot unbind elastic resource pool {', '.join(sorted(failed))} from connection {current['name']}: "
        f"{CANNOT_UNBIND}.",
        hint="Delete the connection (state=absent) and create it again.",
        reason="failed",
        differences=tuple(requested_differences(current, decided, {"elastic_resource_pools": [CANNOT_UNBIND]})),
    )
    error.connection = current
    return error


def predicted(current: Connection, decided: BindingPlan, status: str) -> Connection:
    """The connection after the plan; new bindings have ``status``."""
    bound_queues = _after(current["available_queue_info"], decided.unbind_queues, decided.bind_queues, status)
    bound_pools = _after(current["elastic_resource_pools"], decided.unbind_pools, decided.bind_pools, status)
    return {
        **current,
        "queues": sorted(entry["name"] for entry in bound_queues),
        "available_queue_info": bound_queues,
        "elastic_resource_pools": bound_pools,
    }


def without(current: Connection, queue_names: frozenset[str], pool_names: frozenset[str]) -> Connection:
    """The connection without these bindings."""
    bound_queues = _after(current["available_queue_info"], queue_names, frozenset(), "")
    return {
        **current,
        "queues": sorted(entry["name"] for entry in bound_queues),
        "available_queue_info": bound_queues,
        "elastic_resource_pools": _after(current["elastic_resource_pools"], pool_names, frozenset(), ""),
    }


def _after(entries: list[Binding], removed: frozenset[str], added: frozenset[str], status: str) -> list[Binding]:
    kept = [entry for entry in entries if entry["name"] not in removed]
    return kept + [connections.predicted_binding(name, status) for name in sorted(added)]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Effects of the decision about one object on later decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._api import connections, pools, queues
from .._core.compare import normalize_name
from .._queue.scaling_policies import initial_policies
from .kinds import CONNECTION, POOL, QUEUE, Kind

if TYPE_CHECKING:
    from .._core.results import Outcome
    from .client import PlanClient


def current(api: PlanClient, kind: Kind, name: str, object_id: str | None) -> Mapping[str, Any] | None:
    """The object as it is now; of several with the name, the one with the ID. Raises Ambiguous."""
    if kind is CONNECTION and object_id is None:
        return connections.only(name, connections.all_named(api, name))
    found: Mapping[str, Any] | None = _known(api, kind).get(name if object_id is None else object_id)
    return found


def existing(api: PlanClient, kind: Kind) -> list[Mapping[str, Any]]:
    """All objects of a kind, sorted by name, without those that the service makes itself."""
    own = [each for each in _known(api, kind).values() if not _is_preset(api, kind, each)]
    return sorted(own, key=lambda each: (str(each["name"]), str(each.get("id"))))


def _is_preset(api: PlanClient, kind: Kind, found: Mapping[str, Any]) -> bool:
    if kind is QUEUE:
        return found["name"] == queues.DEFAULT_QUEUE or queues.is_shared(found)
    if kind is POOL and not found["queues"]:
        # A dedicated queue outside pools may have a pool of its own, which has its name [one comment in a client].
        namesake = api.objects_read(queues.KIND).get(found["name"])
        return namesake is not None and not queues.pool_of(namesake)
    return False


def apply(api: PlanClient, kind: Kind, name: str, before: Mapping[str, Any] | None, outcome: Outcome) -> None:
    """Update the client with the predicted object, for later decisions."""
    if not outcome.changed:
        return
    known, after = _known(api, kind), outcome.after
    if before is not None:
        known.pop(before["id"] if kind is CONNECTION else name)
    if after is not None:
        known[after["id"] or f"new {name}" if kind is CONNECTION else name] = after
    if before is not None and kind is not CONNECTION and (after is None or is_new(kind, after)):
        # The service removes the bindings of a deleted queue or pool.
        api.remove_bindings(connections.QUEUE if kind is QUEUE else connections.POOL, name)
    if kind is QUEUE:
        _move(api, name, queues.pool_of(before) if before else "", after)


def is_new(kind: Kind, after: Mapping[str, Any]) -> bool:
    """Whether an object does not exist before the run, or only another one with its name."""
    return after[kind.own_id] is None


def _known(api: PlanClient, kind: Kind) -> Any:
    return api.objects(kind.known)


def _move(api: PlanClient, name: str, old_pool: str, queue: Mapping[str, Any] | None) -> None:
    """Let the pools contain the queue as it will be, or no longer."""
    new_pool = queues.pool_of(queue) if queue else ""
    if old_pool != new_pool:
        _set_contains(api, old_pool, name, False)
        _set_contains(api, new_pool, name, True)
    if queue is None or not new_pool:
        return
    policies = queue["scaling_policies"]
    if policies is None and (old_pool != new_pool or is_new(QUEUE, queue)):
        policies = initial_policies(queue["cu_count"])
    if policies is not None:
        planned: Any = {"name": name, "queue_name": name, "queue_scaling_policies": policies}
        api.queues_of_pools.plan(new_pool, planned)


def _set_contains(api: PlanClient, pool_name: str, queue: str, contains: bool) -> None:
    if not pool_name:
        return
    known = api.objects(pools.KIND) or {}
    if pool := known.get(normalize_name(pool_name)):
        others = [name for name in pool["queues"] if name != queue]
        known[pool["name"]] = {**pool, "queues": sorted([*others, queue] if contains else others)}

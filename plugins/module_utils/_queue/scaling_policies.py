# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling policies of a queue in an elastic resource pool, an aspect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import pools, queues
from .._api.policies import demand_problems, policies_of, times
from .._aspect.aspect import Aspect
from .._core.compare import normalize_name
from .._core.errors import Conflict
from .._http import lost_answers

if TYPE_CHECKING:
    from .._api.policies import ScalingPolicy
    from .._api.pools import Pool, PoolQueue
    from .._http.client import Client


NEW_PRIORITY = 1


def _pool_queues(api: Client, queue: Mapping[str, Any]) -> list[PoolQueue]:
    """All queues of the pool of a queue, with their policies. Raises Conflict if the queue is in no pool."""
    pool = queues.pool_of(queue)
    if not pool:
        raise Conflict(
            f"Cannot set scaling_policies of queue {queue['name']}: it is in no elastic resource pool.",
            hint="Scale the queue with cu_count, or add it to a pool with elastic_resource_pool_name.",
        )
    return pools.list_queues(api, pool)


def _of(name: str, pool_queues: Iterable[PoolQueue]) -> list[ScalingPolicy]:
    return next((policies_of(queue) for queue in pool_queues if queue["name"] == name), [])


def _desired(params: Mapping[str, Any], current: list[ScalingPolicy]) -> list[ScalingPolicy]:
    """The requested policies, which replace all others, in the form in which policies are read."""
    by_times = {times(policy): policy for policy in current}
    filled = [
        {**policy, "priority": policy["priority"] or _priority(by_times.get(times(policy)))}
        for policy in params["scaling_policies"]
    ]
    requested = policies_of({"queue_scaling_policies": filled})
    return [_as_returned(policy, by_times.get(times(policy))) for policy in requested]


def _priority(current: ScalingPolicy | None) -> int:
    """The priority of a policy that states none."""
    return current["priority"] if current else NEW_PRIORITY


def _as_returned(requested: ScalingPolicy, current: ScalingPolicy | None) -> ScalingPolicy:
    """The requested policy as the service returns it: one that inherits has the ``max_cu`` of the pool."""
    if current is None or not requested["inherit_elastic_resource_pool_max_cu"]:
        return requested
    return {**requested, "max_cu": current["max_cu"]} if current["inherit_elastic_resource_pool_max_cu"] else requested


def _send(api: Client, queue: Mapping[str, Any], _before: list[ScalingPolicy], after: list[ScalingPolicy]) -> None:
    name, pool = str(queue["name"]), queues.pool_of(queue)
    operation = f"set the scaling policies of queue {name} in elastic resource pool {pool}"
    lost_answers.send_and_confirm(
        lambda: api.put(pools.path(api, pool, "queues", name), operation, {"queue_scaling_policies": after}),
        confirm=lambda: _of(name, pools.list_queues(api, pool)) == after,
    )


ASPECT = Aspect(
    option=queues.SCALING_POLICIES,
    read=_pool_queues,
    relevant=lambda params, pool_queues: _of(normalize_name(params["name"]), pool_queues),
    desired=_desired,
    send=_send,
    empty=[],
    is_busy=lambda api, queue: pools.is_busy(api, queues.pool_of(queue)),
)


def of_many() -> Aspect:
    """The aspect for reading the policies of many queues, with one list for each pool."""
    by_pool: dict[str, list[PoolQueue]] = {}

    def read(api: Client, queue: Mapping[str, Any]) -> list[ScalingPolicy]:
        pool = queues.pool_of(queue)
        if pool not in by_pool:
            by_pool[pool] = _pool_queues(api, queue)
        return _of(queue["name"], by_pool[pool])

    return ASPECT._replace(read=read, relevant=None)


def initial_policies(cu_count: int) -> list[ScalingPolicy]:
    """The policies of a queue that has just joined a pool, or was created in it."""
    policy = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": cu_count, "max_cu": cu_count}
    return policies_of({"queue_scaling_policies": [{"priority": NEW_PRIORITY, **policy}]})


def pool_problems(
    pool: Pool, pool_queues: Iterable[PoolQueue], name: str, demand: Iterable[list[ScalingPolicy]]
) -> list[str]:
    """Why the pool is too small for its queues if the queue ``name`` has these policies, one set after the other."""
    others = [queue for queue in pool_queues if queue["name"] != name]
    problems = [
        problem
        for policies in demand
        for problem in demand_problems(
            pool["max_cu"], pool["min_cu"], [*others, {"queue_name": name, "queue_scaling_policies": policies}]
        )
    ]
    return list(dict.fromkeys(problems))

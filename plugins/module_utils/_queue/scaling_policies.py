# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling policies of a queue that lives in an elastic resource pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import pools, queues
from .._api.policies import demand_problems, policies_of
from .._aspect.aspect import Aspect
from .._core.compare import normalize_name
from .._core.errors import Conflict

if TYPE_CHECKING:
    from .._http.client import Client

    Policies = list[dict[str, Any]]
    PoolQueues = list[dict[str, Any]]


def _pool_queues(api: Client, queue: Mapping[str, Any]) -> PoolQueues:
    """All queues of the pool of a queue, with their policies. Raises Conflict if it lives in no pool."""
    pool = queues.pool_of(queue)
    if not pool:
        raise Conflict(
            f"Queue {queue['name']} has no scaling policies: it lives in no elastic resource pool.",
            hint="Scale it with cu_count, or let it join a pool with elastic_resource_pool_name.",
        )
    return pools.list_queues(api, pool)


def _of(name: str, members: PoolQueues) -> Policies:
    return policies_of(next((entry for entry in members if entry["name"] == name), {}))


def _desired(params: Mapping[str, Any], current: Policies) -> Policies:
    """A full replacement, in the form in which policies are read."""
    there = {_times(policy): policy for policy in current}
    wanted = policies_of({"queue_scaling_policies": params["scaling_policies"]})
    return [_as_it_is_shown(policy, there.get(_times(policy))) for policy in wanted]


def _times(policy: Mapping[str, Any]) -> tuple[str, str]:
    return policy["impact_start_time"], policy["impact_stop_time"]


def _as_it_is_shown(wanted: dict[str, Any], there: Mapping[str, Any] | None) -> dict[str, Any]:
    """A policy that inherits shows the ``max_cu`` of its pool, whatever it was asked for with."""
    inherits = "inherit_elastic_resource_pool_max_cu"
    if there is not None and wanted[inherits] and there[inherits]:
        return {**wanted, "max_cu": there["max_cu"]}
    return wanted


def _send(api: Client, queue: Mapping[str, Any], _before: Policies, after: Policies) -> None:
    name, pool = str(queue["name"]), queues.pool_of(queue)
    operation = f"set the scaling policies of queue {name} in elastic resource pool {pool}"
    api.put(pools.path(api, pool, "queues", name), operation, {"queue_scaling_policies": after})


ASPECT = Aspect(
    option="scaling_policies",
    read=_pool_queues,
    relevant=lambda params, members: _of(normalize_name(params["name"]), members),
    desired=_desired,
    send=_send,
    empty=[],
)


def of_many() -> Aspect:
    """The aspect for reading the policies of many queues: each pool is asked once, for all of its queues."""
    known: dict[str, PoolQueues] = {}

    def read(api: Client, queue: Mapping[str, Any]) -> Policies:
        pool = queues.pool_of(queue)
        if pool not in known:
            known[pool] = _pool_queues(api, queue)
        return _of(queue["name"], known[pool])

    return ASPECT._replace(read=read, relevant=None)


def at_first(cu_count: int) -> Policies:
    """What a queue has when it comes into a pool."""
    policy = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": cu_count, "max_cu": cu_count}
    return policies_of({"queue_scaling_policies": [{"priority": 1, **policy}]})


def pool_problems(pool: Mapping[str, Any], members: PoolQueues, name: str, steps: Iterable[Policies]) -> list[str]:
    """What a pool with these queues says against policies that one of them is to have, one after the other."""
    others = [queue for queue in members if queue["name"] != name]
    problems = [
        problem
        for policies in steps
        for problem in demand_problems(
            pool["max_cu"], pool["min_cu"], [*others, {"queue_name": name, "queue_scaling_policies": policies}]
        )
    ]
    return list(dict.fromkeys(problems))

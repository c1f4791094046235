# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling policies of a queue that lives in an elastic resource pool.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _pools as pools
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import Conflict
from ansible_collections.huaweicloud.dli.plugins.module_utils._facets import Facet

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

    Policies = list[dict[str, Any]]


def read(api: Client, queue: Mapping[str, Any]) -> Policies:
    """The policies of a queue. Raises Conflict if it lives in no pool."""
    pool = queues.pool_of(queue)
    if not pool:
        raise Conflict(
            f"Queue {queue['name']} has no scaling policies: it lives in no elastic resource pool.",
            hint="Scale it with cu_count, or let it join a pool with elastic_resource_pool_name.",
        )
    its_queues = pools.list_queues(api, pool)
    mine = (entry for entry in its_queues if str(entry["queue_name"]).lower() == queue["name"])
    return pools.policies_of(next(mine, {}))


def _decide(params: Mapping[str, Any], _current: Policies) -> Policies:
    """A full replacement, in the form in which policies are read."""
    return pools.policies_of({"queue_scaling_policies": params["scaling_policies"]})


def _send(api: Client, queue: Mapping[str, Any], _before: Policies, after: Policies) -> None:
    name, pool = str(queue["name"]), queues.pool_of(queue)
    attempt = f"set the scaling policies of queue {name} in elastic resource pool {pool}"
    api.put(pools.path(api, pool, "queues", name), attempt, {"queue_scaling_policies": after})


FACET = Facet(
    option="scaling_policies",
    read=read,
    decide=_decide,
    send=_send,
    empty=[],
)


def pool_problems(api: Client, queue: Mapping[str, Any], wanted: Policies) -> list[str]:
    """What the pool of the queue says against policies that are about to be set; two requests."""
    pool_name = queues.pool_of(queue)
    pool = pools.find(api, pool_name)
    if pool is None:
        return [f"scaling_policies: there is no elastic resource pool {pool_name}"]
    others = [q for q in pools.list_queues(api, pool_name) if str(q["queue_name"]).lower() != queue["name"]]
    mine = {"queue_name": queue["name"], "queue_scaling_policies": wanted}
    return [
        f"scaling_policies: {problem}"
        for problem in pools.claim_problems(pool["max_cu"], pool["min_cu"], [*others, mine])
    ]

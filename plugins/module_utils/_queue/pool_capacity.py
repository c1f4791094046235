# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the elastic resource pool of a queue has enough CUs for the run; checked before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import pools, queues
from .._core.errors import Conflict
from . import aspects as queue_aspects
from . import scaling_policies

if TYPE_CHECKING:
    from .._api.policies import ScalingPolicy
    from .._api.pools import Pool, PoolQueue
    from .._api.queues import Queue
    from .._aspect.aspect import Decisions
    from .params import QueueTask


def check(task: QueueTask, queue: Queue, decided: Decisions, *, joins: bool) -> tuple[str, ...]:
    """Raise Conflict if the pool of the queue does not exist or does not allow the demand; returns warnings.

    ``queue`` is the predicted queue; ``joins`` means that the run adds it to the pool. In check mode, a missing or too
    small pool is only a warning: an earlier task of the play may be the one to create or enlarge it.
    """
    demand, name = _demand(queue, decided, joins), queues.pool_of(queue)
    if not name or not demand:
        return ()
    pool = pools.find(task.api, name)
    if pool is None:
        if task.may_appear:
            return (f"Elastic resource pool {name} does not exist yet, so its limits could not be checked.",)
        raise pools.missing_error(name)
    if failure := pools.failure(pool):
        raise failure
    pool_queues = queue_aspects.pool_queues_read(decided)
    if pool_queues is None:
        pool_queues = pools.list_queues(task.api, name)
    return _check_demand(task, queue["name"], pool, pool_queues, demand)


def _demand(queue: Queue, decided: Decisions, joins: bool) -> list[list[ScalingPolicy]]:
    """The policies that the queue has one after the other: those on joining the pool, then those that the run sets."""
    policies = queue_aspects.new_policies(decided)
    initial = [scaling_policies.initial_policies(queue["cu_count"])] if joins else []
    return [*initial, policies] if policies else initial


def _check_demand(
    task: QueueTask, name: str, pool: Pool, pool_queues: list[PoolQueue], demand: list[list[ScalingPolicy]]
) -> tuple[str, ...]:
    problems = scaling_policies.pool_problems(pool, pool_queues, name, demand)
    if not problems:
        return ()
    message = f"Queue {name} demands more CUs than elastic resource pool {pool['name']} has: {'; '.join(problems)}."
    if task.may_appear:
        return (message,)
    raise Conflict(
        message,
        hint="Lower scaling_policies (the initial demand of a new queue is its cu_count), or enlarge the pool.",
    )

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an elastic resource pool allows what one of its queues is about to claim; asked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._api import pools, queues
from .._core.errors import Conflict
from . import aspects as queue_aspects
from . import scaling_policies

if TYPE_CHECKING:
    from .._api.task import Task
    from .._aspect.aspect import Decisions
    from .scaling_policies import Policies, PoolQueues


def check(task: Task, queue: Mapping[str, Any], decided: Decisions, *, joins: bool) -> tuple[str, ...]:
    """Raises Conflict if the pool of the queue does not exist, or does not allow what is asked of it; returns warnings.

    ``queue`` is what it is to be, and ``joins`` says whether it comes into the pool.
    """
    demand, properties = _demand(queue, decided, joins), queue_aspects.new_of_pools(decided)
    name = queues.pool_of(queue)
    if not name or not (demand or properties):
        return ()
    pool = pools.find(task.api, name)
    if pool is None:
        if task.dry_run:
            # An earlier task may be the one to create it.
            return (f"Elastic resource pool {name} does not exist yet, so nobody could check what it allows.",)
        raise Conflict(f"There is no elastic resource pool {name}.")
    if problem := pools.failure(pool):
        raise problem
    if properties and pools.is_basic(pool):
        raise Conflict(
            f"Queue {queue['name']} cannot have the properties {', '.join(properties)}: they need a standard elastic "
            f"resource pool, and {name} is of the basic edition."
        )
    if not demand:
        return ()
    members = queue_aspects.members_read(decided)
    if members is None:
        members = pools.list_queues(task.api, name)
    return _check_demand(task, queue["name"], pool, members, demand)


def _demand(queue: Mapping[str, Any], decided: Decisions, joins: bool) -> list[Policies]:
    """What the queue claims of its pool, one after the other: what it joins with, then the policies it is given."""
    policies = queue_aspects.new_policies(decided)
    first = [scaling_policies.at_first(queue["cu_count"])] if joins else []
    return [*first, policies] if policies else first


def _check_demand(
    task: Task, name: str, pool: Mapping[str, Any], members: PoolQueues, demand: list[Policies]
) -> tuple[str, ...]:
    problems = scaling_policies.pool_problems(pool, members, name, demand)
    if not problems:
        return ()
    too_much = f"Queue {name} cannot have these CUs in elastic resource pool {pool['name']}: {'; '.join(problems)}."
    if task.dry_run:
        # An earlier task may be the one to make it larger.
        return (too_much,)
    raise Conflict(
        too_much,
        hint="Claim less with scaling_policies (a new queue claims its cu_count first), or make the pool larger.",
    )

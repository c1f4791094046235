# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an elastic resource pool allows what one of its queues is about to claim; asked before anything is sent.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _pools as pools
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils import _scaling_policies as scaling_policies
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import Conflict

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._queue_plan import Task
    from ansible_collections.huaweicloud.dli.plugins.module_utils._scaling_policies import Policies


def claims(queue: Mapping[str, Any], policies: Policies, *, joins: bool) -> list[Policies]:
    """What the queue claims of its pool, one after the other: what it joins with, then the ``policies`` it is given."""
    first = [scaling_policies.at_first(queue["cu_count"])] if joins else []
    return [*first, policies] if policies else first


def check(
    task: Task, queue: Mapping[str, Any], claimed: list[Policies], properties: Sequence[str] = ()
) -> tuple[str, ...]:
    """Raises Conflict if the pool of the queue does not exist, or does not allow it these claims; returns warnings.

    ``properties`` are those about to be set that only queues in a pool have.
    """
    if not claimed and not properties:
        return ()
    name = queues.pool_of(queue)
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
    return _check_claims(task, queue, pool, claimed) if claimed else ()


def _check_claims(
    task: Task, queue: Mapping[str, Any], pool: Mapping[str, Any], claimed: list[Policies]
) -> tuple[str, ...]:
    problems = scaling_policies.pool_problems(task.api, pool, queue["name"], claimed)
    if not problems:
        return ()
    too_much = (
        f"Queue {queue['name']} cannot have these CUs in elastic resource pool {pool['name']}: {'; '.join(problems)}."
    )
    if task.dry_run:
        # An earlier task may be the one to make it larger.
        return (too_much,)
    raise Conflict(
        too_much,
        hint="Claim less with scaling_policies (a new queue claims its cu_count first), or make the pool larger.",
    )

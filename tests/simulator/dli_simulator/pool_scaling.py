# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the size of a pool follows its queues, and which queues a pool accepts."""

from __future__ import annotations

from .errors import bad_parameter, unavailable
from .models import DAY, Policy, Pool, Queue
from .state import Project, State, millis

_STEP = 16


def check_pool_available(pool: Pool) -> None:
    """Refuse calls that need an AVAILABLE pool. Assumption: the error code."""
    if pool.status != "AVAILABLE" or pool.deleting:
        status = "DELETING" if pool.deleting else pool.status
        name = pool.elastic_resource_pool_name
        raise unavailable(f"Status of elastic resource pool {name} is {status}, which is not available")


def check_can_join(project: Project, pool: Pool, size: int) -> None:
    check_pool_available(pool)
    if size > pool.max_cu:
        raise bad_parameter(f"The queue has more CUs than the pool {pool.elastic_resource_pool_name} may have.")
    check_minimum(project, pool, minimum=pool.min_cu, extra=size)


def check_minimum(project: Project, pool: Pool, *, minimum: int, extra: int = 0) -> None:
    """The guaranteed CUs of all queues must fit into the pool's own minimum at any hour."""
    queues = project.queues_in(pool)
    for hour in range(24):
        if sum(queue.policy_at(hour).min_cu for queue in queues) + extra > minimum:
            raise bad_parameter(
                f"The minimum CUs of the elastic resource pool {pool.elastic_resource_pool_name} are less than "
                "the sum of the minimum CUs of its queues."
            )


def join(state: State, project: Project, queue: Queue, pool: Pool) -> None:
    """Put a queue into a pool.

    Assumptions: the queue is ready when the pool has finished scaling, and loses its own bindings, because it is now
    part of the pool's network.
    """
    size = queue.cu_count
    project.drop_peers("available_queue_info", queue.queue_name)
    queue.elastic_resource_pool_name = pool.elastic_resource_pool_name
    queue.cidr_in_vpc = pool.cidr_in_vpc
    queue.queue_scaling_policies = [Policy(1, "00:00", DAY, size, size)]
    rescale(state, project, pool)
    queue.ready_at = pool.busy_until


def rescale(state: State, project: Project, pool: Pool) -> None:
    """Adapt the pool to its queues. The actual size changes at once, the current one at the end of the change."""
    queues = project.queues_in(pool)
    if queues or pool.actual_cu:
        wanted = sum(queue.max_cu for queue in queues)
        pool.actual_cu = _round_up(max(min(wanted, pool.max_cu), pool.min_cu))
    pool.status = "SCALING"
    pool.busy_until = state.now + state.knobs.pool_scaling_seconds
    state.scheduler.add(pool.busy_until, lambda moment: _end(pool, moment))


def _end(pool: Pool, moment: float) -> None:
    """End a change, unless a later one has started in the meantime."""
    if pool.status != "SCALING" or moment < pool.busy_until:
        return
    pool.status = "AVAILABLE"
    pool.current_cu = pool.actual_cu or pool.min_cu
    pool.update_time = millis(moment)


def _round_up(size: int) -> int:
    return -(-size // _STEP) * _STEP

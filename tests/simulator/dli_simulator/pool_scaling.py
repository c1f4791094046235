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


def check_can_join(state: State, project: Project, pool: Pool, size: int) -> None:
    _check_accepts_queues(state, project, pool, size)
    if size > pool.max_cu:
        raise bad_parameter(f"The queue has more CUs than the pool {pool.elastic_resource_pool_name} may have.")
    check_minimum(project, pool, minimum=pool.min_cu, extra=size)


def _check_accepts_queues(state: State, project: Project, pool: Pool, size: int) -> None:
    """Refuse a queue while the pool is changing, unless the knob allows it.

    Logs show that a pool accepts a second queue at once if it needs no more CUs. No log shows what happens otherwise.
    """
    accepted = state.knobs.queues_while_scaling
    fits = accepted == "all" or (accepted == "same_size" and _size_with(project, pool, size) <= _size(pool))
    if pool.status != "SCALING" or pool.deleting or not fits:
        check_pool_available(pool)


def _size(pool: Pool) -> int:
    """The CUs that the pool has, or will have at the end of a running change."""
    return max(pool.current_cu, pool.actual_cu)


def _size_with(project: Project, pool: Pool, extra: int = 0) -> int:
    """The actual CUs of the pool with its queues, and with a further one of this size."""
    needed = sum(queue.max_cu for queue in project.queues_in(pool)) + extra
    return _round_up(max(min(needed, pool.max_cu), pool.min_cu))


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

    Assumptions: the queue is ready when the pool is AVAILABLE, and loses its own bindings, because it is now
    part of the pool's network.
    """
    size = queue.cu_count
    project.drop_peers("available_queue_info", queue.queue_name)
    queue.elastic_resource_pool_name = pool.elastic_resource_pool_name
    queue.cidr_in_vpc = pool.cidr_in_vpc
    queue.queue_scaling_policies = [Policy(1, "00:00", DAY, size, size)]
    rescale(state, project, pool)
    queue.ready_at = pool.busy_until if pool.status == "SCALING" else state.now


def rescale(state: State, project: Project, pool: Pool, *, always: bool = False, at_full_hour: bool = False) -> None:
    """Adapt the pool to its queues. The actual size changes at once, the current one at the end of the change."""
    if at_full_hour and state.knobs.next_full_hour:
        due = (state.now // 3600 + 1) * 3600
        state.scheduler.add(due, lambda _moment: rescale(state, project, pool))
        if always:
            _start_scaling(state, pool)
        return
    if pool.actual_cu or project.queues_in(pool):
        pool.actual_cu = _size_with(project, pool)
    unchanged = pool.actual_cu == pool.current_cu and pool.status == "AVAILABLE"
    if unchanged and not always and not state.knobs.pool_always_scales:
        return
    _start_scaling(state, pool)


def _start_scaling(state: State, pool: Pool) -> None:
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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that finds something to do for a queue: what is decided, what is sent, and what came of it.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import queues
from .._core.changes import Outcome
from .._core.errors import Conflict
from . import aspects as queue_facets
from . import operations, plan, pool_capacity, preconditions, readiness, steps

if TYPE_CHECKING:
    from .plan import Task

    Queue = dict[str, Any]


def apply(task: Task, current: Queue | None) -> Outcome:
    """Bring the queue that was found into the state asked for; in check mode, only decide what that would change."""
    if task.params["state"] == "absent":
        return _ensure_absent(task, current)
    if task.params["state"] == "restarted":
        return _ensure_restarted(task, current)
    if current is None:
        return _ensure_created(task, replaced=None)
    return _ensure_changed(task, current)


def _ensure_absent(task: Task, current: Queue | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    if not task.dry_run:
        operations.delete(task.api, task.name, task.budget)
    return Outcome(changed=True, after=None, diff_before=queues.managed(current))


def _ensure_restarted(task: Task, current: Queue | None) -> Outcome:
    name = task.name
    if current is None:
        raise Conflict(f"Queue {name} cannot be restarted: it does not exist.")
    if current["queue_type"] != "sql":
        raise Conflict(
            f"Queue {name} cannot be restarted: its queue_type is {current['queue_type']}, and only sql queues can."
        )
    if queues.is_shared(current):
        raise Conflict(f"Queue {name} cannot be restarted: it is shared (resource_mode 0).")
    if not task.dry_run:
        operations.restart(task.api, name, task.budget, force=task.params["force"])
    concluded = readiness.without_asking(task.api, current, task.params["ready_age"])
    return Outcome(
        changed=True,
        after={**current, "readiness": concluded.as_result()},
        diff_before={"name": name, "restarted": False},
        diff_after={"name": name, "restarted": True},
    )


def _ensure_created(task: Task, *, replaced: Queue | None) -> Outcome:
    name, wanted = task.name, task.wanted
    preconditions.check_creation(task)
    decided = queue_facets.decide_for_new(task.params)
    # The range of a queue is no option of its creation; it is changed afterwards.
    change = {key: wanted.pop(key) for key in ("cidr_in_vpc",) if key in wanted}
    warnings: tuple[str, ...] = ()
    if change and not task.budget.wait:
        change, warnings = {}, ("cidr_in_vpc was left to a later run, because a new queue does not accept it yet.",)
    asked = {**wanted, **decided.at_creation}
    after: Queue = queues.from_api({"queue_name": name, **wanted, **change})
    warnings += pool_capacity.check(task, after, decided, joins=True)
    diff_before = {**queues.managed(replaced), **queue_facets.lost_with(task, replaced)} if replaced else {}
    if not task.dry_run:
        steps.create(task, asked, replaced=replaced is not None)
        after = plan.read(task) or after
        change, decided = steps.complete(task, after, change, decided.remaining_after_create())
        after = (plan.read(task) if change or decided.changes else None) or after
    result, more_warnings = plan.with_readiness(task, after)
    return Outcome(
        changed=True,
        after={**result, **decided.after},
        diff_before=diff_before,
        diff_after={"name": name, **wanted, **change, **decided.after},
        warnings=(*warnings, *decided.warnings, *more_warnings),
        unsupported=decided.unsupported,
    )


def _ensure_changed(task: Task, current: Queue) -> Outcome:
    change = plan.pending_changes(task, current)
    rejected = preconditions.rejected_changes(task, current, change)
    recreation_allowed = any(preconditions.recreation_allows(task, current, option) for option in rejected)
    if recreation_allowed and task.params["force_recreate"]:
        return _ensure_created(task, replaced=current)
    preconditions.raise_for(current, rejected, recreation_allowed=recreation_allowed)
    predicted = _with_change(current, change)
    decided = queue_facets.decide(task, current, change)
    warnings = pool_capacity.check(task, predicted, decided, joins="elastic_resource_pool_name" in change)
    after = predicted
    if (change or decided.changes) and not task.dry_run:
        change, decided = steps.send(task, current, change, decided)
        after = plan.read(task) or _with_change(current, change)
    unsettled = steps.rebuilds_cluster(change) and not task.budget.wait
    result, more_warnings = plan.with_readiness(task, after, unsettled=unsettled)
    return Outcome(
        changed=bool(change) or decided.changes,
        after={**result, **decided.after},
        diff_before={**queues.managed(current), **decided.before},
        diff_after={**queues.managed(_with_change(current, change)), **decided.after},
        warnings=(*warnings, *decided.warnings, *more_warnings),
        unsupported=decided.unsupported,
    )


def _with_change(current: Queue, change: dict[str, Any]) -> Queue:
    """The queue once it was changed; in a pool it gets another address range, which the pool knows."""
    moved = {"cidr_in_vpc": None} if "elastic_resource_pool_name" in change else {}
    return {**current, **moved, **change}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changing a queue: what is decided before anything is sent, what is sent, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import queues
from .._core.compare import normalize_cidr
from .._core.errors import ApiUnavailable, Busy, Conflict, DliError, not_offered
from .._core.results import Outcome
from . import aspects as queue_aspects
from . import operations, plan, pool_capacity, preconditions, readiness, readiness_waiter

if TYPE_CHECKING:
    from .._api.task import Task
    from .._aspect.aspect import Decisions

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
    name, wanted = task.name, plan.requested(task)
    preconditions.check_creation(task)
    decided = queue_aspects.decide_for_new(task.params)
    # The range of a queue is no option of its creation; it is changed afterwards.
    change = {key: wanted.pop(key) for key in ("cidr_in_vpc",) if key in wanted}
    warnings: tuple[str, ...] = ()
    if change and not task.budget.wait:
        change, warnings = {}, ("cidr_in_vpc was left to a later run, because a new queue does not accept it yet.",)
    asked = {**wanted, **decided.at_creation}
    after: Queue = queues.from_api({"queue_name": name, **wanted, **change})
    warnings += pool_capacity.check(task, after, decided, joins=True)
    diff_before = {**queues.managed(replaced), **queue_aspects.lost_with(task, replaced)} if replaced else {}
    if not task.dry_run:
        _create(task, asked, replaced=replaced is not None)
        after = plan.read(task) or after
        change, decided = _complete(task, after, change, decided.remaining_after_create())
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
    decided = queue_aspects.decide(task, current, change)
    warnings = pool_capacity.check(task, predicted, decided, joins="elastic_resource_pool_name" in change)
    after = predicted
    if (change or decided.changes) and not task.dry_run:
        change, decided = _send(task, current, change, decided)
        after = plan.read(task) or _with_change(current, change)
    unsettled = _rebuilds_cluster(change) and not task.budget.wait
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


def _create(task: Task, asked: dict[str, Any], *, replaced: bool) -> None:
    """Create a queue; one that is ``replaced`` is deleted first."""
    if not replaced:
        operations.create(task.api, task.name, asked, task.budget)
        return
    # Also without `wait`: the name is free only when the old queue is gone.
    operations.delete(task.api, task.name, task.budget.always_waiting())
    try:
        # A pool scales when a queue leaves it, and takes no other one meanwhile.
        operations.create(task.api, task.name, asked, task.budget.always_waiting())
    except DliError as exc:
        exc.hint = f"{exc.hint or ''} The old queue is deleted already; running the task again creates it anew.".strip()
        raise


def _complete(
    task: Task, created: Queue, change: dict[str, Any], decided: Decisions
) -> tuple[dict[str, Any], Decisions]:
    """Give a new queue what cannot be given at its creation; returns what came of it."""
    if not change and not decided.changes:
        return change, decided
    warnings: tuple[str, ...] = ()
    if task.budget.wait:
        _seen, warnings = readiness_waiter.wait_for_queues(task.api, [created], task.params["ready_age"], task.budget)
    return _send(task, created, change, decided._replace(warnings=decided.warnings + warnings))


def _send(task: Task, current: Queue, change: dict[str, Any], decided: Decisions) -> tuple[dict[str, Any], Decisions]:
    """Make the changes, each complete before the next one if the task waits; returns what came of them."""
    api, name, budget, ready_age = task.api, task.name, task.budget, task.params["ready_age"]
    warnings: tuple[str, ...] = ()
    if change and budget.wait:
        _seen, warnings = readiness_waiter.wait_for_queues(api, [current], ready_age, budget)
    if "elastic_resource_pool_name" in change:
        pool = change["elastic_resource_pool_name"]
        operations.join_pool(api, name, pool, budget)
        if budget.wait:
            readiness_waiter.wait_for_pool(api, pool, budget)
    if "cu_count" in change:
        operations.scale(api, name, change["cu_count"], budget)
    decided = decided._replace(warnings=decided.warnings + warnings)
    if "cidr_in_vpc" in change:
        change, decided = _change_cidr(task, current, change, decided)
    return change, decided.apply(api, {**current, **change}, budget)


def _change_cidr(
    task: Task, current: Queue, change: dict[str, Any], decided: Decisions
) -> tuple[dict[str, Any], Decisions]:
    """Change the address range, which some regions do not offer and which a busy queue does not accept."""
    option, unsupported, warnings = "cidr_in_vpc", decided.unsupported, decided.warnings
    if normalize_cidr(str(current[option])) == normalize_cidr(change[option]):
        # A new queue may get the right one by chance.
        return change, decided
    left = {key: value for key, value in change.items() if key != option}
    try:
        operations.set_cidr(task.api, task.name, change[option], task.budget)
    except ApiUnavailable as exc:
        return left, decided._replace(
            unsupported=(*unsupported, option), warnings=(*warnings, not_offered(option, exc))
        )
    except Busy as exc:
        warning = f"{option} was left to a later run, because {task.name} is busy. {exc}"
        return left, decided._replace(warnings=(*warnings, warning))
    if task.budget.wait:
        warnings += readiness_waiter.wait_for_rebuilt(task.api, current, task.params["ready_age"], task.budget)
    return change, decided._replace(warnings=warnings)


def _rebuilds_cluster(change: dict[str, Any]) -> bool:
    """Whether the cluster of the queue is made anew by the change, so that its age says nothing."""
    return bool(change.keys() & {"elastic_resource_pool_name", "cidr_in_vpc"})

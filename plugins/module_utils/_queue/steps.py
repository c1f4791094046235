# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carrying out what was decided about a queue: step by step, each complete before the next one if the task waits.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import queues
from .._aspect.aspect import not_offered
from .._core.errors import ApiUnavailable, Busy, DliError
from . import operations, readiness_waiter

if TYPE_CHECKING:
    from .._aspect.aspect import Decisions
    from .plan import Task

    Queue = dict[str, Any]


def create(task: Task, asked: dict[str, Any], *, replaced: bool) -> None:
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


def complete(
    task: Task, created: Queue, change: dict[str, Any], decided: Decisions
) -> tuple[dict[str, Any], Decisions]:
    """Give a new queue what cannot be given at its creation; returns what came of it."""
    if not change and not decided.changes:
        return change, decided
    warnings: tuple[str, ...] = ()
    if task.budget.wait:
        _seen, warnings = readiness_waiter.wait_for_queues(task.api, [created], task.params["ready_age"], task.budget)
    return send(task, created, change, decided._replace(warnings=decided.warnings + warnings))


def send(task: Task, current: Queue, change: dict[str, Any], decided: Decisions) -> tuple[dict[str, Any], Decisions]:
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
        change, decided = _send_cidr(task, current, change, decided)
    return change, decided.apply(api, {**current, **change}, budget)


def _send_cidr(
    task: Task, current: Queue, change: dict[str, Any], decided: Decisions
) -> tuple[dict[str, Any], Decisions]:
    """Change the address range, which some regions do not offer and which a busy queue does not accept."""
    option, unsupported, warnings = "cidr_in_vpc", decided.unsupported, decided.warnings
    if queues.normalize_cidr(str(current[option])) == queues.normalize_cidr(change[option]):
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


def rebuilds_cluster(change: dict[str, Any]) -> bool:
    """Whether the cluster of the queue is made anew by the change, so that its age says nothing."""
    return bool(change.keys() & {"elastic_resource_pool_name", "cidr_in_vpc"})

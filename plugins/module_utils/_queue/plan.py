# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run is about, what is there of it, and what is to become of the queue itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import queues
from .._core.compare import delta, given, normalize_name
from . import readiness

if TYPE_CHECKING:
    from .._api.task import Task

    Queue = dict[str, Any]


def requested(task: Task) -> dict[str, Any]:
    """The options of the task that describe the queue itself, with names as the service stores them."""
    wanted = given({key: task.params[key] for key in (*queues.CHANGEABLE, *queues.FIXED_AT_CREATION)})
    if "elastic_resource_pool_name" in wanted:
        wanted["elastic_resource_pool_name"] = normalize_name(wanted["elastic_resource_pool_name"])
    return wanted


def read(task: Task) -> Queue | None:
    """The queue as it is; None if there is none."""
    queue = queues.find(task.api, task.name)
    # The list is read only for what nothing else shows, because its size grows with the project.
    if queue is not None and task.params["state"] == "present" and queues.ONLY_IN_LIST & requested(task).keys():
        return queues.with_list_fields(task.api, queue)
    return queue


def pending_changes(task: Task, current: Queue) -> dict[str, Any]:
    """The fields of the queue itself that are to become different."""
    change = delta(requested(task), current, queues.NORMAL)
    in_pool = queues.pool_of(current) or "elastic_resource_pool_name" in change
    if in_pool and task.params["scaling_policies"] is not None:
        # Then it says only what a queue is created with.
        change.pop("cu_count", None)
    return change


def has_aspect_options(task: Task) -> bool:
    return any(task.params[option] is not None for option in queues.ASPECTS)


def with_readiness(task: Task, queue: Queue, *, unsettled: bool = False) -> tuple[Queue, tuple[str, ...]]:
    """The queue with what can be said of its readiness; waits for it if that was asked for."""
    ready_age = task.params["ready_age"]
    concluded = readiness.NOT_ASKED if unsettled else readiness.without_asking(task.api, queue, ready_age)
    warnings: tuple[str, ...] = ()
    if task.budget.wait and not task.dry_run and not concluded.ready:
        from . import readiness_waiter

        seen, warnings = readiness_waiter.wait_for_queues(task.api, [queue], ready_age, task.budget)
        concluded = seen[queue["name"]]
    return {**queue, "readiness": concluded.as_result()}, warnings

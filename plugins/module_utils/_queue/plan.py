# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requested and the current state of a queue, and their difference: all that a run without changes needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._api import queues
from .._core.compare import delta, given, normalize_name
from . import readiness

if TYPE_CHECKING:
    from .._api.queues import Queue, QueueOptions
    from .params import QueueTask


def requested(task: QueueTask) -> QueueOptions:
    """The given options that describe the queue itself, under the names of its fields."""
    fields = (*queues.CHANGEABLE, *queues.FIXED_AT_CREATION)
    options = cast("QueueOptions", given({key: value for key, value in task.params.items() if key in fields}))
    if "elastic_resource_pool_name" in options:
        options["elastic_resource_pool_name"] = normalize_name(options["elastic_resource_pool_name"])
    return options


def read(task: QueueTask) -> Queue | None:
    """The current queue; None if it does not exist."""
    # The cost of the list grows with the project, so it is read only for requested fields that nothing else shows.
    fields = requested(task) if task.params["state"] == "present" else {}
    return queues.find_with(task.api, task.name, fields)


def pending_changes(task: QueueTask, current: Queue) -> QueueOptions:
    """The requested fields of the queue that differ from the current ones."""
    change = cast("QueueOptions", delta(requested(task), current, queues.NORMAL))
    in_pool = queues.pool_of(current) or "elastic_resource_pool_name" in change
    if in_pool and task.params["scaling_policies"] is not None:
        # The policies scale the queue; cu_count only states the size at creation.
        change.pop("cu_count", None)
    return change


def has_aspect_options(task: QueueTask) -> bool:
    """Whether the options of a sub-resource are given."""
    return any(value is not None for key, value in task.params.items() if key in queues.ASPECTS)


def with_readiness(task: QueueTask, queue: Queue, *, rebuilding: bool = False) -> tuple[Queue, tuple[str, ...]]:
    """The queue with its readiness, and warnings. With ``wait``, wait until the queue is ready.

    ``rebuilding`` means that the service rebuilds the cluster, so that the age of the queue proves nothing.
    """
    ready_age = task.params["ready_age"]
    state = readiness.NOT_ASKED if rebuilding else readiness.from_age(task.api, queue, ready_age)
    warnings: tuple[str, ...] = ()
    if task.budget.wait and not task.dry_run and not state.ready:
        from . import readiness_waiter

        states, warnings = readiness_waiter.wait_for_queues(task.api, [queue], ready_age, task.budget)
        state = states[queue["name"]]
    return {**queue, "readiness": state.as_result()}, warnings

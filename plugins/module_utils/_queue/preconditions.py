# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preconditions of changes to a queue. Each check reports all problems in one error, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._api import connections, queues
from .._aspect import tags
from .._core.errors import (
    ApiError,
    ApiUnavailable,
    Conflict,
    Difference,
    ImmutableOption,
    InvalidInput,
)
from . import plan

if TYPE_CHECKING:
    from .._api.queues import Queue, QueueOptions
    from .._core.refusals import Refusals
    from .._http.client import Client
    from .params import QueueTask

# The API reference lists the first three; a region was seen that knows the last one.
CU_AT_CREATION = (16, 64, 256, 512)
SCALING_STEP = 16
LEAST_SCALABLE = 64
SMALL_QUEUE_HINT = (
    f"In some regions, queues of less than {LEAST_SCALABLE} CUs cannot be scaled. Keep the current cu_count, or set "
    "force_recreate=true to delete the queue and create it again."
)
KINDS = {"general": "queue_type=general", "spark": "queue_type=sql", "hetuEngine": "engine=hetuEngine"}
LEAST_IN_POOL = {"general": 4, "spark": 8, "hetuEngine": 96}


def check_creation(task: QueueTask) -> None:
    """Raise InvalidInput if options are missing or wrong for a new queue."""
    options = plan.requested(task)
    pool = options.get("elastic_resource_pool_name")
    problems = []
    if "cu_count" not in options:
        problems.append(f"cu_count is required to create queue {task.name}")
    elif problem := _size_problem(options, pool):
        problems.append(problem)
    if task.params["scaling_policies"] is not None and not pool:
        problems.append(f"elastic_resource_pool_name is required to create queue {task.name} with scaling_policies")
    if problems:
        raise InvalidInput(problems)


def _size_problem(options: QueueOptions, pool: str | None) -> str | None:
    """Why no queue is created with the CU count of these options."""
    if not pool:
        return cu_count_at_creation(options["cu_count"], pool)
    kind = "general" if options.get("queue_type") == "general" else options.get("engine", "spark")
    if options["cu_count"] >= LEAST_IN_POOL[kind]:
        return None
    return (
        f"cu_count must be at least {LEAST_IN_POOL[kind]} to create a queue of this type ({KINDS[kind]}) in an elastic "
        f"resource pool, got {options['cu_count']}"
    )


def cu_count_at_creation(cu_count: int, pool: str | None) -> str | None:
    """Why no queue is created with this CU count; None in a pool, where the type of the queue decides."""
    if pool or cu_count in CU_AT_CREATION:
        return None
    sizes = ", ".join(str(size) for size in CU_AT_CREATION)
    return (
        f"cu_count must be one of {sizes} to create a queue outside an elastic resource pool (scale the queue "
        f"afterwards), got {cu_count}"
    )


def rejected_changes(task: QueueTask, current: Queue, change: QueueOptions, refusals: Refusals) -> list[Difference]:
    """The requested changes that cannot be made to this queue."""
    found = {each.option: each for each in [*_immutable_changes(current, change), *change_problems(current, change)]}
    rejected = list(found.values())
    if difference := _properties_problem(task, current, change):
        rejected.append(difference)
    if "cidr_in_vpc" in change and "cidr_in_vpc" not in found:
        cidr = change["cidr_in_vpc"]
        rejected += refusals.attempt(lambda: _cidr_problem(task.api, current, cidr), [])
    return rejected


def _immutable_changes(current: Mapping[str, Any], change: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference.immutable(option, current[option], change[option])
        for option in queues.FIXED_AT_CREATION
        if option in change
    ]


def _properties_problem(task: QueueTask, current: Queue, change: Mapping[str, Any]) -> Difference | None:
    requested = task.params["properties"]
    if not requested or change.keys() & {"queue_type", "engine"} or queues.has_properties(current):
        return None
    why = "properties require queue_type=sql and engine=spark"
    return Difference("properties", {}, requested, why, why)


def _cidr_problem(api: Client, current: Queue, cidr: str) -> list[Difference]:
    names = connections.that_bind(api, current["name"])
    if not names or _lacks_cidr_change(api, current):
        return []
    why = f"the queue is bound to {', '.join(names)}, and only an unbound queue can change its CIDR block"
    return [Difference.impossible("cidr_in_vpc", current["cidr_in_vpc"], cidr, why)]


def _lacks_cidr_change(api: Client, current: Queue) -> bool:
    """Whether the region seems to lack the call that changes a CIDR block; sending it then shows the same.

    No read-only request can tell. But the edition of DLI that lacks the call has no tag API either, and every other
    region is taken to have both [assumption].
    """
    try:
        tags.OF_QUEUES.read(api, current)
    except ApiUnavailable:
        return True
    except ApiError:
        # For example, the user may not have the permission to read tags.
        return False
    return False


def change_problems(queue: Mapping[str, Any], change: Mapping[str, Any]) -> list[Difference]:
    """The changes that the state of this queue does not allow. Costs no request."""
    reasons = {}
    pool = _target_pool(queue, change)
    if "elastic_resource_pool_name" in change and queues.pool_of(queue):
        reasons["elastic_resource_pool_name"] = "a queue cannot leave its pool or move to another one"
    if "cu_count" in change and (reason := _scaling_problem(queue, pool, change["cu_count"])):
        reasons["cu_count"] = reason
    if "cidr_in_vpc" in change and pool:
        reasons["cidr_in_vpc"] = f"a queue in an elastic resource pool ({pool}) uses the CIDR block of the pool"
    return [Difference.impossible(option, queue[option], change[option], why) for option, why in reasons.items()]


def _target_pool(queue: Mapping[str, Any], change: Mapping[str, Any]) -> str:
    """The pool of the queue after the change; empty if it is in none."""
    return queues.pool_of(queue) or change.get("elastic_resource_pool_name", "")


def _scaling_problem(queue: Mapping[str, Any], pool: str, target: int) -> str | None:
    if pool:
        return f"scaling_policies scale a queue in an elastic resource pool ({pool})"
    difference = abs(target - queue["cu_count"])
    if difference % SCALING_STEP:
        return f"the CU count changes in steps of {SCALING_STEP}, and the difference is {difference}"
    return None


def scaling_doubt(queue: Mapping[str, Any], change: Mapping[str, Any]) -> str | None:
    """Why the service may reject a scaling that the rules allow; None if nothing suggests so.

    An old edition of the documentation excludes small queues, but the service has scaled one from 16 to 32 CUs.
    """
    if "cu_count" not in change or min(queue["cu_count"], change["cu_count"]) >= LEAST_SCALABLE:
        return None
    return (
        f"The service may reject the scaling of queue {queue['name']} from {queue['cu_count']} to {change['cu_count']} "
        f"CUs: in some regions, queues of less than {LEAST_SCALABLE} CUs cannot be scaled."
    )


def recreates(task: QueueTask, current: Queue, change: QueueOptions, rejected: Sequence[Difference]) -> bool:
    """Whether the task creates the queue again: that is allowed, and makes a rejected or doubtful change possible."""
    options = [each.option for each in rejected]
    if scaling_doubt(current, change):
        options.append("cu_count")
    return task.params["force_recreate"] and any(recreation_allows(task, current, option) for option in options)


def recreation_allows(task: QueueTask, current: Queue, option: str) -> bool:
    """Whether creating the queue again makes a rejected change possible."""
    if option == "cu_count":
        # In a pool, policies scale the queue, and nothing has to be deleted.
        cu_count = task.params["cu_count"]
        return not queues.pool_of(current) and cu_count is not None and cu_count_at_creation(cu_count, None) is None
    return option in (*queues.FIXED_AT_CREATION, "elastic_resource_pool_name")


def refusal(current: Queue, rejected: Sequence[Difference], *, recreation_allowed: bool) -> Conflict | ImmutableOption:
    """The error about all rejected changes of the queue itself."""
    message = f"Cannot change queue {current['name']}: {'; '.join(each.problem for each in rejected)}."
    if not recreation_allowed:
        return Conflict(message)
    if current["name"] == queues.DEFAULT_QUEUE:
        hint = "Keep the current values. The built-in queue cannot be replaced."
    else:
        hint = "Keep the current values, or set force_recreate=true to delete the queue and create it again."
    immutable = any(each.option in queues.FIXED_AT_CREATION for each in rejected)
    return ImmutableOption(message, hint=hint, reason="immutable" if immutable else "rule")

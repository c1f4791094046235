# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way of what was asked of a queue: told in one message, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._api import connections, queues
from .._aspect import tags
from .._core.errors import (
    ApiError,
    ApiUnavailable,
    Conflict,
    ImmutableOption,
    InvalidInput,
)
from . import plan
from . import properties as queue_properties

if TYPE_CHECKING:
    from .._api.task import Task
    from .._http.client import Client

    Queue = dict[str, Any]

CU_AT_CREATION = (16, 64, 256)


def check_creation(task: Task) -> None:
    """Raises InvalidInput with everything that is missing or wrong for a queue that is about to be created."""
    wanted = plan.requested(task)
    pool = wanted.get("elastic_resource_pool_name")
    problems = []
    if "cu_count" not in wanted:
        problems.append(f"cu_count: is missing, and creating queue {task.name} needs a size")
    elif problem := cu_count_at_creation(wanted["cu_count"], pool):
        problems.append(problem)
    if task.params["scaling_policies"] is not None and not pool:
        problems.append(
            f"elastic_resource_pool_name: is missing, and queue {task.name} has scaling_policies only if it is created "
            "in a pool"
        )
    if not pool and (keys := queue_properties.unfit_outside(task.api, task.params, {"name": task.name})):
        problems.append(f"properties: {_needs_a_pool(keys)}, and queue {task.name} is to live in none")
    if problems:
        raise InvalidInput(problems)


def cu_count_at_creation(cu_count: int, pool: str | None) -> str | None:
    """What is wrong with the size of a queue that is about to be created; in a pool the pool decides."""
    if pool or cu_count in CU_AT_CREATION:
        return None
    sizes = ", ".join(str(size) for size in CU_AT_CREATION)
    return f"cu_count: a queue outside a pool is created with one of {sizes} CUs, not {cu_count}; scale it afterwards"


def rejected_changes(task: Task, current: Queue, change: dict[str, Any]) -> dict[str, str]:
    """Everything that stands in the way of the change, by option."""
    found = {
        key: f"{key} is {current[key]!r} and fixed at creation, asked for is {change[key]!r}"
        for key in queues.FIXED_AT_CREATION
        if key in change
    }
    found |= change_problems(current, change)
    if problem := _properties_problem(task, current, change):
        found["properties"] = problem
    may_move = "cidr_in_vpc" in change and "cidr_in_vpc" not in found
    if may_move and (problem := _range_problem(task.api, current, change["cidr_in_vpc"])):
        found["cidr_in_vpc"] = problem
    return found


def _properties_problem(task: Task, current: Queue, change: Mapping[str, Any]) -> str | None:
    if not task.params["properties"] or change.keys() & {"queue_type", "engine"}:
        return None
    if not queues.has_properties(current):
        return "properties go with queue_type=sql and engine=spark only"
    if _target_pool(current, change):
        return None
    keys = queue_properties.unfit_outside(task.api, task.params, current)
    return f"properties: {_needs_a_pool(keys)}, and it lives in none" if keys else None


def _range_problem(api: Client, current: Queue, cidr: str) -> str | None:
    names = connections.that_bind(api, current["name"])
    if not names or _lacks_change_of_range(api, current):
        return None
    return (
        f"cidr_in_vpc is {current['cidr_in_vpc']!r}, asked for is {cidr!r}: it cannot be changed while the queue is "
        f"bound to a connection, and it is bound to {', '.join(names)}"
    )


def _lacks_change_of_range(api: Client, current: Queue) -> bool:
    """Whether the region seems to lack the call that changes a range, which then says so itself when it is sent.

    No request that only reads can tell. But the edition of DLI that lacks it has no API of tags either, and every other
    region is taken to have both [assumption].
    """
    try:
        tags.OF_QUEUES.read(api, current)
    except ApiUnavailable:
        return True
    except ApiError:
        # Not for this user to read, perhaps.
        return False
    return False


def change_problems(queue: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, str]:
    """Why the service will not make these changes to this queue, by option."""
    found = {}
    pool = _target_pool(queue, change)
    if "elastic_resource_pool_name" in change and queues.pool_of(queue):
        found["elastic_resource_pool_name"] = "a queue cannot leave its pool or move to another one"
    if "cu_count" in change and (reason := _scaling_problem(queue, pool, change["cu_count"])):
        found["cu_count"] = reason
    if "cidr_in_vpc" in change and pool:
        found["cidr_in_vpc"] = (
            f"a queue that lives in an elastic resource pool ({pool}) has the address range of the pool"
        )
    return {key: f"{key} is {queue[key]!r}, asked for is {change[key]!r}: {reason}" for key, reason in found.items()}


def _target_pool(queue: Mapping[str, Any], change: Mapping[str, Any]) -> str:
    """The pool that the queue lives in, or is to join; empty if there is none."""
    return queues.pool_of(queue) or change.get("elastic_resource_pool_name", "")


def _needs_a_pool(keys: Sequence[str]) -> str:
    return f"{', '.join(keys)} {'need' if len(keys) > 1 else 'needs'} a queue in a standard elastic resource pool"


def _scaling_problem(queue: Mapping[str, Any], pool: str, target: int) -> str | None:
    now = queue["cu_count"]
    if pool:
        return f"a queue that lives in an elastic resource pool ({pool}) is scaled by scaling_policies"
    if now == 16:
        return "a queue of 16 CUs cannot be scaled"
    if now == 64 and target < now:
        return "a queue of 64 CUs cannot be scaled in"
    if target < 64:
        return "a queue cannot be scaled in below 64 CUs"
    if (target - now) % 16:
        return f"CUs change in steps of 16, and from {now} to {target} is {abs(target - now)}"
    return None


def recreation_allows(task: Task, current: Queue, option: str) -> bool:
    """Whether a queue that is created anew can have what an existing one is refused."""
    if option == "cu_count":
        # In a pool policies do it, and nothing has to be deleted.
        return not queues.pool_of(current) and cu_count_at_creation(task.params["cu_count"], None) is None
    return option in (*queues.FIXED_AT_CREATION, "elastic_resource_pool_name")


def raise_for(current: Queue, rejected: dict[str, str], *, recreation_allowed: bool) -> None:
    """Name everything that stands in the way in one message."""
    if not rejected:
        return
    message = f"Queue {current['name']} cannot be changed as asked: {'; '.join(rejected.values())}."
    if not recreation_allowed:
        raise Conflict(message)
    if current["name"] == queues.DEFAULT_QUEUE:
        raise ImmutableOption(message, hint="Ask for what is there: the preset queue cannot be replaced.")
    raise ImmutableOption(
        message, hint="Ask for what is there, or set force_recreate=true to delete the queue and create it again."
    )

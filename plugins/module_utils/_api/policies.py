# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling policies of queues in elastic resource pools: their form, the hours they cover, and the CUs they demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.parsing import parses_response

if TYPE_CHECKING:
    from typing import TypedDict

    class ScalingPolicy(TypedDict):
        """One scaling policy, as options and results show it."""

        priority: int
        impact_start_time: str
        impact_stop_time: str
        min_cu: int
        max_cu: int
        inherit_elastic_resource_pool_max_cu: bool


@parses_response
def policies_of(queue: Mapping[str, Any]) -> list[ScalingPolicy]:
    """The ``queue_scaling_policies`` of a queue, sorted by time. Numbers may come as texts."""
    policies: list[ScalingPolicy] = [
        {
            "priority": convert.required_integer(policy["priority"]),
            "impact_start_time": _time(policy["impact_start_time"]),
            "impact_stop_time": _time(policy["impact_stop_time"]),
            "min_cu": convert.required_integer(policy["min_cu"]),
            "max_cu": convert.required_integer(policy["max_cu"]),
            "inherit_elastic_resource_pool_max_cu": bool(
                convert.boolean(policy.get("inherit_elastic_resource_pool_max_cu"))
            ),
        }
        for policy in convert.objects(queue.get("queue_scaling_policies"))
    ]
    return sorted(policies, key=lambda policy: (*times(policy), policy["priority"]))


def _time(value: Any) -> str:
    """A time of day such as 08:00."""
    time = convert.required_text(value)
    hour, minutes = time.split(":")
    if not (0 <= int(hour) <= 24 and 0 <= int(minutes) < 60):
        raise ValueError("a text in place of a time of day")
    return time


def times(policy: ScalingPolicy) -> tuple[str, str]:
    """When the policy starts and stops; this identifies a policy of a queue."""
    return policy["impact_start_time"], policy["impact_stop_time"]


def demand_problems(max_cu: int, min_cu: int, pool_queues: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a pool with these limits (in CUs) is too small for the policies of its queues."""
    policies = {str(queue["queue_name"]): policies_of(queue) for queue in pool_queues}
    problems = []
    for name, queue_policies in sorted(policies.items()):
        # A policy that inherits follows the pool.
        own = (policy["max_cu"] for policy in queue_policies if not policy["inherit_elastic_resource_pool_max_cu"])
        largest = max(own, default=0)
        if largest > max_cu:
            problems.append(f"max_cu of queue {name} is {largest}, max_cu of the pool is {max_cu}")
    demand = max(sum(_least(queue_policies, hour) for queue_policies in policies.values()) for hour in range(24))
    if demand > min_cu:
        problems.append(f"the sum of min_cu of the queues is {demand}, min_cu of the pool is {min_cu}")
    return problems


def _least(policies: Iterable[ScalingPolicy], hour: int) -> int:
    """The lowest ``min_cu`` among the policies of one queue that cover the hour.

    The API reference does not document which of two overlapping policies applies. The smaller demand counts, so that
    only a demand that is certainly too large fails before a request is sent.
    """
    return min((policy["min_cu"] for policy in policies if covers(policy, hour)), default=0)


def covers(policy: ScalingPolicy, hour: int) -> bool:
    """Whether the policy applies in that hour (0 to 23); a policy can extend past midnight."""
    start, stop = (int(time.split(":")[0]) for time in times(policy))
    return start <= hour < stop if start < stop else hour >= start or hour < stop

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling policies of queues in elastic resource pools: their form, the hours they cover, the CUs they demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.compare import truth


def policies_of(queue: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The scaling policies of a queue in one form: numbers may come as texts."""
    return sorted(
        (
            {
                "priority": int(policy["priority"]),
                "impact_start_time": str(policy["impact_start_time"]),
                "impact_stop_time": str(policy["impact_stop_time"]),
                "min_cu": int(policy["min_cu"]),
                "max_cu": int(policy["max_cu"]),
                "inherit_elastic_resource_pool_max_cu": bool(truth(policy.get("inherit_elastic_resource_pool_max_cu"))),
            }
            for policy in queue.get("queue_scaling_policies") or ()
        ),
        key=lambda policy: (policy["impact_start_time"], policy["impact_stop_time"], policy["priority"]),
    )


def demand_problems(max_cu: int, min_cu: int, its_queues: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where the policies of the queues claim more than a pool of this size has."""
    policies = {str(queue["queue_name"]): policies_of(queue) for queue in its_queues}
    found = []
    for name, its_policies in sorted(policies.items()):
        # A policy that inherits follows the pool.
        own = (policy["max_cu"] for policy in its_policies if not policy["inherit_elastic_resource_pool_max_cu"])
        largest = max(own, default=0)
        if largest > max_cu:
            found.append(f"the max_cu of queue {name} is {largest}, that of the pool is {max_cu}")
    needed = max(sum(_least(its_policies, hour) for its_policies in policies.values()) for hour in range(24))
    if needed > min_cu:
        found.append(f"the min_cu of its queues add up to {needed}, that of the pool is {min_cu}")
    return found


def _least(policies: Iterable[Mapping[str, Any]], hour: int) -> int:
    """The least CUs that the policies of one queue claim in an hour.

    Which of two policies rules is not documented, so the smaller claim counts: only what is surely
    too much is refused before the service sees it.
    """
    return min((policy["min_cu"] for policy in policies if covers(policy, hour)), default=0)


def covers(policy: Mapping[str, Any], hour: int) -> bool:
    """Whether a policy rules in that hour; one may go past midnight."""
    start, stop = (int(policy[key].split(":")[0]) for key in ("impact_start_time", "impact_stop_time"))
    return start <= hour < stop if start < stop else hour >= start or hour < stop

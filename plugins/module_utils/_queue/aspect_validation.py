# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the aspects of one queue: properties, policies, users; like the other checks they only return problems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._api.policies import covers
from .._core import rules
from . import properties as queue_properties

WHOLE_HOUR = re.compile(r"([01][0-9]|2[0-3]):00|24:00")
ALL_DAY = ("00:00", "24:00")
# The smallest and the largest number of a property; the upper ends of the others depend on the size of the queue.
PROPERTY_RANGES: dict[str, tuple[int, int]] = {
    "computeEngine.maxInstance": (2, rules.LARGEST),
    "job.maxConcurrent": (1, 32),
    "computeEngine.maxPrefetchInstance": (0, rules.LARGEST),
}
TRUTHS = ("true", "false")


def policy_problems(policies: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Every broken rule among the scaling policies of one queue."""
    if policies is None:
        return []
    found = [problem for policy in policies for problem in _one_policy_problems(policy)]
    if found:
        return rules.truncate(found)
    if not any((policy["impact_start_time"], policy["impact_stop_time"]) == ALL_DAY for policy in policies):
        found.append(f"scaling_policies: one policy must last from {ALL_DAY[0]} to {ALL_DAY[1]}{_hours_left(policies)}")
    return found + _overlaps(policies)


def _one_policy_problems(policy: Mapping[str, Any]) -> list[str]:
    found = [
        f"scaling_policies.{key}: must be a whole hour such as 08:00, not {rules.repr_value(policy[key])}"
        for key in ("impact_start_time", "impact_stop_time")
        if not WHOLE_HOUR.fullmatch(policy[key])
    ]
    if not found and (
        policy["impact_start_time"] == policy["impact_stop_time"] or policy["impact_start_time"] == "24:00"
    ):
        times = f"{policy['impact_start_time']} to {policy['impact_stop_time']}"
        found.append(f"scaling_policies: from {times} is no time of the day")
    if not 1 <= policy["priority"] <= 100:
        found.append(f"scaling_policies.priority: must be a number from 1 to 100, not {policy['priority']}")
    for key in ("min_cu", "max_cu"):
        if not (0 < policy[key] <= rules.LARGEST and policy[key] % 4 == 0):
            found.append(
                f"scaling_policies.{key}: must be a positive multiple of 4, not {rules.repr_value(policy[key])}"
            )
    if policy["min_cu"] > policy["max_cu"]:
        found.append(
            f"scaling_policies.min_cu: must not exceed max_cu, {policy['min_cu']} is more than {policy['max_cu']}"
        )
    return found


def _hours_left(policies: Sequence[Mapping[str, Any]]) -> str:
    """Which hours no policy covers, as the part of a sentence."""
    left = [hour for hour in range(24) if not any(covers(policy, hour) for policy in policies)]
    starts = [hour for hour in left if hour - 1 not in left]
    ends = [hour + 1 for hour in left if hour + 1 not in left]
    spans = [f"{start:02}:00 to {end:02}:00" for start, end in zip(starts, ends, strict=True)]
    return f", and none covers {', '.join(spans)}" if spans else ""


def _overlaps(policies: Sequence[Mapping[str, Any]]) -> list[str]:
    """Policies of one queue must not overlap, apart from the one that lasts all day."""
    special = [p for p in policies if (p["impact_start_time"], p["impact_stop_time"]) != ALL_DAY]
    found = []
    if len(policies) - len(special) > 1:
        found.append("scaling_policies: only one policy may last all day")
    for n, one in enumerate(special):
        for other in special[n + 1 :]:
            if any(covers(one, hour) and covers(other, hour) for hour in range(24)):
                found.append(
                    f"scaling_policies: {one['impact_start_time']} to {one['impact_stop_time']} and "
                    f"{other['impact_start_time']} to {other['impact_stop_time']} overlap"
                )
    return rules.truncate(found)


def property_problems(properties: Mapping[str, Any] | None) -> list[str]:
    """Every broken rule among the properties of one queue."""
    return [problem for key, value in (properties or {}).items() for problem in _one_property_problems(key, value)]


def _one_property_problems(key: str, value: Any) -> list[str]:
    if key == queue_properties.ADDRESS_RANGE:
        return [f"properties: {key} is set by the option cidr_in_vpc, which waits until the queue can be used again"]
    if key not in queue_properties.KEYS:
        return [f"properties: must be among {', '.join(queue_properties.KEYS)}, not {rules.repr_value(key)}"]
    if queue_properties.is_taken_back(value):
        if key in queue_properties.DELETABLE:
            return []
        return [f"properties: {key} cannot be taken back, only {', '.join(queue_properties.DELETABLE)} can"]
    if key in PROPERTY_RANGES:
        return _number_problems(key, value, *PROPERTY_RANGES[key])
    truth = str(value).strip().lower()
    if truth not in TRUTHS:
        return [f"properties: {key} must be true or false, not {rules.repr_value(value)}"]
    if key == queue_properties.FOR_GOOD and truth == "false":
        return [f"properties: {key} can be turned on only, the service does not turn it off again"]
    return []


def _number_problems(key: str, value: Any, least: int, most: int) -> list[str]:
    text = "" if isinstance(value, bool) else str(value)
    if re.fullmatch(r"[0-9]{1,10}", text.strip()) and least <= int(text) <= most:
        return []
    return [f"properties: {key} must be a whole number from {least} to {most}, not {rules.repr_value(value)}"]


def user_problems(users: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Every broken rule among the users of one queue."""
    names = [user["user_name"] for user in users or ()]
    found = [
        f"authorized_users.user_name: must be 1 to 64 characters without blanks at the ends, "
        f"not {rules.repr_value(name)}"
        for name in names
        if not 0 < len(name) <= 64 or name != name.strip() or not name.isprintable()
    ]
    return rules.truncate(found) + rules.duplicates("authorized_users.user_name", names)

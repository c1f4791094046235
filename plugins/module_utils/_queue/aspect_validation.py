# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the properties, policies and users of one queue. The functions return problems and raise nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._api.policies import covers, times
from .._core import rules
from . import properties as queue_properties

if TYPE_CHECKING:
    from .._api.policies import ScalingPolicy
    from .._api.queues import AuthorizedUser

WHOLE_HOUR = re.compile(r"([01][0-9]|2[0-3]):00|24:00")
ALL_DAY = ("00:00", "24:00")
# Lower and upper limits. Where the upper limit depends on the size of the queue, the service checks it.
PROPERTY_RANGES: dict[str, tuple[int, int]] = {
    "computeEngine.maxInstance": (2, rules.LARGEST),
    "job.maxConcurrent": (1, 32),
    "computeEngine.maxPrefetchInstance": (0, rules.LARGEST),
}
BOOLEANS = ("true", "false")


def policy_problems(policies: Sequence[ScalingPolicy] | None) -> list[str]:
    """All broken rules of the scaling policies of one queue."""
    if policies is None:
        return []
    if not policies:
        return [
            "scaling_policies cannot be empty: a queue in an elastic resource pool always has one for the whole day"
        ]
    problems = [
        problem
        for index, policy in enumerate(policies)
        for problem in _one_policy_problems(f"scaling_policies[{index}]", policy)
    ]
    if problems:
        return rules.truncate(problems)
    if not any(times(policy) == ALL_DAY for policy in policies):
        problems.append(
            f"scaling_policies must include a policy from {ALL_DAY[0]} to {ALL_DAY[1]}{_uncovered(policies)}"
        )
    return problems + _overlaps(policies)


def _one_policy_problems(item: str, policy: ScalingPolicy) -> list[str]:
    start, stop = times(policy)
    problems = [
        rules.must_be(f"{item}.{option}", "a whole hour such as 08:00", time)
        for option, time in (("impact_start_time", start), ("impact_stop_time", stop))
        if not WHOLE_HOUR.fullmatch(time)
    ]
    if not problems and (start == stop or start == "24:00"):
        problems.append(f"{item} must start and stop at different times of the day, got {start} to {stop}")
    # Null if it is not set.
    priority: int | None = policy["priority"]
    if priority is not None and not 1 <= priority <= 100:
        problems.append(rules.must_be(f"{item}.priority", "a number from 1 to 100", priority))
    min_cu, max_cu = policy["min_cu"], policy["max_cu"]
    problems += [
        rules.must_be(f"{item}.{option}", "a positive multiple of 4", value)
        for option, value in (("min_cu", min_cu), ("max_cu", max_cu))
        if not (0 < value <= rules.LARGEST and value % 4 == 0)
    ]
    if min_cu > max_cu:
        problems.append(rules.must_be(f"{item}.min_cu", f"at most max_cu ({max_cu})", min_cu))
    return problems


def _uncovered(policies: Sequence[ScalingPolicy]) -> str:
    """The hours that no policy covers, as the end of a sentence."""
    hours = [hour for hour in range(24) if not any(covers(policy, hour) for policy in policies)]
    starts = [hour for hour in hours if hour - 1 not in hours]
    ends = [hour + 1 for hour in hours if hour + 1 not in hours]
    spans = [f"{start:02}:00 to {end:02}:00" for start, end in zip(starts, ends, strict=True)]
    return f" (no policy covers {', '.join(spans)})" if spans else ""


def _overlaps(policies: Sequence[ScalingPolicy]) -> list[str]:
    """Policies of one queue must not overlap, apart from the one that lasts all day."""
    special = [policy for policy in policies if times(policy) != ALL_DAY]
    problems = []
    if len(policies) - len(special) > 1:
        problems.append("scaling_policies must include only one policy that lasts all day")
    for n, one in enumerate(special):
        for other in special[n + 1 :]:
            if any(covers(one, hour) and covers(other, hour) for hour in range(24)):
                pair = " and ".join(" to ".join(times(policy)) for policy in (one, other))
                problems.append(f"scaling_policies must not overlap, got {pair}")
    return rules.truncate(problems)


def property_problems(properties: Mapping[str, Any] | None) -> list[str]:
    """All broken rules of the properties of one queue."""
    return [problem for key, value in (properties or {}).items() for problem in _one_property_problems(key, value)]


def _one_property_problems(key: str, value: Any) -> list[str]:
    if key == queue_properties.CIDR_KEY:
        return [f"properties must not contain {key}: use cidr_in_vpc, which waits until the queue is ready again"]
    if key not in queue_properties.KEYS:
        return [
            f"properties must contain only the keys {', '.join(queue_properties.KEYS)}, got {rules.repr_value(key)}"
        ]
    if queue_properties.is_reset(value):
        if key in queue_properties.RESETTABLE:
            return []
        return [f"properties must not reset {key}: only {', '.join(queue_properties.RESETTABLE)} can be reset"]
    if key in PROPERTY_RANGES:
        return _number_problems(key, value, *PROPERTY_RANGES[key])
    text = str(value).strip().lower()
    if text not in BOOLEANS:
        return [f"properties must set {key} to true or false, got {rules.repr_value(value)}"]
    if key == queue_properties.ENABLE_ONLY and text == "false":
        return [f"properties must not set {key} to false: the service cannot turn it off again"]
    return []


def _number_problems(key: str, value: Any, lowest: int, highest: int) -> list[str]:
    text = "" if isinstance(value, bool) else str(value)
    if re.fullmatch(r"[0-9]{1,10}", text.strip()) and lowest <= int(text) <= highest:
        return []
    rule = f"a whole number from {lowest} to {highest}"
    return [f"properties must set {key} to {rule}, got {rules.repr_value(value)}"]


def user_problems(users: Sequence[AuthorizedUser] | None) -> list[str]:
    """All broken rules of the users of one queue."""
    names = [user["user_name"] for user in users or ()]
    rule = "1 to 64 printable characters with no space at either end"
    problems = [
        rules.must_be(f"authorized_users[{index}].user_name", rule, name)
        for index, name in enumerate(names)
        if not 0 < len(name) <= 64 or name != name.strip() or not name.isprintable()
    ]
    return rules.truncate(problems) + rules.duplicates("authorized_users.user_name", names)

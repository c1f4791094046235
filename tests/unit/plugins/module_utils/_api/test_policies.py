# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""policies: the form of policies, the hours that they cover, and the CUs that they demand."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api.policies import covers, demand_problems, policies_of


def queue(name, *policies):
    keys = ("impact_start_time", "impact_stop_time", "min_cu", "max_cu")
    return {
        "queue_name": name,
        "queue_scaling_policies": [{"priority": "1", **dict(zip(keys, policy, strict=True))} for policy in policies],
    }


DAY = ("00:00", "24:00")


@pytest.mark.parametrize(
    ("queues", "problems"),
    [
        ([], []),
        ([queue("a", (*DAY, "16", "64")), queue("b", (*DAY, "48", "128"))], []),
        ([queue("a", (*DAY, 16, 144))], ["max_cu of queue a is 144, max_cu of the pool is 128"]),
        (
            [queue("a", (*DAY, 32, 64)), queue("b", (*DAY, 48, 64))],
            ["the sum of min_cu of the queues is 80, min_cu of the pool is 64"],
        ),
        # The hours of the large demands do not overlap; the policy of b extends past midnight.
        ([queue("a", (*DAY, 0, 64), ("08:00", "18:00", 64, 64)), queue("b", ("18:00", "08:00", 64, 64))], []),
    ],
)
def test_the_demand_of_the_queues_must_fit_the_limits_of_the_pool(queues, problems):
    assert demand_problems(128, 64, queues) == problems


def test_where_policies_overlap_the_smaller_demand_counts():
    """Which policy applies is not documented, so only a demand that is certainly too large is a problem."""
    overlapping = queue("a", (*DAY, 16, 64), ("08:00", "18:00", 64, 64))
    assert demand_problems(64, 16, [overlapping]) == []
    assert demand_problems(64, 12, [overlapping]) == ["the sum of min_cu of the queues is 16, min_cu of the pool is 12"]


def test_an_hour_that_no_policy_covers_demands_nothing():
    assert (
        demand_problems(64, 16, [queue("a", ("08:00", "18:00", 16, 64)), queue("b", ("18:00", "08:00", 16, 64))]) == []
    )


@pytest.mark.parametrize(
    ("start", "stop", "hours"),
    [
        ("00:00", "24:00", set(range(24))),
        ("08:00", "10:00", {8, 9}),
        ("22:00", "02:00", {22, 23, 0, 1}),
        ("22:00", "00:00", {22, 23}),
    ],
)
def test_a_policy_covers_the_hours_from_start_to_stop(start, stop, hours):
    policy = queue("a", (start, stop, 16, 16))["queue_scaling_policies"][0]
    assert {hour for hour in range(24) if covers(policy, hour)} == hours


def test_policies_have_one_form_and_are_sorted_by_time():
    night, day = ("22:00", "06:00", "32", "64"), (*DAY, "16", "32")
    assert policies_of({}) == policies_of({"queue_scaling_policies": None}) == []
    assert [
        (policy["impact_start_time"], policy["priority"], policy["min_cu"])
        for policy in policies_of(queue("a", night, day))
    ] == [("00:00", 1, 16), ("22:00", 1, 32)]

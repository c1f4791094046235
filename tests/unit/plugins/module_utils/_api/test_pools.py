# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""_pools: what the service says in one form, and what the queues of a pool claim."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import pools
from ansible_collections.huaweicloud.dli.plugins.module_utils._api.policies import demand_problems
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.compare import delta


def test_a_pool_is_read_whatever_form_its_fields_have():
    pool = pools.from_api(
        {
            "elastic_resource_pool_name": "Pool1",
            "id": "1201",
            "status": "available",
            "max_cu": "112",
            "min_cu": 64,
            "charging_mode": "2",
            "label": None,
            "ipv6_enable": "false",
            "queues": ["Q2", "q1"],
            "description": None,
            "fail_reason": None,
        }
    )
    assert {key: value for key, value in pool.items() if value is not None} == {
        "name": "pool1",
        "elastic_resource_pool_name": "Pool1",
        "id": 1201,
        "status": "AVAILABLE",
        "max_cu": 112,
        "min_cu": 64,
        "charging_mode": 2,
        "label": {},
        "ipv6_enable": False,
        "queues": ["q1", "q2"],
        "description": "",
        "fail_reason": "",
        "enterprise_project_id": "0",
    }


def test_what_a_region_does_not_tell_cannot_be_called_different():
    pool = pools.from_api({"elastic_resource_pool_name": "pool1"})
    wanted = {"label": {"spec": "basic"}, "ipv6_enable": True, "charging_mode": 1, "cidr_in_vpc": "10.0.0.0/8"}
    assert delta(wanted, pool, pools.NORMAL) == {}


@pytest.mark.parametrize(
    ("option", "wanted", "there"),
    [
        ("cidr_in_vpc", "10.100.0.0/16", "10.100.0.7/16"),
        ("enterprise_project_id", "ABC", "abc"),
        ("enterprise_project_id", "0", None),
        ("label", {"spec": "basic"}, {"spec": "basic"}),
        ("description", "", None),
        ("max_cu", 64, "64"),
    ],
)
def test_different_forms_of_the_same_are_no_difference(option, wanted, there):
    pool = pools.from_api({"elastic_resource_pool_name": "pool1", option: there})
    assert delta({option: wanted}, pool, pools.NORMAL) == {}


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
        ([queue("a", (*DAY, 16, 144))], ["the max_cu of queue a is 144, that of the pool is 128"]),
        (
            [queue("a", (*DAY, 32, 64)), queue("b", (*DAY, 48, 64))],
            ["the min_cu of its queues add up to 80, that of the pool is 64"],
        ),
        # Each has its large claim at another hour; the one of b goes past midnight.
        ([queue("a", (*DAY, 0, 64), ("08:00", "18:00", 64, 64)), queue("b", ("18:00", "08:00", 64, 64))], []),
    ],
)
def test_what_the_queues_claim_must_fit(queues, problems):
    assert demand_problems(128, 64, queues) == problems


@pytest.mark.parametrize(
    ("change", "smaller"), [({}, False), ({"max_cu": 512}, False), ({"max_cu": 128}, True), ({"min_cu": 16}, True)]
)
def test_a_pool_becomes_smaller_when_a_limit_is_lowered(change, smaller):
    assert pools.becomes_smaller({"max_cu": 256, "min_cu": 64}, change) is smaller


@pytest.mark.parametrize(
    ("current", "actual", "min_cu", "refused"),
    [(64, 0, 80, True), (64, 96, 96, False), (None, 96, 112, True), (None, 0, 512, False), (96, None, 64, False)],
)
def test_a_minimum_above_what_the_pool_has_is_refused_if_that_is_known(current, actual, min_cu, refused):
    pool = {"min_cu": 64, "current_cu": current, "actual_cu": actual}
    assert bool(pools.growth_problem(pool, min_cu)) is refused

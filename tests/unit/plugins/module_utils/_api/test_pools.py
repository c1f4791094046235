# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""pools: fields in one form, and the rules about the limits of a pool."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import pools
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


def test_a_field_that_a_region_does_not_return_is_no_difference():
    pool = pools.from_api({"elastic_resource_pool_name": "pool1"})
    requested = {"label": {"spec": "basic"}, "ipv6_enable": True, "charging_mode": 1, "cidr_in_vpc": "10.0.0.0/8"}
    assert delta(requested, pool, pools.NORMAL) == {}


@pytest.mark.parametrize(
    ("option", "requested", "there"),
    [
        ("cidr_in_vpc", "10.100.0.0/16", "10.100.0.7/16"),
        ("enterprise_project_id", "ABC", "abc"),
        ("enterprise_project_id", "0", None),
        ("label", {"spec": "basic"}, {"spec": "basic"}),
        ("description", "", None),
        ("max_cu", 64, "64"),
    ],
)
def test_equivalent_values_are_no_difference(option, requested, there):
    pool = pools.from_api({"elastic_resource_pool_name": "pool1", option: there})
    assert delta({option: requested}, pool, pools.NORMAL) == {}


@pytest.mark.parametrize(
    ("change", "smaller"), [({}, False), ({"max_cu": 512}, False), ({"max_cu": 128}, True), ({"min_cu": 16}, True)]
)
def test_a_pool_becomes_smaller_when_a_limit_is_lowered(change, smaller):
    assert pools.becomes_smaller({"max_cu": 256, "min_cu": 64}, change) is smaller


@pytest.mark.parametrize(
    ("current", "actual", "min_cu", "refused"),
    [(64, 0, 80, True), (64, 96, 96, False), (None, 96, 112, True), (None, 0, 512, False), (96, None, 64, False)],
)
def test_a_minimum_above_the_current_size_is_a_problem_if_the_size_is_known(current, actual, min_cu, refused):
    pool = {"min_cu": 64, "current_cu": current, "actual_cu": actual}
    assert bool(pools.growth_problem(pool, min_cu)) is refused

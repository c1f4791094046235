# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way, on plain data: what the service will not do is known before it is asked."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import preconditions


def queue(cu_count, pool=""):
    return queues.from_api({"queue_name": "q1", "cu_count": cu_count, "elastic_resource_pool_name": pool})


@pytest.mark.parametrize(
    ("there", "pool", "target", "words"),
    [
        (64, "", 80, None),
        (64, "", 1024, None),
        (128, "", 64, None),
        (96, "", 80, None),
        (16, "", 32, "16 CUs cannot be scaled"),
        (64, "", 48, "64 CUs cannot be scaled in"),
        (64, "", 72, "steps of 16, and from 64 to 72 is 8"),
        (128, "", 124, "steps of 16, and from 128 to 124 is 4"),
        (64, "Pool1", 128, "lives in an elastic resource pool (pool1) is scaled by scaling_policies"),
        (16, "pool1", 32, "lives in an elastic resource pool (pool1) is scaled by scaling_policies"),
    ],
)
def test_scaling_is_judged_before_it_is_asked_for(there, pool, target, words):
    problems = preconditions.change_problems(queue(there, pool), {"cu_count": target})
    assert set(problems) == ({"cu_count"} if words else set())
    assert words is None or problems["cu_count"].startswith(f"cu_count is {there}, asked for is {target}: ")
    assert words is None or words in problems["cu_count"]


@pytest.mark.parametrize(
    ("there", "change", "words"),
    [
        ("", {"elastic_resource_pool_name": "pool1"}, {}),
        ("", {"cidr_in_vpc": "10.1.0.0/16"}, {}),
        (
            "Pool1",
            {"elastic_resource_pool_name": "pool2"},
            {"elastic_resource_pool_name": "asked for is 'pool2': a queue cannot leave its pool or move"},
        ),
        ("pool1", {"cidr_in_vpc": "10.1.0.0/16"}, {"cidr_in_vpc": "has the address range of the pool"}),
        ("", {"elastic_resource_pool_name": "pool1", "cu_count": 80}, {"cu_count": "is scaled by scaling_policies"}),
    ],
)
def test_pools_are_judged_before_anything_is_asked_for(there, change, words):
    problems = preconditions.change_problems(queue(64, there), change)
    assert problems.keys() == words.keys()
    for key, text in words.items():
        assert text in problems[key]


@pytest.mark.parametrize(
    ("size", "pool", "fits"),
    [(16, None, True), (64, None, True), (256, None, True), (32, None, False), (32, "pool1", True), (32, "", False)],
)
def test_the_size_at_creation_is_one_of_three_unless_a_pool_decides(size, pool, fits):
    assert (preconditions.cu_count_at_creation(size, pool) is None) == fits

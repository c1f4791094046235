# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""preconditions: changes that the service rejects are found without a request."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import preconditions


def queue(cu_count, pool=""):
    return queues.from_api({"queue_name": "q1", "cu_count": cu_count, "elastic_resource_pool_name": pool})


@pytest.mark.parametrize(
    ("current", "pool", "target", "words"),
    [
        (64, "", 80, None),
        (64, "", 1024, None),
        (128, "", 64, None),
        (96, "", 80, None),
        (16, "", 32, None),
        (64, "", 48, None),
        (64, "", 72, "steps of 16, and the difference is 8"),
        (128, "", 124, "steps of 16, and the difference is 4"),
        (64, "Pool1", 128, "scaling_policies scale a queue in an elastic resource pool (pool1)"),
        (16, "pool1", 32, "scaling_policies scale a queue in an elastic resource pool (pool1)"),
    ],
)
def test_impossible_scaling_is_found_without_a_request(current, pool, target, words):
    found = preconditions.change_problems(queue(current, pool), {"cu_count": target})
    problems = {each.option: each.problem for each in found}
    assert set(problems) == ({"cu_count"} if words else set())
    assert words is None or problems["cu_count"].startswith(f"cu_count cannot change from {current} to {target}: ")
    assert words is None or words in problems["cu_count"]


@pytest.mark.parametrize(
    ("current", "change", "words"),
    [
        ("", {"elastic_resource_pool_name": "pool1"}, {}),
        ("", {"cidr_in_vpc": "10.1.0.0/16"}, {}),
        (
            "Pool1",
            {"elastic_resource_pool_name": "pool2"},
            {"elastic_resource_pool_name": "to pool2: a queue cannot leave its pool or move"},
        ),
        ("pool1", {"cidr_in_vpc": "10.1.0.0/16"}, {"cidr_in_vpc": "uses the CIDR block of the pool"}),
        ("", {"elastic_resource_pool_name": "pool1", "cu_count": 80}, {"cu_count": "scaling_policies scale a queue"}),
    ],
)
def test_changes_that_a_pool_prevents_are_found_without_a_request(current, change, words):
    problems = {each.option: each.problem for each in preconditions.change_problems(queue(64, current), change)}
    assert problems.keys() == words.keys()
    for key, text in words.items():
        assert text in problems[key]


@pytest.mark.parametrize(
    ("size", "pool", "fits"),
    [
        (16, None, True),
        (64, None, True),
        (256, None, True),
        (512, None, True),
        (32, None, False),
        (32, "pool1", True),
        (32, "", False),
    ],
)
def test_the_size_at_creation_is_one_of_four_unless_a_pool_decides(size, pool, fits):
    assert (preconditions.cu_count_at_creation(size, pool) is None) == fits

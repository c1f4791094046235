# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""plan: which requested values differ from those of the queue, and whether sub-resources are requested."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import plan

POLICY = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
# Options of other kinds have values in every task.
OTHERS = {"name": "q1", "state": "present", "wait": True}


def task(**options):
    absent = dict.fromkeys((*queues.CHANGEABLE, *queues.FIXED_AT_CREATION, *queues.ASPECTS))
    return SimpleNamespace(params={**absent, **OTHERS, **options})


def queue(pool=""):
    return queues.from_api({"queue_name": "q1", "cu_count": 16, "elastic_resource_pool_name": pool})


@pytest.mark.parametrize(
    ("pool", "options", "changed"),
    [
        ("", {}, {"cu_count"}),
        ("pool1", {}, {"cu_count"}),
        ("pool1", {"scaling_policies": [POLICY]}, set()),
        ("pool1", {"scaling_policies": []}, set()),
        ("", {"scaling_policies": [POLICY]}, {"cu_count"}),
        ("", {"scaling_policies": [POLICY], "elastic_resource_pool_name": "pool1"}, {"elastic_resource_pool_name"}),
        ("", {"elastic_resource_pool_name": "pool1"}, {"cu_count", "elastic_resource_pool_name"}),
    ],
)
def test_policies_scale_a_queue_that_is_in_a_pool_or_joins_one(pool, options, changed):
    assert set(plan.pending_changes(task(cu_count=64, **options), queue(pool))) == changed


@pytest.mark.parametrize("aspect", queues.ASPECTS)
def test_each_sub_resource_is_recognized_even_if_it_is_empty(aspect):
    assert plan.has_aspect_options(task(**{aspect: {}}))


def test_other_options_request_no_sub_resource():
    assert not plan.has_aspect_options(task(cu_count=16, cidr_in_vpc="10.0.0.0/16"))

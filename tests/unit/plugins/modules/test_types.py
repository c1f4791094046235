# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The TypedDicts of queues, pools and plans have exactly the keys of results and options."""

from __future__ import annotations

import ast
import inspect

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import policies, pools, queues, quotas
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.options import wait_options
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.options import authentication_options
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan import params as plan_params
from ansible_collections.huaweicloud.dli.plugins.module_utils._pool import params as pool_params
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import params as queue_params
from ansible_collections.huaweicloud.dli.plugins.module_utils._security_group import params as rule_params
from ansible_collections.huaweicloud.dli.plugins.modules import (
    dli_elastic_resource_pool,
    dli_elastic_resource_pool_info,
    dli_plan_info,
    dli_queue,
    dli_queue_info,
    dli_quota_info,
    dli_security_group_rule,
)

WAIT = set(wait_options())


def keys_of(module, name):
    """The keys of a TypedDict, which only a type checker sees, from the source of its file."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {field.target.id for field in node.body if isinstance(field, ast.AnnAssign)}
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("module", "name", "keys"),
    [
        (queues, "Queue", queues.RESULT_KEYS),
        (queues, "QueueOptions", (*queues.CHANGEABLE, *queues.FIXED_AT_CREATION)),
        (pools, "Pool", pools.RESULT_KEYS),
        (pools, "PoolOptions", (*pools.CHANGEABLE, *pools.FIXED_AT_CREATION)),
        (pools, "PoolQueue", ("name", *pools.QUEUE_FIELDS, "create_time_iso", "queue_scaling_policies")),
        (policies, "ScalingPolicy", dli_queue.SPEC.options["scaling_policies"]["options"]),
        (plan_params, "AddressParams", dli_plan_info.SPEC.options["addresses"]["options"]),
        (queues, "AuthorizedUser", dli_queue.SPEC.options["authorized_users"]["options"]),
    ],
)
def test_a_noun_has_the_keys_of_its_results(module, name, keys):
    assert keys_of(module, name) == set(keys)


@pytest.mark.parametrize(
    ("file", "name", "module"),
    [
        (queue_params, "QueueParams", dli_queue),
        (queue_params, "QueueInfoParams", dli_queue_info),
        (pool_params, "PoolParams", dli_elastic_resource_pool),
        (pool_params, "PoolInfoParams", dli_elastic_resource_pool_info),
        (plan_params, "PlanParams", dli_plan_info),
        (quotas, "QuotaInfoParams", dli_quota_info),
        (rule_params, "RuleParams", dli_security_group_rule),
    ],
)
def test_parameters_have_the_keys_of_the_options(file, name, module):
    own = module.SPEC.options.keys() - authentication_options().keys()
    assert keys_of(file, name) | (WAIT & own) == own


def test_a_plan_has_the_keys_of_its_types(plan):
    result = plan(queues=[{"name": "q1", "queue_type": "general"}, {"name": "Q1"}]).plan
    assert result.keys() == keys_of(plan_params, "Plan")
    assert {frozenset(each) for each in result["objects"]} == {frozenset(keys_of(plan_params, "PlannedObject"))}
    problems = [*result["problems"], *result["objects"][0]["problems"]]
    assert len(problems) == 2
    assert {frozenset(each) for each in problems} == {frozenset(keys_of(plan_params, "Problem"))}

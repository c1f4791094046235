# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a managed node. test_jobs_templates.py applies the queries to the events of real jobs."""

from __future__ import annotations

import pytest
import yaml
from awx_jobs import ROOT
from event_query import nodes, queries

KEYS = {
    "huaweicloud.dli.dli_queue": "queue",
    "huaweicloud.dli.dli_elastic_resource_pool": "elastic_resource_pool",
    "huaweicloud.dli.dli_enhanced_connection": "enhanced_connection",
}


def event(module, result):
    return {"event_data": {"resolved_action": module, "res": result}}


def sample(module):
    """The result that the documentation of the module shows; tests/unit compares it with real results."""
    text = (ROOT / f"plugins/modules/{module.rpartition('.')[2]}.py").read_text(encoding="utf-8")
    returned = yaml.safe_load(text.partition('RETURN = r"""')[2].partition('"""')[0])
    return {name: field.get("sample") for name, field in returned[KEYS[module]]["contains"].items()}


def test_each_module_with_an_object_has_a_query():
    resources = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]["dli_resources"]
    assert set(queries()) == {f"huaweicloud.dli.{name}" for name in resources} == set(KEYS)


@pytest.mark.parametrize("module", KEYS)
def test_an_object_is_one_node(module):
    found = sample(module)
    twice = [event(module, {KEYS[module]: found}), event(module, {KEYS[module]: {**found, "status": "other"}})]
    [node] = nodes(twice).values()
    assert node["name"] == found["name"]
    assert set(node["facts"]) == {"infra_type", "infra_bucket", "device_type"}


@pytest.mark.parametrize("module", KEYS)
@pytest.mark.parametrize(
    "result",
    [
        {"failed": True, "msg": "no"},
        {"results": [{"changed": False}], "msg": "All items completed"},
        {"object": None},
        {"object": "censored"},
        {"object": {"id": None, "queue_id": None, "resource_id": None, "name": "predicted"}},
    ],
    ids=["failed", "loop", "absent", "text", "predicted"],
)
def test_what_does_not_count(module, result):
    result = {KEYS[module] if key == "object" else key: value for key, value in result.items()}
    assert nodes([event(module, result)]) == {}

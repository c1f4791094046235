# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""queues: the two spellings of fields, and reading."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.compare import delta
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import ApiError

COMMON = {
    "queue_id": 4711,
    "description": "loads",
    "owner": "deployer",
    "create_time": 1767322800000,
    "resource_id": "6f2b6c1e-0d3c-4f0e-9a53-0a4f6c1d2e3f",
    "resource_mode": 1,
    "enterprise_project_id": "0",
    "cu_spec": 16,
    "cu_scale_out_limit": 16,
    "cu_scale_in_limit": 16,
    "elastic_resource_pool_name": "pool1",
}
SHOWN = {
    "is_success": True,
    "message": "",
    **COMMON,
    "queueName": "etl_q",
    "queueType": "general",
    "cuCount": 16,
    "chargingMode": 1,
    "resource_type": "container",
}
ONLY_LISTED = {
    "engine": "spark",
    "used_cu": 0.0,
    "platform": "x86_64",
    "feature": "basic",
    "cidr_in_vpc": "172.16.0.0/12",
    "cidr_in_mgntsubnet": "10.23.128.0/24",
    "cidr_in_subnet": "172.16.0.0/18",
    "is_restarting": False,
}
LISTED = {
    **COMMON,
    **ONLY_LISTED,
    "queue_name": "etl_q",
    "queue_type": "general",
    "cu_count": 16,
    "charging_mode": 1,
    "queue_resource_type": "container",
    "labels": "multi_az=2",
}


def test_both_spellings_become_the_same_words():
    shown, listed = queues.from_api(SHOWN), queues.from_api(LISTED)
    assert set(shown) == set(listed) == set(queues.RESULT_KEYS)
    for key in shown:
        expected = None if key in ONLY_LISTED or key == "labels" else listed[key]
        assert shown[key] == expected, key
    for key, value in {**COMMON, **ONLY_LISTED}.items():
        assert listed[key] == value
    assert listed["labels"] == ["multi_az=2"]
    assert listed["name"] == listed["queue_name"] == "etl_q"


def test_unknown_fields_are_left_out():
    assert "message" not in queues.from_api(SHOWN)
    assert "novelty" not in queues.from_api({**SHOWN, "novelty": 1})


def test_the_resource_type_of_the_list_in_its_other_spelling_is_recognized():
    assert queues.from_api({"queue_name": "q1", "resource_type": "vm"})["queue_resource_type"] == "vm"


@pytest.mark.parametrize(
    ("returned", "normalized"),
    [
        ({"queue_name": "ETL"}, {"name": "etl"}),
        ({}, {"description": "", "elastic_resource_pool_name": "", "enterprise_project_id": "0"}),
        ({"description": None, "enterprise_project_id": None}, {"description": "", "enterprise_project_id": "0"}),
        ({"enterprise_project_id": ""}, {"enterprise_project_id": "0"}),
        ({"enterprise_project_id": 0}, {"enterprise_project_id": "0"}),
        ({"cuCount": "64", "chargingMode": "1"}, {"cu_count": 64, "charging_mode": 1}),
        ({"resource_mode": "0"}, {"resource_mode": 0}),
        ({"resource_mode": 0}, {"resource_mode": 0}),
        ({"create_time": "1767322800000", "queue_id": "7"}, {"create_time": 1767322800000, "queue_id": 7}),
        ({"is_restarting": "false"}, {"is_restarting": False}),
        ({"is_restarting": "True"}, {"is_restarting": True}),
        ({"is_restarting": True}, {"is_restarting": True}),
        ({"engine": "", "platform": "", "feature": ""}, {"engine": None, "platform": None, "feature": None}),
        ({"labels": None}, {"labels": None}),
        ({"labels": ""}, {"labels": []}),
        ({"labels": "b=2,a=1"}, {"labels": ["a=1", "b=2"]}),
        ({"labels": '{"multi_az": "2"}'}, {"labels": ["multi_az=2"]}),
        ({"labels": '{"multi_az": 2}'}, {"labels": ["multi_az=2"]}),
        ({"labels": '["multi_az=2"]'}, {"labels": ["multi_az=2"]}),
        ({"labels": {"multi_az": "2"}}, {"labels": ["multi_az=2"]}),
        ({"labels": ["multi_az=2"]}, {"labels": ["multi_az=2"]}),
    ],
    ids=str,
)
def test_all_forms_of_a_value_are_normalized(returned, normalized):
    queue = queues.from_api(returned)
    assert {key: queue[key] for key in normalized} == normalized


@pytest.mark.parametrize(
    ("option", "value", "same"),
    [
        ("platform", "AArch64", "aarch64"),
        ("engine", "hetuengine", "hetuEngine"),
        ("labels", ["b", "a"], ["a", "b"]),
        ("enterprise_project_id", "", "0"),
        ("enterprise_project_id", "AB", "ab"),
        ("elastic_resource_pool_name", "POOL1", "pool1"),
        ("cidr_in_vpc", "10.1.0.1/16", "10.1.0.0/16"),
        ("cidr_in_vpc", " 10.1.0.0/255.255.0.0", "10.1.0.0/16"),
        ("cidr_in_vpc", "unknown", "unknown"),
    ],
)
def test_normal_forms_are_equal(option, value, same):
    assert delta({option: value}, {option: same}, queues.NORMAL) == {}
    assert delta({option: same}, {option: value}, queues.NORMAL) == {}


@pytest.mark.parametrize("option", queues.FIXED_AT_CREATION)
def test_an_unread_field_is_no_difference(option):
    assert delta({option: "x"}, {option: None}, queues.NORMAL) == {}


def test_a_diff_has_the_managed_fields_that_were_read():
    assert set(queues.managed(queues.from_api(SHOWN))) == {
        "name",
        "cu_count",
        "queue_type",
        "resource_mode",
        "description",
        "charging_mode",
        "enterprise_project_id",
        "elastic_resource_pool_name",
    }
    assert set(queues.managed(queues.from_api(LISTED))) == set(queues.MANAGED)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ({"queue_type": "sql"}, True),
        ({"queue_type": "sql", "engine": "Spark"}, True),
        ({"queue_type": "sql", "engine": "hetuEngine"}, False),
        ({"queue_type": "general", "engine": "spark"}, False),
    ],
    ids=str,
)
def test_only_spark_sql_queues_have_properties(returned, expected):
    assert queues.has_properties(queues.from_api(returned)) is expected


# -- Reading.


def test_a_queue_is_found_in_any_case_of_its_name_by_one_request(sim, api, existing_queue):
    existing_queue("ETL")
    assert queues.find(api, "etl")["name"] == "etl"
    assert queues.find(api, "nothing") is None
    assert [r.path.rsplit("/", 1)[-1] for r in sim.requests] == ["etl", "nothing"]


def test_an_error_does_not_count_as_absence(sim, api):
    sim.inject(kind="status", path="queues/q1", status=403, error_code="APIGW.0302", shape="gateway")
    with pytest.raises(ApiError) as refused:
        queues.find(api, "q1")
    assert refused.value.status == 403


@pytest.mark.parametrize(("current", "pages"), [(0, 1), (98, 1), (99, 2), (100, 2)])
def test_all_pages_of_the_list_are_read(sim, api, existing_queue, current, pages):
    for number in range(current):
        existing_queue(f"q{number}", queue_type="general")
    assert {each["name"] for each in queues.list_all(api)} == set(sim.queues)
    assert len(sim.requests) == pages


def test_the_list_adds_missing_fields_only(sim, api, existing_queue):
    existing_queue("q1", platform="aarch64", description="new")
    found = {**queues.find(api, "q1"), "description": "newer", "cu_count": 64}
    completed = queues.with_list_fields(api, found)
    assert completed["platform"] == "aarch64"
    assert (completed["description"], completed["cu_count"], completed["charging_mode"]) == ("newer", 64, 1)


def test_a_queue_that_the_list_does_not_show_yet_stays_as_it_is(sim, api, existing_queue):
    sim.set_knobs(list_lag_seconds=60)
    existing_queue("q1", age=1)
    found = queues.find(api, "q1")
    assert queues.with_list_fields(api, found) == found


def test_several_queues_are_read_by_one_list_and_one_by_its_name(sim, api, existing_queue):
    existing_queue("q1")
    assert queues.by_name(api, []) == {}
    assert not sim.requests
    assert queues.by_name(api, ["q1"])["q1"]["name"] == "q1"
    assert sim.requests[-1].path.endswith("/queues/q1")
    found = queues.by_name(api, ["q1", "default"])
    assert [found[name]["name"] for name in ("q1", "default")] == ["q1", "default"]
    assert len(sim.requests) == 2
    assert queues.is_shared(found["default"])
    assert not queues.is_shared(found["q1"])


def test_a_cluster_that_is_being_assigned_does_not_answer(sim, api, existing_queue):
    existing_queue("young", age=1)
    existing_queue("old")
    assert queues.cluster_responds(api, "young") is False
    assert queues.cluster_responds(api, "old") is True

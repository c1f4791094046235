# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter export: its input, and fields that only some regions and clients lead to."""

from __future__ import annotations

import random

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.dli.plugins.filter.export import FilterModule
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections, pools, queues

export = FilterModule().filters()["export"]


def pool(name="pool1", **fields):
    element = {"elastic_resource_pool_name": name, "status": "AVAILABLE", "min_cu": 64, "max_cu": 64, "label": {}}
    return {**pools.from_api({**element, **fields}), "tags": {}}


def queue(name="q1", **fields):
    aspects = {"tags": {}, "properties": {}, "authorized_users": [], "scaling_policies": None}
    known = {key: fields.pop(key) for key in aspects if key in fields}
    return {**queues.from_api({"queue_name": name, "cu_count": 16, "queue_type": "sql", **fields}), **aspects, **known}


def connection(name="c1", **fields):
    read = {"tags": {}, "allowed_projects": [], "dest_vpc_name": "vpc", "dest_subnet_name": "subnet"}
    known = {key: fields.pop(key) for key in read if key in fields}
    return {**connections.from_api({"id": f"id of {name}", "name": name, **fields}), **read, **known}


def declared(text):
    return {name.removeprefix("tenant_"): items for name, items in yaml.safe_load(text).items()}


def of_queue(**fields):
    """The text about one queue, and its declaration."""
    text = export([{"queues": [queue(**fields)]}])
    return text, declared(text)["queues"][0]


def test_only_kinds_with_a_result_are_declared():
    assert declared(export([{"queues": []}])) == {"queues": []}
    assert declared(export([{"enhanced_connections": []}, {"elastic_resource_pools": []}])) == {
        "elastic_resource_pools": [],
        "connections": [],
    }


@pytest.mark.parametrize(
    ("results", "options", "words"),
    [
        ({"queues": []}, {}, "must be a list of results"),
        ("queues", {}, "must be a list of results"),
        (None, {}, "must be a list of results"),
        ([{"failed": True, "msg": "no"}], {}, "must be a list of results"),
        (["queues"], {}, "must be a list of results"),
        ([{"queues": [{"queue_name": "q1"}]}], {}, "name"),
        ([{"queues": []}], {"exact": "yes"}, "exact must be a boolean, got 'yes'"),
    ],
)
def test_other_input_is_an_error_of_the_filter(results, options, words):
    with pytest.raises(AnsibleFilterError, match=r"huaweicloud\.dli\.export: ") as caught:
        export(results, **options)
    assert words in str(caught.value)


def test_the_order_of_the_input_does_not_matter():
    found = [
        {"elastic_resource_pools": [pool(f"p{n}") for n in range(5)]},
        {"queues": [queue(f"q{n}") for n in range(5)]},
        {"enhanced_connections": [connection(f"c{n}") for n in range(5)]},
    ]
    text = export(found)
    shuffled = random.Random(3)
    for result in found:
        [objects] = result.values()
        shuffled.shuffle(objects)
        # A page that shifts can show an object twice.
        objects.append(objects[0])
    assert export(found[::-1]) == text
    assert [each["name"] for each in declared(text)["queues"]] == [f"q{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, {"cu_count": 16}),
        (
            {"engine": "SPARK", "platform": "X86_64", "feature": "basic", "labels": "", "resource_mode": 1},
            {"cu_count": 16},
        ),
        ({"engine": "hetuengine"}, {"cu_count": 16, "engine": "hetuEngine"}),
        ({"queue_type": "general", "engine": "flink"}, {"cu_count": 16, "queue_type": "general"}),
        ({"cidr_in_vpc": "10.1.2.3/16"}, {"cu_count": 16, "cidr_in_vpc": "10.1.0.0/16"}),
        ({"charging_mode": 1, "enterprise_project_id": "0"}, {"cu_count": 16}),
        ({"properties": {"job.maxConcurrent": "8"}}, {"cu_count": 16, "properties": {"job.maxConcurrent": 8}}),
        (
            {"properties": {"computeEngine.spark.nativeEnabled": "true", "job.saveJobResultToJobBucket": "false"}},
            {"cu_count": 16, "properties": {"computeEngine.spark.nativeEnabled": True}},
        ),
        ({"properties": {"multipleSc.support": "false", "network.cidrInVpc": "10.1.0.0/16"}}, {"cu_count": 16}),
        ({"authorized_users": [{"user_name": "owner", "privileges": ["ALL"]}]}, {"cu_count": 16}),
    ],
)
def test_defaults_are_left_out_and_values_are_those_of_options(fields, wanted):
    text, item = of_queue(**fields)
    assert item == {"name": "q1", **wanted}
    assert "because" not in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"properties": {"new.property": "1"}}, "Property new.property is left out, its value is 1: properties must"),
        ({"properties": {"job.maxConcurrent": "99"}}, "Property job.maxConcurrent is left out, its value is 99"),
        (
            {"authorized_users": [{"user_name": "u", "privileges": ["RESTART", "NEW"]}]},
            "authorized_users is left out, because the modules do not support the privileges NEW.",
        ),
        ({"labels": "multi_az=3"}, "labels is left out, because"),
        ({"tags": {"team": "a/b"}}, "tags is left out, because"),
        ({"cidr_in_vpc": "11.0.0.0/8"}, "cidr_in_vpc is left out, because"),
        ({"charging_mode": 2}, "Prepaid (charging_mode 2)"),
        ({"tags": None}, "Not declared, because they were not read: tags of queues."),
        ({"properties": None}, "Not declared, because they were not read: properties of queues."),
    ],
)
def test_a_comment_says_what_is_not_declared(fields, words):
    text, item = of_queue(**fields)
    assert words in text.replace("\n  # ", " ")
    assert item == {"name": "q1", "cu_count": 16}


def test_an_aspect_that_was_not_read_of_some_objects_names_them():
    text = export([{"queues": [queue("q1"), queue("q2", tags=None)]}])
    assert "# Not declared, because they could not be read: tags of queues q2." in text


DAY = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "priority": 1}
NIGHT = {"impact_start_time": "22:00", "impact_stop_time": "06:00", "priority": 5}
INHERITS = "inherit_elastic_resource_pool_max_cu"


@pytest.mark.parametrize(
    ("fields", "policies", "cu_count"),
    [
        ({}, [{**DAY, "min_cu": 16, "max_cu": 32, INHERITS: False}], 16),
        ({}, [{**DAY, "min_cu": 4, "max_cu": 32, INHERITS: False}], 8),
        ({"engine": "hetuEngine"}, [{**DAY, "min_cu": 16, "max_cu": 128, INHERITS: True}], 96),
        ({"queue_type": "general"}, [{**DAY, "min_cu": 4, "max_cu": 32, INHERITS: False}], 4),
        (
            {},
            [
                {**DAY, "min_cu": 64, "max_cu": 64, INHERITS: False},
                {**NIGHT, "min_cu": 32, "max_cu": 64, INHERITS: False},
            ],
            32,
        ),
    ],
)
def test_a_queue_in_a_pool_starts_with_the_least_that_its_policies_need(fields, policies, cu_count):
    in_pool = {"elastic_resource_pool_name": "pool1", "cidr_in_vpc": "10.1.0.0/16", "cu_count": 160}
    _text, item = of_queue(**in_pool, **fields, scaling_policies=policies)
    assert item["cu_count"] == cu_count
    assert "cidr_in_vpc" not in item
    kept = [
        {key: value for key, value in each.items() if value is not False and (key, value) != ("priority", 1)}
        for each in policies
    ]
    assert item["scaling_policies"] == kept


def test_without_policies_a_queue_in_a_pool_keeps_its_size():
    text, item = of_queue(elastic_resource_pool_name="pool1", cu_count=40)
    assert item == {"name": "q1", "cu_count": 40, "elastic_resource_pool_name": "pool1"}
    assert "they were not read: scaling_policies of queues." in text


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, {"dest_vpc_name": "vpc", "dest_subnet_name": "subnet"}),
        ({"dest_subnet_name": None}, {"dest_vpc_name": "vpc", "dest_network_id": "N"}),
        ({"dest_vpc_name": None, "dest_subnet_name": None}, {"dest_vpc_id": "V", "dest_network_id": "N"}),
        ({"dest_vpc_name": "v" * 65}, {"dest_vpc_id": "V", "dest_subnet_name": "subnet"}),
        ({"dest_vpc_name": " "}, {"dest_vpc_id": "V", "dest_subnet_name": "subnet"}),
    ],
)
def test_a_network_is_declared_by_name_if_it_has_one(fields, wanted):
    ids = {"V": "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01", "N": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02"}
    place = {"dest_vpc_id": ids["V"], "dest_network_id": ids["N"]}
    text = export([{"enhanced_connections": [connection(**place, **fields)]}])
    [item] = declared(text)["connections"]
    assert item == {"name": "c1", **{option: ids.get(value, value) for option, value in wanted.items()}}


def test_a_shared_connection_whose_projects_were_not_read_has_a_comment():
    found = [connection("c1"), connection("c2", isPrivis=False, allowed_projects=None)]
    text = export([{"enhanced_connections": found}])
    assert "# Other projects may use the connection. They were not read." in text
    assert text.count("They were not read") == 1


def test_a_deleted_connection_is_not_declared():
    found = [connection("c1", status="DELETED", id="1"), connection("c1", id="2")]
    assert [each["name"] for each in declared(export([{"enhanced_connections": found}]))["connections"]] == ["c1"]


def test_with_exact_empty_lists_are_declared():
    found = [{"elastic_resource_pools": [pool()]}, {"queues": [queue()]}, {"enhanced_connections": [connection()]}]
    items = {option: list(each[0])[1:] for option, each in declared(export(found, exact=True)).items()}
    assert items == {
        "elastic_resource_pools": ["max_cu", "min_cu", "tags"],
        "queues": ["cu_count", "authorized_users", "tags"],
        "connections": [
            *("dest_vpc_name", "dest_subnet_name", "queues", "elastic_resource_pools", "hosts"),
            *("allowed_projects", "tags"),
        ],
    }

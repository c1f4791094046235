# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation accepts all valid options. test_bad_input.py tests invalid ones."""

from __future__ import annotations

import copy
import re

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection import validation as preflight_connections
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import rules
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import validation as preflight_queues

ID = "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01"
NATIVE = "computeEngine.spark.nativeEnabled"
WAITING = {"wait_timeout": 2700, "wait_interval": 15.0, "ready_age": 600}


def policy(start, stop, priority=1, min_cu=4, max_cu=16):
    return {
        "priority": priority,
        "impact_start_time": start,
        "impact_stop_time": stop,
        "min_cu": min_cu,
        "max_cu": max_cu,
        "inherit_elastic_resource_pool_max_cu": False,
    }


ALL_DAY = policy("00:00", "24:00")
QUEUE = {
    "name": "q1",
    "state": "present",
    "wait": True,
    "wait_only": False,
    "cu_count": None,
    "queue_type": None,
    "engine": None,
    "resource_mode": 1,
    "description": None,
    "charging_mode": None,
    "enterprise_project_id": None,
    "platform": None,
    "labels": None,
    "feature": None,
    "elastic_resource_pool_name": None,
    "tags": None,
    "properties": None,
    "scaling_policies": None,
    "cidr_in_vpc": None,
    "authorized_users": None,
    "force": False,
    "force_recreate": False,
    **WAITING,
}
CONNECTION = {
    "name": "c1",
    "id": None,
    "dest_vpc_id": None,
    "dest_network_id": None,
    "routetable_id": None,
    "queues": None,
    "elastic_resource_pools": None,
    "hosts": None,
    "routes": None,
    "allowed_projects": None,
    "dest_vpc_name": None,
    "dest_subnet_name": None,
    "tags": None,
    **WAITING,
}

GOOD_QUEUES = [
    {},
    {"name": "a"},
    {"name": "1a"},
    {"name": "1_"},
    {"name": "Q" * 128},
    {"name": "default", "resource_mode": 0},
    {"name": "default", "state": "restarted"},
    {"state": "absent"},
    {"state": "restarted", "force": True},
    {"state": "restarted", "resource_mode": 0},
    {"cu_count": 4},
    {"cu_count": 16},
    {"cu_count": 20, "elastic_resource_pool_name": "pool_1"},
    {"cu_count": 32_000},
    {"description": ""},
    {"description": "ü" * 128},
    {"enterprise_project_id": "0"},
    {"enterprise_project_id": ID.upper()},
    {"labels": []},
    {"labels": ["multi_az=2"]},
    {"engine": "hetuEngine", "queue_type": "sql"},
    {"engine": "spark"},
    {"feature": "ai"},
    {"feature": "ai", "queue_type": "sql", "platform": "x86_64", "resource_mode": 1},
    {"feature": "basic", "queue_type": "general", "platform": "aarch64", "resource_mode": 0},
    {"properties": {}},
    {"properties": {}, "queue_type": "general"},
    {"properties": {NATIVE: True}, "engine": "spark"},
    {"properties": {NATIVE: "FALSE"}},
    {
        "properties": {
            "job.maxConcurrent": "032",
            "computeEngine.maxInstance": 2,
            "computeEngine.maxPrefetchInstance": 0,
        }
    },
    {"properties": {"job.maxConcurrent": None, "computeEngine.maxInstance": ""}},
    {"properties": {"job.saveJobResultToJobBucket": "True"}},
    {"elastic_resource_pool_name": "pool1", "scaling_policies": [ALL_DAY]},
    {"scaling_policies": [policy("22:00", "06:00", priority=100), ALL_DAY, policy("06:00", "22:00")]},
    {"scaling_policies": [ALL_DAY, policy("12:00", "24:00"), policy("00:00", "12:00", max_cu=4)]},
    {"cidr_in_vpc": "10.0.0.0/8"},
    {"cidr_in_vpc": "192.168.7.0/24"},
    {"authorized_users": []},
    {
        "authorized_users": [
            {"user_name": "größe 1", "privileges": []},
            {"user_name": "b" * 64, "privileges": ["RESTART"]},
        ]
    },
    {"tags": {}},
    {"tags": {"k": ""}},
    {"tags": {"k": 7, "l": 1.5, "m": True}},
    {"tags": {"größe 1_.:+-@=": "größe 1_.:+-@="}},
    {"tags": {"k" * 128: "v" * 255}},
    {"tags": {f"k{number}": "v" for number in range(20)}},
    {"wait_timeout": 1, "wait_interval": 0.01, "ready_age": 0},
    {"wait_timeout": 10**9, "wait_interval": 1e9, "ready_age": 10**9},
]
GOOD_CONNECTIONS = [
    {},
    {"name": "7"},
    {"name": "_C_" + "x" * 61},
    {"dest_vpc_id": ID, "dest_network_id": ID.upper(), "routetable_id": ID},
    {"queues": [], "elastic_resource_pools": [], "hosts": [], "tags": {}},
    {"queues": ["q1", "Q1", "q1"]},
    {"elastic_resource_pools": ["Pool_1"]},
    {"hosts": [{"name": "n", "ip": "0.0.0.0"}, {"name": "A.b-c_1.", "ip": "255.255.255.255"}]},
    {"hosts": [{"name": "n", "ip": "10.0.0.1"}] * 20_000},
    {"routes": [], "allowed_projects": []},
    {"routes": [{"name": "-", "cidr": "10.0.0.0/8"}, {"name": "_" * 64, "cidr": "10.1.0.0/16"}]},
    {"routes": [{"name": "host", "cidr": "10.1.0.5/32"}, {"name": "net", "cidr": "10.1.0.0/24"}]},
    {"routes": [{"name": "all", "cidr": "0.0.0.0/0"}, {"name": "six", "cidr": "2001:db8::/32"}]},
    {"routes": [{"name": "beside", "cidr": "100.65.0.0/16"}]},
    {"allowed_projects": ["a" * 32, "A" * 32, "7" * 32, "a" * 32]},
    {"dest_vpc_name": "v", "dest_subnet_name": "größe 1" * 9},
    {"dest_vpc_id": ID, "dest_subnet_name": "s"},
    {"dest_vpc_name": "v", "dest_network_id": ID},
]


@pytest.mark.parametrize("options", GOOD_QUEUES, ids=lambda options: ascii(options)[:60])
def test_a_good_queue_has_no_problem(options):
    assert preflight_queues.queue_problems({**QUEUE, **options}) == []


@pytest.mark.parametrize("options", GOOD_CONNECTIONS, ids=lambda options: ascii(options)[:60])
def test_a_good_connection_has_no_problem(options):
    assert preflight_connections.connection_problems({**CONNECTION, **options}) == []


def test_a_check_changes_nothing_of_what_it_looks_at():
    options = {**QUEUE, "tags": {"": None}, "labels": ["x"], "properties": {"a": "b"}, "name": ""}
    before = copy.deepcopy(options)
    preflight_queues.queue_problems(options)
    assert options == before


def test_every_problem_begins_with_its_option():
    queue = {**QUEUE, "name": "", "cu_count": 1, "labels": ["x"], "tags": {"": None}, "wait_timeout": 0, "force": True}
    connection = {**CONNECTION, "name": "", "dest_vpc_id": "", "queues": [""], "hosts": [{"name": "", "ip": ""}]}
    for options, problems in (
        (queue, preflight_queues.queue_problems(queue)),
        (connection, preflight_connections.connection_problems(connection)),
    ):
        assert len(problems) >= 5
        assert {re.split(r"[ :.\[]", problem)[0] for problem in problems} <= set(options)


def test_a_long_value_is_cut_and_its_length_told():
    (problem,) = preflight_queues.queue_problems({**QUEUE, "name": "x" * 5000})
    assert len(problem) < 250
    assert "(5000 characters)" in problem


def test_of_few_alike_all_are_told():
    problems = preflight_connections.connection_problems({**CONNECTION, "queues": ["-"] * rules.MAX_LISTED})
    assert len(problems) == rules.MAX_LISTED
    assert not any("more problems of this kind" in problem for problem in problems)

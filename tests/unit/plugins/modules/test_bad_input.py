# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invalid options: one error that names the option and the rule, and no request."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.both_modes

VPC = "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01"
SUBNET = "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02"
# What would be accepted; each case spoils it in one place.
GOOD = {
    "dli_queue": {"name": "q1", "cu_count": 16},
    "dli_enhanced_connection": {"name": "test1", "dest_vpc_id": VPC, "dest_network_id": SUBNET},
}
NATIVE = "computeEngine.spark.nativeEnabled"

# The rules, as far as messages repeat them.
QUEUE_NAME = (
    "must be 1 to 128 letters, digits and underscores, starting with a letter or digit "
    "and including a letter or underscore"
)
CONNECTION_NAME = "must be 1 to 64 letters, digits and underscores"
ID = "must be a UUID, got"
ENTERPRISE = "must be 0 or a UUID"
CU = "must be a positive multiple of 16 (of 4 in an elastic resource pool) up to 2147483647"
SECONDS = "must be a number of seconds from"
LABELS = "must be empty or [multi_az=2]"
TAG_KEY = "must have keys of 1 to 128 letters, digits, spaces"
TAG_VALUE = "must have values of at most 255 letters, digits, spaces"
HOST_NAME = "must be 1 to 128 letters, digits, underscores, hyphens and dots, starting with a letter"
HOST_IP = "must be an IPv4 address"
AI = "feature=ai requires queue_type=sql, platform=x86_64 and resource_mode=1"
ROUTE_NAME = "must be 1 to 64 letters, digits, underscores and hyphens"
ROUTE_CIDR = "must be a CIDR block without host bits, such as 10.1.0.0/24"
TWO_CIDRS = ("10.1.0.0/24", "10.2.0.0/24")
PROJECTS = "must be a project ID of 32 hexadecimal digits"
# What Ansible itself says of null differs between its releases.
ANSIBLES_OWN = ""
INT = "cannot be converted to an int"
DICT = "unable to convert to dict"


HOUR = "must be a whole hour such as 08:00"
PRIVATE = "must be within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"
IPV4_RANGE = "must be an IPv4 CIDR block without host bits, such as 10.100.0.0/16"
USER = "must be 1 to 64 printable characters with no space at either end"
KEYS = "must contain only the keys"
TIMES = "must start and stop at different times of the day"
CONCURRENT, RESULTS = "job.maxConcurrent", "job.saveJobResultToJobBucket"


def policy(**fields):
    day = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
    return {key: value for key, value in {**day, **fields}.items() if value is not ...}


def policies(*times):
    """Policies in a pool, by their times; the last one lasts all day."""
    special = [policy(impact_start_time=start, impact_stop_time=stop) for start, stop in times]
    return {"elastic_resource_pool_name": "pool1", "scaling_policies": [*special, policy()]}


def only(**fields):
    return {"elastic_resource_pool_name": "pool1", "scaling_policies": [policy(**fields)]}


def authorized(**fields):
    return {"authorized_users": [{"user_name": "u", "privileges": ["SUBMIT_JOB"], **fields}]}


def host(**fields):
    return {"hosts": [{"name": "ecs-1", "ip": "192.168.0.1", **fields}]}


TWO_ADDRESSES = [{"name": name, "ip": f"10.0.0.{n}"} for n, name in enumerate("abacb")]


def route(**fields):
    return {"routes": [{"name": "r1", "cidr": "10.1.0.0/24", **fields}]}


# (options, option as the message names it, rule)
QUEUE_CASES = [
    # names
    ({"name": " "}, "name:", QUEUE_NAME),
    ({"name": None}, "name", ANSIBLES_OWN),
    ({"name": "_q1"}, "name:", QUEUE_NAME),
    ({"name": "12345"}, "name:", QUEUE_NAME),
    ({"name": 12345}, "name:", QUEUE_NAME),
    ({"name": "q-1"}, "name:", QUEUE_NAME),
    ({"name": "q 1"}, "name:", QUEUE_NAME),
    ({"name": "q1\n"}, "name:", QUEUE_NAME),
    ({"name": "q1,q2"}, "name:", QUEUE_NAME),
    ({"name": "../q1"}, "name:", QUEUE_NAME),
    ({"name": "10.0.0.0/8"}, "name:", QUEUE_NAME),
    ({"name": "größe"}, "name:", QUEUE_NAME),
    ({"name": "\uff51\uff11"}, "name:", QUEUE_NAME),
    ({"name": "q\u200b1"}, "name:", QUEUE_NAME),
    ({"name": "q" * 129}, "name:", QUEUE_NAME),
    ({"name": {"name": "q1"}}, "name:", QUEUE_NAME),
    ({"name": ["q1", "q2"]}, "name:", QUEUE_NAME),
    ({"elastic_resource_pool_name": "pool 1"}, "elastic_resource_pool_name:", QUEUE_NAME),
    # numbers
    ({"cu_count": 0}, "cu_count:", CU),
    ({"cu_count": -16}, "cu_count:", CU),
    ({"cu_count": 2}, "cu_count:", CU),
    ({"cu_count": 18}, "cu_count:", CU),
    ({"cu_count": 2**31}, "cu_count:", CU),
    ({"cu_count": 10**400}, "cu_count:", CU),
    ({"cu_count": True}, "cu_count:", CU),
    ({"cu_count": ""}, "'cu_count'", INT),
    ({"cu_count": "sixteen"}, "'cu_count'", INT),
    ({"cu_count": 16.5}, "'cu_count'", INT),
    ({"cu_count": [16]}, "'cu_count'", INT),
    ({"resource_mode": True}, "resource_mode:", "must be a number"),
    ({"resource_mode": 2}, "resource_mode", "must be one of: 0, 1"),
    ({"charging_mode": True}, "charging_mode:", "must be a number"),
    ({"charging_mode": 2}, "charging_mode", "must be one of: 1"),
    # choices
    ({"state": "gone"}, "state", "must be one of: present, absent, restarted"),
    ({"state": "Present"}, "state", "must be one of: present, absent, restarted"),
    ({"queue_type": "all"}, "queue_type", "must be one of: sql, general"),
    ({"engine": "trino"}, "engine", "must be one of: spark, hetuEngine"),
    ({"platform": "AArch64"}, "platform", "must be one of: x86_64, aarch64"),
    # texts and ids
    ({"enterprise_project_id": "default"}, "enterprise_project_id:", ENTERPRISE),
    ({"enterprise_project_id": "00"}, "enterprise_project_id:", ENTERPRISE),
    ({"enterprise_project_id": VPC + "\n"}, "enterprise_project_id:", ENTERPRISE),
    # labels
    ({"labels": ["multi_az=3"]}, "labels:", LABELS),
    ({"labels": [""]}, "labels:", LABELS),
    ({"labels": ["multi_az=2", "multi_az=2"]}, "labels:", LABELS),
    ({"labels": [{"multi_az": 2}]}, "labels:", LABELS),
    ({"labels": {"multi_az": 2}}, "'labels'", "unable to convert to list"),
    # properties
    (
        {"properties": {"job.maxconcurrent": 2}},
        "properties:",
        f"must contain only the keys computeEngine.maxInstance, {CONCURRENT}",
    ),
    ({"properties": {"multipleSc.support": "true"}}, "properties:", KEYS),
    ({"properties": {"computeEngine.maxInstances": 2}}, "properties:", KEYS),
    (
        {"properties": {"network.cidrInVpc": "10.0.0.0/16"}},
        "properties:",
        "must not contain network.cidrInVpc: use cidr_in_vpc,",
    ),
    ({"properties": {CONCURRENT: 0}}, "properties:", f"must set {CONCURRENT} to a whole number from 1 to 32"),
    ({"properties": {CONCURRENT: "33"}}, "properties:", f"must set {CONCURRENT} to a whole number from 1 to 32"),
    ({"properties": {CONCURRENT: 2.5}}, "properties:", f"must set {CONCURRENT} to a whole number"),
    ({"properties": {CONCURRENT: True}}, "properties:", f"must set {CONCURRENT} to a whole number"),
    ({"properties": {CONCURRENT: [2]}}, "properties:", f"must set {CONCURRENT} to a whole number"),
    ({"properties": {CONCURRENT: "\u0662"}}, "properties:", f"must set {CONCURRENT} to a whole number"),
    (
        {"properties": {"computeEngine.maxInstance": 1}},
        "properties:",
        "to a whole number from 2",
    ),
    (
        {"properties": {"computeEngine.maxPrefetchInstance": -1}},
        "properties:",
        "to a whole number from 0",
    ),
    ({"properties": {RESULTS: False}}, "properties:", f"must not set {RESULTS} to false"),
    ({"properties": {RESULTS: None}}, "properties:", f"must not reset {RESULTS}: only"),
    ({"properties": {NATIVE: "yes"}}, "properties:", f"must set {NATIVE} to true or false"),
    ({"properties": {NATIVE: None}}, "properties:", f"must not reset {NATIVE}: only"),
    ({"properties": [NATIVE]}, "'properties'", DICT),
    # scaling policies
    (only(impact_start_time="8:00"), "scaling_policies[0].impact_start_time:", HOUR),
    (only(impact_start_time="08:30"), "scaling_policies[0].impact_start_time:", HOUR),
    (only(impact_start_time=8), "scaling_policies[0].impact_start_time:", HOUR),
    (only(impact_stop_time="25:00"), "scaling_policies[0].impact_stop_time:", HOUR),
    (only(impact_stop_time="24:00\n"), "scaling_policies[0].impact_stop_time:", HOUR),
    (
        policies(("08:00", "08:00")),
        "scaling_policies:",
        f"{TIMES}, got 08:00 to 08:00",
    ),
    (
        policies(("24:00", "08:00")),
        "scaling_policies:",
        f"{TIMES}, got 24:00 to 08:00",
    ),
    (only(priority=0), "scaling_policies[0].priority:", "must be a number from 1 to 100"),
    (only(priority=101), "scaling_policies[0].priority:", "must be a number from 1 to 100"),
    (only(min_cu=0), "scaling_policies[0].min_cu:", "must be a positive multiple of 4"),
    (only(min_cu=6), "scaling_policies[0].min_cu:", "must be a positive multiple of 4"),
    (only(min_cu="some"), "min_cu", INT),
    (only(max_cu=34), "scaling_policies[0].max_cu:", "must be a positive multiple of 4"),
    (only(min_cu=48), "scaling_policies[0].min_cu:", "must be at most max_cu (32), got 48"),
    (only(max_cu=...), "max_cu found in scaling_policies", "missing required arguments"),
    (only(cu=4), "scaling_policies.cu", "Unsupported parameters"),
    (
        only(impact_start_time="08:00", impact_stop_time="22:00"),
        "scaling_policies:",
        "must include a policy from 00:00 to 24:00 (no policy covers 00:00 to 08:00, 22:00 to 24:00)",
    ),
    (
        only(impact_start_time="20:00", impact_stop_time="06:00"),
        "scaling_policies:",
        "must include a policy from 00:00 to 24:00 (no policy covers 06:00 to 20:00)",
    ),
    (
        {**only(), "scaling_policies": policies(("00:00", "12:00"), ("12:00", "00:00"))["scaling_policies"][:2]},
        "scaling_policies:",
        "must include a policy from 00:00 to 24:00",
    ),
    ({**only(), "scaling_policies": []}, "scaling_policies:", "scaling_policies cannot be empty"),
    (policies(("00:00", "24:00")), "scaling_policies:", "must include only one policy that lasts all day"),
    (
        policies(("08:00", "12:00"), ("11:00", "13:00")),
        "scaling_policies:",
        "must not overlap, got 08:00 to 12:00 and 11:00 to 13:00",
    ),
    (
        policies(("22:00", "06:00"), ("05:00", "07:00")),
        "scaling_policies:",
        "must not overlap, got 22:00 to 06:00 and 05:00 to 07:00",
    ),
    ({**only(), "scaling_policies": 7}, "'scaling_policies'", "a list, not 'int'"),
    # address range
    ({"cidr_in_vpc": "10.0.0.1/16"}, "cidr_in_vpc:", IPV4_RANGE),
    ({"cidr_in_vpc": "fd00::/64"}, "cidr_in_vpc:", IPV4_RANGE),
    ({"cidr_in_vpc": "10.0.0.0/16\n"}, "cidr_in_vpc:", IPV4_RANGE),
    ({"cidr_in_vpc": "100.64.0.0/16"}, "cidr_in_vpc:", PRIVATE),
    ({"cidr_in_vpc": "0.0.0.0/0"}, "cidr_in_vpc:", PRIVATE),
    # users
    (authorized(user_name=" u"), "authorized_users[0].user_name:", USER),
    (authorized(user_name="u\n"), "authorized_users[0].user_name:", USER),
    (authorized(user_name="u" * 65), "authorized_users[0].user_name:", USER),
    (authorized(privileges=["ALL"]), "privileges", "must be one or more of"),
    (authorized(privileges="submit_job"), "privileges", "must be one or more of"),
    (authorized(privileges=None), "privileges", ANSIBLES_OWN),
    ({"authorized_users": [{"user_name": "u"}]}, "privileges found in authorized_users", "missing required arguments"),
    (
        {"authorized_users": authorized()["authorized_users"] * 2},
        "authorized_users.user_name:",
        "contains 'u' more than once",
    ),
    ({"purge_authorized_users": "perhaps"}, "'purge_authorized_users'", "unable to convert to bool"),
    # combinations
    (
        {"elastic_resource_pool_name": "pool1", "cidr_in_vpc": "10.0.0.0/16"},
        "cidr_in_vpc:",
        "a queue in an elastic resource pool uses the CIDR block of the pool",
    ),
    ({"engine": "spark", "queue_type": "general"}, "engine:", "requires queue_type=sql"),
    ({"feature": "ai", "queue_type": "general"}, "feature:", AI),
    ({"feature": "ai", "platform": "aarch64"}, "feature:", AI),
    ({"feature": "ai", "resource_mode": 0}, "feature:", AI),
    (
        {"elastic_resource_pool_name": "pool1", "resource_mode": 0},
        "resource_mode:",
        "must be 1 (dedicated) with elastic_resource_pool_name",
    ),
    ({"properties": {NATIVE: True}, "queue_type": "general"}, "properties:", "require queue_type=sql and engine=spark"),
    ({"properties": {NATIVE: True}, "engine": "hetuEngine"}, "properties:", "require queue_type=sql and engine=spark"),
    ({"force": True}, "force:", "requires state=restarted"),
    ({"state": "absent", "force": True}, "force:", "requires state=restarted"),
    ({"state": "restarted", "cu_count": 16}, "cu_count:", "must not be set with state=restarted"),
    (
        {"state": "restarted", "cu_count": None, "force_recreate": True},
        "force_recreate:",
        "requires state=present",
    ),
    ({"name": "default", "state": "absent"}, "name:", "must not be default with state=absent or force_recreate=true"),
    (
        {"name": "Default", "force_recreate": True},
        "name:",
        "must not be default with state=absent or force_recreate=true",
    ),
]

CONNECTION_CASES = [
    # names
    ({"name": "test-1"}, "name:", CONNECTION_NAME),
    ({"name": "test1 "}, "name:", CONNECTION_NAME),
    ({"name": "test\t1"}, "name:", CONNECTION_NAME),
    ({"name": "verbindung_ä"}, "name:", CONNECTION_NAME),
    ({"name": "c" * 65}, "name:", CONNECTION_NAME),
    # ids
    ({"dest_vpc_id": "vpc-sources"}, "dest_vpc_id:", ID),
    ({"dest_vpc_id": "192.168.0.0/16"}, "dest_vpc_id:", ID),
    ({"dest_vpc_id": VPC.replace("-", "")}, "dest_vpc_id:", ID),
    ({"dest_vpc_id": VPC.replace("3b", "3g")}, "dest_vpc_id:", ID),
    ({"dest_network_id": f" {SUBNET}"}, "dest_network_id:", ID),
    ({"dest_network_id": f"{SUBNET}\n"}, "dest_network_id:", ID),
    ({"dest_network_id": {"id": SUBNET}}, "dest_network_id:", ID),
    ({"routetable_id": "default"}, "routetable_id:", ID),
    # what is bound
    ({"queues": ["q-1"]}, "queues:", QUEUE_NAME),
    ({"queues": [""]}, "queues:", QUEUE_NAME),
    ({"queues": [None]}, "queues", ANSIBLES_OWN),
    ({"queues": ["q1", {"name": "q2"}]}, "queues:", QUEUE_NAME),
    ({"queues": "q1 q2"}, "queues:", QUEUE_NAME),
    ({"queues": {"q1": "q2"}}, "'queues'", "unable to convert to list"),
    (
        {"queues": ["Default"]},
        "queues:",
        "must not contain the built-in queue default, which is shared and cannot be bound",
    ),
    ({"elastic_resource_pools": ["pool/1"]}, "elastic_resource_pools:", QUEUE_NAME),
    ({"elastic_resource_pools": ["1"]}, "elastic_resource_pools:", QUEUE_NAME),
    # hosts
    (host(name="1ecs"), "hosts[0].name:", HOST_NAME),
    (host(name="ecs 1"), "hosts[0].name:", HOST_NAME),
    (host(name="ecs-1\n"), "hosts[0].name:", HOST_NAME),
    (host(name="höst"), "hosts[0].name:", HOST_NAME),
    (host(name="h" * 129), "hosts[0].name:", HOST_NAME),
    (host(ip="192.168.0"), "hosts[0].ip:", HOST_IP),
    (host(ip="192.168.0.256"), "hosts[0].ip:", HOST_IP),
    (host(ip="192.168.0.01"), "hosts[0].ip:", HOST_IP),
    (host(ip="192.168.0.0/24"), "hosts[0].ip:", HOST_IP),
    (host(ip="192.168.0.1:80"), "hosts[0].ip:", HOST_IP),
    (host(ip=" 192.168.0.1"), "hosts[0].ip:", HOST_IP),
    (host(ip="fe80::1"), "hosts[0].ip:", HOST_IP),
    (host(ip="ecs-1.example.com"), "hosts[0].ip:", HOST_IP),
    (host(ip=3232235521), "hosts[0].ip:", HOST_IP),
    (host(ip=None), "ip", ANSIBLES_OWN),
    (host(port=80), "hosts.port", "Unsupported parameters"),
    ({"hosts": [{"name": "ecs-1"}]}, "ip found in hosts", "missing required arguments"),
    # Ansible's own words, which do not say where.
    ({"hosts": ["ecs-1"]}, "", "dictionary requested"),
    ({"hosts": 7}, "'hosts'", "a list"),
    (
        {"hosts": [{"name": "ecs-1", "ip": "192.168.0.1"}] * 20_001},
        "hosts:",
        "must have at most 20000 entries, got 20001",
    ),
    ({"hosts": TWO_ADDRESSES[:3]}, "hosts.name:", "contains 'a' with several addresses: 10.0.0.0, 10.0.0.2"),
    # routes
    (route(name="r 1"), "routes[0].name:", ROUTE_NAME),
    (route(name="r.1"), "routes[0].name:", ROUTE_NAME),
    (route(name="r1\n"), "routes[0].name:", ROUTE_NAME),
    (route(name="../r1"), "routes[0].name:", ROUTE_NAME),
    (route(name="röute"), "routes[0].name:", ROUTE_NAME),
    (route(name="r" * 65), "routes[0].name:", ROUTE_NAME),
    (route(cidr="10.1.0.0/33"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="10.1.0/24"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="10.1.0.0-10.1.0.9"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="10.1.0.0/255.255.255.0.0"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="warehouse.example.com"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr=167837696), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr=["10.1.0.0/24"]), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="10.1.0.0"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="10.2.0.5/24"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="fd00::"), "routes[0].cidr:", ROUTE_CIDR),
    (route(cidr="100.125.1.250/32"), "routes[0].cidr:", "must be outside of 100.125.0.0/16 and 100.64.0.0/16"),
    (route(cidr="100.64.0.0/16"), "routes[0].cidr:", "must be outside of 100.125.0.0/16 and 100.64.0.0/16"),
    (route(cidr=None), "cidr", ANSIBLES_OWN),
    (route(metric=1), "routes.metric", "Unsupported parameters"),
    ({"routes": [{"name": "r1"}]}, "cidr found in routes", "missing required arguments"),
    (
        {"routes": [{"name": "r1", "cidr": cidr} for cidr in TWO_CIDRS]},
        "routes[1].name:",
        "must be unique, got 'r1', as in routes[0]",
    ),
    (
        {"routes": [{"name": "r1", "cidr": "10.1.0.0/24"}, {"name": "r2", "cidr": "10.1.0.0/24"}]},
        "routes[1].cidr:",
        "must be unique, got '10.1.0.0/24', as in routes[0]",
    ),
    (
        {"routes": [{"name": "r1", "cidr": "fd00::/64"}, {"name": "r2", "cidr": "FD00:0::/64"}]},
        "routes[1].cidr:",
        "must be unique, got 'FD00:0::/64', as in routes[0]",
    ),
    ({"routes": "10.1.0.0/24"}, "", "dictionary requested"),
    ({"routes": 7}, "'routes'", "a list, not 'int'"),
    ({"purge_routes": "perhaps"}, "'purge_routes'", "unable to convert to bool"),
    # who may use it
    ({"allowed_projects": [""]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": ["eu-west-101"]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": ["a b"]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": ["x"]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": ["a" * 33]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": ["größe"]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": [{"id": "a"}]}, "allowed_projects:", PROJECTS),
    ({"allowed_projects": {"a": "b"}}, "'allowed_projects'", "unable to convert to list"),
    ({"purge_allowed_projects": "perhaps"}, "'purge_allowed_projects'", "unable to convert to bool"),
    # networks by name
    ({"dest_vpc_name": "vpc-data"}, "dest_vpc_id:", "and dest_vpc_name are mutually exclusive"),
    ({"dest_subnet_name": "subnet-data"}, "dest_network_id:", "and dest_subnet_name are mutually exclusive"),
    ({"dest_vpc_id": None, "dest_vpc_name": " \n"}, "dest_vpc_name:", "must be 1 to 64 characters"),
    ({"dest_vpc_id": None, "dest_vpc_name": "v" * 65}, "dest_vpc_name:", "must be 1 to 64 characters"),
    ({"state": "restarted"}, "state", "must be one of: present, absent, got"),
    ({"purge_hosts": "perhaps"}, "'purge_hosts'", "unable to convert to bool"),
]

COMMON_CASES = [
    # tags
    ({"tags": {f"key{number}": "v" for number in range(21)}}, "tags:", "must have at most 20 entries, got 21"),
    ({"tags": {"": "v"}}, "tags:", TAG_KEY),
    ({"tags": {" key": "v"}}, "tags:", TAG_KEY),
    ({"tags": {"key\u00a0": "v"}}, "tags:", TAG_KEY),
    ({"tags": {"_sys_key": "v"}}, "tags:", TAG_KEY),
    ({"tags": {"key/path": "v"}}, "tags:", TAG_KEY),
    ({"tags": {"key\n": "v"}}, "tags:", TAG_KEY),
    ({"tags": {"k" * 129: "v"}}, "tags:", TAG_KEY),
    ({"tags": {"key": "a/b"}}, "tags:", TAG_VALUE),
    ({"tags": {"key": "v\n"}}, "tags:", TAG_VALUE),
    ({"tags": {"key": "v" * 256}}, "tags:", TAG_VALUE),
    ({"tags": {"key": None}}, "tags:", TAG_VALUE),
    ({"tags": {"key": ["a"]}}, "tags:", TAG_VALUE),
    ({"tags": {"key": {"value": "v"}}}, "tags:", TAG_VALUE),
    ({"tags": [{"key": "k", "value": "v"}]}, "'tags'", DICT),
    ({"tags": "team"}, "'tags'", DICT),
    # waiting
    ({"wait_timeout": 0}, "wait_timeout:", SECONDS),
    ({"wait_timeout": -1}, "wait_timeout:", SECONDS),
    ({"wait_timeout": True}, "wait_timeout:", SECONDS),
    ({"wait_timeout": 10**400}, "wait_timeout:", SECONDS),
    ({"wait_timeout": "45m"}, "'wait_timeout'", INT),
    ({"wait_interval": 0}, "wait_interval:", SECONDS),
    ({"wait_interval": -0.5}, "wait_interval:", SECONDS),
    ({"wait_interval": float("nan")}, "wait_interval:", SECONDS),
    ({"wait_interval": float("inf")}, "wait_interval:", SECONDS),
    ({"wait_interval": "-inf"}, "wait_interval:", SECONDS),
    ({"wait_interval": "often"}, "'wait_interval'", "cannot be converted to a float"),
    ({"ready_age": -1}, "ready_age:", SECONDS),
    ({"ready_age": "10m"}, "'ready_age'", INT),
    ({"wait": "perhaps"}, "'wait'", "unable to convert to bool"),
    # whatever there is not
    ({"cu": 16}, "cu", "Unsupported parameters"),
]

URL = "must be a URL such as https://host or https://host:port"
# Spoils good connection options; None takes one away.
CONNECTION_OPTION_CASES = [
    ({"access_key": None, "secret_key": None}, "credentials:", "credentials are required"),
    ({"access_key": "", "secret_key": ""}, "credentials:", "credentials are required"),
    ({"secret_key": None}, "secret_key:", "is required with access_key"),
    ({"access_key": None}, "access_key:", "is required with secret_key"),
    ({"secret_key": "two words"}, "secret_key:", "must be printable ASCII without spaces"),
    ({"secret_key": "line\n"}, "secret_key:", "must be printable ASCII without spaces"),
    ({"access_key": "schlüssel"}, "access_key:", "must be printable ASCII without spaces"),
    ({"auth_token": "token\r\nX-Other: 1"}, "auth_token:", "must be printable ASCII without spaces"),
    ({"access_key": None, "secret_key": None, "username": "u"}, "password:", "is required with username or user_id"),
    (
        {"access_key": None, "secret_key": None, "password": "sesame"},
        "username:",
        "(or user_id) is required with password",
    ),
    (
        {"access_key": None, "secret_key": None, "username": "u", "password": "sesame"},
        "domain_name:",
        "(or domain_id) is required with username",
    ),
    ({"region": "EU-West-101"}, "region:", "must be lower-case letters, digits and hyphens"),
    ({"region": "eu west"}, "region:", "must be lower-case letters, digits and hyphens"),
    ({"region": None, "endpoint": None}, "region:", "(HW_REGION_NAME) is required without endpoint"),
    ({"project_id": "a/b"}, "project_id:", "must be 1 to 64 letters and digits"),
    ({"project_id": "p" * 65}, "project_id:", "must be 1 to 64 letters and digits"),
    ({"cloud": "https://myhuaweicloud.com"}, "cloud:", "must be a domain such as myhuaweicloud.com"),
    ({"endpoint": "ftp://dli.example.com"}, "endpoint:", URL),
    ({"endpoint": "https://"}, "endpoint:", URL),
    ({"endpoint": "https://user:secret@dli.example.com"}, "endpoint:", URL),
    ({"endpoint": "https://dli.example.com:99999"}, "endpoint:", URL),
    ({"endpoint": "https://dli.example.com?x=1"}, "endpoint:", URL),
    ({"endpoint": "https://dli.example.com?"}, "endpoint:", URL),
    ({"endpoint": "https://dli example.com"}, "endpoint:", URL),
    ({"iam_endpoint": "https://iam.example.com#v3"}, "iam_endpoint:", URL),
    ({"vpc_endpoint": "https://[::1"}, "vpc_endpoint:", URL),
    ({"ca_path": "/nowhere/ca.pem"}, "ca_path:", "must be an existing file or directory, got '/nowhere/ca.pem'"),
    ({"request_timeout": 0}, "request_timeout:", "must be a number from 1 to 86400"),
    ({"request_timeout": True}, "request_timeout:", "must be a number from 1 to 86400"),
    ({"request_timeout": 10**400}, "request_timeout:", "must be a number from 1 to 86400"),
    ({"max_retries": -1}, "max_retries:", "must be a number from 0 to 100"),
    ({"max_retries": 10**9}, "max_retries:", "must be a number from 0 to 100"),
    ({"validate_certs": "maybe"}, "'validate_certs'", "unable to convert to bool"),
]

CASES = [
    *(("dli_queue", *case) for case in [*QUEUE_CASES, *COMMON_CASES]),
    *(("dli_enhanced_connection", *case) for case in [*CONNECTION_CASES, *COMMON_CASES]),
]


def names_option(option, message):
    """Whether a problem in the message begins with the option. Without a colon, the option may be anywhere in it."""
    if option.endswith(":"):
        return re.search(rf"(^|; ){re.escape(option[:-1])}\b", message)
    return option in message


def short(value):
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:50]}..."


@pytest.mark.parametrize(("module", "options", "option", "rule"), CASES, ids=short)
def test_invalid_options_are_reported_before_any_request(sim, run, module, options, option, rule):
    result = run(module, **{**GOOD[module], **options})
    assert result.failed
    assert names_option(option, result["msg"])
    assert rule in result["msg"]
    # One problem and no other.
    assert "; " not in result["msg"]
    assert len(result["msg"]) < 2000
    assert not sim.requests


@pytest.mark.parametrize("check", [True, False])
def test_all_hosts_with_several_addresses_are_named(run, check):
    result = run("dli_enhanced_connection", check=check, **{**GOOD["dli_enhanced_connection"], "hosts": TWO_ADDRESSES})
    for each in ("'a' with several addresses: 10.0.0.0, 10.0.0.2", "'b' with several addresses: 10.0.0.1, 10.0.0.4"):
        assert f"hosts.name contains {each}" in result["msg"]
    assert result.sent == []


@pytest.mark.parametrize(("spoilt", "option", "rule"), CONNECTION_OPTION_CASES, ids=short)
@pytest.mark.parametrize("module", GOOD)
def test_invalid_connection_options_are_reported_before_any_request(
    sim, run, connection_params, module, spoilt, option, rule
):
    given = {key: value for key, value in {**connection_params, **spoilt}.items() if value is not None}
    result = run(module, connected=False, **GOOD[module], **given)
    assert result.failed
    assert names_option(option, result["msg"])
    assert rule in result["msg"]
    assert "user:secret" not in result["msg"]
    assert not sim.requests


def test_all_problems_of_a_queue_are_reported_at_once(sim, run):
    result = run(
        "dli_queue",
        name="_",
        cu_count=18,
        labels=["a"],
        queue_type="general",
        engine="spark",
        tags={"_sys_": "a/b"},
        wait_interval=0,
        endpoint="nowhere?",
        max_retries=-1,
    )
    for option in ("name", "cu_count", "labels", "engine", "tags", "wait_interval"):
        assert names_option(f"{option}:", result["msg"])
    for rule in (TAG_KEY, TAG_VALUE, URL, "max_retries must be"):
        assert rule in result["msg"]
    assert not sim.requests


def test_all_problems_of_a_connection_are_reported_at_once(sim, run):
    result = run(
        "dli_enhanced_connection",
        name="a-b",
        dest_vpc_id="vpc",
        dest_network_id="subnet",
        routetable_id="table",
        queues=["default", "q-1"],
        elastic_resource_pools=["_"],
        hosts=[{"name": "1", "ip": "1"}],
        routes=[{"name": "?", "cidr": "1"}],
        allowed_projects=[""],
        dest_vpc_name="v",
        dest_subnet_name="s",
        tags={"": ""},
        wait_timeout=0,
        region="?",
        connected=False,
    )
    options = ("name", "dest_vpc_id", "dest_network_id", "routetable_id", "queues", "elastic_resource_pools")
    inner = ("hosts[0].name", "hosts[0].ip", "routes[0].name", "routes[0].cidr")
    for option in (*options, *inner, "allowed_projects", "tags", "wait_timeout", "region"):
        assert names_option(f"{option}:", result["msg"])
    for exclusive in ("dest_vpc_id and dest_vpc_name", "dest_network_id and dest_subnet_name"):
        assert f"{exclusive} are mutually exclusive" in result["msg"]
    assert "the built-in queue default" in result["msg"]
    assert "credentials are required" in result["msg"]
    assert not sim.requests


# Options that surveys and files of variables pass although they are empty.
EMPTY = {
    "dli_queue": (
        {"cu_count": 16},
        *("elastic_resource_pool_name", "description", "queue_type", "feature", "cidr_in_vpc", "enterprise_project_id"),
    ),
    "dli_enhanced_connection": (
        GOOD["dli_enhanced_connection"],
        *("dest_vpc_name", "dest_subnet_name", "routetable_id", "security_token", "auth_token", "ca_path"),
    ),
    "dli_elastic_resource_pool": ({"min_cu": 64, "max_cu": 64}, "cidr", "enterprise_project_id"),
    "dli_queue_info": ({}, "name", "elastic_resource_pool_name", "queue_type"),
    "dli_enhanced_connection_info": ({}, "name", "status"),
    "dli_elastic_resource_pool_info": ({}, "name"),
}


@pytest.mark.parametrize("module", EMPTY)
def test_an_empty_text_counts_as_not_given(sim, run, module):
    options, *empty = EMPTY[module]
    name = {} if module.endswith("_info") else {"name": "x1"}
    with_empty = run(module, check=True, **{**name, **options, **dict.fromkeys(empty, "")})
    without = run(module, check=True, **{**name, **options})
    assert not with_empty.failed, with_empty
    assert with_empty == without


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "missing required arguments: name"),
        ({"routes": [{"name": "", "cidr": "10.1.0.0/24"}]}, "missing required arguments: name found in routes"),
        ({"hosts": [{"name": "h", "ip": ""}]}, "missing required arguments: ip found in hosts"),
    ],
)
def test_an_empty_required_text_is_missing(sim, run, options, words):
    result = run("dli_enhanced_connection", **{**GOOD["dli_enhanced_connection"], **options})
    assert result["msg"] == words
    assert not sim.requests


@pytest.mark.parametrize("value", [float("inf"), "Infinity", "-inf"])
def test_infinity_is_rejected_by_the_name_of_the_option(sim, run, value):
    assert "'cu_count'" in run("dli_queue", name="q1", cu_count=value)["msg"]
    assert not sim.requests


def test_many_problems_of_one_kind_are_counted(sim, run):
    hosts = [{"name": f"-{number}", "ip": "192.168.0.1"} for number in range(20_000)]
    result = run("dli_enhanced_connection", **GOOD["dli_enhanced_connection"], hosts=hosts)
    assert len(re.findall(r"(?:^|; )hosts(?:\[\d\])?\.name\b", result["msg"])) == 6
    assert "hosts.name has 19995 more problems of this kind" in result["msg"]
    assert not sim.requests


def test_each_route_with_a_problem_is_named_by_its_number(sim, run):
    routes = [{"name": "r 1", "cidr": "10.1.0.0/24"}, {"name": "ok", "cidr": "10.9.0.0/24"}] * 2
    result = run("dli_enhanced_connection", **GOOD["dli_enhanced_connection"], routes=routes)
    assert re.findall(r"routes\[\d\]\.name", result["msg"]) == ["routes[0].name", "routes[2].name"]
    assert not sim.requests


def test_a_name_is_required(sim, run):
    for module in GOOD:
        assert "missing required arguments: name" in run(module)["msg"]
    assert not sim.requests


LEFT_OUT = {
    "tags": {},
    "properties": {},
    "labels": [],
    "charging_mode": 1,
    "queue_type": "sql",
    "description": "d",
    "elastic_resource_pool_name": "pool1",
    "scaling_policies": [policy()],
    "cidr_in_vpc": "10.0.0.0/16",
    "authorized_users": [],
}


@pytest.mark.parametrize("option", LEFT_OUT)
def test_a_restart_rejects_options_that_it_would_ignore(sim, run, option):
    result = run("dli_queue", name="q1", state="restarted", **{option: LEFT_OUT[option]})
    assert f"{option} must not be set with state=restarted" in result["msg"]
    assert not sim.requests


def test_null_is_not_given_for_a_required_option(run):
    result = run("dli_queue", name=None)
    assert result.failed
    assert "missing required arguments: name" in result["msg"]


def test_a_boolean_limit_is_one_problem(run):
    result = run("dli_elastic_resource_pool", name="p1", max_cu=True)
    assert result["msg"] == "max_cu must be a number, got True"


def test_the_item_of_a_list_that_breaks_a_rule_is_named(run):
    result = run("dli_enhanced_connection", name="c1", queues=["q1", ""], allowed_projects=["x"])
    assert "queues[1] must be 1 to 128 letters" in result["msg"]
    assert "allowed_projects[0] must be a project ID of 32 hexadecimal digits, got 'x'" in result["msg"]

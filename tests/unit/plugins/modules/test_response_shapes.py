# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A response with one value of another shape is one clear error, whatever was written.

Each scenario runs once to record its responses, then again with one value in one of them changed: for a fixed sample of
values and mutations, or for all of them with DLI_ALL_SHAPES=1, which takes about four minutes. A response that several
scenarios read is then changed in the first of them only.
"""

from __future__ import annotations

import copy
import os
import random

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Client
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import poll

MISSING = object()
NESTED = []
for _level in range(500):
    NESTED = [NESTED]
MUTATIONS = (MISSING, None, "", "x", 7, -1, True, 1.5, [], {}, [None], [{}], float("inf"), 10**400, NESTED)
SAMPLE = 12
# Few polls and an early timeout: after many mutations, a task waits for a state that it never sees.
PATIENCE = {"wait_timeout": 1500, "wait_interval": 300}
SHORTEST_PAUSE = 60.0
# What the scenarios before have changed, if all is changed.
COVERED = set()
UNREAD = {"is_success", "message"}

WHOLE = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
ASPECTS = {
    "tags": {"team": "data"},
    "scaling_policies": [WHOLE],
    "authorized_users": [{"user_name": "ann", "privileges": ["RESTART"]}],
    "properties": {"job.maxConcurrent": 8},
}
QUEUE, POOL, CONNECTION = "dli_queue", "dli_elastic_resource_pool", "dli_enhanced_connection"
RULE, GROUP, BLOCK = (
    "dli_security_group_rule",
    "5b0a3f5e-0f0b-4c7d-9d42-6f1f4cf0a001",
    {"remote_ip_prefix": ["10.0.0.0/8"]},
)
PROJECTS = ["1f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6"]
HOSTS, ROUTES = [{"name": "h", "ip": "10.0.0.1"}], [{"name": "r", "cidr": "10.1.0.0/24"}]
CONNECTED = {"hosts": HOSTS, "routes": ROUTES, "tags": {"team": "data"}, "allowed_projects": PROJECTS}
PLACE = {"dest_vpc_name": "vpc-sources", "dest_subnet_name": "subnet-sources"}
SCENARIOS = {
    "a new queue": (QUEUE, {"name": "new", "cu_count": 16, "elastic_resource_pool_name": "p1", **ASPECTS}),
    "aspects of a queue": (QUEUE, {"name": "inside", **ASPECTS}),
    "an unchanged queue": (QUEUE, {"name": "outside", "labels": [], "platform": "x86_64", "feature": "basic"}),
    "a scaling": (QUEUE, {"name": "outside", "cu_count": 80}),
    "another CIDR block": (QUEUE, {"name": "outside", "cidr_in_vpc": "10.99.0.0/16", "wait": False}),
    "a join": (QUEUE, {"name": "outside", "elastic_resource_pool_name": "p1"}),
    "a restart": (QUEUE, {"name": "outside", "state": "restarted"}),
    "a deletion": (QUEUE, {"name": "outside", "state": "absent"}),
    "queues": (QUEUE + "_info", {f"with_{aspect}": True for aspect in ASPECTS}),
    "a new pool": (POOL, {"name": "new", "min_cu": 64, "max_cu": 64, "tags": {"team": "data"}}),
    "a smaller pool": (POOL, {"name": "p1", "max_cu": 192, "description": "d", "tags": {}}),
    "a deletion of a pool": (POOL, {"name": "empty", "state": "absent"}),
    "pools": (POOL + "_info", {"with_tags": True, "with_queues": True}),
    "quotas": ("dli_quota_info", {}),
    "a new rule": (RULE, {"security_group": "databases", "ports": ["80", "443"], "queues": ["inside", "outside"]}),
    "a removal of a rule": (RULE, {"security_group": GROUP, "ports": ["22"], **BLOCK, "state": "absent"}),
    "a new connection": (CONNECTION, {"name": "new", "queues": ["outside"], **PLACE, **CONNECTED}),
    "a change": (CONNECTION, {"name": "seen", "queues": ["inside"], "elastic_resource_pools": ["p1"], **CONNECTED}),
    "more hosts": (CONNECTION, {"name": "seen", "hosts": HOSTS, "purge_hosts": False, "wait": False}),
    "an unchanged connection": (CONNECTION, {"name": "seen", **PLACE}),
    "a deletion of a connection": (CONNECTION, {"name": "seen", "state": "absent"}),
    "connections": (CONNECTION + "_info", {"with_tags": True, "with_allowed_projects": True}),
    "a test": ("dli_connectivity_test", {"queue": "outside", "addresses": ["10.0.0.1:80"]}),
    "a test that fails": (
        "dli_connectivity_test",
        {"queue": "outside", "addresses": ["10.0.0.1:80"], "fail_on_unreachable": False},
    ),
}
SEED = {
    "pools": [
        {"elastic_resource_pool_name": "p1", "min_cu": 128, "max_cu": 256, "tags": [{"key": "a", "value": "b"}]},
        {"elastic_resource_pool_name": "empty", "min_cu": 64, "max_cu": 64},
    ],
    "queues": [
        {"queue_name": "inside", "elastic_resource_pool_name": "p1", "properties": {"job.maxConcurrent": "4"}},
        {"queue_name": "outside", "cu_count": 64, "privileges": {"bob": ["RESTART"]}},
        {"queue_name": "bound"},
    ],
    "security_groups": [
        {
            "id": GROUP,
            "name": "databases",
            "rules": [{"protocol": "tcp", "multiport": "22", "remote_ip_prefix": "10.0.0.0/8"}],
        }
    ],
    "connections": [
        {
            "name": "seen",
            "queues": ["bound"],
            "hosts": [{"name": "old", "ip": "10.0.0.9"}],
            "routes": [{"name": "old", "cidr": "10.9.0.0/24"}],
            "tags": [{"key": "a", "value": "b"}],
            "privileges": {"2f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6": ["BIND_QUEUE"]},
        }
    ],
}


def places(value, path=()):
    """The paths of all values in a body; of a list, those in its first element."""
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, element in inner:
        if key not in UNREAD:
            yield (*path, key)
            yield from places(element, (*path, key))


def mutated(body, path, value):
    body = copy.deepcopy(body)
    holder = body
    for key in path[:-1]:
        holder = holder[key]
    if value is MISSING:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return body


@pytest.fixture
def responses(monkeypatch):
    """The method, path and decoded body of each response, and ``responses.change``, a function of number and body."""

    class Responses(list):
        change = staticmethod(lambda _number, body: body)

    found, call = Responses(), Client._call

    def record(client, method, path, operation, *, idempotent, **kwargs):
        body = found.change(len(found), call(client, method, path, operation, idempotent=idempotent, **kwargs))
        found.append((method, path, body))
        return body

    monkeypatch.setattr(Client, "_call", record)
    return found


@pytest.fixture
def scenario(sim, run, responses, monkeypatch):
    """scenario("a scaling") runs it from the seeded state."""
    monkeypatch.setattr(poll, "SHORTEST_PAUSE", SHORTEST_PAUSE)

    def scenario(name, change=lambda _number, body: body):
        sim.reset()
        sim.load_seed(SEED)
        responses.clear()
        responses.change = change
        if name == "a test that fails":
            sim.set_knobs(reachable=[])
        module, options = SCENARIOS[name]
        patience = PATIENCE if module in (QUEUE, POOL, CONNECTION, "dli_connectivity_test") else {}
        return run(module, **{**patience, **options})

    return scenario


def cases(name, recorded):
    """(number of the response, path, mutation) for each run of the scenario.

    Polls repeat a request; its first response and its first one after a write stand for all.
    """
    found, seen, wrote = [], set(), False
    for number, (method, url, body) in enumerate(recorded):
        wrote = wrote or (method != "GET" and not url.endswith("connection-test"))
        if (method, url, wrote) not in seen:
            found += [(number, path, mutation) for path in places(body) for mutation in MUTATIONS]
        seen.add((method, url, wrote))
    if os.environ.get("DLI_ALL_SHAPES"):
        new = []
        for number, path, mutation in found:
            method, url, _body = recorded[number]
            case = (method, url, path, repr(mutation))
            if case not in COVERED:
                COVERED.add(case)
                new.append((number, path, mutation))
        return new
    return random.Random(name).sample(found, min(SAMPLE, len(found)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_value_of_another_shape_is_one_clear_error(scenario, responses, name):
    plain = scenario(name)
    assert not plain.failed, plain["msg"]
    recorded = list(responses)
    for case in cases(name, recorded):
        number, path, mutation = case
        result = scenario(name, lambda n, body, at=case: mutated(body, at[1], at[2]) if n == at[0] else body)
        if not result.failed:
            continue
        where = f"{name}, response {number}, {path}: {mutation!r:.40}: {result['msg']}"
        assert "Error" not in result["msg"], where
        wrote = [r for r in result.writes if r.status < 300 and not r.path.endswith("connection-test")]
        assert result["changed"] == bool(wrote), where

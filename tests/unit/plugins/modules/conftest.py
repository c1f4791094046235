# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator with old queues and pools, and a connection in it."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import client

from dli_simulator.profiles import PROFILES

POOLS = {"pool1": "172.16.0.0/16", "pool2": "172.17.0.0/16"}
QUEUES = {"q1": "", "q2": "", "q3": "", "in_pool": "pool1", "in_pool_too": "pool1", "elsewhere": "pool2"}


@pytest.fixture
def cloud(sim):
    """The simulator with old queues: q1 to q3 outside pools, in_pool and in_pool_too in pool1, elsewhere in pool2."""
    sim.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": name, "cidr_in_vpc": cidr} for name, cidr in POOLS.items()],
            "queues": [{"queue_name": name, "elastic_resource_pool_name": pool} for name, pool in QUEUES.items()],
        }
    )
    return sim


@pytest.fixture
def place(sim):
    """The two options that a new connection requires."""
    network = sim.ready["networks"][0]
    return {"dest_vpc_id": network["vpc_id"], "dest_network_id": network["subnet_id"]}


@pytest.fixture
def other_place(sim):
    network = sim.ready["networks"][1]
    return {"dest_vpc_id": network["vpc_id"], "dest_network_id": network["subnet_id"]}


@pytest.fixture
def connection(cloud, run, place):
    """connection(queues=["q1"], ...) runs the module for the connection test1."""

    def connection(**options):
        return run("dli_enhanced_connection", **{"name": "test1", **place, **options})

    return connection


@pytest.fixture
def live(cloud):
    """live() returns the live connection with a name, or None; it fails if there are two."""

    def live(name="test1"):
        found = [each for each in cloud.connections.values() if each.name == name and each.status != "DELETED"]
        assert len(found) <= 1, found
        return found[0] if found else None

    return live


@pytest.fixture
def state(live):
    """state() returns the connection in the service in short form; unordered lists are sorted.

    What few connections have stands there only if this one has it.
    """

    def state():
        now = live()
        if now is None:
            return None
        rare = {
            "routes": {route["name"]: route["cidr"] for route in now.routes},
            "tags": dict(now.tags),
            "projects": sorted(now.privileges),
        }
        return {
            "queues": {peer.name: peer.status for peer in now.available_queue_info},
            "pools": {peer.name: peer.status for peer in now.elastic_resource_pools},
            "hosts": sorted((host["name"], host["ip"]) for host in now.hosts),
            **{key: value for key, value in rare.items() if value},
        }

    return state


@pytest.fixture
def after_the_first_page(monkeypatch):
    """after_the_first_page(act) calls act() between two pages of a list."""

    def after_the_first_page(act):
        get, acts = client.Client.get, [act]

        def get_and_act(*args, **kwargs):
            answer = get(*args, **kwargs)
            if acts:
                acts.pop()()
            return answer

        monkeypatch.setattr(client.Client, "get", get_and_act)

    return after_the_first_page


@pytest.fixture
def names(sim):
    """The same place as ``place``, by name."""
    network = sim.ready["networks"][0]
    return {"dest_vpc_name": network["vpc_name"], "dest_subnet_name": network["subnet_name"]}


@pytest.fixture
def otc(sim, monkeypatch):
    """The simulator as a region without an API for tags."""
    monkeypatch.setattr(sim.state, "profile", PROFILES["otc"])
    return sim


@pytest.fixture
def plan(cloud, run):
    """plan(queues=[...], ...) runs dli_plan_info; the result has ``plan``, and its ``objects`` by name.

    Fails if the module does, or if it sends a request that could change something.
    """

    def plan(**options):
        result = run("dli_plan_info", **options)
        assert not result.failed, result
        assert not result["changed"]
        assert all(each.path.endswith("/resource-instances/filter") for each in result.writes), result.sent
        result.plan = result["plan"]
        result.objects = {each["name"]: each for each in result.plan["objects"]}
        return result

    return plan

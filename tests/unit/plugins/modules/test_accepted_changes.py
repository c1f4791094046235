# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues, pools and connections: results report what the service accepted, and what other clients did meanwhile."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import pools

SEED = {
    "queues": [{"queue_name": "one"}],
    "pools": [{"elastic_resource_pool_name": "one", "min_cu": 64, "max_cu": 256}],
    "connections": [{"name": "one"}],
}
MODULES = {
    "dli_queue": "queue",
    "dli_elastic_resource_pool": "elastic_resource_pool",
    "dli_enhanced_connection": "enhanced_connection",
}
BUSY = {"status": 400, "error_code": "DLI.0012", "error_msg": "It is being created"}
UNPUBLISHED = {"status": 404, "error_code": "APIGW.0101", "error_msg": "The API does not exist", "shape": "gateway"}
each_noun = pytest.mark.parametrize("module", MODULES)


def stored_tags(sim, module):
    nouns = {"dli_queue": sim.queues, "dli_elastic_resource_pool": sim.pools}
    if module in nouns:
        return nouns[module]["one"].tags
    (connection,) = sim.connections.values()
    return connection.tags


@pytest.fixture
def tagged(sim, run):
    """tagged(module, refusal) runs the module with tags that the service does not accept."""

    def tagged(module, refusal, **options):
        sim.load_seed(SEED)
        sim.inject(kind="status", method="POST", path="tags/create", times=None, **refusal)
        return run(module, name="one", tags={"a": "b"}, **options)

    return tagged


@each_noun
def test_an_aspect_that_is_busy_is_not_changed_and_a_warning_says_so(sim, tagged, module):
    result = tagged(module, BUSY, wait=False)
    assert not result["changed"]
    assert result[MODULES[module]]["tags"] == stored_tags(sim, module) == {}
    assert result["diff"]["before"] == result["diff"]["after"]
    assert "tags was not changed because one is busy" in result.warned[0]


@each_noun
def test_an_aspect_that_the_region_lacks_is_unsupported(sim, tagged, module):
    result = tagged(module, UNPUBLISHED)
    assert not result["changed"]
    assert result["unsupported"] == ["tags"]
    assert "tags" not in result["diff"]["after"]
    assert len(result.warned) == 1
    assert stored_tags(sim, module) == {}


OTHERS = {
    "dli_queue": (
        {"queues": [{"queue_name": "mine", "cu_count": 256, "queue_type": "general", "age": 0}]},
        {"cu_count": 16, "queue_type": "sql", "wait": False},
    ),
    "dli_elastic_resource_pool": (
        {"pools": [{"elastic_resource_pool_name": "mine", "min_cu": 256, "max_cu": 512}]},
        {"min_cu": 64, "max_cu": 64},
    ),
}


@pytest.mark.parametrize("module", OTHERS)
def test_what_is_found_after_a_lost_post_is_ours_only_if_it_is_as_requested(sim, run, module):
    seed, requested = OTHERS[module]
    sim.inject(kind="drop_before", method="POST", path="(queues|elastic-resource-pools)$")
    sim.state.scheduler.add(sim.clock.now() + 0.5, lambda _moment: sim.load_seed(seed))
    result = run(module, name="mine", **requested)
    assert result.failed
    assert not result["changed"]
    assert "another client created one that differs: " in result["msg"]
    assert "(current: 256, requested: " in result["msg"]


LOST = {"status": 504, "shape": "html", "times": None}


def lose(sim, method):
    """All requests of that method take effect, and all their responses are lost."""
    sim.inject(kind="status_after", method=method, **LOST)


WRITES = {
    "description of a pool": ("dli_elastic_resource_pool", {"description": "new"}, "PUT"),
    "users of a queue": ("dli_queue", {"authorized_users": [{"user_name": "ann", "privileges": ["RESTART"]}]}, "PUT"),
    "properties of a queue": ("dli_queue", {"properties": {"job.maxConcurrent": 8}}, "PUT"),
    "restart of a queue": ("dli_queue", {"state": "restarted"}, "PUT"),
    "deletion of a queue": ("dli_queue", {"state": "absent"}, "DELETE"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_responses_are_all_lost_is_looked_for(sim, run, write):
    module, options, method = WRITES[write]
    sim.load_seed(SEED)
    lose(sim, method)
    result = run(module, name="one", max_retries=2, **options)
    assert not result.failed, result["msg"]
    assert result["changed"]
    if options.get("state") != "restarted":
        assert not run(module, name="one", **options)["changed"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_pool_that_is_being_deleted_already_is_not_changed(sim, run, wait):
    sim.load_seed(SEED)
    delete = {"name": "one", "state": "absent"}
    assert run("dli_elastic_resource_pool", wait=False, **delete)["changed"]
    result = run("dli_elastic_resource_pool", wait=wait, **delete)
    assert not result.failed
    assert not result["changed"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_pool_that_another_client_creates_at_the_same_time_is_used(sim, run, monkeypatch, wait):
    sim.load_seed(SEED)
    find, missed = pools.find, []

    def find_later(*args):
        return find(*args) if missed else missed.append(args)

    monkeypatch.setattr(pools, "find", find_later)
    result = run("dli_elastic_resource_pool", name="one", min_cu=64, max_cu=256, wait=wait)
    assert not result.failed, result["msg"]
    assert not result["changed"]
    assert result.sent[:2] == ["POST elastic-resource-pools 400", "GET elastic-resource-pools 200"]


def test_another_pool_that_another_client_creates_at_the_same_time_is_an_error(sim, run, monkeypatch):
    sim.load_seed(SEED)
    find, missed = pools.find, []
    monkeypatch.setattr(pools, "find", lambda *args: find(*args) if missed else missed.append(args))
    result = run("dli_elastic_resource_pool", name="one", min_cu=64, max_cu=64)
    assert result.failed
    assert not result["changed"]
    assert "it differs: max_cu (current: 256, requested: 64)" in result["error"]["hint"]


def test_the_diff_of_a_recreated_pool_shows_the_lost_tags(sim, run):
    sim.load_seed({"pools": [{**SEED["pools"][0], "tags": [{"key": "old", "value": "1"}]}]})
    options = {"min_cu": 64, "max_cu": 256, "cidr_in_vpc": "10.100.0.0/16", "tags": {"new": "2"}}
    result = run("dli_elastic_resource_pool", name="one", force_recreate=True, check=True, **options)
    assert result["diff"]["before"]["tags"] == {"old": "1"}
    assert result["diff"]["after"]["tags"] == {"new": "2"}


def test_the_cus_of_a_pool_after_a_running_scaling_are_unknown_in_check_mode(sim, run):
    sim.load_seed({"pools": [{**SEED["pools"][0], "status": "SCALING"}]})
    pool = run("dli_elastic_resource_pool", name="one", check=True)["elastic_resource_pool"]
    assert (pool["status"], pool["current_cu"], pool["actual_cu"]) == ("AVAILABLE", None, None)

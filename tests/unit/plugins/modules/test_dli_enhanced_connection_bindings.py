# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Binding and unbinding: prerequisites, pools and readiness."""

from __future__ import annotations

import pytest

NO_WAY = "The subnet has no way out."


def active(*names):
    return dict.fromkeys(names, "ACTIVE")


def associations(result):
    return [r.body for r in result.requests if r.path.endswith("/associate-queue")]


def names(result):
    return {entry["name"]: entry["status"] for entry in result["enhanced_connection"]["available_queue_info"]}


# --- queues in pools


def test_a_queue_in_a_pool_is_bound_by_its_pool_and_the_result_names_the_pool(connection, state):
    connection(queues=["q1"])
    result = connection(queues=["Q1", "In_Pool", "elsewhere"])
    assert associations(result) == [{"elastic_resource_pools": ["pool1", "pool2"]}]
    assert result["enhanced_connection"]["bound_via"] == {"in_pool": "pool1", "elsewhere": "pool2"}
    assert state()["pools"] == active("pool1", "pool2")
    again = connection(queues=["q1", "in_pool", "elsewhere"])
    assert not again["changed"]
    assert again["enhanced_connection"]["bound_via"] == {"in_pool": "pool1", "elsewhere": "pool2"}


def test_a_pool_stays_bound_when_its_queue_is_no_longer_requested(connection, state):
    connection(queues=["in_pool"])
    assert not connection(queues=[])["changed"]
    assert state()["pools"] == active("pool1")
    assert connection(elastic_resource_pools=[])["changed"]
    assert state()["pools"] == {}


@pytest.fixture
def pool_of_its_own(cloud, run):
    """A region in which the binding of q4, a queue outside pools, is listed as that of a pool of its name."""
    cloud.set_knobs(pool_per_queue=True)
    run("dli_queue", name="q4", cu_count=16, resource_mode=1)
    assert "q4" in cloud.pools


@pytest.mark.usefixtures("pool_of_its_own")
def test_a_queue_can_be_bound_as_a_pool_of_its_name(cloud, connection, state, place, run):
    assert connection(queues=["q1"])["changed"]
    result = connection(queues=["q4", "q1"], wait_timeout=900)
    assert (result.failed, result["changed"], state()["pools"]) == (False, True, active("q4"))
    again = connection(queues=["q4", "q1"], elastic_resource_pools=[])
    assert (again["changed"], again["enhanced_connection"]["bound_via"]) == (False, {"q4": "q4"})
    planned = run("dli_plan_info", connections=[{"name": "test1", **place, "queues": ["q1", "q4"]}], undeclared=False)
    assert planned["plan"]["objects"][0]["status"] == "in_sync"
    assert connection(queues=["q1"], elastic_resource_pools=[])["changed"]
    assert state()["pools"] == {}


@pytest.mark.usefixtures("pool_of_its_own")
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_the_binding_of_such_a_queue_is_found(cloud, connection, state, kind):
    connection()
    cloud.inject(method="POST", path="/associate-queue", kind=kind)
    result = connection(queues=["q4"], wait_timeout=900)
    assert (result.failed, state()["pools"]) == ((True, {}) if kind == "drop_before" else (False, active("q4")))


@pytest.mark.usefixtures("pool_of_its_own")
def test_a_failed_binding_of_such_a_queue_is_an_error(cloud, connection):
    cloud.set_knobs(fail_peers={"q4": NO_WAY})
    result = connection(queues=["q4"], wait_timeout=900)
    assert result["msg"].startswith(f"Connection test1 has FAILED bindings: elastic resource pool q4: {NO_WAY}")
    assert connection(queues=["q4"])["error"]["reason"] == "failed"


def test_a_queue_and_its_pool_are_one_binding(connection, state):
    wanted = {"queues": ["in_pool", "in_pool_too"], "elastic_resource_pools": ["pool1"]}
    assert connection(**wanted)["changed"]
    assert state()["pools"] == active("pool1")
    assert not connection(**wanted)["changed"]


def test_old_bindings_are_removed_before_new_ones_are_added(cloud, connection, state, live):
    connection(queues=["q1"])
    cloud.set_knobs(unbind_seconds=90)
    # While q1 is bound, q2 cannot be bound with the same CIDR block.
    cloud.queues["q2"].cidr_in_vpc = cloud.queues["q1"].cidr_in_vpc
    cloud.set_knobs(peer_seconds=1)
    result = connection(queues=["q2"])
    assert result["changed"]
    assert state()["queues"] == active("q2")
    sent = [line.split("/")[-1] for line in result.sent if "queue " in line or line.startswith("GET datasource")]
    between = sent[sent.index("disassociate-queue 200") + 1 : sent.index("associate-queue 200")]
    assert len(between) > 3
    assert set(between) == {f"{live().id} 200"}


# --- queues that cannot be bound


def test_all_queues_that_cannot_be_bound_are_named_and_nothing_is_sent(cloud, connection, state):
    cloud.load_seed({"queues": [{"queue_name": "common", "resource_mode": 0}]})
    connection(queues=["q1"])
    result = connection(queues=["q1", "q2", "nowhere", "common", "missing"])
    assert result.failed
    for words in ("nowhere does not exist", "missing does not exist", "common is shared"):
        assert words in result["msg"]
    assert result.writes == []
    assert state()["queues"] == active("q1")


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(
    ("queues", "pools", "missing", "requests"),
    [
        (["q2", "nowhere"], ["pool1", "POOL9"], ["queue nowhere", "elastic resource pool pool9"], 4),
        (["nowhere"], ["pool9"], ["queue nowhere", "elastic resource pool pool9"], 3),
        ([], ["pool9", "pool8", "pool1"], ["elastic resource pool pool8", "elastic resource pool pool9"], 2),
    ],
)
def test_missing_queues_and_missing_pools_are_reported_in_one_message(
    connection, state, exists, queues, pools, missing, requests
):
    if exists:
        connection(queues=["q1"])
    before = state()
    result = connection(queues=queues, elastic_resource_pools=pools)
    assert (
        f"Cannot bind queues and pools to connection test1: {'; '.join(f'{each} does not exist' for each in missing)}."
        in result["msg"]
    )
    assert "the region and the project." in result["error"]["hint"]
    assert len(result.sent) == requests
    assert result.writes == []
    assert state() == before
    predicted = connection(queues=queues, elastic_resource_pools=pools, check=True)
    assert [text.partition(" does not exist yet")[0].lower() for text in predicted.warned] == missing


def test_the_built_in_queue_fails_offline(connection):
    result = connection(queues=["Default"])
    assert result.failed
    assert "built-in queue default" in result["msg"]
    assert result.sent == []


def test_in_check_mode_a_missing_queue_is_a_warning_and_is_predicted(connection, state):
    result = connection(queues=["q1", "tomorrow"], check=True)
    assert result["changed"]
    assert any("tomorrow does not exist yet" in str(warning) for warning in result["warnings"])
    assert result["enhanced_connection"]["queues"] == ["q1", "tomorrow"]
    assert state() is None


def test_in_check_mode_a_shared_queue_is_an_error(cloud, connection):
    cloud.load_seed({"queues": [{"queue_name": "common", "resource_mode": 0}]})
    assert "common is shared" in connection(queues=["common"], check=True)["msg"]


def test_a_missing_or_failed_pool_is_reported_before_anything_is_sent(cloud, connection, state):
    assert "Elastic resource pool pool9 does not exist" in connection(elastic_resource_pools=["pool9"])["msg"]
    cloud.pools["pool2"].status, cloud.pools["pool2"].fail_reason = "FAILED", "no capacity"
    result = connection(elastic_resource_pools=["pool2"])
    assert "FAILED: no capacity" in result["msg"]
    assert result.writes == []
    assert state() is None


def test_a_queue_that_the_list_does_not_show_yet_is_found_by_its_name(cloud, connection, state):
    cloud.set_knobs(list_lag_seconds=5, assigning_seconds=0)
    cloud.load_seed({"queues": [{"queue_name": "new1", "age": 0}, {"queue_name": "new2", "age": 0}]})
    assert connection(queues=["new1", "new2"])["changed"]
    assert state()["queues"] == active("new1", "new2")


# --- readiness


def test_a_young_queue_is_waited_for_and_does_not_stay_in_creating(cloud, connection, state, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 60}]})
    for options in ({}, {"queues": ["young"]}):
        assert connection(**options)["changed"]
    assert state()["queues"] == active("young")
    assert clock.slept > 180


def test_a_young_queue_is_waited_for_before_the_connection_is_created_too(cloud, connection, state):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    result = connection(queues=["young", "q1"])
    assert state()["queues"] == active("young", "q1")
    create = next(i for i, r in enumerate(result.requests) if r.path.endswith("/enhanced-connections") and r.body)
    tests = [i for i, r in enumerate(result.requests) if r.path.endswith("/connection-test")]
    assert len(tests) > 3
    assert max(tests) < create


def test_a_queue_in_a_young_pool_waits_for_the_pool(cloud, connection, state, clock):
    cloud.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "young_pool", "cidr_in_vpc": "172.20.0.0/16", "age": 0}],
            "queues": [{"queue_name": "young", "elastic_resource_pool_name": "young_pool", "age": 0}],
        }
    )
    pool = cloud.pools["young_pool"]
    pool.status = "CREATING"
    cloud.state.scheduler.add(cloud.state.now + 500, lambda _moment: setattr(pool, "status", "AVAILABLE"))
    connection(queues=["young"])
    assert state()["pools"] == active("young_pool")
    assert clock.slept >= 500


@pytest.mark.parametrize("existing", [True, False])
def test_without_a_readiness_test_the_age_decides_with_a_warning(cloud, connection, state, clock, existing):
    if existing:
        connection()
    cloud.set_knobs(unpublished=["/connection-test"])
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 500}]})
    result = connection(queues=["young"])
    assert state()["queues"] == active("young")
    assert any("readiness cannot be tested" in str(warning) for warning in result["warnings"])
    assert clock.slept >= 100


def test_readiness_costs_nothing_when_nothing_is_bound(cloud, connection):
    cloud.load_seed(
        {"queues": [{"queue_name": "young", "age": 60}], "connections": [{"name": "test1", "queues": ["young"]}]}
    )
    for options in ({}, {"queues": ["young"]}, {"hosts": [{"name": "a", "ip": "10.0.0.1"}]}, {"queues": []}):
        result = connection(**options)
        assert not any("queues" in line or "pools" in line for line in result.sent), result.sent


def test_old_queues_are_not_probed(connection):
    result = connection(queues=["q1", "q2", "in_pool"])
    assert [line for line in result.sent if "queue" in line or "pool" in line] == ["GET queues 200"]


@pytest.mark.parametrize("existing", [True, False])
def test_without_wait_a_queue_that_is_not_ready_is_bound_with_a_warning(cloud, connection, state, clock, existing):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 60}]})
    cloud.pools["pool2"].status = "SCALING"
    if existing:
        connection()
    slept = clock.slept
    result = connection(queues=["young"], elastic_resource_pools=["pool2"], wait=False)
    assert result["changed"]
    assert clock.slept == slept
    assert [text.partition(" (")[0].partition(". ")[0] for text in result.warned] == [
        "Queue young is not ready",
        "Elastic resource pool pool2 is not AVAILABLE",
    ]
    assert all("With wait=true" in text for text in result.warned)
    assert state()["queues"] == {"young": "CREATING"}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: how the module infers readiness, and how it waits for a queue."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import client as _client

TEST_CALL = "queues/q1/connection-test"
READY_BY_TEST = {"ready": True, "source": "connectivity_test"}
READY_BY_AGE = {"ready": True, "source": "age"}
NOT_ASKED = {"ready": None, "source": "not_asked"}


def requested(result):
    return [r for r in result.writes if r.path.endswith(TEST_CALL)]


def test_an_old_queue_is_ready_without_a_test(run, existing_queue):
    existing_queue("q1", age=601)
    result = run("dli_queue", name="q1")
    assert result["queue"]["readiness"] == READY_BY_AGE
    assert result.sent == ["GET queues/q1 200"]


def test_a_young_queue_is_polled_until_its_cluster_responds(sim, clock, run):
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["queue"]["readiness"] == READY_BY_TEST
    assert [r.status for r in requested(result)][-2:] == [400, 200]
    # At most a tenth of the time that the service needed, plus one poll.
    assert 240 <= clock.slept <= 240 + 42
    assert sim.queues["q1"].is_ready(sim.clock.now())


def test_a_young_queue_that_is_ready_is_tested_once(clock, run, existing_queue):
    existing_queue("q1", age=450)
    result = run("dli_queue", name="q1")
    assert not result["changed"]
    assert result.sent == ["GET queues/q1 200", f"POST {TEST_CALL} 200"]
    assert requested(result)[0].body == {"address": "127.0.0.1:443"}
    assert not clock.sleeps


@pytest.mark.parametrize(("ready_age", "expected"), [(300, READY_BY_AGE), (302, READY_BY_TEST), (0, READY_BY_AGE)])
def test_ready_age_is_the_age_of_an_old_queue(sim, run, existing_queue, ready_age, expected):
    sim.set_knobs(assigning_seconds=0)
    existing_queue("q1", age=301)
    assert run("dli_queue", name="q1", ready_age=ready_age)["queue"]["readiness"] == expected


def test_a_queue_becomes_ready_by_its_age_while_it_is_waited_for(sim, clock, run):
    sim.set_knobs(assigning_seconds=100_000)
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["queue"]["readiness"] == READY_BY_AGE
    assert 599 <= clock.slept <= 660


@pytest.mark.parametrize(
    "options", [{"check": True}, {"wait": False}, {"check": True, "wait": False}], ids=["check", "no wait", "both"]
)
def test_readiness_is_not_tested_in_check_mode_or_without_wait(clock, run, existing_queue, options):
    existing_queue("q1", age=10)
    result = run("dli_queue", name="q1", **options)
    assert result["queue"]["readiness"] == NOT_ASKED
    assert result.sent == ["GET queues/q1 200"]
    assert not clock.sleeps


def test_without_wait_a_creation_reads_the_queue_once(sim, clock, run):
    result = run("dli_queue", name="q1", cu_count=16, wait=False)
    assert result.sent == ["GET queues/q1 400", "POST queues 200", "GET queues/q1 200"]
    assert result["queue"]["readiness"] == NOT_ASKED
    assert result["queue"]["queue_id"] == sim.queues["q1"].queue_id
    assert not clock.sleeps


# -- In a pool.


@pytest.fixture
def pool(sim):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "min_cu": 64}]})
    return sim.pools["pool1"]


IN_POOL = {"name": "q1", "cu_count": 16, "elastic_resource_pool_name": "pool1"}


def test_a_queue_in_a_pool_waits_for_the_pool_and_then_for_its_cluster(sim, pool, run):
    result = run("dli_queue", **IN_POOL)
    assert result["queue"]["readiness"] == READY_BY_TEST
    sent = [entry.split()[1] for entry in result.sent]
    # While the pool is scaling, its queue is not tested; once the pool was available, it is not read again.
    assert sent.count(TEST_CALL) == 1
    assert sent.count("elastic-resource-pools") > 1
    assert sent[-1] == TEST_CALL
    assert pool.status == "AVAILABLE"


def test_a_timeout_before_the_pool_is_available_reports_its_state(sim, pool, run):
    sim.set_knobs(pool_always_scales=True)
    sim.set_knobs(pool_scaling_seconds=500)
    result = run("dli_queue", **IN_POOL, wait_timeout=60)
    assert "last state: the elastic resource pool is not AVAILABLE." in result["msg"]
    assert "q1" in sim.queues


@pytest.mark.parametrize(
    ("upset", "words"),
    [
        (lambda sim: setattr(sim.pools["pool1"], "status", "FAILED"), "Elastic resource pool pool1 is FAILED"),
        (lambda sim: sim.state.main.pools.clear(), "Elastic resource pool pool1 does not exist."),
    ],
    ids=["failed", "gone"],
)
def test_a_pool_that_never_becomes_available_ends_the_wait(sim, clock, pool, run, upset, words):
    run("dli_queue", **IN_POOL, wait=False)
    upset(sim)
    result = run("dli_queue", **IN_POOL)
    assert result.failed
    assert words in result["msg"]
    assert not clock.sleeps


# -- Regions or users without the readiness test.

UNANSWERED = {
    "missing in the region": {"status": 404, "error_code": "APIGW.0101", "shape": "gateway"},
    "forbidden by the gateway": {"status": 403, "error_code": "APIGW.0302", "shape": "gateway"},
    "forbidden by the service": {"status": 400, "error_code": "DLI.0003", "error_msg": "No permission"},
    "rejected for an unknown reason": {"status": 400, "error_code": "DLI.0001", "error_msg": "Bad address"},
}


@pytest.mark.parametrize("answer", UNANSWERED.values(), ids=UNANSWERED)
def test_without_a_readiness_test_the_age_counts_with_a_warning(sim, clock, run, answer):
    sim.inject(kind="status", method="POST", path=f"{TEST_CALL}$", times=None, **answer)
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["changed"]
    assert result["queue"]["readiness"] == READY_BY_AGE
    assert len(requested(result)) == 1
    (warning,) = result.warned
    assert warning.startswith("Queue q1 counts as ready at an age of 600 s, because its readiness cannot be tested.")
    assert "Could not check whether queue q1 is ready" in warning
    assert 599 <= clock.slept <= 660


@pytest.mark.one_mode("the number of polls depends on fractions of a second")
def test_a_warning_of_the_wait_after_scaling_is_not_lost(sim, run, existing_queue):
    # The queue is still young after the scaling.
    sim.set_knobs(unpublished=["/connection-test$"], scaling_seconds=30)
    existing_queue("q1", cu_count=64, age=450)
    result = run("dli_queue", name="q1", cu_count=128)
    assert sim.queues["q1"].cu_count == 128
    (warning,) = result.warned
    assert warning.startswith("Queue q1 counts as ready at an age of 600 s")


def test_a_transient_failure_of_the_test_does_not_count_as_a_response(sim, run):
    sim.inject(kind="status", method="POST", path=f"{TEST_CALL}$", times=3, status=503, shape="html")
    sim.inject(kind="drop_before", method="POST", path=f"{TEST_CALL}$", times=2)
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["queue"]["readiness"] == READY_BY_TEST
    assert not result.warned


def test_a_queue_that_disappears_while_it_is_waited_for_ends_the_wait(sim, clock, run):
    sim.state.scheduler.add(sim.clock.now() + 60, lambda _moment: sim.state.main.queues.pop("q1"))
    result = run("dli_queue", name="q1", cu_count=16)
    assert result.failed
    assert "There is no queue named q1" in result["msg"]
    assert clock.slept < 80


def test_a_queue_that_disappears_while_its_age_counts_ends_the_wait(sim, clock, run):
    sim.set_knobs(unpublished=["/connection-test$"])
    sim.state.scheduler.add(sim.clock.now() + 60, lambda _moment: sim.state.main.queues.pop("q1"))
    result = run("dli_queue", name="q1", cu_count=16)
    assert "Queue q1 disappeared during the wait." in result["msg"]
    assert clock.slept < 80


# -- Clocks.


@pytest.mark.parametrize("skew", [-86_400, 86_400], ids=["a day late", "a day early"])
@pytest.mark.parametrize(("age", "expected"), [(10, NOT_ASKED), (700, READY_BY_AGE)])
def test_a_wrong_local_clock_does_not_matter(sim, run, existing_queue, monkeypatch, skew, age, expected):
    monkeypatch.setattr(_client, "time", SimpleNamespace(time=lambda: sim.clock.now() + skew))
    existing_queue("q1", age=age)
    assert run("dli_queue", name="q1", wait=False)["queue"]["readiness"] == expected

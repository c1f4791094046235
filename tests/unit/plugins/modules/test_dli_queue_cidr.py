# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: the CIDR block, whose change rebuilds the cluster."""

from __future__ import annotations

import pytest

from dli_simulator.profiles import PROFILES

OLD, NEW = "10.1.0.0/16", "10.2.0.0/16"
REQUESTED = {"name": "q1", "cidr_in_vpc": NEW}
NOT_ASKED = {"ready": None, "source": "not_asked"}


@pytest.fixture
def queue(existing_queue):
    """An old queue q1 with the CIDR block OLD."""
    return existing_queue("q1", cidr_in_vpc=OLD)


def puts(result):
    return [r for r in result.writes if r.method == "PUT"]


def test_the_rebuilt_cluster_is_waited_for(sim, run, clock, queue):
    result = run("dli_queue", **REQUESTED)
    assert result["changed"]
    (put,) = puts(result)
    assert put.body == {"cidr_in_vpc": NEW}
    assert queue.cidr_in_vpc == result["queue"]["cidr_in_vpc"] == NEW
    assert queue.is_ready(sim.clock.now())
    assert 240 <= clock.slept < 300


@pytest.mark.parametrize("status", [200, 202])
def test_other_successes_are_successes(run, sim, queue, status):
    sim.inject(kind="status_after", method="PUT", path="queues/q1$", status=status, shape="empty")
    assert run("dli_queue", **REQUESTED)["changed"]
    assert queue.cidr_in_vpc == NEW


def test_without_a_readiness_test_the_time_since_the_rebuild_counts(sim, run, clock, queue):
    sim.set_knobs(unpublished=["/connection-test$"])
    result = run("dli_queue", **REQUESTED)
    assert queue.cidr_in_vpc == NEW
    assert 599 <= clock.slept <= 660
    assert [text.partition(",")[0] for text in result.warned] == ["Queue q1 counts as ready at an age of 600 s"]


@pytest.mark.parametrize("current", ["10.2.0.0/16", "10.2.0.1/16", "10.2.0.0/255.255.0.0"])
def test_cidr_blocks_of_queues_are_compared_as_networks(run, queue, current):
    queue.cidr_in_vpc = current
    result = run("dli_queue", **REQUESTED)
    assert not result["changed"]
    assert result.sent == ["GET queues/q1 200", "GET queues 200"]


@pytest.mark.parametrize("check", [True, False])
def test_a_bound_queue_keeps_its_cidr_block_and_the_connections_are_named(sim, run, queue, check):
    bound = [{"name": name, "queues": ["q1", "other"]} for name in ("second", "first")]
    gone = {"name": "gone", "queues": ["q1"], "status": "DELETED"}
    sim.load_seed({"connections": [*bound, gone, {"name": "elsewhere", "queues": ["other"]}]})
    result = run("dli_queue", check=check, **REQUESTED)
    assert result.failed
    assert f"cidr_in_vpc cannot change from {OLD} to {NEW}" in result["msg"]
    assert "the queue is bound to first, second, and only" in result["msg"]
    assert not result.writes
    assert queue.cidr_in_vpc == OLD


@pytest.mark.parametrize("check", [True, False])
def test_a_queue_in_a_pool_has_the_cidr_block_of_the_pool(sim, run, existing_queue, check):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "cidr_in_vpc": OLD}]})
    existing_queue("q1", elastic_resource_pool_name="pool1")
    result = run("dli_queue", check=check, **REQUESTED)
    assert "a queue in an elastic resource pool (pool1) uses the CIDR block of the pool" in result["msg"]
    assert not result.writes
    assert not run("dli_queue", name="q1", cidr_in_vpc=OLD)["changed"]


def test_running_jobs_prevent_the_change_and_are_reported(sim, run, clock, queue):
    sim.set_knobs(busy_queues=["q1"])
    result = run("dli_queue", **REQUESTED)
    assert result.failed
    assert f"Could not set cidr_in_vpc of queue q1 to {NEW}" in result["msg"]
    assert "Wait until the jobs on the queue finish" in result["error"]["hint"]
    assert not clock.sleeps
    assert queue.cidr_in_vpc == OLD


def test_without_wait_the_readiness_is_unknown(sim, run, clock, queue):
    predicted = run("dli_queue", check=True, wait=False, **REQUESTED)
    result = run("dli_queue", wait=False, **REQUESTED)
    assert result["changed"]
    assert predicted["queue"]["readiness"] == result["queue"]["readiness"] == NOT_ASKED
    assert queue.cidr_in_vpc == NEW
    assert not queue.is_ready(sim.clock.now())
    assert not clock.sleeps


def test_without_wait_a_later_run_sets_the_cidr_block_of_a_new_queue(sim, run, clock):
    requested = {**REQUESTED, "cu_count": 16, "wait": False}
    predicted, created = run("dli_queue", check=True, **requested), run("dli_queue", **requested)
    assert predicted["diff"] == created["diff"]
    assert predicted.warned == created.warned
    assert created.warned == [
        "cidr_in_vpc was not changed because a new queue does not accept it yet; a later run changes it."
    ]
    assert not puts(created)
    # It is still too early, which is no failure.
    early = run("dli_queue", **requested)
    assert not early["changed"]
    assert early.warned[0].startswith("cidr_in_vpc was not changed because q1 is busy; a later run changes it.")
    assert sim.queues["q1"].cidr_in_vpc != NEW
    sim.clock.advance(240)
    assert run("dli_queue", **requested)["changed"]
    assert sim.queues["q1"].cidr_in_vpc == NEW
    assert not run("dli_queue", **requested)["changed"]
    assert not clock.sleeps


def test_the_cidr_block_of_a_young_queue_changes_when_the_queue_accepts_it(sim, run, clock, existing_queue):
    queue = existing_queue("q1", age=0, cidr_in_vpc=OLD)
    result = run("dli_queue", **REQUESTED)
    # The service decides whether the queue accepts the change.
    assert [put.status for put in puts(result) if put.status != 400] == [201]
    assert queue.cidr_in_vpc == NEW
    assert clock.slept >= 2 * 240


@pytest.mark.parametrize("kind", ["drop_after", "status_after"])
def test_a_change_whose_response_is_lost_is_made_once(sim, run, clock, queue, kind):
    sim.inject(kind=kind, method="PUT", path="queues/q1$", status=502, shape="html")
    result = run("dli_queue", **REQUESTED)
    assert result["changed"]
    assert len(puts(result)) == 1
    assert queue.cidr_in_vpc == NEW
    assert clock.slept < 480


def test_a_change_that_was_not_processed_fails(sim, run, queue):
    sim.inject(kind="drop_before", method="PUT", path="queues/q1$")
    result = run("dli_queue", **REQUESTED)
    assert f"Could not set cidr_in_vpc of queue q1 to {NEW}" in result["msg"]
    assert queue.cidr_in_vpc == OLD
    assert run("dli_queue", **REQUESTED)["changed"]
    assert queue.cidr_in_vpc == NEW


@pytest.mark.parametrize("current", [True, False], ids=["existing", "new"])
def test_a_region_without_the_api_makes_all_other_changes(sim, run, existing_queue, current):
    if current:
        existing_queue("q1", cidr_in_vpc=OLD)
    sim.inject(
        kind="status", method="PUT", path="queues/q1$", times=None, status=404, error_code="APIGW.0101", shape="gateway"
    )
    users = [{"user_name": "u", "privileges": ["RESTART"]}]
    requested = {**REQUESTED, "cu_count": 16, "authorized_users": users}
    result = run("dli_queue", **requested)
    assert result["changed"]
    assert result["unsupported"] == ["cidr_in_vpc"]
    assert result.warned[0].startswith("cidr_in_vpc was not changed, because this region does not offer it.")
    assert sim.queues["q1"].cidr_in_vpc != NEW
    assert sim.queues["q1"].privileges == {"u": ["RESTART"]}
    again = run("dli_queue", **requested)
    assert not again["changed"]
    assert again["diff"]["before"] == again["diff"]["after"]
    assert again["unsupported"] == ["cidr_in_vpc"]


def test_a_region_without_the_api_reports_it_for_a_bound_queue_too(sim, run, queue, monkeypatch):
    monkeypatch.setattr(sim.state, "profile", PROFILES["otc"])
    requested = {**REQUESTED, "authorized_users": [{"user_name": "u", "privileges": ["RESTART"]}]}
    first = run("dli_queue", **requested)
    sim.load_seed({"connections": [{"name": "first", "queues": ["q1"]}]})
    again = run("dli_queue", **requested)
    assert (first["changed"], again["changed"]) == (True, False)
    assert first["unsupported"] == again["unsupported"] == ["cidr_in_vpc"]
    assert [text.partition(".")[0] for text in again.warned] == [
        "cidr_in_vpc was not changed, because this region does not offer it"
    ]
    # The role reads the current state in check mode.
    assert not run("dli_queue", check=True, **requested).failed
    assert queue.cidr_in_vpc == OLD
    assert queue.privileges == {"u": ["RESTART"]}


def test_without_permission_to_read_tags_the_connections_are_reported(sim, run, queue):
    sim.load_seed({"connections": [{"name": "first", "queues": ["q1"]}]})
    sim.inject(kind="status", method="GET", path="/tags$", status=403, error_code="DLI.0003")
    result = run("dli_queue", **REQUESTED)
    assert "the queue is bound to first, and only" in result["msg"]
    assert not result.writes
    assert queue.cidr_in_vpc == OLD


def test_a_queue_that_fails_half_way_is_completed_by_the_next_run(sim, run):
    requested = {**REQUESTED, "cu_count": 16}
    sim.inject(kind="status", method="PUT", path="queues/q1$", status=403, error_code="DLI.0003", error_msg="No.")
    assert run("dli_queue", **requested).failed
    assert sim.queues["q1"].cidr_in_vpc != NEW
    assert run("dli_queue", **requested)["changed"]
    assert sim.queues["q1"].cidr_in_vpc == NEW

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: scaling. The request contains the difference, so it must not be sent twice."""

from __future__ import annotations

import pytest

ASSIGNING = {"status": 400, "error_code": "DLI.0999", "error_msg": "Status of queue q1 is assigning, try again later"}
# Faults, and whether the service executes the request.
LOST_AFTER = {"kind": "drop_after"}
LOST_BEFORE = {"kind": "drop_before"}
LOST_ANSWERS = {
    "dropped after": (LOST_AFTER, True),
    "dropped before": (LOST_BEFORE, False),
    "504 after": ({"kind": "status_after", "status": 504, "shape": "html"}, True),
    "504 before": ({"kind": "status", "status": 504, "shape": "html"}, False),
    "502 after": ({"kind": "status_after", "status": 502, "shape": "empty"}, True),
    "500 after": ({"kind": "status_after", "status": 500, "error_code": "APIGW.0601", "shape": "gateway"}, True),
    "broken off": ({"kind": "truncate"}, True),
}


def puts(result):
    return [r for r in result.writes if r.method == "PUT"]


def on_scaling(sim, **fault):
    sim.inject(method="PUT", path="queues/q1/action$", **fault)


@pytest.mark.parametrize(
    ("current", "target", "action", "difference"),
    [
        (64, 80, "scale_out", 16),
        (64, 256, "scale_out", 192),
        (256, 64, "scale_in", 192),
        (96, 80, "scale_in", 16),
    ],
)
def test_scaling_sends_the_difference(sim, run, existing_queue, current, target, action, difference):
    existing_queue("q1", cu_count=current)
    result = run("dli_queue", name="Q1", cu_count=target)
    (put,) = result.writes
    assert put.body == {"action": action, "cu_count": difference}
    assert result["queue"]["cu_count"] == sim.queues["q1"].cu_count == target


REFUSED = {
    "16 in": ({"cu_count": 16}, 4, "the CU count changes in steps of 16, and the difference is 12"),
    "not a step": ({"cu_count": 64}, 84, "the CU count changes in steps of 16, and the difference is 20"),
    "in a pool": (
        {"cu_count": 64, "elastic_resource_pool_name": "pool1"},
        128,
        "scaling_policies scale a queue in an elastic resource pool (pool1)",
    ),
}


@pytest.mark.parametrize(("current", "target", "words"), REFUSED.values(), ids=REFUSED)
def test_impossible_scaling_fails_before_a_write(sim, run, existing_queue, current, target, words):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "min_cu": 64}]})
    existing_queue("q1", **current)
    for check in (True, False):
        result = run("dli_queue", check=check, name="q1", cu_count=target)
        assert result.failed
        assert f"cu_count cannot change from {current['cu_count']} to {target}: {words}" in result["msg"]
        assert result.sent == ["GET queues/q1 200"]
    assert sim.queues["q1"].cu_count == current["cu_count"]


def test_scaling_is_complete_when_the_service_shows_the_new_size(sim, clock, run, existing_queue):
    sim.set_knobs(scaling_seconds=500)
    existing_queue("q1", cu_count=64)
    result = run("dli_queue", name="q1", cu_count=128)
    assert 500 <= clock.slept <= 550
    assert result["queue"]["cu_count"] == sim.queues["q1"].cu_count == 128


def test_without_wait_scaling_is_only_requested(sim, clock, run, existing_queue):
    existing_queue("q1", cu_count=64)
    predicted = run("dli_queue", check=True, name="q1", cu_count=128, wait=False)
    result = run("dli_queue", name="q1", cu_count=128, wait=False)
    assert result["diff"] == predicted["diff"]
    sent = [r.method for r in result.requests]
    assert sent[sent.index("PUT") :] == ["PUT", "GET"]
    assert not clock.sleeps
    assert result["changed"]
    # The current number, not the requested one.
    assert result["queue"]["cu_count"] == 64
    assert sim.queues["q1"].scaling_to == 128


def test_a_queue_that_is_being_assigned_is_waited_for_before_it_is_scaled(sim, clock, run, existing_queue):
    existing_queue("q1", cu_count=64, age=0)
    result = run("dli_queue", name="q1", cu_count=128)
    # The service decides whether the queue accepts the scaling.
    assert [put.status for put in puts(result) if put.status != 400] == [200]
    assert clock.slept >= 240 + 600
    assert sim.queues["q1"].cu_count == 128


def test_without_wait_a_queue_that_is_being_assigned_fails(sim, run, existing_queue):
    existing_queue("q1", cu_count=64, age=0)
    result = run("dli_queue", name="q1", cu_count=128, wait=False)
    assert result.failed
    assert "is assigning" in result["msg"]
    assert len(puts(result)) == 1
    assert sim.queues["q1"].scaling_to is None


def test_scaling_of_a_busy_queue_is_retried(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    on_scaling(sim, kind="status", times=3, **ASSIGNING)
    result = run("dli_queue", name="q1", cu_count=128)
    assert [put.status for put in puts(result)] == [400, 400, 400, 200]
    assert sim.queues["q1"].cu_count == 128


def test_a_queue_that_stays_busy_is_retried_within_the_budget_only(sim, clock, run, existing_queue):
    existing_queue("q1", cu_count=64)
    on_scaling(sim, kind="status", times=None, **ASSIGNING)
    result = run("dli_queue", name="q1", cu_count=128, wait_timeout=120)
    assert result.failed
    assert result["msg"].startswith("Timed out after 120 s while waiting for queue q1 to accept its scaling.")
    assert "is assigning" in result["msg"]
    assert clock.slept == pytest.approx(120, abs=5)
    assert sim.queues["q1"].cu_count == 64


def test_a_permanent_error_is_not_retried(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    on_scaling(sim, kind="status", status=400, error_code="DLI.0007", error_msg="The queue never ran a job.")
    result = run("dli_queue", name="q1", cu_count=128)
    assert result.failed
    assert "Could not scale queue q1 by +64 CUs: The queue never ran a job" in result["msg"]
    assert len(puts(result)) == 1
    assert sim.queues["q1"].cu_count == 64


def test_a_scaling_in_progress_is_not_requested_again(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    run("dli_queue", name="q1", cu_count=128, wait=False)
    result = run("dli_queue", name="q1", cu_count=128)
    assert not [put for put in puts(result) if put.status == 200]
    assert sim.queues["q1"].cu_count == result["queue"]["cu_count"] == 128


@pytest.mark.parametrize(("fault", "processed"), LOST_ANSWERS.values(), ids=LOST_ANSWERS)
def test_a_scaling_with_a_lost_response_is_not_repeated_and_reports_the_real_size(
    sim, run, existing_queue, fault, processed
):
    existing_queue("q1", cu_count=64)
    on_scaling(sim, **fault)
    result = run("dli_queue", name="q1", cu_count=128, wait_timeout=700)
    assert len(puts(result)) == 1
    assert sim.queues["q1"].cu_count == (128 if processed else 64)
    if processed:
        assert result["changed"]
        assert result["queue"]["cu_count"] == 128
    else:
        assert result.failed
        assert "Timed out after 700 s while waiting for queue q1 to have 128 CUs; last state: 64 CUs." in result["msg"]
        assert "There was no response to the request: Could not scale queue q1 by +64 CUs" in result["msg"]


@pytest.mark.parametrize(("fault", "processed"), LOST_ANSWERS.values(), ids=LOST_ANSWERS)
def test_without_wait_the_jobs_tell_whether_a_scaling_with_a_lost_answer_began(
    sim, run, existing_queue, fault, processed
):
    existing_queue("q1", cu_count=64)
    on_scaling(sim, **fault)
    result = run("dli_queue", name="q1", cu_count=128, wait=False)
    assert len(puts(result)) == 1
    assert sim.queues["q1"].scaling_to == (128 if processed else None)
    if processed:
        assert result["changed"]
    else:
        assert "It is unknown whether the service processed the request" in result["error"]["hint"]


@pytest.mark.parametrize("accepts", [True, False])
def test_a_scaling_that_runs_already_is_waited_for_and_never_added_to(sim, run, existing_queue, accepts):
    existing_queue("q1", cu_count=64)
    sim.set_knobs(second_scaling_accepted=accepts)
    assert run("dli_queue", name="q1", cu_count=80, wait=False)["changed"]
    result = run("dli_queue", name="q1", cu_count=80, wait=False)
    (job,) = sim.state.main.jobs.values()
    assert "Cannot scale queue q1: it is already being scaled" in result["msg"]
    assert f"Job: {job.job_id} (SCALE_QUEUE, SCALING, user {job.owner})." in result["msg"]
    assert "set wait=true" in result["error"]["hint"]
    assert not result["changed"]
    assert not puts(result)
    result = run("dli_queue", name="q1", cu_count=80)
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert not puts(result)
    assert sim.queues["q1"].cu_count == result["queue"]["cu_count"] == 80


def test_after_a_scaling_to_another_size_the_difference_is_read_again(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    run("dli_queue", name="q1", cu_count=80, wait=False)
    result = run("dli_queue", name="q1", cu_count=128)
    assert result["changed"]
    assert sim.queues["q1"].cu_count == 128


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 403, "error_code": "DLI.0003", "error_msg": "no permission"},
        {"status": 404, "error_code": "APIGW.0101", "shape": "gateway"},
    ],
    ids=["403", "404"],
)
def test_jobs_that_cannot_be_read_are_a_warning(sim, run, existing_queue, refusal):
    existing_queue("q1", cu_count=64)
    sim.inject(kind="status", method="GET", path="/jobs$", times=None, **refusal)
    result = run("dli_queue", name="q1", cu_count=80)
    assert result["changed"]
    (warning,) = result.warned
    assert "It is unknown whether queue q1 is already being scaled" in warning


def test_a_scaling_waits_for_a_later_run_if_the_jobs_cannot_be_read_now(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    sim.inject(kind="status", method="GET", path="/jobs$", status=503, times=None)
    result = run("dli_queue", name="q1", cu_count=128)
    assert result["msg"].endswith(
        "Nothing was scaled: a scaling that is already running is in this list, and another one would add to it."
    )
    assert not result.writes


def test_the_limits_of_a_scaled_queue_are_unknown_in_check_mode(run, existing_queue):
    existing_queue("q1", cu_count=64)
    queue = run("dli_queue", name="q1", cu_count=80, check=True)["queue"]
    assert (queue["cu_count"], queue["cu_scale_out_limit"], queue["cu_scale_in_limit"]) == (80, None, None)


def test_a_throttled_scaling_is_sent_again(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    on_scaling(sim, kind="status", status=429, error_code="APIGW.0308", shape="gateway", headers={"Retry-After": "3"})
    result = run("dli_queue", name="q1", cu_count=128)
    assert [put.status for put in puts(result)] == [429, 200]
    assert sim.queues["q1"].cu_count == 128


def test_a_partly_fulfilled_scaling_fails(sim, clock, run, existing_queue):
    existing_queue("q1", cu_count=128)
    sim.state.scheduler.add(sim.clock.now() + 300, lambda _moment: setattr(sim.queues["q1"], "cu_count", 96))
    result = run("dli_queue", name="q1", cu_count=64)
    assert result.failed
    assert "Queue q1 was scaled from 128 to 96 CUs instead of 64." in result["msg"]
    assert clock.slept < 350


def test_a_queue_that_disappears_while_it_is_scaled_ends_the_wait(sim, clock, run, existing_queue):
    existing_queue("q1", cu_count=64)
    sim.state.scheduler.add(sim.clock.now() + 60, lambda _moment: sim.state.main.queues.pop("q1"))
    result = run("dli_queue", name="q1", cu_count=128)
    assert "Queue q1 disappeared during the scaling." in result["msg"]
    assert clock.slept < 80


def test_a_transient_error_of_a_poll_does_not_end_the_wait(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    sim.inject(kind="status", method="GET", path="queues/q1$", skip=4, times=8, status=503, shape="html")
    result = run("dli_queue", name="q1", cu_count=128)
    assert result["changed"]
    assert result["queue"]["cu_count"] == 128


SMALL = [(16, 64), (16, 32), (64, 48), (96, 48)]


@pytest.mark.parametrize(("current", "target"), SMALL)
def test_the_service_decides_whether_a_small_queue_can_be_scaled(sim, run, existing_queue, current, target):
    sim.set_knobs(scale_small_queues=True)
    existing_queue("q1", cu_count=current)
    predicted = run("dli_queue", name="q1", cu_count=target, check=True)
    assert predicted["changed"]
    assert predicted["queue"]["cu_count"] == target
    (warning,) = predicted.warned
    assert warning.startswith(f"The service may reject the scaling of queue q1 from {current} to {target} CUs: in some")
    result = run("dli_queue", name="q1", cu_count=target)
    assert result["changed"]
    assert result["queue"]["cu_count"] == target
    assert not result.warned


@pytest.mark.parametrize(("current", "target"), SMALL)
def test_a_rejected_scaling_of_a_small_queue_has_a_hint(run, existing_queue, current, target):
    existing_queue("q1", cu_count=current)
    result = run("dli_queue", name="q1", cu_count=target)
    assert f"Could not scale queue q1 by {target - current:+d} CUs: " in result["msg"]
    assert "set force_recreate=true" in result["error"]["hint"]
    assert len(puts(result)) == 1


@pytest.mark.parametrize("check", [True, False])
def test_a_shared_queue_is_not_restarted(run, existing_queue, check):
    existing_queue("q1", resource_mode=0)
    result = run("dli_queue", name="q1", state="restarted", check=check)
    assert "it is shared (resource_mode 0)" in result["msg"]
    assert result.writes == []

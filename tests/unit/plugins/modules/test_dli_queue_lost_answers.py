# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: creation, deletion and restart with lost responses and errors."""

from __future__ import annotations

import pytest

BUSY_WITH_JOBS = "The queue q1 has jobs that are being submitted or running."
GATEWAY = {"error_code": "APIGW.0201", "shape": "gateway"}
LOST = {
    "dropped": ("drop_before", "drop_after", {}),
    "500": ("status", "status_after", {"status": 500, "error_code": "APIGW.0601", "shape": "gateway"}),
    "502": ("status", "status_after", {"status": 502, "shape": "html"}),
    "503": ("status", "status_after", {"status": 503, "shape": "empty", "headers": {"Retry-After": "1"}}),
    "504": ("status", "status_after", {"status": 504, **GATEWAY}),
    "408": ("status", "status_after", {"status": 408, "shape": "text"}),
}


def count(result, method):
    return len([r for r in result.requests if r.method == method and "connection-test" not in r.path])


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("kind", LOST)
def test_a_creation_that_took_effect_is_found_by_name(sim, run, kind, wait):
    _before, after, settings = LOST[kind]
    sim.set_knobs(assigning_seconds=20)
    sim.inject(kind=after, method="POST", path="queues$", **settings)
    result = run("dli_queue", name="Q1", cu_count=16, wait=wait)
    assert result["changed"]
    assert count(result, "POST") == 1
    assert result["queue"]["queue_id"] == sim.queues["q1"].queue_id
    assert set(sim.queues) == {"default", "q1"}


# Responses with status 200 that do not come from the service.
STRAY = {"empty": {"shape": "empty"}, "text": {"shape": "text"}}


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("shape", STRAY)
def test_an_unexpected_response_counts_neither_as_a_queue_nor_as_its_creation(sim, run, shape, wait):
    sim.inject(kind="status", status=200, method="GET", path="queues/q1$", times=2, **STRAY[shape])
    result = run("dli_queue", name="q1", cu_count=16, wait=wait)
    assert result.failed
    assert "Could not look up queue q1: the response (HTTP 200) is" in result["msg"]
    sim.inject(kind="status", status=200, method="POST", path="queues$", **STRAY[shape])
    result = run("dli_queue", name="q1", cu_count=16, wait=wait)
    assert result.failed
    assert "Could not create queue q1: the response (HTTP 200) is" in result["msg"]
    assert set(sim.queues) == {"default"}


@pytest.mark.parametrize("shape", STRAY)
def test_an_unexpected_response_during_scaling_is_polled_again(sim, run, existing_queue, shape):
    existing_queue("q1", cu_count=64)
    sim.inject(kind="status", status=200, method="GET", path="queues/q1$", skip=1, **STRAY[shape])
    result = run("dli_queue", name="q1", cu_count=80)
    assert result["changed"]
    assert result["queue"]["cu_count"] == 80


@pytest.mark.parametrize("kind", LOST)
def test_a_creation_without_effect_is_reported_as_failed(sim, run, kind):
    before, _after, settings = LOST[kind]
    sim.inject(kind=before, method="POST", path="queues$", **settings)
    result = run("dli_queue", name="q1", cu_count=16)
    assert result.failed
    assert "Could not create queue q1" in result["msg"]
    assert "it is safe to run the task again" in result["error"]["hint"]
    assert count(result, "POST") == 1
    assert set(sim.queues) == {"default"}
    assert run("dli_queue", name="q1", cu_count=16)["changed"]
    assert set(sim.queues) == {"default", "q1"}


def test_a_truncated_response_counts_as_lost(sim, run):
    sim.inject(kind="truncate", method="POST", path="queues$")
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["changed"]
    assert count(result, "POST") == 1
    assert result["queue"]["queue_id"] == sim.queues["q1"].queue_id


def test_a_creation_whose_response_is_lost_is_found_even_if_it_is_listed_late(sim, run):
    sim.inject(kind="drop_after", method="POST", path="queues$")
    # The decision, then two polls that still find nothing.
    missing = {"status": 400, "error_code": "DLI.0002", "error_msg": "There is no queue named q1"}
    sim.inject(kind="status", method="GET", path="queues/q1$", skip=1, times=2, **missing)
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["changed"]
    assert count(result, "POST") == 1


def test_a_rejected_creation_fails_without_a_lookup(sim, run):
    sim.inject(kind="status", method="POST", path="queues$", status=400, error_code="DLI.1028", error_msg="No quota")
    result = run("dli_queue", name="q1", cu_count=16)
    assert result["error"]["code"] == "DLI.1028"
    assert "Increase the quota" in result["error"]["hint"]
    assert result.sent == ["GET queues/q1 400", "POST queues 400"]
    assert "q1" not in sim.queues


def test_an_error_in_a_response_with_status_200_is_a_failure(sim, run):
    sim.inject(kind="status", method="POST", path="queues$", shape="is_success_false", error_msg="No room")
    result = run("dli_queue", name="q1", cu_count=16)
    assert result.failed
    assert "Could not create queue q1: No room" in result["msg"]
    assert "q1" not in sim.queues


def test_a_throttled_creation_is_sent_again(sim, run):
    throttled = {"status": 429, "error_code": "APIGW.0308", "shape": "gateway"}
    sim.inject(kind="status", method="POST", path="queues$", times=2, **throttled)
    result = run("dli_queue", name="q1", cu_count=16, wait=False)
    assert [r.status for r in result.writes] == [429, 429, 200]
    assert "q1" in sim.queues


def test_retries_count_towards_wait_timeout(sim, clock, run):
    throttled = {"status": 429, "error_code": "APIGW.0308", "shape": "gateway", "headers": {"Retry-After": "50"}}
    sim.inject(kind="status", method="POST", path="queues$", times=None, **throttled)
    result = run("dli_queue", name="q1", cu_count=16, wait_timeout=70)
    assert result["error"]["http_status"] == 429
    assert clock.slept == pytest.approx(70, abs=2)


def test_the_next_run_continues_a_wait_that_timed_out(sim, clock, run):
    result = run("dli_queue", name="q1", cu_count=16, wait_timeout=100)
    assert result.failed
    assert (
        "Timed out after 100 s while waiting for queue q1 to be ready; last state: the cluster does not respond yet."
        in result["msg"]
    )
    assert "to continue waiting" in result["error"]["hint"]
    assert clock.slept == pytest.approx(100, abs=2)
    again = run("dli_queue", name="q1", cu_count=16)
    assert not again["changed"]
    assert again["queue"]["readiness"]["ready"] is True
    assert count(again, "POST") == 0


# -- Deleting.


@pytest.mark.parametrize("wait", [True, False])
def test_an_absent_queue_is_deleted_already(sim, run, wait):
    result = run("dli_queue", name="q1", state="absent", wait=wait)
    assert not result["changed"]
    assert result.sent == ["GET queues/q1 400"]


NOT_FOUND = {
    "DLI.0002": {"status": 400, "error_code": "DLI.0002", "error_msg": "There is no queue named q1"},
    "DLI.0008": {"status": 400, "error_code": "DLI.0008", "error_msg": "There is no queue named q1."},
    "DLI.0023": {"status": 404, "error_code": "DLI.0023", "error_msg": "No related resource"},
    "DLI.0001": {"status": 400, "error_code": "DLI.0001", "error_msg": "Queue q1 does not exist."},
}


@pytest.mark.parametrize("answer", NOT_FOUND.values(), ids=NOT_FOUND)
def test_every_error_about_a_missing_queue_is_recognized(sim, run, answer):
    sim.inject(kind="status", method="GET", path="queues/q1$", **answer)
    assert not run("dli_queue", name="q1", state="absent").failed


@pytest.mark.parametrize("answer", NOT_FOUND.values(), ids=NOT_FOUND)
def test_a_queue_that_another_client_deletes_counts_as_deleted(sim, run, existing_queue, answer):
    existing_queue("q1")
    sim.inject(kind="status_after", method="DELETE", path="queues/q1$", **answer)
    result = run("dli_queue", name="q1", state="absent")
    assert result["changed"]
    assert result["queue"] is None
    assert "q1" not in sim.queues


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("side", [0, 1], ids=["before", "after"])
@pytest.mark.parametrize("kind", LOST)
def test_a_deletion_whose_response_is_lost_is_completed(sim, run, existing_queue, kind, side, wait):
    existing_queue("q1")
    sim.inject(kind=LOST[kind][side], method="DELETE", path="queues/q1$", **LOST[kind][2])
    result = run("dli_queue", name="q1", state="absent", wait=wait)
    assert result["changed"]
    assert result["queue"] is None
    assert count(result, "DELETE") == 2
    assert "q1" not in sim.queues


def test_a_deletion_waits_until_the_queue_is_deleted(sim, clock, run, existing_queue):
    existing_queue("q1")
    sim.inject(kind="status", method="DELETE", path="queues/q1$", status=200, error_code="", error_msg="")
    sim.state.scheduler.add(sim.clock.now() + 40, lambda _moment: sim.state.main.queues.pop("q1"))
    result = run("dli_queue", name="q1", state="absent")
    assert result["changed"]
    assert 40 <= clock.slept < 50
    assert count(result, "DELETE") == 1


def test_without_wait_a_deletion_is_only_requested(sim, run, existing_queue):
    existing_queue("q1")
    result = run("dli_queue", name="Q1", state="absent", wait=False)
    assert result.sent == ["GET queues/q1 200", "DELETE queues/q1 200"]
    assert "q1" not in sim.queues


@pytest.mark.parametrize("code", ["DLI.0012", "DLI.0007", "DLI.0999"])
@pytest.mark.parametrize("wait", [True, False])
def test_a_queue_with_jobs_is_not_deleted_and_the_error_explains_why(sim, clock, run, existing_queue, code, wait):
    existing_queue("q1")
    refusal = {"status": 400, "error_code": code, "error_msg": BUSY_WITH_JOBS}
    sim.inject(kind="status", method="DELETE", path="queues/q1$", times=None, **refusal)
    result = run("dli_queue", name="q1", state="absent", wait=wait)
    assert result.failed
    assert f"Could not delete queue q1: {BUSY_WITH_JOBS[:-1]}" in result["msg"]
    assert "Wait until the jobs on the queue finish, or cancel them" in result["error"]["hint"]
    assert result["error"]["code"] == code
    # Jobs may run for an unlimited time, so the module does not wait for them.
    assert not clock.sleeps
    assert count(result, "DELETE") == 1
    assert "q1" in sim.queues


def test_the_deletion_of_a_busy_queue_is_retried(sim, run, existing_queue):
    existing_queue("q1")
    assigning = {"status": 400, "error_code": "DLI.0999", "error_msg": "Status of queue q1 is assigning"}
    sim.inject(kind="status", method="DELETE", path="queues/q1$", times=2, **assigning)
    result = run("dli_queue", name="q1", state="absent")
    assert result["changed"]
    assert "q1" not in sim.queues


def test_any_other_error_of_a_deletion_includes_the_usual_reason(sim, run, existing_queue):
    existing_queue("q1")
    sim.inject(kind="status", method="DELETE", path="queues/q1$", status=400, error_code="DLI.0007", error_msg="No.")
    result = run("dli_queue", name="q1", state="absent")
    assert "cannot be deleted while a job is submitted or runs on it" in result["error"]["hint"]
    assert "q1" in sim.queues


def test_an_error_of_a_deletion_that_jobs_do_not_explain_has_no_hint_about_jobs(sim, run, existing_queue):
    existing_queue("q1")
    sim.inject(kind="status", method="DELETE", path="queues/q1$", status=400, error_code="DLI.0001", error_msg="No.")
    assert "job" not in run("dli_queue", name="q1", state="absent")["msg"]


@pytest.mark.parametrize("took_effect", [False, True])
def test_a_scaling_that_fails_with_an_error_500_of_the_service_is_not_waited_for(
    sim, clock, run, existing_queue, took_effect
):
    existing_queue("q1", cu_count=64)
    kind = "status_after" if took_effect else "status"
    sim.inject(kind=kind, method="PUT", path="queues/q1/action$", status=500, error_code="DLI.0001")
    result = run("dli_queue", name="q1", cu_count=80)
    assert result.failed
    assert result["error"]["http_status"] == 500
    assert "Check the size of the queue before you run the task again" in result["error"]["hint"]
    assert count(result, "PUT") == 1
    assert clock.slept < 10


# -- Restarting.


def test_a_restart_whose_response_is_lost_is_not_sent_again(sim, run, existing_queue):
    existing_queue("q1")
    sim.inject(kind="drop_after", method="PUT", path="queues/q1/action$")
    result = run("dli_queue", name="q1", state="restarted")
    assert result["changed"]
    assert count(result, "PUT") == 1
    assert not sim.queues["q1"].is_restarting


def test_a_restart_that_was_not_processed_fails(sim, run, existing_queue):
    existing_queue("q1")
    sim.inject(kind="drop_before", method="PUT", path="queues/q1/action$")
    result = run("dli_queue", name="q1", state="restarted")
    assert result.failed
    assert "Could not restart queue q1" in result["msg"]
    assert count(result, "PUT") == 1
    assert not sim.queues["q1"].is_restarting


def test_a_restart_waits_for_a_queue_that_is_being_assigned(sim, run, existing_queue):
    existing_queue("q1", age=120)
    result = run("dli_queue", name="q1", state="restarted")
    assert result["changed"]
    assert [r.status for r in result.writes][-1] == 200
    assert len(result.writes) > 1
    assert not run("dli_queue", name="q1", state="restarted", wait_timeout=120).failed


def test_a_restart_that_does_not_end_is_waited_for_within_the_budget_only(sim, clock, run, existing_queue):
    sim.set_knobs(restart_seconds=1000)
    existing_queue("q1")
    result = run("dli_queue", name="q1", state="restarted", wait_timeout=100)
    assert "Timed out after 100 s while waiting for queue q1 to be restarted; last state: restarting." in result["msg"]
    assert clock.slept == pytest.approx(100, abs=2)
    assert sim.queues["q1"].is_restarting


def test_a_restart_flag_can_be_a_text(sim, run, existing_queue):
    queue = existing_queue("q1")
    queue.is_restarting = "false"
    assert run("dli_queue", name="q1", engine="spark")["queue"]["is_restarting"] is False


def not_seen_first(sim, name="q1"):
    """The first look finds no queue: another client creates it directly afterwards."""
    sim.inject(kind="status", method="GET", path=f"queues/{name}$", status=400, error_code="DLI.0002")


@pytest.mark.parametrize("wait", [True, False])
def test_a_queue_that_another_client_creates_at_the_same_time_is_used(sim, run, existing_queue, wait):
    existing_queue("q1", cu_count=16)
    not_seen_first(sim)
    result = run("dli_queue", name="q1", cu_count=16, tags={"a": "b"}, wait=wait)
    assert result["changed"]
    assert sim.queues["q1"].tags == {"a": "b"}
    assert result["diff"]["before"]["cu_count"] == 16
    not_seen_first(sim)
    result = run("dli_queue", name="q1", cu_count=16, tags={"a": "b"}, wait=wait)
    assert not result["changed"]
    assert result["queue"]["queue_id"] == sim.queues["q1"].queue_id


def test_another_queue_that_another_client_creates_at_the_same_time_is_an_error(sim, run, existing_queue):
    existing_queue("q1", cu_count=64, queue_type="general")
    not_seen_first(sim)
    result = run("dli_queue", name="q1", cu_count=16, queue_type="sql")
    assert result.failed
    assert not result["changed"]
    assert result["error"]["code"] == "DLI.0006"
    assert "cu_count (current: 64, requested: 16); queue_type (current: general, req" in result["error"]["hint"]


GONE = {"method": "POST", "path": "connection-test$", "status": 400, "error_code": "DLI.0002"}
# (options, fault, whether anything was changed before the failure)
FAILURES = {
    "when reading the queue": ({}, {"method": "GET"}, False),
    "when creating": ({}, {"method": "POST", "path": "queues$"}, False),
    "when reading the new queue": ({}, {"method": "GET", "skip": 1}, True),
    "when testing the readiness of the new queue": ({}, GONE, True),
    "when testing the readiness of an existing queue": ({"name": "young"}, GONE, False),
    "when creating the deleted queue again": (
        {"name": "old", "queue_type": "general", "force_recreate": True},
        {"method": "POST", "path": "queues$"},
        True,
    ),
}


@pytest.mark.parametrize(("options", "fault", "changed"), FAILURES.values(), ids=FAILURES)
def test_a_failure_reports_whether_anything_was_changed_before(sim, run, existing_queue, options, fault, changed):
    existing_queue("old")
    existing_queue("young", age=1)
    sim.inject(kind="status", **{"status": 403, "error_code": "DLI.0003", **fault})
    result = run("dli_queue", **{"name": "q1", "cu_count": 16, **options})
    assert result.failed
    assert result["changed"] is changed

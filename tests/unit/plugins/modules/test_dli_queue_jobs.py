# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: the jobs of a queue before a restart and in messages, and waiting for a scaling that was requested."""

from __future__ import annotations

import pytest

JOB = "Jobs on queue q1: job-of-q1 (QUERY, RUNNING, user "
DENIED = {"status": 403, "error_code": "DLI.0003", "error_msg": "no permission"}
UNPUBLISHED = {"status": 404, "error_code": "APIGW.0101", "shape": "gateway"}
REFUSED = {
    "deletion": {"state": "absent"},
    "CIDR block": {"cidr_in_vpc": "10.44.0.0/16"},
    "scale-in": {"cu_count": 64},
}


def puts(result):
    return [each for each in result.writes if each.method == "PUT"]


def hide_jobs(sim, answer):
    sim.inject(kind="status", method="GET", path="/jobs$", times=None, **answer)


# -- Messages.


@pytest.mark.parametrize("options", REFUSED.values(), ids=REFUSED)
def test_a_rejection_names_the_jobs_that_hold_the_queue(sim, run, existing_queue, options):
    existing_queue("q1", cu_count=128)
    sim.set_knobs(busy_queues=["q1"])
    result = run("dli_queue", name="q1", **options)
    assert result.failed
    assert JOB in result["error"]["hint"]
    assert len(result.writes) == 1


@pytest.mark.parametrize("answer", [DENIED, UNPUBLISHED, {"status": 500}], ids=lambda answer: str(answer["status"]))
def test_jobs_that_cannot_be_read_do_not_hide_the_rejection(sim, run, existing_queue, answer):
    existing_queue("q1")
    sim.set_knobs(busy_queues=["q1"])
    hide_jobs(sim, answer)
    result = run("dli_queue", name="q1", state="absent")
    assert result["error"]["reason"] == "rejected"
    assert "has jobs that are being submitted or running" in result["msg"]
    assert "The jobs could not be read: Could not list the jobs of queue q1" in result["error"]["hint"]


def test_a_rejection_because_of_jobs_that_are_not_listed_says_so(sim, run, existing_queue):
    existing_queue("q1", queue_type="general")
    text = "The queue q1 has jobs that are being submitted or running."
    sim.inject(kind="status", method="DELETE", status=400, error_code="DLI.0012", error_msg=text)
    result = run("dli_queue", name="q1", state="absent")
    assert "The list of SQL jobs is empty; it does not contain Flink and Spark JAR jobs." in result["error"]["hint"]


@pytest.mark.parametrize("job", [1, {"queue_name": ["q1"]}, {"queue_name": "q1", "status": {}}], ids=str)
def test_hostile_lists_of_jobs_are_no_obstacle(sim, run, existing_queue, monkeypatch, job):
    existing_queue("q1")
    sim.set_knobs(busy_queues=["q1"])
    monkeypatch.setattr("dli_simulator.jobs._as_json", lambda *_ignored: job)
    (warning,) = run("dli_queue", name="q1", state="restarted").warned
    assert warning.startswith("It is unknown which jobs run on queue q1, because they could not be read.")
    assert "The jobs could not be read: " in run("dli_queue", name="q1", state="absent")["error"]["hint"]


def test_a_message_names_a_few_jobs_only(sim, run, existing_queue):
    existing_queue("q1")
    jobs = [{"queue_name": "q1", "job_id": f"j{number}", "status": "RUNNING"} for number in range(9)]
    sim.load_seed({"jobs": [*jobs, {"queue_name": "q1", "job_id": "old", "status": "FINISHED"}]})
    hint = run("dli_queue", name="q1", state="absent")["error"]["hint"]
    assert hint.count("(QUERY, RUNNING") == 5
    assert hint.endswith(", 4 more.")
    assert "old" not in hint


def test_a_timeout_names_the_job_that_holds_the_queue(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    text = "Status of queue q1 is scaling, which is not available"
    sim.inject(kind="status", method="PUT", times=None, status=400, error_code="DLI.0012", error_msg=text)
    sim.set_knobs(busy_queues=["q1"])
    result = run("dli_queue", name="q1", cu_count=128, wait_timeout=60)
    assert result["msg"].startswith("Timed out after 60 s while waiting for queue q1 to accept its scaling.")
    assert JOB in result["msg"]


def test_a_rejected_binding_names_the_jobs_that_hold_the_queue(sim, run, existing_queue, place):
    existing_queue("q1")
    run("dli_enhanced_connection", name="test1", **place)
    sim.set_knobs(busy_queues=["q1"])
    text = "Status of queue q1 is restarting, which is not available"
    sim.inject(kind="status", method="POST", path="associate", status=400, error_code="DLI.0012", error_msg=text)
    result = run("dli_enhanced_connection", name="test1", queues=["q1"], wait=False)
    assert JOB in result["error"]["hint"]


# -- Restarts.


@pytest.mark.parametrize("check", [True, False])
def test_a_forced_restart_names_the_jobs_that_it_cancels(sim, run, existing_queue, check):
    existing_queue("q1")
    sim.set_knobs(busy_queues=["q1"])
    (warning,) = run("dli_queue", name="q1", state="restarted", force=True, check=check).warned
    verb = "would cancel" if check else "cancels"
    assert warning.startswith(f"The forced restart {verb} jobs on queue q1: job-of-q1 (QUERY, RUNNING, user ")
    assert run("dli_queue", name="q1", state="restarted", check=check).warned == []


@pytest.mark.parametrize("before", [{"cu_count": 128}, {"state": "restarted"}], ids=["scaling", "restart"])
def test_a_restart_waits_for_a_scaling_or_restart_that_runs(sim, run, existing_queue, before):
    existing_queue("q1", cu_count=64)
    run("dli_queue", name="q1", **before, wait=False)
    refused = run("dli_queue", name="q1", state="restarted", wait=False)
    assert "Cannot restart queue q1 now: it is already being restarted or scaled. Job: " in refused["msg"]
    assert refused["error"]["reason"] == "busy"
    assert "it is already being" in run("dli_queue", name="q1", state="restarted", check=True).warned[0]
    assert not refused.writes
    done = run("dli_queue", name="q1", state="restarted")
    assert [put.status for put in puts(done)] == [200]
    assert not sim.queues["q1"].is_restarting


@pytest.mark.parametrize("answer", [DENIED, UNPUBLISHED, {"status": 500}, {"status": 502, "shape": "html"}], ids=str)
def test_a_restart_does_not_need_the_jobs(sim, run, existing_queue, answer):
    existing_queue("q1")
    hide_jobs(sim, answer)
    result = run("dli_queue", name="q1", state="restarted")
    assert result["changed"]
    assert result.warned[0].startswith("It is unknown which jobs run on queue q1, because they could not be read.")


# -- Waiting for a scaling that an earlier task has requested.


@pytest.mark.parametrize("answer", [None, DENIED], ids=["jobs", "no jobs"])
def test_wait_only_waits_for_the_size_and_sends_nothing(sim, run, existing_queue, answer):
    existing_queue("q1", cu_count=64)
    sim.set_knobs(second_scaling_accepted=True)
    run("dli_queue", name="q1", cu_count=128, wait=False)
    if answer:
        hide_jobs(sim, answer)
    waiting = {"name": "q1", "cu_count": 128, "wait_only": True}
    assert run("dli_queue", check=True, **waiting)["queue"]["cu_count"] == 128
    result = run("dli_queue", **waiting)
    assert not result["changed"]
    assert not result.writes
    assert sim.queues["q1"].cu_count == result["queue"]["cu_count"] == 128
    assert not run("dli_queue", **waiting, tags={"a": "b"}).writes


def test_wait_only_ends_with_a_message_about_the_size(sim, run, existing_queue):
    existing_queue("q1", cu_count=64)
    waiting = {"name": "q1", "cu_count": 128, "wait_only": True}
    result = run("dli_queue", **waiting, wait_timeout=60)
    assert result["msg"].startswith(
        "Timed out after 60 s while waiting for queue q1 to have 128 CUs; last state: 64 CUs."
    )
    sim.set_knobs(scaling_stops_at={"q1": 96})
    run("dli_queue", name="q1", cu_count=128, wait=False)
    assert "Queue q1 was scaled from 64 to 96 CUs instead of 128." in run("dli_queue", **waiting)["msg"]
    missing = run("dli_queue", name="q2", cu_count=16, wait_only=True)
    assert run("dli_queue", check=True, name="q2", cu_count=16, wait_only=True)["queue"]["cu_count"] == 16
    assert "Cannot wait for the scaling of queue q2: it does not exist. Check its name" in missing["msg"]


@pytest.mark.parametrize("options", [{}, {"cu_count": 64, "wait": False}, {"cu_count": 64, "state": "absent"}], ids=str)
def test_wait_only_requires_a_size_and_a_wait(run, options):
    result = run("dli_queue", name="q1", wait_only=True, **options)
    assert "wait_only requires cu_count, state=present and wait=true" in result["msg"]
    assert not result.requests


# -- The list of the running jobs.


def test_the_running_jobs_of_the_project_are_listed(sim, run, existing_queue):
    existing_queue("q1")
    jobs = [{"queue_name": "q1", "job_id": f"j{number}", "status": "RUNNING"} for number in range(102)]
    others = [("q2", "LAUNCHING"), ("q2", "SCALING"), ("q1", "FINISHED"), ("q1", "CANCELLED")]
    jobs += [{"queue_name": name, "job_id": status, "status": status} for name, status in others]
    existing_queue("q2")
    sim.load_seed({"jobs": jobs})
    found = {each["job_id"]: each for each in run("dli_queue_info", name="q1", with_jobs=True)["running_jobs"]}
    assert sorted(found) == sorted([*(f"j{number}" for number in range(102)), "LAUNCHING", "SCALING"])
    assert found["LAUNCHING"]["queue_name"] == "q2"
    assert "running_jobs" not in run("dli_queue_info")


@pytest.mark.parametrize("answer", [DENIED, UNPUBLISHED], ids=["403", "404"])
def test_running_jobs_that_cannot_be_read_are_a_warning(sim, run, existing_queue, answer):
    existing_queue("q1")
    hide_jobs(sim, answer)
    result = run("dli_queue_info", with_jobs=True)
    assert result["running_jobs"] is None
    assert result["queues"]
    assert result.warned[0].startswith("The running jobs could not be read. Could not list the running jobs")

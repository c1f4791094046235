# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of the jobs of one_of_each.py, and the files that they leave behind."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from event_query import nodes
from one_of_each import HOSTILE, JOBS

FAILING = {"empty", "impossible", "audit", "unconfirmed"}
UNCHANGING = {"verify", "audit", "report"}
# A tenth of what AWX advises at most for all artifacts of a workflow.
SMALL = 4096
WAITING = re.compile(r"waiting for .*\((\d+) s of at most (\d+) s\)")
LONGEST_SILENCE = 60


@pytest.fixture
def sim(launcher):
    return launcher.sim


@pytest.mark.parametrize("name", [name for name in JOBS if name != "cancelled"])
def test_the_status_of_each_job(jobs, name):
    assert (jobs[name].status, jobs[name].rc) == (("failed", 2) if name in FAILING else ("successful", 0)), jobs[
        name
    ].output


@pytest.mark.parametrize("name", JOBS)
def test_no_job_contains_a_secret(sim, jobs, name):
    secret = sim.ready["secret_key"]
    files = jobs[name].files
    assert any(path.startswith("artifacts/job/job_events/") for path in files)
    assert [path for path, text in files.items() if secret in text] == []


@pytest.mark.parametrize("name", ["check", "apply", "verify", "teardown"])
def test_artifacts_are_small_and_have_no_texts(jobs, name):
    artifacts = jobs[name].artifacts
    assert artifacts.keys() == {"huaweicloud_dli"}
    assert len(json.dumps(artifacts)) < SMALL
    [(host, entry)] = artifacts["huaweicloud_dli"].items()
    assert (host, set(entry)) == ("localhost", {"changed", "status", "connections"})
    ids = entry["connections"].values()
    assert all(each is None or re.fullmatch("[0-9a-f-]{36}", each) for each in ids)


def test_each_template_runs(templates):
    assert {title for title, _ in JOBS.values()} == set(templates)


def test_an_empty_survey_sends_nothing_and_says_what_is_missing(jobs):
    assert jobs["empty"].requests == []
    assert jobs["empty"].failures == ["Nothing was changed: dli_connection_name is required"]


def test_check_changes_nothing(jobs):
    assert (jobs["check"].writes, jobs["check"].changed > 0) == ([], True)
    assert jobs["check"].artifacts["huaweicloud_dli"]["localhost"]["connections"] == {"to_warehouse": None}


def test_apply_reports_its_own_result(jobs):
    """Not that of the node before it, whose artifacts are its extra variables."""
    [entry] = jobs["apply"].artifacts["huaweicloud_dli"].values()
    assert (entry["changed"], entry["status"]) == (True, "ACTIVE")
    assert None not in entry["connections"].values()
    [after] = jobs["verify"].artifacts["huaweicloud_dli"].values()
    assert (after["changed"], after["connections"]) == (False, entry["connections"])


def test_an_answer_is_not_a_template(jobs):
    [message] = jobs["unconfirmed"].failures
    assert HOSTILE in message


@pytest.mark.parametrize("name", sorted(UNCHANGING))
def test_what_only_reads(jobs, name):
    assert (jobs[name].changed, jobs[name].writes) == (0, [])


def test_apply_is_never_silent_for_long(jobs):
    """Progress lines are events of the waiting task, and come at least once a minute."""
    apply = jobs["apply"]
    tasks = {event["uuid"] for event in apply.events if event["event"] == "playbook_on_task_start"}
    lines = [event for event in apply.events if event["event"] == "verbose" and WAITING.search(event["stdout"])]
    assert lines
    elapsed = {}
    for event in lines:
        assert event["parent_uuid"] in tasks
        passed, budget = map(int, WAITING.search(event["stdout"]).groups())
        elapsed.setdefault((event["parent_uuid"], budget), [0]).append(passed)
    pauses = [later - earlier for times in elapsed.values() for earlier, later in itertools.pairwise(times)]
    assert max(pauses) <= LONGEST_SILENCE


def test_an_impossible_change_is_refused_before_anything_is_written(jobs):
    assert jobs["impossible"].writes == []
    [message] = jobs["impossible"].failures
    assert "queue_type is immutable (current: general, requested: sql)" in message


def test_the_audit_after_a_failure_compares_the_answers(jobs):
    [result] = jobs["audit"].results("Compare the declaration with the project")
    status = {each["name"]: each["status"] for each in result["plan"]["objects"] if each["kind"] == "queue"}
    assert status == {"daily": "blocked", "adhoc": "blocked"}


def test_a_teardown_that_is_not_confirmed_sends_nothing(jobs):
    assert jobs["unconfirmed"].requests == []


def test_teardown_leaves_nothing(sim, jobs):
    assert jobs["teardown"].artifacts["huaweicloud_dli"]["localhost"] == {
        "changed": True,
        "status": "absent",
        "connections": {"to_warehouse": None},
    }
    assert set(sim.queues) == {"default"}
    assert {each.status for each in sim.connections.values()} == {"DELETED"}


def test_each_object_of_a_real_run_counts_once(jobs):
    counted = nodes([*jobs["check"].events, *jobs["apply"].events]).values()
    assert sorted(each["name"] for each in counted) == ["adhoc", "daily", "to_warehouse"]


def test_export_shows_the_file(jobs):
    assert "to_warehouse" in jobs["export"].output


def test_report_shows_the_topology(jobs):
    shown = jobs["report"].results("Show the topology")
    assert any("to_warehouse" in line for result in shown for line in result["msg"])

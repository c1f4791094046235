# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: restarting a queue."""

from __future__ import annotations

import pytest


def test_a_restart_ends_when_the_list_no_longer_shows_the_queue_as_restarting(sim, run, existing_queue):
    existing_queue("q1")
    result = run("dli_queue", name="Q1", state="restarted")
    assert result["changed"]
    assert result["diff"] == {
        "before": {"name": "q1", "restarted": False},
        "after": {"name": "q1", "restarted": True},
    }
    (put,) = result.writes
    assert put.body == {"action": "restart", "force": False}
    assert not sim.queues["q1"].is_restarting


def test_a_forced_restart_sends_force_and_returns_its_job(sim, run, existing_queue):
    existing_queue("q1")
    predicted = run("dli_queue", name="q1", state="restarted", force=True, check=True)
    result = run("dli_queue", name="q1", state="restarted", force=True)
    (put,) = result.writes
    assert put.body == {"action": "restart", "force": True}
    assert (predicted["restart_job_id"], result["restart_job_id"]) == (
        None,
        next(iter(next(iter(sim.state.projects.values())).jobs)),
    )
    assert run("dli_queue", name="q1", state="restarted")["restart_job_id"] is None


def test_a_restart_is_predicted_and_made_each_time(sim, run, existing_queue):
    existing_queue("q1")
    for _time in range(2):
        predicted = run("dli_queue", check=True, name="q1", state="restarted")
        assert not sim.queues["q1"].is_restarting
        done = run("dli_queue", name="q1", state="restarted")
        assert (done["changed"], done["diff"]) == (predicted["changed"], predicted["diff"])
        assert done["changed"]
        assert done["queue"] == predicted["queue"]


def test_without_wait_a_restart_is_only_requested(sim, run, existing_queue):
    existing_queue("q1")
    result = run("dli_queue", name="q1", state="restarted", wait=False)
    assert result.sent == ["GET queues/q1 200", *["GET jobs 200"] * 3, "PUT queues/q1/action 200"]
    assert sim.queues["q1"].is_restarting


@pytest.mark.parametrize(
    ("current", "words"),
    [
        ({"queue_type": "general"}, "its queue_type is general, and only sql queues"),
        (None, "it does not exist"),
    ],
    ids=["general", "absent"],
)
def test_an_impossible_restart_fails_before_a_write(sim, run, existing_queue, current, words):
    if current is not None:
        existing_queue("q1", **current)
    for check in (True, False):
        result = run("dli_queue", check=check, name="q1", state="restarted")
        assert result.failed
        assert words in result["msg"]
        assert [r.method for r in result.requests] == ["GET"]
    assert not any(queue.is_restarting for queue in sim.queues.values())

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that is cancelled while it waits, and launched again.

AWX asks ansible-runner to cancel, which kills Ansible. Workers of Ansible have sessions of their own and survive that.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from awx_jobs import Controller, answered, took_effect

ANSWERS = {
    "dli_connection_name": "to_warehouse",
    "dli_queue_names": "daily\nadhoc",
    "dli_queue_cu_count": "16",
    "dli_queue_type": "general",
    "dli_vpc_name": "vpc-warehouse",
    "dli_subnet_name": "subnet-warehouse",
}
# Seconds of real time after which the test gives up.
LIMIT = 60


def writes(sim, word):
    return [each for each in sim.requests if each.method == "POST" and each.path.endswith(word)]


def until(condition):
    """Wait for another process."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"not after {LIMIT} s"
        time.sleep(0.05)


def processes(folder):
    """The processes of a job, which name its folder in their command lines."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in command and b"ansible-playbook" in command:
            found.append(int(path.name))
    return found


@pytest.fixture(scope="module")
def cancelled(sim, controller: Controller, templates, credential):
    """A job that created its queues and was cancelled while it waited for them."""
    template = templates["DLI apply"]
    answers = answered(template, **ANSWERS)
    # Nothing becomes ready before the job is cancelled.
    stopped = lambda folder: {**credential(folder), "SIMULATED_CLOCK": "stopped"}  # noqa: E731
    folder = controller.prepare(template, stopped, answers=answers)
    running = controller.start(folder, template["playbook"])
    until(lambda: len(writes(sim, "/queues")) == 2 or running.done())
    (folder / "cancel").touch()
    job = running.result(LIMIT)
    return SimpleNamespace(job=job, left=processes(folder), before=len(sim.requests))


def test_the_job_is_cancelled(cancelled):
    assert cancelled.job.status == "canceled"
    assert not [event for event in cancelled.job.events if event["event"] == "playbook_on_stats"]


@pytest.fixture(scope="module")
def relaunched(sim, controller, templates, credential, cancelled):
    """What was sent after the cancellation, and a second job once nothing of the first one is left."""
    # Without its check of the parent process, a worker would go on for as long as the clock is stopped.
    until(lambda: not processes(cancelled.job.folder))
    after = sim.requests[cancelled.before :]
    template = templates["DLI apply"]
    job = controller.launch(template, credential, answers=answered(template, **ANSWERS))
    return SimpleNamespace(job=job, after=after)


def test_nothing_is_written_after_the_cancellation(relaunched):
    assert [each.path for each in relaunched.after if took_effect(each)] == []


def test_the_second_job_completes_the_first(sim, relaunched):
    assert (relaunched.job.status, relaunched.job.failures) == ("successful", [])
    assert len(writes(sim, "/queues")) == 2
    assert len(writes(sim, "/enhanced-connections")) == 1
    [connection] = sim.connections.values()
    assert {each.name: each.status for each in connection.available_queue_info} == {
        "daily": "ACTIVE",
        "adhoc": "ACTIVE",
    }

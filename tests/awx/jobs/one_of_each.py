# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every job template once: the nodes of the workflow DLI connect in their order, then the others.

DLI apply is cancelled once before it completes, and DLI export runs on a remote execution node.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from awx_jobs import Controller, Job, answered, took_effect

ANSWERS = {
    "dli_connection_name": "to_warehouse",
    "dli_queue_names": "daily\nadhoc",
    "dli_queue_cu_count": "16",
    "dli_queue_type": "general",
    "dli_vpc_name": "vpc-warehouse",
    "dli_subnet_name": "subnet-warehouse",
    "dli_host_entries": "ecs-1=192.168.128.10\n192.168.128.11 ecs-2",
    "dli_test_addresses": "192.168.128.10:3306",
    "dli_connection_tags": "team=data",
}
HOSTILE = "{{ lookup('ansible.builtin.env', 'HW_SECRET_KEY') }}"
TEARDOWN = {"dli_connection_name": "to_warehouse", "dli_queue_names": "daily, adhoc", "dli_confirm": "to_warehouse"}
IMPOSSIBLE = {**ANSWERS, "dli_queue_type": "sql"}
# Each job by the name of its node: the template and its answers, in the order in which they run. DLI audit has no
# survey, but the answers of a workflow are variables of all its nodes.
JOBS = {
    "empty": ("DLI apply", {}),
    "check": ("DLI check", ANSWERS),
    "cancelled": ("DLI apply", ANSWERS),
    "apply": ("DLI apply", ANSWERS),
    "verify": ("DLI verify", ANSWERS),
    "impossible": ("DLI apply", IMPOSSIBLE),
    "audit": ("DLI audit", IMPOSSIBLE),
    "export": ("DLI export", {}),
    "report": ("DLI report", {}),
    "unconfirmed": ("DLI teardown", {**TEARDOWN, "dli_confirm": HOSTILE}),
    "teardown": ("DLI teardown", TEARDOWN),
}
# The nodes of the workflow that run before a node, whose artifacts it gets.
BEFORE = {"apply": ["check"], "verify": ["check", "apply"], "impossible": ["check"], "audit": ["check", "impossible"]}
# Seconds of real time after which a wait for another process gives up.
LIMIT = 60


class Launcher:
    def __init__(
        self,
        sim: Any,
        controller: Controller,
        templates: Mapping[str, Mapping[str, Any]],
        credential: Callable[[Path], Mapping[str, str]],
        files: Path,
    ) -> None:
        self.sim = sim
        self.done: dict[str, Job] = {}
        # Processes of the cancelled job directly after its end, and what it sent after that.
        self.left: list[int] = []
        self.sent_after: list[Any] = []
        # The status of each queue of the connection after DLI apply.
        self.bound: dict[str, str] = {}
        self._controller, self._templates, self._credential, self._files = controller, templates, credential, files

    def launch_all(self) -> None:
        ways = {"cancelled": self._cancelled, "export": self._remote}
        for name in JOBS:
            before = len(self.sim.requests)
            job = ways.get(name, self._launched)(name)
            job.requests = self.sim.requests[before:]
            job.writes = [f"{each.method} {each.path}" for each in job.requests if took_effect(each)]
            self.done[name] = job
            if name == "apply":
                [connection] = self.sim.connections.values()
                self.bound = {each.name: each.status for each in connection.available_queue_info}

    def _answers(self, name: str) -> dict[str, Any]:
        title, answers = JOBS[name]
        template = self._templates[title]
        answers = answered(template, **answers) if template["survey_enabled"] else dict(answers)
        # In a container, /tmp is the job's own; here, other jobs would see its files.
        elsewhere = {
            "export": {"export_file": str(self._files / "project.yml")},
            "report": {"dli_report_directory": str(self._files)},
        }
        return answers | elsewhere.get(name, {})

    def _launched(self, name: str) -> Job:
        artifacts = {key: value for node in BEFORE.get(name, []) for key, value in self.done[node].artifacts.items()}
        template = self._templates[JOBS[name][0]]
        return self._controller.launch(template, self._credential, answers=self._answers(name), artifacts=artifacts)

    def _remote(self, name: str) -> Job:
        template = self._templates[JOBS[name][0]]
        return self._controller.launch_remotely(template, self._credential, answers=self._answers(name))

    def _cancelled(self, name: str) -> Job:
        """A job that created its queues and is cancelled while it waits for them, until nothing of it is left."""
        template = self._templates[JOBS[name][0]]
        # Nothing becomes ready before the job is cancelled.
        stopped = lambda folder: {**self._credential(folder), "SIMULATED_CLOCK": "stopped"}  # noqa: E731
        folder = self._controller.prepare(template, stopped, answers=self._answers(name))
        running = self._controller.start(folder, template["playbook"])
        until(lambda: len(posted(self.sim.requests, "/queues")) == 2 or running.done())
        (folder / "cancel").touch()
        job = running.result(LIMIT)
        before, self.left = len(self.sim.requests), processes(folder)
        # Without its check of the parent process, a worker would go on for as long as the clock is stopped.
        until(lambda: not processes(folder))
        self.sent_after = self.sim.requests[before:]
        return job


def posted(requests: list[Any], end: str) -> list[Any]:
    return [each for each in requests if each.method == "POST" and each.path.endswith(end)]


def until(condition: Callable[[], bool]) -> None:
    """Wait for another process."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"not after {LIMIT} s"
        time.sleep(0.05)


def processes(folder: Path) -> list[int]:
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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run playbooks like a user, and record the time of each line of output."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Task = dict[str, Any]

# Variables that select a real service, or that would change what is measured.
_FOREIGN = ("ANSIBLE_", "AWS_", "HUAWEICLOUD_", "HW_", "OS_")
_KEPT = ("ANSIBLE_COLLECTIONS_PATH",)
# Users do not set it. Where it is set, every process compiles the modules that it imports.
_DROPPED = ("PYTHONDONTWRITEBYTECODE",)
_SETTINGS = {
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_NOCOLOR": "true",
    "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
    "PYTHONUNBUFFERED": "1",
}


DOCUMENT = "document.json"


class RunFailed(Exception):
    """A run did not do the expected work, so its time is meaningless."""


@dataclass(frozen=True)
class Run:
    """Duration of a run, and its lines of output with their time in seconds since the epoch."""

    seconds: float
    lines: list[tuple[float, str]]

    @property
    def output(self) -> str:
        return "\n".join(text for _moment, text in self.lines)

    def count(self, what: str) -> int:
        """A number from the play recap: ``ok`` or ``changed``."""
        found = re.search(rf"\b{what}=(\d+)", self.output)
        if found is None:
            raise RunFailed(f"No play recap found:\n{self.output}")
        return int(found[1])

    def time_of(self, start: str) -> float:
        """When the first line with this prefix was printed."""
        for moment, text in self.lines:
            if text.startswith(start):
                return moment
        raise RunFailed(f"No line begins with {start}:\n{self.output}")


class Ansible:
    """ansible-playbook in its own folder, without the user's settings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "ansible.cfg").touch()
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in _KEPT or not name.startswith((*_FOREIGN, *_DROPPED))
        }
        self._environment = {
            **kept,
            **_SETTINGS,
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(folder),
        }

    def unchanged(
        self,
        tasks: list[Task],
        environment: Mapping[str, str] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Run:
        """Run tasks that find nothing to change."""
        run = self.play(tasks, environment, variables)
        if run.count("changed") or run.count("ok") != len(tasks):
            raise RunFailed(f"Expected {len(tasks)} tasks without changes:\n{run.output}")
        return run

    def play(
        self,
        tasks: list[Task],
        environment: Mapping[str, str] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Run:
        play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks, "vars": dict(variables or {})}
        (self._folder / "playbook.yml").write_text(json.dumps([play]), encoding="utf-8")
        return self.program("-m", "ansible", "playbook", "playbook.yml", environment=environment)

    def program(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        document: Mapping[str, Any] | None = None,
    ) -> Run:
        """Run a Python program in the same environment. The ``document`` is in the file DOCUMENT of its folder."""
        if document is not None:
            (self._folder / DOCUMENT).write_text(json.dumps(document), encoding="utf-8")
        start = time.monotonic()
        with subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self._folder,
            env={**self._environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            lines = [(time.time(), line.rstrip()) for line in process.stdout]
        run = Run(time.monotonic() - start, lines)
        if process.returncode:
            raise RunFailed(f"{arguments} ended with code {process.returncode}:\n{run.output}")
        return run

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback plugin that records the results of this collection's modules, for compare_results.py.

Each integration target has two files: one with a line for each result, and one with a dot for each process of a module,
which shows the execution mode. Processes that a target starts itself, such as ansible-playbook, write to the same
files, because they inherit the environment variable with the name.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: record_results
type: notification
short_description: Records the results of the modules of huaweicloud.dli
description: For compare_results.py.
options:
  folder:
    description: The folder for the records.
    type: path
    required: true
    ini:
      - {section: record_results, key: folder}
"""

COLLECTION = "huaweicloud.dli."
FILE = "HUAWEICLOUD_DLI_RECORD"
# ansible-test appends this suffix to the name of a target, and tempfile to other names.
RANDOM_SUFFIX = re.compile(r"-[a-z0-9_]{8}$")


def append(suffix: str, text: str) -> None:
    with Path(os.environ[FILE]).with_suffix(suffix).open("a", encoding="utf-8") as file:
        file.write(text)


def note_processes() -> None:
    """Record each start of a module's process. Tasks are forks of the process that loads callback plugins."""
    execute_module = ActionBase._execute_module

    def execute_and_note(action: ActionBase, *args: Any, **more: Any) -> Any:
        if action._task.action.startswith(COLLECTION):
            append(".processes", ".")
        return execute_module(action, *args, **more)

    ActionBase._execute_module = execute_and_note


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record_results"

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._playbook = RANDOM_SUFFIX.sub("", Path(playbook._file_name).stem)
        if FILE not in os.environ:
            os.environ[FILE] = str(Path(self.get_option("folder"), f"{self._playbook}.jsonl"))
            for suffix in (".jsonl", ".processes"):
                Path(os.environ[FILE]).with_suffix(suffix).write_text("", encoding="utf-8")
        note_processes()

    def v2_runner_on_ok(self, result: Any) -> None:
        self._record("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record("failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._record("unreachable", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._record("item ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._record("item failed", result)

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._record("item skipped", result)

    def _record(self, end: str, result: Any) -> None:
        task = result._task
        if not task.action.startswith(COLLECTION):
            return
        line = {
            "playbook": self._playbook,
            "task": task.get_name(),
            "action": task.action,
            "check_mode": bool(task.check_mode),
            "end": end,
            "result": result._result,
        }
        append(".jsonl", json.dumps(line) + "\n")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugins with the objects of Ansible that they use."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace

import pytest

ACTIONS = "ansible_collections.huaweicloud.dli.plugins.action"


class Templar:
    """Replaces whole strings by their values; templating itself is not tested here."""

    def __init__(self, meanings):
        self.meanings = meanings

    def template(self, value):
        if isinstance(value, dict):
            return {key: self.template(each) for key, each in value.items()}
        return self.meanings.get(value, value) if isinstance(value, str) else value


class Screen:
    """Records displayed ``lines`` as (text, stderr), and ``remarks`` of -vvv as (host, text)."""

    def __init__(self):
        self.lines = []
        self.remarks = []

    def display(self, text, stderr=False):
        self.lines.append((text, stderr))

    def vvv(self, text, host=None):
        self.remarks.append((host, text))


@pytest.fixture
def screen():
    return Screen()


@pytest.fixture
def action(screen, tmp_path):
    """action("dli_queue", {"name": "q1"}, async_val=60) is the plugin for a task with such keywords."""

    def action(module="dli_queue", args=None, *, transport="local", become=None, meanings=None, **keywords):
        task = {
            "action": f"huaweicloud.dli.{module}",
            "args": args or {},
            "async_val": 0,
            "check_mode": False,
            "delegate_to": None,
            "diff": False,
            "environment": [],
            "loop": None,
            "no_log": False,
            "retries": None,
            "until": None,
        }
        shell = SimpleNamespace(env_prefix=lambda **_variables: "", tmpdir=None)
        made = importlib.import_module(f"{ACTIONS}.{module}").ActionModule(
            task=SimpleNamespace(**{**task, **keywords}),
            connection=SimpleNamespace(transport=transport, become=become, _shell=shell),
            play_context=None,
            loader=SimpleNamespace(get_basedir=lambda: str(tmp_path)),
            templar=Templar({"{{ ansible_playbook_python }}": sys.executable, **(meanings or {})}),
            shared_loader_obj=None,
        )
        made._display = screen
        return made

    return action

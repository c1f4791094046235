# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook tenant declares its variables. tests/unit/test_options.py compares them with the modules."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


SPEC = load("playbooks/vars/tenant_spec.yml")["tenant_spec"]


def test_every_variable_has_a_default_and_is_typed():
    [play] = load("playbooks/tenant.yml")
    assert play["vars"].keys() - {"ansible_python_interpreter"} == SPEC.keys()


def test_the_tags_of_stages_select_tasks_of_the_role_only():
    [play] = load("playbooks/tenant.yml")
    assert all(task["tags"] == ["always"] for task in play["tasks"])

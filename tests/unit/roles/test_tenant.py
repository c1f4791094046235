# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook tenant declares its variables. tests/unit/test_options.py compares them with the modules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


SPEC = load("playbooks/vars/tenant_spec.yml")["tenant_spec"]


# Each runs on the hosts of dli_hosts, which can be tenants with variables of their own. The demo has fixed names.
ON_HOSTS = [path.stem for path in (ROOT / "playbooks").glob("*.yml") if "dli_hosts | default" in path.read_text()]
ON_HOSTS.remove("demo")


@pytest.mark.parametrize("playbook", ON_HOSTS)
def test_no_variable_of_a_play_hides_those_of_the_hosts(playbook):
    [play] = load(f"playbooks/{playbook}.yml")
    assert set(play["vars"]) == {"ansible_python_interpreter"}


def test_several_playbooks_run_on_hosts():
    assert {"audit", "datasource_connection", "export", "report", "tenant"} <= set(ON_HOSTS)


def test_every_variable_is_typed():
    used = re.findall(r"\btenant_(?:wait_\w+)\b", (ROOT / "playbooks/tenant.yml").read_text(encoding="utf-8"))
    lists = {f"tenant_{name}" for name in ("state", "elastic_resource_pools", "queues", "connections")}
    assert {*used, *lists} == SPEC.keys()


def test_the_tags_of_stages_select_tasks_of_the_role_only():
    [play] = load("playbooks/tenant.yml")
    assert all(task["tags"] == ["always"] for task in play["tasks"])

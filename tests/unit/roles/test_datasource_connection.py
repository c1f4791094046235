# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the role agree about its variables. tests/unit/test_options.py compares them with the modules."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles/datasource_connection"


def load(path):
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


SPEC = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def test_defaults_match_the_argument_specs():
    assert load("defaults/main.yml") == {
        name: option["default"] for name, option in SPEC.items() if "default" in option
    }


def test_the_readme_has_every_variable_and_its_default():
    rows = re.findall(r"^\| `(datasource_connection_\w+)` \|(.*?)\|", (ROLE / "README.md").read_text(), re.MULTILINE)
    wanted = {
        name: "required" if option.get("required") else f"`{option['default']}`" if "default" in option else ""
        for name, option in SPEC.items()
    }
    assert {name: default.strip() for name, default in rows} == wanted


def test_no_loop_hides_the_item_of_a_loop_around_the_role():
    tasks = [task for path in ROLE.glob("tasks/*.yml") for task in yaml.safe_load(path.read_text()) if "loop" in task]
    assert len(tasks) > 5
    for task in tasks:
        assert task["loop_control"]["loop_var"].startswith("__datasource_connection_"), task["name"]


def test_skipping_one_stage_does_not_skip_the_others():
    tasks = [task for path in ROLE.glob("tasks/*.yml") for task in yaml.safe_load(path.read_text())]
    included = [task for task in tasks if "ansible.builtin.include_tasks" in task]
    assert included
    for task in included:
        tasks = yaml.safe_load((ROLE / "tasks" / task["ansible.builtin.include_tasks"]).read_text())
        of_one_stage = all(each.get("tags") == task["tags"] for each in tasks)
        assert task["tags"] == ["always"] or of_one_stage, task["name"]


def test_nothing_escapes_check_mode():
    forced = [path for path in ROLE.rglob("*.yml") if re.search(r"check_mode: (false|no)", path.read_text())]
    assert not forced


def test_the_message_of_an_error_is_not_hidden_by_a_condition():
    # Since 2.19, ansible-core shows that failed_when is true instead of the message, which another task has to report.
    tasks = [task for path in ROLE.glob("tasks/*.yml") for task in yaml.safe_load(path.read_text())]
    conditions = [task["failed_when"] for task in tasks if "failed_when" in task]
    assert len(conditions) > 2
    assert all(each.endswith(".error is not defined") for each in conditions)


def test_only_the_plan_knows_the_check_mode():
    # The variable ansible_check_mode does not know the check mode of a task, a block or a role.
    assert not [path for path in ROLE.rglob("*.yml") if "ansible_check_mode" in path.read_text()]

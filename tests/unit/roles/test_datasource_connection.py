# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role says of its variables in several places; these agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles/datasource_connection"
# What the role decides for each queue, or has for all of them.
NOT_OF_A_QUEUE = {"state", "force", "wait", "wait_timeout", "wait_interval"}


def load(path):
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


SPEC = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def documented_options(module):
    """The options in a module's documentation, without those of its fragments."""
    source = (ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8")
    [text] = [
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"
    ]
    return yaml.safe_load(text)["options"]


def tasks_with(module):
    return [
        task[f"huaweicloud.dli.{module}"]
        for path in sorted((ROLE / "tasks/present").glob("*.yml"))
        for task in yaml.safe_load(path.read_text(encoding="utf-8"))
        if f"huaweicloud.dli.{module}" in task
    ]


def test_defaults_are_those_of_the_argument_specs():
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


def test_a_queue_has_every_option_of_the_module():
    documented = documented_options("dli_queue").keys() - NOT_OF_A_QUEUE
    assert SPEC["datasource_connection_queues"]["options"].keys() == documented | {"ready_age"}


@pytest.mark.parametrize("key", ["type", "elements", "choices"])
def test_an_option_of_a_queue_is_typed_as_in_the_module(key):
    options, documented = SPEC["datasource_connection_queues"]["options"], documented_options("dli_queue")
    # The role is about queues that can be bound, which shared ones cannot.
    typed = {name: option.get(key) for name, option in options.items() if name in documented}
    wanted = {name: documented[name].get(key) for name in typed}
    if key == "choices":
        wanted["resource_mode"] = [1]
    assert typed == wanted


def test_every_option_of_a_queue_reaches_the_module():
    options = SPEC["datasource_connection_queues"]["options"].keys()
    tasks = tasks_with("dli_queue")
    assert len(tasks) == 3
    for task in tasks:
        assert options <= task.keys()
        assert all(f"item.{name}" in task[name] for name in options)


def test_nothing_escapes_check_mode():
    forced = [path for path in ROLE.rglob("*.yml") if re.search(r"check_mode: (false|no)", path.read_text())]
    assert not forced

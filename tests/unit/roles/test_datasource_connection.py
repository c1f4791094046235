# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role says of its variables in several places; these agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ROLE = ROOT / "roles/datasource_connection"
# Variables whose options are those of a module, and where in a task such an option comes from.
THINGS = {
    "datasource_connection_elastic_resource_pool": (
        "dli_elastic_resource_pool",
        "datasource_connection_elastic_resource_pool",
    ),
    "datasource_connection_queues": ("dli_queue", "item"),
}

PATIENCE = {"wait", "wait_timeout", "wait_interval"}


def load(path):
    return yaml.safe_load((ROLE / path).read_text(encoding="utf-8"))


SPEC = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]


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


@pytest.mark.parametrize("variable", THINGS)
def test_a_queue_and_a_pool_have_the_options_of_their_modules_in_the_same_types(variable, documented, types):
    wanted = documented(THINGS[variable][0])
    if "resource_mode" in wanted:
        # The role is about queues that can be bound, which shared ones cannot.
        wanted["resource_mode"]["choices"] = [1]
    assert types(SPEC[variable]["options"]) == wanted


@pytest.mark.parametrize("variable", THINGS)
def test_every_option_of_a_queue_and_a_pool_reaches_the_module(variable):
    module, source = THINGS[variable]
    options = SPEC[variable]["options"].keys()
    # That which only scales sends one request, of which it is known then whether it was heard.
    tasks = [task for task in tasks_with(module) if task.keys() - PATIENCE != {"name", "cu_count"}]
    assert len(tasks) >= 2
    for task in tasks:
        assert options <= task.keys()
        assert all(f"{source}.{name}" in task[name] for name in options)


def test_every_option_of_the_connection_reaches_the_module(documented):
    """But for those that purge: a list that is set is exact."""
    options = {name for name in documented("dli_enhanced_connection") if not name.startswith("purge_")}
    used = set().union(*(task.keys() for task in tasks_with("dli_enhanced_connection")))
    assert options - used == {"ready_age"}
    own = {name.removeprefix("datasource_connection_") for name in SPEC}
    assert options - own == {"ready_age"}


def test_the_look_at_the_connection_and_its_creation_agree_about_recreation():
    """What the look does not allow ends the run, and what it allows the creation has to do."""
    tasks = [task for task in tasks_with("dli_enhanced_connection") if "dest_vpc_id" in task]
    assert len(tasks) == 2
    assert len({task["force_recreate"] for task in tasks}) == 1


def test_nothing_escapes_check_mode():
    forced = [path for path in ROLE.rglob("*.yml") if re.search(r"check_mode: (false|no)", path.read_text())]
    assert not forced

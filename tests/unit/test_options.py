# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each option has one source, the documentation of its module. All other places are compared with it.

A failure names the file, the place in it and the option. Intended differences stand in the tables below, with reasons.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = "ansible_collections.huaweicloud.dli.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("dli_*.py"))

ROLE_SPEC = "roles/datasource_connection/meta/argument_specs.yml"
TENANT_SPEC = "playbooks/vars/tenant_spec.yml"
PREFIX = "datasource_connection_"

# Options that no role variable or playbook item has, with the reasons. Options of the fragment `auth` are left out as
# well: credentials come from the environment or from module_defaults.
NOT_IN_ITEMS = {
    "state": "one variable decides for all resources",
    "force": "belongs to state=restarted, which neither the role nor the playbook uses",
    "id": "selects one of several connections with one name, which neither the role nor the playbook creates",
    "wait": "the tasks decide, so that resources are created in parallel",
    "wait_timeout": "one variable for all resources",
    "wait_interval": "one variable for all resources",
}
EXACT = "a list that is set is exact"
# The same for the variables of the role that take the options of dli_enhanced_connection.
NOT_IN_ROLE = {
    "queues": "the variable lists queues with all their options instead of names",
    "ready_age": "each queue has its own",
    **dict.fromkeys(
        [
            *("purge_queues", "purge_elastic_resource_pools", "purge_hosts"),
            *("purge_routes", "purge_allowed_projects", "purge_tags"),
        ],
        EXACT,
    ),
}
# The variables of the role that are no options of dli_enhanced_connection.
ROLE_ONLY = {
    "state",
    "elastic_resource_pool",
    "delete_elastic_resource_pool",
    "queues",
    "test_addresses",
    "wait_timeout",
    "wait_interval",
}
# Attributes of options that differ.
DIFFERENT = {"resource_mode.choices": ([1], "only dedicated queues can be bound")}

ONLY_BINDINGS = ({"name", "queues", "elastic_resource_pools"}, "the task is about bindings only")
# By file and name of a task: the options that it hands on where these are few, with the reason.
ONLY: dict[tuple[str, str], tuple[set[str], str]] = {
    **{
        ("bind.yml", name): (
            {*ONLY_BINDINGS[0], "purge_queues", "purge_elastic_resource_pools", "ready_age"},
            ONLY_BINDINGS[1],
        )
        for name in ("Bind and unbind queues and pools", "Wait until all bindings are active")
    },
    ("absent.yml", "Stage bind: unbind queues and pools"): ONLY_BINDINGS,
}
# The variables that hold the options of an item in the tasks of the role.
SOURCES = (
    "__datasource_connection_object.options",
    "__datasource_connection_queue",
    "__datasource_connection_connection",
)


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def documentation(path: str) -> dict[str, Any]:
    """The DOCUMENTATION in a Python file."""
    [text] = [
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "DOCUMENTATION"
    ]
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def documented(module: str, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The options in the documentation of a module and in its fragments, except some of these."""
    page = documentation(f"plugins/modules/{module}.py")
    names = {name.rpartition(".")[2] for name in page["extends_documentation_fragment"]}
    fragments = [documentation(f"plugins/doc_fragments/{name}.py") for name in sorted(names - set(without))]
    return {name: option for each in (page, *fragments) for name, option in each.get("options", {}).items()}


def described(option: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an option, by the same keys in an argument spec and in documentation."""
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "choices": option.get("choices"),
        "required": option.get("required", False),
        "default": option.get("default"),
        "aliases": option.get("aliases", []),
    }


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any, str]]:
    """Each attribute that differs: its dotted name, the value found and a sentence about it."""
    for name in sorted(wanted.keys() - found.keys()):
        yield path + name, None, f"{path}{name} is missing"
    for name in sorted(found.keys() - wanted.keys()):
        yield path + name, None, f"{path}{name} is not an option of the module"
    for name in sorted(wanted.keys() & found.keys()):
        want, have = described(wanted[name]), described(found[name])
        for key in want:
            if want[key] != have[key]:
                yield f"{path}{name}.{key}", have[key], f"{path}{name}.{key} must be {want[key]!r}, got {have[key]!r}"
        inner = [each.get("suboptions", each.get("options")) or {} for each in (wanted[name], found[name])]
        yield from differences(*inner, path=f"{path}{name}.")


def item_options(module: str) -> dict[str, Any]:
    """The options that an item of the role or of the playbook has. Aliases are for tasks only."""
    options = documented(module, without=("auth", "attributes"))
    return {
        name: {key: value for key, value in option.items() if key != "aliases"}
        for name, option in options.items()
        if name not in NOT_IN_ITEMS
    }


def resolved(value: Any, role: Mapping[str, Any]) -> Any:
    """A part of the playbook's argument spec, in which templates refer to the spec of the role."""
    if isinstance(value, dict):
        return {key: resolved(inner, role) for key, inner in value.items()}
    if isinstance(value, str) and (path := re.fullmatch(r"{{ tenant_role\.([\w.]+) }}", value)):
        part: Any = role
        for key in path[1].split("."):
            part = part[key]
        return part
    return value


def role_options() -> dict[str, Any]:
    options: dict[str, Any] = load(ROLE_SPEC)["argument_specs"]["main"]["options"]
    return options


def tenant_options() -> dict[str, Any]:
    options: dict[str, Any] = resolved(load(TENANT_SPEC)["tenant_spec"], role_options())
    return options


class Place(NamedTuple):
    """Options in a file that repeat the options of a module."""

    where: str
    module: str
    options: dict[str, Any]
    omitted: Mapping[str, str] = {}


def places() -> list[Place]:
    role, tenant = role_options(), tenant_options()
    of_connection = {
        name.removeprefix(PREFIX): option for name, option in role.items() if name.removeprefix(PREFIX) not in ROLE_ONLY
    }
    return [
        *(
            Place(f"{ROLE_SPEC}: {PREFIX}{name}", module, role[f"{PREFIX}{name}"]["options"])
            for name, module in (("elastic_resource_pool", "dli_elastic_resource_pool"), ("queues", "dli_queue"))
        ),
        Place(f"{ROLE_SPEC}: {PREFIX}*", "dli_enhanced_connection", of_connection, NOT_IN_ROLE),
        *(
            Place(f"{TENANT_SPEC}: {name}", module, tenant[name]["options"])
            for name, module in (
                ("tenant_elastic_resource_pools", "dli_elastic_resource_pool"),
                ("tenant_queues", "dli_queue"),
                ("tenant_connections", "dli_enhanced_connection"),
            )
        ),
    ]


@pytest.mark.parametrize("module", MODULES)
def test_the_spec_of_a_module_is_as_documented(module: str) -> None:
    spec = dict(import_module(f"{PLUGINS}.modules.{module}").SPEC.options)
    found = [text for _key, _value, text in differences(documented(module, without=("attributes",)), spec)]
    assert found == [], f"SPEC in plugins/modules/{module}.py"


@pytest.mark.parametrize("place", places(), ids=lambda place: place.where.rpartition(" ")[2])
def test_an_argument_spec_has_the_options_of_the_module(place: Place) -> None:
    wanted = {name: option for name, option in item_options(place.module).items() if name not in place.omitted}
    found = [
        text
        for key, value, text in differences(wanted, place.options)
        if (key, value) not in [(known, allowed) for known, (allowed, _reason) in DIFFERENT.items()]
    ]
    assert found == [], f"{place.where} differs from {place.module}"


@pytest.mark.parametrize(("prefix", "options"), [(PREFIX, role_options()), ("tenant_", tenant_options())])
def test_the_variables_for_waiting_have_the_types_of_the_options(prefix: str, options: dict[str, Any]) -> None:
    module = documented("dli_queue")
    playbook = (ROOT / "playbooks/tenant.yml").read_text(encoding="utf-8")
    defaults = {
        **dict(re.findall(r"(tenant_wait_\w+) \| default\((\d+)\)", playbook)),
        **load("roles/datasource_connection/defaults/main.yml"),
    }
    for name in ("wait_timeout", "wait_interval"):
        assert options[prefix + name]["type"] == module[name]["type"]
        assert float(defaults[prefix + name]) == module[name]["default"], prefix + name


def test_the_readme_lists_the_environment_variables_of_each_option() -> None:
    variables = import_module(f"{PLUGINS}.module_utils._edge.options").ENVIRONMENT
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Authentication")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| (`.*?) \|", section, re.MULTILINE)
    named = [(re.findall(r"`(\w+)`", options), re.findall(r"`(\w+)`", names)) for options, names in rows]
    assert [option for options, _names in named for option in options] == list(variables)
    for options, names in named:
        assert names == [name for option in options for name in variables[option]], options


def test_no_intended_difference_is_outdated() -> None:
    nouns = ("dli_elastic_resource_pool", "dli_queue", "dli_enhanced_connection")
    known = {name for module in nouns for name in documented(module)}
    assert NOT_IN_ITEMS.keys() <= known
    assert NOT_IN_ROLE.keys() <= item_options("dli_enhanced_connection").keys()
    purging = {name for name in item_options("dli_enhanced_connection") if name.startswith("purge_")}
    assert {name for name, reason in NOT_IN_ROLE.items() if reason == EXACT} == purging
    seen = [key for place in places() for key, _value, _text in differences(item_options(place.module), place.options)]
    assert DIFFERENT.keys() <= set(seen)
    assert {(task.file, task.name) for task in tasks()} >= ONLY.keys()


class Task(NamedTuple):
    """A task of the role that runs a module of the collection."""

    file: str
    name: str
    module: str
    options: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def tasks_in(content: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for task in content:
        yield task
        for block in ("block", "rescue", "always"):
            yield from tasks_in(task.get(block, []))


def tasks() -> list[Task]:
    return [
        Task(file=path.name, name=task["name"], module=module.rpartition(".")[2], options=task[module] or {})
        for path in sorted((ROOT / "roles/datasource_connection/tasks").glob("*.yml"))
        for task in tasks_in(load(str(path.relative_to(ROOT))))
        for module in task
        if module.startswith("huaweicloud.dli.")
    ]


TASKS = tasks()
ENSURING = [task for task in TASKS if "name" in task.options and f"{task.module}_info" in MODULES]


def test_there_are_tasks_for_each_noun() -> None:
    assert len(ENSURING) >= 10
    assert len({task.module for task in ENSURING}) == 3


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_a_task_uses_options_that_its_module_has(task: Task) -> None:
    assert task.options.keys() <= documented(task.module).keys(), str(task)


@pytest.mark.parametrize("task", [task for task in ENSURING if "state" not in task.options], ids=str)
def test_a_task_passes_every_option(task: Task) -> None:
    key = (task.file, task.name)
    wanted = ONLY[key][0] if key in ONLY else item_options(task.module).keys()
    assert sorted(wanted - task.options.keys()) == [], f"{task} lacks these options"
    assert sorted(task.options.keys() - {*wanted, *NOT_IN_ITEMS}) == [], f"{task} does not need these options"
    # The lists that the stages of state=absent set are empty.
    strays = [] if task.file == "absent.yml" else [name for name in sorted(wanted) if not hands_on(task, name)]
    assert strays == [], f"{task} does not set these options from the item"


def hands_on(task: Task, name: str) -> bool:
    """Whether the value of an option comes from the option of that name in the item."""
    return any(
        re.search(rf"(?<!\w){re.escape(f'{source}.{name}')}(?!\w)", str(task.options[name])) for source in SOURCES
    )


@pytest.mark.parametrize("task", [task for task in ENSURING if task.options.get("wait") is not False], ids=str)
def test_a_task_that_may_wait_has_the_timeout_and_the_interval(task: Task) -> None:
    for name in ("wait_timeout", "wait_interval"):
        assert task.options.get(name) == f"{{{{ {PREFIX}{name} }}}}", f"{task}: {name}"


@pytest.mark.parametrize("prefix", ["datasource_connection", "tenant"])
def test_the_lookup_knows_every_variable(prefix: str) -> None:
    declaration = import_module(f"{PLUGINS}.plugin_utils._declaration")
    spec = role_options() if prefix == "datasource_connection" else tenant_options()
    known = declaration.ROLE if prefix == "datasource_connection" else (*declaration.LISTS, *declaration.WAITS)
    assert {f"{prefix}_{name}" for name in known} == spec.keys()


def playbook_spec(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = load(f"playbooks/vars/{name}_spec.yml")[f"{name}_spec"]
    return spec


@pytest.mark.parametrize("playbook", ["audit", "report"])
def test_the_lists_of_a_playbook_have_the_types_of_the_plan(playbook: str) -> None:
    # The module validates the items, so that the playbook needs no copy of their options.
    plan, spec = documented("dli_plan_info"), playbook_spec(playbook)
    for name in ("elastic_resource_pools", "queues", "connections"):
        for prefix in (playbook, "tenant"):
            found = described(spec[f"{prefix}_{name}"])
            assert found == described({**plan[name], "suboptions": None}), f"{prefix}_{name}"


def test_the_audit_and_the_filters_know_what_can_be_a_failure() -> None:
    plan, spec = documented("dli_plan_info"), playbook_spec("audit")
    junit = documentation("plugins/filter/plan_to_junit.py")["options"]["fail_on"]
    assert described(spec["audit_fail_on"]) == {**described(plan["fail_on"]), "default": None}
    assert described(spec["audit_undeclared"]) == {**described(plan["undeclared"]), "default": None}
    assert {**described(junit), "default": []} == described(plan["fail_on"])
    # By default, an undeclared object is no failure.
    assert junit["default"] == [each for each in plan["fail_on"]["choices"] if each != "undeclared"]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files in extensions/awx/config: accepted by the modules of awx.awx and by other rules of AWX."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._survey.answers import ANSWERS
from awx_files import AWX, ROOT, configuration, load

CONFIG = configuration()
MODULES = {
    "controller_credential_types": "credential_type",
    "controller_credentials": "credential",
    "controller_execution_environments": "execution_environment",
    "controller_hosts": "host",
    "controller_inventories": "inventory",
    "controller_inventory_sources": "inventory_source",
    "controller_notifications": "notification_template",
    "controller_projects": "project",
    "controller_schedules": "schedule",
    "controller_templates": "job_template",
    "controller_workflows": "workflow_job_template",
}
NODES = [
    {"workflow_job_template": workflow["name"], **node}
    for workflow in CONFIG["controller_workflows"]
    for node in workflow["simplified_workflow_nodes"]
]
TEMPLATES = {template["name"]: template for template in CONFIG["controller_templates"]}
SURVEYS = {
    each["name"]: each["survey_spec"]
    for each in [*CONFIG["controller_templates"], *CONFIG["controller_workflows"]]
    if each["survey_enabled"]
}
# The rules of AWX for files that it offers as playbooks.
PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):\s*?.*?$", re.M
)
NO_PLAYBOOKS = {"roles", "tasks", "group_vars", "host_vars"}


class Captured(Exception):
    pass


def validator(module: str, monkeypatch: pytest.MonkeyPatch) -> ArgumentSpecValidator:
    """A validator with the argument spec of a module of awx.awx."""
    code = importlib.import_module(f"ansible_collections.awx.awx.plugins.modules.{module}")

    def capture(argument_spec: dict[str, Any], **rules: Any) -> None:
        raise Captured(argument_spec, rules)

    monkeypatch.setattr(code, "ControllerAPIModule", capture)
    with pytest.raises(Captured) as captured:
        code.main()
    spec, rules = captured.value.args
    return ArgumentSpecValidator(
        spec, **{name: rules[name] for name in ("mutually_exclusive", "required_if") if name in rules}
    )


def playbooks_in(folder: Path) -> set[str]:
    """The files that AWX offers as playbooks of a project."""
    paths = [path.relative_to(folder) for path in folder.rglob("*.y*ml")]
    return {
        str(path)
        for path in paths
        if not NO_PLAYBOOKS & set(path.parts) and PLAYBOOK.search((folder / path).read_text(encoding="utf-8"))
    }


PLAYBOOKS = playbooks_in(AWX / "project")


def test_every_list_has_a_module() -> None:
    assert {name for name in CONFIG if name.startswith("controller_")} == set(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_the_module_accepts_every_item(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check = validator(MODULES[name], monkeypatch)
    assert CONFIG[name]
    for item in CONFIG[name]:
        options = {key: value for key, value in item.items() if key != "simplified_workflow_nodes"}
        assert check.validate(options).error_messages == []


@pytest.mark.parametrize("node", NODES, ids=lambda node: node["identifier"])
def test_the_module_accepts_every_node(node: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert validator("workflow_job_template_node", monkeypatch).validate(node).error_messages == []


@pytest.mark.parametrize("name", MODULES)
def test_the_playbook_installs_every_key_of_an_item(name: str) -> None:
    """A key that only one of the two consumers applies would make different templates."""
    tasks = [*load("playbooks/tasks/awx_present.yml"), *load("playbooks/tasks/awx_templates.yml")]
    [task] = [task for task in tasks if task.get("loop") == f"{{{{ {name} }}}}" and f"awx.awx.{MODULES[name]}" in task]
    installed = set(task[f"awx.awx.{MODULES[name]}"])
    assert {key for item in CONFIG[name] for key in item} - {"simplified_workflow_nodes"} == installed


def test_without_a_url_there_are_no_notifications() -> None:
    config = configuration(awx_webhook_url="")
    assert config["controller_notifications"] == []
    used = {name for each in config["controller_templates"] for name in each["notification_templates_error"]}
    assert used == set()
    assert config["controller_workflows"][0]["notification_templates_approvals"] == []


def test_what_writes_does_not_run_twice_at_once() -> None:
    alone = [name for name, template in TEMPLATES.items() if not template["allow_simultaneous"]]
    assert alone == ["DLI apply", "DLI teardown"]
    assert not any(workflow["allow_simultaneous"] for workflow in CONFIG["controller_workflows"])


def test_references_name_objects_of_the_same_files() -> None:
    names = {kind: {item["name"] for item in items} for kind, items in CONFIG.items() if kind in MODULES}
    for template in CONFIG["controller_templates"]:
        assert template["project"] in names["controller_projects"]
        assert template["inventory"] in names["controller_inventories"]
        assert template["execution_environment"] in names["controller_execution_environments"]
        assert set(template["credentials"]) <= names["controller_credentials"]
        assert set(template["notification_templates_error"]) <= names["controller_notifications"]
    assert {each["unified_job_template"] for each in CONFIG["controller_schedules"]} <= set(TEMPLATES)
    assert {each["credential_type"] for each in CONFIG["controller_credentials"]} <= names[
        "controller_credential_types"
    ]


def test_the_workflow_checks_waits_applies_and_verifies_and_audits_failures() -> None:
    nodes = {node["identifier"]: node for node in NODES}
    links = {name: (node.get("success_nodes", []), node.get("failure_nodes", [])) for name, node in nodes.items()}
    assert links == {
        "check": (["approval"], []),
        "approval": (["apply"], []),
        "apply": (["verify"], ["audit"]),
        "verify": ([], ["audit"]),
        "audit": ([], []),
    }
    used = {node["unified_job_template"] for node in NODES if "unified_job_template" in node}
    assert used == {"DLI check", "DLI apply", "DLI verify", "DLI audit"}
    # A prompt is ignored unless the template asks for it.
    assert all(
        TEMPLATES[node["unified_job_template"]]["ask_inventory_on_launch"] for node in NODES if "inventory" in node
    )


def test_templates_run_playbooks_of_the_project_which_run_playbooks_of_the_collection() -> None:
    assert {template["playbook"] for template in TEMPLATES.values()} == PLAYBOOKS
    for name in PLAYBOOKS:
        [imported] = [play["ansible.builtin.import_playbook"] for play in load(AWX / "project" / name) if len(play) < 4]
        assert (ROOT / "playbooks" / f"{imported.removeprefix('huaweicloud.dli.')}.yml").is_file()


def test_awx_offers_no_other_file_of_the_collection_as_a_playbook() -> None:
    # Where the repository of the collection itself is the project.
    assert playbooks_in(ROOT / "playbooks") == {path.name for path in (ROOT / "playbooks").glob("*.yml")}


def test_modes_of_the_templates() -> None:
    modes = {name: (each["job_type"], each["diff_mode"], each["job_tags"]) for name, each in TEMPLATES.items()}
    assert modes["DLI check"] == ("check", True, "")
    assert modes["DLI verify"] == ("run", False, "verify")
    assert modes["DLI export"] == ("run", True, "")


@pytest.mark.parametrize("name", SURVEYS)
def test_awx_accepts_the_survey(name: str) -> None:
    types = {"text": str, "textarea": str, "integer": int, "multiplechoice": str}
    survey = SURVEYS[name]
    assert survey["name"]
    assert survey["description"]
    for question in survey["spec"]:
        assert question["question_name"]
        assert isinstance(question["required"], bool)
        assert question["default"] == "" or isinstance(question["default"], types[question["type"]])
        if question["type"] == "multiplechoice":
            assert all(isinstance(choice, str) for choice in question["choices"])
            assert question["default"] in ("", *question["choices"])
        else:
            assert 0 <= question["min"] < question["max"]
    variables = [question["variable"] for question in survey["spec"]]
    assert len(variables) == len(set(variables))


def answers() -> set[str]:
    """The names in the comment of the playbook connect, which documents them."""
    text = (ROOT / "playbooks/connect.yml").read_text(encoding="utf-8").partition("- name:")[0]
    return {name for line in re.findall(r"^# (dli_\w+(?:, dli_\w+)*):", text, re.M) for name in line.split(", ")}


def test_questions_are_documented_variables_of_the_playbook() -> None:
    asked = {question["variable"] for survey in SURVEYS.values() for question in survey["spec"]}
    # The wrapper of DLI teardown sets the state, and that of DLI report reads the directory.
    assert asked - {"dli_report_directory"} == answers() - {"dli_state"}
    assert {f"dli_{name}" for name in ANSWERS} == answers()


def test_a_deletion_requires_a_typed_confirmation() -> None:
    [question] = [each for each in SURVEYS["DLI teardown"]["spec"] if each["variable"] == "dli_confirm"]
    assert question["required"]
    assert question["type"] == "text"
    assert yaml.safe_load((AWX / "project/teardown.yml").read_text())[0]["vars"] == {"dli_state": "absent"}


def test_the_schedule_is_daily() -> None:
    [schedule] = CONFIG["controller_schedules"]
    assert re.fullmatch(r"DTSTART;TZID=[\w/]+:\d{8}T\d{6} RRULE:FREQ=DAILY;INTERVAL=1", schedule["rrule"])

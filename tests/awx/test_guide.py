# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide for AWX names what the files contain; so does the rulebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml
from awx_files import ROOT, configuration

GUIDE = (ROOT / "docs/docsite/rst/guide_awx.rst").read_text(encoding="utf-8")
CONFIG = configuration()


def blocks(language: str) -> Iterator[str]:
    """The code blocks of a language, without their indentation."""
    for block in re.finditer(rf"^( *)\.\. code-block:: {language}\n\n((?:\1 +.*\n|\n)+)", GUIDE, re.MULTILINE):
        yield dedent(block[2])


def rows(header: str) -> list[list[str]]:
    """The cells of a table, whose first cell is ``header``."""
    table = GUIDE.partition(f"  * - {header}\n")[2].partition("\n\n")[0]
    return [re.split(r"\n    - ", row.strip()) for row in table.split("\n  * - ")[1:]]


def loaded() -> list[Any]:
    return [yaml.safe_load(block) for block in blocks("yaml")]


def test_the_table_has_every_job_template_with_its_playbook_and_inventory() -> None:
    named = [[cell.strip("`") for cell in cells[:3]] for cells in rows("Job template")]
    assert named == [[each["name"], each["playbook"], each["inventory"]] for each in CONFIG["controller_templates"]]


def test_the_survey_table_has_every_question() -> None:
    questions = [each["variable"] for each in CONFIG["controller_templates"][0]["survey_spec"]["spec"]]
    assert re.findall(r"``(dli_\w+)``", "\n".join(cells[0] for cells in rows("Variable"))) == questions


def test_the_credential_type_is_that_of_the_file() -> None:
    kind = CONFIG["controller_credential_types"][0]
    fields = [{key: each[key] for key in each if key != "help_text"} for each in kind["inputs"]["fields"]]
    assert {**kind["inputs"], "fields": fields} in loaded()
    assert kind["injectors"] in loaded()


def test_the_variables_of_localhost_are_those_of_the_file() -> None:
    [host] = CONFIG["controller_hosts"]
    assert host["variables"] in loaded()


def test_the_example_of_a_tenant_is_that_of_the_project() -> None:
    example = yaml.safe_load((ROOT / "extensions/awx/project/inventory/host_vars/sales.yml").read_text())
    [shown] = [block for block in loaded() if isinstance(block, dict) and "dli_auth" in block]
    assert shown["dli_auth"] == example["dli_auth"]


def test_the_rulebook_launches_a_template_and_takes_the_variables_of_the_guide() -> None:
    path = ROOT / "extensions/eda/rulebooks/alarm.yml"
    [ruleset] = yaml.safe_load(path.read_text(encoding="utf-8"))
    actions = [rule["action"] for rule in ruleset["rules"]]
    launched = [action["run_job_template"]["name"] for action in actions if "run_job_template" in action]
    assert launched == ["DLI audit"]
    assert set(launched) <= {each["name"] for each in CONFIG["controller_templates"]}
    used = set(re.findall(r"\bdli_\w+", str(ruleset)))
    assert used == set(re.findall(r"^# (dli_\w+):", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert dict.fromkeys(used) == dict.fromkeys(next(each for each in loaded() if "dli_topic_urn" in each))


def test_files_that_the_guide_names_exist() -> None:
    names = re.findall(r"``(extensions/[\w./]+)``", GUIDE)
    assert names
    assert [name for name in names if not Path(ROOT, name).exists()] == []

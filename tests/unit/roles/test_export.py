# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook export declares its variables and reads everything that the info modules can read."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


SPEC = load("playbooks/vars/export_spec.yml")["export_spec"]
[PLAY] = load("playbooks/export.yml")
READ = {
    option.removeprefix("with_"): value
    for task in PLAY["tasks"]
    for name, options in task.items()
    if name.startswith("huaweicloud.dli.")
    for option, value in options.items()
}


def test_every_variable_is_typed_and_all_but_the_file_are_optional():
    assert {name for name, option in SPEC.items() if option.get("required")} == {"export_file"}
    used = set(
        re.findall(r"\bexport_(?:file|details|exact)\b", (ROOT / "playbooks/export.yml").read_text(encoding="utf-8"))
    )
    assert used == SPEC.keys()


def test_a_detail_is_read_where_the_variable_names_it():
    spec = load("playbooks/vars/export_spec.yml")
    details = SPEC["export_details"]["choices"]
    assert spec["__export_details"] == "{{ export_details | default(export_spec.export_details.choices) }}"
    wanted = {name: f"{{{{ '{name}' in __export_details }}}}" for name in details}
    assert wanted == READ


def test_every_detail_of_the_info_modules_can_be_read():
    modules = ("dli_elastic_resource_pool_info", "dli_queue_info", "dli_enhanced_connection_info")
    texts = [(ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8") for module in modules]
    named = {word for text in texts for word in text.split('"') if word.startswith("with_")}
    # The policies come with the queues.
    assert {name.removeprefix("with_") for name in named} - {"queues"} == set(READ)

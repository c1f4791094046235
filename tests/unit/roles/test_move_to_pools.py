# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook move_to_pools declares its variables, has the options of its filter, and only reads the project."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
SPEC = yaml.safe_load((ROOT / "playbooks/vars/move_spec.yml").read_text(encoding="utf-8"))["move_spec"]
[PLAY] = yaml.safe_load((ROOT / "playbooks/move_to_pools.yml").read_text(encoding="utf-8"))
# Variables that are no options of the filter.
OTHERS = {"move_directory", "dli_auth"}


def filter_options():
    tree = ast.parse((ROOT / "plugins/filter/move_proposal.py").read_text(encoding="utf-8"))
    [text] = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"
    ]
    options = yaml.safe_load(ast.literal_eval(text))["options"]
    return {f"move_{name}": option for name, option in options.items() if name != "_input"}


def test_the_variables_are_the_options_of_the_filter_with_the_same_defaults():
    options = filter_options()
    assert SPEC.keys() - OTHERS == options.keys()
    # Not variables of the play, which would hide those of the hosts.
    defaults = re.findall(r"(\w+)=(move_\w+) \| default\((.+?)\)", (ROOT / "playbooks/move_to_pools.yml").read_text())
    assert {
        variable: yaml.safe_load(default) for name, variable, default in defaults if variable == f"move_{name}"
    } == {name: option["default"] for name, option in options.items()}
    for name, option in options.items():
        assert {key: option.get(key) for key in ("type", "elements", "choices")} == {
            key: SPEC[name].get(key) for key in ("type", "elements", "choices")
        }


def test_the_playbook_only_reads_the_project():
    modules = {name for task in PLAY["tasks"] for name in task if name.startswith("huaweicloud.dli.")}
    assert modules == {
        f"huaweicloud.dli.dli_{noun}_info" for noun in ("elastic_resource_pool", "queue", "enhanced_connection", "plan")
    }

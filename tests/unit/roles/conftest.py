# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules say of their options, for those that pass them on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
DECIDED = {"state", "force", "wait", "wait_timeout", "wait_interval"}


def _documentation(path):
    """The documentation in a Python file, as data."""
    [text] = [
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "DOCUMENTATION"
    ]
    return yaml.safe_load(text)


def _types(options):
    """Names and types alone, also of the options of options."""
    return {
        name: {
            **{key: option[key] for key in ("type", "elements", "choices", "required", "default") if key in option},
            "options": _types(option.get("options") or option.get("suboptions") or {}),
        }
        for name, option in options.items()
    }


def _documented(module):
    documented = _documentation(f"plugins/modules/{module}.py")
    fragments = {name.rpartition(".")[2] for name in documented["extends_documentation_fragment"]}
    options = dict(documented["options"])
    for name in fragments - {"auth", "attributes"}:
        options |= _documentation(f"plugins/doc_fragments/{name}.py")["options"]
    return _types({name: option for name, option in options.items() if name not in DECIDED})


@pytest.fixture
def documented():
    """documented("dli_queue") gives the options in the documentation of a module and in its fragments by their types.

    Those that are about the service, or decided by the role or playbook for all things, are left out.
    """
    return _documented


@pytest.fixture
def types():
    """types(options) gives names and types alone, also of the options of options."""
    return _types

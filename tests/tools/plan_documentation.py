# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the options of the items of dli_plan_info into its documentation, from that of the three modules.

    python tests/tools/plan_documentation.py

``tests/unit/plugins/modules/test_dli_plan_info.py`` compares the file with what this program would write.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import yaml

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PAGE = PLUGINS / "modules/dli_plan_info.py"
BEGIN = "  # The items, written by tests/tools/plan_documentation.py from the documentation of their modules:\n"
END = "  # End of the items.\n"
INTRODUCTION = (
    "If the list is not given, objects of this kind are not compared. An empty list declares that there are none."
)
LISTS = {
    "elastic_resource_pools": ("dli_elastic_resource_pool", "Elastic resource pools."),
    "queues": ("dli_queue", "Queues."),
    "connections": ("dli_enhanced_connection", "Enhanced datasource connections."),
}
FRAGMENTS = {"huaweicloud.dli.tags": "tags", "huaweicloud.dli.ready": "ready"}
# The options that items do not have.
LEFT_OUT = {"state", "force", "wait_only"}
# Sentences that are not true for items, and those in their place.
REPLACED = {"An empty string removes the description.": "An empty string counts as not given."}


def documentation(path: Path) -> dict[str, Any]:
    """The DOCUMENTATION in a Python file."""
    [text] = [
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "DOCUMENTATION"
    ]
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def item_options(module: str) -> dict[str, Any]:
    page = documentation(PLUGINS / f"modules/{module}.py")
    options: dict[str, Any] = page["options"]
    for name, file in FRAGMENTS.items():
        if name in page["extends_documentation_fragment"]:
            options |= documentation(PLUGINS / f"doc_fragments/{file}.py")["options"]
    return {name: option for name, option in options.items() if name not in LEFT_OUT}


def located(value: Any, module: str, option: str, names: set[str]) -> Any:
    """The texts of an option with references that are valid in the list: to its items, or to the module."""
    if isinstance(value, dict):
        return {key: located(each, module, option, names) for key, each in value.items()}
    if isinstance(value, list):
        return [located(each, module, option, names) for each in value]
    if not isinstance(value, str):
        return value

    def reference(match: re.Match[str]) -> str:
        kind, target = match.groups()
        name = re.split(r"[.=\[]", target)[0]
        if kind == "O" and name in names:
            return f"O({option}[].{target})"
        if kind == "RV":
            return f"C({target})"
        return f"{kind}(huaweicloud.dli.{module}#module:{target})"

    for sentence, other in REPLACED.items():
        value = value.replace(sentence, other)
    return re.sub(r"\b(O|RV)\(([^)#]*)\)", reference, value)


def block() -> str:
    """The part of the documentation between the two comments."""
    lists = {}
    for option, (module, description) in LISTS.items():
        items = item_options(module)
        lists[option] = {
            "description": [
                f"{description} Each item has the options of M(huaweicloud.dli.{module}), except those that "
                "control waiting.",
                INTRODUCTION,
            ],
            "type": "list",
            "elements": "dict",
            "suboptions": located(items, module, option, set(items)),
        }
    text = yaml.safe_dump(lists, sort_keys=False, width=110, allow_unicode=True)
    return "".join(f"  {line}\n" for line in text.splitlines())


def updated(page: str) -> str:
    """The source of the module with the current options."""
    before, rest = page.split(BEGIN)
    _old, after = rest.split(END)
    return f"{before}{BEGIN}{block()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's promises to itself: what must agree although it is written in two places."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.huaweicloud.dli.plugins"

HEADER = """\
# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""

# An action plugin, all of it: what it does is in the module and in plugins/plugin_utils.
ACTION_PLUGIN = """
from __future__ import annotations

from ..modules.{module} import SPEC
from ..plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
"""


def python_files(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
    )


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def constant(path: Path, name: str) -> Any:
    """The value of a constant, without running the file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            return ast.literal_eval(node.value)
    raise AssertionError(f"{shown(path)} has no constant {name}")


def imported(path: Path) -> set[str]:
    """The dotted names of everything that a file imports, also where only a type checker looks."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # Relative imports as if they were written out.
            here = [*PACKAGE.split("."), *path.relative_to(PLUGINS).parent.parts] if node.level else []
            here = here[: len(here) - node.level + 1]
            start = ".".join([*here, *([node.module] if node.module else [])])
            names |= {f"{start}.{alias.name}" for alias in node.names}
    return names


MODULES = [path for path in python_files("plugins/modules") if path.stem != "__init__"]
MODULE_UTILS = [path for path in python_files("plugins/module_utils") if path.stem != "__init__"]
PLUGIN_UTILS = [path for path in python_files("plugins/plugin_utils") if path.stem != "__init__"]
ACTIONS = [path for path in python_files("plugins/action") if path.stem != "__init__"]
# Not tests/output, where ansible-test keeps virtual environments.
FOLDERS = ["plugins", "roles", "extensions", *(shown(path) for path in ROOT.glob("tests/*") if path.name != "output")]
SOURCES = [path for path in python_files(*FOLDERS) if path.stat().st_size]


@pytest.mark.skipif(not MODULES, reason="there are no modules yet")
def test_the_action_group_has_every_module_and_nothing_else() -> None:
    groups = load("meta/runtime.yml")["action_groups"]
    assert groups == {"dli": sorted(module.stem for module in MODULES)}


def test_the_version_is_the_same_everywhere() -> None:
    assert constant(PLUGINS / "module_utils/_core/version.py", "VERSION") == load("galaxy.yml")["version"]


def things_to_list() -> list[str]:
    roles = [path.name for path in ROOT.glob("roles/*") if path.is_dir()]
    playbooks = [path.name for path in ROOT.glob("playbooks/*.y*ml")]
    return sorted([module.stem for module in MODULES] + roles + playbooks)


@pytest.mark.parametrize("name", things_to_list())
def test_the_readme_lists_everything(name: str) -> None:
    content = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Content")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(?:huaweicloud\.dli\.)?([\w.]+)`", content))
    assert {name, name.rpartition(".")[0]} & named, f"README.md does not have `{name}` under Content"


@pytest.mark.parametrize("path", python_files("plugins"), ids=shown)
def test_a_file_can_be_loaded_where_requests_is_missing(path: Path) -> None:
    # Action plugins load all of them, and are to say what is missing.
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert not {name.partition(".")[0] for name in names} & {"requests", "urllib3"}


@pytest.mark.parametrize("path", python_files("plugins"), ids=shown)
def test_nothing_sets_variables_but_who_takes_them_back(path: Path) -> None:
    changed = re.findall(r"os\.environ(?:\[[^]]*\] = |\.(?!get\()\w+)|os\.putenv", path.read_text(encoding="utf-8"))
    assert not changed or path.name == "_in_process.py"


@pytest.mark.parametrize("path", MODULE_UTILS, ids=shown)
def test_what_modules_share_knows_no_other_plugins(path: Path) -> None:
    beyond = {name for name in imported(path) if name.startswith("ansible_collections.")}
    assert all(name.startswith(f"{PACKAGE}.module_utils") for name in beyond), sorted(beyond)


@pytest.mark.parametrize("path", PLUGIN_UTILS, ids=shown)
def test_what_action_plugins_share_knows_what_modules_share_and_no_module(path: Path) -> None:
    beyond = {name for name in imported(path) if name.startswith("ansible_collections.")}
    assert all(name.startswith((f"{PACKAGE}.module_utils", f"{PACKAGE}.plugin_utils")) for name in beyond)
    # AnsibleModule ends the process that it is in.
    assert f"{PACKAGE}.module_utils._edge.module" not in {name.rpartition(".")[0] for name in imported(path)}
    assert "ansible.module_utils.basic.AnsibleModule" not in imported(path)


def test_every_module_has_an_action_plugin() -> None:
    assert [path.stem for path in ACTIONS] == [path.stem for path in MODULES]


@pytest.mark.parametrize("path", ACTIONS, ids=shown)
def test_an_action_plugin_is_nothing_but_the_spec_of_its_module(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == HEADER + ACTION_PLUGIN.format(module=path.stem)


@pytest.mark.parametrize("path", python_files("plugins"), ids=shown)
def test_the_collection_does_not_know_its_simulator(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] == "dli_simulator"}


@pytest.mark.parametrize("module", MODULES, ids=shown)
def test_every_module_has_an_integration_target(module: Path) -> None:
    assert (ROOT / "tests/integration/targets" / module.stem).is_dir()


@pytest.mark.parametrize("module", MODULES, ids=shown)
def test_every_module_documents_its_attributes(module: Path) -> None:
    documentation = yaml.safe_load(constant(module, "DOCUMENTATION"))
    fragments = documentation.get("extends_documentation_fragment", [])
    fragments = [fragments] if isinstance(fragments, str) else fragments
    shared = any(name.startswith("huaweicloud.dli.attributes") for name in fragments)
    assert shared or {"check_mode", "diff_mode"} <= documentation.get("attributes", {}).keys()


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_every_source_file_starts_with_its_licence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shebang = text.partition("\n")[0] + "\n" if text.startswith("#!") else ""
    assert text.removeprefix(shebang).lstrip("\n").startswith(HEADER)


@pytest.mark.parametrize(
    "folder", [".", *sorted(path.name for path in ROOT.iterdir() if path.name[0] != "." and path.is_dir())]
)
def test_no_merge_was_left_half_done(folder: str) -> None:
    texts = (ROOT / folder).glob("*.*") if folder == "." else (ROOT / folder).rglob("*.*")
    found = [
        shown(path)
        for path in texts
        if path.suffix in (".md", ".rst", ".yml")
        and re.search(r"^(<{7}|>{7}) ", path.read_text(encoding="utf-8"), re.M)
    ]
    assert found == []


@pytest.mark.parametrize("path", [path for path in python_files("tests/unit") if path.stem == "__init__"], ids=shown)
def test_packages_of_tests_are_empty(path: Path) -> None:
    assert not ast.parse(path.read_text(encoding="utf-8")).body


def required(path: str) -> set[str]:
    """The names of the packages in a list of requirements, versions left aside."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[\w.-]+", line) for line in lines if not line.startswith("-"))
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize("kind", ["unit", "integration"])
@pytest.mark.parametrize("source", ["requirements.txt", "tests/simulator/requirements.txt"])
def test_ansible_test_installs_what_the_tests_need(kind: str, source: str) -> None:
    if not (ROOT / source).exists():
        pytest.skip(f"there is no {source} yet")
    assert required(source) <= required(f"tests/{kind}/requirements.txt")

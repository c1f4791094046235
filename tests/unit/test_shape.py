# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Places in the collection that must agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

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
    """The dotted names of everything that a file imports, including imports for type checkers only."""
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
PLUGIN_FILES = python_files("plugins")
SOURCES = [path for path in python_files(*FOLDERS) if path.stat().st_size]


def expect_none(offenders: list[str], hint: str = "") -> None:
    """Fail with the complete list, which pytest would shorten in a comparison."""
    assert not offenders, "\n".join(filter(None, [hint, *offenders]))


def imports_of_the_collection(path: Path) -> set[str]:
    return {name for name in imported(path) if name.startswith("ansible_collections.")}


def test_the_lists_of_files_are_not_empty() -> None:
    # The tests below loop over these lists, and a loop over nothing passes.
    assert MODULES
    assert MODULE_UTILS
    assert PLUGIN_UTILS
    assert ACTIONS
    assert len(SOURCES) > len(PLUGIN_FILES) > len(MODULES + MODULE_UTILS + PLUGIN_UTILS + ACTIONS)


def test_the_action_group_has_every_module_and_nothing_else() -> None:
    groups = load("meta/runtime.yml")["action_groups"]
    names = sorted(module.stem for module in MODULES)
    # The modules with tags to set and waits manage resources; a group default must suit every module of its group.
    fragments = {
        module.stem: yaml.safe_load(constant(module, "DOCUMENTATION"))["extends_documentation_fragment"]
        for module in MODULES
    }
    managing = [name for name in names if {"huaweicloud.dli.wait", "huaweicloud.dli.tags"} <= set(fragments[name])]
    assert groups == {"dli": names, "dli_resources": managing}


def test_the_version_is_the_same_everywhere() -> None:
    assert constant(PLUGINS / "module_utils/_core/version.py", "VERSION") == load("galaxy.yml")["version"]


def test_the_readme_lists_every_module_role_and_playbook() -> None:
    content = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Content")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(?:huaweicloud\.dli\.)?([\w.]+)`", content))
    names = [
        *(module.stem for module in MODULES),
        *(path.name for path in ROOT.glob("roles/*") if path.is_dir()),
        *(path.name for path in ROOT.glob("playbooks/*.y*ml")),
    ]
    missing = sorted(name for name in names if not {name, name.rpartition(".")[0]} & listed)
    expect_none(missing, "not listed in README.md under Content")


def test_a_file_can_be_loaded_where_requests_is_missing() -> None:
    # Action plugins load every file and then report what is missing.
    offenders = []
    for path in PLUGIN_FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            offenders += [
                f"{shown(path)} imports {name}" for name in names if name.partition(".")[0] in ("requests", "urllib3")
            ]
    expect_none(offenders)


def test_a_filter_imports_its_code_only_when_it_is_used() -> None:
    # To find one filter of a collection, Ansible loads all, again in each task of each host.
    light = {"_spelling"}
    offenders = [
        f"{shown(path)} imports {node.module}"
        for path in python_files("plugins/filter")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.level and {alias.name for alias in node.names} - light
    ]
    expect_none(offenders, "import it in the function")


def test_only_the_action_plugin_sets_environment_variables() -> None:
    # It restores them.
    change = re.compile(r"os\.environ(?:\[[^]]*\] = |\.(?!get\()\w+)|os\.putenv")
    found = [path for path in PLUGIN_FILES if change.search(path.read_text(encoding="utf-8"))]
    expect_none([shown(path) for path in found if path.name != "_environment.py"])


def test_module_utils_import_no_other_plugins() -> None:
    offenders = [
        f"{shown(path)} imports {name}"
        for path in MODULE_UTILS
        for name in sorted(imports_of_the_collection(path))
        if not name.startswith(f"{PACKAGE}.module_utils")
    ]
    expect_none(offenders)


def test_plugin_utils_import_module_utils_and_no_module() -> None:
    offenders = []
    for path in PLUGIN_UTILS:
        beyond = {
            name
            for name in imports_of_the_collection(path)
            if not name.startswith((f"{PACKAGE}.module_utils", f"{PACKAGE}.plugin_utils"))
        }
        # AnsibleModule ends the process that it is in.
        ends_the_process = {
            name
            for name in imported(path)
            if name.startswith(f"{PACKAGE}.module_utils._edge.module.")
            or name == "ansible.module_utils.basic.AnsibleModule"
        }
        offenders += [f"{shown(path)} imports {name}" for name in sorted(beyond | ends_the_process)]
    expect_none(offenders)


def test_every_module_has_an_action_plugin() -> None:
    assert [path.stem for path in ACTIONS] == [path.stem for path in MODULES]


def test_an_action_plugin_contains_only_the_spec_of_its_module() -> None:
    offenders = [
        shown(path)
        for path in ACTIONS
        if path.read_text(encoding="utf-8") != HEADER + ACTION_PLUGIN.format(module=path.stem)
    ]
    expect_none(offenders, "compare with HEADER + ACTION_PLUGIN in this file")


def test_the_collection_does_not_import_its_simulator() -> None:
    offenders = [
        shown(path) for path in PLUGIN_FILES if any(name.split(".")[0] == "dli_simulator" for name in imported(path))
    ]
    expect_none(offenders)


def test_every_module_has_an_integration_target() -> None:
    targets = ROOT / "tests/integration/targets"
    expect_none([module.stem for module in MODULES if not (targets / module.stem).is_dir()])


def test_every_module_documents_its_attributes() -> None:
    offenders = []
    for module in MODULES:
        documentation = yaml.safe_load(constant(module, "DOCUMENTATION"))
        fragments = documentation.get("extends_documentation_fragment", [])
        fragments = [fragments] if isinstance(fragments, str) else fragments
        shared = any(name.startswith("huaweicloud.dli.attributes") for name in fragments)
        if not shared and not {"check_mode", "diff_mode"} <= documentation.get("attributes", {}).keys():
            offenders.append(shown(module))
    expect_none(offenders)


def test_every_source_file_starts_with_its_licence() -> None:
    offenders = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        shebang = text.partition("\n")[0] + "\n" if text.startswith("#!") else ""
        if not text.removeprefix(shebang).lstrip("\n").startswith(HEADER):
            offenders.append(shown(path))
    expect_none(offenders)


def test_no_file_contains_conflict_markers() -> None:
    texts = [*ROOT.glob("*.*")]
    for folder in ROOT.iterdir():
        if folder.name[0] != "." and folder.is_dir():
            texts += folder.rglob("*.*")
    offenders = [
        shown(path)
        for path in texts
        if path.suffix in (".md", ".rst", ".yml")
        and re.search(r"^(<{7}|>{7}) ", path.read_text(encoding="utf-8"), re.M)
    ]
    expect_none(offenders)


def test_packages_of_tests_are_empty() -> None:
    packages = [path for path in python_files("tests/unit") if path.stem == "__init__"]
    expect_none([shown(path) for path in packages if ast.parse(path.read_text(encoding="utf-8")).body])


def required(path: str) -> set[str]:
    """The names of the packages in a list of requirements, without versions."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[\w.-]+", line) for line in lines if not line.startswith("-"))
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


def test_ansible_test_installs_what_the_tests_need() -> None:
    missing = [
        f"tests/{kind}/requirements.txt lacks {name} of {source}"
        for kind in ("unit", "integration")
        for source in ("requirements.txt", "tests/simulator/requirements.txt")
        for name in sorted(required(source) - required(f"tests/{kind}/requirements.txt"))
    ]
    expect_none(missing)

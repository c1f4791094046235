# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wings, the sub-packages of plugins/module_utils: imports point to the left, as drawn in docs/architecture.md."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

ORDER = [
    *("_core", "_wait", "_http", "_identity", "_api", "_aspect"),
    *("_security_group", "_pool", "_queue", "_diagnosis", "_connection", "_connectivity", "_plan", "_edge"),
]
ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "plugins/module_utils"
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def imports(path: Path) -> set[Path]:
    """The files of module_utils that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            found |= {folder / f"{alias.name}.py" for alias in node.names} | {folder.with_suffix(".py")}
    return {file for file in found if file.is_file()}


FILES = {path: imports(path) for path in ROOM.rglob("*.py")}


def test_a_wing_imports_only_the_wings_before_it() -> None:
    assert sorted(ORDER) == sorted(path.name for path in ROOM.iterdir() if path.is_dir() and path.name != "__pycache__")
    wrong = [
        f"{file.relative_to(ROOM)} imports {other.relative_to(ROOM)}"
        for file, others in FILES.items()
        for other in others
        if ORDER.index(other.parent.name) > ORDER.index(file.parent.name)
    ]
    assert wrong == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    TopologicalSorter(FILES).prepare()  # raises CycleError, which names the files


def test_all_files_are_in_wings() -> None:
    assert not list(ROOM.glob("*.py"))
    assert not [str(path) for path in ROOM.rglob("__init__.py") if path.stat().st_size]


def wings() -> dict[str, set[str]]:
    """For each wing, the other wings that it imports."""
    return {
        wing: {other.parent.name for file, others in FILES.items() if file.parent.name == wing for other in others}
        - {wing}
        for wing in ORDER
    }


def reachable(wing: str, imports_of: dict[str, set[str]]) -> set[str]:
    """The wings that a wing imports, by way of others as well."""
    return imports_of[wing].union(*(reachable(other, imports_of) for other in imports_of[wing]))


def test_the_page_lists_the_wings_in_their_order() -> None:
    assert re.findall(r"`(_\w+)`(?: <|$)", PAGE, re.MULTILINE) == ORDER


def test_the_picture_shows_exactly_the_imports_between_wings() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    drawn = re.findall(r"^ *(\w+)(?:\[.*?\])? --> (\w+)", picture, re.MULTILINE)
    imports_of = wings()
    # An arrow is left out where another path leads to the same wing.
    needed = {
        (wing, other)
        for wing, others in imports_of.items()
        for other in others
        if not any(other in reachable(between, imports_of) for between in others)
    }
    assert sorted(drawn) == sorted(needed)


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`([\w.]+(?:/[\w.]+)+)`", PAGE)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert len(named) > 30

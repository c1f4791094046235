# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of the wings, the sub-packages of plugins/module_utils: imports point from right to left."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ORDER = [
    *("_core", "_wait", "_http", "_identity", "_api", "_aspect"),
    *("_pool", "_queue", "_connection", "_connectivity", "_edge"),
]
ROOM = Path(__file__).resolve().parents[2] / "plugins/module_utils"


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


def test_nothing_stands_outside_of_the_wings() -> None:
    assert not list(ROOM.glob("*.py"))
    assert not [str(path) for path in ROOM.rglob("__init__.py") if path.stat().st_size]

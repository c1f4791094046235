# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the results into the documents. The text between the markers is generated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .report import summary, tables
from .results import Results

BEGIN, END = "begin benchmark results", "end benchmark results"


def insert_results(text: str, measured: str) -> str:
    """Replace the text between the lines with the markers."""
    lines = text.splitlines(keepends=True)
    begin, end = (next(number for number, line in enumerate(lines) if mark in line) for mark in (BEGIN, END))
    return "".join([*lines[: begin + 1], f"\n{measured}\n\n", *lines[end:]])


def guide_section(results: Results) -> str:
    return "\n\n".join([_origin(results), *(table.rst() for table in tables(results, unmeasured=False))])


def readme_section(results: Results) -> str:
    return "\n\n".join([_origin(results), summary(results).markdown()])


def _origin(results: Results) -> str:
    about = results.about
    return (
        f"Measured on {about['date']} with ansible-core {about['ansible-core']}, Python {about['python']} and requests "
        f"{about['requests']} on a machine with {about['cores']} cores, in {results.rounds} "
        f"{'round' if results.rounds == 1 else 'rounds'}."
    )


DOCUMENTS: dict[str, Callable[[Results], str]] = {
    "docs/docsite/rst/guide_performance.rst": guide_section,
    "README.md": readme_section,
}


def write(root: Path, results: Results) -> None:
    for name, measured in DOCUMENTS.items():
        path = root / name
        path.write_text(insert_results(path.read_text(encoding="utf-8"), measured(results)), encoding="utf-8")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables as Markdown and reStructuredText."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """``rows`` have one cell per column of ``head``. The first column is text, the others are numbers or a word."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """With padded columns, so that the table is readable in a terminal."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        rules = ["-" * width if number == 0 else "-" * (width - 1) + ":" for number, width in enumerate(widths)]
        lines = [
            " | ".join(
                cell.ljust(width) if number == 0 else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in (self.head, *self.rows)
        ]
        return "\n".join(f"| {line} |" for line in (lines[0], " | ".join(rules), *lines[1:]))

    def rst(self) -> str:
        options = ["  :header-rows: 1", f"  :widths: {' '.join(['5', *['1'] * (len(self.head) - 1)])}"]
        lines = [f".. list-table:: {self.title}", *options, ""]
        for row in (self.head, *self.rows):
            lines += [f"  {'*' if number == 0 else ' '} - {cell}" for number, cell in enumerate(row)]
        return "\n".join(line.rstrip() for line in lines)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the table of causes into the guide to troubleshooting, from the rows that tests/unit checks.

    python tests/tools/cause_documentation.py

``tests/unit/plugins/modules/test_causes.py`` compares the guide with what this program would write.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs/docsite/rst/guide_troubleshooting.rst"
ROWS = REPOSITORY / "tests/unit/plugins/modules/causes.yml"
BEGIN = ".. The table, written by tests/tools/cause_documentation.py:\n"
END = ".. End of the table.\n"
HEADER = """
.. list-table::
   :header-rows: 1
   :widths: 4 26 20 50

   * - No.
     - Cause
     - Found by
     - Message
"""


def table() -> str:
    rows = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    lines = [HEADER]
    for number, row in enumerate(rows, 1):
        message = row["message"]
        shown = "No message" if message is None else literal(message)
        lines.append(f"   * - {number}\n     - {row['cause']}\n     - {row['found']}.\n     - {shown}\n")
    return "".join(lines) + "\n"


def literal(text: str) -> str:
    """A text in which nothing is markup, and which a narrow column can wrap."""
    return re.sub(r"([\\`*_|<>])", r"\\\1", text)


def updated(page: str) -> str:
    """The guide with the current table."""
    before, rest = page.split(BEGIN)
    _old, after = rest.split(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

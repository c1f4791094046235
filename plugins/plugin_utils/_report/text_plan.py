# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans as plain text for terminals, e-mails and job logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...module_utils._plan.text import counted
from .text_topology import heading, printable_line

if TYPE_CHECKING:
    from .readings import Reading


def plans(readings: Sequence[Reading]) -> str:
    """For each host, the counts and everything that is not in sync; with several hosts, first a line for each."""
    named = len(readings) > 1
    lines: list[str] = []
    if named:
        width = max(len(reading.name) for reading in readings)
        lines += [f"{reading.name.ljust(width)}  {_result(reading)}" for reading in readings]
        lines.append("")
    for reading in readings:
        lines += _plan(reading, named)
    return "\n".join(map(printable_line, lines)) + "\n"


def _result(reading: Reading) -> str:
    if reading.plan is None:
        return f"Error: {reading.message}"
    found = counted(reading.plan["counts"])
    return f"{found}, {len(reading.problems)} common problems" if reading.problems else found


def _plan(reading: Reading, named: bool) -> Iterator[str]:
    # The region of a project that could not be read is unknown.
    yield f"{heading(reading, named)}: {_result(reading)}" if reading.plan or named else _result(reading)
    if reading.plan is not None:
        yield from (f"  {line}" for line in reading.plan["summary"])

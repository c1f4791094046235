# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README documents every knob, profile, kind of fault and section of a seed."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from dli_simulator.faults import KINDS
from dli_simulator.knobs import Knobs
from dli_simulator.profiles import PROFILES
from dli_simulator.seed import SECTIONS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
NAMES = {
    "knobs": [each.name for each in dataclasses.fields(Knobs)],
    "profiles": list(PROFILES),
    "faults": list(KINDS),
}


@pytest.mark.parametrize("subject", NAMES)
def test_all_names_are_in_the_tables(subject: str) -> None:
    first_cells = re.findall(r"^\| (`.*?) \|", README, flags=re.MULTILINE)
    documented = {name for cell in first_cells for name in re.findall(r"`([a-z0-9_-]+)`", cell)}
    assert set(NAMES[subject]) - documented == set()


def test_all_sections_of_a_seed_are_in_the_example() -> None:
    assert set(SECTIONS) - set(re.findall(r"^    ([a-z_]+): ", README, flags=re.MULTILINE)) == set()

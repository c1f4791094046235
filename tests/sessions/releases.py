# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of ansible-core, Python and requests that the sessions use."""

from __future__ import annotations

import re

from collection import ROOT
from machine import is_there, prepare_machine

# The tested releases of ansible-core, oldest first, each with the versions of Python that it supports on the
# controller, preferred version first. The preferences are spread so that each version of Python is used.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.11", "3.12", "3.10"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.12", "3.11", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
}

OLDEST = next(iter(CORES))

# Before the interpreters are searched, because this puts some on PATH.
prepare_machine(ROOT)
AVAILABLE = [python for python in sorted({p for pythons in CORES.values() for p in pythons}) if is_there(python)]


def python_for(core: str) -> str:
    """The preferred available Python for this ansible-core; without one, the preferred one, so that nox reports it."""
    return next((python for python in CORES[core] if python in AVAILABLE), CORES[core][0])


# A machine with a single Python runs all sessions except the matrix, with the newest ansible-core that supports it.
NEWEST = next((core for core in reversed(CORES) if set(CORES[core]) & set(AVAILABLE)), list(CORES)[-1])
PYTHON = python_for(NEWEST)


def oldest_requests() -> str:
    """The lowest version of requests that requirements.txt allows, as a requirement."""
    lowest = re.search(r"^requests>=(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert lowest, "requirements.txt names no lower bound of requests"
    return f"requests=={lowest[1]}"

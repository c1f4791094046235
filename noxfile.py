# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions that CI and developers run. ``nox -l`` lists them.

The files *_sessions.py in tests/sessions define them. docs-check, license-check, extra-checks and ansible-lint come
from antsibull-nox, see antsibull-nox.toml.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import antsibull_nox
import nox

sys.path.insert(0, str(Path(__file__).parent / "tests/tools"))
sys.path.insert(0, str(Path(__file__).parent / "tests/sessions"))
from collection import ROOT
from releases import CORES, OLDEST

for _file in sorted((ROOT / "tests/sessions").glob("*_sessions.py")):
    importlib.import_module(_file.stem)

nox.needs_version = ">=2026.8.10"
nox.options.default_venv_backend = "uv|virtualenv"
# Each session has an environment and a copy of the collection of its own, so sessions can run in parallel: nox -j 3.
nox.options.allow_parallel = True
# The sessions of `nox` and `make test`. Long ones come first, so that parallel sessions finish at about the same time.
nox.options.sessions = [
    "integration",
    f"matrix-{OLDEST}",
    "combined",
    "sanity",
    "units",
    *(f"matrix-{core}" for core in list(CORES)[1:-1]),
    "simulator-tests",
    "awx-jobs",
    "awx",
    "browser",
    "galaxy-importer",
    "docs-check",
    "ansible-lint",
    "lint",
    "demo",
    "build",
    "license-check",
    "extra-checks",
]

antsibull_nox.load_antsibull_nox_toml()


if __name__ == "__main__":
    nox.main()

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine that runs the nox sessions: its interpreters, PATH, and the versions of tools."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from workarounds import adapt_environment, link_pyenv_interpreters


def is_there(python: str) -> bool:
    """Whether an interpreter of this version is on PATH and works, which a shim may not."""
    try:
        return subprocess.run([f"python{python}", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def prepare_machine(root: Path) -> None:
    """Set PATH and constraints for all sessions. ``root`` is the root of the checkout."""
    links = root / ".nox" / "pythons"
    link_pyenv_interpreters(links)
    # antsibull-nox calls ansible-galaxy, which is installed next to the Python that runs nox.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(links), os.environ["PATH"]])
    # Packages that a session or antsibull-nox installs without a version get the version in this file.
    constraints = str(root / "tests" / "constraints.txt")
    os.environ["PIP_CONSTRAINT"] = os.environ["UV_CONSTRAINT"] = constraints
    adapt_environment()

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine that sessions of nox run on: its interpreters, its PATH, the versions of tools."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def link_pyenv_interpreters(links: Path) -> None:
    """Make a folder of links to the interpreters that pyenv has installed.

    pyenv offers them through shims, which end with an error for every version that is not selected, and the usual way
    to select one, PYENV_VERSION, is dropped by ansible-test. A folder before the shims on PATH works for all.
    """
    links.mkdir(parents=True, exist_ok=True)
    # Where pyenv is if nobody says so: PYENV_ROOT and HOME may be missing or different, but its shims are on PATH.
    roots = [Path(entry).parent for entry in os.environ["PATH"].split(os.pathsep) if entry.endswith("/shims")]
    roots += [Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()]
    found = {binary for root in roots for binary in root.glob("versions/3.*/bin")}
    for binary in sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)]):
        name = "python" + ".".join(binary.parent.name.split(".")[:2])
        if (binary / name).exists():
            # The newest patch release wins. Replaced in one step, for other processes may be looking.
            fresh = links / f".{name}.{os.getpid()}"
            fresh.symlink_to(binary / name)
            fresh.replace(links / name)


def is_there(python: str) -> bool:
    """Whether an interpreter of this version is on PATH and works, which a shim may not."""
    try:
        return subprocess.run([f"python{python}", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def prepare_machine(root: Path) -> None:
    """Have sessions find what they need in their environment. ``root`` is that of the checkout."""
    links = root / ".nox" / "pythons"
    link_pyenv_interpreters(links)
    # antsibull-nox calls ansible-galaxy, which is beside the Python that runs nox.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(links), os.environ["PATH"]])
    # Whatever a session or antsibull-nox installs by a bare name gets the version that is written down there.
    constraints = str(root / "tests" / "constraints.txt")
    os.environ["PIP_CONSTRAINT"] = os.environ["UV_CONSTRAINT"] = constraints
    # uv reads none of pip's settings and brings certificates of its own, but proxies and mirrors need both.
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")
    if "PIP_INDEX_URL" in os.environ:
        os.environ.setdefault("UV_DEFAULT_INDEX", os.environ["PIP_INDEX_URL"])
    # Images of containers set it to stay small. Here each of a thousand processes would compile Ansible anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

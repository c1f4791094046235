# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session for AWX: the files in extensions/awx, the playbook that installs them, and the jobs that they make."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import nox
from collection import ROOT, linked_tree, need
from releases import NEWEST, PYTHON

# The last package with the collection awx.awx, version 24.6.1. The benchmarks use another version of the same package,
# so tests/constraints.txt cannot contain this one.
AWX_PACKAGE = "ansible==11.13.0"


@nox.session(python=PYTHON)
def awx(session: nox.Session) -> None:
    """The files in extensions/awx against AWX's own code: argument specs of awx.awx, injectors, ansible-builder."""
    need(session, "extensions/awx", "so there is nothing to test for AWX")
    session.install(f"ansible-core~={NEWEST}.0", "pytest", "pytest-xdist", "-r", "requirements.txt")
    session.install("ansible-builder", "awx-plugins-interfaces", "-r", "tests/simulator/requirements.txt")
    where = os.pathsep.join([str(linked_tree(session)), str(awx_collection(session))])
    session.run(
        "pytest", "-n", "auto", "--import-mode=importlib", "tests/awx", *session.posargs, env={"PYTHONPATH": where}
    )


def awx_collection(session: nox.Session) -> Path:
    """A folder with ansible_collections/awx/awx, downloaded once, and without the other collections."""
    folder = ROOT / ".nox/.cache" / AWX_PACKAGE.replace("==", "-")
    if not (folder / "ansible_collections").is_dir():
        session.install("pip")
        download = ["python", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), AWX_PACKAGE]
        session.run(*download, env={"PIP_CONSTRAINT": None})
        [wheel] = folder.glob("ansible-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            wanted = [name for name in archive.namelist() if name.startswith("ansible_collections/awx/awx/")]
            archive.extractall(folder / "unpacked", wanted)
        wheel.unlink()
        # Last, because its existence says that the folder is complete.
        (folder / "unpacked/ansible_collections").rename(folder / "ansible_collections")
    return folder

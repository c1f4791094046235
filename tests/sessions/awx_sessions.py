# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions for AWX: the files in extensions/awx, the playbook that installs them, and the jobs that they make."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import nox
import yaml
from collection import ROOT, linked_tree, need
from releases import AVAILABLE, NEWEST, OLDEST, PYTHON, python_for

# The last package with the collection awx.awx, version 24.6.1. The benchmarks use another version of the same package,
# so tests/constraints.txt cannot contain this one.
AWX_PACKAGE = "ansible==11.13.0"


@nox.session(python=PYTHON)
def awx(session: nox.Session) -> None:
    """The files in extensions/awx against AWX's own code: argument specs of awx.awx, injectors, ansible-builder."""
    need(session, "extensions/awx", "so there is nothing to test for AWX")
    session.install(f"ansible-core~={NEWEST}.0", "pytest", "-r", "requirements.txt")
    session.install("ansible-builder", "awx-plugins-interfaces", "-r", "tests/simulator/requirements.txt")
    where = os.pathsep.join([str(linked_tree(session)), str(awx_collection(session))])
    # Without pytest-xdist, because one test takes nearly all of the time.
    how = ["--import-mode=importlib", "--ignore", "tests/awx/jobs"]
    session.run("pytest", *how, "tests/awx", *session.posargs, env={"PYTHONPATH": where})


@nox.session(name="awx-jobs", python=PYTHON)
def awx_jobs(session: nox.Session) -> None:
    """Jobs as AWX runs them, with ansible-runner: every job template, and one in a minimal execution environment."""
    run_jobs(session, *session.posargs, environment=oldest_programs(session))


@nox.session(name="parity-awx", python=PYTHON, default=False, tags=["parity"])
def parity_awx(session: nox.Session) -> None:
    """A job over 60 tenants, and the same in 6 slices; all nodes of the workflow with the oldest ansible-core."""
    files = [f"tests/awx/jobs/test_jobs_{name}.py" for name in ("slices", "oldest")]
    run_jobs(session, *files, environment={**oldest_programs(session), "DLI_AWX_THOROUGH": "1"})


def run_jobs(session: nox.Session, *options: str, environment: dict[str, str]) -> None:
    need(session, "extensions/awx", "so there are no jobs to run")
    session.install(f"ansible-core~={NEWEST}.0", "pytest", "-r", "requirements.txt")
    session.install("ansible-runner", "awx-plugins-interfaces", "jq", "-r", "tests/simulator/requirements.txt")
    chosen = () if any(option.startswith("tests/") for option in options) else ("tests/awx/jobs",)
    # Without pytest-xdist: the tests of a file are about the same jobs, which each of its processes would run again.
    session.run("pytest", "--import-mode=importlib", *chosen, *options, env=environment)


def oldest_programs(session: nox.Session) -> dict[str, str]:
    """An environment with the oldest ansible-core, as a variable for the tests; none without its version of Python.

    It is also the minimal execution environment, so it contains what meta/execution-environment.yml lists.
    """
    python = python_for(OLDEST)
    if python not in AVAILABLE:
        return {}
    folder = Path(session.virtualenv.location) / "oldest"
    session.run("uv", "venv", "--quiet", "--allow-existing", "--python", f"python{python}", str(folder), external=True)
    listed = yaml.safe_load((ROOT / "meta/execution-environment.yml").read_text(encoding="utf-8"))["dependencies"]
    packages = [f"ansible-core~={OLDEST}.0", "-r", listed["python"]]
    session.run("uv", "pip", "install", "--quiet", "--python", str(folder / "bin/python"), *packages, external=True)
    return {"DLI_AWX_OLDEST": str(folder / "bin")}


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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions that build the tarball, check it, measure it, and build the documentation."""

from __future__ import annotations

import os
import re
import shutil
import tarfile
from pathlib import Path

import nox
from collection import GALAXY, ROOT, built_tarball, installed_collection, linked_tree
from releases import CORES, NEWEST, PYTHON, python_for

# Required and allowed names at the top of the tarball. See build_ignore in galaxy.yml.
CONTENT_REQUIRED = {
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs",
    "meta",
    "plugins",
    "requirements.txt",
}
CONTENT_ALLOWED = CONTENT_REQUIRED | {
    "bindep.txt",
    "CHANGELOG.md",
    "CHANGELOG.rst",
    "docs",
    "extensions",
    "playbooks",
    "roles",
}


@nox.session(python=PYTHON)
def build(session: nox.Session) -> None:
    """Build dist/*.tar.gz, check its content, and install it."""
    session.install(f"ansible-core~={NEWEST}.0")
    tarball = built_tarball(session, ROOT / "dist")
    with tarfile.open(tarball) as archive:
        names = {Path(name).parts[0] for name in archive.getnames()}
    if names - CONTENT_ALLOWED or CONTENT_REQUIRED - names:
        tarball.unlink()
        session.error(
            f"The tarball must not contain {sorted(names - CONTENT_ALLOWED)} and lacks "
            f"{sorted(CONTENT_REQUIRED - names)}. See build_ignore in galaxy.yml."
        )
    collections = installed_collection(session, tarball, Path(session.virtualenv.location) / "collections")
    fqcn = f"{GALAXY['namespace']}.{GALAXY['name']}"
    session.run(
        "ansible-galaxy", "collection", "verify", "--offline", fqcn, env={"ANSIBLE_COLLECTIONS_PATH": str(collections)}
    )
    session.log(f"Built {tarball.relative_to(ROOT)}, with {', '.join(sorted(names))}")


@nox.session(name="galaxy-importer", python=PYTHON)
def galaxy_importer(session: nox.Session) -> None:
    """Check the tarball as Galaxy does after an upload. Warnings fail, because Galaxy publishes them."""
    session.install(f"ansible-core~={NEWEST}.0", "galaxy-importer")
    tarball = built_tarball(session, Path(session.create_tmp()))
    with session.chdir(tarball.parent):
        # Without ansible-lint: the session ansible-lint applies the same profile, and more of its rules.
        environment = {"GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "False"}
        output = session.run("python", "-m", "galaxy_importer.main", tarball.name, silent=True, env=environment) or ""
    print(output, flush=True)
    # The exit status is 0 even if there are problems.
    if found := [line for line in output.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]:
        session.error("galaxy-importer reports:\n" + "\n".join(found))


@nox.session(python=python_for(list(CORES)[-1]), default=False)
def bench(session: nox.Session) -> None:
    """Measure this collection and others, and compare the results with the targets; takes more than an hour."""
    # Not NEWEST: the other collections, with the versions in tests/constraints.txt, require the newest ansible-core.
    session.install(f"ansible-core~={list(CORES)[-1]}.0", "-r", "requirements.txt")
    session.install("-r", "tests/benchmarks/requirements.txt")
    # The collections in the package, without the libraries that only some of them need.
    session.install("--no-deps", "ansible")
    here = Path(session.virtualenv.location)
    collections = installed_collection(session, built_tarball(session, here), here / "collections")
    folders = [str(ROOT / "tests" / name) for name in ("benchmarks", "simulator", "tools")]
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONPATH": os.pathsep.join(folders)}
    session.run("python", "-m", "dli_benchmarks", *session.posargs, env=environment)


@nox.session(python=PYTHON, default=False)
def simulator(session: nox.Session) -> None:
    """Prepare the environment of the simulator (nox -s simulator --install-only) or run it."""
    session.install("-r", "tests/simulator/requirements.txt")
    session.run("python", "-m", "dli_simulator", *session.posargs, env={"PYTHONPATH": str(ROOT / "tests/simulator")})


@nox.session(python=PYTHON, default=False)
def docs(session: nox.Session) -> None:
    """Build the HTML documentation in docs/site."""
    session.install("antsibull-docs", f"ansible-core~={NEWEST}.0")
    tree, source = linked_tree(session), Path(session.create_tmp()) / "docsite"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(mode=0o700)  # antsibull-docs requires this mode
    fqcn = f"{GALAXY['namespace']}.{GALAXY['name']}"
    layout = ["--use-current", "--squash-hierarchy", "--lenient", "--dest-dir", str(source)]
    session.run(
        "antsibull-docs", "sphinx-init", *layout, fqcn, env={"ANSIBLE_COLLECTIONS_PATH": str(tree)}, silent=True
    )
    # Links to the documentation of other projects need their indexes, and so network access, in each build.
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\nintersphinx_mapping = {}\n")
    session.install("-r", str(source / "requirements.txt"))
    session.run(str(source / "build.sh"), external=True, env={"ANSIBLE_COLLECTIONS_PATH": str(tree)})
    shutil.rmtree(ROOT / "docs/site", ignore_errors=True)
    shutil.copytree(source / "build/html", ROOT / "docs/site")
    session.log("Open docs/site/index.html")

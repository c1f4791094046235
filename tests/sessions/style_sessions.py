# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions that check files without running the collection: sanity, formatting, lint, types."""

from __future__ import annotations

import os

import nox
from ansible_test_runs import ansible_test, ansible_test_tree
from collection import PLACE, ROOT, linked_tree
from releases import NEWEST, PYTHON


@nox.session(python=PYTHON)
def sanity(session: nox.Session) -> None:
    """ansible-test sanity: Ansible's own rules for collections, for everything except the tests."""
    # The tests are two thirds of the code, and the session lint checks them. Of the versions of Python, one: the unit
    # tests in the sessions matrix-* import all files with the others. parity-sanity covers all files and versions.
    run_sanity(session, "--exclude", "tests/", "--python", PYTHON)


@nox.session(name="parity-sanity", python=PYTHON, default=False, tags=["parity"])
def parity_sanity(session: nox.Session) -> None:
    """ansible-test sanity for the whole collection and all versions of Python, as its reviewers run it."""
    run_sanity(session)


def run_sanity(session: nox.Session, *options: str) -> None:
    with ansible_test_tree(session, NEWEST):
        ansible_test(session, "sanity", "--local", "--junit", *options, *session.posargs)


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Formatting, lint, types (strict), YAML, changelog."""
    session.install("ruff", "mypy", "yamllint", "antsibull-changelog", "types-requests", "types-PyYAML")
    # Libraries of the simulator and of the benchmarks, for their types; ansible-core has no types.
    session.install("-r", "tests/simulator/requirements.txt", "trustme")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("yamllint", "--strict", ".")
    session.run("antsibull-changelog", "lint")
    session.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    tree = linked_tree(session)
    packages = [str(PLACE / "plugins")]
    search = [str(tree)]
    for place in ("tests/simulator/dli_simulator", "tests/benchmarks/dli_benchmarks"):
        packages.append(str(PLACE / place))
        search.append(str((tree / PLACE / place).parent))
    search.append(str(tree / PLACE / "tests/tools"))
    with session.chdir(tree):
        settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
        session.run("mypy", *settings, *packages, env={"MYPYPATH": os.pathsep.join(search)})


@nox.session(name="format", default=False)
def format_code(session: nox.Session) -> None:
    """Format the Python files and apply the fixes of the linter."""
    session.install("ruff")
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")

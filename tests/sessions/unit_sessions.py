# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions for unit tests: of the plugins, of the simulator, of the HTML report in a browser, and mutation tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

import nox
from ansible_test_runs import ansible_test, ansible_test_tree
from collection import ROOT, linked_tree, need
from releases import NEWEST, PYTHON

# ansible-test starts a process for each test, which takes minutes for all of them, and pytest once more for each of
# modules, their libraries and plugins. These tests show that it can run them; the session units-everywhere runs all.
UNDER_ANSIBLE_TEST = "tests/unit/plugins/modules/test_dli_quota_info.py"


def run_pytest(
    session: nox.Session,
    core: str,
    *options: str,
    tests: tuple[str, ...] = ("tests/unit",),
    requirement: str = "requests",
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run unit tests without ansible-test, on one Python and with one ansible-core."""
    session.install(f"ansible-core~={core}.0", "pytest", "pytest-cov", "pytest-xdist")
    session.install("-r", "tests/unit/requirements.txt", requirement)
    tree = linked_tree(session)
    # importlib, because different folders, none of which is a package, have files with the same name.
    how = ["-n", "auto", "--import-mode=importlib", *options]
    path = os.pathsep.join([str(tree), str(ROOT / "tests/tools/parity")])
    session.run("pytest", *how, *tests, *session.posargs, env={"PYTHONPATH": path, **(environment or {})})


def run_both_ways(session: nox.Session, core: str, *options: str, tests: tuple[str, ...] = ("tests/unit",)) -> None:
    """Run unit tests, those of options and results in both modes, see tests/tools/parity/both_ways.py."""
    run_pytest(session, core, "-p", "both_ways", "--dist", "loadfile", *options, tests=tests)


@nox.session(python=PYTHON)
def units(session: nox.Session) -> None:
    """All unit tests with the newest ansible-core; the sessions matrix-* use the other versions of Python."""
    need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
    run_both_ways(session, NEWEST)
    with ansible_test_tree(session, NEWEST):
        ansible_test(session, "units", "--local", "--python", PYTHON, UNDER_ANSIBLE_TEST)


@nox.session(name="units-everywhere", python=PYTHON, default=False)
def units_everywhere(session: nox.Session) -> None:
    """All unit tests on every supported and installed Python, with coverage; takes several times as long as `units`."""
    need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
    with ansible_test_tree(session, NEWEST):
        ansible_test(session, "units", "--venv", "--coverage", *session.posargs)
        report = ["coverage", "report", "--venv", "--requirements", "--include", "*/huaweicloud/dli/plugins/*"]
        ansible_test(session, *report)


@nox.session(python=PYTHON, default=False)
def unit(session: nox.Session) -> None:
    """The unit tests on one Python with pytest and coverage, for quick feedback during development."""
    # The default core of coverage.py doubles the time of the tests; this one takes none, but measures only lines. The
    # session units-everywhere measures branches.
    core = {"COVERAGE_CORE": "sysmon"} if int(PYTHON.partition(".")[2]) >= 12 else {}
    run_pytest(session, NEWEST, "--cov=plugins", "--cov-report=term", environment=core)


@nox.session(python=PYTHON, default=False)
def mutants(session: nox.Session) -> None:
    """List small changes of the code that no unit test detects; takes hours, or minutes for named files."""
    session.install(f"ansible-core~={NEWEST}.0", "mutmut", "pytest", "pytest-cov", "pytest-xdist", "PyYAML")
    session.install("-r", "tests/unit/requirements.txt", "requests")
    session.run("python", "tests/mutants/run.py", *session.posargs)


@nox.session(name="simulator-tests", python=PYTHON)
def simulator_tests(session: nox.Session) -> None:
    """The simulator's own tests, which use the vendor's SDK as the client."""
    need(session, "tests/simulator/tests", "so there are no tests of the simulator")
    session.install("pytest", "pytest-xdist", "-r", "tests/simulator/requirements.txt")
    session.install("-r", "tests/simulator/requirements-test.txt")
    where = {"PYTHONPATH": str(ROOT / "tests/simulator")}
    session.run("pytest", "-n", "auto", "tests/simulator/tests", *session.posargs, env=where)


@nox.session(python=PYTHON)
def browser(session: nox.Session) -> None:
    """The HTML report in headless Chromium; skipped where there is no browser."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        session.skip(
            "There is no browser. Install Chromium (Debian: chromium-headless-shell) or set CHROMIUM to its path."
        )
    session.install(f"ansible-core~={NEWEST}.0", "playwright", "pytest", "-r", "requirements.txt")
    where = {"PYTHONPATH": str(linked_tree(session)), "CHROMIUM": chromium}
    session.run("pytest", "--import-mode=importlib", "tests/browser", *session.posargs, env=where)

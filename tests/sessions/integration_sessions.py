# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions for integration tests, and the demo."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nox
from ansible_test_runs import ansible_test_tree, run_targets
from collection import ROOT, built_tarball, installed_collection, need
from releases import NEWEST, OLDEST, PYTHON, oldest_requests

# Integration targets that combine what the others test one by one. They take long, so `make test` runs them only in the
# controller process and with the newest ansible-core, and `make parity` in both modes with each release.
COMBINING_TARGETS = (
    *("role_datasource_connection", "role_preflight", "tenant", "audit_report", "export", "guide_terraform"),
    *("ways", "examples"),
)
# Left to `make parity`: the targets tenant and audit_report run the playbooks of guide_terraform, and a unit test
# exports generated projects.
ONLY_IN_PARITY = ("export", "guide_terraform")
# Runs in both modes and compares them itself.
BOTH_WAYS_ITSELF = ("ways",)
# `make test` runs the other targets in the controller process, with the newest ansible-core. The unit tests compare
# both modes, see tests/tools/parity/both_ways.py; `make parity` compares them for whole targets, with each release.
# This target calls every module in a short time, so it runs with each ansible-core, with the newest and the oldest in
# both modes.
BRIEF_TARGETS = ("required_options",)
# With the oldest ansible-core as well: every kind of option and result. The demo runs the role with it.
LIFECYCLE_TARGETS = ("dli_enhanced_connection",)


@contextmanager
def integration_tree(session: nox.Session, core: str) -> Iterator[Path]:
    """A copy of the collection for integration tests, with the library versions for this ansible-core."""
    need(session, "tests/integration/targets", "so there are no integration tests")
    with ansible_test_tree(session, core) as tree:
        session.install("-r", "tests/integration/requirements.txt", oldest_requests() if core == OLDEST else "requests")
        yield tree


def compare_ways(
    session: nox.Session, core: str, targets: Iterable[str], *, only_action: Iterable[str] = (), thorough: bool = False
) -> None:
    """Run integration targets in both modes, except those in ``only_action``, and compare the results."""
    only_action = (*only_action, *BOTH_WAYS_ITSELF)
    with integration_tree(session, core) as tree:
        as_action = run_targets(session, tree, "action", *targets, thorough=thorough)
        both_ways = [each for each in targets if each not in only_action]
        if not both_ways:  # ansible-test would run all targets
            return
        as_module = run_targets(session, tree, "module", *both_ways, thorough=thorough)
        command = ["tests/tools/parity/compare_results.py", str(as_action), str(as_module)]
        session.run("python", *command, "--only-action", *only_action)


def all_targets(*, but: Iterable[str] = ()) -> list[str]:
    names = (path.name for path in (ROOT / "tests/integration/targets").iterdir())
    return sorted(name for name in names if not name.startswith("setup_") and name not in but)


@nox.session(python=PYTHON)
def integration(session: nox.Session) -> None:
    """Integration targets with the newest ansible-core; named targets and the shortest one in both modes."""
    if session.posargs:
        compare_ways(session, NEWEST, session.posargs, only_action=session.posargs)
    else:
        targets = all_targets(but=COMBINING_TARGETS)
        only_action = set(targets).difference(BRIEF_TARGETS)
        compare_ways(session, NEWEST, targets, only_action=only_action)


@nox.session(python=PYTHON)
def combined(session: nox.Session) -> None:
    """Integration targets that combine what the others test, with the newest ansible-core."""
    with integration_tree(session, NEWEST) as tree:
        run_targets(session, tree, "action", *(each for each in COMBINING_TARGETS if each not in ONLY_IN_PARITY))


def run_demo(session: nox.Session, core: str, *, live: bool = False) -> None:
    need(session, "tests/demo/run.py", "which runs the demo")
    session.install(f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt")
    here = Path(session.virtualenv.location)
    collections = installed_collection(session, built_tarball(session, here), here / "collections")
    command = ["python", "tests/demo/run.py", *session.posargs]
    if not live:
        # At this speed a queue is assigned in less than a second instead of seven minutes.
        command = ["python", "tests/tools/with_simulator.py", "--speed", "600", "--", *command]
    # Unbuffered, so that the output of the simulator and of the playbooks stays in order.
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONUNBUFFERED": "1"}
    # After an interrupt, the demo deletes its resources, which takes minutes. nox would kill it after a moment.
    session.run(*command, env=environment, interrupt_timeout=None, terminate_timeout=None)


@nox.session(python=PYTHON)
def demo(session: nox.Session) -> None:
    """Install the collection and run the demo against the simulator, or with LIVE=1 against the service."""
    run_demo(session, NEWEST, live=os.environ.get("LIVE", "0") not in ("", "0"))

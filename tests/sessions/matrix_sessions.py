# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions for each version of ansible-core: matrix-* and, before a release, parity-*."""

from __future__ import annotations

import nox
from collection import ROOT, need
from integration_sessions import BRIEF_TARGETS, LIFECYCLE_TARGETS, all_targets, compare_ways, run_demo
from releases import CORES, NEWEST, OLDEST, oldest_requests, python_for
from unit_sessions import run_both_ways, run_pytest

# Unit tests that depend on the versions of ansible-core and Python: execution in the controller, validation of
# variables. All other tests would have the same result with each version; the logic of filters is in sub-folders of
# plugin_utils.
MEETING_ANSIBLE = (
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/unit/plugins/plugin_utils").glob("test_*.py"))),
    "tests/unit/plugins/plugin_utils/_survey",
)
# Options, documentation, loading of files by modules, and the code that uses ansible-core and requests: with the oldest
# and the newest releases. `make parity` includes the releases in between.
MEETING_THE_OLDEST = (
    "tests/unit/plugins/modules/test_bad_input.py",
    "tests/unit/plugins/modules/test_documentation.py",
    "tests/unit/plugins/modules/test_imports.py",
    *(f"tests/unit/plugins/module_utils/{wing}" for wing in ("_core", "_edge")),
    # Without the tests of texts, such as masking.
    *(
        f"tests/unit/plugins/module_utils/_http/test_{name}.py"
        for name in (
            "client",
            "lost_answers",
            "pagination",
            "proxies",
            "response_limits",
            "signing",
            "tls",
            "transport",
        )
    ),
)
# Tests of which `make test` runs a sample, and what runs all of their cases.
SAMPLED = tuple(
    f"tests/unit/plugins/modules/test_{name}.py" for name in ("response_shapes", "plan_generated", "export_projects")
)
ALL_CASES = {"DLI_ALL_SHAPES": "1", "DLI_GENERATED_PLANS": "200", "DLI_GENERATED_PROJECTS": "50"}


def add_matrix_session(core: str) -> None:
    """One session per ansible-core.

    nox.parametrize would put parentheses into the name. antsibull-nox creates a directory with the name of the session,
    and the shell commands of Ansible fail in a path with parentheses.
    """

    @nox.session(name=f"matrix-{core}", python=python_for(core))
    def matrix(session: nox.Session) -> None:
        need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
        if core == OLDEST:
            tests = (*MEETING_ANSIBLE, *MEETING_THE_OLDEST)
            run_pytest(session, core, tests=tests, requirement=oldest_requests())
            compare_ways(session, core, (*BRIEF_TARGETS, *LIFECYCLE_TARGETS), only_action=LIFECYCLE_TARGETS)
            run_demo(session, core)
        else:
            run_pytest(session, core, tests=MEETING_ANSIBLE)
            compare_ways(session, core, BRIEF_TARGETS, only_action=BRIEF_TARGETS)

    extent = "Unit tests, some integration targets and the demo" if core == OLDEST else "Some tests"
    matrix.__doc__ = f"{extent} with ansible-core {core}."


def add_parity_session(core: str) -> None:
    @nox.session(name=f"parity-{core}", python=python_for(core), default=False, tags=["parity"])
    def parity(session: nox.Session) -> None:
        compare_ways(session, core, session.posargs or all_targets(), thorough=True)
        if not session.posargs:
            run_both_ways(session, core, "--all-in-both-modes", tests=("tests/unit/plugins/modules",))
            run_pytest(session, core, tests=("tests/unit/plugins/plugin_utils", "tests/unit/plugins/module_utils"))
            if core == NEWEST:
                run_pytest(session, core, tests=SAMPLED, environment=ALL_CASES)
            run_demo(session, core)

    parity.__doc__ = (
        f"Integration targets and unit tests of modules in both modes, and the demo, with ansible-core {core}."
    )


for _core in CORES:
    add_parity_session(_core)
    if _core != NEWEST:
        add_matrix_session(_core)

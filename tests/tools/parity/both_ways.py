# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pytest plugin that runs tests of modules in both execution modes and compares the results.

    PYTHONPATH=tests/tools/parity pytest -p both_ways --dist loadfile tests/unit/plugins/modules
    PYTHONPATH=tests/tools/parity pytest -p both_ways --dist loadfile --all-in-both-modes tests/unit/plugins/modules

This applies to tests that use the fixture ``run`` of tests/unit/conftest.py: all of them, or those with the marker
``both_modes``, which are about options and results, but none with the marker ``one_mode``. A test must pass in both
modes, and each call of ``run`` in it must return the same result and send the same requests. compare_results.py
compares integration targets, which run in Ansible's own processes.

With pytest-xdist, --dist loadfile keeps both runs of a test in the same process.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from compare_results import differences

# The ids of resources are random, and so is the order of requests that are sorted by id.
ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
WAYS = ("module", "action")
# The results of tests that ran as modules, until the same tests run as actions.
AS_MODULES = pytest.StashKey[dict[str, list[dict[str, Any]]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-in-both-modes", action="store_true", help="not only tests with the marker both_modes")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[AS_MODULES] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marked = metafunc.definition.get_closest_marker
    chosen = (metafunc.config.getoption("--all-in-both-modes") or marked("both_modes")) and not marked("one_mode")
    if chosen and "executed_as" in metafunc.fixturenames:
        metafunc.parametrize("executed_as", WAYS, ids=[f"as-{way}" for way in WAYS])


def without_way(item: pytest.Item) -> str:
    """The id of a test without its execution mode."""
    return item.nodeid.replace("as-action", "as-module")


@pytest.fixture(autouse=True)
def same_both_ways(request: pytest.FixtureRequest) -> Iterator[None]:
    if "executed_as" not in getattr(request.node, "callspec", SimpleNamespace(params={})).params:
        yield
        return
    # The pauses before retries are random, and the number of polls during a wait depends on them.
    random.seed(0)
    executed_as, results = request.getfixturevalue("executed_as"), request.getfixturevalue("results")
    yield
    as_modules = request.config.stash[AS_MODULES]
    test = without_way(request.node)
    if executed_as == "module":
        as_modules[test] = [recorded(result) for result in results]
    else:
        assert test in as_modules, "the test did not run as a module in this process"
        found = list(differences([recorded(result) for result in results], as_modules.pop(test)))
        assert not found, "\n".join(found)


def recorded(result: Any) -> dict[str, Any]:
    """A result in the form of record_results.py, with the requests that were sent."""
    # Ansible adds the description of a failure to the result of a module later, and turns warnings into text.
    plain = {key: value for key, value in result.items() if key not in ("exception", "warnings")}
    return {
        "playbook": "unit test",
        "task": "run",
        "check_mode": False,
        "end": "failed" if plain.get("failed") else "ok",
        "result": {**plain, "warnings": result.warned, "requests": [ID.sub("ID", each) for each in result.sent]},
    }

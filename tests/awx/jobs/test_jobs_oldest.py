# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An execution environment that contains only what the collection lists, and the oldest ansible-core.

Without the session parity-awx, only the job that needs most of it runs there.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from awx_jobs import PROJECT, ROOT, Controller, answered
from one_of_each import HOSTILE

# A folder with ansible-playbook of the oldest ansible-core; the nox session awx-jobs sets it.
PROGRAMS = "DLI_AWX_OLDEST"
ANSWERS = {
    "dli_connection_name": "to_warehouse",
    "dli_queue_names": "daily",
    "dli_queue_cu_count": "16",
    "dli_queue_type": "general",
    "dli_vpc_name": "vpc-warehouse",
    "dli_subnet_name": "subnet-warehouse",
}
TEARDOWN = {"dli_connection_name": "to_warehouse", "dli_queue_names": "daily", "dli_confirm": "to_warehouse"}
# What an earlier node, which changed nothing, passes on.
EARLIER = {"huaweicloud_dli": {"localhost": {"changed": False, "status": "absent", "connections": {}}}}


@pytest.fixture(scope="module")
def launch(tmp_path_factory, collections, templates, credential):
    if PROGRAMS not in os.environ:
        pytest.skip(f"{PROGRAMS} is not set")
    controller = Controller(tmp_path_factory.mktemp("jobs"), PROJECT, collections, Path(os.environ[PROGRAMS]))
    yield lambda name, answers: controller.launch(
        templates[name], credential, answers=answered(templates[name], **answers), artifacts=EARLIER
    )
    controller.close()


@pytest.fixture(scope="module")
def applied(launch):
    return launch("DLI apply", ANSWERS)


def entry(job):
    assert job.status == "successful", job.output
    return job.artifacts["huaweicloud_dli"]["localhost"]


def test_the_job_does_what_the_answers_say(sim, applied):
    connections = {"to_warehouse": next(iter(sim.connections))}
    assert entry(applied) == {"changed": True, "status": "ACTIVE", "connections": connections}
    assert "daily" in sim.queues


def required(names: Iterable[str], folder: str) -> set[str]:
    """The packages and all that they require, without extras."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            [package] = importlib.metadata.distributions(name=name, path=[folder])
            needs = [need for need in package.requires or () if "extra ==" not in need]
            todo += [re.match(r"[\w.-]+", need)[0] for need in needs if _applies(need, folder)]
    return found


def _applies(need: str, folder: str) -> bool:
    """Whether a package is installed at all; one for another version of Python is not."""
    name = re.match(r"[\w.-]+", need)[0]
    return ";" not in need or any(importlib.metadata.distributions(name=name, path=[folder]))


def test_only_what_the_collection_lists_was_installed(launch):
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [re.match(r"[\w.-]+", line)[0] for line in listed if line and not line.startswith("#")]
    [folder] = Path(os.environ[PROGRAMS]).parent.glob("lib/python*/site-packages")
    installed = {each.name.lower().replace("_", "-") for each in importlib.metadata.distributions(path=[str(folder)])}
    assert installed == required(["ansible-core", *names], str(folder))


@pytest.mark.skipif("DLI_AWX_THOROUGH" not in os.environ, reason="expensive, see parity-awx")
def test_the_other_nodes(sim, launch, applied):
    assert entry(launch("DLI verify", ANSWERS)) == {**entry(applied), "changed": False}
    wrong = ("DLI teardown", {**TEARDOWN, "dli_confirm": HOSTILE}), ("DLI check", {**ANSWERS, "dli_vpc_name": HOSTILE})
    for name, answers in wrong:
        refused = launch(name, answers)
        assert (refused.status, HOSTILE in refused.failures[0]) == ("failed", True)
    removed = {"to_warehouse": None}
    assert entry(launch("DLI teardown", TEARDOWN)) == {"changed": True, "status": "absent", "connections": removed}
    assert set(sim.queues) == {"default"}

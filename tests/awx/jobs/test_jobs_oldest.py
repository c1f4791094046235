# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main templates in an execution environment with the oldest ansible-core."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from awx_jobs import PROJECT, Controller, answered

# A folder with ansible-playbook of the oldest ansible-core; the nox session awx sets it.
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


@pytest.fixture(scope="module")
def entries(tmp_path_factory, collections, templates, credential):
    """The artifacts of apply, verify and teardown."""
    if PROGRAMS not in os.environ:
        pytest.skip(f"{PROGRAMS} is not set")
    controller = Controller(tmp_path_factory.mktemp("jobs"), PROJECT, collections, Path(os.environ[PROGRAMS]))
    found, artifacts = [], {}
    for name, answers in (("DLI apply", ANSWERS), ("DLI verify", ANSWERS), ("DLI teardown", TEARDOWN)):
        template = templates[name]
        job = controller.launch(template, credential, answers=answered(template, **answers), artifacts=artifacts)
        assert job.status == "successful", job.output
        artifacts = job.artifacts
        found.append(artifacts["huaweicloud_dli"]["localhost"])
    controller.close()
    return found


def test_each_node_reports_its_own_result(entries):
    assert [(each["changed"], each["status"]) for each in entries] == [
        (True, "ACTIVE"),
        (False, "ACTIVE"),
        (True, "absent"),
    ]


def test_the_answers_had_an_effect(sim, entries):
    assert entries[0]["connections"] == {"to_warehouse": next(iter(sim.connections))}
    assert set(sim.queues) == {"default"}

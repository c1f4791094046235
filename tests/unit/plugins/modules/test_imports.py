# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module loads of ours: in a process of its own every file is compiled anew in each run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = "ansible_collections.huaweicloud.dli.plugins"
# What no run can do without.
ALWAYS = {
    "_answers",
    "_auth",
    "_changes",
    "_client",
    "_clock",
    "_errors",
    "_identity",
    "_interface",
    "_module",
    "_options",
    "_patience",
    "_rules",
    "_tls",
    "_transport",
    "_version",
}
QUEUE = {"_preflight_queues", "_queue_plan", "_queues", "_readiness", "_sharing"}


@pytest.fixture
def loaded(sim, connection_params):
    """loaded("dli_queue", name="q1") runs the module in a process of its own: what it said, and what it loaded."""

    def loaded(module, **options):
        place = Path(import_module(f"{PACKAGE}.modules.{module}").__file__)
        arguments = {**connection_params, **options, "_ansible_version": "2.16.0"}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        run = subprocess.run(
            [sys.executable, "-X", "importtime", str(place)],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(place.parents[5]), *sys.path])},
            capture_output=True,
            text=True,
            check=False,
        )
        names = re.findall(rf"\| +{re.escape(PACKAGE)}\.module_utils\.(\w+)$", run.stderr, re.MULTILINE)
        return json.loads(run.stdout), set(names)

    return loaded


def test_a_queue_that_is_as_it_should_be_costs_only_what_it_takes_to_find_that_out(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", cu_count=64)
    assert not result["changed"]
    assert names == ALWAYS | QUEUE


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"cu_count": 80}, {"_queue_actions", "_queue_obstacles", "_queue_steps", "_queue_writes"}),
        ({"cu_count": 64, "tags": {}}, {"_queue_facets", "_tags"}),
        ({"cu_count": 64, "authorized_users": []}, {"_queue_users", "_preflight_facets"}),
    ],
)
def test_what_a_run_needs_beyond_that_is_loaded(existing_queue, loaded, options, more):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", wait=False, **options)
    assert not result.get("failed")
    assert names >= ALWAYS | QUEUE | more


# The project is looked for in a list.
IAM = {"_iam", "_pages"}
LOGGING_IN = {*IAM, "_logins"}


@pytest.mark.parametrize(
    ("way", "more"),
    [
        ("keys", IAM),
        ("password", {*LOGGING_IN, "_tokens"}),
        ("file", {*LOGGING_IN, "_tokens", "_oidc"}),
    ],
)
def test_who_asks_iam_loads_what_that_takes(existing_queue, credentials, loaded, way, more):
    existing_queue("q1", cu_count=64)
    options = {"access_key": None, "secret_key": None, "project_id": None, **credentials[way]}
    result, names = loaded("dli_queue", name="q1", cu_count=64, **options)
    assert result["changed"] is False
    assert names == ALWAYS | QUEUE | more


def test_an_agency_takes_no_more_than_that(credentials, loaded):
    agency = {"agency_name": "operators", "agency_domain_name": "customer", "project_id": None}
    result, names = loaded("dli_queue_info", **credentials["keys"], **agency)
    assert not result.get("failed")
    assert names & {"_iam", "_logins", "_pages", "_tokens", "_oidc", "_agency"} == {*LOGGING_IN, "_agency"}

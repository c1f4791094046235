# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants as hosts of an inventory, which AWX divides into slices: the slices together are one run over all hosts."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from awx_jobs import Job
from tenants import host_variables, seed_tenant

# A host takes half a second of processor time. The session parity-awx runs the larger test.
TENANTS, SLICES = (60, 6) if "DLI_AWX_THOROUGH" in os.environ else (4, 2)


def read_by(job: Job) -> dict[str, dict[str, Any]]:
    """The result of the job for each host."""
    task = "Compare the declaration with the project"
    results = [event["event_data"] for event in job.events if event["event"] == "runner_on_ok"]
    return {each["host"]: each["res"]["plan"] for each in results if each["task"] == task}


@pytest.fixture(scope="module")
def audits(sim, controller, templates, credential):
    """The audits of all tenants, and of each slice, each with the requests that it sent."""
    for number in range(TENANTS):
        seed_tenant(sim, number)
    hosts = {f"tenant{number:02}": host_variables(sim, number) for number in range(TENANTS)}

    def audit(part=(1, 1)):
        before = len(sim.requests)
        template = {**templates["DLI audit"], "forks": 4}
        job = controller.launch(template, credential, hosts=hosts, part=part)
        return job, Counter((each.method, each.path) for each in sim.requests[before:])

    return audit(), [audit((number, SLICES)) for number in range(1, SLICES + 1)]


def test_slices_find_what_one_run_finds(audits):
    (whole, _requests), slices = audits
    found = [read_by(job) for job, _ in slices]
    assert len(read_by(whole)) == TENANTS
    assert sum(len(each) for each in found) == TENANTS, "two slices had the same host"
    assert {host: plan for each in found for host, plan in each.items()} == read_by(whole)


def test_slices_send_the_same_requests(audits):
    (_whole, requests), slices = audits
    assert sum((sent for _, sent in slices), Counter()) == requests


def test_only_slices_with_a_difference_fail(audits):
    (whole, _requests), slices = audits
    lacking = [any(number % 4 == 0 for number in range(start, TENANTS, SLICES)) for start in range(SLICES)]
    assert whole.status == "failed"
    assert [job.status for job, _ in slices] == ["failed" if each else "successful" for each in lacking]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas with their remaining amounts, by one request; a region without quotas causes a warning."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import client

pytestmark = pytest.mark.both_modes

READ = "GET quotas 200"


@pytest.fixture
def quotas(run):
    """quotas(types=["QUEUE"]) runs the module; ``found`` of the result has the quotas by type."""

    def quotas(**options):
        result = run("dli_quota_info", **options)
        assert not result.failed, result
        assert not result["changed"]
        result.found = {quota["type"]: quota for quota in result["quotas"]}
        return result

    return quotas


@pytest.fixture
def answered(monkeypatch):
    """answered(body) makes the service return this body."""
    return lambda body: monkeypatch.setattr(client.Client, "get", lambda *_call: body)


def test_all_quotas_are_returned_in_order_with_one_request(sim, quotas):
    sim.load_seed({"queues": [{"queue_name": "q1", "cu_count": 64}], "pools": [{"elastic_resource_pool_name": "p1"}]})
    for check in (False, True):
        result = quotas(check=check)
        assert result.sent == [READ]
        assert [quota["type"] for quota in result["quotas"]] == [
            "CU", "DATABASE", "ELASTIC_RESOURCE_POOL", "JOB_CU", "QUEUE", "SL_PKG_RESOURCE", "SL_SESSION", "TABLE",
            "TEMPLATE",
        ]  # fmt: skip
        assert result.found["QUEUE"] == {
            "type": "QUEUE",
            "min": 0,
            "max": 1000,
            "quota": 200,
            "used": 2,
            "remaining": 198,
        }
        assert result.found["ELASTIC_RESOURCE_POOL"]["remaining"] == 49
        assert result.found["CU"]["used"] == 64
        assert (result["unsupported"], result.warned) == ([], [])


@pytest.mark.parametrize(
    ("types", "reported"),
    [
        (["QUEUE"], ["QUEUE"]),
        (["QUEUE", "CU", "QUEUE"], ["CU", "QUEUE"]),
        (["IAM_USER"], []),
        ("QUEUE,TABLE", ["QUEUE", "TABLE"]),
    ],
    ids=str,
)
def test_quotas_are_selected_by_type(sim, quotas, types, reported):
    result = quotas(types=types)
    assert list(result.found) == reported
    assert result.sent == [READ]


def test_an_empty_list_of_types_means_all(sim, quotas):
    assert quotas(types=[]).found == quotas().found


def test_an_unknown_type_fails_without_a_request(sim, run):
    result = run("dli_quota_info", types=["QUEUES"])
    assert result.failed
    assert "QUEUES" in result["msg"]
    assert result.requests == []


@pytest.mark.parametrize(
    ("quota", "left"),
    [(5, 2), (3, 0), (1, 0), (0, 0), (-1, None)],
)
def test_the_remaining_amount_follows_from_quota_and_use(sim, quotas, existing_queue, quota, left):
    existing_queue("q1")
    existing_queue("q2")
    sim.load_seed({"quotas": {"QUEUE": quota}})
    found = quotas(types=["QUEUE"]).found["QUEUE"]
    assert (found["quota"], found["used"], found["remaining"]) == (quota, 3, left)


@pytest.mark.parametrize(
    ("resource", "reported"),
    [
        (
            {"type": "QUEUE", "quota": "7", "used": "3"},
            {"min": None, "max": None, "quota": 7, "used": 3, "remaining": 4},
        ),
        ({"type": "queue", "quota": 7}, {"min": None, "max": None, "quota": 7, "used": None, "remaining": None}),
        (
            {"type": "QUEUE", "quota": "-1", "used": 3},
            {"min": None, "max": None, "quota": -1, "used": 3, "remaining": None},
        ),
        # As in the example of the reference.
        (
            {"type": "QUEUE", "min": 0, "max": 1000, "quota": 50000, "used": 53},
            {"min": 0, "max": 1000, "quota": 50000, "used": 53, "remaining": 49947},
        ),
    ],
    ids=str,
)
def test_missing_and_differently_formed_values_are_accepted(answered, quotas, resource, reported):
    answered({"is_success": True, "quotas": {"resources": [resource]}})
    assert quotas().found == {"QUEUE": {"type": "QUEUE", **reported}}


@pytest.mark.parametrize("nothing", [None, {}, {"resources": None}, {"resources": []}], ids=str)
def test_a_project_can_have_no_quotas(answered, quotas, nothing):
    answered({"is_success": True, "quotas": nothing})
    assert quotas().found == {}


@pytest.mark.parametrize(
    "stray",
    [{}, {"quotas": ["x"]}, {"quotas": {"resources": ["x"]}}, {"quotas": {"resources": [{"quota": 5}]}}],
    ids=str,
)
def test_an_unexpected_response_is_a_failure(answered, run, stray):
    answered(stray)
    assert "the response cannot be understood" in run("dli_quota_info")["msg"].lower()


def test_a_region_without_quotas_gets_a_warning(otc, quotas):
    result = quotas(types=["QUEUE"])
    assert result["quotas"] == []
    assert result["unsupported"] == ["quotas"]
    [warning] = result.warned
    assert "this region does not offer it" in warning
    assert len(result.requests) == 1


def test_a_missing_permission_is_a_failure(sim, run):
    sim.inject(kind="status", path="quotas$", status=403, error_code="DLI.0003", error_msg="No permission")
    result = run("dli_quota_info")
    assert result.failed
    assert "Could not read the quotas: No permission" in result["msg"]
    assert "permission" in result["error"]["hint"]

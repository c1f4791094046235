# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: the results of a run."""

from __future__ import annotations

import pytest


@pytest.mark.both_modes
def test_a_result_has_the_same_keys_in_every_path(sim, run, existing_queue):
    existing_queue("old", cu_count=64)
    results = [
        run("dli_queue", check=True, name="q1", cu_count=16),
        run("dli_queue", name="q1", cu_count=16),
        run("dli_queue", name="q1", cu_count=16, wait=False),
        run("dli_queue", check=True, name="old", cu_count=80),
        run("dli_queue", name="old", cu_count=80),
        run("dli_queue", name="old", engine="spark"),
        run("dli_queue", name="old", state="restarted"),
    ]
    assert len({frozenset(result["queue"]) for result in results}) == 1
    assert len({frozenset(result) - {"invocation"} for result in results}) == 1
    for key in results[0]["queue"]:
        assert key == key.lower()
    for result in results:
        assert result["queue"]["name"] == result["queue"]["queue_name"]
        assert set(result["queue"]["readiness"]) == {"ready", "source"}


@pytest.mark.parametrize("check", [True, False])
def test_an_absent_queue_is_null(run, existing_queue, check):
    existing_queue("q1")
    for _time in range(2):
        result = run("dli_queue", check=check, name="q1", state="absent")
        assert result["queue"] is None
        assert {"changed", "queue", "unsupported", "diff"} <= set(result)


def test_a_result_has_the_fields_of_the_service(sim, run, existing_queue):
    queue = existing_queue("q1", description="loads", feature="basic")
    result = run("dli_queue", name="q1", engine="spark")["queue"]
    for key in ("queue_id", "resource_id", "create_time", "owner", "cidr_in_vpc", "queue_resource_type", "feature"):
        assert result[key] == getattr(queue, key)
    assert result["labels"] == []
    assert result["is_restarting"] is False
    assert result["charging_mode"] == 1
    assert result["support_spark_versions"] == ["3.3.1"]
    assert result["readiness"] == {"ready": True, "source": "age"}


def test_all_errors_have_the_same_keys(sim, run, existing_queue):
    existing_queue("q1")
    sim.inject(kind="status", method="GET", path="queues/q2$", status=403, error_code="APIGW.0302", shape="gateway")
    errors = [
        run("dli_queue", name="_"),
        run("dli_queue", name="q1", queue_type="general"),
        run("dli_queue", name="q2"),
    ]
    for result in errors:
        assert set(result["error"]) == {"code", "reason", "message", "request_id", "http_status", "hint", "differences"}
    assert errors[2]["error"]["http_status"] == 403
    assert errors[2]["error"]["code"] == "APIGW.0302"


def test_the_hint_about_the_built_in_queue_does_not_suggest_to_delete_it(run):
    result = run("dli_queue", name="default", resource_mode=1)
    assert "resource_mode is immutable (current: 0" in result["msg"]
    assert "cannot be replaced" in result["error"]["hint"]
    assert "force_recreate" not in result["msg"]


def test_the_creation_time_is_returned_in_iso_8601_as_well_and_is_null_in_a_prediction(run, existing_queue):
    existing_queue("q1").create_time = 1767322800000
    for module, key in (("dli_queue", "queue"), ("dli_queue_info", "queues")):
        result = run(module, name="q1")[key]
        queue = result if key == "queue" else result[0]
        assert (queue["create_time"], queue["create_time_iso"]) == (1767322800000, "2026-01-02T03:00:00Z")
    predicted = run("dli_queue", check=True, name="q2", cu_count=16)["queue"]
    assert predicted["create_time"] is predicted["create_time_iso"] is None


@pytest.mark.both_modes
def test_cidr_is_another_name_of_cidr_in_vpc(sim, run, existing_queue):
    existing_queue("q1", cidr_in_vpc="10.1.0.0/16")
    assert not run("dli_queue", name="q1", cidr="10.1.0.0/16")["changed"]
    assert run("dli_queue", name="q1", cidr="10.2.0.0/16")["changed"]
    assert sim.queues["q1"].cidr_in_vpc == "10.2.0.0/16"

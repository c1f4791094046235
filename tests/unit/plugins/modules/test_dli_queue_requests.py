# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: the requests of runs without changes, and queues with rules of their own."""

from __future__ import annotations

import pytest

EPS = "2f0e1d3c-4b5a-6978-8796-a5b4c3d2e1f0"


# -- The requests of a run.


def test_no_change_costs_one_request_whose_size_does_not_grow(sim, run, existing_queue):
    existing_queue("q1", description="loads", enterprise_project_id=EPS)
    options = {
        "cu_count": 16,
        "queue_type": "sql",
        "description": "loads",
        "charging_mode": 1,
        "enterprise_project_id": EPS,
    }
    for check in (True, False):
        result = run("dli_queue", check=check, name="q1", **options)
        assert not result["changed"]
        assert result.sent == ["GET queues/q1 200"]
        assert result.requests[0].query == {}


@pytest.mark.parametrize(
    "option", [{"engine": "spark"}, {"platform": "x86_64"}, {"feature": "basic"}, {"labels": []}], ids=str
)
def test_the_list_is_read_only_for_fields_that_only_it_has(run, existing_queue, option):
    existing_queue("q1")
    result = run("dli_queue", name="q1", **option)
    assert not result["changed"]
    assert result.sent == ["GET queues/q1 200", "GET queues 200"]
    assert result.requests[1].query["queue_type"] == ["all"]


def test_the_list_is_not_read_for_a_queue_that_is_absent_or_to_be_deleted(run, existing_queue):
    assert run("dli_queue", check=True, name="q1", cu_count=16, engine="spark").sent == ["GET queues/q1 400"]
    existing_queue("q2")
    result = run("dli_queue", name="q2", engine="spark", state="absent", wait=False)
    assert result.sent == ["GET queues/q2 200", "DELETE queues/q2 200"]


def test_a_queue_on_the_second_page_of_the_list_is_found(sim, run, existing_queue):
    for number in range(120):
        existing_queue(f"a{number}")
    existing_queue("z", platform="aarch64")
    result = run("dli_queue", name="z", platform="aarch64")
    assert not result["changed"]
    assert result.sent == ["GET queues/z 200", "GET queues 200", "GET queues 200"]
    assert result["queue"]["platform"] == "aarch64"


def test_a_list_that_lags_does_not_decide_whether_a_queue_exists(sim, run, existing_queue):
    sim.set_knobs(list_lag_seconds=60)
    existing_queue("young", age=1)
    result = run("dli_queue", name="young", engine="spark", wait=False)
    assert not result["changed"]
    existing_queue("gone")
    run("dli_queue", name="gone", state="absent")
    assert run("dli_queue", check=True, name="gone", engine="spark", cu_count=16)["changed"]


# -- Special queues.


@pytest.mark.parametrize("option", [{}, {"engine": "spark"}], ids=["by its name", "in the list"])
def test_a_general_queue_is_found(run, existing_queue, option):
    existing_queue("flink", queue_type="general")
    result = run("dli_queue", name="flink", cu_count=16, **option)
    assert not result["changed"]
    assert result["queue"]["queue_type"] == "general"


def test_a_queue_of_an_unknown_type_is_not_changed(run, existing_queue):
    existing_queue("old", queue_type="spark")
    result = run("dli_queue", name="old")
    assert not result["changed"]
    assert result["queue"]["queue_type"] == "spark"


def test_the_built_in_queue_can_be_managed_as_a_shared_one(run):
    result = run("dli_queue", name="default", resource_mode=0)
    assert not result["changed"]
    assert result["queue"]["resource_mode"] == 0


def test_the_mode_of_a_queue_is_compared_only_if_it_is_requested(sim, run):
    result = run("dli_queue", name="default")
    assert not result["changed"]
    assert result["queue"]["resource_mode"] == 0
    assert result.sent == ["GET queues/default 200"]
    result = run("dli_queue", name="default", resource_mode=1)
    assert "resource_mode is immutable (current: 0, requested: 1)" in result["msg"]
    assert "default" in sim.queues


@pytest.mark.parametrize("check", [True, False])
def test_a_new_queue_is_dedicated(sim, run, check):
    result = run("dli_queue", name="q1", cu_count=16, check=check)
    assert result["queue"]["resource_mode"] == result["diff"]["after"]["resource_mode"] == 1


@pytest.mark.parametrize("options", [{"state": "absent"}, {"force_recreate": True}], ids=str)
@pytest.mark.parametrize("name", ["default", "DEFAULT"])
def test_the_built_in_queue_is_never_deleted(sim, run, name, options):
    result = run("dli_queue", name=name, **options)
    assert "name must not be default with state=absent or force_recreate=true" in result["msg"]
    assert not result.requests
    assert "default" in sim.queues

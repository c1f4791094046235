# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of a resource, not the text of a rejection, decides whether a rejected write is repeated."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import jobs, pools

API = "ansible_collections.huaweicloud.dli.plugins.module_utils._api"
QUEUE, POOL, CONNECTION = "dli_queue", "dli_elastic_resource_pool", "dli_enhanced_connection"
# A text without a known word, and one that merely suggests a temporary state.
TEXTS = {"another language": "\u8bf7\u6c42\u5931\u8d25", "a guess": "The type is not available."}
POLICY = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}

# By write: the module, its options, the request, and what is busy.
WRITES = {
    "create a queue": (QUEUE, {"name": "new", "cu_count": 16, "pool": "pool1"}, ("POST", "queues$"), "pool1"),
    "join a pool": (QUEUE, {"name": "q2", "pool": "pool1"}, ("POST", "pool1/queues$"), "pool1"),
    "set policies": (QUEUE, {"name": "in_pool", "scaling_policies": [POLICY]}, ("PUT", "queues/in_pool$"), "pool1"),
    "scale a queue": (QUEUE, {"name": "q1", "cu_count": 80}, ("PUT", "q1/action$"), "q1"),
    "change a block": (QUEUE, {"name": "q1", "cidr_in_vpc": "10.1.0.0/16"}, ("PUT", "queues/q1$"), "q1"),
    "restart a queue": (QUEUE, {"name": "q1", "state": "restarted"}, ("PUT", "q1/action$"), "q1"),
    "delete a queue": (QUEUE, {"name": "q1", "state": "absent"}, ("DELETE", "queues/q1$"), "q1"),
    "change a pool": (POOL, {"name": "pool2", "max_cu": 512}, ("PUT", "pool2$"), "pool2"),
    "delete a pool": (POOL, {"name": "empty", "state": "absent"}, ("DELETE", "empty$"), "empty"),
    "bind a pool": (
        CONNECTION,
        {"name": "c1", "elastic_resource_pools": ["pool1"]},
        ("POST", "associate-queue$"),
        "pool1",
    ),
    "bind a queue": (CONNECTION, {"name": "c1", "queues": ["q1"]}, ("POST", "associate-queue$"), "q1"),
}


@pytest.fixture
def rejected(cloud, run, monkeypatch):
    """rejected(case, text, busy=True) runs a module whose write the service rejects three times with this text."""
    cloud.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "empty", "cidr_in_vpc": "172.30.0.0/16"}],
            "queues": [{"queue_name": "q1", "cu_count": 64}],
            "connections": [{"name": "c1"}],
        }
    )

    def rejected(case, text, *, busy, **more):
        module, options, (method, path), resource = WRITES[case]
        options = {**options, **more}
        if "pool" in options:
            options["elastic_resource_pool_name"] = options.pop("pool")

        cloud.inject(
            kind="status", method=method, path=path, status=400, error_code="DLI.0999", error_msg=text, times=3
        )
        names = {resource} if busy else set()
        monkeypatch.setattr(f"{API}.pools.is_busy", lambda _api, name: name in names)
        monkeypatch.setattr(f"{API}.jobs.is_busy", lambda _api, name: name in names)
        return run(module, **options)

    return rejected


def writes(result):
    """The statuses of the rejected writes; the connectivity test that checks for readiness is none."""
    return [r.status for r in result.writes if r.status == 400 and not r.path.endswith("connection-test")]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("case", WRITES)
def test_a_rejected_write_to_a_busy_resource_is_repeated(rejected, case, text):
    result = rejected(case, text, busy=True)
    assert not result.failed, result["msg"]
    assert result["changed"]
    assert writes(result) == [400] * 3


@pytest.mark.parametrize("case", WRITES)
def test_a_rejected_write_to_a_resource_that_is_not_busy_fails(rejected, case):
    result = rejected(case, TEXTS["another language"], busy=False)
    assert result.failed
    assert result["error"]["code"] == "DLI.0999"
    assert writes(result) == [400]


def test_without_wait_a_busy_resource_is_reported_as_busy(rejected):
    result = rejected("change a pool", TEXTS["another language"], busy=True, wait=False)
    assert (result["error"]["reason"], result["error"]["code"]) == ("busy", "DLI.0999")
    assert "Run the task again later" in result["error"]["hint"]


def test_the_states_that_make_a_resource_busy(cloud, api):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "scaling", "status": "SCALING"}]})
    assert pools.is_busy(api, "scaling")
    assert not pools.is_busy(api, "pool1")
    assert not pools.is_busy(api, "nowhere")
    assert not jobs.is_busy(api, "q1")
    cloud.queues["q1"].is_restarting = True
    assert jobs.is_busy(api, "q1")


UNEXPLAINED = {"status": 400, "error_code": "DLI.0999", "error_msg": TEXTS["another language"]}


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_list_shows_whether_a_queue_exists(cloud, run, state):
    cloud.inject(kind="status", method="GET", path="queues/new$", times=1, **UNEXPLAINED)
    result = run(QUEUE, name="new", cu_count=16, state=state)
    assert result["changed"] is (state == "present")


def test_a_queue_that_the_list_shows_is_not_created(cloud, run):
    cloud.inject(kind="status", method="GET", path="queues/q1$", times=1, **UNEXPLAINED)
    result = run(QUEUE, name="q1", cu_count=16)
    assert result["error"]["code"] == "DLI.0999"
    assert not result.writes


@pytest.mark.parametrize(
    ("module", "options", "request_", "fields"),
    [
        (QUEUE, {"cu_count": 16}, ("POST", "queues$"), {"queues": [{"queue_name": "new", "cu_count": 16}]}),
        (
            POOL,
            {"min_cu": 64, "max_cu": 64},
            ("POST", "pools$"),
            {"pools": [{"elastic_resource_pool_name": "new", "min_cu": 64, "max_cu": 64}]},
        ),
    ],
)
def test_an_object_that_another_client_just_created_is_used(cloud, run, monkeypatch, module, options, request_, fields):
    method, path = request_
    original = cloud.faults.take

    def take(a_method, a_path):
        fault = original(a_method, a_path)
        if fault is not None:
            cloud.load_seed(fields)
        return fault

    monkeypatch.setattr(cloud.faults, "take", take)
    cloud.inject(kind="status", method=method, path=path, times=1, **UNEXPLAINED)
    result = run(module, name="new", **options)
    assert not result.failed, result["msg"]
    assert not result["changed"]


@pytest.mark.parametrize(
    ("module", "name", "path"),
    [(QUEUE, "q1", "queues/q1$"), (CONNECTION, "c1", "enhanced-connections/")],
)
def test_what_another_client_just_deleted_counts_as_deleted(cloud, run, module, name, path):
    cloud.load_seed({"connections": [{"name": "c1"}]})
    cloud.inject(kind="status_after", method="DELETE", path=path, times=1, **UNEXPLAINED)
    result = run(module, name=name, state="absent")
    assert not result.failed, result["msg"]
    assert result["changed"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_queue_that_another_client_just_added_to_the_pool_is_no_change(cloud, run, monkeypatch, wait):
    original = cloud.faults.take

    def take(method, path):
        fault = original(method, path)
        if fault is not None:
            cloud.queues["q2"].elastic_resource_pool_name = "pool1"
        return fault

    monkeypatch.setattr(cloud.faults, "take", take)
    cloud.inject(kind="status", method="POST", path="pool1/queues$", times=1, **UNEXPLAINED)
    result = run(QUEUE, name="q2", elastic_resource_pool_name="pool1", tags={"a": "b"}, wait=wait)
    assert not result.failed, result["msg"]
    assert result["queue"]["elastic_resource_pool_name"] == "pool1"
    assert result["diff"]["before"]["elastic_resource_pool_name"] == "pool1"
    assert not run(QUEUE, name="q2", elastic_resource_pool_name="pool1")["changed"]

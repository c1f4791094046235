# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lost responses: never a second connection, a false failure or a false success."""

from __future__ import annotations

import pytest

HOST = {"name": "a", "ip": "10.0.0.1"}
HOSTS = [("a", "10.0.0.1")]
GATEWAY = {"shape": "html", "error_msg": "Gateway"}

# Faults after the request took effect, and faults that prevented it.
TAKEN = {
    "dropped": {"kind": "drop_after"},
    "cut": {"kind": "truncate"},
    **{str(status): {"kind": "status_after", "status": status, **GATEWAY} for status in (408, 502, 504)},
}
NOT_TAKEN = {
    "dropped": {"kind": "drop_before"},
    **{str(status): {"kind": "status", "status": status, **GATEWAY} for status in (408, 502, 504)},
}
# The request that fails, the initial state, the options of the task, the final state.
WRITES = {
    "create": (
        {"method": "POST", "path": "enhanced-connections$"},
        None,
        {"queues": ["q1"], "hosts": [HOST]},
        {"queues": {"q1": "ACTIVE"}, "pools": {}, "hosts": HOSTS},
    ),
    "bind": (
        {"method": "POST", "path": "/associate-queue$"},
        {"queues": ["q1"]},
        {"queues": ["q1", "q2", "in_pool"]},
        {"queues": {"q1": "ACTIVE", "q2": "ACTIVE"}, "pools": {"pool1": "ACTIVE"}, "hosts": []},
    ),
    "bind a queue": (
        {"method": "POST", "path": "/associate-queue$"},
        {},
        {"queues": ["q1"]},
        {"queues": {"q1": "ACTIVE"}, "pools": {}, "hosts": []},
    ),
    "bind a pool": (
        {"method": "POST", "path": "/associate-queue$"},
        {},
        {"elastic_resource_pools": ["pool1"]},
        {"queues": {}, "pools": {"pool1": "ACTIVE"}, "hosts": []},
    ),
    "unbind": (
        {"method": "POST", "path": "/disassociate-queue$"},
        {"queues": ["q1", "q2", "q3"]},
        {"queues": ["q1"]},
        {"queues": {"q1": "ACTIVE"}, "pools": {}, "hosts": []},
    ),
    "set hosts": ({"method": "PUT"}, {}, {"hosts": [HOST]}, {"queues": {}, "pools": {}, "hosts": HOSTS}),
    "remove hosts": ({"method": "PUT"}, {"hosts": [HOST]}, {"hosts": []}, {"queues": {}, "pools": {}, "hosts": []}),
    "delete": ({"method": "DELETE"}, {"queues": ["q1"]}, {"state": "absent"}, None),
}
ROUTE = {"name": "r1", "cidr": "10.1.0.0/24"}
PROJECT = "1f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6"
BARE = {"queues": {}, "pools": {}, "hosts": []}
# The same for aspects, which have requests of their own. Each HTTP method is tested above with all faults.
OTHER_WRITES = {
    "add a route": (
        {"method": "POST", "path": "/routes$"},
        {},
        {"routes": [ROUTE]},
        {**BARE, "routes": {"r1": ROUTE["cidr"]}},
    ),
    "remove a route": ({"method": "DELETE", "path": "/routes/r1$"}, {"routes": [ROUTE]}, {"routes": []}, BARE),
    "tag": ({"method": "POST", "path": "/tags/create$"}, {}, {"tags": {"a": "1"}}, {**BARE, "tags": {"a": "1"}}),
    "untag": (
        {"method": "POST", "path": "/tags/delete$"},
        {"tags": [{"key": "a", "value": "1"}]},
        {"tags": {}},
        BARE,
    ),
    "share": ({"method": "PUT"}, {}, {"allowed_projects": [PROJECT]}, {**BARE, "projects": [PROJECT]}),
    "stop sharing": (
        {"method": "PUT"},
        {"privileges": {PROJECT: ["BIND_QUEUE"]}},
        {"allowed_projects": []},
        BARE,
    ),
}
BINDS = ("bind", "bind a queue", "bind a pool")
NEVER_REPEATED = ("create", *BINDS, "add a route", "tag", "untag")


def posts(result, ending):
    return [r for r in result.requests if r.method == "POST" and r.path.endswith(ending)]


@pytest.fixture
def begin(cloud, connection):
    """begin("bind", fault) prepares the initial state and the fault; it returns the options and the final state."""

    def begin(write, fault, **more):
        where, start, options, end = {**WRITES, **OTHER_WRITES}[write]
        if start is not None:
            cloud.load_seed({"connections": [{"name": "test1", **start}]})
        cloud.inject(**where, **fault, **more)
        return options, end

    return begin


@pytest.mark.parametrize("fault", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_took_effect_is_a_success(cloud, begin, connection, state, write, fault):
    options, end = begin(write, fault)
    result = connection(**options)
    assert not result.failed, result["msg"]
    assert result["changed"]
    assert state() == end
    assert len(posts(result, "/enhanced-connections")) == (write == "create")
    assert len(posts(result, "/associate-queue")) == (write in BINDS)
    assert cloud.faults.pending() == []
    assert not connection(**options)["changed"]


@pytest.mark.parametrize("fault", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_took_effect_is_a_success_without_wait(begin, connection, state, write, fault):
    options, end = begin(write, fault)
    result = connection(**options, wait=False)
    assert not result.failed, result["msg"]
    connection(**options)
    assert state() == end


@pytest.mark.parametrize("fault", NOT_TAKEN.values(), ids=NOT_TAKEN)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_without_effect_is_repeated_or_fails_and_the_next_run_makes_it(begin, connection, state, write, fault):
    options, end = begin(write, fault)
    before = state()
    result = connection(**options)
    assert result.failed == (write in NEVER_REPEATED)
    assert state() == (before if result.failed else end)
    assert len(posts(result, "/enhanced-connections")) == (write == "create")
    assert len(posts(result, "/associate-queue")) == (write in BINDS)
    if result.failed:
        assert "it is safe to run the task again" in result["error"]["hint"]
        assert connection(**options)["changed"]
    assert state() == end
    assert not connection(**options)["changed"]


@pytest.mark.parametrize("write", WRITES)
def test_a_throttled_write_is_repeated(begin, connection, state, write):
    options, end = begin(write, {"kind": "status", "status": 429, "shape": "gateway"}, times=2)
    assert connection(**options)["changed"]
    assert state() == end


@pytest.mark.parametrize("fault", TAKEN.values(), ids=TAKEN)
def test_a_connection_that_the_list_shows_late_is_found(cloud, begin, connection, live, fault):
    cloud.set_knobs(list_lag_seconds=5)
    options, _end = begin("create", fault)
    result = connection(**options)
    assert result["changed"]
    assert result["enhanced_connection"]["id"] == live().id


@pytest.mark.parametrize("fault", TAKEN.values(), ids=TAKEN)
def test_an_unbinding_that_takes_longer_than_the_look_up_is_no_failure(cloud, begin, connection, state, fault):
    cloud.set_knobs(unbind_seconds=90)
    options, end = begin("unbind", fault)
    assert connection(**options)["changed"]
    assert state() == end


def test_a_service_that_is_down_for_good_is_a_failure_with_one_creation_at_most(cloud, connection, live):
    cloud.inject(kind="status", method="POST", path="enhanced-connections$", status=502, times=None)
    result = connection(queues=["q1"])
    assert result.failed
    assert len(posts(result, "/enhanced-connections")) == 1
    assert live() is None


def test_a_creation_that_is_rejected_as_busy_is_not_sent_again(cloud, connection, live):
    refusal = {"error_code": "DLI.0012", "error_msg": "Status of queue q1 is restarting, which is not available"}
    cloud.inject(kind="status", method="POST", path="enhanced-connections$", status=400, **refusal)
    result = connection(queues=["q1"])
    assert "again later" in result["error"]["hint"]
    assert len(posts(result, "/enhanced-connections")) == 1
    assert live() is None
    assert connection(queues=["q1"])["changed"]


def test_an_accepted_creation_without_an_id_is_not_made_twice(cloud, connection, live):
    empty = {"status": 201, "error_code": "", "error_msg": ""}
    cloud.inject(kind="status_after", method="POST", path="enhanced-connections$", **empty)
    result = connection()
    assert "without returning its ID" in result["msg"]
    assert "again" in result["error"]["hint"]
    assert not connection()["changed"]
    assert live() is not None


def test_an_empty_response_to_a_creation_counts_as_lost(cloud, connection, live):
    cloud.inject(kind="status_after", method="POST", path="enhanced-connections$", status=201, shape="empty")
    result = connection()
    assert result["changed"]
    assert result["enhanced_connection"]["id"] == live().id
    assert len(posts(result, "/enhanced-connections")) == 1


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("shape", ["empty", "text"])
def test_an_unexpected_response_is_not_taken_for_a_list_without_the_connection(cloud, connection, live, shape, state):
    # Taken for that, it would make a second connection, or call one absent that is there.
    connection()
    existing = live()
    cloud.inject(kind="status", method="GET", path="enhanced-connections$", status=200, shape=shape, times=2)
    result = connection(state=state)
    assert result.failed
    assert "Could not look up connection test1: the response (HTTP 200) is" in result["msg"]
    assert not result.writes
    assert live() is existing


def test_transient_errors_do_not_end_a_wait(cloud, connection, state):
    cloud.set_knobs(peer_seconds=60)
    cloud.inject(kind="status", method="GET", path="enhanced-connections/", status=503, skip=1, times=9)
    assert connection(queues=["q1"])["changed"]
    assert state()["queues"] == {"q1": "ACTIVE"}


@pytest.mark.parametrize("fault", ["dropped", "502"])
@pytest.mark.parametrize("write", OTHER_WRITES)
def test_routes_tags_and_sharing_that_took_effect_are_a_success(cloud, begin, connection, state, write, fault):
    options, end = begin(write, TAKEN[fault])
    result = connection(**options)
    assert not result.failed, result["msg"]
    assert result["changed"]
    assert state() == end
    assert cloud.faults.pending() == []
    assert not connection(**options)["changed"]


@pytest.mark.parametrize("fault", ["dropped", "502"])
@pytest.mark.parametrize("write", OTHER_WRITES)
def test_routes_tags_and_sharing_without_effect_are_repeated_or_fail(begin, connection, state, write, fault):
    options, end = begin(write, NOT_TAKEN[fault])
    before = state()
    result = connection(**options)
    assert result.failed == (write in NEVER_REPEATED)
    assert state() == (before if result.failed else end)
    if result.failed:
        assert "it is safe to run the task again" in result["error"]["hint"]
        assert connection(**options)["changed"]
    assert state() == end


# Requests that are retried, and whose responses are lost every time.
RETRIED = ("set hosts", "remove hosts", "delete", "remove a route", "share", "stop sharing")


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("write", RETRIED)
def test_a_write_that_took_effect_is_a_success_although_every_response_is_lost(begin, connection, state, write, wait):
    options, end = begin(write, TAKEN["504"], times=None)
    result = connection(**options, wait=wait, max_retries=2)
    assert not result.failed, result["msg"]
    assert result["changed"]
    assert state() == end


@pytest.mark.parametrize("write", RETRIED)
def test_a_write_without_effect_whose_responses_are_all_lost_is_a_failure(cloud, begin, connection, state, write):
    options, end = begin(write, NOT_TAKEN["504"], times=None)
    before = state()
    assert connection(**options, max_retries=2).failed
    assert state() == before
    cloud.faults.clear()
    assert connection(**options)["changed"]
    assert state() == end

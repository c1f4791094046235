# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for bindings, and changes of other clients during the wait."""

from __future__ import annotations

import pytest

from dli_simulator.models import Peer


def active(*names):
    return dict.fromkeys(names, "ACTIVE")


def names(result):
    return {entry["name"]: entry["status"] for entry in result["enhanced_connection"]["available_queue_info"]}


# --- waiting


def test_a_binding_that_is_rejected_as_busy_is_sent_again(cloud, connection, state):
    connection()
    refusal = {"error_code": "DLI.0012", "error_msg": "Status of queue q1 is restarting, which is not available"}
    cloud.inject(kind="status", path="/associate-queue", status=400, times=3, **refusal)
    assert "is restarting" in connection(queues=["q1"], wait=False)["msg"]
    assert connection(queues=["q1"])["changed"]
    assert state()["queues"] == active("q1")


def test_the_wait_ends_when_every_requested_binding_is_active(cloud, connection, clock):
    cloud.set_knobs(peer_seconds=200)
    result = connection(queues=["q1", "q2"], elastic_resource_pools=["pool1"])
    assert names(result) == active("q1", "q2")
    assert clock.slept >= 200


def test_without_wait_the_state_is_read_once_and_a_later_run_continues(cloud, connection, state, clock):
    result = connection(queues=["q1"], wait=False)
    assert result.sent == [
        "GET datasource/enhanced-connections 200",
        "GET queues/q1 200",
        "POST datasource/enhanced-connections 201",
        "GET datasource/enhanced-connections 200",
    ]
    assert names(result) == {"q1": "CREATING"}
    more = connection(queues=["q2"], wait=False)
    assert [line.split("/")[-1] for line in more.sent if "connections/" in line] == [
        "disassociate-queue 200",
        "associate-queue 200",
        f"{more['enhanced_connection']['id']} 200",
    ]
    assert clock.slept == 0
    later = connection(queues=["q2"])
    assert names(later) == active("q2")
    assert state()["queues"] == active("q2")
    assert not connection(queues=["q2"])["changed"]


def test_a_binding_that_is_being_removed_does_not_fail_a_later_run(cloud, connection, state):
    connection(queues=["q1", "q2", "q3"])
    cloud.set_knobs(unbind_seconds=120)
    assert connection(queues=["q2", "q3"], wait=False)["changed"]
    # q1 is listed for two minutes more; the service refuses to unbind it once more.
    assert not connection(queues=["q3"]).failed
    assert state()["queues"] == active("q3")
    assert connection(queues=[], wait=False)["changed"]
    for wait in (False, True):
        again = connection(queues=[], wait=wait)
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert ["still lists queue q3 as bound" in text for text in again.warned] == [True] * (not wait)


def test_a_later_run_waits_for_bindings_that_an_earlier_one_left_unfinished(cloud, connection, clock):
    connection(queues=["q1", "in_pool"], wait=False)
    result = connection(queues=["q1", "in_pool"])
    assert not result["changed"]
    assert names(result) == active("q1")
    assert clock.slept >= 19


@pytest.mark.parametrize("existing", [True, False])
def test_wait_timeout_limits_the_whole_task(cloud, connection, clock, existing):
    cloud.set_knobs(peer_seconds=10_000, assigning_seconds=250, unbind_seconds=100)
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    if existing:
        cloud.load_seed({"connections": [{"name": "test1", "queues": ["q1"]}]})
    result = connection(queues=["young"], wait_timeout=400)
    assert "queue young CREATING" in result["msg"]
    assert "to continue waiting" in result["error"]["hint"]
    assert clock.slept == pytest.approx(400, abs=2)


def test_wait_timeout_limits_the_wait_for_readiness_and_nothing_is_written(cloud, connection, state, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    result = connection(queues=["young"], wait_timeout=100)
    assert "queue young" in result["msg"]
    assert "Timed out after 100 s" in result["msg"]
    assert clock.slept == pytest.approx(100, abs=2)
    assert state() is None


def test_wait_timeout_limits_retries(cloud, connection, clock):
    connection()
    cloud.inject(kind="status", method="PUT", status=503, times=None, headers={"Retry-After": "30"})
    slept = clock.slept
    assert connection(hosts=[{"name": "a", "ip": "10.0.0.1"}], wait_timeout=10, max_retries=10).failed
    assert clock.slept - slept <= 11


def test_a_binding_that_never_finishes_is_reported_with_a_remedy(cloud, connection, state):
    cloud.load_seed({"connections": [{"name": "test1", "queues": [{"name": "q1", "status": "CREATING"}]}]})
    refusal = {"error_code": "DLI.0999", "error_msg": "The connection is being created."}
    cloud.inject(kind="status", method="DELETE", status=400, **refusal)
    for options in ({"queues": ["q1"]}, {"state": "absent"}):
        result = connection(**options, wait_timeout=60)
        assert "queue q1 CREATING" in result["msg"]
        assert "unbind it" in result["msg"]
    assert connection(queues=[])["changed"]
    assert connection(queues=["q1"])["changed"]
    assert state()["queues"] == active("q1")


def test_a_change_of_another_client_during_a_long_wait_is_not_undone(cloud, connection, state, live):
    connection(hosts=[{"name": "a", "ip": "10.0.0.1"}])
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    theirs = [{"name": "a", "ip": "10.0.0.1"}, {"name": "theirs", "ip": "10.0.0.9"}]
    cloud.state.scheduler.add(cloud.state.now + 100, lambda _moment: setattr(live(), "hosts", theirs))
    result = connection(queues=["young"], hosts=[{"name": "mine", "ip": "10.0.0.2"}], purge_hosts=False)
    assert result["changed"]
    assert [name for name, _ip in state()["hosts"]] == ["a", "mine", "theirs"]


# --- changes of other clients during a long wait


@pytest.fixture
def meanwhile(cloud):
    """meanwhile(change) calls change() 100 s after the start, while the task waits for the queue young."""
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})

    def meanwhile(change):
        cloud.state.scheduler.add(cloud.state.now + 100, lambda _moment: change())

    return meanwhile


def bound(status="ACTIVE", **queues):
    return [Peer(name, 0, status=queues.get(name, status)) for name in queues]


def test_a_change_that_another_client_made_meanwhile_is_not_reported(connection, live, state, meanwhile):
    connection()
    host = {"name": "a", "ip": "10.0.0.1"}

    def change():
        live().available_queue_info += bound(young="ACTIVE")
        live().hosts = [host]

    meanwhile(change)
    result = connection(queues=["young"], hosts=[host])
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert {line.split("/")[-1].split()[0] for line in result.sent if not line.startswith("GET")} == {"connection-test"}
    assert (state()["queues"], state()["hosts"]) == (active("young"), [("a", "10.0.0.1")])


def test_the_diff_shows_the_change_that_was_made_after_a_long_wait(connection, live, state, meanwhile):
    connection(queues=["q1"])

    def change():
        live().available_queue_info = bound(q2="ACTIVE")

    meanwhile(change)
    result = connection(queues=["q1", "young"])
    assert [result["diff"][side]["queues"] for side in ("before", "after")] == [["q2"], ["q1", "young"]]
    assert state()["queues"] == active("q1", "young")


@pytest.mark.parametrize("state_after", ["FAILED", "deleted"])
def test_a_problem_that_arises_during_a_long_wait_fails_before_anything_is_sent(
    cloud, connection, live, meanwhile, state_after
):
    connection(queues=["q1"])

    def change():
        if state_after == "deleted":
            del cloud.state.main.queues["q3"]
        else:
            live().available_queue_info = bound(q1="FAILED")

    meanwhile(change)
    result = connection(queues=["q1", "q3", "young"])
    assert {"FAILED": "FAILED bindings: queue q1", "deleted": "queue q3 does not exist"}[state_after] in result["msg"]
    assert not [line for line in result.sent if line.startswith("POST") and "connection-test" not in line]


def test_a_queue_that_must_be_bound_after_all_is_waited_for_too(cloud, connection, live, state, meanwhile, clock):
    cloud.load_seed(
        {"queues": [{"queue_name": "younger", "age": 0}], "connections": [{"name": "test1", "queues": ["younger"]}]}
    )

    def unbind_all():
        live().available_queue_info.clear()

    meanwhile(unbind_all)
    cloud.queues["younger"].create_time += 200_000
    assert connection(queues=["young", "younger"])["changed"]
    assert state()["queues"] == active("young", "younger")


def test_check_mode_reports_a_pool_that_is_failed(cloud, connection, live):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "ill", "status": "FAILED", "fail_reason": "sold out"}]})
    for pools in (["ill"], ["pool1", "ill"]):
        checked, real = (connection(check=check, elastic_resource_pools=pools) for check in (True, False))
        assert checked.failed
        assert real["msg"] == checked["msg"]
        assert checked["error"]["reason"] == "failed"
        assert "Elastic resource pool ill is FAILED: sold out." in checked["msg"]
        assert live() is None


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"queues": ["in_pool", "q1"], "elastic_resource_pools": ["Pool1"]}, {"queues": ["q1"], "pools": ["pool1"]}),
        ({"queues": ["in_pool"], "elastic_resource_pools": ["pool1"]}, {"queues": None, "pools": ["pool1"]}),
        ({"queues": ["in_pool"], "elastic_resource_pools": ["pool2"]}, {"queues": ["in_pool"], "pools": ["pool2"]}),
        ({"queues": ["in_pool"]}, {"queues": ["in_pool"], "pools": None}),
        ({"queues": []}, {"queues": [], "pools": None}),
    ],
    ids=str,
)
def test_a_new_connection_is_requested_without_queues_whose_pools_are_listed(connection, options, sent):
    result = connection(**options)
    (create,) = [each.body for each in result.writes if each.method == "POST" and each.path.endswith("-connections")]
    assert {"queues": create.get("queues"), "pools": create.get("elastic_resource_pools")} == sent
    assert not connection(**options)["changed"]

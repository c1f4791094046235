# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connection a name or an ID identifies."""

from __future__ import annotations

import pytest

DEAD = {"name": "test1", "status": "DELETED"}


# --- names


def test_a_deleted_connection_is_absent(cloud, connection, live):
    cloud.load_seed({"connections": [DEAD]})
    assert connection(state="absent")["changed"] is False
    assert connection()["changed"]
    assert live() is not None
    assert not connection()["changed"]


def test_a_live_connection_is_found_next_to_a_deleted_one(cloud, connection, live):
    cloud.load_seed({"connections": [DEAD, {"name": "test1"}, DEAD]})
    result = connection(queues=["q1"])
    assert result["enhanced_connection"]["id"] == live().id
    assert not any(r.path.endswith("/enhanced-connections") for r in result.writes)


@pytest.mark.parametrize("options", [{}, {"state": "absent"}, {"check": True}, {"queues": ["q1"]}])
def test_two_live_connections_of_one_name_are_an_error_that_lists_them(cloud, connection, options):
    cloud.load_seed({"connections": [{"name": "test1"}, {"name": "test1"}, DEAD]})
    result = connection(**options)
    assert "There are 2 connections named test1" in result["msg"]
    alive = [each.id for each in cloud.connections.values() if each.status != "DELETED"]
    assert all(each in result["msg"] for each in alive)
    assert result.writes == []


def test_names_that_only_contain_the_name_are_other_connections(cloud, connection, run, place, live):
    cloud.load_seed({"connections": [{"name": "test10"}, {"name": "xtest1"}, {"name": "TEST1"}]})
    assert connection()["changed"]
    assert connection(state="absent")["changed"]
    assert live() is None
    assert all(live(name) for name in ("test10", "xtest1", "TEST1"))


def test_a_name_is_found_on_a_later_page(cloud, connection):
    cloud.set_knobs(connection_name_filter="substring")
    cloud.load_seed({"connections": [*({"name": f"test1{n}"} for n in range(200)), {"name": "test1", "age": 1}]})
    result = connection()
    assert not result["changed"]
    assert len(result.sent) == 3


def test_deleted_connections_do_not_add_requests(cloud, connection):
    cloud.load_seed({"connections": [*([DEAD] * 150), {"name": "test1"}]})
    result = connection()
    assert not result["changed"]
    assert len(result.sent) == 1


# --- lists that lag


def test_a_list_that_lags_after_a_creation_makes_no_second_connection(cloud, connection, live):
    cloud.set_knobs(list_lag_seconds=6)
    assert connection()["changed"]
    assert not connection()["changed"]
    assert live() is not None


def test_a_list_that_lags_after_a_deletion_does_not_hide_the_deletion(cloud, connection, live):
    cloud.set_knobs(list_lag_seconds=6)
    connection()
    assert connection(state="absent")["changed"]
    assert not connection(state="absent")["changed"]
    assert connection()["changed"]
    assert live() is not None


def test_a_connection_deleted_a_moment_ago_does_not_make_a_name_ambiguous(cloud, connection, live, clock):
    connection()
    clock.sleep(100)
    cloud.set_knobs(list_lag_seconds=60)
    assert connection(state="absent", wait=False)["changed"]
    cloud.load_seed({"connections": [{"name": "test1"}]})
    result = connection()
    assert not result["changed"]
    assert result["enhanced_connection"]["id"] == live().id


# --- other clients


def test_a_connection_that_another_client_creates_meanwhile_is_continued_with(cloud, connection, live, state):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    theirs = {"connections": [{"name": "test1", "queues": ["q1"]}]}
    cloud.state.scheduler.add(cloud.state.now + 100, lambda _moment: cloud.load_seed(theirs))
    result = connection(queues=["q1", "young"])
    assert result["changed"]
    assert [result["diff"][side]["queues"] for side in ("before", "after")] == [["q1"], ["q1", "young"]]
    assert not any(r.path.endswith("/enhanced-connections") for r in result.writes)
    assert state()["queues"] == {"q1": "ACTIVE", "young": "ACTIVE"}
    assert result["enhanced_connection"]["id"] == live().id


def test_a_connection_that_another_client_creates_elsewhere_meanwhile_is_an_error(cloud, connection, other_place, live):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    theirs = {"connections": [{"name": "test1", **other_place}]}
    cloud.state.scheduler.add(cloud.state.now + 100, lambda _moment: cloud.load_seed(theirs))
    result = connection(queues=["young"])
    assert "dest_vpc_id is immutable" in result["msg"]
    assert not result["changed"]
    assert live().dest_vpc_id == other_place["dest_vpc_id"]


@pytest.fixture
def twin(cloud):
    """twin(age=1) creates another connection of the same name directly before the next creation takes effect."""

    def twin(**fields):
        original = cloud.faults.take

        def take(method, path):
            if method == "POST" and path.endswith("/enhanced-connections"):
                del cloud.faults.take
                cloud.load_seed({"connections": [{"name": "test1", **fields}]})
            return original(method, path)

        cloud.faults.take = take

    return twin


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("lag", [0, 5])
def test_the_younger_of_two_concurrent_creators_continues_with_the_older_connection(
    cloud, connection, twin, live, state, wait, lag
):
    cloud.set_knobs(list_lag_seconds=lag * wait)
    twin(age=1, queues=["q1"])
    result = connection(queues=["q1", "q2"], tags={"a": "1"}, wait=wait)
    assert not result.failed, result
    assert result["enhanced_connection"]["id"] == live().id
    assert result["changed"]
    assert result["diff"]["before"]["queues"] == ["q1"]
    cloud.clock.advance(60)
    assert state() == {"queues": dict.fromkeys(("q1", "q2"), "ACTIVE"), "pools": {}, "hosts": [], "tags": {"a": "1"}}
    assert not connection(queues=["q1", "q2"], tags={"a": "1"})["changed"]


def test_a_younger_creator_finds_everything_as_requested(connection, twin, live):
    twin(age=1)
    result = connection()
    assert not result["changed"]
    assert result["enhanced_connection"]["id"] == live().id


def test_the_older_creator_keeps_its_connection(cloud, connection, twin):
    twin(age=-1)
    result = connection()
    assert result["changed"]
    alive = [each.id for each in cloud.connections.values() if each.status != "DELETED"]
    assert len(alive) == 2
    assert result["enhanced_connection"]["id"] in alive


def test_an_older_connection_that_the_list_shows_late_is_continued_with(cloud, connection, live):
    cloud.set_knobs(peer_seconds=60)
    theirs = {"connections": [{"name": "test1", "age": 3600}]}
    cloud.state.scheduler.add(cloud.state.now + 5, lambda _moment: cloud.load_seed(theirs))
    result = connection(queues=["q1"])
    assert result["changed"]
    assert result["enhanced_connection"]["id"] == live().id
    assert [peer.status for peer in live().available_queue_info] == ["ACTIVE"]


@pytest.mark.parametrize("force", [True, False])
def test_an_older_connection_at_another_network_is_never_replaced(connection, twin, other_place, live, force):
    twin(age=1, **other_place)
    result = connection(force_recreate=force)
    assert "dest_vpc_id is immutable" in result["msg"]
    assert live().dest_vpc_id == other_place["dest_vpc_id"]


def test_a_task_waits_for_the_creator_of_a_twin_to_delete_it(cloud, connection, live):
    cloud.load_seed({"connections": [{"name": "test1"}, {"name": "test1", "age": 1}]})
    young = max(cloud.connections.values(), key=lambda each: each.create_time)

    def delete(_moment):
        young.status, young.delete_time = "DELETED", cloud.state.millis

    cloud.state.scheduler.add(cloud.state.now + 5, delete)
    assert not connection()["changed"]
    assert live() is not young


def test_a_service_that_refuses_a_second_connection_of_a_name_is_no_failure(cloud, connection, twin, live):
    twin(age=1)
    refusal = {"error_code": "DLI.0006", "error_msg": "The connection test1 already exists."}
    cloud.inject(kind="status", method="POST", path="enhanced-connections$", status=400, **refusal)
    result = connection(hosts=[{"name": "a", "ip": "10.0.0.1"}])
    assert result["changed"], result
    assert live().hosts == [{"name": "a", "ip": "10.0.0.1"}]


@pytest.mark.parametrize(
    "theirs",
    [
        {"dest_vpc_id": "11111111-1111-1111-1111-111111111111"},
        {"hosts": [{"name": "b", "ip": "10.0.0.2"}]},
        {"hosts": [{"name": "a", "ip": "10.0.0.1"}], "queues": []},
    ],
    ids=["network", "hosts", "queues"],
)
def test_a_connection_that_is_found_after_a_lost_response_must_be_as_requested(cloud, connection, twin, live, theirs):
    twin(**{"queues": ["q1"], **theirs})
    cloud.inject(kind="drop_before", method="POST", path="enhanced-connections$")
    result = connection(queues=["q1"], hosts=[{"name": "a", "ip": "10.0.0.1"}])
    assert "another client created a connection of this name" in result["msg"]
    assert live().id in result["msg"]
    assert not result["changed"]


# --- one of several


def test_the_id_selects_one_of_several_connections(cloud, connection):
    cloud.load_seed({"connections": [{"name": "test1"}, {"name": "test1"}]})
    one, other = list(cloud.connections.values())
    refused = connection()
    assert "Set id to one of these IDs" in refused["error"]["hint"]
    assert connection(id=one.id, queues=["q1"])["changed"]
    assert not connection(id=one.id, queues=["q1"])["changed"]
    assert [peer.name for peer in one.available_queue_info] == ["q1"]
    assert not other.available_queue_info
    predicted, made = (connection(id=other.id, state="absent", check=check) for check in (True, False))
    assert predicted["changed"]
    assert made["changed"]
    assert (one.status, other.status) == ("ACTIVE", "DELETED")
    assert not connection(id=other.id, state="absent")["changed"]
    assert not connection()["changed"]


def test_an_id_that_does_not_fit_is_an_error(cloud, connection):
    cloud.load_seed({"connections": [{"name": "another"}]})
    (another,) = cloud.connections
    for options in ({}, {"state": "absent"}):
        assert "the ID of connection another" in connection(id=another, **options)["msg"]
    nowhere = "11111111-1111-1111-1111-111111111111"
    assert "id must be the ID of an existing connection" in connection(id=nowhere)["msg"]
    assert not connection(id=nowhere, state="absent")["changed"]
    assert "id must be a UUID" in connection(id="x")["msg"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_connection_that_another_client_deletes_meanwhile_is_an_error(cloud, connection, live, wait):
    connection(queues=["q1", "q2"])
    cloud.inject(kind="delay", method="POST", path="/disassociate-queue", seconds=0)
    dead = live()
    cloud.set_knobs(unbind_seconds=0)
    original = cloud.faults.take

    def take(method, path):
        if path.endswith("/disassociate-queue"):
            dead.status = "DELETED"
        return original(method, path)

    cloud.faults.take = take
    try:
        result = connection(queues=["q1"], wait=wait)
    finally:
        del cloud.faults.take
    assert result.failed
    assert "Another client deleted connection test1" in result["msg"]
    assert connection(queues=["q1"])["changed"]
    assert [peer.name for peer in live().available_queue_info] == ["q1"]

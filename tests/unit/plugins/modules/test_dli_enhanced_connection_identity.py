# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connection a name identifies, immutable options, and deletion."""

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


# --- immutable options


@pytest.mark.parametrize("option", ["dest_vpc_id", "dest_network_id"])
@pytest.mark.parametrize("check", [True, False])
def test_changing_an_immutable_option_is_an_error_with_both_values(connection, place, other_place, live, option, check):
    connection()
    before = live()
    result = connection(**{option: other_place[option]}, check=check)
    for words in (option, place[option], other_place[option], "force_recreate=true"):
        assert words in result["msg"]
    assert result.writes == []
    assert live() is before


@pytest.mark.parametrize("wait", [True, False])
def test_force_recreate_leaves_one_live_connection(connection, other_place, live, wait):
    old = connection(queues=["q1"], wait=wait)["enhanced_connection"]["id"]
    wanted = {**other_place, "force_recreate": True, "queues": ["q1"]}
    predicted = connection(**wanted, wait=wait, check=True)
    assert live().id == old
    made = connection(**wanted, wait=wait)
    assert predicted["changed"]
    assert made["changed"]
    assert predicted["diff"] == made["diff"]
    assert made["diff"]["before"]["dest_vpc_id"] != made["diff"]["after"]["dest_vpc_id"]
    assert live().id != old
    assert live().dest_vpc_id == other_place["dest_vpc_id"]
    again = connection(**wanted)
    assert not again["changed"]
    assert [peer.status for peer in live().available_queue_info] == ["ACTIVE"]


def test_force_recreate_without_an_immutable_difference_changes_nothing(connection, live):
    connection(queues=["q1"])
    before = live().id
    assert connection(queues=["q1"], force_recreate=True)["changed"] is False
    assert connection(queues=["q2"], force_recreate=True)["changed"]
    assert live().id == before


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "method": "POST", "path": "enhanced-connections$", "status": 403},
        {"kind": "drop_before", "method": "POST", "path": "enhanced-connections$"},
        {"kind": "drop_after", "method": "POST", "path": "enhanced-connections$"},
        {"kind": "drop_after", "method": "DELETE"},
        {"kind": "status", "method": "DELETE", "status": 403},
    ],
    ids=lambda fault: f"{fault['kind']} {fault['method']}",
)
@pytest.mark.parametrize("lag", [0, 5])
def test_force_recreate_that_is_interrupted_ends_with_one_live_connection(
    cloud, connection, other_place, live, fault, lag
):
    connection(queues=["q1"])
    cloud.set_knobs(list_lag_seconds=lag)
    wanted = {**other_place, "force_recreate": True, "queues": ["q1"]}
    cloud.inject(**fault)
    connection(**wanted)
    live()
    connection(**wanted)
    assert live().dest_vpc_id == other_place["dest_vpc_id"]
    assert connection(**wanted)["changed"] is False


def test_force_recreate_waits_for_queues_before_it_deletes(cloud, connection, other_place, live):
    connection()
    old = live().id
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    wanted = {**other_place, "force_recreate": True, "queues": ["young"]}
    assert connection(**wanted, wait_timeout=60).failed
    assert live().id == old
    assert connection(**wanted)["changed"]
    assert live().id != old


@pytest.mark.parametrize("check", [True, False])
def test_all_missing_options_of_a_new_connection_are_reported_together(run, cloud, check):
    result = run("dli_enhanced_connection", name="test1", queues=["q1"], check=check)
    assert "dest_vpc_id or dest_vpc_name is required to create it" in result["msg"]
    assert "dest_network_id or dest_subnet_name is required to create it" in result["msg"]
    # A run that deletes the connection can tell that another one was faster.
    assert result["error"]["reason"] == "not_found"
    assert result.writes == []


def test_a_missing_subnet_is_reported_with_a_hint(connection, live, other_place):
    result = connection(dest_network_id=other_place["dest_network_id"])
    assert "cannot be found" in result["msg"]
    assert "Check dest_vpc_id and dest_network_id" in (result["error"]["hint"] or "")
    assert live() is None


# --- deletion


def test_a_connection_is_deleted_at_once_while_a_binding_is_being_created(connection, live, clock):
    connection(queues=["q1", "in_pool"], wait=False)
    result = connection(state="absent")
    assert result["changed"]
    assert live() is None
    assert clock.slept == 0
    assert [r.method for r in result.writes] == ["DELETE"]


@pytest.mark.parametrize("refusal", ["is being created and cannot be deleted", "is in an illegal state"])
def test_a_deletion_that_is_rejected_waits_until_no_binding_is_being_created(cloud, connection, live, clock, refusal):
    connection(queues=["q1", "in_pool"], wait=False)
    refusals = {"error_code": "DLI.0999", "error_msg": f"The connection {refusal}."}
    cloud.inject(kind="status", method="DELETE", status=400, **refusals)
    result = connection(state="absent")
    assert result["changed"]
    assert live() is None
    assert clock.slept >= 19
    assert [f"{r.method} {r.status}" for r in result.writes] == ["DELETE 400", "DELETE 200"]


def test_a_deletion_that_is_rejected_as_busy_is_sent_again(cloud, connection, live):
    connection()
    refusal = {"error_code": "DLI.0999", "error_msg": "The connection is being created and cannot be deleted."}
    cloud.inject(kind="status", method="DELETE", status=400, times=3, **refusal)
    assert connection(state="absent")["changed"]
    assert live() is None


def test_deleting_without_wait_explains_why_it_is_not_possible_yet(cloud, connection, live, clock):
    cloud.set_knobs(creating_blocks_delete=True)
    connection(queues=["q1"], wait=False)
    result = connection(state="absent", wait=False)
    assert "is being created" in result["msg"]
    assert "Run the task again later, or set wait=true" in result["error"]["hint"]
    assert live() is not None
    assert clock.slept == 0
    clock.sleep(30)
    result = connection(state="absent", wait=False)
    assert result["changed"]
    assert live() is None
    assert len(result.sent) == 2


def test_a_wait_for_a_deletion_does_not_hide_why_it_was_rejected(cloud, connection):
    cloud.load_seed({"connections": [{"name": "test1", "queues": [{"name": "q1", "status": "CREATING"}]}]})
    text = "The connection is used by a job"
    cloud.inject(kind="status", method="DELETE", status=400, error_code="DLI.0001", error_msg=text, times=None)
    result = connection(state="absent", wait_timeout=60)
    assert result["msg"].startswith("Timed out after 60 s while waiting for the bindings of connection test1")
    assert f"Could not delete connection test1: {text} (HTTP 400, DLI.0001" in result["msg"]


def test_deleting_a_connection_with_failed_bindings_works(cloud, connection, live):
    failed = [{"name": name, "status": "FAILED"} for name in ("q1", "pool1")]
    cloud.load_seed({"connections": [{"name": "test1", "queues": failed[:1], "elastic_resource_pools": failed[1:]}]})
    assert connection(state="absent")["changed"]
    assert live() is None


def test_a_connection_that_another_client_deletes_first_is_no_failure(cloud, connection, live):
    connection()
    cloud.set_knobs(list_lag_seconds=5)
    cloud.connections[live().id].delete_time = cloud.state.millis
    live().status = "DELETED"
    assert not connection(state="absent").failed
    assert live() is None


def test_the_hint_about_bindings_is_only_for_connections_with_creating_bindings(cloud, connection):
    connection()
    cloud.inject(kind="status", method="DELETE", status=400, error_code="DLI.0999", error_msg="No.")
    result = connection(state="absent")
    assert result.failed
    assert "being created" not in result["msg"]

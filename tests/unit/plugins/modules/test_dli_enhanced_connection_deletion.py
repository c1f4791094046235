# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_enhanced_connection: immutable options, recreation and deletion."""

from __future__ import annotations

import pytest

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

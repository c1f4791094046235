# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Knobs of queues and connections: the default is what logs of real runs show, the knob is the stricter behavior."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import RawClient, error_of

from dli_simulator import Simulator

QUEUES = "/v1.0/{p}/queues"
CONNECTIONS = "/v2.0/{p}/datasource/enhanced-connections"


def create_queue(sdk: Any, name: str, size: int = 64, **fields: Any) -> Any:
    body = model.CreateQueueRequestBody(queue_name=name, cu_count=size, resource_mode=1, **fields)
    return sdk.create_queue(model.CreateQueueRequest(body=body))


def run_action(sdk: Any, name: str, action: str, **fields: Any) -> Any:
    body = model.RunQueueActionRequestBody(action=action, **fields)
    return sdk.run_queue_action(model.RunQueueActionRequest(queue_name=name, body=body))


def change_cidr(sdk: Any, name: str, cidr: str) -> Any:
    body = model.UpdateQueueCidrRequestBody(cidr_in_vpc=cidr)
    return sdk.update_queue_cidr(model.UpdateQueueCidrRequest(queue_name=name, body=body))


def connect(sim: Simulator, sdk: Any, name: str = "c1", **fields: Any) -> str:
    network = sim.ready["networks"][0]
    body = model.CreateEnhancedConnectionRequestBody(
        name=name, dest_vpc_id=network["vpc_id"], dest_network_id=network["subnet_id"], **fields
    )
    created = sdk.create_enhanced_connection(model.CreateEnhancedConnectionRequest(body=body))
    return str(created.connection_id)


def delete_connection(sdk: Any, connection_id: str) -> Any:
    return sdk.delete_enhanced_connection(model.DeleteEnhancedConnectionRequest(connection_id=connection_id))


def bind(sdk: Any, connection_id: str, *queues: str) -> Any:
    body = model.AssociateQueueToEnhancedConnectionRequestBody(queues=list(queues))
    request = model.AssociateQueueToEnhancedConnectionRequest(connection_id=connection_id, body=body)
    return sdk.associate_queue_to_enhanced_connection(request)


def unbind(sdk: Any, connection_id: str, *queues: str) -> Any:
    body = model.DisassociateQueueFromEnhancedConnectionRequestBody(queues=list(queues))
    request = model.DisassociateQueueFromEnhancedConnectionRequest(connection_id=connection_id, body=body)
    return sdk.disassociate_queue_from_enhanced_connection(request)


def bindings(sim: Simulator, connection_id: str) -> dict[str, str]:
    return {peer.name: peer.status for peer in sim.connections[connection_id].peers}


# --- queues ---


def features(raw: RawClient) -> dict[str, Any]:
    queues = raw("GET", QUEUES).json()["queues"]
    return {queue["queue_name"]: queue.get("feature") for queue in queues if queue["queue_name"] != "default"}


def test_the_list_shows_a_feature_only_if_it_was_given(sim_without_auth: Simulator, raw: RawClient) -> None:
    for name, extra in (("q1", {}), ("q2", {"feature": "basic"}), ("q3", {"feature": "ai"})):
        assert raw("POST", QUEUES, {"queue_name": name, "cu_count": 16, "resource_mode": 1, **extra}).ok
    assert features(raw) == {"q1": None, "q2": "basic", "q3": "ai"}
    sim_without_auth.set_knobs(show_default_feature=True)
    assert features(raw) == {"q1": "basic", "q2": "basic", "q3": "ai"}


def test_the_cidr_of_a_queue_can_be_changed_after_240_seconds_and_again_at_once(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1")
    sim.clock.advance(239)
    assert "assigning" in error_of(change_cidr, sdk, "q1", "10.1.0.0/16")[2]
    sim.clock.advance(1)
    change_cidr(sdk, "q1", "10.1.0.0/16")
    change_cidr(sdk, "q1", "10.2.0.0/16")
    assert sim.queues["q1"].cidr_in_vpc == "10.2.0.0/16"
    # Calls that need the cluster fail until it is rebuilt.
    assert "assigning" in error_of(run_action, sdk, "q1", "restart")[2]


def test_a_cidr_change_can_lock_the_queue(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "q1"}], "knobs": {"cidr_change_locks": True, "assigning_seconds": 420}})
    change_cidr(sdk, "q1", "10.1.0.0/16")
    assert "assigning" in error_of(change_cidr, sdk, "q1", "10.2.0.0/16")[2]
    sim.clock.advance(420)
    change_cidr(sdk, "q1", "10.2.0.0/16")


def test_cidr_changes_can_be_refused(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "q1"}], "knobs": {"refuse_cidr_changes": True}})
    assert error_of(change_cidr, sdk, "q1", "10.1.0.0/16")[:2] == (400, "DLI.0007")


@pytest.mark.parametrize("action", [{"action": "scale_out", "cu_count": 16}, {"action": "restart"}], ids=str)
def test_unused_queues_can_refuse_actions(sim: Simulator, sdk: Any, action: dict[str, Any]) -> None:
    queues = [{"queue_name": "unused", "cu_count": 64}, {"queue_name": "used", "cu_count": 64, "used": True}]
    sim.load_seed({"queues": queues})
    run_action(sdk, "unused", **action)
    sim.clock.advance(600)
    sim.set_knobs(unused_queues_refuse=True)
    assert error_of(run_action, sdk, "unused", **action)[0] == 400
    run_action(sdk, "used", **action)


def test_queues_of_16_cus_can_be_scalable(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "q1", "cu_count": 16}]})
    assert error_of(run_action, sdk, "q1", "scale_out", cu_count=16)[1] == "DLI.0007"
    sim.set_knobs(scale_small_queues=True)
    run_action(sdk, "q1", "scale_out", cu_count=16)
    sim.clock.advance(600)
    assert sim.queues["q1"].cu_count == 32


def test_queues_outside_pools_can_be_sold_out(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "p1"}]})
    create_queue(sdk, "q1", 16)
    sim.set_knobs(sold_out=True)
    text = "The queue is sold out and cannot be purchased."
    assert error_of(create_queue, sdk, "q2", 16) == (400, "DLI.0001", text)
    create_queue(sdk, "q2", 16, elastic_resource_pool_name="p1")


def test_a_queue_outside_pools_can_create_a_pool_of_its_name(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1")
    assert sim.pools == {}
    sim.set_knobs(pool_per_queue=True)
    create_queue(sdk, "q2")
    assert set(sim.pools) == {"q2"}
    assert sim.queues["q2"].elastic_resource_pool_name == ""
    connection = connect(sim, sdk, queues=["q2"])
    sim.clock.advance(20)
    request = model.ShowEnhancedConnectionRequest(connection_id=connection)
    shown = sdk.show_enhanced_connection(request)
    assert shown.available_queue_info == []
    assert [(each.name, each.status) for each in shown.elastic_resource_pools] == [("q2", "ACTIVE")]
    sdk.delete_queue(model.DeleteQueueRequest(queue_name="q2"))
    assert sim.pools == {}
    assert bindings(sim, connection) == {}


def write_property(sdk: Any, name: str) -> Any:
    body = model.UpdateQueuePropertyRequestBody(properties=model.AdvancedQueueProperty(job_max_concurrent=8))
    return sdk.update_queue_property(model.UpdateQueuePropertyRequest(queue_name=name, body=body))


def test_driver_properties_can_be_limited_to_standard_pools(sim: Simulator, sdk: Any) -> None:
    pools = [
        {"elastic_resource_pool_name": "p1"},
        {"elastic_resource_pool_name": "p2", "min_cu": 16, "max_cu": 64, "label": {"spec": "basic"}},
    ]
    queues = [
        {"queue_name": "q1", "elastic_resource_pool_name": "p1"},
        {"queue_name": "q2", "elastic_resource_pool_name": "p2"},
        {"queue_name": "q3"},
    ]
    sim.load_seed({"pools": pools, "queues": queues})
    for name in ("q1", "q2", "q3"):
        write_property(sdk, name)
        assert sim.queues[name].properties == {"job.maxConcurrent": "8"}
    sim.set_knobs(properties_need_pool=True)
    write_property(sdk, "q1")
    for name in ("q2", "q3"):
        assert error_of(write_property, sdk, name)[1] == "DLI.0007"


def test_grants_can_be_limited_to_known_users(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "q1"}]})

    def grant(user: str) -> Any:
        granted = [model.Privilege(object="queues.q1", privileges=["SUBMIT_JOB"])]
        body = model.RunAuthorizationActionRequestBody(user_name=user, action="grant", privileges=granted)
        return sdk.run_authorization_action(model.RunAuthorizationActionRequest(body=body))

    def register(user: str) -> Any:
        body = model.RegisterAuthorizedQueueRequestBody(
            queue_name="q1", user_name=user, action="grant", privileges=["SUBMIT_JOB"]
        )
        return sdk.register_authorized_queue(model.RegisterAuthorizedQueueRequest(body=body))

    grant("anyone")
    sim.set_knobs(known_users=["analyst"])
    grant("analyst")
    for call in (grant, register):
        assert error_of(call, "other") == (400, "DLI.0002", "No such user. userName:other.")
    assert set(sim.queues["q1"].privileges) == {"anyone", "analyst"}


# --- connections ---


def names(sdk: Any, **query: Any) -> list[str]:
    request = model.ListEnhancedConnectionsRequest(**query)
    return [each.name for each in sdk.list_enhanced_connections(request).connections]


def test_the_name_filter_of_connections_is_exact(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"connections": [{"name": "tf_test"}, {"name": "tf_test_abcde"}]})
    assert names(sdk, name="tf_test") == ["tf_test"]
    assert names(sdk, name="tf_") == []
    sim.set_knobs(connection_name_filter="substring")
    assert names(sdk, name="tf_test") == ["tf_test", "tf_test_abcde"]


@pytest.mark.parametrize("queue", ["ready", "young"])
def test_a_connection_can_be_deleted_while_a_binding_is_created(sim: Simulator, sdk: Any, queue: str) -> None:
    sim.load_seed({"queues": [{"queue_name": "ready"}, {"queue_name": "young", "age": 0}]})
    connection = connect(sim, sdk, queues=[queue])
    sim.set_knobs(creating_blocks_delete=True)
    assert error_of(delete_connection, sdk, connection)[:2] == (400, "DLI.0012")
    sim.set_knobs(creating_blocks_delete=False)
    delete_connection(sdk, connection)
    assert sim.connections[connection].status == "DELETED"


def test_a_binding_made_too_early_can_be_undone(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    connection = connect(sim, sdk, queues=["young"])
    sim.clock.advance(10000)
    assert bindings(sim, connection) == {"young": "CREATING"}
    unbind(sdk, connection, "young")
    sim.clock.advance(2)
    assert bindings(sim, connection) == {}


def test_early_bindings_can_become_active(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "young", "age": 0}], "knobs": {"early_bindings_stick": False}})
    connection = connect(sim, sdk, queues=["young"])
    sim.clock.advance(20)
    assert bindings(sim, connection) == {"young": "ACTIVE"}


def test_binding_and_unbinding_can_refuse_pools(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "p1", "cidr_in_vpc": "10.1.0.0/16"}]})
    sim.set_knobs(bind_refuses_pools=True)
    connection = connect(sim, sdk, elastic_resource_pools=["p1"])
    sim.clock.advance(20)
    named = {"elastic_resource_pools": ["p1"]}

    def write(verb: str) -> Any:
        body = getattr(model, f"{verb}EnhancedConnectionRequestBody")(**named)
        request = getattr(model, f"{verb}EnhancedConnectionRequest")(connection_id=connection, body=body)
        if verb.startswith("Dis"):
            return sdk.disassociate_queue_from_enhanced_connection(request)
        return sdk.associate_queue_to_enhanced_connection(request)

    for verb in ("AssociateQueueTo", "DisassociateQueueFrom"):
        assert error_of(write, verb)[:2] == (400, "DLI.0001")
    sim.set_knobs(bind_refuses_pools=False)
    write("DisassociateQueueFrom")
    sim.clock.advance(2)
    write("AssociateQueueTo")
    assert bindings(sim, connection) == {"p1": "CREATING"}


@pytest.mark.parametrize("seconds", [2, 30])
def test_an_unbound_entry_stays_listed_for_seconds(sim: Simulator, sdk: Any, seconds: int) -> None:
    sim.load_seed({"queues": [{"queue_name": "q1"}]})
    if seconds != 2:
        sim.set_knobs(unbind_seconds=seconds)
    connection = connect(sim, sdk)
    bind(sdk, connection, "q1")
    unbind(sdk, connection, "q1")
    sim.clock.advance(seconds - 1)
    assert set(bindings(sim, connection)) == {"q1"}
    sim.clock.advance(1)
    assert bindings(sim, connection) == {}


@pytest.mark.parametrize(
    ("knobs", "keys"),
    [
        ({}, ["project_id", "applicant_project_id"]),
        ({"privilege_project_key": "project_id"}, ["project_id"]),
        ({"privilege_project_key": "applicant_project_id"}, ["applicant_project_id"]),
    ],
    ids=str,
)
def test_the_key_of_the_project_in_privileges(
    sim_without_auth: Simulator, raw: RawClient, knobs: dict[str, Any], keys: list[str]
) -> None:
    granted = {"other": ["BIND_QUEUE"]}
    sim_without_auth.load_seed({"connections": [{"id": "x", "name": "c1", "privileges": granted}], "knobs": knobs})
    [shown] = raw("GET", CONNECTIONS + "/x/privileges").json()["privileges"]
    assert {key: value for key, value in shown.items() if value == "other"} == dict.fromkeys(keys, "other")


# --- pools ---


def test_small_cidrs_of_pools(sim: Simulator, sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    def create(name: str, cidr: str) -> Any:
        body = model.CreateElasticResourcePoolRequestBody(
            elastic_resource_pool_name=name, min_cu=64, max_cu=64, cidr_in_vpc=cidr
        )
        return sdk.create_elastic_resource_pool(model.CreateElasticResourcePoolRequest(body=body))

    caplog.set_level(logging.WARNING, "dli_simulator")
    create("p1", "10.0.0.0/19")
    assert not [each for each in caplog.records if each.name == "dli_simulator"]
    create("p2", "10.0.0.0/20")
    assert "10.0.0.0/20" in caplog.text
    sim.set_knobs(refuse_small_pool_cidrs=True)
    assert error_of(create, "p3", "10.0.0.0/20")[:2] == (400, "DLI.0001")


@pytest.mark.parametrize(
    "knobs",
    [{"sold_out": 1}, {"policy_step": 8}, {"privilege_project_key": "id"}, {"queues_while_scaling": True}],
    ids=str,
)
def test_invalid_values(sim: Simulator, knobs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        sim.set_knobs(**knobs)

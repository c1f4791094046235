# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's SDK manages enhanced connections on the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import error_of

from dli_simulator import Simulator

SEED = {
    "queues": [
        {"queue_name": "q1"},
        {"queue_name": "q2"},
        {"queue_name": "young", "age": 0},
        {"queue_name": "shared", "resource_mode": 0},
        {"queue_name": "pooled", "elastic_resource_pool_name": "p1"},
    ],
    "pools": [{"elastic_resource_pool_name": "p1"}],
}


@pytest.fixture(autouse=True)
def _seeded(sim: Simulator) -> None:
    sim.load_seed(SEED)


def create(sim: Simulator, sdk: Any, name: str = "c1", network: int = 0, **fields: Any) -> Any:
    place = sim.ready["networks"][network]
    fields = {"dest_vpc_id": place["vpc_id"], "dest_network_id": place["subnet_id"], **fields}
    body = model.CreateEnhancedConnectionRequestBody(name=name, **fields)
    return sdk.create_enhanced_connection(model.CreateEnhancedConnectionRequest(body=body))


def show(sdk: Any, connection_id: str) -> Any:
    return sdk.show_enhanced_connection(model.ShowEnhancedConnectionRequest(connection_id=connection_id))


def listed(sdk: Any, **query: Any) -> list[str]:
    request = model.ListEnhancedConnectionsRequest(**query)
    return [each.name for each in sdk.list_enhanced_connections(request).connections]


def bind(sdk: Any, connection_id: str, **named: list[str]) -> Any:
    body = model.AssociateQueueToEnhancedConnectionRequestBody(**named)
    request = model.AssociateQueueToEnhancedConnectionRequest(connection_id=connection_id, body=body)
    return sdk.associate_queue_to_enhanced_connection(request)


def unbind(sdk: Any, connection_id: str, **named: list[str]) -> Any:
    body = model.DisassociateQueueFromEnhancedConnectionRequestBody(**named)
    request = model.DisassociateQueueFromEnhancedConnectionRequest(connection_id=connection_id, body=body)
    return sdk.disassociate_queue_from_enhanced_connection(request)


def delete(sdk: Any, connection_id: str) -> Any:
    return sdk.delete_enhanced_connection(model.DeleteEnhancedConnectionRequest(connection_id=connection_id))


def peers(sim: Simulator, connection_id: str) -> dict[str, tuple[str, str]]:
    return {peer.name: (peer.status, peer.err_msg) for peer in sim.connections[connection_id].peers}


def test_lifecycle(sim: Simulator, sdk: Any) -> None:
    hosts = [model.EnhancedConnectionHost(name="ecs-1", ip="192.168.0.9")]
    created = create(sim, sdk, queues=["Q1"], hosts=hosts)
    assert (created.status_code, created.is_success) == (201, True)
    assert created.message == "Create peer connection for queues:{Q1}"
    cid = created.connection_id
    shown = show(sdk, cid)
    assert (shown.status, shown.available_queue_info[0].status) == ("ACTIVE", "CREATING")
    sim.clock.advance(20)
    shown = show(sdk, cid)
    assert [(each.name, each.status, each.err_msg) for each in shown.available_queue_info] == [("q1", "ACTIVE", "")]
    assert [(each.name, each.ip) for each in shown.hosts] == [("ecs-1", "192.168.0.9")]
    assert delete(sdk, cid).message == "Deleted"
    assert show(sdk, cid).status == "DELETED"
    assert error_of(delete, sdk, cid)[:2] == (400, "DLI.0001")


def test_deleted_connections_stay_in_the_list(sim: Simulator, sdk: Any) -> None:
    for name in ("c1", "c2", "c3"):
        created = create(sim, sdk, name)
        sim.clock.advance(1)
    delete(sdk, created.connection_id)
    assert listed(sdk) == ["c1", "c2", "c3"]
    assert listed(sdk, status="active") == ["c1", "c2"]
    assert listed(sdk, status="DELETED") == ["c3"]
    assert listed(sdk, name="c2") == ["c2"]
    assert listed(sdk, name="nothing") == []
    assert listed(sdk, limit=1, offset=1) == ["c2"]


def test_unknown(sdk: Any) -> None:
    assert error_of(show, sdk, "unknown") == (400, "DLI.0001", "Connection unknown does not exist.")


def test_names_need_not_be_unique(sim: Simulator, sdk: Any) -> None:
    assert create(sim, sdk).connection_id != create(sim, sdk).connection_id


def test_the_subnet_must_exist_in_the_vpc(sim: Simulator, sdk: Any) -> None:
    other = sim.ready["networks"][1]["subnet_id"]
    assert "cannot be found" in error_of(create, sim, sdk, dest_network_id=other)[2]
    neutron = sim.state.networks[0].neutron_subnet_id
    assert "cannot be found" in error_of(create, sim, sdk, dest_network_id=neutron)[2]
    assert sim.connections == {}


def test_bind_and_unbind(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk).connection_id
    answer = bind(sdk, cid, queues=["q1", "q2"])
    assert answer.message == "associated peer connection for queues: {q1,q2}."
    sim.clock.advance(20)
    assert peers(sim, cid) == {"q1": ("ACTIVE", ""), "q2": ("ACTIVE", "")}
    assert unbind(sdk, cid, queues=["q1"]).message == "Disassociated peer connection for queues:{q1}."
    assert set(peers(sim, cid)) == {"q1", "q2"}
    sim.clock.advance(5)
    assert set(peers(sim, cid)) == {"q2"}
    assert error_of(unbind, sdk, cid, queues=["q1"])[0] == 400


def test_binding_again_while_unbinding(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk, queues=["q1"]).connection_id
    sim.clock.advance(20)
    unbind(sdk, cid, queues=["q1"])
    bind(sdk, cid, queues=["q1"])
    sim.clock.advance(20)
    assert peers(sim, cid) == {"q1": ("ACTIVE", "")}


def test_binding_what_is_bound_changes_nothing(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk, queues=["q1"]).connection_id
    sim.clock.advance(20)
    before = sim.connections[cid].available_queue_info[0].peer_id
    bind(sdk, cid, queues=["q1"])
    assert [peer.peer_id for peer in sim.connections[cid].peers] == [before]


def test_bound_too_early_it_sticks_until_bound_again(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk, queues=["young"]).connection_id
    sim.clock.advance(10000)
    assert peers(sim, cid) == {"young": ("CREATING", "")}
    bind(sdk, cid, queues=["young"])
    sim.clock.advance(20)
    assert peers(sim, cid) == {"young": ("ACTIVE", "")}


def test_a_queue_in_a_pool_binds_its_pool(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk).connection_id
    bind(sdk, cid, queues=["pooled"])
    sim.clock.advance(20)
    shown = show(sdk, cid)
    assert shown.available_queue_info == []
    assert [(each.name, each.status) for each in shown.elastic_resource_pools] == [("p1", "ACTIVE")]
    unbind(sdk, cid, elastic_resource_pools=["P1"])
    sim.clock.advance(5)
    assert peers(sim, cid) == {}


@pytest.mark.parametrize(("name", "code"), [("default", "DLI.0007"), ("shared", "DLI.0007"), ("unknown", "DLI.0002")])
def test_unbindable_queues(sim: Simulator, sdk: Any, name: str, code: str) -> None:
    assert error_of(create, sim, sdk, queues=["q1", name])[1] == code
    assert sim.connections == {}


def test_failing_bindings(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(fail_peers={"Q1": "no route", "p1": "no pool"})
    cid = create(sim, sdk, queues=["q1"], elastic_resource_pools=["p1"]).connection_id
    sim.clock.advance(20)
    assert peers(sim, cid) == {"q1": ("FAILED", "no route"), "p1": ("FAILED", "no pool")}
    assert error_of(unbind, sdk, cid, elastic_resource_pools=["p1"])[0] == 400
    unbind(sdk, cid, queues=["q1"])
    delete(sdk, cid)
    assert show(sdk, cid).status == "DELETED"


def test_overlapping_ranges_fail(sim: Simulator, sdk: Any) -> None:
    sim.load_seed(
        {
            "queues": [
                {"queue_name": "on_subnet", "cidr_in_vpc": "192.168.0.0/16"},
                {"queue_name": "one", "cidr_in_vpc": "10.9.0.0/16"},
                {"queue_name": "other", "cidr_in_vpc": "10.9.128.0/18"},
            ]
        }
    )
    cid = create(sim, sdk, queues=["on_subnet", "one", "other"]).connection_id
    sim.clock.advance(20)
    statuses = {name: status for name, (status, _reason) in peers(sim, cid).items()}
    assert statuses == {"on_subnet": "FAILED", "one": "ACTIVE", "other": "FAILED"}
    assert "overlaps with the subnet 192.168.0.0/24" in peers(sim, cid)["on_subnet"][1]
    assert "overlaps with one" in peers(sim, cid)["other"][1]
    elsewhere = create(sim, sdk, "c2", network=1, queues=["other"]).connection_id
    sim.clock.advance(20)
    assert peers(sim, elsewhere) == {"other": ("ACTIVE", "")}


def test_hosts_are_replaced(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk).connection_id

    def write(*hosts: tuple[str, str]) -> Any:
        items = [model.EnhancedConnectionHost(name=name, ip=ip) for name, ip in hosts]
        body = model.UpdateEnhancedConnectionRequestBody(hosts=items)
        return sdk.update_enhanced_connection(model.UpdateEnhancedConnectionRequest(connection_id=cid, body=body))

    write(("a.example", "10.0.0.1"), ("b", "10.0.0.2"))
    assert sim.connections[cid].hosts == [{"name": "a.example", "ip": "10.0.0.1"}, {"name": "b", "ip": "10.0.0.2"}]
    write()
    assert sim.connections[cid].hosts == []
    assert error_of(write, ("1a", "10.0.0.1"))[1] == "DLI.0001"
    assert error_of(write, ("a", "fd00::1"))[1] == "DLI.0001"


def test_routes_of_both_paths(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk).connection_id

    def add(name: str, cidr: str) -> Any:
        body = model.CreateRouteToEnhancedConnectionRequestBody(name=name, cidr=cidr)
        request = model.CreateRouteToEnhancedConnectionRequest(connection_id=cid, body=body)
        return sdk.create_route_to_enhanced_connection(request)

    def add_by_old_path(name: str, cidr: str) -> Any:
        body = model.CreateEnhancedConnectionRoutesRequestBody(name=name, cidr=cidr)
        request = model.CreateEnhancedConnectionRoutesRequest(connection_id=cid, body=body)
        return sdk.create_enhanced_connection_routes(request)

    add("r1", "10.1.0.0/24")
    add_by_old_path("r-2", "10.1.0.0/16")
    assert [(route["name"], route["cidr"]) for route in sim.connections[cid].routes] == [
        ("r1", "10.1.0.0/24"),
        ("r-2", "10.1.0.0/16"),
    ]
    assert error_of(add, "r1", "10.2.0.0/24")[:2] == (400, "DLI.0006")
    assert error_of(add, "r3", "10.1.0.0/16")[:2] == (400, "DLI.0006")
    assert error_of(add, "r3", "10.1.0.1/16")[:2] == (400, "DLI.0001")
    assert error_of(add, "r3", "fd00::/64")[:2] == (400, "DLI.0001")

    def remove(name: str) -> Any:
        request = model.DeleteRouteFromEnhancedConnectionRequest(connection_id=cid, name=name)
        return sdk.delete_route_from_enhanced_connection(request)

    assert remove("r1").message == "Deleted"
    assert error_of(remove, "r1")[:2] == (400, "DLI.0002")


def test_privileges(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk).connection_id

    def run(action: str, *privileges: str) -> Any:
        granted = [model.Privilege(object=f"edsconnections.{cid}", privileges=list(privileges))]
        body = model.RunAuthorizationActionRequestBody(project_id="other", action=action, privileges=granted)
        return sdk.run_authorization_action(model.RunAuthorizationActionRequest(body=body))

    def read() -> list[tuple[str, list[str]]]:
        request = model.ShowEnhancedConnectionPrivilegeRequest(connection_id=cid)
        found = sdk.show_enhanced_connection_privilege(request).privileges
        return [(each.applicant_project_id, each.privileges) for each in found]

    run("grant", "BIND_QUEUE")
    assert read() == [("other", ["BIND_QUEUE"])]
    assert not sim.connections[cid].isPrivis
    run("revoke", "BIND_QUEUE")
    assert read() == []
    run("update", "BIND_QUEUE")
    run("update")
    assert sim.connections[cid].isPrivis
    assert error_of(run, "grant", "DROP_QUEUE")[1] == "DLI.0001"


def test_deleting_a_queue_removes_its_bindings(sim: Simulator, sdk: Any) -> None:
    cid = create(sim, sdk, queues=["q1", "q2"]).connection_id
    sdk.delete_queue(model.DeleteQueueRequest(queue_name="q1"))
    sim.clock.advance(20)
    assert set(peers(sim, cid)) == {"q2"}


def test_a_bound_queue_keeps_its_range(sim: Simulator, sdk: Any) -> None:
    create(sim, sdk, queues=["q1"])
    body = model.UpdateQueueCidrRequestBody(cidr_in_vpc="10.1.0.0/16")
    request = model.UpdateQueueCidrRequest(queue_name="q1", body=body)
    assert "bound" in error_of(sdk.update_queue_cidr, request)[2]

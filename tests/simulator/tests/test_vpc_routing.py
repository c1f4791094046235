# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPC peerings, route tables and network ACLs."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_clients import RawClient

from dli_simulator import Simulator

PEERINGS, TABLES, FIREWALLS = "/v2.0/vpc/peerings", "/v1/{p}/routetables", "/v3/{p}/vpc/firewalls"


@pytest.fixture(autouse=True)
def _seeded(sim_without_auth: Simulator) -> None:
    bindings = [{"name": "q1", "peer_id": "peer-1"}, {"name": "q2", "peer_id": "peer-2", "status": "FAILED"}]
    sim_without_auth.load_seed(
        {
            "queues": [{"queue_name": "q1", "cidr_in_vpc": "10.1.0.0/16"}, {"queue_name": "q2"}],
            "pools": [{"elastic_resource_pool_name": "p1", "cidr_in_vpc": "10.2.0.0/16"}],
            "connections": [
                {"name": "c1", "queues": bindings, "elastic_resource_pools": [{"name": "p1", "peer_id": "peer-3"}]}
            ],
        }
    )


def routes(raw: RawClient, sim: Simulator) -> dict[str, tuple[str, str]]:
    network = sim.ready["networks"][0]
    [table] = raw("GET", TABLES, params={"subnet_id": network["subnet_id"]}).json()["routetables"]
    assert (table["default"], table["vpc_id"], "routes" in table) == (True, network["vpc_id"], False)
    shown = raw("GET", f"{TABLES}/{table['id']}").json()["routetable"]
    return {each["destination"]: (each["type"], each["nexthop"]) for each in shown["routes"]}


def test_active_bindings_have_a_peering(sim_without_auth: Simulator, raw: RawClient) -> None:
    listed = raw("GET", PEERINGS).json()["peerings"]
    assert [each["id"] for each in listed] == ["peer-1", "peer-3"]
    shown = raw("GET", PEERINGS + "/peer-1").json()["peering"]
    assert (shown["status"], shown) == ("ACTIVE", listed[0])
    assert shown["accept_vpc_info"]["vpc_id"] == sim_without_auth.ready["networks"][0]["vpc_id"]
    assert raw("GET", PEERINGS, params={"id": "peer-3"}).json()["peerings"] == listed[1:]
    assert raw("GET", PEERINGS, params={"vpc_id": "unknown"}).json()["peerings"] == []
    assert raw("GET", PEERINGS, params={"limit": 1, "marker": "peer-1"}).json()["peerings"] == listed[1:]


def test_a_removed_peering_is_not_found(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.set_knobs(removed_peerings=["Q1"])
    answer = raw("GET", PEERINGS + "/peer-1")
    assert (answer.status_code, answer.json()["NeutronError"]["type"]) == (404, "VpcPeeringNotFound")
    assert raw("GET", PEERINGS + "/peer-2").status_code == 404
    assert "10.1.0.0/16" not in routes(raw, sim_without_auth)


def test_active_bindings_have_a_route(sim_without_auth: Simulator, raw: RawClient) -> None:
    assert routes(raw, sim_without_auth) == {
        "192.168.0.0/24": ("local", "-"),
        "10.1.0.0/16": ("peering", "peer-1"),
        "10.2.0.0/16": ("peering", "peer-3"),
    }
    sim_without_auth.set_knobs(missing_routes=["p1"])
    assert "10.2.0.0/16" not in routes(raw, sim_without_auth)
    assert raw("GET", TABLES + "/unknown").status_code == 404


def test_seeded_routes(sim_without_auth: Simulator, raw: RawClient) -> None:
    route = {"type": "vpn", "destination": "10.1.0.0/24", "nexthop": "vpn-1"}
    sim_without_auth.load_seed({"vpc_routes": [route]})
    assert routes(raw, sim_without_auth)["10.1.0.0/24"] == ("vpn", "vpn-1")


def test_network_acls(sim_without_auth: Simulator, raw: RawClient) -> None:
    assert raw("GET", FIREWALLS).json()["firewalls"] == []
    rule = {"name": "db", "source_ip_address": "10.1.0.0/16", "destination_port": "3306"}
    sim_without_auth.load_seed(
        {
            "firewalls": [
                {"id": "f1", "name": "bound", "subnet_ids": ["s1"], "ingress_rules": [rule]},
                {"id": "f2", "name": "disabled", "subnet_ids": ["s2"], "admin_state_up": False},
                {"id": "f3", "name": "free"},
            ]
        }
    )
    listed = raw("GET", FIREWALLS, params={"limit": 2}).json()
    found = {each["id"]: (each["status"], each["admin_state_up"], each["associations"]) for each in listed["firewalls"]}
    assert found == {
        "f1": ("ACTIVE", True, [{"virsubnet_id": "s1"}]),
        "f2": ("ACTIVE", False, [{"virsubnet_id": "s2"}]),
    }
    assert len(listed["request_id"]) == 32
    assert listed["page_info"]["next_marker"] == "f2"
    last = raw("GET", FIREWALLS, params={"marker": "f2"}).json()
    assert [each["status"] for each in last["firewalls"]] == ["INACTIVE"]
    assert "next_marker" not in last["page_info"]
    shown = raw("GET", FIREWALLS + "/f1").json()["firewall"]
    assert [(each["action"], each["destination_port"]) for each in shown["ingress_rules"]] == [("allow", "3306")]
    assert shown["egress_rules"] == []
    assert raw("GET", FIREWALLS + "/f9").status_code == 404


@pytest.mark.parametrize(("path", "published"), [(FIREWALLS, False), (PEERINGS, True), (TABLES, True)])
def test_regions_without_version_3(path: str, published: bool) -> None:
    with Simulator("vpc-v1", require_signature=False) as simulator:
        answer: Any = RawClient(simulator)("GET", path)
        assert answer.ok is published

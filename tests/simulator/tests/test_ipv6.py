# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv6: the subnet decides whether a connection has it, and the pool must have it too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import RawClient, error_of, sdk_client

from dli_simulator import Simulator

NETWORK = {"vpc_id": "v", "vpc_name": "v", "vpc_cidr": "192.168.0.0/16"}
SEED = {
    "networks": [
        {**NETWORK, "subnet_id": "s4", "subnet_name": "s4", "subnet_cidr": "192.168.0.0/24"},
        {**NETWORK, "subnet_id": "s6", "subnet_name": "s6", "subnet_cidr": "192.168.1.0/24", "cidr_v6": "fd00:1::/64"},
    ],
    "pools": [
        {"elastic_resource_pool_name": "p4", "cidr_in_vpc": "10.1.0.0/16"},
        {"elastic_resource_pool_name": "p6", "cidr_in_vpc": "10.2.0.0/16", "ipv6_enable": True},
    ],
    "queues": [
        {"queue_name": "q4", "elastic_resource_pool_name": "p4"},
        {"queue_name": "q6", "elastic_resource_pool_name": "p6"},
        {"queue_name": "lone"},
    ],
}


@pytest.fixture
def sim6() -> Iterator[Simulator]:
    with Simulator(seed=SEED) as simulator:
        yield simulator


def connect(sdk: Any, subnet: str) -> str:
    body = model.CreateEnhancedConnectionRequestBody(name=f"to_{subnet}", dest_vpc_id="v", dest_network_id=subnet)
    created = sdk.create_enhanced_connection(model.CreateEnhancedConnectionRequest(body=body))
    return str(created.connection_id)


def add_route(sdk: Any, connection_id: str) -> Any:
    body = model.CreateRouteToEnhancedConnectionRequestBody(name="r1", cidr="fd00:2::/64")
    request = model.CreateRouteToEnhancedConnectionRequest(connection_id=connection_id, body=body)
    return sdk.create_route_to_enhanced_connection(request)


def test_subnets_show_ipv6() -> None:
    with Simulator(seed=SEED, require_signature=False) as simulator:
        subnets = RawClient(simulator)("GET", "/v1/{p}/subnets").json()["subnets"]
        assert [(each["ipv6_enable"], each.get("cidr_v6")) for each in subnets] == [
            (False, None),
            (True, "fd00:1::/64"),
        ]
        assert [each["ipv6_enable"] for each in simulator.ready["networks"]] == [False, True]


@pytest.mark.parametrize(("subnet", "enabled"), [("s4", False), ("s6", True)])
def test_the_subnet_decides_whether_a_connection_has_ipv6(sim6: Simulator, subnet: str, enabled: bool) -> None:
    sdk = sdk_client(sim6)
    connection = connect(sdk, subnet)
    shown = sdk.show_enhanced_connection(model.ShowEnhancedConnectionRequest(connection_id=connection))
    listed = sdk.list_enhanced_connections(model.ListEnhancedConnectionsRequest()).connections
    assert [shown.ipv6_enable, *(each.ipv6_enable for each in listed)] == [enabled, enabled]
    if enabled:
        add_route(sdk, connection)
        assert [route["cidr"] for route in sim6.connections[connection].routes] == ["fd00:2::/64"]
    else:
        assert error_of(add_route, sdk, connection)[:2] == (400, "DLI.0001")


@pytest.mark.parametrize("subnet", ["s4", "s6"])
def test_seeded_connections_have_ipv6_like_their_subnet(sim6: Simulator, subnet: str) -> None:
    sim6.load_seed({"connections": [{"id": "c", "name": "c", "dest_vpc_id": "v", "dest_network_id": subnet}]})
    assert sim6.connections["c"].ipv6_enable == (subnet == "s6")


@pytest.mark.parametrize(
    ("queue", "address", "result"),
    [
        ("q6", "[fd00:1::9]:80", "REACHABLE"),
        ("q6", "192.168.1.9:80", "REACHABLE"),
        ("q4", "[fd00:1::9]:80", "UNREACHABLE"),
        ("q4", "fd00:1::9", "UNREACHABLE"),
        ("q4", "192.168.1.9:80", "REACHABLE"),
        ("lone", "[fd00:1::9]:80", "UNREACHABLE"),
    ],
)
def test_an_ipv6_address_is_reachable_only_from_a_pool_with_ipv6(
    sim6: Simulator, queue: str, address: str, result: str
) -> None:
    sdk = sdk_client(sim6)
    body = model.CreateConnectivityTaskRequestBody(address=address)
    task = sdk.create_connectivity_task(model.CreateConnectivityTaskRequest(queue_name=queue, body=body)).task_id
    sim6.clock.advance(5)
    request = model.ShowConnectivityTaskRequest(queue_name=queue, task_id=str(task))
    assert sdk.show_connectivity_task(request).connectivity == result

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages, order and filters of lists, as the simulator returns them on the wire."""

from __future__ import annotations

import pytest
from simulator_clients import RawClient

from dli_simulator import Simulator

QUEUES = "/v1.0/{p}/queues"
CONNECTIONS = "/v2.0/{p}/datasource/enhanced-connections"
POOLS = "/v3/{p}/elastic-resource-pools"


@pytest.mark.parametrize("count", [0, 1, 5, 6])
def test_pages_of_queues(sim_without_auth: Simulator, raw: RawClient, count: int) -> None:
    sim_without_auth.load_seed(
        {"queues": [{"queue_name": f"q{number}", "queue_type": "general"} for number in range(count)]}
    )
    sizes, page = [], 1
    while True:
        query = {"queue_type": "general", "page-size": 5, "current-page": page}
        found = raw("GET", QUEUES, params=query).json()["queues"]
        sizes.append(len(found))
        if len(found) < 5:
            break
        page += 1
    assert sizes == {0: [0], 1: [1], 5: [5, 0], 6: [5, 1]}[count]


def test_orders_of_queues(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.load_seed({"queues": [{"queue_name": "b", "cu_count": 64}, {"queue_name": "a", "cu_count": 256}]})

    def names(order: str) -> list[str]:
        listed = raw("GET", QUEUES, params={"order": order}).json()["queues"]
        return [queue["queue_name"] for queue in listed if queue["queue_name"] != "default"]

    assert names("queue_name_asc") == names("cu_desc") == ["a", "b"]
    assert names("queue_name_desc") == names("cu_asc") == ["b", "a"]


@pytest.mark.parametrize("count", [0, 1, 100, 101])
def test_pages_of_connections(sim_without_auth: Simulator, raw: RawClient, count: int) -> None:
    sim_without_auth.load_seed(
        {"connections": [{"name": f"c{number}", "age": 1000 - number} for number in range(count)]}
    )
    first = raw("GET", CONNECTIONS).json()
    assert (first["count"], len(first["connections"])) == (count, min(count, 100))
    rest = raw("GET", CONNECTIONS, params={"limit": 100, "offset": 100}).json()["connections"]
    assert len(first["connections"]) + len(rest) == count
    everything = raw("GET", CONNECTIONS, params={"limit": 0}).json()["connections"]
    assert [each["name"] for each in everything] == [f"c{number}" for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_pages_of_pools_and_of_queues_in_them(sim_without_auth: Simulator, raw: RawClient, count: int) -> None:
    sim_without_auth.load_seed({"pools": [{"elastic_resource_pool_name": f"p{number}"} for number in range(count)]})
    pages = [raw("GET", POOLS, params={"limit": 2, "offset": offset}).json() for offset in (0, 2)]
    assert [len(page["elastic_resource_pools"]) for page in pages] == [min(count, 2), max(count - 2, 0)]
    assert {page["count"] for page in pages} == {count}
    if count:
        inside = [{"queue_name": f"q{each}", "elastic_resource_pool_name": "p0"} for each in range(3)]
        sim_without_auth.load_seed({"queues": inside})
        path = POOLS + "/P0/queues"
        assert len(raw("GET", path, params={"offset": 2}).json()["queues"]) == 3
        assert len(raw("GET", path, params={"limit": 100, "offset": 2}).json()["queues"]) == 1


@pytest.mark.parametrize("path", [CONNECTIONS, POOLS])
@pytest.mark.parametrize("query", [{"status": "nonsense"}, {"limit": "many"}])
def test_an_invalid_query_of_an_empty_list_is_rejected(raw: RawClient, path: str, query: dict[str, str]) -> None:
    assert raw("GET", path, params=query).status_code == 400


@pytest.mark.parametrize("count", [1, 2, 3])
def test_pages_of_subnets(count: int) -> None:
    network = {"vpc_id": "v", "vpc_name": "v", "vpc_cidr": "192.168.0.0/16", "subnet_cidr": "192.168.0.0/24"}
    networks = [{**network, "subnet_id": f"s{number}", "subnet_name": "same"} for number in range(count)]
    with Simulator(seed={"networks": networks}, require_signature=False) as sim:
        raw = RawClient(sim)
        first = raw("GET", "/v1/{p}/subnets", params={"limit": 2, "vpc_id": "v"}).json()["subnets"]
        assert len(first) == min(count, 2)
        query = {"limit": 2, "marker": first[-1]["id"]}
        assert len(raw("GET", "/v1/{p}/subnets", params=query).json()["subnets"]) == max(count - 2, 0)
        assert first[0]["neutron_network_id"] == "s0" != first[0]["neutron_subnet_id"]
        assert len(raw("GET", "/v1/{p}/vpcs").json()["vpcs"]) == 1
        assert raw("GET", "/v1/{p}/subnets", params={"vpc_id": "w"}).json()["subnets"] == []
        bad = raw("GET", "/v1/{p}/vpcs", params={"marker": "unknown"})
        assert (bad.status_code, bad.json()["code"]) == (400, "VPC.0002")
        assert raw("GET", "/v1/{p}/subnets/s0").json() == {"subnet": first[0]}
        missing = raw("GET", "/v1/{p}/subnets/unknown")
        assert (missing.status_code, missing.json()["code"]) == (404, "VPC.0202")


@pytest.mark.parametrize(("query", "names"), [({}, ["deployer", "a", "b"]), ({"limit": 2, "offset": 2}, ["b"])])
def test_pages_of_users(sim_without_auth: Simulator, raw: RawClient, query: dict[str, int], names: list[str]) -> None:
    granted = {"a": ["SUBMIT_JOB"], "b": ["RESTART"]}
    sim_without_auth.load_seed({"queues": [{"queue_name": "q1", "privileges": granted}]})
    answer = raw("GET", QUEUES + "/q1/users", params=query).json()
    assert (answer["queue_name"], answer["count"]) == ("q1", 3)
    assert [each["user_name"] for each in answer["privileges"]] == names

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses of the service as results, and the meaning of their states."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connection_hints, connections
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import Conflict, UnexpectedResponse

RESPONSE = {
    "is_success": True,
    "message": "",
    "name": "test1",
    "id": "2a620c33-5609-40c9-affd-2b6453071b0f",
    "available_queue_info": [
        {"status": "ACTIVE", "name": "queue1", "peer_id": "p1", "err_msg": "", "update_time": 1566889577861}
    ],
    "elastic_resource_pools": [
        {"status": "FAILED", "name": "pool1", "peer_id": "p2", "err_msg": "overlap", "update_time": 1566889577862}
    ],
    "dest_vpc_id": "22094d8f-c310-4621-913d-4c4d655d8495",
    "dest_network_id": "78f2562a-36e4-4b39-95b9-f5aab22e1281",
    "isPrivis": True,
    "create_time": 1566888011125,
    "status": "ACTIVE",
    "hosts": [{"ip": "192.168.0.1", "name": "ecs-97f8-0001"}],
    "routes": [{"name": "r1", "cidr": "10.1.0.0/24", "create_time": 1566888011126}],
    "ipv6_enable": False,
}


BARE = {"id": "1", "name": "c"}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"id": None},
        {"name": ["c"]},
        {"create_time": "2026-01-01 00:00:00"},
        {"dest_vpc_id": {}},
        {"isPrivis": "perhaps"},
        {"hosts": "x"},
        {"hosts": [{"name": "a"}]},
        {"routes": 1.5},
        {"routes": [{"name": "r1", "cidr": None}]},
        {"available_queue_info": ["q1"]},
        {"elastic_resource_pools": [{"status": "ACTIVE"}]},
        {"elastic_resource_pools": [{"name": "p", "update_time": 10**30}]},
    ],
    ids=str,
)
def test_a_field_of_another_shape_is_one_clear_error(spoilt):
    with pytest.raises(UnexpectedResponse, match="cannot be understood"):
        connections.from_api({**RESPONSE, **spoilt})


def test_a_response_becomes_a_result():
    assert connections.from_api(RESPONSE) == {
        "id": RESPONSE["id"],
        "name": "test1",
        "status": "ACTIVE",
        "dest_vpc_id": RESPONSE["dest_vpc_id"],
        "dest_network_id": RESPONSE["dest_network_id"],
        "dest_vpc_name": None,
        "dest_subnet_name": None,
        "queues": ["queue1"],
        "available_queue_info": [
            {**RESPONSE["available_queue_info"][0], "update_time_iso": "2019-08-27T07:06:17Z"},
        ],
        "elastic_resource_pools": [
            {**RESPONSE["elastic_resource_pools"][0], "update_time_iso": "2019-08-27T07:06:17Z"},
        ],
        "hosts": RESPONSE["hosts"],
        "routes": [{**RESPONSE["routes"][0], "create_time_iso": "2019-08-27T06:40:11Z"}],
        "is_privis": True,
        "ipv6_enable": False,
        "create_time": 1566888011125,
        "create_time_iso": "2019-08-27T06:40:11Z",
        "bound_via": None,
        "tags": None,
        "allowed_projects": None,
        "diagnosis": None,
    }


@pytest.mark.parametrize("lists", [{}, {"available_queue_info": None, "hosts": None, "routes": None}])
def test_a_response_without_lists_has_empty_ones(lists):
    result = connections.from_api({"id": "1", "name": "test1", **lists})
    assert result.keys() == connections.from_api(RESPONSE).keys()
    names = ("queues", "available_queue_info", "elastic_resource_pools", "hosts", "routes")
    assert all(result[name] == [] for name in names)


def test_routes_have_one_form_and_one_order():
    routes = [{"cidr": "10.2.0.0/24", "name": "b", "unknown": 1}, {"name": "a", "cidr": "10.1.0.0/24"}]
    assert connections.from_api({**BARE, "routes": routes})["routes"] == [
        {"name": "a", "cidr": "10.1.0.0/24", "create_time": None, "create_time_iso": None},
        {"name": "b", "cidr": "10.2.0.0/24", "create_time": None, "create_time_iso": None},
    ]


def test_letter_case_and_nulls_of_the_service_are_normalized():
    result = connections.from_api(
        {
            **BARE,
            "status": "Active",
            "available_queue_info": [{"name": "B", "status": "active", "err_msg": None}, {"name": "a"}],
        }
    )
    assert result["status"] == "ACTIVE"
    assert result["queues"] == ["a", "b"]
    assert [(e["name"], e["status"], e["err_msg"]) for e in result["available_queue_info"]] == [
        ("b", "ACTIVE", ""),
        ("a", "", ""),
    ]


@pytest.mark.parametrize(
    ("connection", "queues", "pools", "ready"),
    [
        ("ACTIVE", [], [], True),
        ("ACTIVE", ["queue1"], [], True),
        ("ACTIVE", ["queue1"], ["pool1"], False),
        ("ACTIVE", ["queue2"], [], False),
        # A queue and a pool may have the same name.
        ("ACTIVE", ["pool1"], [], False),
        ("ACTIVE", [], ["queue1"], False),
        ("DELETED", ["queue1"], [], False),
    ],
)
def test_ready_is_an_active_connection_with_every_requested_binding_active(connection, queues, pools, ready):
    assert connections.is_ready(connections.from_api({**RESPONSE, "status": connection}), queues, pools) == ready


@pytest.mark.parametrize(
    ("queues", "pools", "hint"),
    [
        ([], [], None),
        (["pool1"], [], None),
        ([], ["pool1"], "delete the connection"),
    ],
)
def test_a_failed_binding_counts_if_it_is_requested(queues, pools, hint):
    problem = connection_hints.failure(connections.from_api(RESPONSE), queues, pools)
    if hint is None:
        assert problem is None
    else:
        assert isinstance(problem, Conflict)
        assert "elastic resource pool pool1: overlap" in problem.message
        assert hint in problem.hint


def test_every_failed_binding_is_named_even_without_a_reason():
    broken = [{"name": name, "status": "FAILED"} for name in ("q1", "q2")]
    problem = connection_hints.failure(connections.from_api({**BARE, "available_queue_info": broken}), ["q1", "q2"], [])
    assert "queue q1: no reason returned; queue q2: no reason returned" in problem.message
    assert "remove it from queues" in problem.hint


@pytest.mark.parametrize("kind", ["available_queue_info", "elastic_resource_pools"])
def test_creating_bindings_of_both_kinds_are_found(kind):
    connection = connections.from_api({**RESPONSE, kind: [{"name": "x", "status": "creating"}]})
    assert connections.has_creating(connection)
    assert not connections.has_creating(connections.from_api(RESPONSE))


def test_the_description_names_every_binding():
    words = connections.describe(connections.from_api(RESPONSE))
    assert words == "connection ACTIVE, queue queue1 ACTIVE, elastic resource pool pool1 FAILED"
    assert connections.describe(connections.from_api(BARE)) == "connection ACTIVE, no bindings"
    assert connections.describe(None) == "connection not found"


def test_a_diff_shows_the_managed_fields_in_a_stable_order():
    hosts = [{"name": "b", "ip": "10.0.0.1"}, {"name": "a", "ip": "10.0.0.2"}, {"name": "a", "ip": "10.0.0.1"}]
    one, other = (connections.managed(connections.from_api({**RESPONSE, "hosts": h})) for h in (hosts, hosts[::-1]))
    assert one == other
    assert list(one) == ["name", "dest_vpc_id", "dest_network_id", "queues", "elastic_resource_pools", "hosts"]
    assert one["elastic_resource_pools"] == ["pool1"]

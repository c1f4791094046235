# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing connections: every page, failed and deleted ones on request, the same fields as in the main module."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections

from dli_simulator.profiles import PROFILES

pytestmark = pytest.mark.both_modes

LIST = "GET datasource/enhanced-connections 200"
OTHER_PROJECT = "330e068af1334c9782f4226acc00a2e2"
IDS = {
    name: f"{number:08d}-5609-40c9-affd-2b6453071b0f"
    for number, name in enumerate(("test1", "test10", "twin", "twin_too", "broken", "gone"), 1)
}


@pytest.fixture
def info(sim, run):
    def info(**options):
        return run("dli_enhanced_connection_info", **options)

    return info


@pytest.fixture
def tenant(cloud, other_place):
    """Two connections with one name, one with FAILED bindings, a deleted one, and two with similar names."""
    tags = [{"key": "team", "value": "data"}]
    failed = {"name": "q2", "status": "FAILED", "err_msg": "the address ranges overlap"}
    failed_pool = {"name": "pool1", "status": "FAILED", "err_msg": "route conflict"}
    cloud.load_seed(
        {
            "connections": [
                {
                    "id": IDS["test1"],
                    "name": "test1",
                    "age": 700,
                    "queues": ["q1"],
                    "elastic_resource_pools": ["pool2"],
                    "hosts": [{"name": "h1", "ip": "192.168.0.1"}],
                    "tags": tags,
                },
                {"id": IDS["test10"], "name": "test10", "age": 600, **other_place},
                {"id": IDS["twin"], "name": "twin", "age": 500, "tags": tags},
                {"id": IDS["twin_too"], "name": "twin", "age": 400},
                {
                    "id": IDS["broken"],
                    "name": "broken",
                    "age": 300,
                    "queues": ["q1", failed],
                    "elastic_resource_pools": [failed_pool],
                },
                {"id": IDS["gone"], "name": "gone", "age": 200, "status": "DELETED", "tags": tags},
            ]
        }
    )
    return cloud


def ids(result):
    return [connection["id"] for connection in result["enhanced_connections"]]


LIVE = ["test1", "test10", "twin", "twin_too", "broken"]


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (100, 2), (101, 2), (200, 2), (1000, 10)])
def test_every_page_is_read(sim, info, number, pages):
    sim.load_seed({"connections": [{"name": f"c{n}", "age": 2000 - n} for n in range(number)]})
    result = info()
    assert [connection["name"] for connection in result["enhanced_connections"]] == [f"c{n}" for n in range(number)]
    assert result.sent == [LIST] * pages
    assert not result["changed"]


def test_a_connection_that_moves_to_the_next_page_is_listed_once(sim, info, after_the_first_page):
    sim.load_seed({"connections": [{"name": f"c{n}", "age": 2000 - n} for n in range(110)]})
    after_the_first_page(lambda: sim.load_seed({"connections": [{"name": "old", "age": 9000}]}))
    result = info()
    assert [connection["name"] for connection in result["enhanced_connections"]] == [f"c{n}" for n in range(110)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, LIVE),
        ({"status": "DELETED"}, ["gone"]),
        ({"status": "all"}, [*LIVE, "gone"]),
        ({"name": "test1"}, ["test1"]),
        ({"name": "TEST1"}, []),
        ({"name": "twin"}, ["twin", "twin_too"]),
        ({"name": "gone"}, []),
        ({"name": "gone", "status": "all"}, ["gone"]),
        ({"id": IDS["twin_too"]}, ["twin_too"]),
        ({"id": IDS["twin_too"], "name": "test1"}, []),
        ({"id": IDS["gone"]}, []),
        ({"id": IDS["gone"], "status": "DELETED"}, ["gone"]),
        ({"id": IDS["twin"], "status": "DELETED"}, []),
        ({"id": "00000000-0000-0000-0000-000000000000"}, []),
        ({"id": IDS["twin"], "tags": {"team": "data"}}, ["twin"]),
        ({"id": IDS["twin_too"], "tags": {"team": "data"}}, []),
        ({"only_failed": True}, ["broken"]),
        ({"only_failed": True, "name": "test1"}, []),
        ({"tags": {"team": "data"}}, ["test1", "twin"]),
        ({"tags": {"team": "data"}, "status": "all"}, ["test1", "twin", "gone"]),
        ({"tags": {"team": "dat"}}, []),
        ({"dest_vpc_id": "7e4a2d90-81c6-4b3f-8f25-c9d0a1b2e303"}, ["test10"]),
        ({"dest_vpc_id": "00000000-0000-0000-0000-000000000000"}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [False, True])
def test_exactly_the_matching_connections_are_returned(tenant, info, options, found, check):
    result = info(check=check, **options)
    assert ids(result) == [IDS[name] for name in found]
    assert len(result.sent) == 1
    assert result["unsupported"] == []


def test_filters_of_the_service_can_be_inexact(tenant, info, monkeypatch):
    """The module filters again if the service ignores the filters."""
    monkeypatch.setattr("dli_simulator.connections._matches", lambda *_asked: True)
    assert ids(info()) == [IDS[name] for name in LIVE]
    assert ids(info(name="test1")) == [IDS["test1"]]
    assert ids(info(status="DELETED")) == [IDS["gone"]]
    assert ids(info(tags={"team": "data"}, with_tags=True)) == [IDS["test1"], IDS["twin"]]


def test_every_binding_shows_its_own_failure(tenant, info):
    (broken,) = info(only_failed=True)["enhanced_connections"]
    assert [(e["name"], e["status"], e["err_msg"]) for e in broken["available_queue_info"]] == [
        ("q1", "ACTIVE", ""),
        ("q2", "FAILED", "the address ranges overlap"),
    ]
    assert [(e["name"], e["status"], e["err_msg"]) for e in broken["elastic_resource_pools"]] == [
        ("pool1", "FAILED", "route conflict")
    ]


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_connection_is_the_same_as_in_the_main_module(tenant, info, run, by):
    shown = run("dli_enhanced_connection", name="test1")["enhanced_connection"]
    (listed,) = info(**{by: shown[by]})["enhanced_connections"]
    # Which queues are bound through their pools depends on what a task names.
    assert {**listed, "bound_via": {}} == {**shown, "is_privis": listed["is_privis"]}


def test_empty_lists_may_come_as_null(tenant, info):
    tenant.set_knobs(null_lists=True)
    (connection,) = info(name="test10")["enhanced_connections"]
    assert connection["queues"] == connection["hosts"] == connection["elastic_resource_pools"] == []


def test_only_requested_details_are_read(tenant, info):
    result = info()
    assert result.sent == [LIST]
    unread = set(connections.ASPECTS) - {connections.ROUTES}
    assert all(each[key] is None for each in result["enhanced_connections"] for key in unread)


def test_tags_cost_a_request_for_each_live_connection(tenant, info):
    result = info(with_tags=True, status="all")
    tags = {each["id"]: each["tags"] for each in result["enhanced_connections"]}
    assert tags == {
        **{IDS[name]: {} for name in LIVE},
        IDS["test1"]: {"team": "data"},
        IDS["twin"]: {"team": "data"},
        IDS["gone"]: None,
    }
    assert result.sent == [LIST, *(f"GET dli_enhanced_datasource/{IDS[name]}/tags 200" for name in LIVE)]


@pytest.mark.parametrize("key", ["both", "applicant_project_id", "project_id"])
def test_allowed_projects_are_read_in_both_spellings(tenant, info, key):
    tenant.set_knobs(privilege_project_key=key)
    tenant.connections[IDS["test1"]].privileges[OTHER_PROJECT] = ["BIND_QUEUE"]
    result = info(with_allowed_projects=True, status="all")
    projects = {each["id"]: each["allowed_projects"] for each in result["enhanced_connections"]}
    assert projects == {**{IDS[name]: [] for name in LIVE}, IDS["test1"]: [OTHER_PROJECT], IDS["gone"]: None}
    shown = {each["id"]: each["is_privis"] for each in result["enhanced_connections"]}
    assert [each for each in shown if not shown[each]] == [IDS["test1"]]
    assert len(result.sent) == 1 + len(LIVE)


def test_an_api_that_the_region_does_not_offer_is_a_warning(tenant, info, monkeypatch):
    monkeypatch.setattr(tenant.state, "profile", PROFILES["otc"])
    result = info(with_tags=True, with_allowed_projects=True)
    assert not result.failed
    assert result["unsupported"] == ["tags"]
    assert [warning.split()[0] for warning in result.warned] == ["tags"]
    assert all(each["tags"] is None for each in result["enhanced_connections"])
    assert all(each["allowed_projects"] == [] for each in result["enhanced_connections"])
    # Tags are requested once, not once for each connection.
    assert len(result.sent) == 1 + 1 + len(LIVE)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a-b"}, "name must be 1 to 64"),
        ({"id": "7"}, "id must be a UUID"),
        ({"dest_vpc_id": "vpc"}, "dest_vpc_id must be a UUID"),
        ({"tags": {"a=b": "c"}}, "tags must have keys without ="),
        ({"status": "FAILED"}, "status must be one of"),
    ],
    ids=str,
)
def test_invalid_options_fail_offline(tenant, info, options, words):
    result = info(**options)
    assert result.failed
    assert words in result["msg"]
    assert result.sent == []


def test_vpc_id_is_an_alias_of_dest_vpc_id(tenant, info):
    assert ids(info(vpc_id="7e4a2d90-81c6-4b3f-8f25-c9d0a1b2e303")) == [IDS["test10"]]


def network(number, vpc_name, subnet_name, vpc=None):
    """A network of a seed; ``vpc`` is the number of the network in whose VPC the subnet is."""
    vpc_id = f"{vpc or number:08d}-52d7-4f7e-9a44-6d1b8e2f7a01"
    cidrs = {"vpc_cidr": "10.0.0.0/8", "subnet_cidr": f"10.{number}.0.0/24"}
    return {
        "vpc_id": vpc_id,
        "vpc_name": vpc_name,
        "subnet_id": f"{number:08d}-0a5b-4c86-b3f1-2e7a6d5c4b02",
        "subnet_name": subnet_name,
        **cidrs,
    }


def test_names_of_networks_that_select_one_are_returned(sim, info, names):
    networks = [
        network(1, "vpc1", "subnet1"),
        network(2, "vpc1", "subnet1"),
        network(3, "vpc3", "subnet3"),
        network(4, "vpc3", "subnet3", vpc=3),
        network(5, "vpc3", "subnet5", vpc=3),
    ]
    places = [{"dest_vpc_id": each["vpc_id"], "dest_network_id": each["subnet_id"].upper()} for each in networks]
    unknown = {"dest_vpc_id": IDS["test1"], "dest_network_id": IDS["test1"]}
    seeded = [{}, *places, unknown]
    sim.load_seed(
        {
            "networks": networks,
            "connections": [{"name": f"c{n}", "age": 900 - n, **each} for n, each in enumerate(seeded)],
        }
    )
    result = info(with_network_names=True)
    found = [(each["dest_vpc_name"], each["dest_subnet_name"]) for each in result["enhanced_connections"]]
    assert found == [
        (names["dest_vpc_name"], names["dest_subnet_name"]),
        (None, "subnet1"),
        (None, "subnet1"),
        ("vpc3", None),
        ("vpc3", None),
        ("vpc3", "subnet5"),
        (None, None),
    ]
    assert result.sent == [LIST, "GET vpcs 200", "GET subnets 200"]
    assert result.warned == []


def test_without_connections_no_network_is_read(info):
    assert info(with_network_names=True).sent == [LIST]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_names_that_cannot_be_read_are_a_warning(tenant, info, status):
    tenant.inject(kind="status", path="/vpcs$", times=None, status=status)
    result = info(with_network_names=True)
    assert {each["dest_vpc_name"] for each in result["enhanced_connections"]} == {None}
    assert [text.partition(". ")[0] for text in result.warned] == [
        "The names of the VPCs and subnets could not be read"
    ]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems of a plan that concern several objects, and the forms of a declaration."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan import checks

pytestmark = pytest.mark.both_modes

NEW = {"cu_count": 16}


def told(result):
    return [(each["id"], each["severity"], each["field"], each["message"]) for each in result.plan["problems"]]


def test_names_that_are_declared_twice_are_an_error(plan, place):
    result = plan(
        queues=[{"name": "q1"}, {"name": "Q1"}, {"name": "q2"}],
        elastic_resource_pools=[{"name": "pool1"}, {"name": "pool1"}, {"name": "POOL1"}],
        # Names of connections are case-sensitive.
        connections=[{"name": "c1", **place}, {"name": "C1", **place}],
        undeclared=False,
    )
    assert told(result) == [
        ("duplicate", "error", "elastic_resource_pools", "Elastic resource pool pool1 is declared 3 times."),
        ("duplicate", "error", "queues", "Queue q1 is declared 2 times."),
    ]
    assert all(each["hint"].startswith("Declare each object once") for each in result.plan["problems"])
    assert not result.plan["in_sync"]


def test_connections_with_one_name_and_two_ids_are_declared_once_each(cloud, plan, place):
    ids = [f"a0000000-0000-0000-0000-00000000000{number}" for number in (1, 2)]
    cloud.load_seed({"connections": [{"name": "twin", "id": each, **place} for each in ids]})
    result = plan(connections=[{"name": "twin", "id": each} for each in ids])
    assert (told(result), result.plan["in_sync"]) == ([], True)
    # Other options cannot differ, because the service has one object.
    twice = plan(connections=[{"name": "twin", "id": ids[0]}] * 2)
    assert [each[0] for each in told(twice)] == ["duplicate"]


def test_a_quota_that_is_too_small_names_what_needs_it(cloud, plan):
    cloud.load_seed({"quotas": {"QUEUE": 9, "ELASTIC_RESOURCE_POOL": 2}})
    result = plan(
        elastic_resource_pools=[{"name": "new_pool", "min_cu": 64, "max_cu": 64}],
        queues=[{"name": name, **NEW} for name in ("a", "b", "c")],
        undeclared=False,
    )
    assert told(result) == [
        ("quota", "error", None, "Quota ELASTIC_RESOURCE_POOL is too small: 1 required (new_pool), 0 of 2 remaining."),
        ("quota", "error", None, "Quota QUEUE is too small: 3 required (a, b, c), 2 of 9 remaining."),
    ]
    assert all("Increase the quota" in each["hint"] for each in result.plan["problems"])
    enough = plan(queues=[{"name": name, **NEW} for name in ("a", "b")], undeclared=False)
    assert told(enough) == []
    assert plan(queues=[{"name": "q1"}], undeclared=False).sent == ["GET queues 200"]


def test_a_quota_problem_names_some_of_many(cloud, plan):
    result = plan(queues=[{"name": f"new{number:03}", **NEW} for number in range(300)], undeclared=False)
    assert "300 required (new000, new001," in told(result)[0][3]
    assert "new019 and 280 more), 193 of 200 remaining." in told(result)[0][3]
    cloud.load_seed({"quotas": {"QUEUE": 9}})
    result = plan(queues=[{"name": f"new{number:03}", **NEW} for number in range(20)], undeclared=False)
    assert "new019), 2 of 9 remaining." in told(result)[0][3]


def test_a_recreated_queue_needs_no_quota(cloud, plan):
    cloud.load_seed({"quotas": {"QUEUE": 7}})
    again = {"name": "q1", **NEW, "queue_type": "general", "force_recreate": True}
    assert told(plan(queues=[again], undeclared=False)) == []


@pytest.mark.parametrize("status", [403, 404])
def test_quotas_that_cannot_be_read_are_a_warning(cloud, plan, status):
    cloud.inject(kind="status", path="/quotas$", status=status, error_code="DLI.0003", error_msg="denied", times=None)
    result = plan(queues=[{"name": "new", **NEW}], undeclared=False)
    [(reason, severity, _field, message)] = told(result)
    assert (reason, severity) == ("quota", "warning")
    assert message.startswith("The quotas could not be read. Could not read the quotas: denied")
    assert result.objects["new"]["status"] == "missing"


def overlaps(result):
    return [
        message for reason, severity, _field, message in told(result) if (reason, severity) == ("overlap", "warning")
    ]


def test_overlapping_blocks_of_what_is_bound_to_one_vpc_are_a_warning(cloud, plan, place, other_place):
    cloud.load_seed({"queues": [{"queue_name": "near", "cidr_in_vpc": "172.20.5.0/24"}]})
    pool = {"min_cu": 64, "max_cu": 64, "cidr_in_vpc": "172.20.0.0/16"}
    pools = [{"name": "new_pool", **pool}, {"name": "far", **pool}]

    def connect(*places):
        bound = [{"queues": ["near"]}, {"elastic_resource_pools": ["new_pool"]}]
        return [{"name": f"c{number}", **bound[number], **each} for number, each in enumerate(places)]

    result = plan(
        elastic_resource_pools=pools, queues=[{"name": "near"}], connections=connect(place, place), undeclared=False
    )
    assert overlaps(result) == [
        "The CIDR blocks of elastic resource pool new_pool (172.20.0.0/16) and queue near (172.20.5.0/24) overlap. "
        f"Both reach VPC {place['dest_vpc_id']}, so the binding will probably become FAILED."
    ]
    others = plan(
        elastic_resource_pools=pools,
        queues=[{"name": "near"}],
        connections=connect(place, other_place),
        undeclared=False,
    )
    assert overlaps(others) == []


def test_overlaps_with_what_an_undeclared_connection_binds_are_a_warning(cloud, plan, place):
    cloud.load_seed({"connections": [{"name": "kept", **place, "elastic_resource_pools": ["pool1"]}]})
    pool = {"name": "new_pool", "min_cu": 64, "max_cu": 64, "cidr_in_vpc": "172.16.0.0/12"}
    new = {"name": "new", **place, "elastic_resource_pools": ["new_pool"]}
    [message] = overlaps(plan(elastic_resource_pools=[pool], connections=[new], undeclared=False))
    assert "elastic resource pool new_pool (172.16.0.0/12) and elastic resource pool pool1 (172.16.0.0/16)" in message


def test_what_is_bound_already_is_no_overlap(cloud, plan, place):
    cloud.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": name} for name in ("one", "other")],
            "connections": [{"name": "kept", **place, "elastic_resource_pools": ["one", "other"]}],
        }
    )
    result = plan(
        elastic_resource_pools=[{"name": "one"}, {"name": "other"}],
        connections=[{"name": "kept", "hosts": [{"name": "h", "ip": "10.0.0.1"}]}],
        undeclared=False,
    )
    assert (overlaps(result), result.objects["kept"]["action"]) == ([], "update")


@pytest.mark.parametrize(("cidr", "warned"), [("172.20.0.0/19", False), ("172.20.0.0/20", True), (None, False)])
def test_a_small_block_of_a_new_pool_is_a_warning(plan, cidr, warned):
    pool = {"name": "new_pool", "min_cu": 64, "max_cu": 64, "cidr_in_vpc": cidr}
    result = plan(elastic_resource_pools=[pool], undeclared=False)
    text = (
        "The CIDR block of elastic resource pool new_pool (172.20.0.0/20) is smaller than /19. The service may reject "
    )
    text += "it."
    assert told(result) == ([("cidr", "warning", "elastic_resource_pools", text)] if warned else [])
    assert result.objects["new_pool"]["status"] == "missing"


def test_small_blocks_of_other_objects_are_none_of_new_pools():
    def small(**fields):
        pool = {"kind": "elastic_resource_pool", "name": "p", "action": "create", "predicted": {}}
        return checks.small_blocks([{**pool, **fields}])

    assert small(predicted={"cidr_in_vpc": "10.0.0.0/20"})
    assert small(predicted={"cidr_in_vpc": "10.0.0.0/20"}, action="none") == []
    assert small(predicted={"cidr_in_vpc": "10.0.0.0/20"}, kind="queue") == []
    assert small() == small(predicted=None) == []


def test_addresses_of_unknown_queues_are_an_error(cloud, plan):
    ask = [{"queue": name, "addresses": ["10.0.0.1:443"]} for name in ("Q1", "new", "gone", "gone")]
    pool = {"name": "gone", "min_cu": 64, "max_cu": 64}
    result = plan(queues=[{"name": "new", **NEW}], elastic_resource_pools=[pool], addresses=ask, undeclared=False)
    assert told(result) == [
        (
            "not_found",
            "error",
            "addresses",
            "Queue gone, from which addresses are tested, does not exist and is not declared.",
        )
    ]
    assert [r.path.rsplit("/", 1)[-1] for r in plan(addresses=ask[:1]).requests] == ["queues"]


def test_the_same_addresses_from_each_queue_are_one_problem(plan):
    lists = [["10.0.0.1"], ["10.0.0.1"], ["10.0.0.2"]]
    result = plan(addresses=[{"queue": "q1", "addresses": each} for each in lists], undeclared=False)
    assert [message.rpartition(", got ")[2] for *_, message in told(result)] == ["'10.0.0.1'", "'10.0.0.2'"]
    assert all(message.startswith("addresses of queue q1 must be host:port") for *_, message in told(result))
    assert {severity for _id, severity, *_ in told(result)} == {"error"}


def test_one_sentence_names_all_objects_with_the_same_problem(cloud, plan):
    denied = {"status": 403, "error_code": "DLI.0003", "error_msg": "Permission denied"}
    cloud.inject(kind="status", method="GET", path="/queues/?$", times=None, **denied)
    queues = [{"name": f"q{number}"} for number in range(23)]
    [error] = plan(queues=queues, elastic_resource_pools=[{"name": "pool1"}], undeclared=False).plan["errors"]
    assert error.startswith("Queue q0, Queue q1, ")
    assert " Queue q19 and 3 more: Could not list the queues: Permission denied" in error


def test_a_sentence_names_an_object_once(plan):
    first, *_ = plan(queues=[{"name": "q1", "cu_count": 17}, {"name": "Q1", "cu_count": 17}]).plan["errors"]
    assert first.startswith("Queue q1: cu_count must be")


def test_broken_rules_are_problems_of_their_items(plan):
    result = plan(
        queues=[{"name": "q1", "cu_count": 17}, {"name": "no spaces"}],
        connections=[{"name": "c1", "dest_vpc_id": "x", "queues": ["q1"]}],
        elastic_resource_pools=[{"name": "p1", "min_cu": 128, "max_cu": 64}],
        addresses=[{"queue": "q1", "addresses": ["10.0.0.1"]}],
        undeclared=False,
    )
    assert {each["status"] for each in result.plan["objects"]} == {"blocked"}
    for name, text in (
        ("p1", "min_cu must be at most max_cu (64), got 128"),
        ("q1", "cu_count must be"),
        ("no spaces", "name must be"),
        ("c1", "dest_vpc_id must be"),
    ):
        problem = result.objects[name]["problems"][0]
        assert (problem["id"], problem["severity"]) == ("rule", "error")
        assert problem["message"].startswith(text)
    [malformed] = result.plan["problems"]
    assert (malformed["id"], malformed["field"]) == ("rule", "addresses")
    assert malformed["message"].startswith("addresses of queue q1 must be host:port")
    assert result.requests == []


@pytest.mark.parametrize("option", ["state", "wait", "wait_timeout", "force", "region", "cu_counts"])
def test_an_item_has_no_option_of_a_whole_task(run, option):
    result = run("dli_plan_info", queues=[{"name": "q1", option: "1"}])
    assert result.failed
    assert option in result["msg"]
    assert result.requests == []


def test_empty_texts_and_null_in_items_count_as_not_given(cloud, plan):
    nothing = {"description": "", "queue_type": "", "elastic_resource_pool_name": "", "cu_count": None, "tags": None}
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "description": "kept"}]})
    result = plan(
        queues=[{"name": "q1", **nothing}],
        elastic_resource_pools=[{"name": "pool1", "description": "", "enterprise_project_id": "", "tags": None}],
        connections=[],
        undeclared=False,
    )
    assert result.plan["in_sync"], result.plan["summary"]
    assert result.objects["q1"]["options"].keys() & nothing.keys() == set()


def test_aliases_work_in_items(plan, place):
    aliases = {"vpc_id": place["dest_vpc_id"], "subnet_id": place["dest_network_id"]}
    assert plan(connections=[{"name": "c1", **aliases}]).objects["c1"]["status"] == "missing"


def test_a_network_can_be_named(plan, names, place):
    result = plan(connections=[{"name": name, **names} for name in ("a", "b", "c")])
    assert {each["status"] for each in result.plan["objects"]} == {"missing"}
    assert result.objects["a"]["predicted"]["dest_vpc_id"] == place["dest_vpc_id"]
    assert [r.path.rsplit("/", 1)[-1] for r in result.requests] == ["enhanced-connections", "vpcs", "subnets", "agency"]
    wrong = plan(connections=[{"name": "a", **names, "dest_vpc_name": "unknown"}])
    [problem] = wrong.objects["a"]["problems"]
    assert (problem["id"], problem["severity"]) == ("not_found", "error")
    assert "dest_vpc_name must be the name of an existing VPC, got 'unknown'" in problem["message"]


SPARK_ONLY = {"name": "general", "cu_count": 16, "queue_type": "general", "properties": {"job.maxConcurrent": 8}}


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"queues": [{"name": "n", "cu_count": 17}]}, "cu_count must be a positive multiple of 16"),
        ({"queues": [SPARK_ONLY]}, "properties require queue_type=sql and engine=spark"),
        ({"queues": [{"name": "n", "cu_count": 16, "elastic_resource_pool_name": "nix"}]}, "pool nix does not exist."),
        ({"connections": [{"name": "not a name"}]}, "name must be"),
        (
            {"connections": [{"name": "c", "elastic_resource_pools": ["nix"]}]},
            "elastic resource pool nix does not exist",
        ),
        (
            {"connections": [{"name": "c", "dest_network_id": "00000000-0000-4000-8000-000000000000"}]},
            "got '00000000-0000-4000-8000-000000000000'. Subnets in VPC {vpc_id}: {subnet_name} ({subnet_id})",
        ),
        (
            {"connections": [{"name": "c", "dest_network_id": None, "dest_subnet_name": "nowhere"}]},
            "an existing subnet in VPC {vpc_id}, got 'nowhere'",
        ),
        (
            {"connections": [{"name": "c", "dest_vpc_id": None, "dest_vpc_name": "nowhere"}]},
            "dest_vpc_name must be the name of an existing VPC, got 'nowhere'",
        ),
    ],
    ids=str,
)
def test_a_declaration_that_cannot_be_had_is_blocked(sim, plan, place, declared, expected):
    with_place = [{**place, **each} for each in declared.get("connections", [])]
    result = plan(**{**declared, **({"connections": with_place} if with_place else {})})
    [blocked] = [each for each in result.plan["objects"] if each["status"] == "blocked"]
    [message] = [each["message"] for each in blocked["problems"] if each["severity"] == "error"]
    assert expected.format(**sim.ready["networks"][0]) in message


def test_a_diagnosis_explains_broken_bindings_and_costs_nothing_without_any(cloud, plan, place):
    cloud.load_seed({"connections": [{"name": "c", **place, "queues": ["q1", "q2"]}]})
    declared = [{"name": "c", "queues": ["q1", "q2"]}]
    before = plan(connections=declared, undeclared=False)
    asked = plan(connections=declared, undeclared=False, with_diagnosis=True)
    assert asked.plan == before.plan
    assert asked.sent == before.sent
    cloud.queues["q1"].cidr_in_vpc = cloud.ready["networks"][0]["subnet_cidr"]
    [connection] = cloud.connections.values()
    connection.available_queue_info[0].status = "FAILED"
    [without] = plan(connections=declared, undeclared=False).objects["c"]["problems"]
    result = plan(connections=declared, undeclared=False, with_diagnosis=True)
    [explained] = result.objects["c"]["problems"]
    assert "(overlap)" not in without["hint"]
    assert "Confirmed cause: (overlap) The CIDR blocks of queue q1" in explained["hint"]
    assert {**explained, "hint": None} == {**without, "hint": None}
    assert any("Confirmed cause: (overlap)" in line for line in result.plan["summary"])

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each requested change is made once and predicted by check mode; order and letter case never matter."""

from __future__ import annotations

import json

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection import hosts as connection_hosts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

A, B, C = ({"name": f"ecs-{letter}", "ip": f"192.168.0.{number}"} for number, letter in enumerate("abc", 1))
LIST = "GET datasource/enhanced-connections 200"


def hosts(*some):
    return [(host["name"], host["ip"]) for host in some]


def active(*names):
    return dict.fromkeys(names, "ACTIVE")


def state_of(queues=(), pools=(), hosts=(), **rare):
    return {"queues": active(*queues), "pools": active(*pools), "hosts": list(hosts), **rare}


def routes(**cidrs):
    return [{"name": name, "cidr": cidr} for name, cidr in cidrs.items()]


def tagged(**tags):
    return [{"key": key, "value": value} for key, value in tags.items()]


def shared(*projects):
    return {project: ["BIND_QUEUE"] for project in projects}


P1, P2, P3 = (f"{number}f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6" for number in (1, 2, 3))
NEAR, FAR = "10.1.0.0/24", "10.2.0.0/16"


# The initial state, the options of the task beside name and network, the final state.
CHANGES = {
    "create it bare": (None, {}, state_of()),
    "create it with everything": (
        None,
        {"queues": ["q2", "Q1"], "elastic_resource_pools": ["pool2"], "hosts": [B, A]},
        state_of(["q1", "q2"], ["pool2"], hosts(A, B)),
    ),
    "create it with queues in pools": (
        None,
        {"queues": ["in_pool", "q1", "in_pool_too"]},
        state_of(["q1"], ["pool1"]),
    ),
    "bind a queue": ({"queues": ["q1"]}, {"queues": ["q1", "q2"]}, state_of(["q1", "q2"])),
    "unbind a queue": ({"queues": ["q1", "q2"]}, {"queues": ["q2"]}, state_of(["q2"])),
    "replace a queue": ({"queues": ["q1"]}, {"queues": ["q2"]}, state_of(["q2"])),
    "unbind every queue": ({"queues": ["q1", "q2"]}, {"queues": []}, state_of()),
    "only add a queue": ({"queues": ["q1"]}, {"queues": ["q2"], "purge_queues": False}, state_of(["q1", "q2"])),
    "bind the pool of a queue": ({"queues": ["q1"]}, {"queues": ["q1", "in_pool"]}, state_of(["q1"], ["pool1"])),
    "replace a queue by one in a pool": ({"queues": ["q1"]}, {"queues": ["in_pool"]}, state_of([], ["pool1"])),
    "bind a pool": ({}, {"elastic_resource_pools": ["POOL1"]}, state_of([], ["pool1"])),
    "unbind a pool": (
        {"elastic_resource_pools": ["pool1", "pool2"]},
        {"elastic_resource_pools": ["pool2"]},
        state_of([], ["pool2"]),
    ),
    "replace a pool": (
        {"elastic_resource_pools": ["pool1"]},
        {"elastic_resource_pools": ["pool2"]},
        state_of([], ["pool2"]),
    ),
    "unbind every pool": ({"elastic_resource_pools": ["pool1"]}, {"elastic_resource_pools": []}, state_of()),
    "only add a pool": (
        {"elastic_resource_pools": ["pool1"]},
        {"elastic_resource_pools": ["pool2"], "purge_elastic_resource_pools": False},
        state_of([], ["pool1", "pool2"]),
    ),
    "unbind pools except the pool of a queue": (
        {"elastic_resource_pools": ["pool1", "pool2"]},
        {"queues": ["in_pool"], "elastic_resource_pools": []},
        state_of([], ["pool1"]),
    ),
    "add a host": ({"hosts": [A]}, {"hosts": [A, B]}, state_of(hosts=hosts(A, B))),
    "remove a host": ({"hosts": [A, B]}, {"hosts": [B]}, state_of(hosts=hosts(B))),
    "replace a host": ({"hosts": [A]}, {"hosts": [C]}, state_of(hosts=hosts(C))),
    "give a host another address": (
        {"hosts": [A]},
        {"hosts": [{**A, "ip": "192.168.0.9"}]},
        state_of(hosts=[("ecs-a", "192.168.0.9")]),
    ),
    "move a host and keep the others": (
        {"hosts": [A, B]},
        {"hosts": [{**A, "ip": "192.168.0.9"}], "purge_hosts": False},
        state_of(hosts=[("ecs-a", "192.168.0.9"), *hosts(B)]),
    ),
    "remove every host": ({"hosts": [A, B]}, {"hosts": []}, state_of()),
    "only add a host": ({"hosts": [A]}, {"hosts": [B], "purge_hosts": False}, state_of(hosts=hosts(A, B))),
    "create it with routes": (None, {"routes": routes(r2=FAR, r1=NEAR)}, state_of(routes={"r1": NEAR, "r2": FAR})),
    "create it with tags": (None, {"tags": {"b": 2, "a": "1"}}, state_of(tags={"a": "1", "b": "2"})),
    "create it shared": (None, {"allowed_projects": [P2, P1, P2]}, state_of(projects=[P1, P2])),
    "add a route": (
        {"routes": routes(r1=NEAR)},
        {"routes": routes(r2=FAR, r1=NEAR)},
        state_of(routes={"r1": NEAR, "r2": FAR}),
    ),
    "remove a route": ({"routes": routes(r1=NEAR, r2=FAR)}, {"routes": routes(r2=FAR)}, state_of(routes={"r2": FAR})),
    "rename a route": ({"routes": routes(r1=NEAR)}, {"routes": routes(new=NEAR)}, state_of(routes={"new": NEAR})),
    "change the CIDR block of a route": (
        {"routes": routes(r1=NEAR)},
        {"routes": routes(r1=FAR)},
        state_of(routes={"r1": FAR}),
    ),
    "swap two routes": (
        {"routes": routes(r1=NEAR, r2=FAR)},
        {"routes": routes(r1=FAR, r2=NEAR)},
        state_of(routes={"r1": FAR, "r2": NEAR}),
    ),
    "remove every route": ({"routes": routes(r1=NEAR, r2=FAR)}, {"routes": []}, state_of()),
    "only add a route": (
        {"routes": routes(r1=NEAR)},
        {"routes": routes(r2=FAR), "purge_routes": False},
        state_of(routes={"r1": NEAR, "r2": FAR}),
    ),
    "only change the CIDR block of a route": (
        {"routes": routes(r1=NEAR, r2=FAR)},
        {"routes": routes(r1="10.3.0.0/24"), "purge_routes": False},
        state_of(routes={"r1": "10.3.0.0/24", "r2": FAR}),
    ),
    "add a tag": ({"tags": tagged(a="1")}, {"tags": {"a": 1, "b": ""}}, state_of(tags={"a": "1", "b": ""})),
    "give a tag another value": ({"tags": tagged(a="1")}, {"tags": {"a": "2"}}, state_of(tags={"a": "2"})),
    "replace a tag": ({"tags": tagged(a="1")}, {"tags": {"A": "1"}}, state_of(tags={"A": "1"})),
    "remove every tag": ({"tags": tagged(a="1", b="2")}, {"tags": {}}, state_of()),
    "only add a tag": (
        {"tags": tagged(a="1", b="2")},
        {"tags": {"b": "3", "c": "4"}, "purge_tags": False},
        state_of(tags={"a": "1", "b": "3", "c": "4"}),
    ),
    "share it": ({}, {"allowed_projects": [P1]}, state_of(projects=[P1])),
    "share it with another project": (
        {"privileges": shared(P1, P2)},
        {"allowed_projects": [P3, P2]},
        state_of(projects=[P2, P3]),
    ),
    "stop sharing it": ({"privileges": shared(P1, P2)}, {"allowed_projects": []}, state_of()),
    "only share it with one more": (
        {"privileges": shared(P1)},
        {"allowed_projects": [P2], "purge_allowed_projects": False},
        state_of(projects=[P1, P2]),
    ),
    "create it with every option": (
        None,
        {
            "queues": ["in_pool", "q1"],
            "elastic_resource_pools": ["pool2"],
            "hosts": [A],
            "routes": routes(r1=NEAR),
            "tags": {"a": "1"},
            "allowed_projects": [P1],
        },
        state_of(["q1"], ["pool1", "pool2"], hosts(A), routes={"r1": NEAR}, tags={"a": "1"}, projects=[P1]),
    ),
    "change everything at once": (
        {
            "queues": ["q1"],
            "elastic_resource_pools": ["pool1"],
            "hosts": [A],
            "routes": routes(r1=NEAR),
            "tags": tagged(a="1"),
            "privileges": shared(P1),
        },
        {
            "queues": ["q2"],
            "elastic_resource_pools": ["pool2"],
            "hosts": [C],
            "routes": routes(r1=FAR),
            "tags": {"b": "2"},
            "allowed_projects": [P2],
        },
        state_of(["q2"], ["pool2"], hosts(C), routes={"r1": FAR}, tags={"b": "2"}, projects=[P2]),
    ),
    "delete it": ({"queues": ["q1"], "elastic_resource_pools": ["pool1"], "hosts": [A]}, {"state": "absent"}, None),
}


def comparable(result):
    """A result without the values that only the service knows: its IDs, times and defaults."""
    found = dict(result["enhanced_connection"] or {})
    for key in ("id", "create_time", "create_time_iso", "ipv6_enable"):
        found.pop(key, None)
    if found.get("allowed_projects") is None:
        found.pop("is_privis", None)
    found["routes"] = [{**route, "create_time": None, "create_time_iso": None} for route in found.get("routes", ())]
    for key in ("available_queue_info", "elastic_resource_pools"):
        found[key] = sorted((entry["name"], entry["status"]) for entry in found.get(key, ()))
    return {**found, "hosts": sorted(found.get("hosts", ()), key=str)}


@pytest.mark.parametrize(("start", "options", "end"), CHANGES.values(), ids=CHANGES)
def test_without_wait_each_change_is_sent(cloud, connection, state, start, options, end):
    if start is not None:
        cloud.load_seed({"connections": [{"name": "test1", **start}]})
    predicted, made = connection(**options, wait=False, check=True), connection(**options, wait=False)
    assert made["changed"]
    unbinds = any(request.path.endswith("/disassociate-queue") for request in made.writes)
    assert ["The service still lists " in text for text in made.warned] == [True] * unbinds
    assert predicted["diff"] == made["diff"]
    cloud.clock.advance(60)
    assert state() == end
    assert not connection(**options, wait=False)["changed"]


@pytest.mark.both_modes
@pytest.mark.parametrize(("start", "options", "end"), CHANGES.values(), ids=CHANGES)
def test_each_change_is_predicted_and_made_once(cloud, connection, state, start, options, end):
    if start is not None:
        cloud.load_seed({"connections": [{"name": "test1", **start}]})
    before = state()

    predicted = connection(check=True, **options)
    assert predicted["changed"]
    assert state() == before

    made = connection(**options)
    assert made["changed"]
    assert state() == end
    assert predicted["diff"] == made["diff"]
    assert predicted["diff"]["before"] != predicted["diff"]["after"]
    assert comparable(predicted) == comparable(made)

    for check in (True, False):
        again = connection(check=check, **options)
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert again.writes == []
        assert comparable(again) == comparable(made)
    assert state() == end


def test_a_network_given_by_name_is_the_same_network(connection, names, live):
    by_name = {"dest_vpc_id": None, "dest_network_id": None, **names, "queues": ["q1"]}
    predicted, made = connection(**by_name, check=True), connection(**by_name)
    assert predicted["diff"] == made["diff"]
    assert comparable(predicted) == comparable(made)
    before = live()
    for options in (by_name, {"queues": ["q1"]}):
        again = connection(**options)
        assert not again["changed"]
        assert comparable(again) == comparable(made)
    assert live() is before


def test_a_lifecycle_of_changes_one_after_the_other(cloud, connection, state):
    for options in (
        {"queues": ["q1"]},
        {"queues": ["q1", "in_pool"], "hosts": [A]},
        {"queues": ["q2"], "hosts": [A, B]},
        {"elastic_resource_pools": []},
        {"queues": [], "hosts": []},
        {"queues": ["q1", "q2", "q3"], "routes": routes(r1=NEAR)},
        {"tags": {"a": "1"}, "routes": routes(r1=FAR)},
        {"allowed_projects": [P1], "tags": {}},
        {"allowed_projects": [], "routes": []},
        {"state": "absent"},
        {"queues": ["q3"]},
    ):
        predicted, made, again = connection(check=True, **options), connection(**options), connection(**options)
        assert (predicted["changed"], made["changed"], again["changed"]) == (True, True, False), options
        assert predicted["diff"] == made["diff"], options
    assert state() == state_of(["q3"])


def test_options_that_are_not_set_are_not_changed(cloud, run, state):
    there = {"queues": ["q1"], "elastic_resource_pools": ["pool1"], "hosts": [A], "routes": routes(r1=NEAR)}
    cloud.load_seed({"connections": [{"name": "test1", **there, "tags": tagged(a="1"), "privileges": shared(P1)}]})
    result = run("dli_enhanced_connection", name="test1")
    assert not result["changed"]
    assert result.sent == [LIST]
    assert (result["enhanced_connection"]["tags"], result["enhanced_connection"]["allowed_projects"]) == (None, None)
    assert state() == state_of(["q1"], ["pool1"], hosts(A), routes={"r1": NEAR}, tags={"a": "1"}, projects=[P1])


def test_the_create_request_matches_the_vendors_example(cloud, connection):
    body = """
        {
          "name": "test1",
          "dest_vpc_id": "22094d8f-c310-4621-913d-4c4d655d8495",
          "dest_network_id": "78f2562a-36e4-4b39-95b9-f5aab22e1281",
          "queues": ["q1","q2"],
          "hosts": [
            {
              "ip":"192.168.0.1",
              "name":"ecs-97f8-0001"
            },
            {
              "ip":"192.168.0.2",
              "name":"ecs-97f8-0002"
            }
          ]
        }
    """
    options = json.loads(body)
    vpc, subnet = options["dest_vpc_id"], options["dest_network_id"]
    names = {"vpc_name": "v", "vpc_cidr": "192.168.0.0/17", "subnet_name": "s", "subnet_cidr": "192.168.0.0/24"}
    cloud.load_seed({"networks": [{"vpc_id": vpc, "subnet_id": subnet, **names}]})
    result = connection(**options)
    (create,) = [request for request in result.writes if request.path.endswith("/enhanced-connections")]
    assert create.body == options
    assert list(create.body) == list(options)
    assert result["enhanced_connection"]["status"] == "ACTIVE"


def test_the_route_table_is_sent_at_creation_and_never_compared(cloud, connection, live):
    table = "0a4f6c1d-2e3f-4b6c-8e0d-3c4f0e9a530b"
    predicted, result = connection(check=True, routetable_id=table), connection(routetable_id=table)
    assert live().routetable_id == table
    assert predicted["diff"] == result["diff"]
    again = connection(routetable_id=table.replace("0a", "0b"))
    assert (again["changed"], again.sent) == (False, [LIST])


ASPECTS = {"routes": routes(r1=NEAR, r2=FAR), "tags": {"a": "1"}, "allowed_projects": [P1, P2]}
TAGS = "GET dli_enhanced_datasource/ID/tags 200"
PRIVILEGES = "GET datasource/enhanced-connections/ID/privileges 200"


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("options", "more"),
    [
        (["routes"], []),
        (["tags"], [TAGS]),
        (["allowed_projects"], [PRIVILEGES]),
        (["routes", "tags", "allowed_projects"], [PRIVILEGES, TAGS]),
    ],
    ids=lambda names: " ".join(names).replace("GET ", ""),
)
def test_a_task_without_changes_costs_one_request_for_each_api_that_the_options_use(
    connection, live, check, options, more
):
    connection(**ASPECTS)
    again = connection(**{option: ASPECTS[option] for option in options}, check=check)
    assert not again["changed"]
    assert [each.replace(live().id, "ID") for each in again.sent] == [LIST, *more]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("queues", "more"),
    [
        ([], []),
        (["q1", "q2"], []),
        (["q1", "in_pool"], ["GET queues/in_pool 200"]),
        (["q1", "in_pool", "in_pool_too", "elsewhere"], ["GET elastic-resource-pools 200"]),
    ],
)
def test_a_task_without_changes_costs_one_request_and_one_more_for_queues_in_pools(connection, check, queues, more):
    connection(queues=queues, hosts=[A])
    again = connection(queues=queues, hosts=[A], check=check)
    assert not again["changed"]
    assert again.sent == [LIST, *more]


def test_in_a_large_tenant_a_task_without_changes_costs_no_more(cloud, connection):
    cloud.load_seed({"queues": [{"queue_name": f"other{n}"} for n in range(200)]})
    wanted = {"queues": ["in_pool", "in_pool_too", "elsewhere"]}
    connection(**wanted)
    again = connection(**wanted)
    assert not again["changed"]
    assert again["enhanced_connection"]["bound_via"] == {
        "elsewhere": "pool2",
        "in_pool": "pool1",
        "in_pool_too": "pool1",
    }
    assert len(again.requests) == 2


def test_a_queue_in_no_bound_pool_is_looked_up_beside_those_that_are(cloud, connection, state):
    connection(queues=["in_pool", "in_pool_too"])
    result = connection(queues=["in_pool", "in_pool_too", "elsewhere", "q1"])
    assert result["changed"]
    assert state()["pools"].keys() == {"pool1", "pool2"}
    assert state()["queues"].keys() == {"q1"}
    assert "queue nowhere does not exist" in connection(queues=["in_pool", "in_pool_too", "nowhere"])["msg"]


def test_an_absent_connection_costs_one_request(connection):
    result = connection(state="absent")
    assert (result["changed"], result["enhanced_connection"], result.sent) == (False, None, [LIST])


def any_case(name):
    return st.lists(st.booleans(), min_size=len(name), max_size=len(name)).map(
        lambda upper: "".join(c.upper() if up else c for c, up in zip(name, upper, strict=True))
    )


def any_order(names):
    return st.permutations(names).flatmap(lambda some: st.tuples(*map(any_case, some)))


@given(
    queues=any_order(["q1", "q2", "in_pool"]),
    pools=any_order(["pool1", "pool2"]),
    some_hosts=st.permutations([A, B, C, A]),
)
@settings(max_examples=25, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.both_modes
def test_order_letter_case_and_repetition_do_not_matter(connection, state, queues, pools, some_hosts):
    wanted = {"queues": list(queues), "elastic_resource_pools": list(pools), "hosts": some_hosts}
    if state() is None:
        assert connection(**wanted)["changed"]
    assert state() == state_of(["q1", "q2"], ["pool1", "pool2"], hosts(A, B, C))
    for check in (True, False):
        again = connection(**wanted, check=check)
        assert not again["changed"], again
        assert again.writes == []


def test_duplicate_entries_are_sent_once(connection):
    result = connection(queues=["Q1", "q1"], hosts=[A, A])
    (create,) = result.writes
    assert (create.body["queues"], create.body["hosts"]) == (["q1"], [A])


def test_ids_are_compared_regardless_of_case(cloud, connection, place, live):
    connection()
    capital = {option: value.upper() for option, value in place.items()}
    before = live()
    result = connection(**capital, force_recreate=True)
    assert not result["changed"]
    assert live() is before


def test_as_many_hosts_as_allowed_are_sent_in_one_request_and_removed_in_one(connection, state, monkeypatch):
    # A smaller limit for the test: 20 000 hosts take most of a minute. test_bad_input.py tests the limit itself.
    monkeypatch.setattr(connection_hosts, "MAX_HOSTS", 200)
    many = [{"name": f"h{n}", "ip": f"10.1.{n // 250}.{n % 250 + 1}"} for n in range(200)]
    first = connection(hosts=many, diff=False)
    assert first["changed"]
    assert len(first.writes) == 1
    assert len(state()["hosts"]) == 200
    fewer = connection(hosts=many[:0:-1], diff=False)
    assert [(r.method, len(r.body["hosts"])) for r in fewer.writes] == [("PUT", 199)]
    one_more = connection(hosts=[A, B], purge_hosts=False, diff=False)
    assert "got 201 with the current hosts" in one_more["msg"]
    assert one_more.writes == []
    emptied = connection(hosts=[])
    assert [(r.method, r.body) for r in emptied.writes] == [("PUT", {"hosts": []})]
    assert state() == state_of()


def test_null_lists_of_the_service_are_empty(cloud, connection, state):
    cloud.set_knobs(null_lists=True)
    result = connection()
    empty = ("queues", "available_queue_info", "elastic_resource_pools", "hosts", "routes")
    assert {key: result["enhanced_connection"][key] for key in empty} == {key: [] for key in empty}
    assert not connection(queues=[], elastic_resource_pools=[], hosts=[])["changed"]
    assert connection(queues=["q1"])["changed"]
    assert state() == state_of(["q1"])


def test_routes_and_reasons_of_failure_are_shown(cloud, run):
    cloud.load_seed(
        {
            "connections": [
                {
                    "name": "test1",
                    "routes": [{"name": "r1", "cidr": "10.9.0.0/24"}],
                    "queues": [{"name": "q1", "status": "FAILED", "err_msg": "no way to the subnet"}],
                }
            ]
        }
    )
    found = run("dli_enhanced_connection", name="test1")["enhanced_connection"]
    assert [(route["name"], route["cidr"]) for route in found["routes"]] == [("r1", "10.9.0.0/24")]
    assert [e["err_msg"] for e in found["available_queue_info"]] == ["no way to the subnet"]


@pytest.mark.both_modes
def test_every_path_returns_the_same_keys(connection, other_place):
    keys, binding, route = set(), set(), set()
    for options in (
        {"check": True, "queues": ["q1", "in_pool"]},
        {"queues": ["q1", "in_pool"], "wait": False},
        {"queues": ["q1", "in_pool"]},
        {"queues": ["q1", "in_pool"], "check": True},
        {"queues": ["q2"], "check": True},
        {"queues": ["q2"], "wait": False},
        {"hosts": [A]},
        {**other_place, "force_recreate": True, "check": True},
        {**other_place, "force_recreate": True, "queues": ["q3"]},
        {**other_place, **ASPECTS, "check": True},
        {**other_place, **ASPECTS},
    ):
        result = connection(**options)
        assert set(result) - {"invocation", "warnings"} == {"changed", "diff", "enhanced_connection", "unsupported"}
        keys.add(frozenset(result["enhanced_connection"]))
        for kind in ("available_queue_info", "elastic_resource_pools"):
            binding |= {frozenset(entry) for entry in result["enhanced_connection"][kind]}
        route |= {frozenset(entry) for entry in result["enhanced_connection"]["routes"]}
    assert len(keys) == 1
    assert "bound_via" in next(iter(keys))
    assert binding == {frozenset({"name", "peer_id", "status", "err_msg", "update_time", "update_time_iso"})}
    assert route == {frozenset({"name", "cidr", "create_time", "create_time_iso"})}


def test_the_names_of_terraform_are_aliases(run, cloud, place, live):
    table = "0a4f6c1d-2e3f-4b6c-8e0d-3c4f0e9a530b"
    network = {"vpc_id": place["dest_vpc_id"], "subnet_id": place["dest_network_id"]}
    assert run("dli_enhanced_connection", name="test1", **network, route_table_id=table)["changed"]
    assert {"dest_vpc_id": live().dest_vpc_id, "dest_network_id": live().dest_network_id} == place
    assert live().routetable_id == table
    assert not run("dli_enhanced_connection", name="test1", **place)["changed"]


def test_times_are_returned_in_iso_8601_as_well_and_are_null_in_a_prediction(cloud, connection, live):
    wanted = {"queues": ["q1"], "elastic_resource_pools": ["pool1"], "routes": routes(r1=NEAR)}

    def times(result):
        shown = result["enhanced_connection"]
        return [
            (shown["create_time"], shown["create_time_iso"]),
            *((each["update_time"], each["update_time_iso"]) for each in shown["available_queue_info"]),
            *((each["update_time"], each["update_time_iso"]) for each in shown["elastic_resource_pools"]),
            *((each["create_time"], each["create_time_iso"]) for each in shown["routes"]),
        ]

    assert times(connection(**wanted, check=True)) == [(None, None)] * 4
    connection(**wanted)
    moment = 1566889577861
    live().create_time = live().routes[0]["create_time"] = moment
    for peer in live().peers:
        peer.update_time = moment
    for check in (True, False):
        assert times(connection(**wanted, check=check)) == [(moment, "2019-08-27T07:06:17Z")] * 4

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans: statuses, actions, and problems of single objects, and when a plan is a failure."""

from __future__ import annotations

import pytest

POOL = {"name": "pool1", "min_cu": 64, "max_cu": 256}
NEW_POOL = {"name": "new_pool", "min_cu": 64, "max_cu": 128, "cidr_in_vpc": "172.20.0.0/16"}
STATUSES = ("unreadable", "blocked", "missing", "drifted", "broken", "in_sync", "undeclared")


def found(planned):
    """Status, action and the options that differ."""
    return planned["status"], planned["action"], [each["option"] for each in planned["differences"]]


def told(planned):
    """The problems as (ID, severity, message)."""
    return [(each["id"], each["severity"], each["message"]) for each in planned["problems"]]


@pytest.fixture
def bound(cloud, place):
    """bound(name, queues=[...], ...) seeds a connection; a binding can be (name, status)."""

    def bound(name, **fields):
        for key in ("queues", "elastic_resource_pools"):
            entries = [(each, "ACTIVE") if isinstance(each, str) else each for each in fields.get(key, ())]
            fields[key] = [{"name": each, "status": status, "err_msg": "no route"} for each, status in entries]
        cloud.load_seed({"connections": [{"name": name, **place, **fields}]})

    return bound


# Statuses and actions


def test_what_is_as_declared_is_in_sync(cloud, plan, bound):
    bound("c1", queues=["q1"])
    result = plan(
        elastic_resource_pools=[POOL],
        queues=[{"name": "Q1"}, {"name": "in_pool", "elastic_resource_pool_name": "POOL1"}],
        connections=[{"name": "c1", "queues": ["Q1"]}],
        undeclared=False,
    )
    assert [found(each) for each in result.plan["objects"]] == [("in_sync", "none", [])] * 4
    assert [each["kind"] for each in result.plan["objects"]] == [
        "elastic_resource_pool",
        "queue",
        "queue",
        "connection",
    ]
    assert [each["name"] for each in result.plan["objects"]] == ["pool1", "q1", "in_pool", "c1"]
    assert (result.plan["in_sync"], result.plan["settled"]) == (True, True)
    assert result.plan["summary"] == []
    assert result["msg"] == "4 in_sync"
    assert result.plan["counts"] == {**dict.fromkeys(STATUSES, 0), "in_sync": 4}


def test_what_does_not_exist_is_created_in_the_order_of_a_run(plan, place):
    result = plan(
        connections=[{"name": "c1", **place, "queues": ["new"], "elastic_resource_pools": ["new_pool"]}],
        queues=[
            {"name": "new", "cu_count": 16},
            {"name": "inside", "cu_count": 16, "elastic_resource_pool_name": "new_pool"},
            {"name": "last", "cu_count": 16, "cidr_in_vpc": "172.21.0.0/24"},
        ],
        elastic_resource_pools=[NEW_POOL],
        undeclared=False,
    )
    assert [each["name"] for each in result.plan["objects"]] == ["new_pool", "new", "inside", "last", "c1"]
    assert {found(each)[:2] for each in result.plan["objects"]} == {("missing", "create")}
    assert not any(each["problems"] for each in result.plan["objects"])
    assert result.objects["new"]["current"] is None
    assert result.objects["new"]["predicted"]["cu_count"] == 16
    # No queue waits for another; the only pool and the only connection need no second task.
    assert [each["name"] for each in result.plan["objects"] if each["first"] is not None] == [
        *("new", "inside", "last"),
    ]
    # A CIDR block needs a queue that is ready.
    for name in ("new", "last"):
        options = result.objects[name]["options"]
        assert result.objects[name]["first"] == {key: options[key] for key in options if key != "cidr_in_vpc"}
    assert found(result.objects["c1"])[2] == [
        *("dest_network_id", "dest_vpc_id", "elastic_resource_pools", "queues"),
    ]
    assert not result.plan["in_sync"]
    assert result.plan["summary"][4:6] == ["+ queue new: missing, create", "    cu_count: 16"]


def test_a_difference_has_its_values(existing_queue, plan):
    existing_queue("wide", cu_count=64)
    [planned] = plan(queues=[{"name": "wide", "cu_count": 80, "tags": {"a": "b"}}], undeclared=False).plan["objects"]
    assert found(planned) == ("drifted", "update", ["cu_count", "tags"])
    assert planned["differences"] == [
        {"option": "cu_count", "found": 64, "wanted": 80, "why": None},
        {"option": "tags", "found": {}, "wanted": {"a": "b"}, "why": None},
    ]
    assert (planned["current"]["cu_count"], planned["predicted"]["cu_count"]) == (64, 80)
    assert planned["settled"] is False


def test_a_change_keeps_the_bindings(existing_queue, plan, bound):
    existing_queue("wide", cu_count=64)
    bound("c1", queues=["wide"])
    result = plan(queues=[{"name": "wide", "cu_count": 80}], connections=[{"name": "c1", "queues": ["wide"]}])
    assert (found(result.objects["wide"])[1], found(result.objects["c1"])[1]) == ("update", "none")


def test_force_recreate_is_an_action_of_its_own(cloud, plan, bound):
    for name in ("c1", "c2", "other"):
        bound(name, queues=["q1"])
    result = plan(
        queues=[{"name": "q1", "cu_count": 16, "queue_type": "general", "force_recreate": True}],
        connections=[{"name": name, "queues": ["q1"]} for name in ("c1", "c2")],
        undeclared=False,
    )
    assert found(result.objects["q1"]) == ("drifted", "recreate", ["queue_type"])
    # The new queue is bound to no connection.
    assert found(result.objects["c1"]) == ("drifted", "update", ["queues"])
    # The run binds it again to the declared ones only.
    [problem] = result.objects["q1"]["problems"]
    assert problem["message"] == "Queue q1 is bound to connection other. Its deletion removes the binding."


def test_an_absent_declaration_is_deleted_in_reverse_order(cloud, plan, bound):
    bound("c1", elastic_resource_pools=["pool2"])
    result = plan(
        elastic_resource_pools=[{"name": "pool2"}],
        queues=[{"name": "elsewhere"}, {"name": "unknown"}],
        connections=[{"name": "c1"}],
        state="absent",
        undeclared=False,
    )
    assert [(each["name"], *found(each)) for each in result.plan["objects"]] == [
        ("c1", "drifted", "delete", []),
        ("unknown", "in_sync", "none", []),
        ("elsewhere", "drifted", "delete", []),
        ("pool2", "drifted", "delete", []),
    ]
    assert result.objects["pool2"]["predicted"] is None
    assert (result.plan["state"], result.plan["in_sync"], result.plan["settled"]) == ("absent", False, False)


@pytest.mark.parametrize("declared", [[], [{"name": "q1"}]], ids=["none", "one"])
def test_what_is_not_declared_is_named(cloud, plan, declared):
    cloud.load_seed({"queues": [{"queue_name": "shared", "resource_mode": 0}]})
    result = plan(queues=declared)
    others = [each["name"] for each in result.plan["objects"] if each["status"] == "undeclared"]
    # Neither the built-in queue nor a shared one.
    assert others == sorted({"q1", "q2", "q3", "in_pool", "in_pool_too", "elsewhere"} - {e["name"] for e in declared})
    assert result.plan["in_sync"]
    assert result.plan["settled"]
    assert plan(queues=declared, undeclared=False).plan["counts"]["undeclared"] == 0


def test_a_list_that_is_not_given_is_not_read(cloud, plan, bound):
    bound("c1")
    result = plan(connections=[])
    assert [each["name"] for each in result.plan["objects"]] == ["c1"]
    assert [r.path.rsplit("/", 1)[-1] for r in result.requests] == ["enhanced-connections"]
    assert plan().requests == []


def test_a_pool_that_the_service_makes_for_a_queue_is_not_undeclared(cloud, plan, bound):
    bound("q2")
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": name} for name in ("q1", "other")]})
    result = plan(queues=[{"name": "q1"}], elastic_resource_pools=[], connections=[])
    assert [e["name"] for e in result.plan["objects"] if e["kind"] == "connection"] == ["q2"]
    assert [e["name"] for e in result.plan["objects"] if e["kind"] == "elastic_resource_pool"] == [
        *("other", "pool1", "pool2"),
    ]


# Broken objects


def test_a_failed_binding_is_broken(cloud, plan, bound):
    bound("c1", queues=["q1", ("q2", "FAILED")])
    [planned] = plan(connections=[{"name": "c1", "queues": ["q1", "q2"]}]).plan["objects"]
    assert found(planned) == ("broken", "none", [])
    assert (planned["broken"], planned["settled"]) == (True, False)
    [(reason, severity, message)] = told(planned)
    assert (reason, severity) == ("failed", "error")
    assert message == "Connection c1 has FAILED bindings: queue q2: no route."
    assert planned["problems"][0]["hint"]
    assert planned["predicted"] == planned["current"]
    assert planned["predicted"]


def test_a_failed_binding_that_is_removed_is_drift(cloud, plan, bound):
    bound("c1", queues=["q1", ("q2", "FAILED")])
    [planned] = plan(connections=[{"name": "c1", "queues": ["q1"]}]).plan["objects"]
    assert (found(planned), planned["broken"]) == (("drifted", "update", ["queues"]), True)
    assert [each[:2] for each in told(planned)] == [("failed", "warning")]


def test_a_failed_binding_prevents_other_changes(cloud, plan, bound):
    bound("c1", queues=[("q2", "FAILED")])
    [planned] = plan(connections=[{"name": "c1", "queues": ["q1", "q2"]}]).plan["objects"]
    assert (found(planned), planned["broken"]) == (("blocked", "none", ["queues"]), True)
    assert planned["current"]["queues"] == ["q2"]


def test_a_failed_binding_that_is_not_declared_is_broken(cloud, plan, bound):
    bound("c1", queues=[("q2", "FAILED")])
    [planned] = plan(connections=[{"name": "c1"}]).plan["objects"]
    assert (found(planned), planned["broken"], planned["settled"]) == (("broken", "none", []), True, False)
    [planned] = plan(connections=[]).plan["objects"]
    assert (planned["status"], planned["broken"], planned["problems"][0]["severity"]) == ("undeclared", True, "warning")
    assert planned["problems"][0]["hint"]
    assert planned["current"] == planned["predicted"]
    assert planned["current"]["queues"] == ["q2"]


@pytest.mark.parametrize(("age", "status"), [(600, "in_sync"), (601, "broken")])
def test_a_binding_in_creating_is_broken_after_ready_age(cloud, plan, bound, age, status):
    bound("c1", queues=[("q1", "CREATING")], age=age)
    [planned] = plan(connections=[{"name": "c1"}], undeclared=False).plan["objects"]
    assert (planned["status"], planned["settled"]) == (status, False)
    if status == "broken":
        text = "Connection c1 has bindings that have been CREATING for longer than 600 s: queue q1."
        assert told(planned) == [("stuck", "warning", text)]
        assert planned["problems"][0]["hint"] == "Unbind them and bind them again."
    assert plan(connections=[]).objects["c1"]["broken"] == (status == "broken")
    assert plan(connections=[{"name": "c1", "ready_age": 9999}], undeclared=False).objects["c1"]["status"] == "in_sync"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [({"status": "FAILED", "fail_reason": "sold out"}, "failed"), ({"status": "CREATING", "age": 3601}, "stuck")],
)
def test_a_failed_or_stuck_pool_is_broken(cloud, plan, fields, problem):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "ill", **fields}]})
    for declared in ([{"name": "ill"}], []):
        planned = plan(elastic_resource_pools=declared).objects["ill"]
        assert planned["broken"]
        assert [each["id"] for each in planned["problems"]] == [problem]
        assert planned["status"] == ("broken" if declared else "undeclared")
    assert planned["problems"][0]["severity"] == "warning"
    assert planned["problems"][0]["hint"]
    deleted = plan(elastic_resource_pools=[{"name": "ill"}], state="absent").objects["ill"]
    assert (deleted["action"], deleted["broken"], deleted["problems"]) == ("delete", False, [])


def test_a_failed_pool_that_is_recreated_loses_its_bindings(cloud, plan, bound):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "ill", "status": "FAILED"}]})
    bound("c1", elastic_resource_pools=["ill"])
    again = {"name": "ill", "min_cu": 64, "max_cu": 64, "cidr_in_vpc": "10.64.0.0/16", "force_recreate": True}
    [planned] = plan(elastic_resource_pools=[again], undeclared=False).plan["objects"]
    assert (planned["action"], [each["id"] for each in planned["problems"]]) == ("recreate", ["failed", "bound"])
    declared = [{"name": "c1", "elastic_resource_pools": ["ill"]}]
    result = plan(elastic_resource_pools=[again], connections=declared, undeclared=False)
    assert [each["id"] for each in result.objects["ill"]["problems"]] == ["failed"]
    assert found(result.objects["c1"]) == ("drifted", "update", ["elastic_resource_pools"])


def test_what_needs_a_failed_pool_is_blocked(cloud, plan, place):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "ill", "status": "FAILED", "fail_reason": "sold out"}]})
    result = plan(
        queues=[{"name": "new", "cu_count": 16, "elastic_resource_pool_name": "ill"}],
        connections=[{"name": "c1", **place, "elastic_resource_pools": ["ill"]}],
        undeclared=False,
    )
    for planned in result.plan["objects"]:
        assert (planned["status"], planned["broken"]) == ("blocked", False)
        assert told(planned)[0] == ("failed", "error", "Elastic resource pool ill is FAILED: sold out.")


# Blocked objects


def test_an_immutable_difference_blocks_and_lists_all_differences(cloud, plan):
    [planned] = plan(queues=[{"name": "q1", "queue_type": "general", "tags": {"a": "b"}}], undeclared=False).plan[
        "objects"
    ]
    assert found(planned) == ("blocked", "none", ["queue_type", "tags"])
    assert (planned["predicted"], planned["settled"]) == (None, False)
    assert [each["why"] for each in planned["differences"]] == ["the option is immutable", None]
    [problem] = planned["problems"]
    assert (problem["id"], problem["severity"], problem["field"]) == ("immutable", "error", "queue_type")
    assert problem["message"] == ("Cannot change queue q1: queue_type is immutable (current: sql, requested: general).")
    assert "force_recreate=true" in problem["hint"]


def test_a_missing_reference_blocks_what_needs_it(cloud, plan, place):
    result = plan(
        queues=[{"name": "new", "cu_count": 16, "elastic_resource_pool_name": "nowhere"}],
        connections=[{"name": "c1", **place, "queues": ["gone"], "elastic_resource_pools": ["nowhere"]}],
        undeclared=False,
    )
    assert told(result.objects["new"]) == [("not_found", "error", "Elastic resource pool nowhere does not exist.")]
    [problem] = result.objects["c1"]["problems"]
    assert problem["id"] == "not_found"
    assert problem["message"] == (
        "Cannot bind queues and pools to connection c1: queue gone does not exist; elastic resource pool nowhere does "
        "not exist."
    )


def test_a_blocked_object_blocks_its_dependants(cloud, plan, place):
    result = plan(
        elastic_resource_pools=[{"name": "new_pool", "min_cu": 64}, {"name": "pool2", "label": {"spec": "basic"}}],
        queues=[
            {"name": "new", "cu_count": 16, "elastic_resource_pool_name": "pool2"},
            {"name": "elsewhere", "elastic_resource_pool_name": "pool2"},
            {"name": "malformed", "cu_count": 17},
        ],
        connections=[
            {"name": "c1", **place, "queues": ["new", "malformed"], "elastic_resource_pools": ["pool2"]},
            {"name": "c2", **place, "elastic_resource_pools": ["pool2"]},
        ],
        undeclared=False,
    )
    assert told(result.objects["new_pool"]) == [
        ("rule", "error", "max_cu is required to create elastic resource pool new_pool")
    ]
    assert result.objects["pool2"]["status"] == "blocked"
    assert found(result.objects["new"])[:2] == ("blocked", "none")
    assert told(result.objects["new"]) == [
        ("dependency", "error", "The required elastic resource pool pool2 is blocked.")
    ]
    # Nothing about it changes.
    assert found(result.objects["elsewhere"]) == ("in_sync", "none", [])
    *_, needed = told(result.objects["c1"])
    text = "The required queue new and queue malformed and elastic resource pool pool2 are blocked."
    assert needed == ("dependency", "error", text)
    # Without the blocked pool, it could be created at once.
    assert (result.objects["c2"]["first"], result.objects["c2"]["settled"]) == (None, False)


def test_a_blocked_new_object_is_not_reported_as_missing(cloud, plan, place):
    cloud.load_seed({"queues": [{"queue_name": "shared", "resource_mode": 0}]})
    result = plan(
        elastic_resource_pools=[{"name": "p"}],
        queues=[{"name": "new", "cu_count": 16, "elastic_resource_pool_name": "P"}],
        connections=[
            {"name": "c1", **place, "queues": ["new"], "elastic_resource_pools": ["p"]},
            {"name": "c2", **place, "queues": ["new", "gone"]},
            {"name": "c3", "dest_vpc_name": "gone", "dest_subnet_name": "gone", "queues": ["new"]},
            {"name": "c4", **place, "queues": ["new", "shared"]},
        ],
        undeclared=False,
    )
    assert told(result.objects["new"]) == [("dependency", "error", "The required elastic resource pool p is blocked.")]
    assert told(result.objects["c1"]) == [
        ("dependency", "error", "The required queue new and elastic resource pool p are blocked.")
    ]
    assert {each["why"] for each in result.objects["c1"]["differences"]} == {told(result.objects["c1"])[0][2]}
    for name in ("c2", "c3", "c4"):
        assert [problem for problem, *_ in told(result.objects[name])] == ["not_found", "dependency"]
    assert all(result.objects[name]["status"] == "blocked" for name in ("new", "c1", "c2", "c3", "c4"))


def test_a_pool_must_have_room_for_all_its_queues_together(cloud, plan):
    names = [f"new{number}" for number in range(3)]
    result = plan(
        elastic_resource_pools=[NEW_POOL],
        queues=[{"name": name, "cu_count": 32, "elastic_resource_pool_name": "new_pool"} for name in names],
        undeclared=False,
    )
    assert [each["status"] for each in result.plan["objects"]] == ["missing", "missing", "missing", "blocked"]
    [(reason, severity, message)] = told(result.objects["new2"])
    assert (reason, severity) == ("rule", "error")
    assert message == (
        "Queue new2 demands more CUs than elastic resource pool new_pool has: the sum of min_cu of the queues is 96, "
        "min_cu of the pool is 64."
    )


POLICY = [{"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}]


@pytest.mark.parametrize(
    ("more", "in_parallel"),
    [
        ([], True),
        ([{"name": "elsewhere"}], True),
        ([{"name": "new3", "cu_count": 16, "scaling_policies": POLICY}], False),
        ([{"name": "elsewhere", "scaling_policies": POLICY}], False),
    ],
    ids=["two new", "one unchanged", "one with policies", "policies of one change"],
)
def test_new_queues_of_a_pool_are_created_in_parallel_unless_others_can_make_room(plan, more, in_parallel):
    names = ("new1", "new2")
    queues = [*more, *({"name": name, "cu_count": 16} for name in names)]
    result = plan(queues=[{**each, "elastic_resource_pool_name": "pool2"} for each in queues], undeclared=False)
    assert result.plan["errors"] == []
    for name in names:
        assert result.objects[name]["first"] == (result.objects[name]["options"] if in_parallel else None)


def test_the_mode_of_a_shared_queue_is_not_compared_if_it_is_not_given(cloud, plan):
    cloud.load_seed({"queues": [{"queue_name": "shared", "resource_mode": 0}]})
    result = plan(queues=[{"name": "shared"}, {"name": "default"}], undeclared=False)
    assert result.plan["in_sync"]


def test_twins_are_a_problem_until_an_id_selects_one(cloud, plan, bound):
    bound("twin", id="a0000000-0000-0000-0000-000000000002", queues=["q2"])
    bound("twin", id="a0000000-0000-0000-0000-000000000001", queues=["q1"])
    [planned] = plan(connections=[{"name": "twin"}], undeclared=False).plan["objects"]
    assert (planned["status"], [each["id"] for each in planned["problems"]]) == ("blocked", ["duplicate"])
    assert "There are 2 connections named twin" in planned["problems"][0]["message"]
    result = plan(connections=[{"name": "twin", "id": "a0000000-0000-0000-0000-000000000002"}])
    assert [each["status"] for each in result.plan["objects"]] == ["in_sync", "undeclared"]
    assert [each["current"]["queues"] for each in result.plan["objects"]] == [["q2"], ["q1"]]
    assert [each["current"]["queues"] for each in plan(connections=[]).plan["objects"]] == [["q1"], ["q2"]]
    [planned] = plan(
        connections=[{"name": "twin", "id": "a0000000-0000-0000-0000-000000000009"}], undeclared=False
    ).plan["objects"]
    assert "id must be the ID of an existing connection" in planned["problems"][0]["message"]


def test_a_pool_with_queues_that_are_not_declared_cannot_be_deleted(cloud, plan):
    result = plan(elastic_resource_pools=[{"name": "pool1"}], queues=[{"name": "in_pool"}], state="absent")
    assert found(result.objects["in_pool"])[1] == "delete"
    assert result.objects["pool1"]["status"] == "blocked"
    assert told(result.objects["pool1"]) == [
        ("rule", "error", "Cannot delete elastic resource pool pool1: it contains queues (in_pool_too).")
    ]


@pytest.mark.parametrize(
    ("kind", "name", "noun"),
    [("queues", "q1", "Queue"), ("elastic_resource_pools", "empty", "Elastic resource pool")],
)
def test_deleting_what_an_undeclared_connection_binds_is_a_warning(cloud, plan, bound, kind, name, noun):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "empty"}]})
    bound("kept", **{kind: [name]})
    bound("deleted", **{kind: [name]})
    result = plan(**{kind: [{"name": name}]}, connections=[{"name": "deleted"}], state="absent")
    planned = result.objects[name]
    assert planned["action"] == "delete"
    [problem] = planned["problems"]
    assert (problem["id"], problem["severity"]) == ("bound", "warning")
    assert problem["message"] == f"{noun} {name} is bound to connection kept. Its deletion removes the binding."
    assert result.warned == [problem["message"]]
    stays = [{"name": "deleted", kind: [name], "dest_vpc_id": "malformed"}]
    refused = plan(**{kind: [{"name": name}]}, connections=stays, state="absent")
    assert "connections deleted, kept" in refused.objects[name]["problems"][0]["message"]


def test_a_deletion_warns_if_the_connections_cannot_be_read(cloud, plan):
    cloud.inject(kind="status", path="/enhanced-connections$", status=403, error_code="DLI.0003", times=None)
    planned = plan(queues=[{"name": "q1"}], state="absent").objects["q1"]
    [(problem_id, severity, _message)] = told(planned)
    assert (planned["action"], problem_id, severity) == ("delete", "bound", "warning")
    assert "dli:edsconnection:list" in planned["problems"][0]["hint"]
    assert "could not check whether connections bind queue q1. Could not list" in planned["problems"][0]["message"]


# Unreadable objects


def test_a_denied_list_makes_its_objects_unreadable(cloud, plan, place):
    cloud.inject(kind="status", path="/queues$", status=403, error_code="DLI.0003", error_msg="denied", times=None)
    result = plan(
        elastic_resource_pools=[POOL],
        queues=[{"name": "q1"}, {"name": "new", "cu_count": 16}],
        connections=[{"name": "c1", **place, "queues": ["q1"]}],
    )
    assert result.plan["counts"] == {**dict.fromkeys(STATUSES, 0), "unreadable": 3, "in_sync": 1, "undeclared": 1}
    for name in ("q1", "new", "c1"):
        [(reason, severity, message)] = told(result.objects[name])
        assert (reason, severity) == ("access_denied", "error")
        assert message.startswith("Could not list the queues: denied (HTTP 403, DLI.0003")
    assert not result.plan["in_sync"]


def test_an_empty_list_that_cannot_be_read_is_a_problem_of_the_plan(cloud, plan):
    cloud.inject(kind="status", path="/queues$", status=403, error_code="DLI.0003", error_msg="denied", times=None)
    result = plan(queues=[], elastic_resource_pools=[])
    assert [each["id"] for each in result.plan["problems"]] == ["access_denied"]
    assert result.plan["problems"][0]["field"] == "queues"


def test_denied_tags_make_one_object_unreadable(cloud, plan):
    cloud.inject(kind="status", path="/tags$", status=403, error_code="DLI.0003", error_msg="denied", times=None)
    result = plan(queues=[{"name": "q1", "tags": {}}, {"name": "q2"}], undeclared=False)
    assert {name: each["status"] for name, each in result.objects.items()} == {"q1": "unreadable", "q2": "in_sync"}


def test_a_plan_fails_if_nothing_can_be_read(cloud, run):
    cloud.inject(kind="status", status=403, error_code="DLI.0003", error_msg="denied", times=None)
    result = run("dli_plan_info", queues=[{"name": "q1"}], connections=[])
    assert result.failed
    assert "Could not list the queues: denied" in result["msg"]
    assert "plan" not in result


def test_rejected_credentials_end_the_plan_at_once(cloud, run):
    result = run(
        "dli_plan_info", secret_key="wrong", queues=[{"name": "q1"}], connections=[], elastic_resource_pools=[]
    )
    assert result.failed
    assert len(result.requests) == 1


# When a plan is a failure


def seed_every_status(cloud, place):
    cloud.load_seed(
        {
            "connections": [{"name": "ill", **place, "queues": [{"name": "q3", "status": "FAILED"}]}],
            "pools": [{"elastic_resource_pool_name": "tagged"}],
        }
    )
    cloud.inject(kind="status", path="/tags$", status=403, error_code="DLI.0003", error_msg="denied", times=None)
    return {
        "elastic_resource_pools": [{"name": "tagged", "tags": {}}],
        "queues": [
            {"name": "q1", "queue_type": "general"},
            {"name": "q2", "cidr_in_vpc": "10.99.0.0/24"},
            {"name": "q3"},
            {"name": "new", "cu_count": 16},
        ],
        "connections": [{"name": "ill"}],
    }


@pytest.mark.parametrize("status", [*(each for each in STATUSES if each != "in_sync"), "problems"])
def test_fail_on_makes_a_failure_of_each_status(cloud, run, place, status):
    declaration = {
        "blocked": {"queues": [{"name": "q1", "queue_type": "general"}]},
        "missing": {"queues": [{"name": "new", "cu_count": 16}]},
        "drifted": {"queues": [{"name": "q1", "cidr_in_vpc": "10.99.0.0/24"}]},
        "undeclared": {"queues": []},
        "problems": {"queues": [{"name": "q1"}, {"name": "Q1"}]},
        "broken": {"connections": [{"name": "ill"}]},
        "unreadable": {"elastic_resource_pools": [{"name": "pool1", "tags": {}}]},
    }[status]
    seed_every_status(cloud, place)
    declaration["undeclared"] = status == "undeclared"
    result = run("dli_plan_info", **declaration, fail_on=[status])
    assert result.failed
    start = "Nothing was changed: Queue q1 is declared 2 times." if status == "problems" else "The project differs from"
    assert result["msg"].startswith(start)
    assert result["error"]["reason"] == "differs"
    if status == "drifted":
        assert result["msg"].endswith(": ~ queue q1: drifted, update; cidr_in_vpc: 10.128.0.0/18 -> 10.99.0.0/24.")
    assert result["plan"]["objects"]
    others = [each for each in STATUSES if each not in ("in_sync", status)]
    assert not run("dli_plan_info", **declaration, fail_on=others).failed


def test_a_summary_names_all_that_is_not_in_sync(cloud, plan, place):
    result = plan(**seed_every_status(cloud, place))
    assert result["msg"] == "1 unreadable, 1 blocked, 1 missing, 1 drifted, 1 broken, 1 in_sync, 5 undeclared"
    assert [line for line in result.plan["summary"] if not line.startswith("    ")] == [
        "  elastic_resource_pool tagged: unreadable",
        "  queue q1: blocked",
        "~ queue q2: drifted, update",
        "+ queue new: missing, create",
        "  connection ill: broken",
        *(f"  elastic_resource_pool {name}: undeclared" for name in ("pool1", "pool2")),
        *(f"  queue {name}: undeclared" for name in ("elsewhere", "in_pool", "in_pool_too")),
    ]

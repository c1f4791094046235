# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: tags, properties and users, each with an API of its own that a region may lack."""

from __future__ import annotations

import pytest

from dli_simulator.profiles import PROFILES

CONCURRENT, INSTANCE, NATIVE = "job.maxConcurrent", "computeEngine.maxInstance", "computeEngine.spark.nativeEnabled"
PROPERTIES = "queues/q1/properties"
AUTHORIZATION = "authorization"


@pytest.fixture
def queue(sim, existing_queue):
    """queue(tags=...) puts q1 of 64 CUs into a pool, where it can have every property."""
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1"}]})
    return lambda **fields: existing_queue("q1", cu_count=64, elastic_resource_pool_name="pool1", **fields)


@pytest.fixture
def region(sim, monkeypatch):
    """region("otc") makes the simulator lack the APIs that this region lacks."""
    return lambda name: monkeypatch.setattr(sim.state, "profile", PROFILES[name])


def user(name, *privileges):
    return {"user_name": name, "privileges": list(privileges)}


def bodies(result):
    """Method, path and body of each write except connectivity tests."""
    return [(r.method, r.path.split("/", 3)[-1], r.body) for r in result.writes if "connection-test" not in r.path]


# -- The cost of a run without changes, and options that are not set.


@pytest.mark.parametrize("check", [True, False])
def test_each_api_that_the_options_use_costs_one_request(run, queue, check):
    it = queue(
        tags=[{"key": "a", "value": "1"}],
        properties={CONCURRENT: "8"},
        privileges={"u": ["RESTART"]},
        queue_scaling_policies=[
            {"priority": 1, "impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
        ],
    )
    areas = {
        "tags": ({"a": 1}, f"GET dli_queue/{it.queue_id}/tags 200"),
        "authorized_users": ([user("u", "RESTART")], "GET queues/q1/users 200"),
        "scaling_policies": (
            [{"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": "16", "max_cu": 32}],
            "GET elastic-resource-pools/pool1/queues 200",
        ),
        "properties": ({CONCURRENT: 8}, f"GET {PROPERTIES} 200"),
    }
    for option, (value, request) in areas.items():
        result = run("dli_queue", check=check, name="q1", **{option: value})
        assert not result["changed"]
        assert result.sent == ["GET queues/q1 200", request]
    result = run("dli_queue", check=check, name="q1", **{option: value for option, (value, _request) in areas.items()})
    assert not result["changed"]
    assert sorted(result.sent) == sorted(["GET queues/q1 200", *(request for _value, request in areas.values())])


def test_aspects_without_options_are_neither_read_nor_changed(run, queue):
    it = queue(tags=[{"key": "a", "value": "1"}], properties={CONCURRENT: "8"}, privileges={"u": ["RESTART"]})
    result = run("dli_queue", name="q1")
    assert result.sent == ["GET queues/q1 200"]
    assert {result["queue"][key] for key in ("tags", "properties", "scaling_policies", "authorized_users")} == {None}
    assert (it.tags, it.properties, it.privileges) == ({"a": "1"}, {CONCURRENT: "8"}, {"u": ["RESTART"]})


def test_system_tags_are_ignored(run, queue):
    it = queue()
    it.tags.update({"_sys_enterprise": "x", "a": "1"})
    assert not run("dli_queue", name="q1", tags={"a": "1"})["changed"]
    assert run("dli_queue", name="q1", tags={})["changed"]
    assert it.tags == {"_sys_enterprise": "x"}


# -- Properties.


def test_properties_are_sent_in_the_form_of_the_api(run, queue):
    queue(properties={CONCURRENT: "4", INSTANCE: "2", "computeEngine.maxPrefetchInstance": "1"})
    requested = {CONCURRENT: "08", INSTANCE: 4, NATIVE: "True", "computeEngine.maxPrefetchInstance": None}
    result = run("dli_queue", name="q1", properties=requested)
    assert bodies(result) == [
        ("DELETE", PROPERTIES, {"keys": ["computeEngine.maxPrefetchInstance"]}),
        ("PUT", PROPERTIES, {"properties": {INSTANCE: 4, NATIVE: "true", CONCURRENT: 8}}),
    ]


@pytest.mark.both_modes
@pytest.mark.parametrize(
    ("current", "requested"),
    [
        ({CONCURRENT: "8"}, {CONCURRENT: "008"}),
        ({CONCURRENT: 8}, {CONCURRENT: 8}),
        ({NATIVE: "TRUE"}, {NATIVE: True}),
        ({"computeEngine.maxInstances": "2"}, {INSTANCE: 2}),
        ({CONCURRENT: "8"}, {INSTANCE: None}),
        ({CONCURRENT: "8"}, {}),
    ],
    ids=str,
)
def test_properties_that_mean_the_same_are_no_change(run, queue, current, requested):
    it = queue(properties=current)
    result = run("dli_queue", name="q1", properties=requested)
    assert not result["changed"]
    assert not result.writes
    assert it.properties == current


def test_only_properties_that_are_named_are_compared_and_shown(run, queue):
    it = queue(properties={CONCURRENT: "8", NATIVE: "true"})
    result = run("dli_queue", name="q1", properties={CONCURRENT: 9, INSTANCE: None})
    assert result["diff"]["before"]["properties"] == {CONCURRENT: "8"}
    assert result["diff"]["after"]["properties"] == result["queue"]["properties"] == {CONCURRENT: "9"}
    assert it.properties == {CONCURRENT: "9", NATIVE: "true"}


@pytest.mark.parametrize("current", [{"queue_type": "general"}, {"engine": "hetuEngine"}], ids=str)
def test_properties_of_another_type_of_queue_fail(run, existing_queue, current):
    it = existing_queue("q1", **current)
    # Only the list shows the engine; without the engine, the service rejects the request.
    result = run("dli_queue", name="q1", properties={NATIVE: True})
    assert result.failed
    assert "spark" in result["msg"].lower()
    assert bool(result.writes) is ("engine" in current)
    assert it.properties == {}


def test_a_property_that_the_service_rejects_fails_after_the_other_changes(run, queue):
    it = queue()
    result = run("dli_queue", name="q1", properties={INSTANCE: 64}, tags={"a": "1"})
    assert "Could not set properties of queue q1" in result["msg"]
    assert (it.tags, it.properties) == ({"a": "1"}, {})


@pytest.mark.parametrize("current", [True, False], ids=["existing", "new"])
@pytest.mark.parametrize("label", [None, {"spec": "basic"}], ids=["no pool", "a basic pool"])
def test_the_service_decides_where_a_queue_can_have_properties(sim, run, current, label):
    """The user manual requires a standard pool; a log of a real run shows a queue without one."""
    inside = {"elastic_resource_pool_name": "pool1"} if label else {}
    if label:
        sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "label": label, "min_cu": 64, "max_cu": 64}]})
    if current:
        sim.load_seed({"queues": [{"queue_name": "q1", **inside}]})
    result = run("dli_queue", name="q1", cu_count=16, properties={CONCURRENT: 8}, **inside)
    assert result["changed"]
    assert sim.queues["q1"].properties == {CONCURRENT: "8"}
    assert not result.get("warnings")


@pytest.mark.parametrize("requested", [{CONCURRENT: None, NATIVE: True}, {}], ids=str)
@pytest.mark.parametrize("current", [True, False], ids=["existing", "new"])
def test_outside_a_pool_the_other_properties_cost_no_further_request(sim, run, existing_queue, requested, current):
    if current:
        existing_queue("q1")
    result = run("dli_queue", check=True, name="q1", cu_count=16, properties=requested)
    assert not result.failed
    assert result.sent == (["GET queues/q1 200", f"GET {PROPERTIES} 200"] if current else ["GET queues/q1 400"])


def test_existing_properties_of_a_queue_outside_a_pool_are_kept(run, existing_queue):
    it = existing_queue("q1", properties={CONCURRENT: "8"})
    result = run("dli_queue", name="q1", properties={CONCURRENT: 8, NATIVE: True})
    assert result["changed"]
    assert it.properties == {CONCURRENT: "8", NATIVE: "true"}
    assert not run("dli_queue", name="q1", properties={CONCURRENT: 8})["changed"]
    assert run("dli_queue", name="q1", properties={CONCURRENT: None})["changed"]
    assert it.properties == {NATIVE: "true"}


@pytest.mark.parametrize("name", ["eu-west-101-2024", "otc"])
@pytest.mark.parametrize("current", [True, False], ids=["existing", "new"])
def test_outside_a_pool_a_region_without_properties_makes_all_other_changes(
    sim, run, existing_queue, region, name, current
):
    region(name)
    if current:
        existing_queue("q1")
    requested = {
        "name": "q1",
        "cu_count": 16,
        "properties": {CONCURRENT: 8},
        "authorized_users": [user("u", "RESTART")],
    }
    result = run("dli_queue", **requested)
    assert result["unsupported"] == ["properties"]
    assert sim.queues["q1"].privileges == {"u": ["RESTART"]}
    again = run("dli_queue", **requested)
    assert not again["changed"]
    assert again["unsupported"] == ["properties"]


def test_after_a_creation_only_the_remaining_properties_are_set(sim, run, queue):
    requested = {"elastic_resource_pool_name": "pool1", "cu_count": 16, "properties": {NATIVE: True, CONCURRENT: 8}}
    queue()
    sim.queues["q1"].queue_scaling_policies[0].min_cu = 16
    result = run("dli_queue", name="q2", **requested)
    create, put = bodies(result)
    assert create[2]["properties"] == {NATIVE: "true"}
    assert put == ("PUT", "queues/q2/properties", {"properties": {CONCURRENT: 8}})


# -- Users.


def test_only_differing_privileges_are_granted_and_revoked(run, queue):
    it = queue(privileges={"a": ["RESTART", "SUBMIT_JOB"], "b": ["SUBMIT_JOB"], "c": ["RESTART"]})
    requested = [user("a", "SUBMIT_JOB", "CANCEL_JOB"), user("c", "RESTART"), user("d", "DROP_QUEUE", "RESTART")]
    result = run("dli_queue", name="q1", authorized_users=requested)
    sent = [(body["user_name"], body["action"], body["privileges"]) for _method, _path, body in bodies(result)]
    assert {path for _method, path, _body in bodies(result)} == {AUTHORIZATION}
    assert sent == [
        ("a", "grant", [{"object": "queues.q1", "privileges": ["CANCEL_JOB"]}]),
        ("a", "revoke", [{"object": "queues.q1", "privileges": ["RESTART"]}]),
        ("b", "revoke", [{"object": "queues.q1", "privileges": ["SUBMIT_JOB"]}]),
        ("d", "grant", [{"object": "queues.q1", "privileges": ["DROP_QUEUE", "RESTART"]}]),
    ]
    assert it.privileges == {"a": ["CANCEL_JOB", "SUBMIT_JOB"], "c": ["RESTART"], "d": ["DROP_QUEUE", "RESTART"]}


def test_administrators_and_the_owner_are_not_changed_and_can_be_listed(sim, run, queue):
    it = queue(privileges={"u": ["RESTART"]})
    result = run("dli_queue", name="q1", authorized_users=[user("u", "RESTART")])
    assert not result["changed"]
    assert result["queue"]["authorized_users"] == [user("u", "RESTART")]
    named = run("dli_queue", name="q1", authorized_users=[user("u", "RESTART"), user(it.owner, "RESTART")])
    assert not named["changed"]
    assert named["queue"]["authorized_users"] == [user(it.owner, "ALL"), user("u", "RESTART")]
    emptied = run("dli_queue", name="q1", authorized_users=[])
    assert emptied["queue"]["authorized_users"] == []
    assert [body["user_name"] for _method, _path, body in bodies(emptied)] == ["u"]


@pytest.mark.parametrize("count", [98, 99, 100, 199, 200])
def test_all_pages_of_users_are_read(run, queue, count):
    queue(privileges={f"u{number}": ["RESTART"] for number in range(count)})
    requested = [user(f"u{number}", "RESTART") for number in range(count)]
    result = run("dli_queue", name="q1", authorized_users=requested)
    assert not result["changed"]
    assert len(result["queue"]["authorized_users"]) == count


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "truncate"])
def test_a_grant_whose_response_is_lost_is_sent_again(sim, run, queue, kind):
    it = queue()
    sim.inject(kind=kind, method="PUT", path=AUTHORIZATION)
    assert run("dli_queue", name="q1", authorized_users=[user("u", "RESTART")])["changed"]
    assert it.privileges == {"u": ["RESTART"]}


def test_the_next_run_completes_a_partial_change(sim, run):
    requested = {"name": "q1", "cu_count": 16, "authorized_users": [user("a", "RESTART"), user("b", "RESTART")]}
    sim.inject(kind="status", method="PUT", path=AUTHORIZATION, skip=1, status=403, error_code="DLI.0003")
    assert "Could not grant privileges of b on queues.q1" in run("dli_queue", **requested)["msg"]
    assert sim.queues["q1"].privileges == {"a": ["RESTART"]}
    result = run("dli_queue", **requested)
    assert [body["user_name"] for _method, _path, body in bodies(result)] == ["b"]
    assert sim.queues["q1"].privileges == {"a": ["RESTART"], "b": ["RESTART"]}


# -- Regions without some of the APIs.


@pytest.mark.both_modes
@pytest.mark.parametrize(("name", "lacking"), [("eu-west-101-2024", ["properties"]), ("otc", ["tags", "properties"])])
@pytest.mark.parametrize("current", [True, False], ids=["existing", "new"])
def test_unsupported_aspects_are_reported_and_all_others_applied(sim, run, queue, region, name, lacking, current):
    region(name)
    if current:
        queue()
    else:
        sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1"}]})
    requested = {
        "name": "q1",
        "cu_count": 64 if current else 16,
        "elastic_resource_pool_name": "pool1",
        "properties": {CONCURRENT: 8},
        "tags": {"a": "1"},
        "authorized_users": [user("u", "RESTART")],
    }
    result = run("dli_queue", **requested)
    assert result["changed"]
    assert sim.queues["q1"].privileges == {"u": ["RESTART"]}
    # There, tags can be set at creation only.
    assert sim.queues["q1"].tags == ({} if current and "tags" in lacking else {"a": "1"})
    again = run("dli_queue", **requested)
    assert not again["changed"]
    assert again["unsupported"] == lacking
    assert len(again.warned) == len(lacking)
    for option, warning in zip(lacking, again.warned, strict=True):
        assert warning.startswith(f"{option} was not changed, because this region does not offer it.")
        assert again["queue"][option] is None
    if current:
        assert result["unsupported"] == lacking


def test_a_busy_queue_is_retried_or_left_to_a_later_run(sim, run, queue):
    it = queue()
    busy = {"status": 400, "error_code": "DLI.0012", "error_msg": "Status of queue q1 is scaling"}
    sim.inject(kind="status", method="PUT", path=PROPERTIES, times=2, **busy)
    requested = {"name": "q1", "properties": {CONCURRENT: 8}}
    left = run("dli_queue", wait=False, **requested)
    assert not left["changed"]
    assert left.warned[0].startswith("properties was not changed because q1 is busy; a later run changes it.")
    assert it.properties == {}
    assert run("dli_queue", **requested)["changed"]
    assert it.properties == {CONCURRENT: "8"}

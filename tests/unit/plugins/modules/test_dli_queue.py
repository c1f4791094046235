# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: the decisions of runs without faults."""

from __future__ import annotations

import dataclasses

import pytest

from dli_simulator.models import Policy

POOL = {"elastic_resource_pool_name": "pool1", "min_cu": 64, "max_cu": 128}
OTHER_POOL = {"elastic_resource_pool_name": "pool2", "min_cu": 64, "max_cu": 128}
EPS = "2f0e1d3c-4b5a-6978-8796-a5b4c3d2e1f0"
NATIVE = "computeEngine.spark.nativeEnabled"

# Every option for a creation, with values that differ from the defaults of the service where possible.
ALL_OPTIONS = {
    "cu_count": 64,
    "queue_type": "sql",
    "engine": "hetuEngine",
    "resource_mode": 1,
    "description": "Nightly loads",
    "charging_mode": 1,
    "enterprise_project_id": EPS,
    "platform": "aarch64",
    "labels": ["multi_az=2"],
    "feature": "basic",
    "tags": {"team": "data", "cost centre": 7},
}


def plain(value):
    """A value as a message shows it: a text without quotes, unless it is empty."""
    return value if isinstance(value, str) and value else repr(value)


def state(sim):
    """The complete state of the queues in the service."""
    return {name: dataclasses.asdict(queue) for name, queue in sim.queues.items()}


def holds(queue, expected):
    return {key: getattr(queue, key) for key in expected} == expected


def tagged(**tags):
    return [{"key": key, "value": value} for key, value in tags.items()]


def policy(start, stop, minimum, maximum, **more):
    return {"impact_start_time": start, "impact_stop_time": stop, "min_cu": minimum, "max_cu": maximum, **more}


def user(name, *privileges):
    return {"user_name": name, "privileges": list(privileges)}


IN_POOL = {"elastic_resource_pool_name": "pool1"}
DAY, NIGHT = policy("00:00", "24:00", 16, 32), policy("22:00", "06:00", 32, 64, priority=5)
DAY_AND_NIGHT = [Policy(1, "00:00", "24:00", 16, 32), Policy(5, "22:00", "06:00", 32, 64)]
CONCURRENT, INSTANCE, RESULTS = "job.maxConcurrent", "computeEngine.maxInstance", "job.saveJobResultToJobBucket"

# -- The matrix: each case in check mode, applied, in check mode again, applied again.

RECREATED = {"cu_count": 16, "force_recreate": True}
# (current state, options, expected state)
CASES = {
    "create": (None, {"cu_count": 16}, {"cu_count": 16, "queue_type": "sql", "resource_mode": 1}),
    "create a general queue": (None, {"cu_count": 64, "queue_type": "general"}, {"queue_type": "general"}),
    "create with all options for a creation": (
        None,
        ALL_OPTIONS,
        {
            "cu_count": 64,
            "engine": "hetuEngine",
            "description": "Nightly loads",
            "enterprise_project_id": EPS,
            "platform": "aarch64",
            "labels": "multi_az=2",
            "tags": {"team": "data", "cost centre": "7"},
        },
    ),
    "create with a property": (None, {"cu_count": 16, "properties": {NATIVE: True}}, {"properties": {NATIVE: "true"}}),
    "create with AI features": (None, {"cu_count": 16, "feature": "ai"}, {"feature": "ai"}),
    "create a shared queue": (None, {"cu_count": 16, "resource_mode": 0}, {"resource_mode": 0}),
    "create in a pool": (
        None,
        {"cu_count": 20, "elastic_resource_pool_name": "POOL1"},
        {"cu_count": 20, "elastic_resource_pool_name": "pool1"},
    ),
    "scale out": ({"cu_count": 64}, {"cu_count": 128}, {"cu_count": 128}),
    "scale in": ({"cu_count": 128}, {"cu_count": 80}, {"cu_count": 80}),
    "change queue_type": ({}, {**RECREATED, "queue_type": "general"}, {"queue_type": "general"}),
    "change engine": ({}, {**RECREATED, "engine": "hetuEngine"}, {"engine": "hetuEngine"}),
    "change resource_mode": ({}, {**RECREATED, "resource_mode": 0}, {"resource_mode": 0}),
    "change platform": ({}, {**RECREATED, "platform": "aarch64"}, {"platform": "aarch64"}),
    "change feature": ({"feature": "basic"}, {**RECREATED, "feature": "ai"}, {"feature": "ai"}),
    "change labels": ({}, {**RECREATED, "labels": ["multi_az=2"]}, {"labels": "multi_az=2"}),
    "remove labels": ({"labels": "multi_az=2"}, {**RECREATED, "labels": []}, {"labels": ""}),
    "change description": ({"description": "old"}, {**RECREATED, "description": "new"}, {"description": "new"}),
    "change charging_mode": ({"charging_mode": 2}, {**RECREATED, "charging_mode": 1}, {"charging_mode": 1}),
    "change enterprise_project_id": (
        {},
        {**RECREATED, "enterprise_project_id": EPS},
        {"enterprise_project_id": EPS},
    ),
    "move to another pool": (
        IN_POOL,
        {**RECREATED, "elastic_resource_pool_name": "pool2"},
        {"elastic_resource_pool_name": "pool2"},
    ),
    "reach a size that scaling cannot reach": ({}, {"cu_count": 64, "force_recreate": True}, {"cu_count": 64}),
    "join a pool": ({}, {"elastic_resource_pool_name": "POOL1", "cu_count": 16}, IN_POOL),
    "recreate in its pool": (
        {**IN_POOL, "description": "old"},
        {**IN_POOL, **RECREATED, "description": "new"},
        {**IN_POOL, "description": "new"},
    ),
    "join a pool with another CIDR block": (
        {},
        {**IN_POOL, "engine": "spark"},
        {"cidr_in_vpc": "172.16.0.0/12"},
    ),
    "join a pool without recreation": ({"queue_id": 7}, {**RECREATED, **IN_POOL}, {**IN_POOL, "queue_id": 7}),
    "join a pool with policies": (
        {},
        {**IN_POOL, "scaling_policies": [DAY, NIGHT]},
        {**IN_POOL, "queue_scaling_policies": DAY_AND_NIGHT},
    ),
    "create in a pool with policies": (
        None,
        {**IN_POOL, "cu_count": 16, "scaling_policies": [NIGHT, DAY]},
        {**IN_POOL, "cu_count": 16, "queue_scaling_policies": DAY_AND_NIGHT},
    ),
    "set policies": (IN_POOL, {"scaling_policies": [NIGHT, DAY]}, {"queue_scaling_policies": DAY_AND_NIGHT}),
    "set policies and the initial size": (
        {**IN_POOL, "cu_count": 32},
        {**IN_POOL, "cu_count": 16, "scaling_policies": [DAY, NIGHT]},
        {"cu_count": 32, "queue_scaling_policies": DAY_AND_NIGHT},
    ),
    "make a policy inherit": (
        IN_POOL,
        {"scaling_policies": [{**DAY, "max_cu": 128, "inherit_elastic_resource_pool_max_cu": True}]},
        {"queue_scaling_policies": [Policy(1, "00:00", "24:00", 16, 128, True)]},
    ),
    "change the CIDR block": ({}, {"cidr_in_vpc": "10.1.0.0/16"}, {"cidr_in_vpc": "10.1.0.0/16"}),
    "create with a CIDR block": (None, {"cu_count": 16, "cidr_in_vpc": "10.1.0.0/16"}, {"cidr_in_vpc": "10.1.0.0/16"}),
    "scale and change the CIDR block": (
        {"cu_count": 64},
        {"cu_count": 80, "cidr_in_vpc": "10.1.0.0/16"},
        {"cu_count": 80, "cidr_in_vpc": "10.1.0.0/16"},
    ),
    "set properties": (
        IN_POOL,
        {"properties": {CONCURRENT: "08", INSTANCE: 2, NATIVE: True, RESULTS: "True"}},
        {"properties": {CONCURRENT: "8", INSTANCE: "2", NATIVE: "true", RESULTS: "true"}},
    ),
    "change one property": (
        {**IN_POOL, "properties": {CONCURRENT: "8", NATIVE: "true"}},
        {"properties": {CONCURRENT: 9}},
        {"properties": {CONCURRENT: "9", NATIVE: "true"}},
    ),
    "reset properties": (
        {**IN_POOL, "properties": {CONCURRENT: "8", INSTANCE: "2", NATIVE: "true"}},
        {"properties": {CONCURRENT: None, INSTANCE: ""}},
        {"properties": {NATIVE: "true"}},
    ),
    "create in a pool with properties": (
        None,
        {**IN_POOL, "cu_count": 16, "properties": {CONCURRENT: 4, NATIVE: False}},
        {"properties": {CONCURRENT: "4", NATIVE: "false"}},
    ),
    "add tags": ({}, {"tags": {"a": 1, "b": ""}}, {"tags": {"a": "1", "b": ""}}),
    "change a tag": ({"tags": tagged(a="1", b="2")}, {"tags": {"a": "3"}}, {"tags": {"a": "3"}}),
    "only add tags": (
        {"tags": tagged(a="1", b="2")},
        {"tags": {"a": "3", "c": "4"}, "purge_tags": False},
        {"tags": {"a": "3", "b": "2", "c": "4"}},
    ),
    "remove every tag": ({"tags": tagged(a="1", b="2")}, {"tags": {}}, {"tags": {}}),
    "authorize users": (
        {},
        {"authorized_users": [user("b", "RESTART", "SUBMIT_JOB"), user("a", "SUBMIT_JOB")]},
        {"privileges": {"a": ["SUBMIT_JOB"], "b": ["RESTART", "SUBMIT_JOB"]}},
    ),
    "authorize other users": (
        {"privileges": {"a": ["SUBMIT_JOB"], "b": ["RESTART", "SUBMIT_JOB"], "c": ["RESTART"]}},
        {"authorized_users": [user("a", "CANCEL_JOB"), user("c", "RESTART", "RESTART")]},
        {"privileges": {"a": ["CANCEL_JOB"], "c": ["RESTART"]}},
    ),
    "only add users": (
        {"privileges": {"a": ["SUBMIT_JOB"], "b": ["RESTART"], "c": ["RESTART"]}},
        {"authorized_users": [user("a", "RESTART"), user("b")], "purge_authorized_users": False},
        {"privileges": {"a": ["RESTART"], "c": ["RESTART"]}},
    ),
    "revoke all privileges": ({"privileges": {"a": ["RESTART"]}}, {"authorized_users": []}, {"privileges": {}}),
    "create with users": (
        None,
        {"cu_count": 16, "authorized_users": [user("a", "SUBMIT_JOB"), user("b")]},
        {"privileges": {"a": ["SUBMIT_JOB"]}},
    ),
    "create with all options": (
        None,
        {
            **IN_POOL,
            "cu_count": 16,
            "description": "all",
            "tags": {"a": "1"},
            "scaling_policies": [DAY, NIGHT],
            "properties": {CONCURRENT: 4},
            "authorized_users": [user("a", "SUBMIT_JOB")],
        },
        {
            **IN_POOL,
            "description": "all",
            "tags": {"a": "1"},
            "queue_scaling_policies": DAY_AND_NIGHT,
            "properties": {CONCURRENT: "4"},
            "privileges": {"a": ["SUBMIT_JOB"]},
        },
    ),
    "change everything at once": (
        {"tags": tagged(a="1"), "privileges": {"a": ["RESTART"]}, "properties": {NATIVE: "false"}},
        {
            **IN_POOL,
            "tags": {"b": "2"},
            "scaling_policies": [DAY],
            "properties": {CONCURRENT: 4, NATIVE: True},
            "authorized_users": [user("b", "RESTART")],
        },
        {
            **IN_POOL,
            "tags": {"b": "2"},
            "queue_scaling_policies": DAY_AND_NIGHT[:1],
            "properties": {CONCURRENT: "4", NATIVE: "true"},
            "privileges": {"b": ["RESTART"]},
        },
    ),
    "delete": ({}, {"state": "absent"}, None),
    "delete a general queue": ({"queue_type": "general"}, {"state": "absent"}, None),
}


@pytest.mark.both_modes
@pytest.mark.parametrize(("before", "requested", "after"), CASES.values(), ids=CASES)
def test_each_change_is_predicted_and_made_once(sim, run, existing_queue, before, requested, after):
    sim.set_knobs(assigning_seconds=30, scaling_seconds=30)
    sim.load_seed({"pools": [POOL, OTHER_POOL]})
    existing_queue("other", queue_type="general")
    if before is not None:
        existing_queue("etl", **before)
    at_first = state(sim)

    predicted = run("dli_queue", check=True, name="ETL", **requested)
    assert predicted["changed"]
    assert state(sim) == at_first

    done = run("dli_queue", name="ETL", **requested)
    in_the_end = state(sim)
    assert done["changed"]
    assert done["diff"] == predicted["diff"]
    assert done["diff"]["before"] != done["diff"]["after"]
    assert (predicted["queue"] is None, done["queue"] is None) == (after is None, after is None)
    assert ("etl" in in_the_end) == (after is not None)
    assert after is None or holds(sim.queues["etl"], after)
    assert_predicted(predicted["queue"], done["queue"])
    assert done.warned == predicted.warned == []
    assert {name: in_the_end[name] for name in ("default", "other")} == {
        name: at_first[name] for name in ("default", "other")
    }

    # Old enough to be ready without a test.
    sim.clock.advance(700)
    for check in (True, False):
        again = run("dli_queue", check=check, name="ETL", **requested)
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert len(again.requests) == requests_without_change(requested)
        assert not again.writes
        assert state(sim) == in_the_end
        for option in {"tags", "properties", "scaling_policies", "authorized_users"} & requested.keys():
            assert again["queue"][option] == done["queue"][option]


def requests_without_change(requested):
    """The queue, the list if only the list shows a field, and one request for each further API."""
    if requested.get("state") == "absent":
        return 1
    listed = {"engine", "platform", "feature", "labels", "cidr_in_vpc"}
    areas = {"tags", "properties", "scaling_policies", "authorized_users"}
    return 1 + bool(listed & requested.keys()) + len(areas & requested.keys())


def assert_predicted(predicted, done):
    """The prediction is right; only fields that the service sets are None in it."""
    if predicted is None or done is None:
        assert predicted is done
        return
    assert predicted.keys() == done.keys()
    known = {key for key, value in predicted.items() if value is not None and key != "readiness"}
    # Fields without an option are returned for an existing queue and are None in the prediction of a new one.
    known_late = {"enterprise_project_id", "used_cu", *(key for key in known if key.startswith("cu_s"))}
    for key in known - known_late:
        assert predicted[key] == done[key], key


@pytest.mark.parametrize(("before", "requested", "after"), CASES.values(), ids=CASES)
def test_without_wait_each_change_is_requested(sim, run, clock, existing_queue, before, requested, after):
    sim.set_knobs(assigning_seconds=30, scaling_seconds=30)
    sim.load_seed({"pools": [POOL, OTHER_POOL]})
    if before is not None:
        existing_queue("etl", **before)
    predicted = run("dli_queue", check=True, name="etl", wait=False, **requested)
    done = run("dli_queue", name="etl", wait=False, **requested)
    assert done["changed"]
    assert done["diff"] == predicted["diff"]
    if not requested.get("force_recreate"):
        assert not clock.sleeps
    # Operations in progress end; a later run makes the remaining changes.
    sim.clock.advance(600)
    if done.warned:
        assert done.warned == [
            "cidr_in_vpc was not changed because a new queue does not accept it yet; a later run changes it."
        ]
        assert run("dli_queue", name="etl", **requested)["changed"]
    assert ("etl" in sim.queues) == (after is not None)
    assert after is None or holds(sim.queues["etl"], after)
    assert not run("dli_queue", name="etl", wait=False, **requested)["changed"]


@pytest.mark.both_modes
def test_a_diff_shows_managed_fields_only(sim, run, existing_queue):
    existing_queue("q1", cu_count=64, description="loads")
    result = run("dli_queue", name="q1", cu_count=128)
    common = {
        "name": "q1",
        "queue_type": "sql",
        "resource_mode": 1,
        "description": "loads",
        "charging_mode": 1,
        "enterprise_project_id": "0",
        "elastic_resource_pool_name": "",
    }
    assert result["diff"] == {"before": {**common, "cu_count": 64}, "after": {**common, "cu_count": 128}}


def test_without_diff_mode_there_is_no_diff(run):
    assert "diff" not in run("dli_queue", diff=False, check=True, name="q1", cu_count=16)


# -- The request at creation.


def posted(result):
    (post,) = [r for r in result.writes if r.path.endswith("/queues")]
    return post.body


def test_a_creation_sends_only_the_given_options(run):
    result = run("dli_queue", name="Q1", cu_count=16, wait=False)
    assert posted(result) == {"queue_name": "q1", "cu_count": 16, "resource_mode": 1}


def test_a_creation_sends_every_option_in_the_form_of_the_api(run):
    tags = [{"key": "cost centre", "value": "7"}, {"key": "team", "value": "data"}]
    result = run("dli_queue", name="q1", wait=False, **ALL_OPTIONS)
    assert posted(result) == {"queue_name": "q1", **ALL_OPTIONS, "tags": tags}


@pytest.mark.parametrize(("given", "sent"), [(True, "true"), (False, "false"), ("True", "true"), ("false", "false")])
def test_a_property_is_sent_as_text(run, given, sent):
    result = run("dli_queue", name="q1", cu_count=16, properties={NATIVE: given}, wait=False)
    assert posted(result)["properties"] == {NATIVE: sent}


def test_the_stored_name_of_a_pool_is_sent(sim, run):
    sim.load_seed({"pools": [POOL]})
    result = run("dli_queue", name="q1", cu_count=16, elastic_resource_pool_name="Pool1", wait=False)
    assert posted(result)["elastic_resource_pool_name"] == "pool1"


def test_empty_values_are_sent(run):
    result = run("dli_queue", name="q1", cu_count=16, labels=[], tags={}, wait=False)
    body = posted(result)
    assert body["labels"] == []
    # A new queue has no entries to remove.
    assert "tags" not in body


@pytest.mark.parametrize("size", [4, 32, 48, 128, 1024])
def test_an_invalid_initial_size_fails_before_a_write(sim, run, size):
    result = run("dli_queue", name="q1", cu_count=size)
    assert result.failed
    assert (
        "cu_count must be one of 16, 64, 256, 512 to create a queue outside an elastic resource pool" in result["msg"]
    )
    assert result.sent == ["GET queues/q1 400"]
    assert "q1" not in sim.queues


def test_creating_a_queue_requires_cu_count(sim, run):
    for check in (True, False):
        result = run("dli_queue", check=check, name="q1")
        assert result.failed
        assert result["msg"].startswith("cu_count is required to create queue q1")
        assert result.sent == ["GET queues/q1 400"]
    assert "q1" not in sim.queues


# -- Equal values.

SAME = {
    "the name in another case": ({}, {"name": "Q1"}),
    "an old spelling of the platform": ({"platform": "AArch64"}, {"platform": "aarch64"}),
    "another case of the engine": ({"engine": "HetuEngine"}, {"engine": "hetuEngine"}),
    "labels as text": ({"labels": "multi_az=2"}, {"labels": ["multi_az=2"]}),
    "labels as JSON": ({"labels": '{"multi_az":"2"}'}, {"labels": ["multi_az=2"]}),
    "labels as a list in JSON": ({"labels": '["multi_az=2"]'}, {"labels": ["multi_az=2"]}),
    "no labels": ({"labels": ""}, {"labels": []}),
    "no enterprise project": ({"enterprise_project_id": None}, {"enterprise_project_id": "0"}),
    "an empty enterprise project": ({"enterprise_project_id": ""}, {"enterprise_project_id": "0"}),
    "an enterprise project in capitals": ({"enterprise_project_id": EPS}, {"enterprise_project_id": EPS.upper()}),
    "no description": ({"description": None}, {"description": ""}),
    "the pool in another case": ({"elastic_resource_pool_name": "pool1"}, {"elastic_resource_pool_name": "POOL1"}),
    "a feature that the region does not have": ({"feature": ""}, {"feature": "basic"}),
    "numbers as text": (
        {"charging_mode": "1", "resource_mode": "1", "cu_count": "16"},
        {"charging_mode": 1, "cu_count": 16},
    ),
    "options that are not set": (
        {"description": "theirs", "cu_count": 64, "queue_type": "general", "enterprise_project_id": EPS},
        {},
    ),
}


@pytest.mark.both_modes
@pytest.mark.parametrize(("current", "requested"), SAME.values(), ids=SAME)
def test_equivalent_values_are_no_change(sim, run, existing_queue, current, requested):
    sim.load_seed({"pools": [POOL]})
    existing_queue("q1")
    queue = sim.queues["q1"]
    for key, value in current.items():
        setattr(queue, key, value)
    result = run("dli_queue", **{"name": "q1", **requested})
    assert not result.failed, result["msg"]
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert not result.writes


# -- Immutable options.

FIXED = {
    "queue_type": ("sql", "general"),
    "engine": ("spark", "hetuEngine"),
    "resource_mode": (1, 0),
    "platform": ("x86_64", "aarch64"),
    "feature": ("basic", "ai"),
    "labels": ([], ["multi_az=2"]),
    "description": ("", "new"),
    "enterprise_project_id": ("0", EPS),
}


@pytest.mark.both_modes
@pytest.mark.parametrize("option", FIXED)
def test_an_immutable_option_fails_with_both_values(sim, run, existing_queue, option):
    existing_queue("q1", feature="basic")
    before = state(sim)
    current, requested = FIXED[option]
    for check in (True, False):
        result = run("dli_queue", check=check, name="q1", **{option: requested})
        assert result.failed
        assert f"{option} is immutable (current: {plain(current)}, requested: {plain(requested)})" in result["msg"]
        assert "force_recreate=true" in result["error"]["hint"]
        assert not result.writes
    assert state(sim) == before


def test_a_prepaid_queue_differs_from_a_pay_per_use_queue(run, existing_queue):
    existing_queue("q1", charging_mode=2)
    result = run("dli_queue", name="q1", charging_mode=1)
    assert "charging_mode is immutable (current: 2, requested: 1)" in result["msg"]


def test_one_message_names_all_immutable_options_that_differ(sim, run, existing_queue):
    existing_queue("q1", description="old")
    options = {"description": "new", "queue_type": "general", "platform": "aarch64", "cu_count": 40}
    result = run("dli_queue", name="q1", **options)
    for words in (
        "description is immutable (current: old, requested: new)",
        "queue_type is immutable (current: sql, requested: general)",
        "platform is immutable (current: x86_64, requested: aarch64)",
        "cu_count cannot change from 16 to 40: the CU count changes in steps of 16, and the difference is 24",
    ):
        assert words in result["msg"]
    assert not result.writes
    assert holds(sim.queues["q1"], {"description": "old", "queue_type": "sql", "cu_count": 16})


def test_force_recreate_alone_changes_nothing(sim, run, existing_queue):
    existing_queue("q1")
    before = state(sim)
    result = run("dli_queue", name="q1", cu_count=16, force_recreate=True)
    assert not result["changed"]
    assert state(sim) == before


@pytest.mark.parametrize("wait", [True, False])
def test_force_recreate_waits_until_the_old_queue_is_deleted(sim, run, existing_queue, wait):
    old = existing_queue("q1", description="old", tags=[{"key": "a", "value": "b"}])
    # A service that accepts the deletion but executes it later.
    sim.inject(kind="status", method="DELETE", path="queues/q1$", status=200, error_code="", error_msg="")
    sim.state.scheduler.add(sim.clock.now() + 40, lambda _moment: sim.state.main.queues.pop("q1"))
    result = run("dli_queue", name="q1", cu_count=16, description="new", force_recreate=True, wait=wait)
    assert result["changed"]
    new = sim.queues["q1"]
    assert new.queue_id != old.queue_id
    assert holds(new, {"description": "new", "tags": {}, "cu_count": 16})
    assert result.sent.index("GET queues/q1 400") < result.sent.index("POST queues 200")


def test_force_recreate_without_a_size_deletes_nothing(sim, run, existing_queue):
    old = existing_queue("q1", description="old")
    result = run("dli_queue", name="q1", description="new", force_recreate=True)
    assert result["msg"].startswith("cu_count is required to create queue q1")
    assert not result.writes
    assert sim.queues["q1"].queue_id == old.queue_id


def test_a_recreation_that_fails_half_way_reports_that_the_old_queue_is_deleted(sim, run, existing_queue):
    existing_queue("q1", description="old")
    sim.inject(kind="status", method="POST", path="queues$", status=400, error_code="DLI.1028", error_msg="No quota")
    result = run("dli_queue", name="q1", cu_count=16, description="new", force_recreate=True)
    assert result["error"]["code"] == "DLI.1028"
    assert "The old queue is already deleted" in result["msg"]
    assert "q1" not in sim.queues

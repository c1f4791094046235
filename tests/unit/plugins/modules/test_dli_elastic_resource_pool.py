# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each requested change is made once and predicted by check mode; problems are reported before anything is sent."""

from __future__ import annotations

import pytest

from dli_simulator import Simulator

LIST = "GET elastic-resource-pools 200"
CREATE = "POST elastic-resource-pools 200"
PUT = "PUT elastic-resource-pools/pool1 200"
DELETE = "DELETE elastic-resource-pools/pool1 200"
SIZES = {"min_cu": 64, "max_cu": 128}
ENTERPRISE = "4e1b1a52-7a54-4c0f-9d3a-0c4f8a1b2d3e"
EVERYTHING = {
    **SIZES,
    "description": "for the night",
    "cidr_in_vpc": "10.100.0.0/16",
    "charging_mode": 1,
    "enterprise_project_id": ENTERPRISE,
    "label": {"billing_spec_code": "developer"},
    "ipv6_enable": True,
    "tags": {"team": "data", "stage": "test"},
}


def plain(value):
    """A value as a message shows it: a text without quotes, unless it is empty."""
    return value if isinstance(value, str) and value else repr(value)


@pytest.fixture
def pool(run):
    """pool(max_cu=256) runs the module for the pool pool1."""
    return lambda **options: run("dli_elastic_resource_pool", **{"name": "pool1", **options})


@pytest.fixture
def existing(sim):
    """existing(max_cu=256) seeds pool1, a month old unless ``age`` is set."""

    def existing(name="pool1", **fields):
        sim.load_seed({"pools": [{"elastic_resource_pool_name": name, **fields}]})
        return sim.pools[name]

    return existing


@pytest.fixture
def state(sim):
    """state() returns the fields of the pool in the service that options can set."""

    def state(name="pool1"):
        now = sim.pools.get(name)
        keys = ("min_cu", "max_cu", "description", "cidr_in_vpc", "enterprise_project_id", "label", "ipv6_enable")
        return now and {**{key: getattr(now, key) for key in keys}, "tags": dict(now.tags)}

    return state


def state_of(**fields):
    """The state of a pool with the default values and ``fields``."""
    return {
        "min_cu": 64,
        "max_cu": 256,
        "description": "",
        "cidr_in_vpc": "172.16.0.0/12",
        "enterprise_project_id": "0",
        "label": {},
        "ipv6_enable": False,
        "tags": {},
        **fields,
    }


def tagged(**tags):
    return [{"key": key, "value": value} for key, value in tags.items()]


# (current state, options, state afterwards)
CHANGES = {
    "create it": (None, SIZES, state_of(**SIZES)),
    "create it with all options": (
        None,
        EVERYTHING,
        {key: value for key, value in EVERYTHING.items() if key != "charging_mode"},
    ),
    "create a basic one": (
        None,
        {"min_cu": 16, "max_cu": 64, "label": {"spec": "basic"}},
        state_of(min_cu=16, max_cu=64, label={"spec": "basic"}),
    ),
    "raise the maximum": ({}, {"max_cu": 512}, state_of(max_cu=512)),
    "lower the maximum": ({}, {"max_cu": 128}, state_of(max_cu=128)),
    "raise the minimum": ({"current_cu": 128}, {"min_cu": 128}, state_of(min_cu=128)),
    "lower the minimum": ({"min_cu": 128}, {"min_cu": 64}, state_of()),
    "change both limits": ({"current_cu": 128}, {"min_cu": 80, "max_cu": 512}, state_of(min_cu=80, max_cu=512)),
    "change the description": ({"description": "old"}, {"description": "new"}, state_of(description="new")),
    "remove the description": ({"description": "old"}, {"description": ""}, state_of()),
    "add tags": ({}, {"tags": {"a": "1", "b": 2}}, state_of(tags={"a": "1", "b": "2"})),
    "replace tags": ({"tags": tagged(a="1")}, {"tags": {"b": "2"}}, state_of(tags={"b": "2"})),
    "change the value of a tag": ({"tags": tagged(a="1")}, {"tags": {"a": "2"}}, state_of(tags={"a": "2"})),
    "remove every tag": ({"tags": tagged(a="1", b="2")}, {"tags": {}}, state_of()),
    "only add tags": (
        {"tags": tagged(a="1", b="2")},
        {"tags": {"b": "3", "c": "4"}, "purge_tags": False},
        state_of(tags={"a": "1", "b": "3", "c": "4"}),
    ),
    "change everything at once": (
        {"tags": tagged(a="1")},
        {"max_cu": 512, "description": "new", "tags": {"b": "2"}},
        state_of(max_cu=512, description="new", tags={"b": "2"}),
    ),
    "recreate it": (
        {"description": "old", "tags": tagged(a="1")},
        {**SIZES, "cidr_in_vpc": "10.100.0.0/16", "force_recreate": True},
        state_of(**SIZES, cidr_in_vpc="10.100.0.0/16"),
    ),
    "delete it": ({"tags": tagged(a="1")}, {"state": "absent"}, None),
}


@pytest.mark.both_modes
@pytest.mark.parametrize(("start", "options", "end"), CHANGES.values(), ids=CHANGES)
def test_each_change_is_predicted_and_made_once(sim, existing, pool, state, start, options, end):
    if start is not None:
        existing(**start)
    before = state()

    foretold = pool(check=True, **options)
    assert foretold["changed"]
    assert state() == before

    made = pool(**options)
    assert made["changed"]
    assert state() == end
    assert foretold["diff"] == made["diff"]
    assert made["diff"]["before"] != made["diff"]["after"]
    assert_predicted(foretold["elastic_resource_pool"], made["elastic_resource_pool"])

    for check in (True, False):
        again = pool(check=check, **options)
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert again.writes == []
        assert len(again.requests) == (2 if end and "tags" in options else 1)
        assert again["elastic_resource_pool"] == made["elastic_resource_pool"]
    assert state() == end


def assert_predicted(foretold, made):
    """The prediction is right; only fields that the service sets are None in it."""
    if foretold is None:
        assert made is None
        return
    assert foretold.keys() == made.keys()
    known = {key: value for key, value in foretold.items() if value is not None}
    assert known == {key: made[key] for key in known}
    left_open = {key for key, value in made.items() if value is not None} - known.keys()
    assert left_open <= {
        *("id", "resource_id", "owner", "manager", "create_time", "update_time"),
        *("create_time_iso", "update_time_iso"),
        *("current_cu", "actual_cu", "prepay_cu", "ipv6_cidr_in_subnet"),
    }


@pytest.mark.both_modes
def test_all_changes_work_one_after_the_other(pool):
    for options in (
        SIZES,
        {"max_cu": 256, "tags": {"a": "1"}},
        {"description": "new"},
        {"tags": {}},
        {"state": "absent"},
        {**SIZES, "label": {"billing_spec_code": "developer"}},
    ):
        foretold, made, again = (pool(check=check, **options) for check in (True, False, False))
        assert (foretold["changed"], made["changed"], again["changed"]) == (True, True, False), options


@pytest.mark.both_modes
@pytest.mark.parametrize(
    ("options", "body"),
    [
        (SIZES, {**SIZES}),
        (
            EVERYTHING,
            {**EVERYTHING, "tags": [{"key": "stage", "value": "test"}, {"key": "team", "value": "data"}]},
        ),
        ({**SIZES, "tags": {}, "label": {}, "description": ""}, {**SIZES, "label": {}, "description": ""}),
    ],
    ids=["sizes", "all options", "empty values"],
)
def test_a_creation_sends_exactly_the_given_options(pool, options, body):
    result = pool(**{**options, "name": "POOL1"})
    assert [request.body for request in result.writes] == [{"elastic_resource_pool_name": "pool1", **body}]


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({"max_cu": 512, "min_cu": 64, "description": "old"}, {"max_cu": 512}),
        ({"description": "new"}, {"description": "new"}),
        ({"max_cu": "512", "description": ""}, {"max_cu": 512, "description": ""}),
    ],
)
def test_a_change_sends_only_what_differs(existing, pool, options, body):
    existing(description="old")
    assert [request.body for request in pool(**options).writes] == [body]


def test_names_of_pools_are_case_insensitive(sim, existing, pool):
    existing()
    assert not pool(name="PooL1", max_cu=256, cidr_in_vpc="172.16.0.0/12", enterprise_project_id="0")["changed"]
    assert pool(name="POOL1", state="absent")["changed"]
    assert sim.pools == {}


def test_a_pool_is_not_confused_with_one_whose_name_contains_its_name(sim, existing, pool, state):
    for name in ("pool10", "mypool1", "pool12"):
        existing(name)
    assert not pool(state="absent")["changed"]
    assert pool(**SIZES)["elastic_resource_pool"]["max_cu"] == 128
    assert pool(description="mine")["changed"]
    assert [state(name)["description"] for name in ("pool1", "pool10", "mypool1", "pool12")] == ["mine", "", "", ""]
    pool(state="absent")
    assert sorted(sim.pools) == ["mypool1", "pool10", "pool12"]


@pytest.mark.parametrize(("others", "requests"), [(0, 1), (99, 1), (100, 2), (999, 10)])
def test_a_pool_is_found_after_any_number_of_similar_names(sim, pool, others, requests):
    names = [*(f"pool1_{number}" for number in range(others)), "pool1"]
    sim.load_seed({"pools": [{"elastic_resource_pool_name": name} for name in names]})
    result = pool(max_cu=256)
    assert not result["changed"]
    assert result.sent == [LIST] * requests


# Waiting


def test_a_new_pool_is_waited_for_until_it_is_available(sim, pool, clock):
    result = pool(**SIZES)
    assert result["elastic_resource_pool"]["status"] == "AVAILABLE"
    assert 120 <= clock.slept < 140
    assert result.sent[:3] == [LIST, CREATE, LIST]


def test_without_wait_a_task_ends_after_the_write_and_one_read(sim, pool, clock):
    options = {**SIZES, "wait": False}
    foretold, made = pool(check=True, **options), pool(**options)
    assert made.sent == [LIST, CREATE, LIST]
    assert_predicted(foretold["elastic_resource_pool"], made["elastic_resource_pool"])
    assert made["elastic_resource_pool"]["status"] == "CREATING"
    assert not pool(**options)["changed"]
    assert clock.slept == 0
    # A later run continues.
    later = pool(**SIZES)
    assert not later["changed"]
    assert later["elastic_resource_pool"]["status"] == "AVAILABLE"

    options = {"max_cu": 512, "wait": False}
    foretold, made = pool(check=True, **options), pool(**options)
    assert made.sent == [LIST, PUT, LIST]
    assert_predicted(foretold["elastic_resource_pool"], made["elastic_resource_pool"])
    assert made["elastic_resource_pool"]["status"] == "SCALING"
    assert pool(max_cu=512)["elastic_resource_pool"]["status"] == "AVAILABLE"

    sim.clock.advance(900)
    assert pool(state="absent", wait=False).sent == [LIST, DELETE]
    assert "pool1" in sim.pools
    pool(state="absent")
    assert sim.pools == {}


@pytest.mark.parametrize("busy", ["CREATING", "SCALING"])
def test_the_deletion_of_a_busy_pool_is_requested_at_once_and_repeated(sim, pool, busy):
    sim.set_knobs(pool_cooldown_seconds=0)
    pool(**SIZES, wait=busy != "CREATING")
    if busy == "SCALING":
        pool(max_cu=256, wait=False)
    result = pool(state="absent")
    assert result["changed"]
    assert result.sent[1] == "DELETE elastic-resource-pools/pool1 400"
    assert {request.status for request in result.writes[:-1]} == {400}
    assert sim.pools == {}


def test_a_scaling_pool_is_deleted_at_once_if_the_service_accepts_that(sim, pool):
    sim.set_knobs(pool_cooldown_seconds=0)
    pool(**SIZES)
    pool(max_cu=256, wait=False)
    sim.inject(kind="status", method="DELETE", status=200)
    sim.pools["pool1"].status = "SCALING"
    result = pool(state="absent", wait=False)
    assert result["changed"]
    assert [request.status for request in result.writes] == [200]


@pytest.mark.parametrize("options", [{"max_cu": 512}, {"description": "new"}], ids=str)
@pytest.mark.parametrize("busy", ["CREATING", "SCALING"])
def test_a_pool_that_is_busy_is_waited_for_before_it_is_changed(sim, pool, busy, options):
    sim.set_knobs(pool_cooldown_seconds=0)
    pool(**SIZES, wait=busy != "CREATING")
    if busy == "SCALING":
        pool(max_cu=256, wait=False)
    assert sim.pools["pool1"].status == busy
    result = pool(**options)
    assert result["changed"]
    # Asked once; the rejection is waited for.
    assert [request.status for request in result.writes] == [400, 200]


@pytest.mark.parametrize("options", [{"max_cu": 512}, {"state": "absent"}], ids=str)
def test_without_wait_a_busy_pool_is_not_changed_and_the_task_fails(sim, pool, state, options):
    pool(**SIZES, wait=False)
    before = state()
    result = pool(**options, wait=False)
    assert result.failed
    assert "Run the task again later" in result["msg"]
    assert result["error"]["code"] == "DLI.0012"
    assert state() == before


def test_a_busy_pool_is_only_read_in_check_mode(sim, pool, clock):
    pool(**SIZES, wait=False)
    assert pool(check=True, max_cu=512)["changed"]
    assert pool(check=True, state="absent")["changed"]
    assert clock.slept == 0


def test_a_pool_that_fails_ends_the_wait_and_every_later_task_at_once(sim, pool, clock):
    sim.set_knobs(fail_pools={"pool1": "no capacity in this zone"})
    failed = pool(**SIZES)
    assert failed.failed
    assert clock.slept < 140
    for result in (failed, pool(**SIZES), pool(check=True, **SIZES), pool(max_cu=512, wait=False)):
        assert result.failed
        assert "FAILED: no capacity in this zone" in result["msg"]
        assert "state=absent" in result["error"]["hint"]
    assert len(sim.requests) == 3 + sum(request.method == "GET" for request in failed.requests) + 1
    sim.clock.advance(900)
    assert pool(state="absent")["changed"]
    assert sim.pools == {}


def test_a_list_that_lags_does_not_hide_a_new_pool(sim, pool):
    sim.set_knobs(list_lag_seconds=30)
    result = pool(**SIZES)
    assert result["elastic_resource_pool"]["status"] == "AVAILABLE"
    sim.clock.advance(900)
    assert pool(state="absent")["changed"]
    sim.clock.advance(1)
    assert not pool(state="absent")["changed"]


def test_without_wait_a_list_that_lags_leaves_the_prediction(sim, pool):
    sim.set_knobs(list_lag_seconds=30)
    result = pool(**SIZES, wait=False)
    assert result["elastic_resource_pool"]["status"] == "CREATING"
    assert result["elastic_resource_pool"]["max_cu"] == 128


def test_a_change_that_the_list_does_not_show_yet_is_waited_for(sim, existing, pool, clock):
    stored = existing()
    sim.inject(kind="status", method="PUT", status=200, shape="empty")
    sim.state.scheduler.add(sim.clock.now() + 30, lambda moment: setattr(stored, "max_cu", 512))
    assert pool(max_cu=512)["elastic_resource_pool"]["max_cu"] == 512
    assert clock.slept >= 30


def test_a_timeout_reports_the_last_state(sim, pool):
    result = pool(**SIZES, wait_timeout=60)
    assert result.failed
    assert "last state: CREATING, 64 to 128 CUs" in result["msg"]
    assert sim.pools["pool1"].status == "CREATING"


def test_a_pool_that_disappears_during_the_wait_is_a_failure(sim, pool, clock, monkeypatch):
    def vanish(seconds):
        clock.sleep_for(seconds)
        sim.state.main.pools.clear()

    clock.sleep_for = clock.sleep
    monkeypatch.setattr("ansible_collections.huaweicloud.dli.plugins.module_utils._core.clock.sleep", vanish)
    result = pool(**SIZES)
    assert result.failed
    assert "disappeared" in result["msg"]


# Deleting


def test_a_pool_that_contains_queues_is_not_deleted(sim, existing, pool):
    existing()
    sim.load_seed({"queues": [{"queue_name": name, "elastic_resource_pool_name": "pool1"} for name in ("q2", "q1")]})
    result = pool(state="absent")
    assert result.failed
    assert "it contains queues (q1, q2)" in result["msg"]
    assert "Delete the queues first" in result["error"]["hint"]
    assert result.sent == [LIST]
    recreated = pool(**SIZES, cidr_in_vpc="10.100.0.0/16", force_recreate=True)
    assert recreated.failed
    assert "q1, q2" in recreated["msg"]
    assert list(sim.pools) == ["pool1"]
    # An earlier task of the playbook may be the one that deletes the queues.
    foretold = pool(check=True, state="absent")
    assert foretold["changed"]
    assert foretold.warned == [
        "Elastic resource pool pool1 contains queues (q1, q2), with which it cannot be deleted. An earlier task of the "
        "play may delete them."
    ]


@pytest.mark.parametrize(("cool_down", "waited"), [(900, 900), (2000, 2000)])
def test_a_young_pool_is_deleted_as_soon_as_the_service_allows_it(sim, existing, pool, clock, cool_down, waited):
    sim.set_knobs(pool_cooldown_seconds=cool_down)
    existing(age=0)
    assert pool(state="absent")["changed"]
    assert sim.pools == {}
    assert waited <= clock.slept < waited + 120


@pytest.mark.parametrize("options", [{"wait": False}, {"wait_timeout": 300}], ids=str)
def test_the_age_of_a_pool_explains_why_it_is_not_deleted_in_time(sim, existing, pool, options):
    existing(age=240)
    result = pool(state="absent", **options)
    assert result.failed
    age = "4 minutes old" if "wait" in options else "9 minutes old"
    assert (
        f"The pool is {age}, and the service deletes no pool in the first minutes (usually 15 minutes)" in result["msg"]
    )
    assert list(sim.pools) == ["pool1"]


def test_another_error_of_a_young_pool_ends_the_task_at_once(sim, existing, pool, clock):
    existing(age=1800)
    sim.inject(kind="status", method="DELETE", status=400, error_code="DLI.0999", error_msg="Not within 1 hour")
    result = pool(state="absent")
    assert "Not within 1 hour" in result["msg"]
    assert "30 minutes old" in result["msg"]
    assert clock.slept == 0


def test_an_error_of_an_old_pool_does_not_mention_its_age(sim, existing, pool):
    existing()
    sim.inject(kind="status", method="DELETE", status=400, error_code="DLI.0999", error_msg="No")
    assert "minutes old" not in pool(state="absent")["msg"]


def test_a_missing_pool_counts_as_deleted(sim, existing, pool):
    assert not pool(state="absent")["changed"]
    existing()
    sim.inject(kind="status", method="DELETE", status=400, error_code="DLI.0002", error_msg="There is no such pool")
    sim.state.main.pools["pool1"].deleting = True
    sim.state.scheduler.add(sim.clock.now() + 5, lambda moment: sim.state.main.pools.clear())
    assert pool(state="absent")["changed"]
    assert sim.pools == {}


# Immutable options


FIXED = {
    "cidr_in_vpc": ("10.100.0.0/16", "172.16.0.0/12"),
    "enterprise_project_id": (ENTERPRISE, "0"),
    "label": ({"spec": "basic"}, {}),
    "ipv6_enable": (True, False),
    "charging_mode": (1, 2),
}


@pytest.mark.parametrize(("option", "requested", "current"), [(key, *values) for key, values in FIXED.items()])
def test_an_immutable_option_fails_with_both_values(existing, pool, option, requested, current):
    existing(**({"charging_mode": 2} if option == "charging_mode" else {}))
    for check in (True, False):
        result = pool(**{option: requested, "check": check})
        assert result.failed
        assert f"{option} is immutable (current: {plain(current)}, requested: {plain(requested)})" in result["msg"]
        assert "force_recreate=true" in result["error"]["hint"]
        assert ("Enterprise Project Management" in result["error"]["hint"]) == (option == "enterprise_project_id")
        assert result.writes == []


def test_all_problems_are_in_one_message(existing, pool):
    existing(current_cu=64)
    result = pool(cidr_in_vpc="10.100.0.0/16", ipv6_enable=True, min_cu=128)
    assert result.failed
    for part in (
        "cidr_in_vpc is immutable",
        "ipv6_enable is immutable",
        "min_cu must be at most 64, the current number of CUs",
    ):
        assert part in result["msg"]


def test_a_pool_is_recreated_only_if_an_immutable_option_differs(sim, existing, pool):
    number = existing().id
    assert pool(max_cu=512, force_recreate=True)["changed"]
    assert sim.pools["pool1"].id == number
    result = pool(**SIZES, cidr_in_vpc="10.100.0.0/16", force_recreate=True, wait=False)
    assert result["changed"]
    assert sim.pools["pool1"].id != number
    assert [request.method for request in result.writes] == ["DELETE", "POST"]


def test_a_pool_that_cannot_be_recreated_is_not_deleted(sim, existing, pool):
    existing()
    for options in ({"max_cu": 128}, {"min_cu": 16, "max_cu": 64}):
        result = pool(**options, cidr_in_vpc="10.100.0.0/16", force_recreate=True)
        assert result.failed
        assert result.writes == []
    sim.inject(kind="status", method="POST", status=400, error_code="DLI.1028", error_msg="The quota is used up")
    result = pool(**SIZES, cidr_in_vpc="10.100.0.0/16", force_recreate=True)
    assert "The old pool is already deleted" in result["msg"]
    assert pool(**SIZES, cidr_in_vpc="10.100.0.0/16", force_recreate=True)["changed"]
    assert sim.pools["pool1"].cidr_in_vpc == "10.100.0.0/16"


def test_a_prepaid_pool_is_read_and_changed_but_not_deleted(sim, existing, pool):
    existing(charging_mode=2, prepay_cu=64)
    assert not pool(max_cu=256)["changed"]
    changed = pool(max_cu=512)["elastic_resource_pool"]
    assert (changed["charging_mode"], changed["prepay_cu"], changed["max_cu"]) == (2, 64, 512)
    result = pool(state="absent")
    assert "it is prepaid" in result["msg"]
    assert result.sent == [LIST]


# Sizes


@pytest.mark.parametrize(
    ("start", "options", "problem"),
    [
        (None, {"max_cu": 128}, "min_cu is required to create elastic resource pool pool1"),
        (None, {}, "max_cu is required to create elastic resource pool pool1"),
        (None, {"min_cu": 16, "max_cu": 64}, "min_cu must be a multiple of 16 from 64 to 32000, got 16"),
        ({}, {"min_cu": 16}, "min_cu must be a multiple of 16 from 64 to 32000, got 16"),
        ({"label": {"spec": "basic"}, "min_cu": 16, "max_cu": 64}, {"max_cu": 128}, "from 16 to 64, got 128"),
        ({"min_cu": 128}, {"max_cu": 64}, "min_cu must be at most max_cu (64), got 128"),
        ({}, {"min_cu": 512}, "min_cu must be at most max_cu (256), got 512"),
        ({"current_cu": 96}, {"min_cu": 112}, "min_cu must be at most 96, the current number of CUs of the pool"),
    ],
)
def test_invalid_limits_fail_before_a_write(existing, pool, state, start, options, problem):
    if start is not None:
        existing(**start)
    before = state()
    for check in (True, False):
        result = pool(check=check, **options)
        assert result.failed
        assert problem in result["msg"]
        assert result.sent == [LIST]
    assert state() == before


def policy(minimum, maximum, start="00:00", stop="24:00", inherits=False):
    return {
        "priority": 1,
        "impact_start_time": start,
        "impact_stop_time": stop,
        "min_cu": minimum,
        "max_cu": maximum,
        "inherit_elastic_resource_pool_max_cu": inherits,
    }


QUEUES = "GET elastic-resource-pools/pool1/queues 200"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"max_cu": 128}, "max_cu of queue q1 is 256, max_cu of the pool is 128"),
        ({"min_cu": 64}, "the sum of min_cu of the queues is 96, min_cu of the pool is 64"),
    ],
)
def test_a_pool_cannot_shrink_below_the_demand_of_its_queues(sim, existing, pool, options, problem):
    existing(min_cu=128, max_cu=512)
    home = {"elastic_resource_pool_name": "pool1"}
    sim.load_seed({"queues": [{"queue_name": "q1", **home, "queue_scaling_policies": [policy(64, 256)]}]})
    sim.load_seed(
        {"queues": [{"queue_name": "q2", **home, "queue_scaling_policies": [policy(32, 512, inherits=True)]}]}
    )
    result = pool(**options)
    assert result.failed
    assert problem in result["msg"]
    assert "q2" not in result["msg"]
    assert result.sent == [LIST, QUEUES]


def test_a_pool_can_shrink_to_the_demand_of_its_queues(sim, existing, pool):
    existing(min_cu=128, max_cu=512)
    home = {"elastic_resource_pool_name": "pool1"}
    sim.load_seed({"queues": [{"queue_name": "q1", **home, "queue_scaling_policies": [policy(64, 256)]}]})
    sim.load_seed(
        {"queues": [{"queue_name": "q2", **home, "queue_scaling_policies": [policy(32, 512, inherits=True)]}]}
    )
    result = pool(min_cu=96, max_cu=256)
    assert result["changed"]
    assert (sim.pools["pool1"].min_cu, sim.pools["pool1"].max_cu) == (96, 256)
    names = [queue["name"] for queue in result["elastic_resource_pool"]["pool_queues"]]
    assert names == result["elastic_resource_pool"]["queues"] == ["q1", "q2"]


def test_the_queues_are_not_read_when_a_pool_only_grows(sim, existing, pool):
    existing()
    sim.load_seed({"queues": [{"queue_name": "q1", "elastic_resource_pool_name": "pool1"}]})
    result = pool(max_cu=512)
    assert result.sent[:2] == [LIST, PUT]
    assert QUEUES not in result.sent


# Tags


def test_tags_of_the_service_are_neither_shown_nor_removed(sim, existing, pool):
    existing().tags.update({"_sys_id": "x", "a": "1"})
    for tags in ({"a": "2"}, {"b": "1"}, {}):
        assert pool(tags=tags)["elastic_resource_pool"]["tags"] == tags
        assert sim.pools["pool1"].tags == {"_sys_id": "x", **tags}
        assert not pool(tags=tags)["changed"]


def test_tags_without_the_option_are_not_read(existing, pool):
    existing(tags=tagged(a="1"))
    result = pool(max_cu=256)
    assert result["elastic_resource_pool"]["tags"] is None
    assert result.sent == [LIST]


def test_tags_of_a_pool_use_its_resource_id(existing, pool):
    resource_id = existing().resource_id
    result = pool(tags={"a": "1"})
    where = f"dli_elastic_resource_pool/{resource_id}/tags"
    assert result.sent == [LIST, f"GET {where} 200", f"POST {where}/create 204", f"GET {where} 200"]


@pytest.fixture
def region_without_tags(sim):
    other = Simulator(profile="otc")
    profile, sim.state.profile = sim.state.profile, other.state.profile
    yield sim
    sim.state.profile = profile


def test_a_region_without_the_tag_api_accepts_tags_at_creation_and_warns_later(region_without_tags, pool, state):
    made = pool(**SIZES, tags={"a": "1"})
    assert made["unsupported"] == []
    assert made["elastic_resource_pool"]["tags"] == {"a": "1"}
    assert state()["tags"] == {"a": "1"}
    for check in (True, False):
        later = pool(check=check, max_cu=256, tags={"b": "2"})
        assert later["changed"]
        assert later["unsupported"] == ["tags"]
        assert "tags was not changed" in later.warned[0]
        assert later["elastic_resource_pool"]["tags"] is None
    assert (state()["max_cu"], state()["tags"]) == (256, {"a": "1"})
    assert not pool(max_cu=256, tags={"b": "2"})["changed"]


# Lost responses


LOST = ({"kind": "drop_after"}, {"kind": "status_after", "status": 502}, {"kind": "status_after", "status": 504})


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("fault", LOST, ids=str)
def test_a_lost_response_causes_neither_a_second_pool_nor_a_false_failure(sim, pool, fault, wait):
    sim.inject(method="POST", path="elastic-resource-pools$", **fault)
    result = pool(**SIZES, wait=wait)
    assert result["changed"]
    assert [request.method for request in result.writes] == ["POST"]
    assert list(sim.pools) == ["pool1"]


def test_a_creation_without_effect_is_a_failure(sim, pool):
    sim.inject(method="POST", path="elastic-resource-pools$", kind="drop_before")
    result = pool(**SIZES)
    assert result.failed
    assert "it is safe to run the task again" in result["msg"]
    assert len(result.writes) == 1
    assert sim.pools == {}


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize("options", [{"max_cu": 512, "description": "new"}, {"state": "absent"}], ids=str)
def test_a_lost_response_to_a_change_or_a_deletion_is_no_failure(sim, existing, pool, state, fault, options, wait):
    existing()
    method = "DELETE" if "state" in options else "PUT"
    sim.inject(method=method, **fault)
    assert pool(**options, wait=wait)["changed"]
    sim.clock.advance(60)
    assert state() == (None if "state" in options else state_of(**options))


@pytest.mark.parametrize("fault", LOST, ids=str)
@pytest.mark.parametrize("action", ["create", "delete"])
def test_a_lost_response_to_tags_is_no_failure(sim, existing, pool, state, fault, action):
    existing(tags=tagged(a="1"))
    sim.inject(method="POST", path=f"/tags/{action}$", **fault)
    assert pool(tags={"b": "2"})["changed"]
    assert state()["tags"] == {"b": "2"}


def test_an_error_in_a_successful_response_is_a_failure(sim, existing, pool, state):
    existing()
    before = state()
    sim.inject(kind="status", method="PUT", shape="is_success_false", error_msg="not today")
    result = pool(max_cu=512)
    assert result.failed
    assert "not today" in result["msg"]
    assert state() == before


# Other names and forms


def test_times_are_returned_in_iso_8601_as_well_and_are_null_in_a_prediction(existing, pool):
    stored = existing()
    stored.create_time, stored.update_time = 1767322000000, 1767322600000
    found = pool()["elastic_resource_pool"]
    assert found["create_time_iso"] == "2026-01-02T02:46:40Z"
    assert found["update_time_iso"] == "2026-01-02T02:56:40Z"
    predicted = pool(description="new", check=True)["elastic_resource_pool"]
    assert predicted["create_time_iso"] == found["create_time_iso"]
    assert predicted["update_time"] is predicted["update_time_iso"] is None


def test_cidr_is_another_name_of_cidr_in_vpc(sim, pool):
    options = {"min_cu": 64, "max_cu": 128, "cidr": "10.100.0.0/16"}
    assert pool(**options)["changed"]
    assert sim.pools["pool1"].cidr_in_vpc == "10.100.0.0/16"
    assert not pool(**options)["changed"]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""dli_queue: joining a pool, and scaling policies."""

from __future__ import annotations

import pytest

from dli_simulator.models import Policy

JOIN = {"name": "q1", "elastic_resource_pool_name": "pool1"}
CREATE = {**JOIN, "cu_count": 16}
NOT_ASKED = {"ready": None, "source": "not_asked"}


def policy(minimum, maximum, start="00:00", stop="24:00", **more):
    return {"impact_start_time": start, "impact_stop_time": stop, "min_cu": minimum, "max_cu": maximum, **more}


@pytest.fixture
def pools(sim):
    """Two old pools, pool1 and pool2, of 64 to 128 CUs."""
    sim.load_seed({"pools": [{"elastic_resource_pool_name": name, "max_cu": 128} for name in ("pool1", "pool2")]})
    return sim.pools


@pytest.fixture
def member(pools, existing_queue):
    """member("q1") puts a queue of 16 CUs into pool1."""
    return lambda name, **fields: existing_queue(name, elastic_resource_pool_name="pool1", **fields)


def home(sim, name="q1"):
    return sim.queues[name].elastic_resource_pool_name


def reported(result, check):
    """The problem: an error or, in check mode, a warning, because an earlier task may enlarge the pool."""
    assert result.failed is not check
    return " ".join(result.warned) if check else result["msg"]


# -- Joining.


def test_joining_waits_until_the_pool_has_grown(sim, run, clock, pools, existing_queue):
    sim.set_knobs(pool_always_scales=True)
    existing_queue("q1")
    result = run("dli_queue", **JOIN)
    assert result["changed"]
    assert result["queue"]["elastic_resource_pool_name"] == home(sim) == "pool1"
    assert [r.path.rsplit("/", 2)[-2:] for r in result.writes] == [["pool1", "queues"]]
    assert result.writes[0].body == {"queue_name": "q1"}
    assert pools["pool1"].status == "AVAILABLE"
    assert clock.slept >= 60


def test_joining_without_wait_returns_an_unknown_readiness(sim, run, clock, pools, existing_queue):
    existing_queue("q1")
    predicted = run("dli_queue", check=True, wait=False, **JOIN)
    result = run("dli_queue", wait=False, **JOIN)
    assert result["changed"]
    assert predicted["queue"]["readiness"] == result["queue"]["readiness"] == NOT_ASKED
    assert home(sim) == "pool1"
    assert not clock.sleeps
    assert not run("dli_queue", wait=False, **JOIN)["changed"]


@pytest.mark.parametrize("state", ["SCALING", "CREATING"])
@pytest.mark.parametrize("current", [True, False], ids=["joining", "creating"])
def test_a_pool_that_is_not_available_is_waited_for(sim, run, clock, pools, existing_queue, state, current):
    sim.set_knobs(queues_while_scaling="none")
    if current:
        existing_queue("q1")
    pools["pool1"].status = state
    sim.state.scheduler.add(sim.clock.now() + 300, lambda _moment: setattr(pools["pool1"], "status", "AVAILABLE"))
    result = run("dli_queue", **CREATE)
    assert result["changed"]
    assert home(sim) == "pool1"
    assert clock.slept >= 300
    assert len([r for r in result.writes if r.status == 200 and "connection-test" not in r.path]) == 1


@pytest.mark.parametrize("current", [True, False], ids=["joining", "creating"])
def test_without_wait_a_scaling_pool_fails_and_nothing_is_created(sim, run, clock, pools, existing_queue, current):
    sim.set_knobs(queues_while_scaling="none")
    if current:
        existing_queue("q1")
    pools["pool1"].status = "SCALING"
    result = run("dli_queue", wait=False, **CREATE)
    assert result.failed
    assert "pool1 is SCALING" in result["msg"]
    assert len(result.writes) == 1
    assert not clock.sleeps
    assert ("q1" in sim.queues) is current
    assert not current or home(sim) == ""


def test_a_pool_that_keeps_scaling_ends_the_wait_within_its_budget(sim, run, clock, pools, existing_queue):
    sim.set_knobs(queues_while_scaling="none")
    existing_queue("q1")
    pools["pool1"].status = "SCALING"
    result = run("dli_queue", wait_timeout=100, **JOIN)
    assert "Timed out after 100 s while waiting for elastic resource pool pool1 to accept queue q1." in result["msg"]
    assert clock.slept == pytest.approx(100, abs=5)
    assert home(sim) == ""


@pytest.mark.parametrize(("kind", "processed"), [("drop_after", True), ("status_after", True), ("drop_before", False)])
@pytest.mark.parametrize("wait", [True, False])
def test_joining_is_not_repeated_after_a_lost_response(sim, run, pools, existing_queue, kind, processed, wait):
    existing_queue("q1")
    sim.inject(kind=kind, method="POST", path="pools/pool1/queues$", status=504, shape="html")
    result = run("dli_queue", wait=wait, **JOIN)
    assert len(result.writes) == 1
    assert home(sim) == ("pool1" if processed else "")
    if processed:
        assert result["changed"]
    else:
        assert result.failed
        assert "No matching resource was found; it is safe to run the task again." in result["error"]["hint"]
    assert run("dli_queue", **JOIN)["changed"] is not processed
    assert home(sim) == "pool1"


@pytest.mark.parametrize("check", [True, False])
def test_moving_to_another_pool_fails_before_a_write(sim, run, member, check):
    member("q1")
    result = run("dli_queue", check=check, name="q1", elastic_resource_pool_name="POOL2")
    assert result.failed
    assert (
        "elastic_resource_pool_name cannot change from pool1 to pool2: a queue cannot leave its pool or move to another"
    ) in result["msg"]
    assert "force_recreate=true" in result["error"]["hint"]
    assert result.sent == ["GET queues/q1 200"]
    assert home(sim) == "pool1"


def test_a_queue_in_a_pool_is_not_recreated_for_a_size_that_policies_set(sim, run, member):
    before = member("q1").queue_id
    result = run("dli_queue", name="q1", cu_count=64, force_recreate=True)
    assert "scaling_policies scale a queue" in result["msg"]
    assert not result.writes
    assert sim.queues["q1"].queue_id == before


def test_joining_and_scaling_in_one_run_fails(sim, run, pools, existing_queue):
    existing_queue("q1", cu_count=64)
    result = run("dli_queue", cu_count=80, **JOIN)
    assert "cu_count cannot change from 64 to 80: scaling_policies scale a queue in an elastic" in result["msg"]
    assert not result.writes
    assert home(sim) == ""


@pytest.mark.parametrize("current", [True, False], ids=["joining", "creating"])
def test_a_pool_that_does_not_exist_is_an_error_and_in_check_mode_a_warning(sim, run, existing_queue, current):
    if current:
        existing_queue("q1")
    predicted = run("dli_queue", check=True, **CREATE)
    assert predicted["changed"]
    assert predicted.warned == ["Elastic resource pool pool1 does not exist yet, so its limits could not be checked."]
    result = run("dli_queue", **CREATE)
    assert result["msg"] == "Elastic resource pool pool1 does not exist. Check its name, the region and the project."
    assert not result.writes
    assert not current or home(sim) == ""
    assert ("q1" in sim.queues) is current


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("current", [True, False], ids=["joining", "creating"])
def test_a_failed_pool_accepts_no_queue(sim, run, pools, existing_queue, check, current):
    if current:
        existing_queue("q1")
    pools["pool1"].status, pools["pool1"].fail_reason = "FAILED", "no room"
    result = run("dli_queue", check=check, **CREATE)
    assert "Elastic resource pool pool1 is FAILED: no room" in result["msg"]
    assert not result.writes
    assert not current or home(sim) == ""
    assert ("q1" in sim.queues) is current


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("current", [True, False], ids=["joining", "creating"])
@pytest.mark.parametrize(
    ("others", "size", "words"),
    [
        (1, 64, "the sum of min_cu of the queues is 80, min_cu of the pool is 64"),
        (0, 256, "max_cu of queue q1 is 256, max_cu of the pool is 128"),
    ],
)
def test_a_too_small_pool_is_reported_before_a_queue_joins(
    sim, run, member, existing_queue, check, current, others, size, words
):
    for number in range(others):
        member(f"other{number}")
    if current:
        existing_queue("q1", cu_count=size)
    result = run("dli_queue", check=check, cu_count=size, **JOIN)
    assert words in reported(result, check)
    assert not result.writes
    assert not current or home(sim) == ""
    assert ("q1" in sim.queues) is current


def test_the_capacity_check_of_a_recreated_queue_ignores_the_old_queue(sim, run, member):
    before = member("q1", cu_count=64, description="old").queue_id
    result = run("dli_queue", **{**CREATE, "cu_count": 64}, description="new", force_recreate=True)
    assert result["changed"]
    assert sim.queues["q1"].queue_id != before
    assert home(sim) == "pool1"


def test_a_queue_that_cannot_be_recreated_in_the_pool_is_not_deleted(sim, run, member):
    before = member("q1", description="old").queue_id
    result = run("dli_queue", **{**CREATE, "cu_count": 256}, description="new", force_recreate=True)
    assert "max_cu of queue q1 is 256, max_cu of the pool is 128" in result["msg"]
    assert not result.writes
    assert sim.queues["q1"].queue_id == before


def test_an_error_of_joining_has_the_message_of_the_service(sim, run, pools, existing_queue):
    existing_queue("q1", enterprise_project_id="2f0e1d3c-4b5a-6978-8796-a5b4c3d2e1f0")
    result = run("dli_queue", **JOIN)
    assert "of the same enterprise project" in result["msg"]
    assert home(sim) == ""


# -- Policies.


def test_policies_are_sent_completely_and_as_numbers(sim, run, member):
    member("q1")
    night = policy("32", "64", "22:00", "06:00", priority="5")
    result = run("dli_queue", name="q1", scaling_policies=[night, policy("16", "32")])
    (put,) = result.writes
    inherits = {"inherit_elastic_resource_pool_max_cu": False}
    assert put.path.endswith("/elastic-resource-pools/pool1/queues/q1")
    assert put.body == {
        "queue_scaling_policies": [
            {"priority": 1, **policy(16, 32), **inherits},
            {"priority": 5, **policy(32, 64, "22:00", "06:00"), **inherits},
        ]
    }
    assert sim.queues["q1"].queue_scaling_policies == [
        Policy(1, "00:00", "24:00", 16, 32),
        Policy(5, "22:00", "06:00", 32, 64),
    ]


def test_policies_as_texts_and_in_another_order_are_equal(run, member):
    queue = member("q1")
    queue.queue_scaling_policies = [
        Policy("5", "22:00", "06:00", "32", "64", "false"),
        Policy("1", "00:00", "24:00", "16", "32", "false"),
    ]
    night = policy(32, 64, "22:00", "06:00", priority=5)
    result = run("dli_queue", name="q1", scaling_policies=[policy(16, 32), night])
    assert not result["changed"]
    assert result.sent == ["GET queues/q1 200", "GET elastic-resource-pools/pool1/queues 200"]


@pytest.mark.parametrize("check", [True, False])
def test_the_queues_of_a_pool_are_read_once_before_the_change(sim, run, member, check):
    member("other")
    member("q1")
    result = run("dli_queue", check=check, name="q1", scaling_policies=[policy(32, 64)])
    assert result["changed"]
    assert [sent for sent in result.sent if sent.startswith("GET elastic")] == [
        "GET elastic-resource-pools/pool1/queues 200",
        "GET elastic-resource-pools 200",
        *([] if check else ["GET elastic-resource-pools/pool1/queues 200"]),
    ]
    assert sim.queues["q1"].queue_scaling_policies == [Policy(1, "00:00", "24:00", *((16, 16) if check else (32, 64)))]


def test_the_maximum_of_a_policy_that_inherits_is_not_compared(sim, run, member):
    member("q1")
    requested = {"name": "q1", "scaling_policies": [policy(16, 32, inherit_elastic_resource_pool_max_cu=True)]}
    assert run("dli_queue", **requested)["changed"]
    assert sim.queues["q1"].queue_scaling_policies == [Policy(1, "00:00", "24:00", 16, 128, True)]
    again = run("dli_queue", **requested)
    assert not again["changed"]
    assert again["queue"]["scaling_policies"][0]["max_cu"] == 128
    # Not inheriting any more is a change.
    assert run("dli_queue", name="q1", scaling_policies=[policy(16, 32)])["changed"]
    assert sim.queues["q1"].queue_scaling_policies == [Policy(1, "00:00", "24:00", 16, 32)]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("requested", "words"),
    [
        ([policy(16, 144)], "max_cu of queue q1 is 144, max_cu of the pool is 128"),
        ([policy(52, 64)], "the sum of min_cu of the queues is 68, min_cu of the pool is 64"),
        # The other queue leaves 48 CUs at every hour.
        (
            [policy(64, 64), policy(64, 128, "23:00", "01:00")],
            "the sum of min_cu of the queues is 80, min_cu of the pool is 64",
        ),
    ],
)
def test_policies_that_the_pool_does_not_allow_fail_before_a_write(sim, run, member, check, requested, words):
    member("other")
    member("q1")
    result = run("dli_queue", check=check, name="q1", scaling_policies=requested)
    assert words in reported(result, check)
    assert not result.writes
    assert sim.queues["q1"].queue_scaling_policies == [Policy(1, "00:00", "24:00", 16, 16)]


@pytest.mark.parametrize("check", [True, False])
def test_a_queue_that_the_pool_cannot_hold_is_not_created(sim, run, member, check):
    member("other")
    result = run("dli_queue", check=check, **CREATE, scaling_policies=[policy(64, 64)])
    assert "the sum of min_cu of the queues is 80, min_cu of the pool is 64" in reported(result, check)
    assert not result.writes
    assert "q1" not in sim.queues


@pytest.mark.parametrize("check", [True, False])
def test_policies_of_a_queue_outside_a_pool_fail_with_a_hint(sim, run, pools, existing_queue, check):
    existing_queue("q1")
    result = run("dli_queue", check=check, name="q1", scaling_policies=[policy(16, 32)])
    assert "Cannot set scaling_policies of queue q1: it is in no elastic resource pool." in result["msg"]
    assert "elastic_resource_pool_name" in result["error"]["hint"]
    assert not result.writes
    result = run("dli_queue", check=check, name="q2", cu_count=16, scaling_policies=[policy(16, 32)])
    assert "elastic_resource_pool_name is required to create queue q2 with scaling_policies" in result["msg"]
    assert set(sim.queues) == {"default", "q1"}


def test_policies_of_a_queue_on_a_later_page_are_found(run, sim, member):
    sim.pools["pool1"].min_cu = sim.pools["pool1"].max_cu = 4096
    for number in range(120):
        member(f"a{number}")
    member("z", queue_scaling_policies=[{"priority": 1, **policy(16, 32)}])
    assert not run("dli_queue", name="z", scaling_policies=[policy(16, 32)])["changed"]


def test_the_next_run_completes_a_partial_change(sim, run, pools):
    requested = {**CREATE, "scaling_policies": [policy(16, 32)], "tags": {"a": "1"}}
    sim.inject(kind="status", method="PUT", path="pools/pool1/queues/q1$", status=400, error_code="DLI.0999")
    failed = run("dli_queue", **requested)
    assert failed.failed
    assert "Could not set the scaling policies of queue q1" in failed["msg"]
    assert sim.queues["q1"].queue_scaling_policies == [Policy(1, "00:00", "24:00", 16, 16)]
    completed = run("dli_queue", **requested)
    assert [r.method for r in completed.writes if "connection-test" not in r.path] == ["PUT"]
    assert sim.queues["q1"].queue_scaling_policies == [Policy(1, "00:00", "24:00", 16, 32)]
    assert not run("dli_queue", **requested)["changed"]


@pytest.mark.parametrize(
    ("options", "least", "kind"),
    [
        ({"queue_type": "general"}, 4, "queue_type=general"),
        ({"queue_type": "sql"}, 8, "queue_type=sql"),
        ({}, 8, "queue_type=sql"),
        ({"engine": "hetuEngine"}, 96, "engine=hetuEngine"),
    ],
    ids=str,
)
def test_the_smallest_queue_in_a_pool_depends_on_its_type(sim, run, options, least, kind):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "big", "min_cu": 256, "max_cu": 256}]})
    inside = {"elastic_resource_pool_name": "big", **options}
    result = run("dli_queue", name="q1", cu_count=least - 4, **inside)
    if least > 4:
        assert f"cu_count must be at least {least} to create a queue of this type ({kind})" in result["msg"]
    # Validation of options refuses 0 earlier.
    assert result.failed
    assert not result.writes
    assert run("dli_queue", name="q1", cu_count=least, wait=False, **inside)["changed"]


@pytest.mark.parametrize(
    ("module", "method", "path", "options"),
    [
        ("dli_elastic_resource_pool", "POST", "elastic-resource-pools$", {"min_cu": 64, "max_cu": 64}),
        ("dli_queue", "POST", "queues$", {"cu_count": 16, "elastic_resource_pool_name": "pool1"}),
        ("dli_queue", "PUT", "queues/q1/action", {"cu_count": 128}),
    ],
)
def test_where_something_else_is_sold_out_the_hint_names_no_pool(cloud, run, module, method, path, options):
    cloud.queues["q1"].cu_count = 64
    message = "The resource is sold out."
    cloud.inject(kind="status", status=400, method=method, path=path, error_code="DLI.0001", error_msg=message)
    result = run(module, name="q1" if method == "PUT" else "new", **options)
    assert result["error"]["hint"].startswith("Request fewer CUs")


def test_where_queues_outside_pools_are_sold_out_the_hint_names_the_way_out(sim, run):
    sim.set_knobs(sold_out=True)
    result = run("dli_queue", name="q1", cu_count=16)
    assert "Create a pool and the queue in it (elastic_resource_pool_name)" in result["error"]["hint"]


def test_a_policy_without_a_priority_keeps_the_current_one(sim, run):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "p1", "min_cu": 64, "max_cu": 64}]})
    sim.load_seed({"queues": [{"queue_name": "q1", "elastic_resource_pool_name": "p1"}]})
    policy = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
    assert run("dli_queue", name="q1", scaling_policies=[{**policy, "priority": 5}])["changed"]
    result = run("dli_queue", name="q1", scaling_policies=[policy])
    assert not result["changed"]
    assert result["queue"]["scaling_policies"][0]["priority"] == 5

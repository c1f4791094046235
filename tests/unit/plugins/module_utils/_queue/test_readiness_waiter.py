# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""readiness_waiter: waiting for several queues at once, and failing if it is too early to bind."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import Conflict, WaitTimeout
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import readiness, readiness_waiter
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait.budget import WaitBudget


def budget(timeout=2700):
    return WaitBudget(wait=True, timeout=timeout, interval=15)


def read(api, *names):
    return [queues.find(api, name) for name in names]


def requested(sim):
    return [r.path.split("/")[-2] for r in sim.requests if r.path.endswith("connection-test")]


def test_several_queues_are_waited_for_in_parallel(sim, clock, api, existing_queue):
    existing_queue("old")
    existing_queue("young", age=100)
    existing_queue("younger", age=0)
    seen, warnings = readiness_waiter.wait_for_queues(api, read(api, "old", "young", "younger"), 600, budget())
    assert {name: each.source for name, each in seen.items()} == {
        "old": "age",
        "young": "connectivity_test",
        "younger": "connectivity_test",
    }
    assert all(each.ready for each in seen.values())
    assert warnings == ()
    assert 240 <= clock.slept <= 285
    assert "old" not in requested(sim)
    # Once a queue is ready, it is not tested again.
    answered = [r for r in sim.requests if r.path.endswith("young/connection-test") and r.status == 200]
    assert len(answered) == 1


def test_after_the_first_round_a_poll_costs_one_request(sim, clock, api, existing_queue):
    names = [f"q{n}" for n in range(10)]
    for name in names:
        existing_queue(name, age=0)
    wanted = read(api, *names)
    readiness_waiter.wait_for_queues(api, wanted, 600, budget())
    polls = len(clock.sleeps)
    # The first poll tests each of them, and so does the last one, when all of them have become ready in parallel.
    assert len(requested(sim)) == 10 + polls - 1 + 10
    assert 240 <= clock.slept <= 285


def test_a_pool_that_was_available_is_not_read_again(sim, clock, api, existing_queue):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1"}]})
    existing_queue("young", age=120, elastic_resource_pool_name="pool1")
    # At the top of the hour a pool may scale for reasons of its own.
    sim.state.scheduler.add(sim.clock.now() + 60, lambda _moment: setattr(sim.pools["pool1"], "status", "SCALING"))
    seen, _warnings = readiness_waiter.wait_for_queues(api, read(api, "young"), 600, budget())
    assert seen["young"] == readiness.CLUSTER_RESPONDS
    assert len([r for r in sim.requests if r.path.endswith("/elastic-resource-pools")]) == 1
    assert 120 <= clock.slept <= 140


def test_no_queue_costs_nothing(sim, clock, api):
    assert readiness_waiter.wait_for_queues(api, [], 600, budget()) == ({}, ())
    assert not sim.requests
    assert not clock.sleeps


def test_a_wait_that_is_too_short_names_who_is_not_ready(sim, clock, api, existing_queue):
    existing_queue("old")
    existing_queue("young", age=0)
    with pytest.raises(WaitTimeout) as raised:
        readiness_waiter.wait_for_queues(api, read(api, "old", "young"), 600, budget(60))
    assert "last state: the cluster of young does not respond yet." in str(raised.value)
    assert clock.slept == pytest.approx(60, abs=2)


def test_there_is_a_warning_for_each_queue_that_cannot_be_tested(sim, api, existing_queue):
    sim.set_knobs(unpublished=["/connection-test$"])
    existing_queue("a", age=550)
    existing_queue("b", age=580)
    _seen, warnings = readiness_waiter.wait_for_queues(api, read(api, "a", "b"), 600, budget())
    assert [warning.split()[1] for warning in warnings] == ["a", "b"]
    assert sorted(requested(sim)) == ["a", "b"]


def test_all_queues_and_pools_that_are_not_ready_are_named(sim, clock, api, existing_queue):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "status": "SCALING"}]})
    existing_queue("old")
    existing_queue("young", age=0)
    assert readiness_waiter.not_ready(api, read(api, "old", "young"), ["pool1"], 600) == [
        "queue young is not ready (according to connectivity_test)",
        "elastic resource pool pool1 is not AVAILABLE",
    ]
    assert not clock.sleeps


def test_ready_queues_and_pools_are_not_named(sim, api, existing_queue):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1"}]})
    existing_queue("old")
    assert readiness_waiter.not_ready(api, read(api, "old"), ["pool1"], 600) == []
    assert not requested(sim)


def test_a_pool_is_waited_for_until_it_is_available(sim, clock, api):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "status": "SCALING"}]})
    sim.state.scheduler.add(sim.clock.now() + 50, lambda _moment: setattr(sim.pools["pool1"], "status", "AVAILABLE"))
    readiness_waiter.wait_for_pool(api, "pool1", budget())
    assert 50 <= clock.slept <= 56


def test_a_pool_is_not_mistaken_for_one_whose_name_contains_its_own(sim, api):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool10"}]})
    with pytest.raises(Conflict, match=r"Elastic resource pool pool1 does not exist\."):
        readiness_waiter.pool_is_available(api, "pool1")


def test_a_failed_pool_says_why(sim, api):
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1", "status": "FAILED", "fail_reason": "No room"}]})
    with pytest.raises(Conflict, match=r"Elastic resource pool pool1 is FAILED: No room\."):
        readiness_waiter.wait_for_pool(api, "pool1", budget())

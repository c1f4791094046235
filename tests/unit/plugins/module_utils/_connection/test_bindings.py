# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of the bindings, on plain data."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection import bindings
from hypothesis import given
from hypothesis import strategies as st

# The pool of each queue. Other queues do not exist.
POOL_OF = {"q1": "", "q2": "", "q3": "", "a1": "pool_a", "a2": "pool_a", "b1": "pool_b"}


def existing(queues=(), pools=(), status="ACTIVE"):
    return connections.from_api(
        {
            "id": "1",
            "name": "test1",
            "available_queue_info": [{"name": name, "status": status} for name in queues],
            "elastic_resource_pools": [{"name": name, "status": status} for name in pools],
        }
    )


def params(queues=None, pools=None, purge_queues=True, purge_pools=True):
    return {
        "queues": queues,
        "purge_queues": purge_queues,
        "elastic_resource_pools": pools,
        "purge_elastic_resource_pools": purge_pools,
    }


def found(names):
    """These queues as the service returns them."""
    return {
        name: {"name": name, "resource_mode": 1, "elastic_resource_pool_name": POOL_OF[name]}
        if name in POOL_OF
        else None
        for name in names
    }


def planned(wanted, current):
    return bindings.plan(wanted, current, found(bindings.unresolved(wanted, current)))


def sets(plan):
    parts = (plan.bind_queues, plan.bind_pools, plan.unbind_queues, plan.unbind_pools)
    return tuple(sorted(part) for part in parts)


@pytest.mark.parametrize(
    ("now", "wanted", "bind_and_unbind"),
    [
        ((), params(), ([], [], [], [])),
        ((["q1"], ["pool_a"]), params(), ([], [], [], [])),
        ((["q1"], ["pool_a"]), params(queues=[], pools=[]), ([], [], ["q1"], ["pool_a"])),
        ((["q1"], ["pool_a"]), params(queues=["q2"]), (["q2"], [], ["q1"], [])),
        ((["q1"], ["pool_a"]), params(pools=["pool_b"]), ([], ["pool_b"], [], ["pool_a"])),
        ((["q1"], []), params(queues=["q2"], purge_queues=False), (["q2"], [], [], [])),
        (([], ["pool_a"]), params(pools=["pool_b"], purge_pools=False), ([], ["pool_b"], [], [])),
        ((), params(queues=["a1", "a2"]), ([], ["pool_a"], [], [])),
        (([], ["pool_a"]), params(queues=["a1"]), ([], [], [], [])),
        # Pools are unbound only if the task lists pools.
        (([], ["pool_a", "pool_b"]), params(queues=["a1"]), ([], [], [], [])),
        (([], ["pool_a", "pool_b"]), params(queues=["a1"], pools=[]), ([], [], [], ["pool_b"])),
        # A queue that was bound by its own name before it joined a pool stays as it is.
        ((["a1"], []), params(queues=["a1"]), ([], [], [], [])),
        ((["q1"], []), params(queues=["A1"]), ([], ["pool_a"], ["q1"], [])),
        ((["q1"], ["pool_a"]), params(queues=["Q1"], pools=["POOL_A"]), ([], [], [], [])),
        ((), params(queues=["not_there"]), (["not_there"], [], [], [])),
    ],
)
def test_what_is_bound_and_unbound(now, wanted, bind_and_unbind):
    assert sets(planned(wanted, existing(*now))) == bind_and_unbind


def test_a_new_connection_gets_every_binding():
    plan = bindings.plan(params(["q1", "a1"], ["pool_b"]), None, found(["q1", "a1"]))
    assert sets(plan) == (["q1"], ["pool_a", "pool_b"], [], [])
    assert plan.bound_via == {"a1": "pool_a"}
    assert (plan.binds, plan.unbinds) == (True, False)


@pytest.mark.parametrize(
    ("wanted", "current", "names"),
    [
        (params(), None, []),
        (params(["Q2", "q1"]), None, ["q1", "q2"]),
        (params(["q1", "q2", "a1"]), existing(["q1"], ["pool_a"]), ["a1", "q2"]),
        (params(["q1"]), existing(["q1"]), []),
    ],
)
def test_only_queues_that_are_not_bound_by_their_name_are_looked_up(wanted, current, names):
    assert bindings.unresolved(wanted, current) == names


def test_missing_and_shared_queues_are_distinguished():
    found_queues = {**found(["q1", "nowhere"]), "common": {"resource_mode": 0}, "unset": {"resource_mode": None}}
    assert bindings.missing(found_queues) == ["nowhere"]
    assert bindings.shared(found_queues) == ["common"]


def test_only_a_failed_pool_that_would_be_unbound_is_an_error():
    wanted = params(queues=[], pools=["pool_b"])
    assert bindings.failed_pools(existing(), planned(wanted, existing())) is None
    for status, fails in (("ACTIVE", False), ("CREATING", False), ("FAILED", True)):
        current = existing(["q1"], ["pool_a", "pool_b"], status)
        problem = bindings.failed_pools(current, planned(wanted, current))
        assert (problem is not None) == fails
    assert "pool_a" in str(problem)
    assert "pool_b" not in str(problem)


some_queues = st.lists(st.sampled_from([*POOL_OF, "Q1", "A1", "B1"]), unique=True)
some_pools = st.lists(st.sampled_from(["pool_a", "pool_b", "pool_c", "POOL_A"]), unique=True)
own_names = [name for name, pool in POOL_OF.items() if not pool]


@given(
    now=st.builds(
        existing,
        st.lists(st.sampled_from(own_names), unique=True),
        st.lists(st.sampled_from(["pool_a", "pool_b", "pool_c"]), unique=True),
    ),
    wanted=st.builds(params, st.none() | some_queues, st.none() | some_pools, st.booleans(), st.booleans()),
)
def test_the_plan_leads_to_the_requested_state_and_leaves_nothing_to_do(now, wanted):
    plan = planned(wanted, now)
    end = bindings.predicted(now, plan, connections.ACTIVE)
    end_queues, end_pools = set(end["queues"]), set(connections.pool_names(end))

    requested = {name.lower() for name in wanted["queues"] or ()}
    by_name = {name for name in requested if not POOL_OF[name]}
    pools = {name.lower() for name in wanted["elastic_resource_pools"] or ()} | {
        POOL_OF[name] for name in requested if POOL_OF[name]
    }
    keeps_queues = wanted["queues"] is None or not wanted["purge_queues"]
    keeps_pools = wanted["elastic_resource_pools"] is None or not wanted["purge_elastic_resource_pools"]
    assert end_queues == by_name | (set(now["queues"]) if keeps_queues else set())
    assert end_pools == pools | (set(connections.pool_names(now)) if keeps_pools else set())

    assert connections.is_ready(end, plan.requested_queues, plan.requested_pools)
    assert not plan.bind_queues & set(now["queues"])
    assert plan.unbind_queues <= set(now["queues"])
    assert plan.unbind_pools <= set(connections.pool_names(now))
    again = planned(wanted, end)
    assert (again.binds, again.unbinds) == (False, False)
    assert again.bound_via == plan.bound_via

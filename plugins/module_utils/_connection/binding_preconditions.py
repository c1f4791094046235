# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what is to be bound to a connection can be: it exists, it is not shared, it is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import connections, pools, queues
from .._core.errors import Conflict
from .._queue import readiness_waiter
from . import bindings as binding_plan

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

    Connection = dict[str, Any]
    Plan = binding_plan.Plan

# After so many seconds of waiting, what was read before may be outdated.
LONG_AGO = 5.0


def plan(
    api: Client, params: dict[str, Any], dry_run: bool, current: Connection | None
) -> tuple[Plan, dict[str, Any], tuple[str, ...]]:
    """The plan, the queues whose home matters, and warnings. Raises Conflict with everything that cannot be bound.

    In check mode what does not exist is a warning, because an earlier task may be the one to create it.
    """
    names = binding_plan.unresolved(params, current)
    in_bound_pools = _queues_of_bound_pools(api, names, current)
    pools_of_queues = {
        **in_bound_pools,
        **queues.by_name(api, [name for name in names if name not in in_bound_pools]),
    }
    made = binding_plan.plan(params, current, pools_of_queues)
    never = [
        f"queue {name} is shared (resource_mode 0), and only dedicated queues can be bound"
        for name in binding_plan.shared(pools_of_queues)
    ]
    missing = [f"queue {name} does not exist" for name in binding_plan.missing(pools_of_queues)]
    named = made.bind_pools - set(made.bound_via.values())
    # The state of a single pool is looked at before it is bound, and then told if it is the only thing.
    if dry_run or never or missing or len(named) > 1:
        missing += [f"elastic resource pool {name} does not exist" for name in pools.missing(api, named)]
    if problems := never if dry_run else never + missing:
        raise Conflict(f"Connection {params['name']} cannot be bound as asked: {'; '.join(problems)}.")
    return (
        made,
        pools_of_queues,
        tuple(f"{text[0].upper()}{text[1:]} yet, so it could not be bound now." for text in missing),
    )


def _queues_of_bound_pools(api: Client, names: list[str], current: Connection | None) -> dict[str, dict[str, Any]]:
    """The queues that live in pools which are bound already: pools are few and name their queues."""
    bound = connections.pool_names(current) if current else []
    if len(names) < 2 or not bound:
        return {}
    return {
        name: queues.in_pool(name, pool["name"])
        for pool in pools.list_all(api, {})
        if pool["name"] in bound
        for name in pool["queues"]
        if name in names
    }


class WaitResult(NamedTuple):
    """How the wait for queues and pools went: whether it took long, and what to tell about it."""

    long: bool = False
    warnings: tuple[str, ...] = ()


def wait(
    api: Client, params: dict[str, Any], plan: Plan, pools_of_queues: dict[str, Any], budget: WaitBudget
) -> WaitResult:
    """See to it that everything that is about to be bound can be; without ``wait``, refuse what cannot yet."""
    via = {name for name, pool in plan.bound_via.items() if pool in plan.bind_pools}
    wanted = [pools_of_queues[name] for name in sorted(plan.bind_queues | via)]
    named = sorted(plan.bind_pools - {plan.bound_via[name] for name in via})
    if not wanted and not named:
        return WaitResult()
    if not budget.wait:
        readiness_waiter.raise_if_not_ready(api, wanted, named, params["ready_age"])
        return WaitResult()
    begun = budget.deadline.elapsed()
    # First what may turn out never to be bindable: queues take minutes.
    for pool in named:
        readiness_waiter.wait_for_pool(api, pool, budget)
    _seen, warnings = readiness_waiter.wait_for_queues(api, wanted, params["ready_age"], budget)
    return WaitResult(budget.deadline.elapsed() - begun >= LONG_AGO, warnings)

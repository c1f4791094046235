# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the queues and pools to bind can be bound: they exist, are not shared and are ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import connections, pools, queues
from .._core.errors import Conflict
from . import bindings

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._api.pools import Pool
    from .._api.queues import Queue
    from .._core.refusals import Refusals
    from .._http.client import Client
    from .bindings import BindingPlan, Queues
    from .task import ConnectionTask

# In seconds. After such a wait, earlier readings of the connection are outdated.
LONG_WAIT = 5.0
BOUND_EARLY = (
    "The binding of a queue that is not ready can stay in CREATING permanently; in that case unbind the queue and bind "
    "it again. With wait=true, the module binds it when it is ready."
)


def resolve(
    task: ConnectionTask, current: Connection | None, refusals: Refusals
) -> tuple[BindingPlan, Queues, tuple[str, ...]]:
    """Return the plan of the bindings, the queues that were looked up for it, and warnings.

    Everything that cannot be bound is one of the ``refusals``, and the plan does not change its option. In check mode
    a missing queue or pool is a warning, because an earlier task of the play may be the one that creates it.
    """
    names = bindings.unresolved(task.params, current)
    found = _queues_of_bound_pools(task.api, names, current)
    found_queues = {**found, **queues.by_name(task.api, [name for name in names if name not in found])}
    plan = bindings.plan(task.params, current, found_queues)
    shared = [
        f"queue {name} is shared (resource_mode 0) and only dedicated queues can be bound"
        for name in bindings.shared(found_queues)
    ]
    missing = [f"queue {name}" for name in bindings.missing(found_queues)]
    found_pools: Mapping[str, Pool | None] = {}
    # A single pool is read before it is bound, which also shows whether it exists and is FAILED.
    if task.dry_run or shared or missing or len(plan.pools_by_name) > 1:
        found_pools = pools.by_name(task.api, plan.pools_by_name)
    no_pool = [f"elastic resource pool {name}" for name, pool in found_pools.items() if pool is None]
    failures = [failure for pool in found_pools.values() if pool and (failure := pools.failure(pool))]
    texts = (f"{each[0].upper()}{each[1:]} does not exist yet and cannot be bound now." for each in missing + no_pool)
    if task.may_appear:
        missing, no_pool = [], []
    problems = {
        "queues": [*shared, *map(_not_found, missing)],
        "elastic_resource_pools": [
            *map(_not_found, no_pool),
            *(failure.message.removesuffix(".") for failure in failures),
        ],
    }
    errors = [_refusal(task.name, shared, missing + no_pool)] if shared + missing + no_pool else []
    if errors := errors + failures:
        refusals.add(errors[0], bindings.requested_differences(current, plan, problems))
        for error in errors[1:]:
            refusals.add(error)
        plan = bindings.plan({**task.params, **_unset(problems)}, current, {} if problems["queues"] else found_queues)
    return plan, found_queues, tuple(texts) if task.may_appear else ()


def _unset(problems: Mapping[str, list[str]]) -> Any:
    """The options that have problems, as if the task did not set them."""
    return {option: None for option, texts in problems.items() if texts}


def _not_found(label: str) -> str:
    return f"{label} does not exist"


def _refusal(name: str, shared: list[str], missing: list[str]) -> Conflict:
    error = Conflict(
        f"Cannot bind queues and pools to connection {name}: {'; '.join([*shared, *map(_not_found, missing)])}.",
        hint=_hint(missing),
        reason="not_found" if missing else "rule",
    )
    error.missing = frozenset() if shared else frozenset(missing)
    return error


def _hint(missing: list[str]) -> str | None:
    if len(missing) > 1:
        return "Check the names, the region and the project."
    return queues.CHECK_NAME if missing else None


def _queues_of_bound_pools(api: Client, names: list[str], current: Connection | None) -> dict[str, Queue | None]:
    """The queues in pools that are bound already: one list of pools replaces a request for each queue."""
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
    """Whether the wait for queues and pools was long, and its warnings."""

    long: bool = False
    warnings: tuple[str, ...] = ()


def wait(task: ConnectionTask, plan: BindingPlan, found_queues: Queues) -> WaitResult:
    """Wait until all queues and pools to bind are ready. Without ``wait``, return a warning if one is not ready."""
    to_check = [queue for name in plan.queues_to_check if (queue := found_queues[name]) is not None]
    if not to_check and not plan.pools_by_name:
        return WaitResult()
    from .._queue import readiness_waiter

    ready_age, budget = task.params["ready_age"], task.budget
    if not budget.wait:
        unready = readiness_waiter.not_ready(task.api, to_check, plan.pools_by_name, ready_age)
        return WaitResult(warnings=tuple(f"{text[0].upper()}{text[1:]}. {BOUND_EARLY}" for text in unready))
    start = budget.deadline.elapsed()
    # Pools first: a pool can turn out to be FAILED, and queues take minutes.
    for pool in plan.pools_by_name:
        readiness_waiter.wait_for_pool(task.api, pool, budget)
    _seen, warnings = readiness_waiter.wait_for_queues(task.api, to_check, ready_age, budget)
    return WaitResult(budget.deadline.elapsed() - start >= LONG_WAIT, warnings)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_elastic_resource_pool: read the pool, decide, and apply the decision."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._api import pools
from .._api.task import Task
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import delta, given
from .._core.errors import Busy, Conflict, DliError, not_shown
from .._core.refusals import Refusals
from .._core.results import Outcome
from .._wait.budget import wait_budget
from . import operations, preconditions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.pools import Pool, PoolOptions, PoolQueue
    from .._http.client import Client
    from .params import PoolParams, PoolTask

ASPECTS = (tags.OF_POOLS,)


class Plan(NamedTuple):
    """The decision about a pool. The ``changed``, the diff and the prediction of a result come from it.

    ``change`` and ``aspects`` are what the run changes. The functions that carry out a plan return it with what really
    changed.
    """

    diff_before: Mapping[str, Any]
    diff_after: Mapping[str, Any]
    predicted: Pool
    aspects: aspects.Decisions
    change: PoolOptions
    creates: bool = False
    pool_queues: list[PoolQueue] | None = None
    warnings: tuple[str, ...] = ()

    def outcome(self, after: Pool) -> Outcome:
        """The outcome of the run with the pool as it is afterwards, or as it is predicted."""
        return Outcome(
            changed=self.creates or bool(self.change) or self.aspects.changes,
            after={**after, "pool_queues": self.pool_queues, **self.aspects.after},
            diff_before=self.diff_before if self.creates else {**self.diff_before, **self.aspects.before},
            diff_after={**self.diff_after, **self.aspects.after},
            warnings=(*self.warnings, *self.aspects.warnings),
            unsupported=self.aspects.unsupported,
        )


def requested(task: PoolTask) -> PoolOptions:
    """The given options that describe the pool, under the names of its fields."""
    fields = (*pools.CHANGEABLE, *pools.FIXED_AT_CREATION)
    return cast("PoolOptions", given({key: value for key, value in task.params.items() if key in fields}))


def ensure(api: Client, params: PoolParams, dry_run: bool) -> Outcome:
    """Bring the pool into the requested state; with ``dry_run``, only decide what would change."""
    task = Task(api, params, dry_run, wait_budget(params))
    with api.with_deadline(task.budget.deadline):
        current = pools.find(api, task.name)
        if params["state"] == "absent":
            return _ensure_absent(task, current)
        return _ensure_present(task, current)


def _ensure_present(task: PoolTask, current: Pool | None) -> Outcome:
    if current is None:
        return _ensure_created(task, replaced=None)
    change = cast("PoolOptions", delta(requested(task), current, pools.NORMAL))
    if task.params["force_recreate"] and preconditions.immutable_changes(current, change):
        return _ensure_created(task, replaced=current)
    return _ensure_changed(task, current, change)


def _ensure_absent(task: PoolTask, current: Pool | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    warnings = preconditions.check_deletion(current, may_become_empty=task.may_appear)
    if not task.dry_run and not operations.delete(task.api, current, task.budget):
        return Outcome(changed=False, after=None, warnings=warnings)
    return Outcome(changed=True, after=None, diff_before=pools.managed(current), warnings=warnings)


def _ensure_created(task: PoolTask, *, replaced: Pool | None) -> Outcome:
    plan = _plan_creation(task, replaced)
    if task.dry_run:
        return plan.outcome(plan.predicted)
    if not _create(task, plan, replaced):
        # Another client created the same pool after this task had looked for it.
        return _ensure_changed(task, _existing(task), {})
    return plan.outcome(_settled(task, plan.predicted, listed=False))


def _existing(task: PoolTask) -> Pool:
    pool = pools.find(task.api, task.name)
    if pool is None:
        raise Conflict(
            f"Elastic resource pool {task.name} disappeared while this task was running.", reason="concurrent"
        )
    return pool


def _plan_creation(task: PoolTask, replaced: Pool | None) -> Plan:
    options, decided = requested(task), aspects.decide_for_new(ASPECTS, task.params)
    preconditions.check_creation(task.name, options)
    warnings = preconditions.check_deletion(replaced, may_become_empty=task.may_appear) if replaced else ()
    status = pools.AVAILABLE if task.budget.wait else pools.CREATING
    return Plan(
        change={},
        creates=True,
        diff_before={**pools.managed(replaced), **_lost_with(task, replaced)} if replaced else {},
        diff_after={"name": task.name, **options},
        predicted=pools.from_api(
            {"elastic_resource_pool_name": task.name, "status": status, **pools.DEFAULTS, **options}
        ),
        aspects=decided,
        warnings=warnings,
    )


def _lost_with(task: PoolTask, replaced: Pool) -> dict[str, Any]:
    """The current state of the requested aspects of a pool that is about to be replaced; all of it gets lost."""
    return aspects.decide(task.api, ASPECTS, {**task.params, "purge_tags": True}, replaced).before


def _create(task: PoolTask, plan: Plan, replaced: Pool | None) -> bool:
    """Create the pool, after deleting the one that it replaces. False if another client has just created it."""
    contents = {**requested(task), **plan.aspects.at_creation}
    if replaced is None:
        return operations.create(task.api, task.name, contents)
    # Waits even without `wait`: the name is free only when the old pool is gone.
    operations.delete(task.api, replaced, task.budget.always_waiting())
    try:
        if operations.create(task.api, task.name, contents):
            return True
        raise Conflict(
            f"Another client created elastic resource pool {task.name} after this task had deleted it.",
            reason="concurrent",
        )
    except DliError as exc:
        again = "The old pool is already deleted; run the task again to create the new one."
        exc.hint = f"{exc.hint or ''} {again}".strip()
        raise


def _ensure_changed(task: PoolTask, current: Pool, change: PoolOptions) -> Outcome:
    plan = _plan_change(task, current, change)
    if task.dry_run:
        return plan.outcome(plan.predicted)
    plan, after = _apply(task, current, plan)
    return plan.outcome(after)


def _plan_change(task: PoolTask, current: Pool, change: PoolOptions) -> Plan:
    refusals = Refusals()
    pool_queues = preconditions.check_change(task.api, current, change, refusals)
    decided = aspects.decide(task.api, ASPECTS, task.params, current, refusals)
    refused = refusals.options
    possible = {key: value for key, value in change.items() if key not in refused}
    refusals.raise_all(
        {**pools.managed(current), **decided.before}, {**pools.managed({**current, **possible}), **decided.after}
    )
    return Plan(
        change=change,
        diff_before=pools.managed(current),
        diff_after=pools.managed({**current, **change}),
        predicted=_predicted(task, current, change),
        aspects=decided,
        pool_queues=pool_queues,
    )


def _predicted(task: PoolTask, current: Pool, change: PoolOptions) -> Pool:
    """The pool after the change; fields that only the service can fill in are None."""
    after = cast("Pool", {**current, **change})
    resized = bool(change.keys() & set(pools.SIZES))
    if task.budget.wait:
        after["status"] = pools.AVAILABLE
    elif resized:
        after["status"] = pools.SCALING
    if change:
        after["update_time"] = after["update_time_iso"] = None
    if resized or _waits_for_state(task, current):
        after["current_cu"] = after["actual_cu"] = None
    return after


def _waits_for_state(task: PoolTask, current: Pool) -> bool:
    return task.budget.wait and current["status"] in pools.TRANSIENT


def _apply(task: PoolTask, current: Pool, plan: Plan) -> tuple[Plan, Pool]:
    """Send the changes; returns the plan as carried out, and the pool as it is afterwards.

    With ``wait``, a transient state is waited for.
    """
    change, waits_for_state = plan.change, _waits_for_state(task, current)
    if change:
        _send(task, change)
    plan = plan._replace(aspects=plan.aspects.apply(task.api, current, task.budget))
    if not change and not waits_for_state:
        return plan, current
    after = _settled(task, plan.predicted, listed=True)
    # Without `wait`, limits may change later.
    shown = change if task.budget.wait else {key: value for key, value in change.items() if key not in pools.SIZES}
    missing = tuple(not_shown(option, task.name) for option in delta(shown, after, pools.NORMAL))
    return plan._replace(warnings=plan.warnings + missing), after


def _send(task: PoolTask, change: PoolOptions) -> None:
    """Send the change. With ``wait``, after a rejection, wait until the pool is AVAILABLE, and send it again."""
    once = copy(task.budget)
    once.wait = False
    try:
        operations.update(task.api, task.name, change, once)
    except Busy:
        if not task.budget.wait:
            raise
        operations.wait_until(task.api, task.name, _is_available, "to be AVAILABLE before the change", task.budget)
        operations.update(task.api, task.name, change, task.budget)


def _settled(task: PoolTask, predicted: Pool, *, listed: bool) -> Pool:
    """The pool as it is now; with ``wait``, as soon as it is AVAILABLE and has the requested limits."""
    if not task.budget.wait:
        return pools.find(task.api, task.name) or predicted
    limits = predicted["max_cu"], predicted["min_cu"]

    def settled(pool: Pool) -> bool:
        return _is_available(pool) and (pool["max_cu"], pool["min_cu"]) == limits

    return operations.wait_until(task.api, task.name, settled, "to be AVAILABLE", task.budget, listed=listed)


def _is_available(pool: Pool) -> bool:
    return pool["status"] == pools.AVAILABLE

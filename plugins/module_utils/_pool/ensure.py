# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_elastic_resource_pool: read the pool, decide, and apply the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._api import pools
from .._api.task import Task
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import delta, given
from .._core.errors import DliError
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
    """The decision about a pool. The ``changed``, the diff and the prediction of a result come from it."""

    changed: bool
    diff_before: Mapping[str, Any]
    diff_after: Mapping[str, Any]
    predicted: Pool
    aspects: aspects.Decisions
    pool_queues: list[PoolQueue] | None = None
    warnings: tuple[str, ...] = ()

    def outcome(self, after: Pool) -> Outcome:
        """The outcome of the run with the pool as it is afterwards, or as it is predicted."""
        return Outcome(
            changed=self.changed,
            after={**after, "pool_queues": self.pool_queues, **self.aspects.after},
            diff_before={**self.diff_before, **self.aspects.before} if self.diff_before else {},
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
        if current is None:
            return _ensure_created(task, replaced=None)
        change = cast("PoolOptions", delta(requested(task), current, pools.NORMAL))
        if params["force_recreate"] and preconditions.immutable_problems(current, change):
            return _ensure_created(task, replaced=current)
        return _ensure_changed(task, current, change)


def _ensure_absent(task: PoolTask, current: Pool | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    warnings = preconditions.check_deletion(current, dry_run=task.dry_run)
    if not task.dry_run:
        operations.delete(task.api, current, task.budget)
    return Outcome(changed=True, after=None, diff_before=pools.managed(current), warnings=warnings)


def _ensure_created(task: PoolTask, *, replaced: Pool | None) -> Outcome:
    plan = _plan_creation(task, replaced)
    return plan.outcome(plan.predicted if task.dry_run else _create(task, plan, replaced))


def _plan_creation(task: PoolTask, replaced: Pool | None) -> Plan:
    options, decided = requested(task), aspects.decide_for_new(ASPECTS, task.params)
    preconditions.check_creation(task.name, options)
    warnings = preconditions.check_deletion(replaced, dry_run=task.dry_run) if replaced else ()
    status = pools.AVAILABLE if task.budget.wait else pools.CREATING
    return Plan(
        changed=True,
        diff_before=pools.managed(replaced) if replaced else {},
        diff_after={"name": task.name, **options},
        predicted=pools.from_api(
            {"elastic_resource_pool_name": task.name, "status": status, **pools.DEFAULTS, **options}
        ),
        aspects=decided,
        warnings=warnings,
    )


def _create(task: PoolTask, plan: Plan, replaced: Pool | None) -> Pool:
    """Create the pool, after deleting the one that it replaces, and return it as it is afterwards."""
    contents = {**requested(task), **plan.aspects.at_creation}
    if replaced is None:
        operations.create(task.api, task.name, contents)
    else:
        # Waits even without `wait`: the name is free only when the old pool is gone.
        operations.delete(task.api, replaced, task.budget.always_waiting())
        try:
            operations.create(task.api, task.name, contents)
        except DliError as exc:
            again = "The old pool is already deleted; run the task again to create the new one."
            exc.hint = f"{exc.hint or ''} {again}".strip()
            raise
    return _settled(task, plan.predicted, listed=False)


def _ensure_changed(task: PoolTask, current: Pool, change: PoolOptions) -> Outcome:
    plan = _plan_change(task, current, change)
    return plan.outcome(plan.predicted if task.dry_run else _apply(task, current, change, plan))


def _plan_change(task: PoolTask, current: Pool, change: PoolOptions) -> Plan:
    pool_queues = preconditions.check_change(task.api, current, change)
    decided = aspects.decide(task.api, ASPECTS, task.params, current)
    return Plan(
        changed=bool(change) or decided.changes,
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
    if resized:
        after["current_cu"] = after["actual_cu"] = None
    return after


def _apply(task: PoolTask, current: Pool, change: PoolOptions, plan: Plan) -> Pool:
    """Send the changes and return the pool as it is afterwards. With ``wait``, a transient state is waited for."""
    waits_for_state = current["status"] in pools.TRANSIENT and task.budget.wait
    if change:
        if waits_for_state:
            operations.wait_until(task.api, task.name, _is_available, "to be AVAILABLE before the change", task.budget)
        operations.update(task.api, task.name, change, task.budget)
    plan.aspects.send(task.api, current, task.budget)
    if change or waits_for_state:
        return _settled(task, plan.predicted, listed=True)
    return current


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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module dli_elastic_resource_pool does: read the pool, and change it if it is not as requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import pools
from .._api.policies import demand_problems
from .._api.task import Task
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import delta, given
from .._core.errors import Conflict, DliError, ImmutableOption, InvalidInput
from .._core.results import Outcome
from .._wait.budget import wait_budget
from . import operations, validation

if TYPE_CHECKING:
    from .._http.client import Client

    Pool = dict[str, Any]

ASPECTS = (tags.OF_POOLS,)


def requested(task: Task) -> dict[str, Any]:
    """The options of the task that describe the pool, as the list of pools shows them."""
    return given({key: task.params[key] for key in (*pools.CHANGEABLE, *pools.FIXED_AT_CREATION)})


def ensure(api: Client, params: dict[str, Any], dry_run: bool) -> Outcome:
    """Bring the pool into the state asked for; with ``dry_run``, only decide what that would change."""
    task = Task(api, params, dry_run, wait_budget(params))
    with api.with_deadline(task.budget.deadline):
        current = pools.find(api, task.name)
        if params["state"] == "absent":
            return _ensure_absent(task, current)
        if current is None:
            return _ensure_created(task, replaced=None)
        return _ensure_adjusted(task, current)


def _ensure_absent(task: Task, current: Pool | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    warnings = _refuse_deletion(task, current)
    if not task.dry_run:
        operations.delete(task.api, current, task.budget)
    return Outcome(changed=True, after=None, diff_before=pools.managed(current), warnings=warnings)


def _refuse_deletion(task: Task, current: Pool) -> tuple[str, ...]:
    """What stands in the way of a deletion; in check mode, a warning about what an earlier task may put right."""
    if current["charging_mode"] == pools.PREPAID:
        raise Conflict(
            f"Elastic resource pool {task.name} cannot be deleted: it is prepaid.",
            hint="Unsubscribe from it in the Billing Center.",
        )
    if not current["queues"]:
        return ()
    has_queues = (
        f"Elastic resource pool {task.name} cannot be deleted: these queues live in it: {', '.join(current['queues'])}."
    )
    if task.dry_run:
        return (has_queues,)
    raise Conflict(has_queues, hint="Delete the queues first; a queue cannot leave its pool in any other way.")


def _ensure_created(task: Task, *, replaced: Pool | None) -> Outcome:
    wanted, decided = requested(task), aspects.decide_for_new(ASPECTS, task.params)
    _check_creation(task.name, wanted)
    warnings = _refuse_deletion(task, replaced) if replaced else ()
    after = _predicted_new(task)
    if not task.dry_run:
        body = {**wanted, **decided.at_creation}
        if replaced is None:
            operations.create(task.api, task.name, body)
        else:
            _replace(task, replaced, body)
        after = _settled(task, after, listed=False)
    return Outcome(
        changed=True,
        after={**after, **decided.after},
        diff_before=pools.managed(replaced) if replaced else {},
        diff_after={"name": task.name, **wanted, **decided.after},
        warnings=warnings,
    )


def _check_creation(name: str, wanted: dict[str, Any]) -> None:
    if lacking := [key for key in pools.SIZES if key not in wanted]:
        raise InvalidInput(
            [f"{key}: is missing, and creating elastic resource pool {name} needs it" for key in lacking]
        )
    label = wanted.get("label", pools.DEFAULTS["label"])
    if problems := validation.size_problems(wanted["max_cu"], wanted["min_cu"], label):
        raise InvalidInput(problems)


def _predicted_new(task: Task) -> Pool:
    status = pools.AVAILABLE if task.budget.wait else pools.CREATING
    return pools.from_api(
        {"elastic_resource_pool_name": task.name, "status": status, **pools.DEFAULTS, **requested(task)}
    )


def _replace(task: Task, replaced: Pool, body: dict[str, Any]) -> None:
    # Also without `wait`: the name is free only when the old pool is gone.
    operations.delete(task.api, replaced, task.budget.always_waiting())
    try:
        operations.create(task.api, task.name, body)
    except DliError as exc:
        exc.hint = f"{exc.hint or ''} The old pool is deleted already; running the task again creates it anew.".strip()
        raise


def _ensure_adjusted(task: Task, current: Pool) -> Outcome:
    change = delta(requested(task), current, pools.NORMAL)
    fixed = [key for key in pools.FIXED_AT_CREATION if key in change]
    if fixed and task.params["force_recreate"]:
        return _ensure_created(task, replaced=current)
    if problem := pools.failure(current):
        raise problem
    pool_queues = None
    if current["queues"] and pools.becomes_smaller(current, change):
        pool_queues = pools.list_queues(task.api, task.name)
    _refuse_impossible(current, change, fixed, pool_queues or [])
    decided = aspects.decide(task.api, ASPECTS, task.params, current)
    after = _predicted(task, current, change)
    if not task.dry_run:
        after = _change(task, current, change, decided, after)
    return Outcome(
        changed=bool(change) or decided.changes,
        after={**after, "pool_queues": pool_queues, **decided.after},
        diff_before={**pools.managed(current), **decided.before},
        diff_after={**pools.managed({**current, **change}), **decided.after},
        warnings=decided.warnings,
        unsupported=decided.unsupported,
    )


def _refuse_impossible(
    current: Pool, change: dict[str, Any], fixed: list[str], pool_queues: list[dict[str, Any]]
) -> None:
    """Name everything that stands in the way of the change in one message."""
    problems = [f"{key} is {current[key]!r} and fixed at creation, asked for is {change[key]!r}" for key in fixed]
    problems += _size_problems(current, change, pool_queues)
    if not problems:
        return
    message = f"Elastic resource pool {current['name']} cannot be changed as asked: {'; '.join(problems)}."
    if not fixed:
        raise Conflict(message)
    raise ImmutableOption(
        message, hint="Ask for what is there, or set force_recreate=true to delete the pool and create it again."
    )


def _size_problems(current: Pool, change: dict[str, Any], pool_queues: list[dict[str, Any]]) -> list[str]:
    if not change.keys() & set(pools.SIZES):
        return []
    after = {**current, **change}
    found = validation.size_problems(change.get("max_cu"), change.get("min_cu"), current["label"])
    found = found or validation.order_problems(after["max_cu"], after["min_cu"])
    if problem := pools.growth_problem(current, after["min_cu"]):
        found.append(problem)
    return [*found, *demand_problems(after["max_cu"], after["min_cu"], pool_queues)]


def _predicted(task: Task, current: Pool, change: dict[str, Any]) -> Pool:
    """The pool after the change; what only the service can tell is None."""
    after = {**current, **change}
    resized = bool(change.keys() & set(pools.SIZES))
    if task.budget.wait:
        after["status"] = pools.AVAILABLE
    elif resized:
        after["status"] = pools.SCALING
    if change:
        after["update_time"] = None
    if resized:
        after.update(current_cu=None, actual_cu=None)
    return after


def _change(task: Task, current: Pool, change: dict[str, Any], decided: aspects.Decisions, predicted: Pool) -> Pool:
    """Send what differs; the pool as it is afterwards. A pool that was left on its way is seen through."""
    settling = current["status"] in pools.PASSING
    if change:
        if settling and task.budget.wait:
            operations.wait_until(
                task.api, task.name, _is_available, "to be AVAILABLE before it is changed", task.budget
            )
        operations.update(task.api, task.name, change, task.budget)
    decided.send(task.api, current, task.budget)
    if change or (settling and task.budget.wait):
        return _settled(task, predicted, listed=True)
    return current


def _settled(task: Task, predicted: Pool, *, listed: bool) -> Pool:
    """The pool as it is now; with ``wait``, once it is AVAILABLE and of the size asked for."""
    if not task.budget.wait:
        return pools.find(task.api, task.name) or predicted

    def settled(pool: Pool) -> bool:
        return _is_available(pool) and all(pool[key] == predicted[key] for key in pools.SIZES)

    return operations.wait_until(task.api, task.name, settled, "to be AVAILABLE", task.budget, listed=listed)


def _is_available(pool: Pool) -> bool:
    return bool(pool["status"] == pools.AVAILABLE)

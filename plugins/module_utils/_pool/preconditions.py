# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Preconditions of changes to an elastic resource pool. Each check raises one error with all problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import pools
from .._api.policies import demand_problems
from .._core.errors import Conflict, Difference, ImmutableOption, InvalidInput
from . import validation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._api.pools import Pool, PoolOptions, PoolQueue
    from .._core.refusals import Refusals
    from .._http.client import Client

# The call is one of Enterprise Project Management (EPS), a service of its own.
MOVE = (
    " Enterprise Project Management, in the console, can move the pool and its queues to another enterprise project "
    "without that (resource ID {})."
)


def check_deletion(pool: Pool, *, may_become_empty: bool) -> tuple[str, ...]:
    """Raise Conflict if the pool cannot be deleted.

    If it may become empty before, queues in the pool are only a warning: in check mode, an earlier task of the play may
    be the one to delete them.
    """
    message = f"Cannot delete elastic resource pool {pool['name']}"
    if pool["charging_mode"] == pools.PREPAID:
        raise Conflict(f"{message}: it is prepaid.", hint="Unsubscribe from it in the Billing Center.")
    if not pool["queues"]:
        return ()
    contained = ", ".join(pool["queues"])
    if may_become_empty:
        return (
            f"Elastic resource pool {pool['name']} contains queues ({contained}), with which it cannot be deleted. An "
            "earlier task of the play may delete them.",
        )
    raise Conflict(
        f"{message}: it contains queues ({contained}).",
        hint="Delete the queues first. A queue cannot leave its pool in any other way.",
    )


def check_creation(name: str, options: PoolOptions) -> None:
    """Raise InvalidInput if a required option is missing or the sizes do not fit the edition."""
    problems = [
        f"{key} is required to create elastic resource pool {name}" for key in pools.SIZES if key not in options
    ]
    if problems := problems or validation.size_problems(
        options["max_cu"], options["min_cu"], options.get("label", validation.STANDARD)
    ):
        raise InvalidInput(problems)


def check_change(api: Client, current: Pool, change: PoolOptions, refusals: Refusals) -> list[PoolQueue] | None:
    """Add an error to ``refusals`` if the pool cannot be changed.

    Returns the queues of the pool, which are read only if a limit is lowered, else None.
    """
    if failure := pools.failure(current):
        refusals.add(failure)
    immutable = immutable_changes(current, change)
    if immutable:
        refusals.add(_refusal(current, [each.problem for each in immutable], immutable=True), immutable)
    pool_queues: list[PoolQueue] | None = None
    if current["queues"] and pools.becomes_smaller(current, change):
        pool_queues = refusals.attempt(lambda: pools.list_queues(api, current["name"]), [])
    if problems := _size_problems(current, change, pool_queues or []):
        why = "; ".join(problems)
        found: Mapping[str, Any] = current
        sizes = [Difference(key, found[key], value, why) for key, value in change.items() if key in pools.SIZES]
        refusals.add(_refusal(current, problems, immutable=False), sizes)
    return pool_queues


def _refusal(current: Pool, problems: list[str], *, immutable: bool) -> Conflict | ImmutableOption:
    message = f"Cannot change elastic resource pool {current['name']}: {'; '.join(problems)}."
    if not immutable:
        return Conflict(message)
    moves = any(problem.startswith("enterprise_project_id ") for problem in problems)
    move = MOVE.format(current["resource_id"]) if moves else ""
    return ImmutableOption(
        message,
        hint="Keep the current values, or set force_recreate=true to delete the pool and create it again." + move,
    )


def immutable_changes(current: Mapping[str, Any], change: Mapping[str, Any]) -> list[Difference]:
    """The changes of options that are immutable after the creation."""
    return [
        Difference.immutable(option, current[option], change[option])
        for option in pools.FIXED_AT_CREATION
        if option in change
    ]


def _size_problems(current: Pool, change: PoolOptions, pool_queues: list[PoolQueue]) -> list[str]:
    if not change.keys() & set(pools.SIZES):
        return []
    max_cu, min_cu = change.get("max_cu", current["max_cu"]), change.get("min_cu", current["min_cu"])
    problems = validation.size_problems(change.get("max_cu"), change.get("min_cu"), current["label"])
    problems = problems or validation.order_problems(max_cu, min_cu)
    if problem := pools.growth_problem(current, min_cu):
        problems.append(problem)
    return [*problems, *demand_problems(max_cu, min_cu, pool_queues)]

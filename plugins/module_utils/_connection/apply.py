# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a plan: wait until everything can be bound, send the changes, and wait until they are effective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connections
from .._core.errors import Conflict
from . import binding_preconditions, operations
from .plan import decide

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._core.results import Outcome
    from .plan import Plan
    from .task import ConnectionTask


def apply(task: ConnectionTask, plan: Plan) -> Outcome:
    """Apply the plan and return the outcome. Without ``wait``, new bindings can still be CREATING."""
    plan = _when_bindable(task, plan)
    if plan.current is None or plan.body:
        return _create(task, plan)
    return _change(task, plan, plan.current)


def _when_bindable(task: ConnectionTask, plan: Plan) -> Plan:
    """Wait until everything can be bound. After a long wait, plan again: the connection may have changed."""
    warnings: tuple[str, ...] = ()
    checked: frozenset[str] = frozenset()
    while not plan.bindings.prerequisites <= checked:
        waited = binding_preconditions.wait(task, plan.bindings, plan.found_queues)
        warnings += waited.warnings
        checked |= plan.bindings.prerequisites
        if waited.long:
            plan = decide(task, _read_again(task, plan))
    return plan._replace(warnings=plan.warnings + warnings)


def _read_again(task: ConnectionTask, plan: Plan) -> Connection | None:
    """Read the connection after a long wait. Raises Conflict if it was created or deleted meanwhile."""
    if plan.current is not None:
        return operations.existing(task.api, plan.current)
    if connections.find(task.api, task.name):
        raise Conflict(
            f"Another client created connection {task.name} while this task waited for its queues.",
            hint="Run the task again to continue with that connection.",
        )
    return None


def _create(task: ConnectionTask, plan: Plan) -> Outcome:
    api, name, budget = task.api, task.name, task.budget
    if plan.current is not None:
        # Also without `wait`: two connections with one name would be ambiguous in every later run.
        operations.delete(api, plan.current, budget.always_waiting())
    body = {**plan.body, **plan.aspects.at_creation}
    created: Connection = {**plan.predicted, "id": operations.create(api, name, body)}
    aspects = plan.aspects.remaining_after_create()
    if budget.wait and aspects.changes:
        # The next request can fail, and a later run must find the connection.
        operations.wait_until_listed(api, name, budget)
    plan = plan._replace(aspects=aspects.apply(api, created, budget))
    if budget.wait:
        after = _wait_until_ready(task, created, plan)
        operations.wait_until_listed(api, name, budget)
    else:
        after = connections.get(api, created["id"], name) or created
    return plan.outcome(after, dry_run=False)


def _change(task: ConnectionTask, plan: Plan, current: Connection) -> Outcome:
    api, changes, budget = task.api, plan.bindings, task.budget
    # Unbind first: an old binding can hold the CIDR block that a new one needs.
    if changes.unbinds:
        operations.unbind(api, current, changes.unbind_queues, changes.unbind_pools, budget)
    if changes.binds:
        operations.bind(api, current, changes.bind_queues, changes.bind_pools, budget)
    if plan.hosts is not None:
        operations.set_hosts(api, current, plan.hosts)
    plan = plan._replace(aspects=plan.aspects.apply(api, current, budget))
    after = _wait_until_ready(task, current, plan) if budget.wait else operations.existing(api, current)
    return plan.outcome(after, dry_run=False)


def _wait_until_ready(task: ConnectionTask, connection: Connection, plan: Plan) -> Connection:
    requested = plan.bindings.requested_queues, plan.bindings.requested_pools
    return operations.wait_until_ready(task.api, connection, *requested, task.budget)

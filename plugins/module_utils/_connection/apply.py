# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a plan: wait until everything can be bound, send the changes, and wait until they are effective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connections
from .._core.errors import not_shown
from . import (
    binding_operations,
    binding_preconditions,
    bindings,
    creation,
    host_operations,
    lookup,
    operations,
    routes,
)
from .plan import decide

if TYPE_CHECKING:
    from .._api.connections import Connection, Host
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
    """Read the connection after a long wait. Raises Conflict if another client deleted it meanwhile.

    If another client created it, the task continues with that connection.
    """
    if plan.current is not None:
        return operations.existing(task.api, plan.current)
    return lookup.find(task)


def _create(task: ConnectionTask, plan: Plan) -> Outcome:
    created, older = creation.create(task, plan)
    if older is not None:
        return _continue_with(task, older)
    remains = plan.aspects.remaining_after_create().changes
    plan = plan._replace(aspects=creation.apply_aspects(task, plan, created))
    if not task.budget.wait:
        return plan.outcome(operations.existing(task.api, created) if remains else created, dry_run=False)
    after = _wait_until_ready(task, created, plan)
    plan = plan._replace(warnings=plan.warnings + _not_shown(plan, after))
    # The list can have shown an older connection only now.
    _own, older = creation.older_twin(task, created)
    return plan.outcome(after, dry_run=False) if older is None else _continue_with(task, older)


def _continue_with(task: ConnectionTask, other: Connection) -> Outcome:
    """Bring the connection that another client created at the same time into the requested state."""
    # It is never replaced: its creator would replace it in turn.
    own_task = task.with_params({**task.params, "force_recreate": False})
    plan = decide(own_task, other)
    if plan.changed or (task.budget.wait and not plan.is_ready):
        return apply(own_task, plan)
    return plan.outcome(plan.predicted, dry_run=False)


def _change(task: ConnectionTask, plan: Plan, current: Connection) -> Outcome:
    api, changes, budget = task.api, plan.bindings, task.budget
    # Unbind first: an old binding can hold the CIDR block that a new one needs.
    if changes.unbinds:
        plan = _unbind(task, plan, current)
    if changes.binds:
        binding_operations.bind(api, current, changes.bind_queues, changes.bind_pools, budget)
    if plan.hosts is not None:
        plan = _set_hosts(task, plan, current, plan.hosts)
    plan = plan._replace(aspects=plan.aspects.apply(api, current, budget))
    after = _wait_until_ready(task, current, plan) if budget.wait else operations.existing(api, current)
    plan = plan._replace(
        warnings=plan.warnings
        + binding_operations.still_listed(after, changes.unbind_queues, changes.unbind_pools)
        + _not_shown(plan, after)
    )
    return plan.outcome(after, dry_run=False)


def _not_shown(plan: Plan, after: Connection) -> tuple[str, ...]:
    """Warnings about hosts and routes that were set and that the connection does not show afterwards."""
    options = []
    if plan.hosts is not None and connections.host_set(after["hosts"]) != connections.host_set(plan.hosts):
        options.append("hosts")
    for decision in plan.aspects.made:
        if decision.aspect is routes.ASPECT and decision.changes and not decision.is_fulfilled(routes.of(after)):
            options.append(connections.ROUTES)
    return tuple(not_shown(option, after["name"]) for option in options)


def _unbind(task: ConnectionTask, plan: Plan, current: Connection) -> Plan:
    changes = plan.bindings
    accepted = binding_operations.unbind(task.api, current, changes.unbind_queues, changes.unbind_pools, task.budget)
    if not accepted:
        # An earlier run began to unbind them; that is no change of this run.
        return plan._replace(
            current=bindings.without(current, changes.unbind_queues, changes.unbind_pools),
            bindings=changes._replace(unbind_queues=frozenset(), unbind_pools=frozenset()),
        )
    return plan


def _set_hosts(task: ConnectionTask, plan: Plan, current: Connection, hosts: list[Host]) -> Plan:
    """Set the hosts; returns the plan with the hosts as they were directly before, and as they are set."""
    if task.params["purge_hosts"]:
        host_operations.replace(task.api, current, hosts)
        return plan
    return plan.with_hosts(*host_operations.add(task.api, current, task.params))


def _wait_until_ready(task: ConnectionTask, connection: Connection, plan: Plan) -> Connection:
    requested = plan.bindings.requested_queues, plan.bindings.requested_pools
    return operations.wait_until_ready(task.api, connection, *requested, task.budget)

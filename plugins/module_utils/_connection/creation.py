# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a connection, and continuing with the one that another client creates at the same time.

The service does not promise that names are unique, so two clients that create one name at once make two connections.
The client that sees an older one after its own creation deletes its own and continues with the older one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .._api import connections
from .._core.errors import AccessDenied, ApiError, ApiUnavailable, Busy
from . import operations, routes

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._aspect.aspect import Aspect, Decisions
    from .plan import Plan
    from .task import ConnectionTask


def create(task: ConnectionTask, plan: Plan) -> tuple[Connection, Connection | None]:
    """Create the connection of the plan; returns it, and the older one of its name with which the task continues."""
    if plan.current is not None:
        # Also without `wait`: two connections with one name would be ambiguous in every later run.
        operations.delete(task.api, plan.current, task.budget.always_waiting())
    body = {**plan.body, **plan.aspects.at_creation}
    created, existing = operations.create(task.api, plan.predicted, body)
    return (created, existing) if existing else older_twin(task, created)


def older_twin(task: ConnectionTask, created: Connection) -> tuple[Connection, Connection | None]:
    """The new connection as it is read, and an older one of its name. If there is one, delete the new connection."""
    api, budget = task.api, task.budget
    found = operations.all_named(api, created, budget)
    own = next((each for each in found if each["id"] == created["id"]), None)
    if own is None:
        own = connections.get(api, created["id"], task.name) or created
        found = sorted([*found, own], key=connections.age_key)
    if found[0]["id"] == created["id"]:
        return own, None
    operations.delete(api, own, budget.always_waiting())
    return own, found[0]


def apply_aspects(task: ConnectionTask, plan: Plan, created: Connection) -> Decisions:
    """Write the aspects of a new connection that its creation did not include; returns what was carried out.

    If the service rejects a route, delete the connection again and raise the error. Rejections that do not depend on
    the routes, such as a missing permission, leave the connection to the next run.
    """
    api, budget, remaining = task.api, task.budget, plan.aspects.remaining_after_create()
    try:
        added = _only(remaining, lambda aspect: aspect is routes.ASPECT).apply(api, created, budget)
    except ApiError as exc:
        passing = exc.outcome_unknown or exc.transient or isinstance(exc, (AccessDenied, ApiUnavailable, Busy))
        if passing or plan.current is not None:
            raise
        operations.delete(api, created, budget.always_waiting())
        exc.hint = f"{exc.hint or ''} The new connection was deleted again.".strip()
        raise
    others = _only(remaining, lambda aspect: aspect is not routes.ASPECT).apply(api, created, budget)
    return others._replace(
        made=added.made + others.made,
        unsupported=added.unsupported + others.unsupported,
        warnings=added.warnings + others.warnings,
    )


def _only(decisions: Decisions, condition: Callable[[Aspect], bool]) -> Decisions:
    return decisions._replace(made=tuple(each for each in decisions.made if condition(each.aspect)))

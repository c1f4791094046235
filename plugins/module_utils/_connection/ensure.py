# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module dli_enhanced_connection: read the connection, plan, apply the changes and wait for the result."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from .._api import connections
from .._core.errors import DliError
from .._core.refusals import Refusals
from .._core.results import Outcome
from .._wait.budget import wait_budget
from .lookup import find
from .plan import decide, with_network_ids
from .task import ConnectionTask

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._http.client import Client
    from .params import EnhancedConnectionParams


def run(api: Client, params: EnhancedConnectionParams, dry_run: bool) -> Outcome:
    """The run of the module: ``ensure``, and the diagnosis of bindings that are not ACTIVE if that made it fail."""
    try:
        return ensure(api, params, dry_run)
    except DliError as exc:
        if exc.connection is not None:
            from .._diagnosis import diagnose

            diagnose.explain(api, exc)
        raise


def ensure(api: Client, params: EnhancedConnectionParams, dry_run: bool) -> Outcome:
    """Bring the connection into the requested state. With ``dry_run``, only predict the changes."""
    task = ConnectionTask(api, params, dry_run, wait_budget(params))
    # With `wait`, one budget limits all requests and waits; without it, nothing limits the requests.
    with api.with_deadline(task.budget.deadline) if task.budget.wait else nullcontext():
        current = find(task)
        if params["state"] == "absent":
            return _ensure_absent(task, current)
        refusals = Refusals()
        task = with_network_ids(task, current, refusals)
        plan = decide(task, current, refusals)
        settled = plan.is_ready or not task.budget.wait
        if dry_run or (settled and not plan.changed):
            return plan.outcome(plan.predicted, dry_run=dry_run)
        # Imported here: a run that changes nothing does not load it.
        from . import apply

        return apply.apply(task, plan)


def _ensure_absent(task: ConnectionTask, current: Connection | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    if not task.dry_run:
        from . import operations

        operations.delete(task.api, current, task.budget)
    return Outcome(changed=True, after=None, diff_before=connections.managed(current))

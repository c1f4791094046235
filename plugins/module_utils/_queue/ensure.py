# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module dli_queue does: read the queue, and change it if it is not as requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import queues
from .._api.task import Task
from .._core.results import Outcome
from .._wait.budget import wait_budget
from . import plan

if TYPE_CHECKING:
    from .._http.client import Client


def ensure(api: Client, params: dict[str, Any], dry_run: bool) -> Outcome:
    """Bring the queue into the state asked for; with ``dry_run``, only decide what that would change."""
    task = Task(api, params, dry_run, wait_budget(params))
    with api.with_deadline(task.budget.deadline):
        current = plan.read(task)
        outcome = _nothing_to_do(task, current)
        if outcome is None:
            # A module compiles all that it imports, in each run, and most runs find nothing to do.
            from . import apply

            return apply.apply(task, current)
        return outcome


def _nothing_to_do(task: Task, current: dict[str, Any] | None) -> Outcome | None:
    """The outcome if the queue is as it should be, else None."""
    state = task.params["state"]
    if current is None:
        return Outcome(changed=False, after=None) if state == "absent" else None
    if state != "present" or plan.pending_changes(task, current) or plan.has_aspect_options(task):
        return None
    after, warnings = plan.with_readiness(task, current)
    managed = queues.managed(current)
    return Outcome(changed=False, after=after, diff_before=managed, diff_after=managed, warnings=warnings)

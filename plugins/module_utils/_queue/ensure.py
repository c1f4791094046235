# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_queue: read the queue, decide whether anything differs, and apply the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import queues
from .._api.task import Task
from .._core.results import Outcome
from .._wait.budget import wait_budget
from . import plan

if TYPE_CHECKING:
    from .._api.queues import Queue
    from .._http.client import Client
    from .params import QueueParams, QueueTask


def ensure(api: Client, params: QueueParams, dry_run: bool) -> Outcome:
    """Bring the queue into the requested state; with ``dry_run``, only decide what would change."""
    task = Task(api, params, dry_run, wait_budget(params))
    with api.with_deadline(task.budget.deadline):
        current = plan.read(task)
        outcome = _unchanged(task, current)
        if outcome is None:
            # Each run of a module compiles all files that it imports, and most runs change nothing.
            from . import apply

            outcome = apply.apply(task, current)
        return outcome._replace(details={"restart_job_id": None, **outcome.details})


def _unchanged(task: QueueTask, current: Queue | None) -> Outcome | None:
    """The outcome if the queue is in the requested state and no sub-resource is requested, else None."""
    state = task.params["state"]
    if current is None:
        return Outcome(changed=False, after=None) if state == "absent" else None
    if state != "present" or plan.pending_changes(task, current) or plan.has_aspect_options(task):
        return None
    after, warnings = plan.with_readiness(task, current)
    managed = queues.managed(current)
    return Outcome(changed=False, after=after, diff_before=managed, diff_after=managed, warnings=warnings)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restarting a queue, which ends its running jobs if it is forced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import jobs, queues, running_jobs
from .._core.errors import ApiError, Conflict, DliError, UnexpectedResponse
from .._core.results import Outcome
from .._wait.budget import LATER
from . import readiness
from .operations import may_have_worked, naming_jobs

if TYPE_CHECKING:
    from .._api.queues import Queue
    from .._http.client import Client
    from .._wait.budget import WaitBudget
    from .params import QueueTask

MAINTENANCE = (jobs.SCALE_QUEUE, jobs.RESTART_QUEUE)


def ensure(task: QueueTask, current: Queue | None) -> Outcome:
    """Restart the queue; in check mode, only check whether that is possible."""
    queue = _check(task.name, current)
    warnings, job_id = _jobs_before(task), None
    if not task.dry_run:
        job_id = _restarted(task.api, task.name, task.budget, force=task.params["force"])
    state = readiness.from_age(task.api, queue, task.params["ready_age"])
    return Outcome(
        changed=True,
        after={**queue, "readiness": state.as_result()},
        diff_before={"name": task.name, "restarted": False},
        diff_after={"name": task.name, "restarted": True},
        warnings=warnings,
        details={"restart_job_id": job_id},
    )


def _check(name: str, current: Queue | None) -> Queue:
    """Return the queue if it can be restarted, else raise Conflict."""
    message = f"Cannot restart queue {name}"
    if current is None:
        raise Conflict(f"{message}: it does not exist.", hint=queues.CHECK_NAME, reason="not_found")
    if current["queue_type"] != "sql":
        raise Conflict(f"{message}: its queue_type is {current['queue_type']}, and only sql queues can be restarted.")
    if queues.is_shared(current):
        raise Conflict(f"{message}: it is shared (resource_mode 0).")
    return current


def _jobs_before(task: QueueTask) -> tuple[str, ...]:
    """Read the jobs before a restart; returns warnings about those that a forced restart cancels.

    With ``wait``, wait for a restart or scaling that is already running, else raise Conflict. In check
    mode it is a warning.
    """
    api, name, budget = task.api, task.name, task.budget
    try:
        running = running_jobs.of_queue(api, name)
    except (ApiError, UnexpectedResponse) as exc:
        return (f"It is unknown which jobs run on queue {name}, because they could not be read. {exc}",)
    maintenance = [job for job in running if job.kind in MAINTENANCE]
    others = [job for job in running if job.kind not in MAINTENANCE]
    warnings: tuple[str, ...] = ()
    if others and task.params["force"]:
        cancels = "would cancel" if task.dry_run else "cancels"
        warnings = (f"The forced restart {cancels} jobs on queue {name}: {running_jobs.listed(others)}.",)
    if not maintenance:
        return warnings
    found = running_jobs.listed(maintenance)
    message = f"Cannot restart queue {name} now: it is already being restarted or scaled. Job: {found}."
    if task.dry_run:
        return (*warnings, message)
    if not budget.wait:
        raise Conflict(message, hint=LATER, reason="busy")
    budget.until(
        lambda: [job for job in running_jobs.of_queue(api, name) if job.kind in MAINTENANCE],
        lambda still: not still,
        what=f"queue {name} to complete the restart or scaling that is already running",
        seen=running_jobs.listed,
    )
    return warnings


def _restarted(api: Client, name: str, budget: WaitBudget, *, force: bool) -> str | None:
    """Restart a queue; ``force`` cancels its jobs. With ``wait``, wait until the list shows the end of the restart.

    Returns the ID of the job that restarts the queue, or None if the service does not tell one, as without ``force``.
    """
    job_ids: list[str | None] = []
    with naming_jobs(api, name):
        budget.until_accepted(
            lambda: job_ids.append(_restart(api, name, force)),
            what=f"queue {name} to accept its restart",
            is_busy=lambda: jobs.is_busy(api, name),
        )
    if budget.wait:
        budget.until(
            lambda: _is_restarting(api, name),
            lambda restarting: restarting is False,
            what=f"queue {name} to be restarted",
            seen=lambda restarting: "restarting" if restarting else "not in the list of queues",
        )
    return job_ids[-1]


def _restart(api: Client, name: str, force: bool) -> str | None:
    body = {"action": "restart", "force": force}
    try:
        # A repeated request could restart the queue twice.
        answer = api.put(queues.path(api, name, "action"), f"restart queue {name}", body, idempotent=False)
    except DliError as exc:
        # A restarting queue proves that the request took effect, although the answer is lost.
        if not (may_have_worked(exc) and _is_restarting(api, name)):
            raise
        return None
    job_id = answer.get("job_id")
    # The queue restarts already, whatever else the answer contains.
    return job_id if isinstance(job_id, str) and job_id else None


def _is_restarting(api: Client, name: str) -> bool | None:
    """Whether the queue restarts; None if the list, which can lag, does not show the queue."""
    queue = queues.find_in_list(api, name)
    return None if queue is None else bool(queue["is_restarting"])

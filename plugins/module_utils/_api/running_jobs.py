# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that keep a queue busy, and their names in messages. Only a restart and an error load this file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.clock import Deadline
from .._core.errors import ApiError, TransportError, UnexpectedResponse
from .._http import pagination
from . import jobs

if TYPE_CHECKING:
    from .._core.errors import WaitTimeout
    from .._http.client import Client
    from .jobs import Job

# The states of jobs that keep a queue busy. One request for each: without a filter, an old job that still runs can be
# on a late page.
STATES = ("RUNNING", "LAUNCHING", "SCALING")
PAGE_SIZE = 100
# A message names no more jobs than this.
NAMED = 5
# In seconds, for naming the jobs after the deadline of the task.
GRACE = 10.0


def of_queue(api: Client, queue: str) -> list[Job]:
    """The jobs of the queue that are submitted or run, its scalings and restarts included.

    Raises ApiError where the jobs cannot be read. Flink and Spark JAR jobs are not in this list.
    """
    found = [job for status in STATES for job in jobs.read(api, queue, {"job-status": status})]
    # A job can go on to another state between two requests.
    return list({job.job_id: job for job in found}.values())


def as_results(api: Client) -> tuple[list[dict[str, str]] | None, tuple[str, ...]]:
    """The running jobs of the project as results, None if they cannot be read, and warnings."""
    try:
        found = _of_project(api)
    except (ApiError, UnexpectedResponse) as exc:
        if isinstance(exc, ApiError) and exc.transient:
            raise
        return None, (f"The running jobs could not be read. {exc}",)
    return [
        {"job_id": job.job_id, "job_type": job.kind, "status": job.status, "owner": job.owner, "queue_name": job.queue}
        for job in found
    ], ()


def _of_project(api: Client) -> list[Job]:
    """The jobs of all queues that are submitted or run; raises ApiError like ``of_queue``."""
    operation, found = "list the running jobs", {}
    for status in STATES:
        query = {"job-status": status}
        elements = pagination.paginate_by_number(api, jobs.path(api), operation, "jobs", query, PAGE_SIZE)
        found.update({job.job_id: job for job in jobs.running_in(list(elements))})
    return list(found.values())


def listed(found: list[Job]) -> str:
    """Jobs as a message names them."""
    more = [f"{len(found) - NAMED} more"] if len(found) > NAMED else []
    return ", ".join([*map(str, found[:NAMED]), *more])


def explain(api: Client, queue: str, exc: ApiError | WaitTimeout) -> None:
    """Add the jobs of the queue to the hint of an error."""
    with api.with_deadline(Deadline(max(api.time_left(), GRACE))):
        sentence = _explanation(api, queue, expected="job" in (getattr(exc, "api_message", None) or "").lower())
    exc.hint = " ".join(filter(None, [exc.hint, sentence]))


def _explanation(api: Client, queue: str, *, expected: bool) -> str:
    """A sentence about the jobs of the queue; without jobs, only if the service has said that there are some."""
    try:
        found = of_queue(api, queue)
    except (ApiError, TransportError, UnexpectedResponse) as exc:
        return f"The jobs could not be read: {exc.message}" if expected else ""
    if found:
        return f"Jobs on queue {queue}: {listed(found)}."
    return "The list of SQL jobs is empty; it does not contain Flink and Spark JAR jobs." if expected else ""

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of SQL jobs: jobs that keep a queue busy, and running scalings and restarts.

Assumption: a job of a scaling or restart has the same fields as other jobs. Its fields are not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import fields
from .errors import bad_parameter
from .fields import choice, integer, text
from .models import Job, new_id
from .routing import Call, Response, Routes, success
from .state import Project, State, millis

routes = Routes()

SCALE, RESTART = "SCALE_QUEUE", "RESTART_QUEUE"
TYPES = (
    "DDL", "DCL", "IMPORT", "EXPORT", "QUERY", "INSERT", "DATA_MIGRATION", "UPDATE", "DELETE", RESTART, SCALE,
)  # fmt: skip
_STATUSES = (
    "LAUNCHING", "RUNNING", "SCALING", "FINISHED", "FAILED", "CANCELLED", "COMPUTED", "SUSPENDED", "ACTIVE", "DELETED",
    "CREATING",
)  # fmt: skip
_ORDERS = ("start_time_desc", "start_time_asc", "duration_desc", "duration_asc")


def start(state: State, project: Project, queue_name: str, job_type: str, status: str, statement: str) -> Job:
    """Record a job that the service runs for a call."""
    job = Job(new_id(), job_type, queue_name, state.identity.username, state.millis, status, statement=statement)
    project.jobs[job.job_id] = job
    return job


def finish(job: Job, moment: float) -> None:
    job.status, job.end_time = "FINISHED", millis(moment)


def running(state: State, project: Project, queue_name: str) -> Iterator[Job]:
    """The jobs that keep a queue busy. Scalings and restarts do not count."""
    return (job for job in _all(state, project) if job.queue_name == queue_name and job.is_running)


def _all(state: State, project: Project) -> list[Job]:
    """The recorded jobs, and one for each queue that the knob marks as busy."""
    busy = [
        Job(f"job-of-{name.lower()}", "QUERY", name.lower(), state.identity.username, state.millis, "RUNNING")
        for name in state.knobs.busy_queues
    ]
    return [*project.jobs.values(), *busy]


@routes.add("GET", "/v1.0/<project_id>/jobs")
def list_jobs(call: Call) -> Response:
    """The parameters mix hyphens and underscores. `job_count` is the total."""
    size, number = integer(call.query, "page-size", 50, minimum=1, maximum=100), integer(call.query, "current-page", 1)
    if number < 1:
        raise bad_parameter("The value of parameter current-page is invalid.")
    accepts = _filter(call)
    found = _ordered([job for job in _all(call.state, call.project) if accepts(job)], call)
    shown = found[(number - 1) * size : number * size]
    return success(job_count=len(found), jobs=[_as_json(call.state, job) for job in shown])


def _filter(call: Call) -> Callable[[Job], bool]:
    """The conditions of a request. `job-type` and `job_types` together select the intersection."""
    query = call.query
    types = (
        set(TYPES) & _types([choice(query, "job-type", (*TYPES, "ALL"), "ALL")]) & _types(call.query_list("job_types"))
    )
    status = choice(query, "job-status", (*_STATUSES, ""), "")
    first, last = integer(query, "start", 0, maximum=2**63), integer(query, "end", 2**63, maximum=2**63)
    engine = text(query, "engine-type", "") or text(query, "engine_type", "")
    exact = {
        "queue_name": text(query, "queue_name", "").lower(),
        "job_id": text(query, "job-id", ""),
        "owner": text(query, "owner", ""),
        "database_name": text(query, "db_name", ""),
        "table_name": text(query, "table_name", ""),
    }
    pattern, tags = text(query, "sql_pattern", "").lower(), fields.tag_filter(query)

    def accepts(job: Job) -> bool:
        return (
            job.job_type in types
            and status in ("", job.status)
            and first <= job.start_time <= last
            and engine.lower() in ("", job.engine_type.lower())
            and all(value in ("", getattr(job, name)) for name, value in exact.items())
            and pattern in job.statement.lower()
            and fields.has_tags(job.tags, tags)
        )

    return accepts


def _types(names: list[str]) -> set[str]:
    """The types that a list of names selects; all for an empty list and for ALL."""
    unknown = set(names) - {*TYPES, "ALL"}
    if unknown:
        raise bad_parameter(f"The value of parameter job_types is invalid: {', '.join(sorted(unknown))}.")
    return set(TYPES) if not names or "ALL" in names else set(names)


def _ordered(jobs: list[Job], call: Call) -> list[Job]:
    key, _underscore, direction = choice(call.query, "order", _ORDERS, "start_time_desc").rpartition("_")
    keys: dict[str, Callable[[Job], int]] = {
        "start_time": lambda job: job.start_time,
        "duration": lambda job: job.duration(call.state.millis),
    }
    return sorted(jobs, key=keys[key], reverse=direction == "desc")


def _as_json(state: State, job: Job) -> dict[str, Any]:
    shown = {
        "job_id": job.job_id,
        "job_type": job.job_type,
        "queue_name": job.queue_name,
        "owner": job.owner,
        "start_time": job.start_time,
        "duration": job.duration(state.millis),
        "status": job.status,
        "statement": job.statement,
        "engine_type": job.engine_type,
        "message": job.message,
        "tags": [{"key": key, "value": value} for key, value in job.tags.items()],
    }
    optional = {"end_time": job.end_time, "database_name": job.database_name, "table_name": job.table_name}
    return {**shown, **{key: value for key, value in optional.items() if value}}

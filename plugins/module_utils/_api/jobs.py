# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of SQL jobs (ListSqlJobs), in which a running scaling of a queue stands as a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core import convert
from .._core.parsing import parses_response
from .._http import pagination
from . import queues

if TYPE_CHECKING:
    from .._http.client import Client

SCALE_QUEUE, RESTART_QUEUE = "SCALE_QUEUE", "RESTART_QUEUE"
# The API reference lists more states in one place than in another, so every other state counts as running.
FINAL = ("FINISHED", "FAILED", "CANCELLED", "DELETED")
# The latest jobs come first.
PAGE = {"page-size": "100", "current-page": "1"}
# Characters of a field.
LONGEST = 256


class Job(NamedTuple):
    job_id: str
    kind: str
    status: str
    owner: str
    queue: str

    def __str__(self) -> str:
        owner = f", user {self.owner}" if self.owner else ""
        return f"{self.job_id} ({self.kind}, {self.status}{owner})"


def scalings(api: Client, queue: str) -> list[Job]:
    """The running scalings of the queue.

    Raises ApiError where the jobs cannot be read: the call needs a permission of its own, and a region may lack it.
    """
    return [job for job in read(api, queue, {"job-type": SCALE_QUEUE}) if job.kind == SCALE_QUEUE]


def is_scaling(api: Client, queue: str) -> bool:
    """Whether a scaling of the queue is running."""
    return bool(scalings(api, queue))


def is_busy(api: Client, queue: str) -> bool:
    """Whether the queue is new or is being restarted or scaled, so that it accepts no change."""
    found = queues.find_in_list(api, queue)
    if found and (found["is_restarting"] or queues.is_new(api, found)):
        return True
    return is_scaling(api, queue)


def read(api: Client, queue: str, query: Mapping[str, str]) -> list[Job]:
    """The latest jobs of the queue that match the query and have not ended."""
    operation = f"list the jobs of queue {queue}"
    page = api.get(path(api), operation, {**PAGE, **query, "queue_name": queue})
    return [job for job in running_in(pagination.elements_in(page, "jobs", operation)) if job.queue == queue]


def path(api: Client) -> str:
    return api.path("v1.0", "jobs")


@parses_response
def running_in(elements: Iterable[Mapping[str, Any]]) -> list[Job]:
    """The jobs that have not ended; a service might ignore a filter."""
    return [
        Job(
            job_id=_text(element, "job_id") or "without an ID",
            kind=_text(element, "job_type"),
            status=status,
            owner=_text(element, "owner"),
            queue=_text(element, "queue_name").lower(),
        )
        for element in elements
        if (status := _text(element, "status").upper()) not in FINAL
    ]


def _text(element: Mapping[str, Any], key: str) -> str:
    return (convert.text(element.get(key)) or "")[:LONGEST]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of SQL jobs (ListSqlJobs), in which a running scaling of a queue stands as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.parsing import parses_response
from .._http import pagination
from . import queues

if TYPE_CHECKING:
    from .._http.client import Client

SCALE_QUEUE = "SCALE_QUEUE"
# The API reference lists more states in one place than in another, so every other state counts as running.
FINAL = ("FINISHED", "FAILED", "CANCELLED", "DELETED")
# The latest jobs come first.
QUERY = {"job-type": SCALE_QUEUE, "page-size": "100", "current-page": "1"}


def is_scaling(api: Client, queue: str) -> bool:
    """Whether a scaling of the queue is running.

    Raises ApiError where the jobs cannot be read: the call needs a permission of its own, and a region may lack it.
    """
    operation = f"list the scalings of queue {queue}"
    page = api.get(path(api), operation, {**QUERY, "queue_name": queue})
    return any(_is_running(job, queue) for job in pagination.elements_in(page, "jobs", operation))


def is_busy(api: Client, queue: str) -> bool:
    """Whether the queue is being restarted or scaled, so that it accepts no change."""
    found = queues.find_in_list(api, queue)
    return bool(found and found["is_restarting"]) or is_scaling(api, queue)


def path(api: Client) -> str:
    return api.path("v1.0", "jobs")


@parses_response
def _is_running(job: Mapping[str, Any], queue: str) -> bool:
    """Whether this job is a running scaling of the queue; a service might ignore one of the filters."""
    is_ours = (convert.text(job.get("queue_name")) or "").lower() == queue
    is_scaling = convert.text(job.get("job_type")) == SCALE_QUEUE
    return is_ours and is_scaling and (convert.text(job.get("status")) or "").upper() not in FINAL

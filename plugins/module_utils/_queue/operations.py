# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing queues. Each function sends one write and, with ``wait``, waits until it takes effect.

The caller limits the requests by the budget of the task; the functions limit the waits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import jobs, pools, queues
from .._api.creation import Creation
from .._aspect.tags import tags_to_api
from .._core.compare import normalize_cidr
from .._core.errors import (
    AccessDenied,
    ApiError,
    Busy,
    DliError,
    NotFound,
)
from .._http import lost_answers

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

# Codes of an object that the service cannot delete now, and texts about jobs: the reasons that jobs explain.
IN_USE = ("DLI.0007", "DLI.0012")
JOB = re.compile(r"\bjobs?\b", re.IGNORECASE)
DELETION_HINT = (
    "A queue cannot be deleted while a job is submitted or runs on it. Let the jobs finish, or cancel them, then run "
    "the task again."
)
SOLD_OUT = "sold out"
NOT_SOLD = "Set elastic_resource_pool_name: queues outside elastic resource pools are no longer sold in this region."
CIDR_HINT = (
    "The CIDR block of a queue can change only while no job is submitted or runs on the queue and while the queue is "
    "bound to no connection."
)


def create(api: Client, name: str, contents: Mapping[str, Any], budget: WaitBudget) -> bool:
    """Create a queue with these ``contents`` (CreateQueue); the service sets all other fields.

    With ``wait``, retry while the pool of the queue scales, which it does after each queue that joins it. False if
    another client has just created the same queue. Raises AlreadyExists if that queue differs.
    """
    body = {"queue_name": name, **api.creation_defaults, **contents}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    requested = {key: value for key, value in contents.items() if key in queues.FIELDS}
    creation = Creation(
        noun="queue",
        name=name,
        path=api.path("v1.0", "queues"),
        body=body,
        requested=requested,
        find=lambda: queues.find_with(api, name, requested),
        normal=queues.NORMAL,
    )
    created = True

    def send() -> None:
        nonlocal created
        try:
            created = creation.send(api)
        except ApiError as exc:
            if "elastic_resource_pool_name" not in contents and SOLD_OUT in (exc.api_message or "").lower():
                exc.hint = NOT_SOLD
            raise

    pool: str = contents.get("elastic_resource_pool_name") or ""
    budget.until_accepted(
        send, what=f"queue {name} to be accepted", is_busy=lambda: bool(pool) and pools.is_busy(api, pool)
    )
    return created


def delete(api: Client, name: str, budget: WaitBudget) -> None:
    """Delete a queue; a queue that does not exist counts as deleted.

    With ``wait``, retry while the queue is busy and wait until it does not exist. Jobs on the queue are an error at
    once, because they may run forever.
    """
    budget.until_accepted(
        lambda: _delete(api, name), what=f"queue {name} to accept its deletion", is_busy=lambda: jobs.is_busy(api, name)
    )
    if budget.wait:
        budget.until(
            lambda: queues.find(api, name),
            lambda queue: queue is None,
            what=f"queue {name} to be deleted",
            seen=lambda _queue: "still exists",
        )


def _delete(api: Client, name: str) -> None:
    try:
        with suppress(NotFound):
            lost_answers.send_and_confirm(
                lambda: api.delete(queues.path(api, name), f"delete queue {name}"),
                confirm=lambda: queues.find(api, name) is None,
            )
    except ApiError as exc:
        if exc.code in IN_USE or JOB.search(exc.api_message or ""):
            exc.hint = exc.hint or DELETION_HINT
        raise


def join_pool(api: Client, name: str, pool: str, budget: WaitBudget) -> bool:
    """Add a queue to a pool, which is possible once. With ``wait``, wait until the queue shows the pool.

    False if another client has just added it.
    """
    added = True

    def joined() -> bool | None:
        queue = queues.find(api, name)
        return True if queue is not None and queues.pool_of(queue) == pool else None

    def send() -> None:
        nonlocal added
        operation = f"add queue {name} to elastic resource pool {pool}"
        try:
            lost_answers.post_and_confirm(
                api, pools.path(api, pool, "queues"), operation, {"queue_name": name}, confirm=joined
            )
        except ApiError as exc:
            # The queue was in no pool a moment ago.
            if exc.outcome_unknown or isinstance(exc, AccessDenied) or not joined():
                raise
            added = False

    budget.until_accepted(
        send,
        what=f"elastic resource pool {pool} to accept queue {name}",
        is_busy=lambda: pools.is_busy(api, pool) or jobs.is_busy(api, name),
    )
    if budget.wait:
        budget.until(
            joined,
            bool,
            what=f"queue {name} to be in elastic resource pool {pool}",
            seen=lambda _joined: "not in the pool",
        )
    return added


def set_cidr(api: Client, name: str, cidr: str, budget: WaitBudget) -> None:
    """Change the CIDR block of a queue. Afterwards the service rebuilds the cluster, which takes minutes."""

    def send() -> None:
        operation = f"set cidr_in_vpc of queue {name} to {cidr}"
        try:
            # A repeated request could rebuild the cluster twice.
            api.put(queues.path(api, name), operation, {"cidr_in_vpc": cidr}, idempotent=False)
        except DliError as exc:
            if _may_have_worked(exc) and _has_cidr(api, name, cidr):
                return
            if isinstance(exc, ApiError) and not isinstance(exc, Busy):
                exc.hint = exc.hint or CIDR_HINT
            raise

    budget.until_accepted(send, what=f"queue {name} to accept its CIDR block", is_busy=lambda: jobs.is_busy(api, name))


def _has_cidr(api: Client, name: str, cidr: str) -> bool:
    queue = queues.find_in_list(api, name)
    return queue is not None and normalize_cidr(str(queue["cidr_in_vpc"])) == normalize_cidr(cidr)


def restart(api: Client, name: str, budget: WaitBudget, *, force: bool) -> str | None:
    """Restart a queue; ``force`` cancels its jobs. With ``wait``, wait until the list shows the end of the restart.

    Returns the ID of the job that restarts the queue, or None if the service does not tell one, as without ``force``.
    """
    job_ids: list[str | None] = []
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
        if not (_may_have_worked(exc) and _is_restarting(api, name)):
            raise
        return None
    job_id = answer.get("job_id")
    # The queue restarts already, whatever else the answer contains.
    return job_id if isinstance(job_id, str) and job_id else None


def _may_have_worked(exc: DliError) -> bool:
    """Whether a request may have taken effect in spite of this error."""
    from .._wait.rejections import is_unexplained

    return exc.outcome_unknown or (isinstance(exc, ApiError) and is_unexplained(exc))


def _is_restarting(api: Client, name: str) -> bool | None:
    """Whether the queue restarts; None if the list, which can lag, does not show the queue."""
    queue = queues.find_in_list(api, name)
    return None if queue is None else bool(queue["is_restarting"])

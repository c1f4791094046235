# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing queues. Each function sends one write and, with ``wait``, waits until it takes effect.

The caller limits the requests by the budget of the task; the functions limit the waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
    WaitTimeout,
)
from .._http import lost_answers

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

# Codes of an object that the service cannot delete or change now. Jobs can be the reason.
IN_USE = ("DLI.0007", "DLI.0012")
DELETION_HINT = (
    "A queue cannot be deleted while a job is submitted or runs on it. Let the jobs finish, or cancel them, then run "
    "the task again."
)
SOLD_OUT = "sold out"
NOT_SOLD = "Create a pool and the queue in it (elastic_resource_pool_name): this region sells no queues outside pools."
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
    with naming_jobs(api, name):
        budget.until_accepted(
            lambda: _delete(api, name),
            what=f"queue {name} to accept its deletion",
            is_busy=lambda: jobs.is_busy(api, name),
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
        if _may_be_jobs(exc):
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

    with naming_jobs(api, name):
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
            if may_have_worked(exc) and _has_cidr(api, name, cidr):
                return
            if isinstance(exc, ApiError) and not isinstance(exc, Busy):
                exc.hint = exc.hint or CIDR_HINT
            raise

    with naming_jobs(api, name):
        budget.until_accepted(
            send, what=f"queue {name} to accept its CIDR block", is_busy=lambda: jobs.is_busy(api, name)
        )


def _has_cidr(api: Client, name: str, cidr: str) -> bool:
    queue = queues.find_in_list(api, name)
    return queue is not None and normalize_cidr(str(queue["cidr_in_vpc"])) == normalize_cidr(cidr)


def may_have_worked(exc: DliError) -> bool:
    """Whether a request may have taken effect in spite of this error."""
    from .._wait.rejections import is_unexplained

    return exc.outcome_unknown or (isinstance(exc, ApiError) and is_unexplained(exc))


def _may_be_jobs(exc: ApiError) -> bool:
    """Whether jobs can be the reason of a rejection."""
    named = exc.code in IN_USE or "job" in (exc.api_message or "").lower()
    return named and not isinstance(exc, AccessDenied)


@contextmanager
def naming_jobs(api: Client, queue: str) -> Iterator[None]:
    """Add the jobs that keep the queue busy to the hint of an error that they can explain."""
    try:
        yield
    except (ApiError, WaitTimeout) as exc:
        if isinstance(exc, (Busy, WaitTimeout)) or _may_be_jobs(exc):
            from .._api import running_jobs

            running_jobs.explain(api, queue, exc)
        raise

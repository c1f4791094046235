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
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import jobs, pools, queues
from .._api.creation import Creation
from .._aspect.tags import tags_to_api
from .._core.compare import normalize_cidr
from .._core.errors import (
    ApiError,
    Busy,
    Conflict,
    DliError,
    NotFound,
    TransportError,
    WaitTimeout,
)
from .._http import lost_answers
from .._wait.budget import LATER

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
CIDR_HINT = (
    "The CIDR block of a queue can change only while no job is submitted or runs on the queue and while the queue is "
    "bound to no connection."
)
SCALING_HINT = (
    "It is unknown whether the service processed the request. Check the size of the queue before you run the task "
    "again: a repeated request would scale the queue again."
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
        created = creation.send(api)

    budget.until_accepted(send, what=f"queue {name} to be accepted")
    return created


def delete(api: Client, name: str, budget: WaitBudget) -> None:
    """Delete a queue; a queue that does not exist counts as deleted.

    With ``wait``, retry while the queue is busy and wait until it does not exist. Jobs on the queue are an error at
    once, because they may run forever.
    """
    budget.until_accepted(lambda: _delete(api, name), what=f"queue {name} to accept its deletion")
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


def scale(api: Client, name: str, target: int, budget: WaitBudget) -> Scaled:
    """Scale a queue to ``target`` CUs. With ``wait``, wait until the queue has them.

    A scaling that runs already is never added to: with ``wait``, it is waited for, else it raises Conflict.
    """
    warnings = _end_of_running_scaling(api, name, budget)
    scaling = _Scaling(api, name, target, waits=budget.wait)
    budget.until_accepted(scaling.send, what=f"queue {name} to accept its scaling")
    if scaling.difference and budget.wait:
        _wait_for(scaling, budget)
    return Scaled(bool(scaling.difference), warnings)


def _end_of_running_scaling(api: Client, name: str, budget: WaitBudget) -> tuple[str, ...]:
    """Wait for the end of a scaling of the queue that runs already; returns warnings."""
    try:
        running = jobs.is_scaling(api, name)
    except ApiError as exc:
        if exc.transient:
            raise
        return (
            f"It is unknown whether queue {name} is already being scaled, because its jobs could not be read. {exc}",
        )
    if running and not budget.wait:
        raise Conflict(
            f"Cannot scale queue {name}: it is already being scaled, and another request would add to that scaling.",
            hint=LATER,
        )
    if running:
        budget.until(
            lambda: jobs.is_scaling(api, name),
            lambda still: not still,
            what=f"queue {name} to complete the scaling that runs already",
            seen=lambda _still: "SCALING",
        )
    return ()


def _wait_for(scaling: _Scaling, budget: WaitBudget) -> None:
    try:
        budget.until(
            scaling.cu_count,
            scaling.is_complete,
            what=f"queue {scaling.name} to have {scaling.target} CUs",
            seen=lambda count: f"{count} CUs",
        )
    except WaitTimeout as exc:
        if scaling.unanswered:
            exc.message += f" There was no response to the request: {scaling.unanswered.message}"
        raise


class Scaled(NamedTuple):
    """Whether the run scaled the queue, which another scaling can have done before, and warnings."""

    sent: bool
    warnings: tuple[str, ...]


@dataclass
class _Scaling:
    """The scaling of a queue from ``origin`` to ``target`` CUs; ``unanswered`` is the error of a lost answer."""

    api: Client
    name: str
    target: int
    waits: bool
    origin: int | None = None
    difference: int = 0
    unanswered: DliError | None = None

    def send(self) -> None:
        # The API takes the difference, so read the current CU count immediately before the request.
        self.origin = self.cu_count()
        self.difference = difference = self.target - self.origin
        if not difference:
            return
        body = {"action": "scale_out" if difference > 0 else "scale_in", "cu_count": abs(difference)}
        operation = f"scale queue {self.name} by {difference:+d} CUs"
        try:
            # A repeated request would scale again.
            self.api.put(queues.path(self.api, self.name, "action"), operation, body, idempotent=False)
        except DliError as exc:
            if not exc.outcome_unknown:
                raise
            # Only the final CU count shows whether a request without an answer took effect.
            self.unanswered = exc
            if _is_service_error(exc) or not (self.waits or self._is_scaling()):
                exc.hint = SCALING_HINT
                raise

    def _is_scaling(self) -> bool:
        """Whether the jobs show the scaling that a request without an answer has begun."""
        try:
            return jobs.is_scaling(self.api, self.name)
        except (ApiError, TransportError):
            return False

    def cu_count(self) -> int:
        queue = queues.find(self.api, self.name)
        if queue is None:
            raise Conflict(f"Queue {self.name} disappeared during the scaling.")
        return int(queue["cu_count"])

    def is_complete(self, count: int) -> bool:
        """The CU count changes once, at the end of the scaling, which the service may fulfil only in part."""
        if count not in (self.origin, self.target):
            raise Conflict(
                f"Queue {self.name} was scaled from {self.origin} to {count} CUs instead of {self.target}.",
                hint="The service fulfilled only a part of the request. Run the task again later.",
            )
        return count == self.target


def _is_service_error(exc: DliError) -> bool:
    """Whether the error comes from DLI itself, not from a gateway in front of it.

    The service reports success only after the scaling has begun, so after its own error nothing may ever happen.
    """
    return isinstance(exc, ApiError) and str(exc.code or "").startswith("DLI.")


def join_pool(api: Client, name: str, pool: str, budget: WaitBudget) -> None:
    """Add a queue to a pool, which is possible once. With ``wait``, wait until the queue shows the pool."""

    def joined() -> bool | None:
        queue = queues.find(api, name)
        return True if queue is not None and queues.pool_of(queue) == pool else None

    def send() -> None:
        operation = f"add queue {name} to elastic resource pool {pool}"
        lost_answers.post_and_confirm(
            api, pools.path(api, pool, "queues"), operation, {"queue_name": name}, confirm=joined
        )

    budget.until_accepted(send, what=f"elastic resource pool {pool} to accept queue {name}")
    if budget.wait:
        budget.until(
            joined,
            bool,
            what=f"queue {name} to be in elastic resource pool {pool}",
            seen=lambda _joined: "not in the pool",
        )


def set_cidr(api: Client, name: str, cidr: str, budget: WaitBudget) -> None:
    """Change the CIDR block of a queue. Afterwards the service rebuilds the cluster, which takes minutes."""

    def send() -> None:
        operation = f"set cidr_in_vpc of queue {name} to {cidr}"
        try:
            # A repeated request could rebuild the cluster twice.
            api.put(queues.path(api, name), operation, {"cidr_in_vpc": cidr}, idempotent=False)
        except Busy:
            raise
        except DliError as exc:
            if exc.outcome_unknown and _has_cidr(api, name, cidr):
                return
            if isinstance(exc, ApiError):
                exc.hint = exc.hint or CIDR_HINT
            raise

    budget.until_accepted(send, what=f"queue {name} to accept its CIDR block")


def _has_cidr(api: Client, name: str, cidr: str) -> bool:
    queue = queues.find_in_list(api, name)
    return queue is not None and normalize_cidr(str(queue["cidr_in_vpc"])) == normalize_cidr(cidr)


def restart(api: Client, name: str, budget: WaitBudget, *, force: bool) -> None:
    """Restart a queue; ``force`` cancels its jobs. With ``wait``, wait until the list shows the end of the restart."""
    budget.until_accepted(lambda: _restart(api, name, force), what=f"queue {name} to accept its restart")
    if budget.wait:
        budget.until(
            lambda: _is_restarting(api, name),
            lambda restarting: restarting is False,
            what=f"queue {name} to be restarted",
            seen=lambda restarting: "restarting" if restarting else "not in the list of queues",
        )


def _restart(api: Client, name: str, force: bool) -> None:
    body = {"action": "restart", "force": force}
    try:
        # A repeated request could restart the queue twice.
        api.put(queues.path(api, name, "action"), f"restart queue {name}", body, idempotent=False)
    except DliError as exc:
        # A restarting queue proves that the request took effect, although the answer is lost.
        if not (exc.outcome_unknown and _is_restarting(api, name)):
            raise


def _is_restarting(api: Client, name: str) -> bool | None:
    """Whether the queue restarts; None if the list, which can lag, does not show the queue."""
    queue = queues.find_in_list(api, name)
    return None if queue is None else bool(queue["is_restarting"])

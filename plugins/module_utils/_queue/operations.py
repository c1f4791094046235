# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing queues: each function sends one write and, if the task waits, sees it through.

Whoever calls bounds the requests by the budget of the task; what is bounded here are the waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._api import pools, queues
from .._aspect.tags import tags_to_api
from .._core.compare import normalize_cidr
from .._core.errors import (
    AlreadyExists,
    ApiError,
    Busy,
    Conflict,
    DliError,
    NotFound,
    WaitTimeout,
)
from .._http import lost_answers

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

WHY_NOT_DELETED = (
    "A queue cannot be deleted while a job is being submitted or runs on it: let the jobs finish or cancel them, "
    "then run the task again."
)
WHY_NO_OTHER_RANGE = (
    "The address range of a queue can be changed only while no job is being submitted or runs on it, and while it is "
    "bound to no connection."
)
LOOK_FIRST = (
    "Whether the service heard the request is not known, and a second one would add to the first: see that the queue "
    "has settled before the task is run again."
)


def create(api: Client, name: str, wanted: Mapping[str, Any], budget: WaitBudget) -> None:
    """Create a queue with what is ``wanted``; everything else is left to the service.

    With ``wait``, a pool that is scaling is asked again. Each queue that a pool gets makes it scale.
    """
    body = {"queue_name": name, **wanted}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])

    def send() -> None:
        try:
            lost_answers.post_and_confirm(
                api, api.path("v1.0", "queues"), f"create queue {name}", body, confirm=lambda: queues.find(api, name)
            )
        except AlreadyExists as exc:
            # It was looked for a moment ago.
            exc.hint = exc.hint or "Somebody else created it meanwhile: run the task again."
            raise

    budget.until_accepted(send, what=f"queue {name} to be accepted")


def delete(api: Client, name: str, budget: WaitBudget) -> None:
    """Delete a queue; one that is gone already counts as deleted.

    With ``wait``, a queue that is busy is asked again, and the end is when it cannot be found any more.
    Jobs on the queue end it at once: they may run for ever.
    """
    budget.until_accepted(lambda: _delete(api, name), what=f"queue {name} to allow its deletion")
    if budget.wait:
        budget.until(
            lambda: queues.find(api, name),
            lambda queue: queue is None,
            what=f"queue {name} to be gone",
            seen=lambda _queue: "still there",
        )


def _delete(api: Client, name: str) -> None:
    try:
        with suppress(NotFound):
            api.delete(queues.path(api, name), f"delete queue {name}")
    except ApiError as exc:
        exc.hint = exc.hint or WHY_NOT_DELETED
        raise


def scale(api: Client, name: str, target: int, budget: WaitBudget) -> None:
    """Bring a queue to ``target`` CUs. With ``wait``, the end is when the queue shows them."""
    scaling = _Scaling(api, name, target, waits=budget.wait)
    budget.until_accepted(scaling.ask, what=f"queue {name} to accept its scaling")
    if not budget.wait:
        return
    try:
        budget.until(
            scaling.count,
            scaling.is_complete,
            what=f"queue {name} to have {target} CUs",
            seen=lambda count: f"{count} CUs",
        )
    except WaitTimeout as exc:
        if scaling.unanswered:
            exc.message += f" The request for it got no answer: {scaling.unanswered.message}"
        raise


@dataclass
class _Scaling:
    """The way of a queue to ``target`` CUs: from how many, and the failure if the request got no answer."""

    api: Client
    name: str
    target: int
    waits: bool
    origin: int | None = None
    unanswered: DliError | None = None

    def ask(self) -> None:
        # The call takes the difference, so it is taken from what the queue has at this very moment.
        self.origin = self.count()
        difference = self.target - self.origin
        if not difference:
            return
        body = {"action": "scale_out" if difference > 0 else "scale_in", "cu_count": abs(difference)}
        operation = f"scale queue {self.name} by {difference:+d} CUs"
        try:
            # Sent twice it would count twice.
            self.api.put(queues.path(self.api, self.name, "action"), operation, body, idempotent=False)
        except DliError as exc:
            if not exc.outcome_unknown:
                raise
            # Only the CUs that the queue ends up with tell whether a request without an answer was heard.
            self.unanswered = exc
            if not self.waits or _is_service_error(exc):
                exc.hint = LOOK_FIRST
                raise

    def count(self) -> int:
        queue = queues.find(self.api, self.name)
        if queue is None:
            raise Conflict(f"Queue {self.name} disappeared while it was being scaled.")
        return int(queue["cu_count"])

    def is_complete(self, count: int) -> bool:
        """The number changes once, at the end; the service may fulfil a scaling in part."""
        if count not in (self.origin, self.target):
            raise Conflict(
                f"Queue {self.name} was scaled from {self.origin} to {count} CUs, asked for was {self.target}.",
                hint="The service could fulfil only a part of it: run the task again later.",
            )
        return count == self.target


def _is_service_error(exc: DliError) -> bool:
    """Whether a failure comes from the service itself, and not from what stands before it, which may not know.

    The service reports success only once it has begun, so after its own word nothing is waited for that may never come.
    """
    return isinstance(exc, ApiError) and str(exc.code or "").startswith("DLI.")


def join_pool(api: Client, name: str, pool: str, budget: WaitBudget) -> None:
    """Let a queue join a pool, which it can do once. With ``wait``, the end is when both show it."""

    def joined() -> bool | None:
        queue = queues.find(api, name)
        return True if queue is not None and queues.pool_of(queue) == pool else None

    def send() -> None:
        operation = f"let queue {name} join elastic resource pool {pool}"
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
    """Give a queue another address range. Its cluster is built anew afterwards, which takes minutes."""

    def send() -> None:
        operation = f"set cidr_in_vpc of queue {name} to {cidr}"
        try:
            # Sent twice it could build the cluster twice.
            api.put(queues.path(api, name), operation, {"cidr_in_vpc": cidr}, idempotent=False)
        except Busy:
            raise
        except DliError as exc:
            if exc.outcome_unknown and _has_range(api, name, cidr):
                return
            if isinstance(exc, ApiError):
                exc.hint = exc.hint or WHY_NO_OTHER_RANGE
            raise

    budget.until_accepted(send, what=f"queue {name} to accept its address range")


def _has_range(api: Client, name: str, cidr: str) -> bool:
    queue = queues.find_in_list(api, name)
    return queue is not None and normalize_cidr(str(queue["cidr_in_vpc"])) == normalize_cidr(cidr)


def restart(api: Client, name: str, budget: WaitBudget, *, force: bool) -> None:
    """Restart a queue; ``force`` cancels its jobs. With ``wait``, the end is when the list calls it restarted."""
    budget.until_accepted(lambda: _ask_to_restart(api, name, force), what=f"queue {name} to accept its restart")
    if budget.wait:
        budget.until(
            lambda: _is_restarting(api, name),
            lambda restarting: restarting is False,
            what=f"queue {name} to be restarted",
            seen=lambda restarting: "restarting" if restarting else "not in the list of queues",
        )


def _ask_to_restart(api: Client, name: str, force: bool) -> None:
    body = {"action": "restart", "force": force}
    try:
        # Sent twice it could restart the queue twice.
        api.put(queues.path(api, name, "action"), f"restart queue {name}", body, idempotent=False)
    except DliError as exc:
        # A queue that is being restarted has heard the request, whatever became of the answer.
        if not (exc.outcome_unknown and _is_restarting(api, name)):
            raise


def _is_restarting(api: Client, name: str) -> bool | None:
    """None if the list does not show the queue, which it may do only later."""
    queue = queues.find_in_list(api, name)
    return None if queue is None else bool(queue["is_restarting"])

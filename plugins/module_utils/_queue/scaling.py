# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scaling a queue outside pools: the API takes a difference, so no request may be repeated or added to another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .._api import jobs, queues
from .._core.errors import ApiError, Conflict, DliError, TransportError, UnexpectedResponse, WaitTimeout
from .._wait.budget import LATER
from .._wait.rejections import is_unexplained
from .operations import naming_jobs

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

SCALING_HINT = (
    "It is unknown whether the service processed the request. Check the size of the queue before you run the task "
    "again: a repeated request would scale the queue again."
)

NOT_SCALED = "Nothing was scaled: a scaling that is already running is in this list, and another one would add to it."


def scale(api: Client, name: str, target: int, budget: WaitBudget) -> Scaled:
    """Scale a queue to ``target`` CUs. With ``wait``, wait until the queue has them.

    Never add to a scaling that is already running: with ``wait``, wait for it, else raise Conflict.
    """
    warnings = _end_of_running_scaling(api, name, budget)
    scaling = _Scaling(api, name, target, waits=budget.wait)
    with naming_jobs(api, name):
        budget.until_accepted(
            scaling.send, what=f"queue {name} to accept its scaling", is_busy=lambda: jobs.is_busy(api, name)
        )
    if scaling.difference and budget.wait:
        _wait_for(scaling, budget)
    return Scaled(bool(scaling.difference), warnings)


def wait_for_requested(api: Client, name: str, current: int, target: int, budget: WaitBudget) -> None:
    """Wait until a queue of ``current`` CUs has the ``target`` that an earlier task has requested."""
    _wait_for(_Scaling(api, name, target, waits=True, origin=current), budget)


def _end_of_running_scaling(api: Client, name: str, budget: WaitBudget) -> tuple[str, ...]:
    """Wait for the end of a scaling of the queue that is already running; returns warnings."""
    try:
        running = jobs.scalings(api, name)
    except (ApiError, UnexpectedResponse) as exc:
        if isinstance(exc, ApiError) and exc.transient:
            exc.hint = f"{exc.hint or ''} {NOT_SCALED}".strip()
            raise
        return (
            f"It is unknown whether queue {name} is already being scaled, because its jobs could not be read. {exc}",
        )
    if not running:
        return ()
    from .._api import running_jobs

    if not budget.wait:
        raise Conflict(
            f"Cannot scale queue {name}: it is already being scaled, and another request would add to that scaling. "
            f"Job: {running_jobs.listed(running)}.",
            hint=LATER,
            reason="busy",
        )
    budget.until(
        lambda: jobs.scalings(api, name),
        lambda still: not still,
        what=f"queue {name} to complete the scaling that is already running",
        seen=running_jobs.listed,
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
            if isinstance(exc, ApiError) and is_unexplained(exc) and self._is_scaling():
                # Whatever the text says, another request would add to this scaling.
                self.unanswered, self.api.wrote = exc, True
                return
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
        except (ApiError, TransportError, UnexpectedResponse):
            return False

    def cu_count(self) -> int:
        queue = queues.find(self.api, self.name)
        if queue is None:
            raise Conflict(f"Queue {self.name} disappeared during the scaling.", reason="concurrent")
        return int(queue["cu_count"])

    def is_complete(self, count: int) -> bool:
        """The CU count changes once, at the end of the scaling, which the service may fulfil only in part."""
        if count not in (self.origin, self.target):
            raise Conflict(
                f"Queue {self.name} was scaled from {self.origin} to {count} CUs instead of {self.target}.",
                hint="The service fulfilled only a part of the request. Run the task again later.",
                reason="failed",
            )
        return count == self.target


def _is_service_error(exc: DliError) -> bool:
    """Whether the error comes from DLI itself, not from a gateway in front of it.

    The service reports success only after the scaling has begun, so after its own error nothing may ever happen.
    """
    return isinstance(exc, ApiError) and str(exc.code or "").startswith("DLI.")

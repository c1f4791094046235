# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watching queues and pools until they can be used, or asking once whether they can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import pools, queues
from .._core.errors import ApiError, Conflict, NotFound
from .readiness import (
    CLUSTER_ANSWERS,
    CLUSTER_IS_ASSIGNED,
    OLD_ENOUGH,
    POOL_NOT_AVAILABLE,
    TOO_YOUNG,
    Readiness,
    is_old,
)

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget


# What keeps queues from being ready, in words; where there are several, the gap says which of them.
WHY_NOT = {
    TOO_YOUNG: "the age{} is less than ready_age",
    POOL_NOT_AVAILABLE: "the elastic resource pool{} is not AVAILABLE",
    CLUSTER_IS_ASSIGNED: "the cluster{} does not answer yet",
}


class QueueProbe:
    """Asks about one queue again and again, at the cost of one request each time."""

    def __init__(self, api: Client, queue: Mapping[str, Any], ready_age: float) -> None:
        self.api = api
        self.queue = queue
        self.name = str(queue["name"])
        self.ready_age = ready_age
        self.warning: str | None = None
        self._pool = queues.pool_of(queue)

    def ask(self) -> Readiness:
        if is_old(self.api, self.queue, self.ready_age):
            return OLD_ENOUGH
        if self.warning is not None:
            return self._ask_for_age()
        if self._pool and not self._pool_is_available():
            return POOL_NOT_AVAILABLE
        try:
            return CLUSTER_ANSWERS if queues.cluster_responds(self.api, self.name) else CLUSTER_IS_ASSIGNED
        except NotFound:
            raise
        except ApiError as exc:
            if exc.transient:
                raise
            self.warning = (
                f"Queue {self.name} cannot be asked whether it is ready, so it counts as ready when it is "
                f"{self.ready_age:g} s old. {exc}"
            )
            return TOO_YOUNG

    def _ask_for_age(self) -> Readiness:
        # Read for the service's clock, and to notice when the queue has gone.
        if queues.find(self.api, self.name) is None:
            raise Conflict(f"Queue {self.name} disappeared while it was waited for.")
        return OLD_ENOUGH if is_old(self.api, self.queue, self.ready_age) else TOO_YOUNG

    def _pool_is_available(self) -> bool:
        """Once the pool was AVAILABLE it is not asked again: it may scale at any time for other reasons."""
        if pool_is_available(self.api, self._pool):
            self._pool = ""
            return True
        return False


def pool_is_available(api: Client, name: str) -> bool:
    """Whether the pool can be worked with. Raises Conflict if it never will."""
    return _pool_status(api, name) == pools.AVAILABLE


def _pool_status(api: Client, name: str) -> str:
    pool = pools.find(api, name)
    if pool is None:
        raise Conflict(
            f"There is no elastic resource pool {name}.",
            hint="Check its name, and that it is in this region and project.",
        )
    if problem := pools.failure(pool):
        raise problem
    return str(pool["status"])


def wait_for_queues(
    api: Client, wanted: Iterable[Mapping[str, Any]], ready_age: float, budget: WaitBudget
) -> tuple[dict[str, Readiness], tuple[str, ...]]:
    """Wait until all of the queues are ready; returns what that was concluded from, and warnings.

    Old queues cost nothing. Raises WaitTimeout, or Conflict when a queue can never become ready.
    """
    watches = [QueueProbe(api, queue, ready_age) for queue in wanted]
    seen: dict[str, Readiness] = {}

    def ask() -> list[str]:
        asked_all_before = len(seen) == len(watches)
        for watch in watches:
            if watch.name not in seen or not seen[watch.name].ready:
                seen[watch.name] = watch.ask()
                # Once all were asked, one that is not ready is reason enough to go on waiting.
                if asked_all_before and not seen[watch.name].ready:
                    break
        return [watch.name for watch in watches if not seen[watch.name].ready]

    def in_words(waiting: list[str]) -> str:
        of = {state: ", ".join(name for name in waiting if seen[name] == state) for state in WHY_NOT}
        single = len(watches) == 1
        return ", ".join(WHY_NOT[state].format("" if single else f" of {of[state]}") for state in WHY_NOT if of[state])

    budget.until(
        ask,
        lambda waiting: not waiting,
        what=f"{'queue' if len(watches) == 1 else 'queues'} {', '.join(watch.name for watch in watches)} to be ready",
        seen=in_words,
    )
    return seen, tuple(watch.warning for watch in watches if watch.warning)


def wait_for_rebuilt(api: Client, queue: Mapping[str, Any], ready_age: float, budget: WaitBudget) -> tuple[str, ...]:
    """Wait until the cluster that the service has just begun to build anew answers; returns warnings.

    Such a queue is as young as a new one, whenever it was created.
    """
    as_new = {**queue, "create_time": int(api.now() * 1000)}
    _seen, warnings = wait_for_queues(api, [as_new], ready_age, budget)
    return warnings


def raise_if_not_ready(
    api: Client, wanted: Iterable[Mapping[str, Any]], pool_names: Iterable[str], ready_age: float
) -> None:
    """Ask once. Raises Conflict with all queues and pools that cannot be bound yet."""
    seen = {str(queue["name"]): QueueProbe(api, queue, ready_age).ask() for queue in wanted}
    waiting = [f"queue {name} is not ready (by {seen[name].source})" for name in seen if not seen[name].ready]
    waiting += [
        f"elastic resource pool {name} is not AVAILABLE" for name in pool_names if not pool_is_available(api, name)
    ]
    if waiting:
        raise Conflict(
            f"Nothing was bound: {'; '.join(waiting)}.",
            hint="Bound too early, a binding stays unfinished for good: run the task again later, or with wait=true.",
        )


def wait_for_pool(api: Client, name: str, budget: WaitBudget) -> None:
    """Wait until the pool is AVAILABLE. Raises WaitTimeout or Conflict."""
    budget.until(
        lambda: _pool_status(api, name),
        lambda status: status == pools.AVAILABLE,
        what=f"elastic resource pool {name} to be AVAILABLE",
    )

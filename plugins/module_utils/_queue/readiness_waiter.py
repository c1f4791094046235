# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until queues and pools are ready, or checking their readiness once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .._api import pools, queues
from .._core.errors import ApiError, Conflict, NotFound
from .readiness import (
    CLUSTER_NOT_RESPONDING,
    CLUSTER_RESPONDS,
    OLD_ENOUGH,
    POOL_NOT_AVAILABLE,
    TOO_YOUNG,
    Readiness,
    is_old,
)

if TYPE_CHECKING:
    from .._api.queues import Queue
    from .._http.client import Client
    from .._wait.budget import WaitBudget


# Why queues are not ready. If several queues are waited for, the gap names those that the reason applies to.
REASONS = {
    TOO_YOUNG: "the age{} is less than ready_age",
    POOL_NOT_AVAILABLE: "the elastic resource pool{} is not AVAILABLE",
    CLUSTER_NOT_RESPONDING: "the cluster{} does not respond yet",
}


class QueueProbe:
    """Checks the readiness of one queue repeatedly; each check costs at most two requests, usually one."""

    def __init__(self, api: Client, queue: Queue, ready_age: float) -> None:
        self.api = api
        self.queue = queue
        self.name = queue["name"]
        self.ready_age = ready_age
        self.warning: str | None = None
        self._pool = queues.pool_of(queue)

    def check(self) -> Readiness:
        """The readiness now. Raises Conflict if the queue can never become ready, and transient errors."""
        if is_old(self.api, self.queue, self.ready_age):
            return OLD_ENOUGH
        if self.warning is not None:
            return self._check_age()
        if self._pool and not self._pool_is_available():
            return POOL_NOT_AVAILABLE
        try:
            return CLUSTER_RESPONDS if queues.cluster_responds(self.api, self.name) else CLUSTER_NOT_RESPONDING
        except NotFound:
            raise
        except ApiError as exc:
            if exc.transient:
                raise
            self.warning = (
                f"Queue {self.name} counts as ready at an age of {self.ready_age:g} s, because its readiness cannot be "
                f"tested. {exc}"
            )
            return TOO_YOUNG

    def _check_age(self) -> Readiness:
        # This read updates the service's clock and shows whether the queue still exists.
        if queues.find(self.api, self.name) is None:
            raise Conflict(f"Queue {self.name} disappeared during the wait.", reason="concurrent")
        return OLD_ENOUGH if is_old(self.api, self.queue, self.ready_age) else TOO_YOUNG

    def _pool_is_available(self) -> bool:
        """Whether the pool was AVAILABLE once. Later scaling of the pool, for any reason, does not matter."""
        if pool_is_available(self.api, self._pool):
            self._pool = ""
            return True
        return False


def pool_is_available(api: Client, name: str) -> bool:
    """Whether the pool is AVAILABLE. Raises Conflict if the pool does not exist or is FAILED."""
    return _pool_status(api, name) == pools.AVAILABLE


def _pool_status(api: Client, name: str) -> str:
    pool = pools.find(api, name)
    if pool is None:
        raise pools.missing_error(name)
    if failure := pools.failure(pool):
        raise failure
    return pool["status"]


def wait_for_queues(
    api: Client, young_queues: Iterable[Queue], ready_age: float, budget: WaitBudget
) -> tuple[dict[str, Readiness], tuple[str, ...]]:
    """Wait until all of the queues are ready; returns the readiness by name, and warnings.

    Queues older than ``ready_age`` seconds cost no request. Raises WaitTimeout, or Conflict if a queue can never become
    ready.
    """
    probes = [QueueProbe(api, queue, ready_age) for queue in young_queues]
    states: dict[str, Readiness] = {}

    def check() -> list[str]:
        checked_all_before = len(states) == len(probes)
        for probe in probes:
            if probe.name not in states or not states[probe.name].ready:
                states[probe.name] = probe.check()
                # After the first round, one queue that is not ready suffices to continue the wait.
                if checked_all_before and not states[probe.name].ready:
                    break
        return [probe.name for probe in probes if not states[probe.name].ready]

    def describe(waiting: list[str]) -> str:
        names = {state: ", ".join(name for name in waiting if states[name] == state) for state in REASONS}
        single = len(probes) == 1
        return ", ".join(
            reason.format("" if single else f" of {names[state]}") for state, reason in REASONS.items() if names[state]
        )

    budget.until(
        check,
        lambda waiting: not waiting,
        what=f"{'queue' if len(probes) == 1 else 'queues'} {', '.join(probe.name for probe in probes)} to be ready",
        seen=describe,
    )
    return states, tuple(probe.warning for probe in probes if probe.warning)


def wait_for_rebuilt(api: Client, queue: Queue, ready_age: float, budget: WaitBudget) -> tuple[str, ...]:
    """Wait until the cluster that the service has just begun to rebuild responds; returns warnings.

    The age of such a queue counts from now.
    """
    as_new: Queue = {**queue, "create_time": int(api.now() * 1000)}
    _states, warnings = wait_for_queues(api, [as_new], ready_age, budget)
    return warnings


def not_ready(api: Client, to_bind: Iterable[Queue], pool_names: Iterable[str], ready_age: float) -> list[str]:
    """Check once; returns each queue and pool that is not ready to be bound, in words."""
    states = {queue["name"]: QueueProbe(api, queue, ready_age).check() for queue in to_bind}
    found = [
        f"queue {name} is not ready (according to {state.source})" for name, state in states.items() if not state.ready
    ]
    return found + [
        f"elastic resource pool {name} is not AVAILABLE" for name in pool_names if not pool_is_available(api, name)
    ]


def wait_for_pool(api: Client, name: str, budget: WaitBudget) -> None:
    """Wait until the pool is AVAILABLE. Raises WaitTimeout, or Conflict if the pool does not exist or is FAILED."""
    budget.until(
        lambda: _pool_status(api, name),
        lambda status: status == pools.AVAILABLE,
        what=f"elastic resource pool {name} to be AVAILABLE",
    )

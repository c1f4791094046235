# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Binding queues and pools to connections, and unbinding them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from .._api import connection_hints, connections, jobs
from .._api import pools as pool_api
from .._core.errors import Busy, DliError, NotFound, WaitTimeout
from .._http import lost_answers
from .operations import existing

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._http.client import Client
    from .._wait.budget import WaitBudget

# Of no more queues than this, a message about a rejected binding names the jobs.
EXPLAINED = 3


def bind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> None:
    """Bind queues and pools (AssociateQueueToEnhancedConnection); their bindings are CREATING afterwards."""

    def bound() -> Connection | None:
        current = connections.get(api, connection["id"], connection["name"])
        if current is None:
            return None
        bound_queues = {*current["queues"], *connections.listed_as_pools(current, queues)}
        are_listed = set(queues) <= bound_queues and set(pools) <= set(connections.pool_names(current))
        return current if are_listed else None

    def send() -> None:
        with connection_hints.explained("bindQueue"):
            lost_answers.post_and_confirm(
                api,
                connections.path(api, connection["id"], "associate-queue"),
                f"bind {_names(queues, pools)} to connection {connection['name']}",
                _binding_body(queues, pools),
                confirm=bound,
            )

    def is_busy() -> bool:
        return any(pool_api.is_busy(api, pool) for pool in pools) or any(jobs.is_busy(api, queue) for queue in queues)

    try:
        budget.until_accepted(send, what=f"{_names(queues, pools)} to be ready for binding", is_busy=is_busy)
    except (Busy, WaitTimeout) as exc:
        from .._api import running_jobs

        for queue in sorted(queues)[:EXPLAINED]:
            running_jobs.explain(api, queue, exc)
        raise


def unbind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> bool:
    """Unbind queues and pools (DisassociateQueueFromEnhancedConnection).

    With ``wait``, wait until the connection does not list them any more. Returns whether the service accepted a
    request: it rejects those for bindings that it is removing already.
    """

    def remaining() -> list[tuple[list[str], list[str]]]:
        return _listed(existing(api, connection), queues, pools)

    def send(some_queues: Collection[str], some_pools: Collection[str]) -> None:
        with connection_hints.explained("unbindQueue"):
            lost_answers.post_and_confirm(
                api,
                connections.path(api, connection["id"], "disassociate-queue"),
                f"unbind {_names(some_queues, some_pools)} from connection {connection['name']}",
                _binding_body(some_queues, some_pools),
                confirm=lambda: None if remaining() else True,
            )

    accepted = False
    try:
        send(queues, pools)
        accepted = True
    except DliError as exc:
        if not exc.outcome_unknown and not isinstance(exc, NotFound):
            raise
        # If the response was lost, the request may have taken effect.
        accepted = exc.outcome_unknown
        # The list still shows bindings that were removed a moment ago, and the service rejects a request that names
        # one of them as a whole. Unbinding is idempotent, so the remaining ones are unbound one by one.
        for each in remaining():
            with suppress(NotFound):
                send(*each)
                accepted = True
    if budget.wait:
        _wait_until_unlisted(remaining, _names(queues, pools), budget)
    return accepted


def _wait_until_unlisted(
    remaining: Callable[[], list[tuple[list[str], list[str]]]], names: str, budget: WaitBudget
) -> None:
    budget.until(
        remaining,
        lambda listed: not listed,
        what=f"{names} to be unbound",
        seen=lambda listed: ", ".join(f"{_names(*each)} still listed" for each in listed),
    )


def still_listed(connection: Connection, queues: Collection[str], pools: Collection[str]) -> tuple[str, ...]:
    """A warning about unbound queues and pools that the connection still lists."""
    names = ", ".join(_names(*each) for each in _listed(connection, queues, pools))
    if not names:
        return ()
    return (
        f"The service still lists {names} as bound to connection {connection['name']} although the unbinding has "
        "begun. Do not bind it again before it is no longer listed: a task in between finds it bound and changes "
        "nothing. With wait=true, the unbinding is waited for.",
    )


def _listed(
    connection: Connection, queues: Collection[str], pools: Collection[str]
) -> list[tuple[list[str], list[str]]]:
    """Those of the queues and pools that are bound, each in an element of its own: one queue or one pool."""
    return [
        *(([queue], []) for queue in connection["queues"] if queue in queues),
        *(([], [pool]) for pool in connections.pool_names(connection) if pool in pools),
    ]


def _binding_body(queues: Collection[str], pools: Collection[str]) -> dict[str, list[str]]:
    names = {"queues": sorted(queues), "elastic_resource_pools": sorted(pools)}
    return {key: value for key, value in names.items() if value}


def _names(queues: Collection[str], pools: Collection[str]) -> str:
    return ", ".join([*(f"queue {q}" for q in sorted(queues)), *(f"elastic resource pool {p}" for p in sorted(pools))])

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write operations on connections. Each sends one kind of request and, with ``wait``, waits until it is effective."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import connections
from .._aspect.tags import tags_to_api
from .._core.errors import (
    ApiError,
    Busy,
    Conflict,
    DliError,
    NotFound,
)
from .._http import lost_answers

if TYPE_CHECKING:
    from .._api.connections import Connection, Host
    from .._http.client import Client
    from .._wait.budget import WaitBudget

NOT_DELETABLE_YET = (
    "The service does not delete a connection while a binding is being created. "
    "Run the task again later, or set wait=true."
)
STUCK = (
    "The binding of a queue or pool that is a few minutes old can stay in CREATING permanently; in that case unbind it "
    "(run the task once without it in queues or elastic_resource_pools, with purging), then run the task again"
)
RUN_AGAIN = "Run the task again later to continue."


def create(api: Client, name: str, requested: Mapping[str, Any]) -> str:
    """Create a connection with the ``requested`` fields only, and return its ID (CreateEnhancedConnection)."""
    body = {"name": name, **requested}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    try:
        response, found = lost_answers.post_and_confirm(
            api, connections.path(api), f"create connection {name}", body, confirm=lambda: connections.find(api, name)
        )
    except Busy as exc:
        # Not sent again, unlike a binding: the service can leave a connection behind although it rejected the request.
        exc.hint = exc.hint or RUN_AGAIN
        raise
    connection_id = found["id"] if found else response.get("connection_id")
    if not connection_id:
        raise Conflict(f"The service created connection {name} without returning its ID.", hint=RUN_AGAIN)
    return str(connection_id)


def delete(api: Client, connection: Connection, budget: WaitBudget) -> None:
    """Delete a connection; success if it does not exist any more (DeleteEnhancedConnection).

    With ``wait``, wait first until no binding is CREATING, and afterwards until the list does not show the connection:
    the next task would take a listed connection for an existing one.
    """
    name, connection_id = connection["name"], connection["id"]
    if budget.wait and connections.has_creating(connection):
        budget.until(
            lambda: connections.get(api, connection_id, name),
            lambda current: current is None or not connections.has_creating(current),
            what=f"the bindings of connection {name} to leave the state CREATING before the deletion",
            seen=connections.describe,
            advice=_advice,
        )
    budget.until_accepted(lambda: _delete(api, connection), what=f"connection {name} to be ready for deletion")
    if budget.wait:
        budget.until(
            lambda: [found for found in connections.live(api, name) if found["id"] == connection_id],
            lambda found: not found,
            what=f"connection {name} to be deleted",
            seen=lambda found: connections.describe(found[0]),
        )


def _delete(api: Client, connection: Connection) -> None:
    try:
        with suppress(NotFound):
            api.delete(connections.path(api, connection["id"]), f"delete connection {connection['name']}")
    except ApiError as exc:
        # The message of this rejection is not documented.
        if isinstance(exc, Busy) or connections.has_creating(connection):
            exc.hint = exc.hint or NOT_DELETABLE_YET
        raise


def bind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> None:
    """Bind queues and pools (AssociateQueueToEnhancedConnection); their bindings are CREATING afterwards."""

    def bound() -> Connection | None:
        current = connections.get(api, connection["id"], connection["name"])
        if current is None or not set(queues) <= set(current["queues"]):
            return None
        return current if set(pools) <= set(connections.pool_names(current)) else None

    def send() -> None:
        lost_answers.post_and_confirm(
            api,
            connections.path(api, connection["id"], "associate-queue"),
            f"bind {_names(queues, pools)} to connection {connection['name']}",
            _binding_body(queues, pools),
            confirm=bound,
        )

    budget.until_accepted(send, what=f"{_names(queues, pools)} to be ready for binding")


def unbind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> None:
    """Unbind queues and pools (DisassociateQueueFromEnhancedConnection).

    With ``wait``, wait until the connection does not list them any more.
    """

    def remaining() -> list[tuple[list[str], list[str]]]:
        return _listed(existing(api, connection), queues, pools)

    def send(some_queues: Collection[str], some_pools: Collection[str]) -> None:
        lost_answers.post_and_confirm(
            api,
            connections.path(api, connection["id"], "disassociate-queue"),
            f"unbind {_names(some_queues, some_pools)} from connection {connection['name']}",
            _binding_body(some_queues, some_pools),
            confirm=lambda: None if remaining() else True,
        )

    try:
        send(queues, pools)
    except DliError as exc:
        if not exc.outcome_unknown and not isinstance(exc, NotFound):
            raise
        # The list still shows bindings that were removed a moment ago, and the service rejects a request that names
        # one of them as a whole. Unbinding is idempotent, so the remaining ones are unbound one by one.
        for each in remaining():
            with suppress(NotFound):
                send(*each)
    if budget.wait:
        budget.until(
            remaining,
            lambda listed: not listed,
            what=f"{_names(queues, pools)} to be unbound",
            seen=lambda listed: ", ".join(f"{_names(*each)} still listed" for each in listed),
        )


def _listed(
    connection: Connection, queues: Collection[str], pools: Collection[str]
) -> list[tuple[list[str], list[str]]]:
    """A pair ``(queues, pools)`` with one name for each of these queues and pools that is bound."""
    return [
        *(([queue], []) for queue in connection["queues"] if queue in queues),
        *(([], [pool]) for pool in connections.pool_names(connection) if pool in pools),
    ]


def existing(api: Client, connection: Connection) -> Connection:
    """Read the connection again. Raises Conflict if another client deleted it."""
    current = connections.get(api, connection["id"], connection["name"])
    if current is None:
        raise Conflict(
            f"Another client deleted connection {connection['name']} while this task was running.",
            hint="Run the task again to create the connection.",
        )
    return current


def set_hosts(api: Client, connection: Connection, hosts: Sequence[Host]) -> None:
    """Replace the hosts (UpdateEnhancedConnection); an empty list removes all."""
    operation = f"set the hosts of connection {connection['name']}"
    api.put(connections.path(api, connection["id"]), operation, {"hosts": [dict(host) for host in hosts]})


def wait_until_ready(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> Connection:
    """Wait until the connection and these bindings are ACTIVE. Raises Conflict as soon as a binding is FAILED."""

    def settled(current: Connection) -> bool:
        if problem := connections.failure(current, queues, pools):
            raise problem
        return connections.is_ready(current, queues, pools)

    return budget.until(
        lambda: existing(api, connection),
        settled,
        what=f"connection {connection['name']} and its bindings to be ACTIVE",
        seen=connections.describe,
        advice=_advice,
    )


def wait_until_listed(api: Client, name: str, budget: WaitBudget) -> None:
    """Wait until the list shows a new connection: a task that does not find it in the list creates another one."""
    budget.until(
        lambda: connections.find(api, name),
        lambda found: found is not None,
        what=f"connection {name} to be listed",
        seen=connections.describe,
    )


def _advice(current: Connection | None) -> str:
    return STUCK if current is not None and connections.has_creating(current) else ""


def _binding_body(queues: Collection[str], pools: Collection[str]) -> dict[str, list[str]]:
    names = {"queues": sorted(queues), "elastic_resource_pools": sorted(pools)}
    return {key: value for key, value in names.items() if value}


def _names(queues: Collection[str], pools: Collection[str]) -> str:
    return ", ".join([*(f"queue {q}" for q in sorted(queues)), *(f"elastic resource pool {p}" for p in sorted(pools))])

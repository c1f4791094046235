# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing connections: each function sends one write and, if the task waits, sees it through."""

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
    from .._http.client import Client
    from .._wait.budget import WaitBudget

    Connection = dict[str, Any]

WHY_NOT_DELETED = (
    "A connection cannot be deleted while one of its bindings is being created: "
    "run the task again later, or with wait=true."
)
STUCK = (
    "What is bound in the first minutes of its life can stay in CREATING for good: unbind it (run once with queues and "
    "elastic_resource_pools that lack it, and without purge_...=false), then run the task again"
)
NOT_YET = "Running the task again later goes on from what is there."


def create(api: Client, name: str, requested: Mapping[str, Any]) -> str:
    """Create a connection from exactly what is ``asked``; returns its id."""
    body = {"name": name, **requested}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    try:
        answer, found = lost_answers.post_and_confirm(
            api, connections.path(api), f"create connection {name}", body, confirm=lambda: connections.find(api, name)
        )
    except Busy as exc:
        # Not sent again as a binding would be: nothing says that the service leaves no connection behind.
        exc.hint = exc.hint or NOT_YET
        raise
    connection_id = found["id"] if found else answer.get("connection_id")
    if not connection_id:
        raise Conflict(
            f"Connection {name} was created, but the service did not tell its id.",
            hint=NOT_YET,
        )
    return str(connection_id)


def delete(api: Client, connection: Connection, budget: WaitBudget) -> None:
    """Delete a connection; one that is gone already counts as deleted.

    With ``wait``, bindings that are being created are waited out first, and the end is when the
    list does not show the connection any more: a task that finds it there takes it for alive.
    """
    name, connection_id = connection["name"], connection["id"]
    if budget.wait and connections.has_creating(connection):
        budget.until(
            lambda: connections.get(api, connection_id, name),
            lambda now: now is None or not connections.has_creating(now),
            what=f"the bindings of connection {name} to be created or FAILED, before it can be deleted",
            seen=connections.describe,
            advice=_advice,
        )
    budget.until_accepted(lambda: _delete(api, connection), what=f"connection {name} to allow its deletion")
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
        # The words of that refusal are not documented.
        if isinstance(exc, Busy) or connections.has_creating(connection):
            exc.hint = exc.hint or WHY_NOT_DELETED
        raise


def bind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> None:
    """Bind queues and pools; their bindings are CREATING afterwards."""

    def bound() -> Connection | None:
        now = connections.get(api, connection["id"], connection["name"])
        there = now is not None and set(now["queues"]) >= set(queues) and set(connections.pool_names(now)) >= set(pools)
        return now if there else None

    def send() -> None:
        lost_answers.post_and_confirm(
            api,
            connections.path(api, connection["id"], "associate-queue"),
            f"bind {_names(queues, pools)} to connection {connection['name']}",
            _bound(queues, pools),
            confirm=bound,
        )

    budget.until_accepted(send, what=f"{_names(queues, pools)} to be free for binding")


def unbind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> None:
    """Unbind queues and pools. With ``wait``, the end is when the connection does not list them any more."""

    def left() -> list[tuple[list[str], list[str]]]:
        """What is still listed, each by itself, in the form that ``send`` takes."""
        now = existing(api, connection)
        return [
            *(([queue], []) for queue in now["queues"] if queue in queues),
            *(([], [pool]) for pool in connections.pool_names(now) if pool in pools),
        ]

    def send(some_queues: Collection[str], some_pools: Collection[str]) -> None:
        lost_answers.post_and_confirm(
            api,
            connections.path(api, connection["id"], "disassociate-queue"),
            f"unbind {_names(some_queues, some_pools)} from connection {connection['name']}",
            _bound(some_queues, some_pools),
            confirm=lambda: None if left() else True,
        )

    try:
        send(queues, pools)
    except DliError as exc:
        if not exc.outcome_unknown and not isinstance(exc, NotFound):
            raise
        # What was unbound a moment ago is still listed, and the service refuses to unbind it once more, together
        # with everything named beside it. Unbinding twice does no harm, so each that is left is tried by itself.
        for one in left():
            with suppress(NotFound):
                send(*one)
    if budget.wait:
        budget.until(
            left,
            lambda listed: not listed,
            what=f"{_names(queues, pools)} to be unbound",
            seen=lambda listed: ", ".join(f"{_names(*one)} still listed" for one in listed),
        )


def existing(api: Client, connection: Connection) -> Connection:
    """The connection as it is now. Raises Conflict if somebody else deleted it."""
    now = connections.get(api, connection["id"], connection["name"])
    if now is None:
        raise Conflict(
            f"Connection {connection['name']} disappeared while it was worked on.",
            hint="Somebody else deleted it. Running the task again creates it anew.",
        )
    return now


def set_hosts(api: Client, connection: Connection, hosts: Sequence[Mapping[str, Any]]) -> None:
    """Replace the hosts, by none if the list is empty."""
    operation = f"set the hosts of connection {connection['name']}"
    api.put(connections.path(api, connection["id"]), operation, {"hosts": [dict(host) for host in hosts]})


def wait_until_ready(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> Connection:
    """Wait until the connection and these bindings are ACTIVE; returns it. A FAILED binding ends the wait at once."""

    def settled(now: Connection) -> bool:
        if problem := connections.failed(now, queues, pools):
            raise problem
        return connections.is_ready(now, queues, pools)

    return budget.until(
        lambda: existing(api, connection),
        settled,
        what=f"connection {connection['name']} and its bindings to be ACTIVE",
        seen=connections.describe,
        advice=_advice,
    )


def wait_until_listed(api: Client, name: str, budget: WaitBudget) -> None:
    """Wait until the list shows a connection that was created: a task that does not find it there creates another."""
    budget.until(
        lambda: connections.find(api, name),
        lambda found: found is not None,
        what=f"connection {name} to be listed",
        seen=connections.describe,
    )


def _advice(now: Connection | None) -> str:
    return STUCK if now is not None and connections.has_creating(now) else ""


def _bound(queues: Collection[str], pools: Collection[str]) -> dict[str, list[str]]:
    named = {"queues": sorted(queues), "elastic_resource_pools": sorted(pools)}
    return {key: names for key, names in named.items() if names}


def _names(queues: Collection[str], pools: Collection[str]) -> str:
    return ", ".join([*(f"queue {q}" for q in sorted(queues)), *(f"elastic resource pool {p}" for p in sorted(pools))])

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write operations on connections. Each sends one kind of request and, with ``wait``, waits until it is effective."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import connection_hints, connections
from .._aspect.tags import tags_to_api
from .._core import convert
from .._core.errors import (
    AccessDenied,
    AlreadyExists,
    ApiError,
    ApiUnavailable,
    Busy,
    Conflict,
    DliError,
    NotFound,
    WaitTimeout,
)
from .._core.parsing import parses_response
from .._http import lost_answers

if TYPE_CHECKING:
    from .._api.connections import Connection
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


def create(api: Client, predicted: Connection, requested: Mapping[str, Any]) -> tuple[Connection, Connection | None]:
    """Create a connection with the ``requested`` fields only (CreateEnhancedConnection).

    Returns the new connection, and the existing one of its name if the service rejected a second one. If the response
    is lost, a connection of that name is the new one only if it is as ``predicted``; raises AlreadyExists if not.
    """
    name = predicted["name"]
    body = {"name": name, **requested}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    others: list[Connection] = []

    def created() -> Connection | None:
        others[:] = connections.all_named(api, name)
        return next((found for found in others if not _differences(predicted, found)), None)

    wrote = api.wrote
    try:
        with connection_hints.explained("create"):
            response, found = lost_answers.post_and_confirm(
                api, connections.path(api), f"create connection {name}", body, confirm=created
            )
    except Busy as exc:
        # Not sent again, unlike a binding: the service can leave a connection behind although it rejected the request.
        exc.hint = exc.hint or RUN_AGAIN
        raise
    except AlreadyExists:
        if existing_one := connections.find(api, name):
            return predicted, existing_one
        raise
    except DliError as exc:
        if not exc.outcome_unknown or not others:
            raise
        # The lookups found no new connection.
        api.wrote = wrote
        raise _created_by_another_client(exc, predicted, others[0]) from exc
    return _with_id(predicted, found["id"] if found else _connection_id(response)), None


def _with_id(predicted: Connection, connection_id: str | None) -> Connection:
    if not connection_id:
        raise Conflict(
            f"The service created connection {predicted['name']} without returning its ID.",
            hint=RUN_AGAIN,
            reason="unexpected_response",
        )
    return {**predicted, "id": connection_id}


@parses_response
def _connection_id(response: Mapping[str, Any]) -> str | None:
    return convert.text(response.get("connection_id"))


def _created_by_another_client(exc: DliError, predicted: Connection, found: Connection) -> AlreadyExists:
    return AlreadyExists(
        f"{exc.message} Meanwhile, another client created a connection of this name ({found['id']}) that differs: "
        f"{'; '.join(_differences(predicted, found))}.",
        status=getattr(exc, "status", 0),
        hint="Use another name, or change the options to those of the existing connection.",
    )


def _differences(predicted: Connection, found: Connection) -> list[str]:
    """How a connection differs from the one that a request would have created, in words."""
    ends = (
        ("dest_vpc_id", predicted["dest_vpc_id"], found["dest_vpc_id"]),
        ("dest_network_id", predicted["dest_network_id"], found["dest_network_id"]),
    )
    different = [
        f"{option} (current: {current}, requested: {requested})"
        for option, requested, current in ends
        if str(current).lower() != str(requested).lower()
    ]
    # The service can bind the pool of a queue in place of the queue.
    bound = {entry["name"] for entry in connections.bindings(found)}
    if missing := sorted({entry["name"] for entry in connections.bindings(predicted)} - bound):
        different.append(f"{', '.join(missing)} not bound")
    if connections.host_set(found["hosts"]) != connections.host_set(predicted["hosts"]):
        different.append("other hosts")
    return different


def delete(api: Client, connection: Connection, budget: WaitBudget) -> None:
    """Delete a connection; success if it does not exist any more (DeleteEnhancedConnection).

    With ``wait``, if the request is rejected while a binding is CREATING, wait for the end of the creation. Then wait
    until the list does not show the connection: the next task would take a listed connection for an existing one.
    """
    name, connection_id = connection["name"], connection["id"]
    try:
        _delete(api, connection)
    except ApiError as exc:
        if not (budget.wait and _may_be_early(exc, connection)):
            raise
        if connections.has_creating(connection):
            _wait_for_bindings(api, connection, budget, exc)
        budget.until_accepted(lambda: _delete(api, connection), what=f"connection {name} to be ready for deletion")
    if budget.wait:
        budget.until(
            lambda: [found for found in connections.live(api, name) if found["id"] == connection_id],
            lambda found: not found,
            what=f"connection {name} to be deleted",
            seen=lambda found: connections.describe(found[0]),
        )


def _may_be_early(exc: ApiError, connection: Connection) -> bool:
    """Whether a rejected deletion can succeed later. The message of this rejection is not documented."""
    if isinstance(exc, Busy):
        return True
    definite = exc.outcome_unknown or isinstance(exc, (AccessDenied, ApiUnavailable))
    return connections.has_creating(connection) and not definite


def _wait_for_bindings(api: Client, connection: Connection, budget: WaitBudget, rejection: ApiError) -> None:
    try:
        budget.until(
            lambda: connections.get(api, connection["id"], connection["name"]),
            lambda current: current is None or not connections.has_creating(current),
            what=f"the bindings of connection {connection['name']} to leave the state CREATING before the deletion",
            seen=connections.describe,
            advice=_advice,
        )
    except WaitTimeout as exc:
        # The service may have rejected the deletion for another reason.
        exc.message += f" {rejection.message}"
        raise


def _delete(api: Client, connection: Connection) -> None:
    connection_id, name = connection["id"], connection["name"]
    try:
        with suppress(NotFound), connection_hints.explained("delete"):
            lost_answers.send_and_confirm(
                lambda: api.delete(connections.path(api, connection_id), f"delete connection {name}"),
                confirm=lambda: connections.get(api, connection_id, name) is None,
            )
    except ApiError as exc:
        if _may_be_early(exc, connection):
            exc.hint = exc.hint or NOT_DELETABLE_YET
        raise


def existing(api: Client, connection: Connection) -> Connection:
    """Read the connection again. Raises Conflict if another client deleted it."""
    current = connections.get(api, connection["id"], connection["name"])
    if current is None:
        raise Conflict(
            f"Another client deleted connection {connection['name']} while this task was running.",
            hint="Run the task again to create the connection.",
            reason="concurrent",
        )
    return current


def wait_until_ready(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], budget: WaitBudget
) -> Connection:
    """Wait until the connection and these bindings are ACTIVE. Raises Conflict as soon as a binding is FAILED."""
    last = connection

    def settled(current: Connection) -> bool:
        nonlocal last
        last = current
        own = connections.listed_as_pools(current, queues)
        requested = set(queues) - own, {*pools, *own}
        if problem := connection_hints.failure(current, *requested):
            raise problem
        return connections.is_ready(current, *requested)

    try:
        return budget.until(
            lambda: existing(api, connection),
            settled,
            what=f"connection {connection['name']} and its bindings to be ACTIVE",
            seen=connections.describe,
            advice=_advice,
        )
    except WaitTimeout as exc:
        exc.connection = last
        raise


def all_named(api: Client, created: Connection, budget: WaitBudget) -> list[Connection]:
    """All connections with the name of a new one, the oldest first. With ``wait``, wait until the new one is listed.

    A task that does not find a connection in the list creates another one.
    """
    name = created["name"]
    if not budget.wait:
        return connections.all_named(api, name)
    return budget.until(
        lambda: connections.all_named(api, name),
        lambda found: any(connection["id"] == created["id"] for connection in found),
        what=f"connection {name} to be listed",
        seen=lambda _found: "not listed",
    )


def _advice(current: Connection | None) -> str:
    return STUCK if current is not None and connections.has_creating(current) else ""

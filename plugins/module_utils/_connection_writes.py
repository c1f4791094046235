# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing connections: each function sends one write and, if the task waits, sees it through.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _connections as connections
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import tags_to_api
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import ApiError, Conflict, NotFound

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

    Connection = dict[str, Any]

WHY_NOT_DELETED = (
    "A connection cannot be deleted while one of its bindings is being created: "
    "run the task again later, or with wait=true."
)
STUCK = (
    "A queue that is bound in the first minutes of its life can stay in CREATING for good: "
    "take it out of queues, run, and put it back."
)


def create(api: Client, name: str, asked: Mapping[str, Any]) -> str:
    """Create a connection from exactly what is ``asked``; returns its id."""
    body = {"name": name, **asked}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    answer, found = api.post_once(
        api.path("v2.0", "datasource", "enhanced-connections"),
        f"create connection {name}",
        body,
        made=lambda: connections.find(api, name),
    )
    return str(found["id"] if found else answer["connection_id"])


def delete(api: Client, connection: Connection, patience: Patience) -> None:
    """Delete a connection; one that is gone already counts as deleted.

    With ``wait``, bindings that are being created are waited out first, and the end is when the
    service calls the connection deleted.
    """
    name, connection_id = connection["name"], connection["id"]
    with api.within(patience.deadline):
        if patience.wait and connections.has_creating(connection):
            patience.until(
                lambda: connections.get(api, connection_id, name),
                lambda now: now is None or not connections.has_creating(now),
                what=f"the bindings of connection {name} to be created or FAILED, before it can be deleted",
                seen=connections.describe,
            )
        patience.until_accepted(lambda: _delete(api, connection), what=f"connection {name} to allow its deletion")
        if not patience.wait:
            return
        patience.until(
            lambda: connections.get(api, connection_id, name),
            lambda now: now is None,
            what=f"connection {name} to be deleted",
            seen=connections.describe,
        )


def _delete(api: Client, connection: Connection) -> None:
    try:
        with suppress(NotFound):
            api.delete(connections.path(api, connection["id"]), f"delete connection {connection['name']}")
    except ApiError as exc:
        exc.hint = exc.hint or WHY_NOT_DELETED
        raise


def bind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], patience: Patience
) -> None:
    """Bind queues and pools; their bindings are CREATING afterwards."""

    def bound() -> Connection | None:
        now = connections.get(api, connection["id"], connection["name"])
        there = now is not None and set(now["queues"]) >= set(queues) and set(connections.pool_names(now)) >= set(pools)
        return now if there else None

    def send() -> None:
        api.post_once(
            connections.path(api, connection["id"], "associate-queue"),
            f"bind {_names(queues, pools)} to connection {connection['name']}",
            _bound(queues, pools),
            made=bound,
        )

    with api.within(patience.deadline):
        patience.until_accepted(send, what=f"{_names(queues, pools)} to be free for binding")


def unbind(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], patience: Patience
) -> None:
    """Unbind queues and pools. With ``wait``, the end is when the connection does not list them any more."""

    def left(now: Connection | None) -> bool:
        return now is not None and bool({*now["queues"]} & {*queues} or {*connections.pool_names(now)} & {*pools})

    def read() -> Connection | None:
        return connections.get(api, connection["id"], connection["name"])

    def unbound() -> bool | None:
        return None if left(read()) else True

    api.post_once(
        connections.path(api, connection["id"], "disassociate-queue"),
        f"unbind {_names(queues, pools)} from connection {connection['name']}",
        _bound(queues, pools),
        made=unbound,
    )
    if patience.wait:
        with api.within(patience.deadline):
            patience.until(
                read,
                lambda now: not left(now),
                what=f"{_names(queues, pools)} to be unbound",
                seen=connections.describe,
            )


def set_hosts(api: Client, connection: Connection, hosts: Sequence[Mapping[str, Any]]) -> None:
    """Replace the hosts, by none if the list is empty."""
    attempt = f"set the hosts of connection {connection['name']}"
    api.put(connections.path(api, connection["id"]), attempt, {"hosts": [dict(host) for host in hosts]})


def wait_until_ready(
    api: Client, connection: Connection, queues: Collection[str], pools: Collection[str], patience: Patience
) -> Connection:
    """Wait until the connection and these bindings are ACTIVE; returns it. A FAILED binding ends the wait at once."""
    name = connection["name"]

    def settled(now: Connection | None) -> bool:
        if now is None:
            raise Conflict(f"Connection {name} disappeared while it was waited for.")
        if problem := connections.failed(now, queues, pools):
            raise problem
        return connections.is_ready(now, queues, pools)

    with api.within(patience.deadline):
        ready = patience.until(
            lambda: connections.get(api, connection["id"], name),
            settled,
            what=f"connection {name} and its bindings to be ACTIVE",
            seen=lambda now: f"{connections.describe(now)}. {STUCK}",
        )
    return ready or connection


def _bound(queues: Collection[str], pools: Collection[str]) -> dict[str, list[str]]:
    named = {"queues": sorted(queues), "elastic_resource_pools": sorted(pools)}
    return {key: names for key, names in named.items() if names}


def _names(queues: Collection[str], pools: Collection[str]) -> str:
    return ", ".join([*(f"queue {q}" for q in sorted(queues)), *(f"elastic resource pool {p}" for p in sorted(pools))])

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Setting the hosts of a connection. The service can only replace the whole list."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .._api import connection_hints, connections
from .._core import clock
from .._core.errors import Conflict
from .._http import lost_answers
from .hosts import to_set
from .operations import existing

if TYPE_CHECKING:
    from .._api.connections import Connection, Host
    from .._http.client import Client
    from .params import EnhancedConnectionParams

# Merged lists of hosts: how often they are set, and when they are verified, in seconds. Between a request that another
# client has read and its own lie less than two seconds; the spread grows with each attempt.
ADD_ATTEMPTS = 5
VERIFY_AFTER = 2.0
SPREAD = 2.0


def replace(api: Client, connection: Connection, hosts: Sequence[Host]) -> None:
    """Replace the hosts (UpdateEnhancedConnection); an empty list removes all."""
    connection_id, name = connection["id"], connection["name"]
    requested = connections.host_set(hosts)

    def is_set() -> bool:
        current = connections.get(api, connection_id, name)
        return current is not None and connections.host_set(current["hosts"]) == requested

    body = {"hosts": [dict(host) for host in hosts]}
    with connection_hints.explained("update"):
        lost_answers.send_and_confirm(
            lambda: api.put(connections.path(api, connection_id), f"set the hosts of connection {name}", body),
            confirm=is_set,
        )


def add(api: Client, connection: Connection, params: EnhancedConnectionParams) -> tuple[list[Host], list[Host]]:
    """Add hosts to those that exist; returns the hosts before and after the last request.

    The service can only replace the whole list, so two clients that add hosts at once overwrite each other. Therefore
    the list is read directly before each request, and read again a few seconds later. Raises Conflict if it never
    keeps the requested hosts.
    """
    before = after = None
    for attempt in range(ADD_ATTEMPTS + 1):
        current = existing(api, connection)["hosts"]
        merged = to_set(params, current)
        if merged is None:
            return (current, current) if before is None or after is None else (before, after)
        if attempt < ADD_ATTEMPTS:
            before, after = current, merged
            replace(api, connection, merged)
            # Clients that met once should not meet again.
            clock.sleep(VERIFY_AFTER + random.uniform(0, SPREAD * (attempt + 1)))
    raise Conflict(
        f"Connection {connection['name']} does not keep the requested hosts: {ADD_ATTEMPTS} times, they were missing "
        "again a few seconds after they were set.",
        hint="Other clients set the hosts of this connection at the same time. Run the task again when they are done.",
        reason="concurrent",
    )

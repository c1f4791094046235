# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of a connection, the names by which jobs reach data sources: pure decisions about the list to send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .._api import connections
from .._core.errors import InvalidInput

if TYPE_CHECKING:
    from .._api.connections import Host
    from .params import EnhancedConnectionParams

MAX_HOSTS = 20_000


def to_set(params: EnhancedConnectionParams, current: list[Host]) -> list[Host] | None:
    """Return the list of hosts to send, or None if the ``current`` list is as requested.

    Raises InvalidInput if the merged list is too long.
    """
    requested = params["hosts"]
    if requested is None:
        return None
    kept = [] if params["purge_hosts"] else _with_other_names(current, requested)
    desired = distinct([*kept, *requested])
    if connections.host_set(desired) == connections.host_set(current):
        return None
    if len(desired) > MAX_HOSTS:
        raise InvalidInput([f"hosts must have at most {MAX_HOSTS} entries, got {len(desired)} with the current hosts"])
    return desired


def _with_other_names(hosts: list[Host], requested: list[Host]) -> list[Host]:
    """A requested name gets the requested address, as with tags and routes."""
    names = {host["name"] for host in requested}
    return [host for host in hosts if host["name"] not in names]


def distinct(hosts: Iterable[Host]) -> list[Host]:
    """Each host once, in the given order."""
    keys = dict.fromkeys(connections.host_key(host) for host in hosts)
    return [{"name": name, "ip": ip} for name, ip in keys]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of hosts that a connection has for jobs: which are to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api import connections
from .._core.errors import InvalidInput

MOST = 20_000


def to_set(params: Mapping[str, Any], current: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """The list of hosts that has to be sent, or None if it is right as it is."""
    if params["hosts"] is None:
        return None
    kept = [] if params["purge_hosts"] else _of_other_names(current["hosts"], params["hosts"])
    wanted = distinct([*kept, *params["hosts"]])
    if {connections.host_key(h) for h in wanted} == {connections.host_key(h) for h in current["hosts"]}:
        return None
    if len(wanted) > MOST:
        raise InvalidInput([f"hosts: at most {MOST}, not {len(wanted)} with those that are there already"])
    return wanted


def _of_other_names(hosts: list[dict[str, str]], requested: list[dict[str, str]]) -> list[dict[str, str]]:
    """A name that is asked for gets the address that is asked for, as it does with tags and routes."""
    names = {host["name"] for host in requested}
    return [host for host in hosts if host["name"] not in names]


def distinct(hosts: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Each host once, in the order given."""
    keys = dict.fromkeys(connections.host_key(host) for host in hosts)
    return [{"name": name, "ip": ip} for name, ip in keys]

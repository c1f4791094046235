# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes of a connection: read with the connection, added and removed one by one.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _connections as connections
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import NotFound, NotPublished
from ansible_collections.huaweicloud.dli.plugins.module_utils._facets import Facet

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

    Routes = dict[str, str]

# The documented generation first; the one that the vendor's Terraform provider still uses where it is not published.
GENERATIONS = ("v3", "v2.0")


def normal(cidr: str) -> str:
    """One spelling for a network, host bits cleared; what is none stays as it is."""
    try:
        return str(ipaddress.ip_network(cidr.strip(), strict=False))
    except ValueError:
        return cidr


def of(connection: Mapping[str, Any]) -> Routes:
    """CIDR by name."""
    return {str(r["name"]): normal(str(r["cidr"])) for r in sorted(connection["routes"], key=lambda r: str(r["name"]))}


def _decide(params: Mapping[str, Any], current: Routes) -> Routes:
    wanted = {route["name"]: normal(route["cidr"]) for route in params["routes"]}
    merged = wanted if params["purge_routes"] else {**current, **wanted}
    return {name: merged[name] for name in sorted(merged)}


def _send(api: Client, connection: Mapping[str, Any], before: Routes, after: Routes) -> None:
    # Removed first: a route that gets another CIDR keeps its name, and names are unique.
    for name in before:
        if after.get(name) != before[name]:
            _remove(api, connection, name)
    for name, cidr in after.items():
        if before.get(name) != cidr:
            _add(api, connection, name, cidr)


def _remove(api: Client, connection: Mapping[str, Any], name: str) -> None:
    attempt = f"remove route {name} of connection {connection['name']}"
    with suppress(NotFound):
        try:
            api.delete(_path(api, GENERATIONS[0], connection, name), attempt)
        except NotPublished:
            api.delete(_path(api, GENERATIONS[1], connection, name), attempt)


def _add(api: Client, connection: Mapping[str, Any], name: str, cidr: str) -> None:
    attempt = f"add route {name} ({cidr}) to connection {connection['name']}"
    body = {"name": name, "cidr": cidr}

    def added() -> bool | None:
        now = connections.get(api, connection["id"], connection["name"])
        return True if now is not None and of(now).get(name) == cidr else None

    try:
        api.post_once(_path(api, GENERATIONS[0], connection), attempt, body, made=added)
    except NotPublished:
        api.post_once(_path(api, GENERATIONS[1], connection), attempt, body, made=added)


def _path(api: Client, generation: str, connection: Mapping[str, Any], *more: str) -> str:
    return api.path(generation, "datasource", "enhanced-connections", str(connection["id"]), "routes", *more)


FACET = Facet(
    option="routes",
    read=lambda _api, connection: of(connection),
    decide=_decide,
    send=_send,
    empty={},
)

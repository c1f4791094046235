# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The routes of a connection: read with the connection, added and removed one by one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import connections
from .._aspect.aspect import Aspect
from .._core.compare import normalize_cidr
from .._core.errors import (
    AlreadyExists,
    ApiUnavailable,
    Conflict,
    NotFound,
)
from .._http import lost_answers

if TYPE_CHECKING:
    from .._api.connections import Connection, Route
    from .._http.client import Client
    from .params import EnhancedConnectionParams, RouteParams

    Routes = list[RouteParams]

# The documented API version, then, for regions without it, the one that the vendor's Terraform provider uses.
API_VERSIONS = ("v3", "v2.0")


def of(connection: Mapping[str, Any]) -> Routes:
    """The routes of a connection, sorted by name, with normalized CIDR blocks."""
    return _sorted({route["name"]: normalize_cidr(route["cidr"]) for route in connection["routes"]})


def predicted(connection: Connection, after: Routes) -> list[Route]:
    """The routes in the result of check mode. An existing route keeps its fields."""
    current = {(route["name"], normalize_cidr(route["cidr"])): route for route in connection["routes"]}
    return [current.get((route["name"], route["cidr"])) or connections.route_from_api(route) for route in after]


def raise_for_ipv6(params: EnhancedConnectionParams, connection: Connection) -> None:
    """Raise Conflict with every new IPv6 route if the connection does not support IPv6.

    The service decides if the connection does not show whether it supports IPv6, or does not exist yet.
    """
    if connection["ipv6_enable"] is not False:
        return
    current = _by_name(of(connection)).values()
    cidrs = {route["name"]: normalize_cidr(route["cidr"]) for route in params["routes"] or ()}
    new = [f"{name} ({cidrs[name]})" for name in sorted(cidrs) if ":" in cidrs[name] and cidrs[name] not in current]
    if new:
        raise Conflict(
            f"Cannot add IPv6 routes to connection {connection['name']}, which does not support IPv6: "
            f"{', '.join(new)}.",
            hint="Remove these routes, or use a connection that supports IPv6 (ipv6_enable).",
        )


def _sorted(cidrs: Mapping[str, str]) -> Routes:
    return [{"name": name, "cidr": cidrs[name]} for name in sorted(cidrs)]


def _by_name(routes: Routes) -> dict[str, str]:
    return {route["name"]: route["cidr"] for route in routes}


def _desired(params: Mapping[str, Any], current: Routes) -> Routes:
    wanted = {route["name"]: normalize_cidr(route["cidr"]) for route in params["routes"]}
    if params["purge_routes"]:
        return _sorted(wanted)
    merged = {**_by_name(current), **wanted}
    for name, cidr in wanted.items():
        if others := [other for other in merged if other != name and merged[other] == cidr]:
            raise Conflict(
                f"Cannot add route {name} ({cidr}) to connection {params['name']}: route {others[0]} has the same CIDR "
                "block, and a CIDR block can be used only once.",
                hint=f"List the route as {others[0]}, or set purge_routes=true to replace it.",
            )
    return _sorted(merged)


def _send(api: Client, connection: Mapping[str, Any], before: Routes, after: Routes) -> None:
    # Remove first: a route with a changed CIDR block keeps its name, and names are unique.
    for route in before:
        if route not in after:
            _remove(api, connection, route["name"])
    for route in after:
        if route not in before:
            _add(api, connection, route["name"], route["cidr"])


def _remove(api: Client, connection: Mapping[str, Any], name: str) -> None:
    operation = f"remove route {name} from connection {connection['name']}"
    with suppress(NotFound):
        try:
            api.delete(_path(api, API_VERSIONS[0], connection, name), operation)
        except ApiUnavailable:
            api.delete(_path(api, API_VERSIONS[1], connection, name), operation)


def _add(api: Client, connection: Mapping[str, Any], name: str, cidr: str) -> None:
    operation = f"add route {name} ({cidr}) to connection {connection['name']}"
    body = {"name": name, "cidr": cidr}

    def added() -> bool | None:
        now = connections.get(api, connection["id"], connection["name"])
        return True if now is not None and _by_name(of(now)).get(name) == cidr else None

    try:
        try:
            lost_answers.post_and_confirm(api, _path(api, API_VERSIONS[0], connection), operation, body, confirm=added)
        except ApiUnavailable:
            lost_answers.post_and_confirm(api, _path(api, API_VERSIONS[1], connection), operation, body, confirm=added)
    except AlreadyExists as exc:
        # Another client may have added the same route meanwhile.
        if added():
            return
        exc.hint = exc.hint or "Another route of the connection has this name or CIDR block; both must be unique."
        raise


def _path(api: Client, version: str, connection: Mapping[str, Any], *more: str) -> str:
    return api.path(version, "datasource", "enhanced-connections", str(connection["id"]), "routes", *more)


ASPECT = Aspect(
    option="routes",
    read=lambda _api, connection: of(connection),
    desired=_desired,
    send=_send,
    empty=[],
)

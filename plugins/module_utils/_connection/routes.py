# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The routes of a connection: read with the connection, added and removed one by one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import connection_hints, connections
from .._aspect.aspect import Aspect
from .._core.compare import normalize_cidr
from .._core.errors import (
    AccessDenied,
    AlreadyExists,
    ApiError,
    ApiUnavailable,
    Conflict,
    NotFound,
)
from .._http import lost_answers
from .._wait.rejections import is_unexplained

if TYPE_CHECKING:
    from .._api.connections import Connection, Route
    from .._http.client import Client
    from .params import EnhancedConnectionParams, RouteParams

    Routes = list[RouteParams]

# The documented API version, then, for regions without it, the one that the vendor's Terraform provider uses.
API_VERSIONS = ("v3", "v2.0")
SAME_ROUTE = "Another route of the connection has this name or CIDR block; both must be unique."
OTHER_ROUTE = (
    "The connection has no route with this name or CIDR block. Check the route table of the VPC: a route of the VPC to "
    "this CIDR block is not a route of the connection. Remove it there, or request another CIDR block."
)
IPV6 = "IPv6 routes require a connection that supports IPv6: its subnet and the bound elastic resource pools must."


def of(connection: Mapping[str, Any]) -> Routes:
    """The routes of a connection, sorted by name, with normalized CIDR blocks."""
    return _sorted({route["name"]: normalize_cidr(route["cidr"]) for route in connection["routes"]})


def predicted(connection: Connection, after: Routes) -> list[Route]:
    """The routes in the result of check mode. An existing route keeps its fields."""
    current = {(route["name"], normalize_cidr(route["cidr"])): route for route in connection["routes"]}
    return [current.get((route["name"], route["cidr"])) or connections.route_from_api(route) for route in after]


def _sorted(cidrs: Mapping[str, str]) -> Routes:
    return [{"name": name, "cidr": cidrs[name]} for name in sorted(cidrs)]


def _by_name(routes: Routes) -> dict[str, str]:
    return {route["name"]: route["cidr"] for route in routes}


def normalized(params: EnhancedConnectionParams) -> Routes:
    """The requested routes, sorted by name, with normalized CIDR blocks; none if the option is not set."""
    return _sorted({route["name"]: normalize_cidr(route["cidr"]) for route in params["routes"] or ()})


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
    def remove(version: str) -> None:
        with connection_hints.explained("deleteRoute"):
            lost_answers.send_and_confirm(
                lambda: api.delete(
                    _path(api, version, connection, name),
                    f"remove route {name} from connection {connection['name']}",
                ),
                confirm=lambda: name not in _current(api, connection),
            )

    with suppress(NotFound):
        try:
            remove(API_VERSIONS[0])
        except ApiUnavailable:
            remove(API_VERSIONS[1])


def _add(api: Client, connection: Mapping[str, Any], name: str, cidr: str) -> None:
    def added() -> bool | None:
        return True if _current(api, connection).get(name) == cidr else None

    def add(version: str) -> None:
        with connection_hints.explained("createRoute"):
            lost_answers.post_and_confirm(
                api,
                _path(api, version, connection),
                f"add route {name} ({cidr}) to connection {connection['name']}",
                {"name": name, "cidr": cidr},
                confirm=added,
            )

    try:
        try:
            add(API_VERSIONS[0])
        except ApiUnavailable:
            add(API_VERSIONS[1])
    except AlreadyExists as exc:
        # Another client may have added the same route meanwhile.
        if added():
            return
        current = _current(api, connection)
        exc.hint = SAME_ROUTE if name in current or cidr in current.values() else OTHER_ROUTE
        raise
    except ApiError as exc:
        if is_unexplained(exc) and added():
            return
        if ":" in cidr and connection["ipv6_enable"] is not True and not isinstance(exc, AccessDenied):
            exc.hint = exc.hint or IPV6
        raise


def _current(api: Client, connection: Mapping[str, Any]) -> dict[str, str]:
    """The CIDR blocks of the routes that the connection has now, by name."""
    now = connections.get(api, connection["id"], connection["name"])
    return {} if now is None else _by_name(of(now))


def _path(api: Client, version: str, connection: Mapping[str, Any], *more: str) -> str:
    return api.path(version, "datasource", "enhanced-connections", str(connection["id"]), "routes", *more)


ASPECT = Aspect(
    option=connections.ROUTES,
    read=lambda _api, connection: of(connection),
    desired=_desired,
    send=_send,
    empty=[],
    has_read_api=False,
)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes of a connection: read with the connection, added and removed one by one."""

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
    from .._http.client import Client

    Routes = list[dict[str, str]]

# The documented generation first; the one that the vendor's Terraform provider still uses where it is not published.
GENERATIONS = ("v3", "v2.0")


def of(connection: Mapping[str, Any]) -> Routes:
    """The routes of a connection, sorted by name, with normal CIDRs."""
    return _sorted({str(route["name"]): normalize_cidr(str(route["cidr"])) for route in connection["routes"]})


def predicted(connection: Mapping[str, Any], after: Routes) -> list[dict[str, Any]]:
    """What the connection will show of ``after``; a route that it has already stays as it is."""
    there = {(route["name"], normalize_cidr(str(route["cidr"]))): route for route in connection["routes"]}
    return [there.get((route["name"], route["cidr"])) or connections.route_from_api(route) for route in after]


def refuse_ipv6(params: Mapping[str, Any], connection: Mapping[str, Any]) -> None:
    """Raises Conflict with every new IPv6 route that is asked of a connection without IPv6.

    What does not say whether it has IPv6 is left to the service, and so is a connection that does not exist yet.
    """
    if connection["ipv6_enable"] is not False:
        return
    there = _by_name(of(connection)).values()
    cidrs = {route["name"]: normalize_cidr(route["cidr"]) for route in params["routes"] or ()}
    new = [f"{name} ({cidrs[name]})" for name in sorted(cidrs) if ":" in cidrs[name] and cidrs[name] not in there]
    if new:
        raise Conflict(
            f"Connection {connection['name']} carries no IPv6, and cannot have these routes: {', '.join(new)}.",
            hint="Its ipv6_enable says so: leave these routes out, or take a connection that carries IPv6.",
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
                f"Connection {params['name']} cannot have route {name} ({cidr}), because route {others[0]} has that "
                "range already, and each range can be used once.",
                hint="Ask for that route as well under its own name, or replace it with purge_routes=true.",
            )
    return _sorted(merged)


def _send(api: Client, connection: Mapping[str, Any], before: Routes, after: Routes) -> None:
    # Removed first: a route that gets another CIDR keeps its name, and names are unique.
    for route in before:
        if route not in after:
            _remove(api, connection, route["name"])
    for route in after:
        if route not in before:
            _add(api, connection, route["name"], route["cidr"])


def _remove(api: Client, connection: Mapping[str, Any], name: str) -> None:
    operation = f"remove route {name} of connection {connection['name']}"
    with suppress(NotFound):
        try:
            api.delete(_path(api, GENERATIONS[0], connection, name), operation)
        except ApiUnavailable:
            api.delete(_path(api, GENERATIONS[1], connection, name), operation)


def _add(api: Client, connection: Mapping[str, Any], name: str, cidr: str) -> None:
    operation = f"add route {name} ({cidr}) to connection {connection['name']}"
    body = {"name": name, "cidr": cidr}

    def added() -> bool | None:
        now = connections.get(api, connection["id"], connection["name"])
        return True if now is not None and _by_name(of(now)).get(name) == cidr else None

    try:
        try:
            lost_answers.post_and_confirm(api, _path(api, GENERATIONS[0], connection), operation, body, confirm=added)
        except ApiUnavailable:
            lost_answers.post_and_confirm(api, _path(api, GENERATIONS[1], connection), operation, body, confirm=added)
    except AlreadyExists as exc:
        # Somebody else may have added the very same meanwhile.
        if added():
            return
        exc.hint = exc.hint or "The connection has another route of that name or range; each can be used once."
        raise


def _path(api: Client, generation: str, connection: Mapping[str, Any], *more: str) -> str:
    return api.path(generation, "datasource", "enhanced-connections", str(connection["id"]), "routes", *more)


ASPECT = Aspect(
    option="routes",
    read=lambda _api, connection: of(connection),
    desired=_desired,
    send=_send,
    empty=[],
)

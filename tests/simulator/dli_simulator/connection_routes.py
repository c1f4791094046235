# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of connections. The deprecated and the current path behave the same."""

from __future__ import annotations

import re

from . import fields
from .connections import ONE
from .errors import already_exists, bad_parameter, not_found
from .fields import text
from .routing import Call, Response, Routes, success

routes = Routes()

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CURRENT = ONE.replace("/v2.0/", "/v3/")


@routes.add("POST", ONE + "/routes")
@routes.add("POST", _CURRENT + "/routes")
def create_route(call: Call) -> Response:
    """Names and CIDR blocks are unique in a connection; CIDR blocks may overlap. Assumption: the error code."""
    connection = call.connection
    name, cidr = text(call.body, "name", pattern=_NAME), text(call.body, "cidr")
    block = fields.network(cidr, "cidr")
    if block.version == 6 and not connection.ipv6_enable:
        raise bad_parameter(f"Connection {connection.id} has no IPv6.")
    if any(route["name"] == name or fields.network(str(route["cidr"]), "cidr") == block for route in connection.routes):
        raise already_exists(f"The route {name} or its CIDR block {cidr} already exists.")
    connection.routes.append({"name": name, "cidr": cidr, "create_time": call.state.millis})
    return success()


@routes.add("DELETE", ONE + "/routes/<name>")
@routes.add("DELETE", _CURRENT + "/routes/<name>")
def delete_route(call: Call) -> Response:
    connection, name = call.connection, call.path["name"]
    remaining = [route for route in connection.routes if route["name"] != name]
    if len(remaining) == len(connection.routes):
        raise not_found(f"The route {name} does not exist.")
    connection.routes = remaining
    return success("Deleted")

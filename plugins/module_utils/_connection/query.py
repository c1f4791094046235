# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module dli_enhanced_connection_info: read connections with the requested details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import connections, vpc
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.clock import Deadline
from .._core.compare import given
from .._core.errors import ApiError, TransportError, UnexpectedResponse
from .._core.results import QueryResult
from . import projects

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._http.client import Client
    from .params import EnhancedConnectionInfoParams

ANY_STATUS = "all"
# In seconds. The names are a courtesy, and the VPC service can be unreachable where DLI is not.
LONGEST_LOOK_UP = 30.0


def query(api: Client, params: EnhancedConnectionInfoParams) -> QueryResult:
    """Return the connections that match all filters."""
    found = [connection for connection in _candidates(api, params) if _matches(connection, params)]
    # Any, because `populate` sets keys by the names of options.
    live: list[Any] = [connection for connection in found if connection["status"] != connections.DELETED]
    missing = aspects.populate(api, params, ((tags.OF_CONNECTIONS, live), (projects.ASPECT, live)))
    warnings = _add_network_names(api, found) if params["with_network_names"] and found else ()
    tagged = [connection for connection in found if tags.may_have(connection["tags"], params["tags"])]
    if params["with_diagnosis"]:
        from .._diagnosis import diagnose

        existing = [each for each in tagged if each["status"] != connections.DELETED]
        for each, causes in zip(existing, diagnose.of_connections(api, existing), strict=True):
            each["diagnosis"] = [{**cause} for cause in causes]
    return QueryResult(
        ({**each} for each in tagged), warnings=(*missing.warnings, *warnings), unsupported=missing.unsupported
    )


def _add_network_names(api: Client, found: list[Connection]) -> tuple[str, ...]:
    """Add the unique names of VPCs and subnets; return a warning if they cannot be read. Two lists for all of them."""
    try:
        with api.with_deadline(Deadline(LONGEST_LOOK_UP)):
            vpcs, subnets = vpc.unique_names(api)
    except (ApiError, TransportError, UnexpectedResponse) as exc:
        if exc.rejects_credentials:
            raise
        return (f"The names of the VPCs and subnets could not be read. {exc}",)
    for connection in found:
        connection["dest_vpc_name"] = vpcs.get((connection["dest_vpc_id"] or "").lower())
        connection["dest_subnet_name"] = subnets.get((connection["dest_network_id"] or "").lower())
    return ()


def _candidates(api: Client, params: EnhancedConnectionInfoParams) -> list[Connection]:
    """The connections that the service returns for the filters, or the one with the requested ID."""
    # Only the list has a filter for tags.
    if params["id"] and not params["tags"]:
        connection = connections.show(api, params["id"], params["id"])
        return [connection] if connection else []
    status = None if params["status"] == ANY_STATUS else params["status"]
    return connections.list_all(api, given({"status": status, "name": params["name"], **tags.as_query(params["tags"])}))


def _matches(connection: Connection, params: EnhancedConnectionInfoParams) -> bool:
    """Whether a connection matches: filters of the service can be inexact, and it does not have all of them."""
    exact: list[tuple[str | None, str | None]] = [
        (params["name"], connection["name"]),
        (params["id"], connection["id"]),
        (params["dest_vpc_id"], connection["dest_vpc_id"]),
    ]
    return (
        all(requested is None or requested == value for requested, value in exact)
        and params["status"] in (ANY_STATUS, connection["status"])
        and (not params["only_failed"] or connections.has_failed(connection))
    )

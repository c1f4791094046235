# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module dli_enhanced_connection_info does: read connections, with what the options ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import connections
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import given
from .._core.results import QueryResult
from . import projects

if TYPE_CHECKING:
    from .._http.client import Client

    Connection = dict[str, Any]

ANY_STATUS = "all"


def query(api: Client, params: dict[str, Any]) -> QueryResult:
    """The connections that the options leave, with what they ask to be read."""
    found = [connection for connection in _candidates(api, params) if _matches(connection, params)]
    live = [connection for connection in found if connection["status"] != connections.DELETED]
    gaps = aspects.populate(api, params, ((tags.OF_CONNECTIONS, live), (projects.ASPECT, live)))
    tagged = [connection for connection in found if tags.may_have(connection["tags"], params["tags"])]
    return QueryResult(tagged, warnings=gaps.warnings, unsupported=gaps.unsupported)


def _candidates(api: Client, params: dict[str, Any]) -> list[Connection]:
    """What the service leaves of all connections, or the one that is named by its id."""
    # Only the list knows tags.
    if params["id"] and not params["tags"]:
        connection = connections.show(api, params["id"], params["id"])
        return [connection] if connection else []
    status = None if params["status"] == ANY_STATUS else params["status"]
    return connections.list_all(api, given({"status": status, "name": params["name"], **tags.as_query(params["tags"])}))


def _matches(connection: Connection, params: dict[str, Any]) -> bool:
    """Filters of the service may be fuzzy, and it does not have all of these."""
    exact = given({key: params[key] for key in ("name", "id", "dest_vpc_id")})
    return (
        all(connection[key] == value for key, value in exact.items())
        and params["status"] in (ANY_STATUS, connection["status"])
        and (not params["only_failed"] or connections.is_broken(connection))
    )

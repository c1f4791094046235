# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The projects that may bind their queues to a connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._api import connections
from .._api.authorization import BIND_QUEUE, authorize
from .._aspect.aspect import Aspect
from .._core import convert
from .._core.parsing import parses_response
from .._http import lost_answers

if TYPE_CHECKING:
    from .._http.client import Client


def read(api: Client, connection: Mapping[str, Any]) -> list[str]:
    """The IDs of the projects that may bind queues to the connection, sorted."""
    path = connections.path(api, str(connection["id"]), "privileges")
    return _projects(api.get(path, f"read the allowed projects of connection {connection['name']}"))


@parses_response
def _projects(body: Mapping[str, Any]) -> list[str]:
    """The projects of a response of ListConnectionPrivileges that may bind queues."""
    entries = convert.objects(body.get("privileges"))
    # The API reference documents applicant_project_id; other clients see project_id in responses.
    return sorted(
        {
            convert.required_text(entry.get("applicant_project_id") or entry.get("project_id"))
            for entry in entries
            if BIND_QUEUE in (convert.texts(entry.get("privileges")) or ())
        }
    )


def _desired(params: Mapping[str, Any], current: list[str]) -> list[str]:
    wanted = set(params["allowed_projects"])
    return sorted(wanted if params["purge_allowed_projects"] else wanted | set(current))


def _send(api: Client, connection: Mapping[str, Any], before: list[str], after: list[str]) -> None:
    for project in sorted(set(before) - set(after)):
        _authorize(api, connection, project, "revoke")
    for project in sorted(set(after) - set(before)):
        _authorize(api, connection, project, "grant")


def _authorize(api: Client, connection: Mapping[str, Any], project: str, action: str) -> None:
    resource, label = f"edsconnections.{connection['id']}", f"connection {connection['name']}"
    lost_answers.send_and_confirm(
        lambda: authorize(api, {"projectId": project}, action, resource, [BIND_QUEUE], name=label),
        confirm=lambda: (project in read(api, connection)) == (action == "grant"),
    )


ASPECT = Aspect(
    option=connections.ALLOWED_PROJECTS,
    read=read,
    desired=_desired,
    send=_send,
    empty=[],
)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which other projects may use a connection."""

from __future__ import annotations

from typing import Any

from .connections import ONE
from .errors import bad_parameter
from .fields import objects, text, texts
from .models import Connection
from .routing import Answer, Call, Routes, done

routes = Routes()

_PREFIX = "edsconnections."
_ONLY_PRIVILEGE = "BIND_QUEUE"


@routes.add("GET", ONE + "/privileges")
def show_privileges(call: Call) -> Answer:
    """The documents say `applicant_project_id`, a client that was tested reads `project_id`: hence a knob."""
    connection, key = call.connection, call.world.knobs.privilege_project_key
    granted = [
        {"object": _PREFIX + connection.id, key: project_id, "privileges": privileges}
        for project_id, privileges in connection.privileges.items()
    ]
    return done(connection_id=connection.id, privileges=granted)


@routes.add("PUT", "/v1.0/<project_id>/authorization")
def run_authorization_action(call: Call) -> Answer:
    """Only connections are known here, not the other objects that the service grants."""
    action, project_id = text(call.body, "action"), text(call.body, "projectId")
    if action not in ("grant", "revoke", "update"):
        raise bad_parameter(f"The value of parameter action is invalid: {action}.")
    changes = [_read(call, each) for each in objects(call.body, "privileges", mandatory=True)]
    for connection, privileges in changes:
        _apply(connection, action, project_id, privileges)
    return done()


def _read(call: Call, privilege: dict[str, Any]) -> tuple[Connection, list[str]]:
    target, privileges = text(privilege, "object"), texts(privilege, "privileges")
    if not target.startswith(_PREFIX):
        raise bad_parameter(f"The object type of {target} is not supported.")
    if set(privileges) - {_ONLY_PRIVILEGE}:
        raise bad_parameter("The value of parameter privileges is invalid.")
    return call.project.connection(target.removeprefix(_PREFIX)), privileges


def _apply(connection: Connection, action: str, project_id: str, privileges: list[str]) -> None:
    """`update` replaces what is granted, so that an empty list takes all away."""
    before = set(connection.privileges.get(project_id, []))
    after = {
        "grant": before | set(privileges),
        "revoke": before - set(privileges),
        "update": set(privileges),
    }[action]
    if after:
        connection.privileges[project_id] = sorted(after)
    else:
        connection.privileges.pop(project_id, None)

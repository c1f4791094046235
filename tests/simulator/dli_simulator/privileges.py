# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants: connections to projects, queues to users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .connections import ONE
from .errors import bad_parameter, not_found
from .fields import object_list, page, text, text_list
from .models import Queue
from .routing import Call, Response, Routes, success

routes = Routes()

_CONNECTION, _QUEUE = "edsconnections.", "queues."
_PRIVILEGES = {
    _CONNECTION: {"BIND_QUEUE"},
    _QUEUE: {
        *("SUBMIT_JOB", "CANCEL_JOB", "DROP_QUEUE", "RESTART", "SCALE_QUEUE"),
        *("GRANT_PRIVILEGE", "REVOKE_PRIVILEGE", "SHOW_PRIVILEGES"),
    },
}
_ACTIONS = ("grant", "revoke", "update")

Granted = dict[str, list[str]]


@routes.add("GET", ONE + "/privileges")
def show_privileges(call: Call) -> Response:
    """The documentation has `applicant_project_id`, logs show `project_id`. By default the response has both."""
    connection, setting = call.connection, call.state.knobs.privilege_project_key
    keys = ("project_id", "applicant_project_id") if setting == "both" else (setting,)
    granted = [
        {"object": _CONNECTION + connection.id, **dict.fromkeys(keys, project_id), "privileges": privileges}
        for project_id, privileges in connection.privileges.items()
    ]
    return success(connection_id=connection.id, privileges=granted)


@routes.add("GET", "/v1.0/<project_id>/queues/<queue_name>/users")
def list_queue_users(call: Call) -> Response:
    """Assumption: the owner is the administrator with all privileges. Some clients page, others do not."""
    queue = call.queue
    found = [
        _user(queue.owner, True, ["ALL"]),
        *(_user(name, False, privileges) for name, privileges in queue.privileges.items()),
    ]
    shown = page(found, call.query) if "limit" in call.query else found
    return success(queue_name=queue.queue_name, count=len(found), privileges=shown)


def _user(name: str, is_admin: bool, privileges: list[str]) -> dict[str, Any]:
    return {"is_admin": is_admin, "user_name": name, "privileges": privileges}


@routes.add("PUT", "/v1.0/<project_id>/queues/user-authorization")
def register_authorized_queue(call: Call) -> Response:
    """The deprecated call, for one queue."""
    queue, user = call.project.queue(text(call.body, "queue_name")), _user_name(call)
    action, privileges = _action(call.body), text_list(call.body, "privileges")
    _check(_QUEUE, privileges)
    _apply(_granted_on(queue, user), action, user, privileges)
    return success()


@routes.add("PUT", "/v1.0/<project_id>/authorization")
def run_authorization_action(call: Call) -> Response:
    """The simulator supports grants on connections and queues."""
    action = _action(call.body)
    changes = [_read(call, each) for each in object_list(call.body, "privileges", mandatory=True)]
    for granted, grantee, privileges in changes:
        _apply(granted, action, grantee, privileges)
    return success()


def _action(body: Mapping[str, Any]) -> str:
    action = text(body, "action")
    if action not in _ACTIONS:
        raise bad_parameter(f"The value of parameter action is invalid: {action}.")
    return action


def _read(call: Call, privilege: dict[str, Any]) -> tuple[Granted, str, list[str]]:
    """Grants of an object, the grantee, and the privileges. Connections are granted to projects, queues to users."""
    target, privileges = text(privilege, "object"), text_list(privilege, "privileges")
    kind, _dot, name = target.partition(".")
    _check(kind + ".", privileges)
    if kind + "." == _CONNECTION:
        return call.project.connection(name).privileges, text(call.body, "projectId"), privileges
    user = _user_name(call)
    return _granted_on(call.project.queue(name), user), user, privileges


def _user_name(call: Call) -> str:
    """The grantee. Assumption: the error for an unknown user is the same as for other DLI objects."""
    name, known = text(call.body, "user_name"), call.state.knobs.known_users
    if known is not None and name not in known:
        raise not_found(f"No such user. userName:{name}.")
    return name


def _check(kind: str, privileges: list[str]) -> None:
    if kind not in _PRIVILEGES:
        raise bad_parameter(f"The object type of {kind} is not supported.")
    if set(privileges) - _PRIVILEGES[kind]:
        raise bad_parameter("The value of parameter privileges is invalid.")


def _granted_on(queue: Queue, user: str) -> Granted:
    """Assumption: the owner has all privileges, and grants to the owner have no effect."""
    return {} if user == queue.owner else queue.privileges


def _apply(granted: Granted, action: str, grantee: str, privileges: list[str]) -> None:
    """`update` replaces all privileges, so an empty list revokes all."""
    before = set(granted.get(grantee, []))
    after = {
        "grant": before | set(privileges),
        "revoke": before - set(privileges),
        "update": set(privileges),
    }[action]
    if after:
        granted[grantee] = sorted(after)
    else:
        granted.pop(grantee, None)

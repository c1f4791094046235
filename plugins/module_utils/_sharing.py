# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may use what: projects that may bind queues to a connection, users who may use a queue.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _connections as connections
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._facets import Facet

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

PAGE_SIZE = 100
# The only privilege that a connection knows.
BIND_QUEUE = "BIND_QUEUE"
# What the service says of those who may do everything.
ALL = "ALL"
QUEUE_PRIVILEGES = (
    "SUBMIT_JOB",
    "CANCEL_JOB",
    "DROP_QUEUE",
    "GRANT_PRIVILEGE",
    "REVOKE_PRIVILEGE",
    "SHOW_PRIVILEGES",
    "RESTART",
    "SCALE_QUEUE",
)


def _authorize(api: Client, grantee: Mapping[str, str], action: str, thing: str, privileges: Iterable[str]) -> None:
    """One grant or revocation; each says what shall hold, so it can be sent twice."""
    who = " ".join(grantee.values())
    body = {**grantee, "action": action, "privileges": [{"object": thing, "privileges": list(privileges)}]}
    api.put(api.path("v1.0", "authorization"), f"{action} privileges of {who} on {thing}", body)


def read_projects(api: Client, connection: Mapping[str, Any]) -> list[str]:
    """Ids of the projects that may bind queues to the connection."""
    path = connections.path(api, str(connection["id"]), "privileges")
    answer = api.get(path, f"read who may use connection {connection['name']}")
    entries = [entry for entry in answer.get("privileges") or [] if BIND_QUEUE in (entry.get("privileges") or [])]
    # The reference says applicant_project_id; answers seen by other clients say project_id.
    projects = {entry.get("applicant_project_id") or entry.get("project_id") for entry in entries}
    return sorted(str(project) for project in projects if project)


def _decide_projects(params: Mapping[str, Any], current: list[str]) -> list[str]:
    wanted = set(params["allowed_projects"])
    return sorted(wanted if params["purge_allowed_projects"] else wanted | set(current))


def _send_projects(api: Client, connection: Mapping[str, Any], before: list[str], after: list[str]) -> None:
    thing = f"edsconnections.{connection['id']}"
    for project in sorted(set(before) - set(after)):
        _authorize(api, {"projectId": project}, "revoke", thing, [BIND_QUEUE])
    for project in sorted(set(after) - set(before)):
        _authorize(api, {"projectId": project}, "grant", thing, [BIND_QUEUE])


ALLOWED_PROJECTS = Facet(
    option="allowed_projects",
    read=read_projects,
    decide=_decide_projects,
    send=_send_projects,
    empty=[],
)

Users = list[dict[str, Any]]


def read_users(api: Client, queue: Mapping[str, Any]) -> Users:
    """Users with their privileges; administrators and the owner have the one that stands for all of them."""
    attempt = f"read who may use queue {queue['name']}"
    entries = api.pages_by_offset(queues.path(api, str(queue["name"]), "users"), attempt, "privileges", {}, PAGE_SIZE)
    return _sorted({str(entry["user_name"]): _held(entry, queue) for entry in entries})


def _held(entry: Mapping[str, Any], queue: Mapping[str, Any]) -> Iterable[str]:
    if entry.get("is_admin") or entry["user_name"] == queue["owner"]:
        return [ALL]
    return entry.get("privileges") or []


def _sorted(users: Mapping[str, Iterable[str]]) -> Users:
    """In one form; a user without privileges is none."""
    privileges = {name: sorted(set(users[name])) for name in sorted(users)}
    return [{"user_name": name, "privileges": held} for name, held in privileges.items() if held]


def _by_name(users: Users) -> dict[str, list[str]]:
    return {user["user_name"]: user["privileges"] for user in users}


def _granted_or_named(params: Mapping[str, Any], users: Users) -> Users:
    """Those who may do everything were not granted it, so they matter only if they are named."""
    named = _by_name(params["authorized_users"])
    return [user for user in users if ALL not in user["privileges"] or user["user_name"] in named]


def _decide_users(params: Mapping[str, Any], current: Users) -> Users:
    now, wanted = _by_name(current), _by_name(params["authorized_users"])
    mighty = {name: held for name, held in now.items() if ALL in held}
    return _sorted({**({} if params["purge_authorized_users"] else now), **wanted, **mighty})


def _send_users(api: Client, queue: Mapping[str, Any], before: Users, after: Users) -> None:
    thing = f"queues.{queue['name']}"
    now, wanted = _by_name(before), _by_name(after)
    # Not by the action that replaces privileges: what that does to those on other things is not clear.
    for name in sorted(now.keys() | wanted.keys()):
        held, meant = set(now.get(name, ())), set(wanted.get(name, ()))
        for action, privileges in (("grant", meant - held), ("revoke", held - meant)):
            if privileges:
                _authorize(api, {"user_name": name}, action, thing, sorted(privileges))


AUTHORIZED_USERS = Facet(
    option="authorized_users",
    read=read_users,
    decide=_decide_users,
    send=_send_users,
    empty=[],
    part=_granted_or_named,
)

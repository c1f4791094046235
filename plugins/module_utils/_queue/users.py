# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users who may use a queue, with their privileges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import queues
from .._api.authorization import authorize
from .._aspect.aspect import Aspect
from .._http import pagination

if TYPE_CHECKING:
    from .._http.client import Client

    Users = list[dict[str, Any]]

PAGE_SIZE = 100
# What the service says of those who may do everything.
ALL = "ALL"


def read(api: Client, queue: Mapping[str, Any]) -> Users:
    """Users with their privileges; administrators and the owner have the one that stands for all of them."""
    operation = f"read who may use queue {queue['name']}"
    entries = pagination.paginate_by_offset(
        api, queues.path(api, str(queue["name"]), "users"), operation, "privileges", {}, PAGE_SIZE
    )
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


def _desired(params: Mapping[str, Any], current: Users) -> Users:
    now, wanted = _by_name(current), _by_name(params["authorized_users"])
    admins = {name: held for name, held in now.items() if ALL in held}
    return _sorted({**({} if params["purge_authorized_users"] else now), **wanted, **admins})


def _send(api: Client, queue: Mapping[str, Any], before: Users, after: Users) -> None:
    thing = f"queues.{queue['name']}"
    now, wanted = _by_name(before), _by_name(after)
    # Not by the action that replaces privileges: what that does to those on other things is not clear.
    for name in sorted(now.keys() | wanted.keys()):
        held, meant = set(now.get(name, ())), set(wanted.get(name, ()))
        for action, privileges in (("grant", meant - held), ("revoke", held - meant)):
            if privileges:
                authorize(api, {"user_name": name}, action, thing, sorted(privileges))


ASPECT = Aspect(
    option="authorized_users",
    read=read,
    desired=_desired,
    send=_send,
    empty=[],
    relevant=_granted_or_named,
)

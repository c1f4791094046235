# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of a queue with their privileges, an aspect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import queues
from .._api.authorization import authorize
from .._aspect.aspect import Aspect
from .._core import convert
from .._core.parsing import parses_response
from .._http import lost_answers, pagination

if TYPE_CHECKING:
    from .._api.queues import AuthorizedUser
    from .._http.client import Client

PAGE_SIZE = 100
# Stands for all privileges, which administrators and the owner have.
ALL = "ALL"


def read(api: Client, queue: Mapping[str, Any]) -> list[AuthorizedUser]:
    """The users with their privileges, sorted by name; administrators and the owner have ``ALL``."""
    entries = pagination.paginate_by_offset(
        api,
        queues.path(api, str(queue["name"]), "users"),
        f"read the users of queue {queue['name']}",
        "privileges",
        {},
        PAGE_SIZE,
    )
    return _from_api(entries, str(queue["owner"]))


@parses_response
def _from_api(entries: Iterable[Mapping[str, Any]], owner: str) -> list[AuthorizedUser]:
    users = {}
    for entry in entries:
        name = convert.required_text(entry["user_name"])
        has_all = convert.boolean(entry.get("is_admin")) or name == owner
        users[name] = [ALL] if has_all else convert.texts(entry.get("privileges")) or []
    return _normalized(users)


def _normalized(users: Mapping[str, Iterable[str]]) -> list[AuthorizedUser]:
    """Sorted and without duplicates; a user without privileges is left out."""
    privileges = {name: sorted(set(users[name])) for name in sorted(users)}
    return [{"user_name": name, "privileges": held} for name, held in privileges.items() if held]


def _by_name(users: Iterable[AuthorizedUser]) -> dict[str, list[str]]:
    return {user["user_name"]: user["privileges"] for user in users}


def _relevant(params: Mapping[str, Any], current: list[AuthorizedUser]) -> list[AuthorizedUser]:
    """Users with granted privileges. Administrators and the owner count only if the option names them."""
    requested = _by_name(params["authorized_users"])
    return [user for user in current if ALL not in user["privileges"] or user["user_name"] in requested]


def _desired(params: Mapping[str, Any], current: list[AuthorizedUser]) -> list[AuthorizedUser]:
    held, requested = _by_name(current), _by_name(params["authorized_users"])
    admins = {name: privileges for name, privileges in held.items() if ALL in privileges}
    return _normalized({**({} if params["purge_authorized_users"] else held), **requested, **admins})


def _send(api: Client, queue: Mapping[str, Any], before: list[AuthorizedUser], after: list[AuthorizedUser]) -> None:
    current, requested = _by_name(before), _by_name(after)
    # The action "update" is not used: its effect on the privileges on other resources is not documented.
    for name in sorted(current.keys() | requested.keys()):
        old, new = set(current.get(name, ())), set(requested.get(name, ()))
        for action, privileges in (("grant", new - old), ("revoke", old - new)):
            if privileges:
                _authorize(api, queue, name, action, privileges)


def _authorize(api: Client, queue: Mapping[str, Any], name: str, action: str, privileges: set[str]) -> None:
    def is_done() -> bool:
        held = set(_by_name(read(api, queue)).get(name, ()))
        return privileges <= held if action == "grant" else not privileges & held

    resource, label = f"queues.{queue['name']}", f"queue {queue['name']}"
    lost_answers.send_and_confirm(
        lambda: authorize(api, {"user_name": name}, action, resource, sorted(privileges), name=label), confirm=is_done
    )


ASPECT = Aspect(
    option=queues.AUTHORIZED_USERS,
    read=read,
    desired=_desired,
    send=_send,
    empty=[],
    relevant=_relevant,
)

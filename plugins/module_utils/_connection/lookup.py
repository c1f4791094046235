# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connection a task manages: the one with its ``id``, else the only one with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connections
from .._core import rules
from .._core.clock import Deadline
from .._core.errors import InvalidInput

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .task import ConnectionTask

# In seconds. The client that created a second connection of a name deletes it, a few seconds after the list shows both.
NEW = 3600.0
TWINS_SETTLE_IN = 30.0


def find(task: ConnectionTask) -> Connection | None:
    """The connection that the task manages, or None. Raises Ambiguous if several have the name."""
    connection_id = task.params["id"]
    return _by_name(task) if connection_id is None else _by_id(task, connection_id)


def _by_name(task: ConnectionTask) -> Connection | None:
    """The only connection with the name.

    If there are several and one is new, its creator may be about to delete it; with ``wait``, wait for that first.
    """
    found = connections.all_named(task.api, task.name)
    if len(found) > 1 and task.budget.wait and not task.dry_run and _is_new(task, found[-1]):
        from .._wait import poll

        for _elapsed in poll.pauses(Deadline(min(TWINS_SETTLE_IN, task.budget.deadline.remaining())), 5.0):
            found = connections.all_named(task.api, task.name)
            if len(found) <= 1:
                break
    return connections.only(task.name, found)


def _by_id(task: ConnectionTask, connection_id: str) -> Connection | None:
    """The connection with the requested ID. Raises InvalidInput if it has another name or must exist and does not."""
    found = connections.get(task.api, connection_id, task.name)
    if found is None and task.params["state"] == "present":
        raise InvalidInput([rules.must_be("id", "the ID of an existing connection", connection_id)])
    if found is not None and found["name"] != task.name:
        problem = rules.must_be("id", f"the ID of a connection with name {task.name}", connection_id)
        raise InvalidInput([f"{problem}, the ID of connection {found['name']}"])
    return found


def _is_new(task: ConnectionTask, connection: Connection) -> bool:
    created = connection["create_time"]
    return created is not None and task.api.now() - created / 1000 < NEW

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Privileges on queues and connections, and the API call that grants and revokes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._http.client import Client

# The only privilege on a connection.
BIND_QUEUE = "BIND_QUEUE"
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


def authorize(
    api: Client, grantee: Mapping[str, str], action: str, resource: str, privileges: Iterable[str], *, name: str
) -> None:
    """Grant or revoke privileges on a resource such as ``queues.q1``, whose ``name`` is for messages. Idempotent.

    ``grantee`` is ``{"user_name": ...}`` or ``{"projectId": ...}``; ``action`` is ``grant`` or ``revoke``.
    """
    kind = "user" if "user_name" in grantee else "project"
    direction = "to" if action == "grant" else "from"
    operation = f"{action} privileges on {name} {direction} {kind} {' '.join(grantee.values())}"
    body = {**grantee, "action": action, "privileges": [{"object": resource, "privileges": list(privileges)}]}
    api.put(api.path("v1.0", "authorization"), operation, body)

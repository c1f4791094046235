# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may use what: the privileges that can be held on things, and the call that grants and revokes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._http.client import Client

# The only privilege that a connection knows.
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


def authorize(api: Client, grantee: Mapping[str, str], action: str, thing: str, privileges: Iterable[str]) -> None:
    """One grant or revocation; each says what shall hold, so it can be sent twice."""
    who = " ".join(grantee.values())
    body = {**grantee, "action": action, "privileges": [{"object": thing, "privileges": list(privileges)}]}
    api.put(api.path("v1.0", "authorization"), f"{action} privileges of {who} on {thing}", body)

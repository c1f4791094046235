# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bindings that end because the plan deletes their queue or pool."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from .._api import connections
from .._core.errors import DliError
from . import problems
from .kinds import CONNECTION, QUEUE

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .client import PlanClient
    from .kinds import Kind
    from .params import Problem


def warnings(api: PlanClient, kind: Kind, name: str, restored: Collection[str]) -> list[Problem]:
    """That connections lose their bindings to a queue or pool, except the ``restored`` ones.

    Reads the list of connections. Call it before later decisions see the deletion.
    """
    noun = f"{kind.label} {name}"
    try:
        known = api.objects(CONNECTION.known) or {}
    except DliError as exc:
        if exc.rejects_credentials:
            raise
        text = f"The module could not check whether connections bind {kind.label.lower()} {name}. {exc.message}"
        return [problems.problem("bound", problems.WARNING, text, hint=exc.hint)]
    names = sorted(each["name"] for each in known.values() if each["name"] not in restored and _binds(each, kind, name))
    if not names:
        return []
    if len(names) == 1:
        text = f"{noun} is bound to connection {names[0]}. Its deletion removes the binding."
    else:
        text = f"{noun} is bound to connections {', '.join(names)}. Its deletion removes the bindings."
    return [problems.problem("bound", problems.WARNING, text)]


def _binds(connection: Connection, kind: Kind, name: str) -> bool:
    return name in (connection["queues"] if kind is QUEUE else connections.pool_names(connection))

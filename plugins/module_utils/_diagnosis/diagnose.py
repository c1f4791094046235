# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Diagnoses: what is not reached, or not ACTIVE, and why. They cost requests, so only a failure is diagnosed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._api import connection_hints, connections
from .._core.clock import Deadline
from . import causes, texts
from .facts import CONFIRMED, LIKELY
from .reading import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._api.connections import Connection
    from .._core.errors import DliError
    from .._http.client import Client
    from .facts import CauseResult

# In seconds, for all requests of a diagnosis: it must not hold up the failure that it explains.
LONGEST = 60.0


def unreachable(api: Client, queue: str, addresses: Sequence[str]) -> list[CauseResult]:
    """Why a queue may not reach these addresses."""
    with api.with_deadline(Deadline(LONGEST)):
        return causes.judge(Reader(api).of_queue(queue, addresses))


def _of_bindings(reader: Reader, connection: Connection) -> list[CauseResult]:
    """Why bindings of a connection are not ACTIVE; an empty list if all are."""
    affected = [each for each in connections.bindings(connection) if each["status"] != connections.ACTIVE]
    return causes.judge(reader.of_connection(connection, affected)) if affected else []


def add_to(api: Client, found: Sequence[Connection]) -> None:
    """Add the diagnosis to connections. What several of them need is read once."""
    reader = Reader(api)
    with api.with_deadline(Deadline(LONGEST)):
        for connection in found:
            connection["diagnosis"] = [{**each} for each in _of_bindings(reader, connection)]
    if api.access.rejection is not None:
        # Here a diagnosis is what the task is for, so it must not be incomplete for this reason.
        raise api.access.rejection


def explain(api: Client, exc: DliError) -> None:
    """Add the diagnosis of the bindings that are not ACTIVE to an error about its connection, and to the result."""
    with api.with_deadline(Deadline(LONGEST)):
        found = _of_bindings(Reader(api), cast("Connection", exc.connection))
    if not found:
        return
    exc.details = {**exc.details, "diagnosis": found}
    # The message names the state of the bindings already.
    others = [each for each in found if each["cause"] != "binding"]
    exc.hint = texts.hint(others, nothing=None, then=_remaining(exc, found))


def _remaining(exc: DliError, found: Sequence[CauseResult]) -> str | None:
    """The hint of the error without the advice about the cause, if the diagnosis has found that."""
    failed = _failed(cast("Connection", exc.connection))
    decided = any(each["verdict"] in (CONFIRMED, LIKELY) for each in found if each["cause"] != "binding")
    if failed and decided and exc.hint == connection_hints.repair(failed):
        return f"Then {connection_hints.renewal(failed)}."
    return exc.hint


def _failed(connection: Connection) -> list[tuple[str, str]]:
    entries = connections.bindings(connection)
    return [(each["kind"], each["err_msg"]) for each in entries if each["status"] == connections.FAILED]

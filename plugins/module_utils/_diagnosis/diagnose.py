# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Diagnoses of unreachable addresses and of bindings that are not ACTIVE. Only failures are diagnosed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._api import connection_hints, connections
from .._core.clock import Deadline
from . import causes, text
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


def of_connections(api: Client, found: Sequence[Connection]) -> list[list[CauseResult]]:
    """The diagnosis of each connection. What several of them need is read once.

    Raises the error by which the service rejects the credentials: here a diagnosis is what the task is for, so it must
    not be incomplete for this reason.
    """
    reader = Reader(api)
    with api.with_deadline(Deadline(LONGEST)):
        diagnoses = [_of_bindings(reader, connection) for connection in found]
    if api.access.rejection is not None:
        raise api.access.rejection
    return diagnoses


def explain(api: Client, exc: DliError) -> None:
    """Add the diagnosis of the bindings that are not ACTIVE to an error about its connection, and to the result."""
    connection = cast("Connection", exc.connection)
    with api.with_deadline(Deadline(LONGEST)):
        found = _of_bindings(Reader(api), connection)
    if found:
        exc.details = {**exc.details, "diagnosis": found}
        exc.hint = hint(connection, found, exc.hint)


def hint(connection: Connection, found: Sequence[CauseResult], before: str | None) -> str | None:
    """The hint of an error about bindings with their diagnosis in it, in place of the advice that it replaces."""
    # The message names the state of the bindings already.
    others = [each for each in found if each["cause"] != "binding"]
    failed = _failed(connection)
    if (
        failed
        and before == connection_hints.repair(failed)
        and any(each["verdict"] in (CONFIRMED, LIKELY) for each in others)
    ):
        before = f"Then {connection_hints.renewal(failed)}."
    return text.hint(others, nothing=None, then=before)


def _failed(connection: Connection) -> list[tuple[str, str]]:
    entries = connections.bindings(connection)
    return [(each["kind"], each["err_msg"]) for each in entries if each["status"] == connections.FAILED]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors about the connection as a whole, raised before anything is sent: missing and immutable options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._api import connections, vpc
from .._core.compare import delta, given
from .._core.errors import Difference, ImmutableOption, InvalidInput

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .task import ConnectionTask


def check_creation(task: ConnectionTask) -> None:
    """Raise InvalidInput with every option that is missing for a new connection."""
    options = given(task.params)
    if any(key not in options for key in connections.REQUIRED_AT_CREATION):
        missing = InvalidInput(missing_problems(task))
        missing.reason = "not_found"
        raise missing


def missing_problems(task: ConnectionTask) -> list[str]:
    """That the connection does not exist, which a misspelt name can cause, and what its creation requires."""
    options = given(task.params)
    missing = [
        f"{by_id} or {by_name} is required to create it"
        for by_id, by_name in vpc.BY_NAME.items()
        if by_id not in options and by_name not in options
    ]
    return [f"Connection {task.name} does not exist", *missing]


def rejected_changes(task: ConnectionTask, current: Connection) -> list[Difference]:
    """The immutable options that differ."""
    options = given(task.params)
    requested = {key: options[key] for key in connections.FIXED_AT_CREATION if key in options}
    # The IDs are UUIDs, which are case-insensitive.
    normal = dict.fromkeys(connections.FIXED_AT_CREATION, str.lower)
    before = connections.managed(current)
    return [
        Difference.immutable(key, before[key], value, _by_name(options, key))
        for key, value in delta(requested, before, normal).items()
    ]


def refusal(current: Connection, rejected: Sequence[Difference]) -> ImmutableOption:
    """The error about all rejected changes."""
    return ImmutableOption(
        f"Cannot change connection {current['name']}: {'; '.join(each.problem for each in rejected)}.",
        hint="Keep the current values, or set force_recreate=true to delete the connection and create it again.",
    )


def _by_name(options: dict[str, Any], key: str) -> str:
    """The name from which a requested ID was looked up, if it was."""
    option = vpc.BY_NAME[key]
    return f" from {option}={options[option]}" if option in options else ""

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step of a run for one object: its action, the options that change, and whether it must wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import connections, pools, queues
from . import effects
from .kinds import CONNECTION, POOL, Kind
from .options import CREATE, DELETE, NONE, RECREATE, UPDATE

if TYPE_CHECKING:
    from .._core.errors import DifferenceResult
    from .._core.results import Outcome

# The value in a new object of an option that is not given.
EMPTY: tuple[Any, ...] = ("", [], {})


def action(kind: Kind, current: Mapping[str, Any] | None, outcome: Outcome) -> str:
    """The action of the module."""
    if not outcome.changed:
        return NONE
    if current is None:
        return CREATE
    if outcome.after is None:
        return DELETE
    return RECREATE if effects.is_new(kind, outcome.after) else UPDATE


def differences(outcome: Outcome) -> list[DifferenceResult]:
    """The options that the run changes."""
    before, after = outcome.diff_before, outcome.diff_after
    return sorted_by_option(
        {"option": option, "found": before.get(option), "wanted": after[option], "why": None}
        for option in after
        if option != "name" and (before[option] != after[option] if option in before else after[option] not in EMPTY)
    )


def sorted_by_option(found: Iterable[DifferenceResult]) -> list[DifferenceResult]:
    return sorted(found, key=lambda difference: difference["option"])


def is_settled(kind: Kind, found: Any) -> bool:
    """Whether a run has nothing to wait for, if it changes nothing."""
    if found is None:
        return True
    if kind is POOL:
        return found["status"] not in pools.TRANSIENT
    if kind is CONNECTION:
        return not connections.has_creating(found)
    return found["readiness"]["ready"] is True


def first(kind: Kind, options: Mapping[str, Any], planned: str, outcome: Outcome) -> dict[str, Any] | None:
    """The options of a first task without ``wait``, so that many objects change in parallel; None if it must wait.

    A second task waits, and makes the rest of the changes.
    """
    if planned == DELETE or kind is CONNECTION:
        return dict(options) if planned != NONE else None
    if kind is POOL:
        return dict(options) if planned == CREATE else None
    # Policies scale the queues of a pool; ``in_parallel`` decides about their creation.
    if outcome.after is None or queues.pool_of(outcome.after):
        return None
    if planned == CREATE:
        # A queue that is not ready does not accept another CIDR block.
        return {name: value for name, value in options.items() if name != "cidr_in_vpc"}
    scales = any(difference["option"] == "cu_count" for difference in differences(outcome))
    ready = outcome.after["readiness"]["ready"]
    # No other option, so that a rejected request has changed nothing.
    return {key: options[key] for key in ("name", "cu_count")} if planned == UPDATE and scales and ready else None

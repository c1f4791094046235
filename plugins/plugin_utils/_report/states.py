# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of objects and bindings as a report shows it: word, colour and shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ...module_utils._plan.problems import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...module_utils._plan.params import Plan, PlannedObject, Problem


class State(NamedTuple):
    """``key`` names its colour in the style sheet, ``label`` is the word, ``shape`` the drawing of its marker."""

    key: str
    label: str
    shape: str


# Shapes in a square from -6 to 6. No two states have the same one, so that none is told by its colour alone.
OK = State("ok", "ok", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z")
UNDECLARED = State("undeclared", "undeclared", "M0 -6L6 0L0 6L-6 0ZM0 -2.8L-2.8 0L0 2.8L2.8 0Z")
MISSING = State("missing", "missing", "M-5 -5H5V5H-5ZM-2.8 -2.8V2.8H2.8V-2.8Z")
CHANGING = State("changing", "in progress", "M-5 -6H5L0 0L5 6H-5L0 0Z")
DRIFTED = State("drifted", "drifted", "M0 -6L6.2 5.5H-6.2Z")
UNREADABLE = State("unreadable", "unreadable", "M-6 -2H6V2H-6Z")
BLOCKED = State("blocked", "blocked", "M-5 -5H5V5H-5Z")
BROKEN = State("broken", "broken", "M-6 -4L-4 -6L0 -2L4 -6L6 -4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z")
# The least urgent first.
STATES = (OK, UNDECLARED, MISSING, CHANGING, DRIFTED, UNREADABLE, BLOCKED, BROKEN)
BY_STATUS = {"in_sync": OK, **{each.key: each for each in STATES}}
OF_SERVICE = {"ACTIVE": OK, "AVAILABLE": OK, "CREATING": CHANGING, "SCALING": CHANGING, "FAILED": BROKEN}


def declares_nothing(plan: Plan) -> bool:
    """Whether a plan only reads the project. Then nothing in it needs to be declared."""
    return all(each["status"] == "undeclared" for each in plan["objects"])


def of_object(planned: PlannedObject, *, only_read: bool) -> State:
    """The state of an object; ``only_read`` if the plan declares nothing."""
    state = BY_STATUS.get(planned["status"], UNREADABLE)
    if planned["broken"] and state not in (BLOCKED, UNREADABLE):
        return BROKEN
    state = OK if only_read and state is UNDECLARED else state
    return CHANGING if state in (OK, UNDECLARED) and _is_changing(planned["current"] or {}) else state


def _is_changing(current: Mapping[str, Any]) -> bool:
    bound = [*current.get("available_queue_info", ()), *current.get("elastic_resource_pools", ())]
    return any(of_binding(each.get("status")) is CHANGING for each in (current, *bound) if each.get("status"))


def of_binding(status: Any) -> State:
    """The state of a binding. One that a plan adds has no status yet."""
    return OF_SERVICE.get(str(status).upper(), UNREADABLE) if status else MISSING


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem["severity"] == ERROR for problem in problems)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan as a whole: counts, summary, whether it is in sync, and when it is a failure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import DliError
from . import problems, text
from .options import NONE, PROBLEMS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .params import Plan, PlannedObject, Problem


class PlanResult(NamedTuple):
    """A plan as the result of a module."""

    plan: Plan
    results: dict[str, list[Any]]

    def as_result(self, key: str, *, diff: bool) -> dict[str, Any]:
        """The result; a plan shows its differences itself and has no ``diff``."""
        return {"changed": False, key: self.plan, "results": self.results, "msg": text.counted(self.plan["counts"])}


class DeclarationNotMet(DliError):
    """The plan contains what the option ``fail_on`` names."""

    def __init__(self, plan: Plan, reasons: Iterable[str]) -> None:
        found = [" ".join(line.split()) for line in plan["summary"]]
        message = f"The plan contains what fail_on names ({', '.join(reasons)}). {'; '.join(found)}"
        super().__init__(message, details={"plan": plan})


def assemble(state: str, objects: list[PlannedObject], found: list[Problem]) -> Plan:
    """The plan of these decisions; ``found`` are the problems of several objects together."""
    counted = Counter(each["status"] for each in objects)
    return {
        "state": state,
        "in_sync": not any(each["action"] != NONE or any(map(problems.is_error, each["problems"])) for each in objects)
        and not any(map(problems.is_error, found)),
        "objects": objects,
        "problems": found,
        "counts": {status: counted[status] for status in STATUSES},
        "summary": text.lines(objects, found),
    }


def checked(plan: Plan, results: dict[str, list[Any]], fail_on: list[str]) -> PlanResult:
    """The result of the plan. Raises DeclarationNotMet if the plan contains one of these statuses, or problems."""
    has_errors = any(map(problems.is_error, [*plan["problems"], *(p for o in plan["objects"] for p in o["problems"])]))
    reasons = [each for each in fail_on if (has_errors if each == PROBLEMS else plan["counts"][each])]
    if reasons:
        raise DeclarationNotMet(plan, reasons)
    return PlanResult(plan, results)

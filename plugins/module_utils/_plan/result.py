# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan as a whole: counts, summary, whether it is in sync, and when it is a failure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.errors import DliError
from . import text
from .options import NONE, PROBLEMS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .params import Plan, PlannedObject, Problem


class PlanResult(NamedTuple):
    """A plan as the result of a module. ``about`` is what the module returns beside it, also if it is a failure."""

    plan: Plan
    declared: Mapping[str, Sequence[Any]] | None
    check_mode: bool
    about: Mapping[str, Any]
    warnings: Sequence[str]

    def details(self) -> dict[str, Any]:
        """Results of the module that do not depend on whether the plan is a failure."""
        return {"plan": self.plan, **self.about, "warnings": [*self.warnings, *text.warnings(self.plan)]}

    def as_result(self, key: str, *, diff: bool) -> dict[str, Any]:
        """The result; a plan shows its differences itself and has no ``diff``."""
        declared = {} if self.declared is None else {"declared": self.declared, "check_mode": self.check_mode}
        more = {**declared, "msg": text.counted(self.plan["counts"]), **self.details()}
        return {"changed": False, key: self.plan, **more}


class DeclarationNotMet(DliError):
    """The plan contains a status, or problems, in the option ``fail_on``."""

    def __init__(self, result: PlanResult, reasons: Sequence[str]) -> None:
        plan = result.plan
        if list(reasons) == [PROBLEMS]:
            message = f"Nothing was changed: {' '.join(plan['errors'])}"
        else:
            found = "; ".join(" ".join(line.split()).removesuffix(".") for line in plan["summary"])
            message = f"The project differs from the declaration ({text.counted(plan['counts'])}): {found}."
        super().__init__(message, reason="differs", details=result.details())


def assemble(state: str, objects: list[PlannedObject], found: list[Problem]) -> Plan:
    """The plan of these decisions; ``found`` are the problems of several objects together."""
    errors = text.errors(objects, found)
    counted = Counter(each["status"] for each in objects)
    return {
        "state": state,
        "in_sync": not errors and all(each["action"] == NONE for each in objects),
        "settled": all(each["settled"] for each in objects),
        "objects": objects,
        "problems": found,
        "counts": {status: counted[status] for status in STATUSES},
        "summary": text.lines(objects, found),
        "errors": errors,
    }


def checked(result: PlanResult, fail_on: list[str]) -> PlanResult:
    """The result. Raises DeclarationNotMet if its plan contains one of these statuses, or problems."""
    plan = result.plan
    reasons = [each for each in fail_on if (plan["errors"] if each == PROBLEMS else plan["counts"][each])]
    if reasons:
        raise DeclarationNotMet(result, reasons)
    return result

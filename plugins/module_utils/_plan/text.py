# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as lines of text, in the style of a diff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .options import CREATE, DELETE, IN_SYNC, NONE, RECREATE, STATUSES, UPDATE
from .problems import ERROR, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._core.errors import DifferenceResult
    from .params import Plan, PlannedObject, Problem

SIGNS = {NONE: " ", CREATE: "+", UPDATE: "~", RECREATE: "-/+", DELETE: "-"}
LONGEST_VALUE = 80
# Objects that are named if the same problem concerns many.
MAX_LABELS = 20
# Problems of one object that a user should see: something is FAILED or stuck, or a deletion removes a binding.
WARNED = ("failed", "stuck", "bound")


def lines(objects: Iterable[PlannedObject], found: Iterable[Problem]) -> list[str]:
    """One line for each object that is not in sync, with its differences and problems; then the other problems."""
    shown = [line for each in objects if _is_shown(each) for line in _of_object(each)]
    return [*shown, *(_of_problem(problem, "") for problem in found)]


def errors(objects: Iterable[PlannedObject], found: Iterable[Problem]) -> list[str]:
    """The problems that prevent a run, as sentences that name their objects; equal ones are one sentence."""
    labels: dict[str, list[str]] = {}
    for each in objects:
        for problem in each["problems"]:
            if problem["severity"] == ERROR:
                names = labels.setdefault(_sentence(problem["message"], problem), [])
                label = _label(each)
                # A name that is declared twice is there once.
                if label.lower() not in problem["message"].lower() and label not in names:
                    names.append(label)
    named = [f"{_listed(names)}: {sentence}" if names else sentence for sentence, names in labels.items()]
    return [*named, *(_sentence(problem["message"], problem) for problem in found if problem["severity"] == ERROR)]


def warnings(plan: Plan) -> list[str]:
    """Warnings that are shown even if nothing differs: all of several objects, and WARNED ones of declared objects."""
    symptoms = [problem for each in plan["objects"] if each["options"] is not None for problem in each["problems"]]
    found = [*plan["problems"], *(problem for problem in symptoms if problem["id"] in WARNED)]
    return [_sentence(problem["message"], problem) for problem in found if problem["severity"] == WARNING]


def _label(each: PlannedObject) -> str:
    label = each["kind"].replace("_", " ").capitalize()
    return f"{label} {each['name']}"


def _listed(labels: list[str]) -> str:
    more = f" and {len(labels) - MAX_LABELS} more" if len(labels) > MAX_LABELS else ""
    return f"{', '.join(labels[:MAX_LABELS])}{more}"


def _sentence(message: str, problem: Problem) -> str:
    first = message if message.endswith(".") else f"{message}."
    return f"{first} {problem['hint']}" if problem["hint"] else first


def counted(counts: dict[str, int]) -> str:
    """The counts in words, such as "2 missing, 1 in_sync"."""
    return ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status]) or "no objects"


def _is_shown(each: PlannedObject) -> bool:
    return each["status"] != IN_SYNC or bool(each["problems"])


def _of_object(each: PlannedObject) -> list[str]:
    what = each["status"] if each["action"] == NONE else f"{each['status']}, {each['action']}"
    first = f"{SIGNS[each['action']]} {each['kind']} {each['name']}: {what}"
    told = " ".join(problem["message"] for problem in each["problems"])
    changes = [f"    {_of_difference(difference, told)}" for difference in each["differences"]]
    return [first, *changes, *(_of_problem(problem, "    ") for problem in each["problems"])]


def _of_difference(difference: DifferenceResult, told: str) -> str:
    """One option. The reason why it cannot change is left out if ``told``, the problems after it, contain it."""
    found, wanted = (_short(difference[key]) for key in ("found", "wanted"))
    change = f"{difference['option']}: {wanted}" if difference["found"] is None else ""
    change = change or f"{difference['option']}: {found} -> {wanted}"
    return f"{change} ({difference['why']})" if difference["why"] and difference["why"] not in told else change


def _of_problem(problem: Problem, indent: str) -> str:
    return f"{indent}{problem['severity']}: {' '.join(filter(None, (problem['message'], problem['hint'])))}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."

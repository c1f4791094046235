# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans as JUnit XML, which CI systems show as test results: one suite for each host, one case for each object."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from ...module_utils._core.texts import printable
from ...module_utils._plan.options import FAILURES, PROBLEMS
from ...module_utils._plan.text import lines
from .states import has_errors

if TYPE_CHECKING:
    from ...module_utils._plan.params import PlannedObject, Problem
    from .readings import Reading

# Undeclared objects are no fault unless the user says so.
FAIL_ON = tuple(each for each in FAILURES if each != "undeclared")
CLASS = "huaweicloud.dli"


def junit(readings: Sequence[Reading], fail_on: Collection[str]) -> str:
    """The document. A case fails if ``fail_on`` names the status of its object or, with "problems", it has an error."""
    root = ElementTree.Element("testsuites", {"name": CLASS})
    for reading in readings:
        _add_suite(root, reading, fail_on)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_suite(root: ElementTree.Element, reading: Reading, fail_on: Collection[str]) -> None:
    suite = ElementTree.SubElement(root, "testsuite", {"name": printable(reading.name or "plan")})
    if reading.plan is None:
        case = _case(suite, "project", "plan")
        _result(case, "error", "unreadable", reading.message, "")
    else:
        for planned in reading.objects:
            _add_object(suite, planned, fail_on)
        _add_problems(suite, reading.problems, fail_on)
    if reading.region:
        properties = ElementTree.Element("properties")
        ElementTree.SubElement(properties, "property", {"name": "region", "value": printable(reading.region)})
        suite.insert(0, properties)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{kind}"))))


def _add_object(suite: ElementTree.Element, planned: PlannedObject, fail_on: Collection[str]) -> None:
    case = _case(suite, planned["kind"], planned["name"])
    text = lines([planned], [])
    status = planned["status"]
    if status in fail_on or (PROBLEMS in fail_on and has_errors(planned["problems"])):
        # JUnit: an error is a test that could not be carried out.
        _result(case, "error" if status == "unreadable" else "failure", status, _first(text, status), "\n".join(text))
    elif text:
        _output(case, text)


def _add_problems(suite: ElementTree.Element, problems: Iterable[Problem], fail_on: Collection[str]) -> None:
    """One case for each kind of problem of several objects together."""
    by_id: dict[str, list[Problem]] = {}
    for problem in problems:
        by_id.setdefault(problem["id"], []).append(problem)
    for problem_id, found in by_id.items():
        case = _case(suite, PROBLEMS, problem_id)
        text = lines([], found)
        if PROBLEMS in fail_on and has_errors(found):
            _result(case, "failure", problem_id, _first(text, problem_id), "\n".join(text))
        else:
            _output(case, text)


def _case(suite: ElementTree.Element, kind: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", {"classname": f"{CLASS}.{kind}", "name": printable(name)})


def _result(case: ElementTree.Element, element: str, kind: str, message: str, text: str) -> None:
    found = ElementTree.SubElement(case, element, {"type": printable(kind), "message": printable(message)})
    found.text = _legal(text)


def _output(case: ElementTree.Element, text: Iterable[str]) -> None:
    ElementTree.SubElement(case, "system-out").text = _legal("\n".join(text))


def _first(text: Sequence[str], otherwise: str) -> str:
    return text[0].strip() if text else otherwise


def _legal(text: str) -> str:
    """Lines without the characters that XML forbids even as entities."""
    return "\n".join(map(printable, text.split("\n")))

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of a survey as variables of the role datasource_connection.

Job templates of AWX ask for texts, numbers and choices only, and an unanswered question is an empty text. The answers
are variables with the prefix ``dli_``, without which they are named here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ...module_utils._core import rules
from ...module_utils._core.texts import printable
from .. import _spelling as spelling
from . import checks, parsers

PREFIX, ROLE = "dli_", "datasource_connection_"
# The variables of the playbook connect that are answers.
ANSWERS = (
    *("connection_name", "state", "confirm", "queue_names", "queue_cu_count", "queue_type", "vpc_name", "subnet_name"),
    *("host_entries", "test_addresses", "connection_tags", "pool_name", "pool_min_cu", "pool_max_cu", "pool_cidr"),
    *("delete_pool", "advanced"),
)
# Variables with the same prefix that are no answers.
OTHERS = ("hosts", "auth")
# Variables of the role that only answers set: they decide what is deleted.
NOT_ADVANCED = ("name", "state", "delete_elastic_resource_pool")
# Of a message. It may contain an answer.
LONGEST = 1000


class Reading(NamedTuple):
    """The ``variables`` of the role, and everything that is wrong with the answers."""

    variables: dict[str, Any]
    problems: list[str]


def read(answers: Mapping[str, Any], spec: Mapping[str, Any]) -> Reading:
    """The variables of the role for answers by name. ``spec`` is the argument spec of the role."""
    problems = spelling.misspelt("dli", [f"{PREFIX}{name}" for name in answers], (*ANSWERS, *OTHERS))
    given = _parsed({name: answers.get(name) for name in ANSWERS}, problems)
    answered = {name: value for name, value in _variables(given).items() if value is not None}
    advanced = _advanced(given["advanced"], answered, spec, problems)
    variables = {**answered, **advanced}
    if parsers.is_unanswered(answers.get("connection_name")):
        problems.append("dli_connection_name is required")
    problems += _dependencies(given, variables)
    problems += checks.problems(variables, spec, answered)
    return Reading(variables, _limited(problems))


def _limited(problems: list[str]) -> list[str]:
    """The problems without repetitions, such as a wrong size of each queue, and a few for each option."""
    by_option: dict[str, list[str]] = {}
    for problem in dict.fromkeys(printable(problem, LONGEST) for problem in problems):
        by_option.setdefault(re.split(r"[\s\[]", problem, maxsplit=1)[0], []).append(problem)
    return [problem for each in by_option.values() for problem in rules.truncate(each)]


def _parsed(answers: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """The answers as values; None for an answer that is not given or cannot be read."""
    given: dict[str, Any] = {}
    for name, answer in answers.items():
        option = f"{PREFIX}{name}"
        if name == "state":
            given[name] = parsers.choice(option, answer, ("present", "absent"), problems)
        elif name == "queue_type":
            given[name] = parsers.choice(option, answer, ("sql", "general"), problems)
        elif name == "delete_pool":
            given[name] = parsers.choice(option, answer, ("no", "yes"), problems)
        elif name == "queue_names":
            given[name] = parsers.names(option, answer, problems)
        elif name in ("queue_cu_count", "pool_min_cu", "pool_max_cu"):
            given[name] = parsers.number(option, answer, problems)
        elif name == "host_entries":
            given[name] = parsers.hosts(option, answer, problems)
        elif name == "test_addresses":
            given[name] = parsers.entries(option, answer, problems)
        elif name == "connection_tags":
            given[name] = parsers.tags(option, answer, problems)
        elif name == "advanced":
            given[name] = parsers.mapping(option, answer, problems)
        else:
            given[name] = parsers.text(option, answer, problems)
    return given


def _variables(given: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the role; None for one that is not set."""
    pool = {
        "name": given["pool_name"],
        "min_cu": given["pool_min_cu"],
        "max_cu": given["pool_max_cu"],
        "cidr_in_vpc": given["pool_cidr"],
    }
    queue = {"cu_count": given["queue_cu_count"], "queue_type": given["queue_type"]}
    queues = [{"name": name, **_given(queue)} for name in given["queue_names"] or ()]
    values = {
        "name": given["connection_name"],
        "state": given["state"],
        "elastic_resource_pool": _given(pool) if given["pool_name"] else None,
        "delete_elastic_resource_pool": True if given["delete_pool"] == "yes" else None,
        "queues": queues or None,
        "dest_vpc_name": given["vpc_name"],
        "dest_subnet_name": given["subnet_name"],
        "hosts": given["host_entries"],
        "tags": given["connection_tags"],
        "test_addresses": given["test_addresses"],
    }
    return {f"{ROLE}{name}": value for name, value in values.items()}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _advanced(
    document: Mapping[str, Any], answered: Mapping[str, Any], spec: Mapping[str, Any], problems: list[str]
) -> dict[str, Any]:
    """The variables of the document that are those of the role and that no answer sets."""
    option = f"{PREFIX}advanced"
    not_allowed = {f"{ROLE}{name}" for name in NOT_ADVANCED}
    allowed = [name for name in spec if name not in not_allowed]
    for name in document:
        if name in not_allowed:
            problems.append(f"{option} must not contain {name}; use the question for it")
        elif name in answered:
            problems.append(f"{name} in {option} and the answer to the question for it are mutually exclusive")
        elif name not in allowed:
            close = spelling.closest(name, allowed)
            advice = f"did you mean {close}?" if close else f"its variables are {', '.join(sorted(allowed))}"
            problems.append(f"{option} contains the unknown variable {name}; {advice}")
    return {name: value for name, value in document.items() if name in allowed and name not in answered}


def _dependencies(given: Mapping[str, Any], variables: Mapping[str, Any]) -> list[str]:
    """Answers that are missing although others require them."""
    problems = []
    name, deletes = given["connection_name"], given["state"] == "absent"
    if deletes and name is not None and given["confirm"] != name:
        got = "nothing" if given["confirm"] is None else repr(given["confirm"])
        problems.append(f"dli_confirm must be the name of the connection that is deleted, {name!r}, got {got}")
    if given["queue_names"] is None:
        problems += [
            f"dli_queue_names is required with dli_{option}"
            for option in ("queue_cu_count", "queue_type")
            if given[option] is not None
        ]
        if given["test_addresses"] and f"{ROLE}queues" not in variables:
            problems.append(
                "dli_queue_names is required with dli_test_addresses: each address is tested from each queue"
            )
    if given["pool_name"] is None:
        pool = {name: given[name] for name in ("pool_min_cu", "pool_max_cu", "pool_cidr")}
        pool["delete_pool"] = None if given["delete_pool"] == "no" else given["delete_pool"]
        problems += [f"dli_pool_name is required with dli_{option}" for option in _given(pool)]
    elif given["delete_pool"] == "yes" and not deletes:
        problems.append("dli_delete_pool must be no unless dli_state is absent, got 'yes'")
    return problems

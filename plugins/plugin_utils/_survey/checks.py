# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the variables that follow from the answers of a survey, without requests.

The role finds the same problems, but it would read the project first, and it cannot name the answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ...module_utils._connectivity import validation as connectivity
from ...module_utils._core import rules
from ...module_utils._plan.kinds import CONNECTION, KINDS, POOL, QUEUE, Kind
from ...module_utils._security_group import options as security_group
from ...module_utils._security_group import validation as rule_validation
from .. import _declaration as declarations

ROLE = "datasource_connection_"
# The answers that become options of an object, by kind of objects.
ANSWER_OF: dict[str, dict[str, str]] = {
    POOL.name: {
        "name": "dli_pool_name",
        "min_cu": "dli_pool_min_cu",
        "max_cu": "dli_pool_max_cu",
        "cidr_in_vpc": "dli_pool_cidr",
    },
    QUEUE.name: {"name": "dli_queue_names", "cu_count": "dli_queue_cu_count", "queue_type": "dli_queue_type"},
    CONNECTION.name: {
        "name": "dli_connection_name",
        "queues": "dli_queue_names",
        "hosts": "dli_host_entries",
        "tags": "dli_connection_tags",
        "dest_vpc_name": "dli_vpc_name",
        "dest_subnet_name": "dli_subnet_name",
    },
}
# Variables that require others. Without them, the rest of the declaration can still be checked.
DEPENDANT = ("test_addresses", "security_group", "security_group_ports")
VARIABLE_OF = {POOL.name: f"{ROLE}elastic_resource_pool", QUEUE.name: f"{ROLE}queues"}


def problems(variables: Mapping[str, Any], spec: Mapping[str, Any], answered: Mapping[str, Any]) -> list[str]:
    """The problems of the variables of the role. Problems of variables in ``answered`` name the answers."""
    # Missing answers have been reported.
    missing = {f"{ROLE}name": "name"}
    result = ArgumentSpecValidator(dict(spec)).validate({**missing, **variables})
    found = [
        f"unknown option {error.msg}" if isinstance(error, UnsupportedError) else str(error.msg)
        for error in result.errors.errors
    ]
    # An error about an element is repeated with the name of the list.
    found = [text for text in found if not any(text in other and text != other for other in found)]
    # The answers have the right types, so they can be checked even if other variables have not.
    values = {**missing, **answered} if found else result.validated_parameters
    return found + _rule_problems({name.removeprefix(ROLE): value for name, value in values.items()}, answered)


def _rule_problems(values: Mapping[str, Any], answered: Mapping[str, Any]) -> list[str]:
    declaration, found = _declaration(values, answered)
    found += [
        _named(problem, kind, item, answered)
        for kind in KINDS
        for item in declaration.get(kind.option, ())
        for problem in _problems_of(kind, item, declaration["state"])
    ]
    option = "dli_test_addresses" if f"{ROLE}test_addresses" in answered else f"{ROLE}test_addresses"
    return [
        *found,
        *connectivity.address_problems(option, values.get("test_addresses") or []),
        *_security_group_problems(values),
        *(f"{ROLE}{problem}" for problem in rules.wait_problems(values)),
    ]


def _declaration(values: Mapping[str, Any], answered: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The declaration of the variables, as far as there is one, and why not."""
    independent = {name: value for name, value in values.items() if name not in DEPENDANT}
    # Addresses without queues have been reported with the name of the question.
    reported = f"{ROLE}test_addresses" in answered and not values.get("queues")
    found: list[str] = []
    for each in (independent,) if reported else (values, independent):
        try:
            return declarations.of_role(each), found
        except ValueError as exc:
            found.append(str(exc))
    return {}, found


def _security_group_problems(values: Mapping[str, Any]) -> list[str]:
    group, ports = values.get("security_group"), values.get("security_group_ports")
    defaults = {name: option.get("default") for name, option in security_group.OPTIONS.items()}
    # The sources of the rules are queues and pools, whose names are checked where they are declared.
    others = {"ports": ports or ["1"], "remote_ip_prefix": ["10.0.0.0/8"]}
    found = rule_validation.rule_problems({**defaults, "security_group": group or "any", **others})  # type: ignore[typeddict-item]
    return [
        f"{ROLE}{problem if problem.startswith('security_group') else f'security_group_{problem}'}" for problem in found
    ]


def _problems_of(kind: Kind, item: Mapping[str, Any], state: str) -> list[str]:
    options = {name: option.get("default") for name, option in kind.item_options.items()}
    given = {name: value for name, value in item.items() if value is not None}
    found = kind.validate(kind.params({**options, **given}, state))
    # The names of the queues and of the pool are checked where they are declared.
    return [problem for problem in found if not (kind is CONNECTION and problem.startswith(("queues[", "queues has")))]


def _named(problem: str, kind: Kind, item: Mapping[str, Any], answered: Mapping[str, Any]) -> str:
    """The problem with the names of answers or variables instead of options."""

    def named(word: re.Match[str]) -> str:
        # Other words may be English ones.
        option = word[0] if word.start() == 0 or "_" in word[0] else ""
        if VARIABLE_OF.get(kind.name, f"{ROLE}{option}") in answered:
            return ANSWER_OF[kind.name].get(option, word[0])
        return f"{ROLE}{option}" if kind is CONNECTION and option in CONNECTION.item_options else word[0]

    text = re.sub(r"\w+", named, problem)
    own = kind is CONNECTION or VARIABLE_OF[kind.name] in answered
    return text if own else f"{kind.label} {rules.repr_value(item['name'])}: {text}"

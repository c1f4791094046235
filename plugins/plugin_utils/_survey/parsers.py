# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parsers for the answers of a survey, which are texts and numbers.

A parser returns None for an answer that is not given. It adds errors in an answer to ``problems``, and leaves
that part out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

from ...module_utils._core import rules

SEPARATORS = re.compile(r"[\n\r,]+")
LINES = re.compile(r"[\n\r]+")
HOST_RULE = 'one "name=address" or "address name" per line, with an IPv4 address'
TAG_RULE = 'one "key=value" per line'
# Characters that end or hide a line.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MOST_DIGITS = 10
YAML = "tag:yaml.org,2002:"
# The types that JSON has as well. Others, such as dates, stay text, or are not allowed.
TYPES = {f"{YAML}{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map")}


def is_unanswered(answer: Any) -> bool:
    return answer is None or (isinstance(answer, str) and not answer.strip())


def text(option: str, answer: Any, problems: list[str], rule: str = "text") -> str | None:
    """One line of text."""
    if is_unanswered(answer):
        return None
    found = str(answer).strip()
    if isinstance(answer, (bool, list, tuple, Mapping)):
        problems.append(rules.must_be(option, rule, answer))
    elif CONTROL.search(found):
        problems.append(rules.must_be(option, f"{rule} on one line" if rule == "text" else rule, answer))
    else:
        return found
    return None


def number(option: str, answer: Any, problems: list[str]) -> int | None:
    # JSON has one type for all numbers, so that 16 may arrive as 16.0.
    is_whole = isinstance(answer, float) and answer.is_integer()
    found = text(option, f"{answer:.0f}" if is_whole else answer, problems, "a whole number")
    if found is None or re.fullmatch(f"[0-9]{{1,{MOST_DIGITS}}}", found):
        return None if found is None else int(found)
    most = f" of at most {MOST_DIGITS} digits" if re.fullmatch("[0-9]+", found) else ""
    problems.append(rules.must_be(option, f"a whole number{most}", answer))
    return None


def choice(option: str, answer: Any, choices: tuple[str, ...], problems: list[str]) -> str | None:
    rule = " or ".join(choices)
    # YAML reads the choices yes and no as booleans.
    found = text(option, ("no", "yes")[answer] if isinstance(answer, bool) else answer, problems, rule)
    if found is None or found.lower() in choices:
        return None if found is None else found.lower()
    problems.append(rules.must_be(option, rule, answer))
    return None


def entries(
    option: str, answer: Any, problems: list[str], separators: re.Pattern[str] = SEPARATORS
) -> list[str] | None:
    """The entries of a list: one per line, or separated by commas. A multiple selection gives a list."""
    if isinstance(answer, (list, tuple)):
        parts = [part for each in answer if (part := text(option, each, problems))]
        return parts or None
    if isinstance(answer, (bool, Mapping)):
        problems.append(rules.must_be(option, "text with one entry per line", answer))
        return None
    parts = [part.strip() for part in separators.split(str("" if answer is None else answer))]
    return [part for part in parts if part and not part.startswith("#")] or None


def names(option: str, answer: Any, problems: list[str]) -> list[str] | None:
    """Names that are case-insensitive and may occur once."""
    found = entries(option, answer, problems)
    seen: dict[str, str] = {}
    for name in found or ():
        if name.lower() in seen:
            problems.append(f"{option} contains {rules.repr_value(name)} twice")
        seen.setdefault(name.lower(), name)
    return list(seen.values()) or None


def hosts(option: str, answer: Any, problems: list[str]) -> list[dict[str, str]] | None:
    """Hosts, written as name=address or, as in /etc/hosts, as an address and names."""
    found, wrong = [], []
    for entry in entries(option, answer, problems) or ():
        content = entry.partition("#")[0]
        words = content.split()
        name, sign, address = (part.strip() for part in content.partition("="))
        if sign and rules.is_ipv4(address) and name and " " not in name:
            found.append({"name": name, "ip": address})
        elif len(words) > 1 and rules.is_ipv4(words[0]) and not sign:
            found += [{"name": word, "ip": words[0]} for word in words[1:]]
        else:
            wrong.append(rules.must_be(option, HOST_RULE, entry))
    problems += wrong
    return found or None


def tags(option: str, answer: Any, problems: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for entry in entries(option, answer, problems, LINES) or ():
        key, sign, value = (part.strip() for part in entry.partition("="))
        if not sign or not key:
            problems.append(rules.must_be(option, TAG_RULE, entry))
        elif key in found:
            problems.append(f"{option} contains the key {rules.repr_value(key)} twice")
        else:
            found[key] = value
    return found or None


class _Loader(yaml.SafeLoader):
    """Reads ``TYPES`` only, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _value in node.value:
            # Other keys are refused below.
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"found the key {rules.repr_value(key.value)} twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

    def construct_number(self, node: yaml.ScalarNode) -> float | str:
        """A float; an infinite one stays text, because Ansible cannot convert it to an integer."""
        found = self.construct_yaml_float(node)
        return str(node.value) if math.isinf(found) else found


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in TYPES]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.yaml_constructors = {
    tag: constructor for tag, constructor in yaml.SafeLoader.yaml_constructors.items() if tag in {*TYPES, None}
}
_Loader.add_constructor(f"{YAML}float", _Loader.construct_number)


def mapping(option: str, answer: Any, problems: list[str]) -> dict[str, Any]:
    """A dictionary as YAML or JSON text. Values that are null or empty text are left out."""
    document = answer
    if isinstance(answer, str):
        try:
            # A few nested aliases make a document that fills the memory.
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(answer, yaml.SafeLoader)):
                problems.append(f"{option} must not contain aliases such as *name")
                return {}
            # A safe loader that knows even fewer types.
            document = yaml.load(answer, _Loader)
        except (yaml.YAMLError, ValueError, RecursionError) as exc:
            problems.append(f"{option} must be YAML: {_fault(exc)}")
            return {}
    if document is not None and not isinstance(document, Mapping):
        problems.append(rules.must_be(option, "a YAML dictionary of variables", answer))
        return {}
    return {str(key): value for key, value in (document or {}).items() if not is_unanswered(value)}


def _fault(exc: Exception) -> str:
    """The error in YAML text, on one line and with its place, without the text itself."""
    mark = getattr(exc, "problem_mark", None)
    place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    problem = getattr(exc, "problem", None) or "the text cannot be read"
    # Some problems are half a sentence.
    start = f"{getattr(exc, 'context', None)} " if problem.startswith("but ") else ""
    return f"{start}{problem}{place}"

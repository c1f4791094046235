# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parsers for the answers of a survey, which are texts and numbers.

A parser returns None for an answer that is not given. It adds what is wrong with an answer to ``problems``, and leaves
that part out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ...module_utils._core import rules

SEPARATORS = re.compile(r"[\n\r,]+")
LINES = re.compile(r"[\n\r]+")
HOST_RULE = '"name=address" or "address name" a line, with an IPv4 address'
TAG_RULE = '"key=value" a line'


def is_unanswered(answer: Any) -> bool:
    return answer is None or (isinstance(answer, str) and not answer.strip())


def text(option: str, answer: Any, problems: list[str]) -> str | None:
    """One line of text."""
    if answer is None or isinstance(answer, (bool, list, tuple, Mapping)):
        if answer is not None:
            problems.append(rules.must_be(option, "text", answer))
        return None
    return str(answer).strip() or None


def number(option: str, answer: Any, problems: list[str]) -> int | None:
    found = text(option, answer, problems)
    if found is None or re.fullmatch(r"[0-9]{1,10}", found):
        return None if found is None else int(found)
    problems.append(rules.must_be(option, "a whole number", answer))
    return None


def choice(option: str, answer: Any, choices: tuple[str, ...], problems: list[str]) -> str | None:
    # YAML reads the choices yes and no as booleans.
    found = text(option, ("no", "yes")[answer] if isinstance(answer, bool) else answer, problems)
    if found is None or found.lower() in choices:
        return None if found is None else found.lower()
    problems.append(rules.must_be(option, " or ".join(choices), answer))
    return None


def entries(
    option: str, answer: Any, problems: list[str], separators: re.Pattern[str] = SEPARATORS
) -> list[str] | None:
    """The entries of a list: one a line, or separated by commas. A multiple selection gives a list."""
    if isinstance(answer, (list, tuple)):
        parts = [part for each in answer if (part := text(option, each, problems))]
        return parts or None
    if isinstance(answer, (bool, Mapping)):
        problems.append(rules.must_be(option, "text with one entry a line", answer))
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


def mapping(option: str, answer: Any, problems: list[str]) -> dict[str, Any]:
    """A dictionary as YAML or JSON text. Values that are null or empty text are left out."""
    document = answer
    if isinstance(answer, str):
        try:
            # A few nested aliases make a document that fills the memory.
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(answer, yaml.SafeLoader)):
                problems.append(f"{option} must not contain aliases such as *name")
                return {}
            document = yaml.safe_load(answer)
        except (yaml.YAMLError, ValueError, RecursionError) as exc:
            problems.append(f"{option} must be YAML: {_fault(exc)}")
            return {}
    if document is not None and not isinstance(document, Mapping):
        problems.append(rules.must_be(option, "a YAML dictionary of variables", answer))
        return {}
    return {str(key): value for key, value in (document or {}).items() if not is_unanswered(value)}


def _fault(exc: Exception) -> str:
    """What is wrong with YAML text, on one line and with the place, without the text itself."""
    mark = getattr(exc, "problem_mark", None)
    place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return f"{getattr(exc, 'problem', None) or 'the text cannot be read'}{place}"

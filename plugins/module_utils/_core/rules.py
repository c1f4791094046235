# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that several nouns share, over plain data: each check returns the problems it finds, and raises nothing.

A problem reads "option: rule, and what is wrong". The rules are those of the service's API reference; where only the
console states one, that is said beside it.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_LISTED = 5
# Of whole numbers the API takes 32 bits; of seconds nobody needs more than 30 years.
LARGEST = 2**31 - 1
LONGEST = 10**9
# What nearly every run needs is compiled here, once for all tasks inside of Ansible; what few need, they compile.
QUEUE_NAME = re.compile(r"(?!_)(?!\d+\Z)[A-Za-z0-9_]{1,128}")
QUEUE_NAME_RULE = "1 to 128 letters, digits and underscores, not only digits, not beginning with an underscore"
CONNECTION_NAME = r"[A-Za-z0-9_]{1,64}"
CONNECTION_NAME_RULE = "1 to 64 letters, digits and underscores"
PROJECT_ID = re.compile(r"[A-Za-z0-9]{1,64}")
UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def matches(option: str, value: str | None, pattern: str | re.Pattern[str], rule: str) -> list[str]:
    if value is None or re.fullmatch(pattern, value):
        return []
    return [f"{option}: must be {rule}, not {repr_value(value)}"]


def is_header_safe(text: str) -> bool:
    """Whether it is printable ASCII without blanks, as everything is that proves who asks."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def repr_value(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(str(value))} characters)"


def truncate(problems: Iterable[str]) -> list[str]:
    """As many problems of one kind as a person reads, and how many more there are."""
    found = list(problems)
    if len(found) <= MAX_LISTED:
        return found
    return [*found[:MAX_LISTED], f"{found[0].split(':')[0]}: {len(found) - MAX_LISTED} more like these"]


def enterprise_project_problems(value: str | None) -> list[str]:
    return matches("enterprise_project_id", value, f"0|{UUID}", "0 or an id such as UUIDs are")


def number_problems(params: Mapping[str, Any], *options: str) -> list[str]:
    # To Python, and so to Ansible's own check of types and choices, true is the number 1.
    return [
        f"{option}: must be a number, not {params[option]}" for option in options if isinstance(params[option], bool)
    ]


def wait_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for option, least in (("wait_timeout", 1), ("wait_interval", 0.01), ("ready_age", 0)):
        # Written so that "not a number" is refused too.
        value = params.get(option)
        if value is not None and (isinstance(value, bool) or not least <= value <= LONGEST):
            found.append(f"{option}: must be a number of seconds from {least} to {LONGEST}, not {repr_value(value)}")
    return found


def duplicates(option: str, values: Sequence[str]) -> list[str]:
    duplicates = sorted({value for value in values if values.count(value) > 1})
    return truncate(f"{option}: {repr_value(value)} is given more than once" for value in duplicates)

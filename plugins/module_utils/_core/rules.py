# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules that several nouns share, over plain data: each check returns the problems it finds, and raises nothing.

A problem reads "option: rule, and what is wrong". The rules are those of the service's API reference; where only the
console states one, that is said beside it.
"""

from __future__ import annotations

import ipaddress
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
# The ranges that the service documents for its networks.
PRIVATE_RANGES = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
MAX_TAGS = 20
# Letters and digits of any language; `=` stands in an older edition of the rule only.
TAG_TEXT = r"[\w .:+\-@=]*"
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


def cidr_problems(option: str, text: str | None) -> list[str]:
    """What is wrong with the address range of a pool or queue."""
    if text is None:
        return []
    try:
        network = ipaddress.IPv4Network(text)
    except ValueError:
        return [f"{option}: must be an IPv4 range such as 10.100.0.0/16, with no host bits set, not {repr_value(text)}"]
    if any(network.subnet_of(private) for private in PRIVATE_RANGES):
        return []
    ranges = ", ".join(str(private) for private in PRIVATE_RANGES)
    return [f"{option}: must lie within {ranges}, not {repr_value(text)}"]


def tag_problems(tags: Mapping[str, Any] | None) -> list[str]:
    if tags is None:
        return []
    found = []
    if len(tags) > MAX_TAGS:
        found.append(f"tags: at most {MAX_TAGS}, not {len(tags)}")
    for key, value in tags.items():
        if not _is_tag_key(str(key)):
            found.append(
                f"tags: a key must be 1 to 128 letters, digits, blanks and _ . : + - @, without blanks at the ends "
                f"and not beginning with _sys_, not {repr_value(key)}"
            )
        if (
            value is None
            or isinstance(value, (dict, list))
            or len(str(value)) > 255
            or not re.fullmatch(TAG_TEXT, str(value))
        ):
            found.append(
                f"tags: a value must be at most 255 letters, digits, blanks and _ . : + - @, not {repr_value(value)} "
                f"(key {repr_value(key)})"
            )
    return found


def tag_filter_problems(tags: Mapping[str, Any] | None) -> list[str]:
    """The rules of tags, and what a filter of the form key=value,key=value adds to them."""
    unclear = [key for key in tags or () if "=" in str(key)]
    return [
        *tag_problems(tags),
        *(f"tags: a key with = cannot be looked for, such as {repr_value(key)}" for key in unclear),
    ]


def _is_tag_key(key: str) -> bool:
    return (
        0 < len(key) <= 128
        and key == key.strip()
        and not key.startswith("_sys_")
        and re.fullmatch(TAG_TEXT, key) is not None
    )

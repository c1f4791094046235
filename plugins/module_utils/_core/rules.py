# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that several nouns share, over plain data. Each check returns the problems that it finds and raises nothing.

A problem reads "OPTION must be RULE, got VALUE". The rules come from the service's API reference; a comment marks the
rules that only the console states.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_LISTED = 5
# The API takes 32-bit integers. No wait needs more than 10**9 seconds (30 years).
LARGEST = 2**31 - 1
LONGEST = 10**9
# Patterns that nearly every run needs are compiled here, once for all tasks that run in the controller. The others are
# compiled where they are used.
QUEUE_NAME = re.compile(r"(?!_)(?!\d+\Z)[A-Za-z0-9_]{1,128}")
QUEUE_NAME_RULE = (
    "1 to 128 letters, digits and underscores, starting with a letter or digit and including a letter or underscore"
)
CONNECTION_NAME = r"[A-Za-z0-9_]{1,64}"
CONNECTION_NAME_RULE = "1 to 64 letters, digits and underscores"
# The private ranges that the service documents for its networks.
PRIVATE_RANGES = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
MAX_TAGS = 20
# Letters and digits of any language. Only an older edition of the rule lists `=`.
TAG_TEXT = r"[\w .:+\-@=]*"
TAG_CHARACTERS = "letters, digits, spaces and _ . : + - @"
PROJECT_ID = re.compile(r"[A-Za-z0-9]{1,64}")
UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def must_be(option: str, rule: str, value: Any) -> str:
    """The message about a ``value`` that breaks the ``rule`` of an option."""
    return f"{option} must be {rule}, got {repr_value(value)}"


def matches(option: str, value: str | None, pattern: str | re.Pattern[str], rule: str) -> list[str]:
    """A problem if ``value`` is given and does not match the whole ``pattern``."""
    return [] if value is None or re.fullmatch(pattern, value) else [must_be(option, rule, value)]


def is_header_safe(text: str) -> bool:
    """Whether ``text`` can be sent in an HTTP header: printable ASCII without spaces, as all credentials are."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def repr_value(value: Any) -> str:
    """The value as a message quotes it, shortened to 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(str(value))} characters)"


def truncate(problems: Iterable[str]) -> list[str]:
    """The first ``MAX_LISTED`` problems of one kind, and the number of the others."""
    found = list(problems)
    if len(found) <= MAX_LISTED:
        return found
    option = re.sub(r"\[\d+\]", "", found[0].split()[0])
    return [*found[:MAX_LISTED], f"{option} has {len(found) - MAX_LISTED} more problems of this kind"]


def enterprise_project_problems(value: str | None) -> list[str]:
    return matches("enterprise_project_id", value, f"0|{UUID}", "0 or a UUID")


def number_problems(params: Mapping[str, Any], *options: str) -> list[str]:
    # In Python, and therefore in Ansible's own check of types and choices, true equals 1.
    return [must_be(option, "a number", params[option]) for option in options if isinstance(params[option], bool)]


def wait_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for option, least in (("wait_timeout", 1), ("wait_interval", 0.01), ("ready_age", 0)):
        value = params.get(option)
        # NaN fails every comparison, so the condition is the negated range.
        if value is not None and (isinstance(value, bool) or not least <= value <= LONGEST):
            found.append(must_be(option, f"a number of seconds from {least} to {LONGEST}", value))
    return found


def duplicates(option: str, values: Sequence[str]) -> list[str]:
    repeated = sorted({value for value in values if values.count(value) > 1})
    return truncate(f"{option} contains {repr_value(value)} more than once" for value in repeated)


def is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def strict_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network of a CIDR block, or None: it needs a prefix length, and no host bits may be set.

    Without a prefix length, a forgotten /16 would become one address; with host bits, the service might store another
    block than the one that was requested.
    """
    address, slash, length = text.partition("/")
    if not (slash and length.isascii() and length.isdecimal()):
        return None
    try:
        return ipaddress.ip_network(f"{address}/{length}")
    except ValueError:
        return None


def cidr_problems(option: str, text: str | None) -> list[str]:
    """Problems of the CIDR block of a pool or queue."""
    if text is None:
        return []
    network = strict_network(text)
    if not isinstance(network, ipaddress.IPv4Network):
        return [must_be(option, "an IPv4 CIDR block without host bits, such as 10.100.0.0/16", text)]
    if any(network.subnet_of(private) for private in PRIVATE_RANGES):
        return []
    return [must_be(option, f"within {', '.join(str(private) for private in PRIVATE_RANGES)}", text)]


def tag_problems(tags: Mapping[str, Any] | None) -> list[str]:
    if tags is None:
        return []
    found = []
    if len(tags) > MAX_TAGS:
        found.append(f"tags must have at most {MAX_TAGS} entries, got {len(tags)}")
    for key, value in tags.items():
        if not _is_tag_key(str(key)):
            rule = f"1 to 128 {TAG_CHARACTERS}, with no space at either end and no prefix _sys_"
            found.append(f"tags must have keys of {rule}, got {repr_value(key)}")
        if not _is_tag_value(value):
            rule = f"at most 255 {TAG_CHARACTERS}"
            found.append(f"tags must have values of {rule}, got {repr_value(value)} (key {repr_value(key)})")
    return found


def tag_filter_problems(tags: Mapping[str, Any] | None) -> list[str]:
    """The problems of tags, and of tags in a filter, which the API takes as key=value,key=value."""
    ambiguous = [key for key in tags or () if "=" in str(key)]
    return [
        *tag_problems(tags),
        *(f"tags must have keys without = when they filter a list, got {repr_value(key)}" for key in ambiguous),
    ]


def _is_tag_key(key: str) -> bool:
    return (
        0 < len(key) <= 128
        and key == key.strip()
        and not key.startswith("_sys_")
        and re.fullmatch(TAG_TEXT, key) is not None
    )


def _is_tag_value(value: Any) -> bool:
    if value is None or isinstance(value, (dict, list)):
        return False
    return len(str(value)) <= 255 and re.fullmatch(TAG_TEXT, str(value)) is not None

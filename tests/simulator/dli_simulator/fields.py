# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed access to the fields of a request. Lenient where the service is known to be; DLI.0001 otherwise."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from .errors import bad_parameter

Fields = Mapping[str, Any]
Item = TypeVar("Item")
AnyNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

NAME = re.compile(r"(?!_)(?!\d+$)[A-Za-z0-9_]{1,128}")
_TAG_TEXT = re.compile(r"[\w .:+\-@=]*")
MAX_TAGS = 20


def text(
    fields: Fields,
    name: str,
    default: str | None = None,
    *,
    pattern: re.Pattern[str] | None = None,
    max_length: int = 4096,
) -> str:
    """A string. Mandatory if there is no default."""
    value = fields.get(name)
    if value is None:
        if default is None:
            raise bad_parameter(f"The parameter {name} is mandatory.")
        return default
    if not isinstance(value, str) or len(value) > max_length or (pattern and not pattern.fullmatch(value)):
        raise bad_parameter(f"The value of parameter {name} is invalid.")
    return value


def choice(fields: Fields, name: str, allowed: Collection[str], default: str) -> str:
    """One of the allowed words, case-insensitive. Return the spelling of the service."""
    value = text(fields, name, default)
    for word in allowed:
        if word.lower() == value.lower():
            return word
    raise bad_parameter(f"The value of parameter {name} is invalid: {value}.")


def integer(
    fields: Fields, name: str, default: int | None = None, *, minimum: int = 0, maximum: int = 2**31 - 1
) -> int:
    """An integer. Numbers as strings are accepted, because the service's own examples contain them."""
    value = fields.get(name)
    if value is None:
        if default is None:
            raise bad_parameter(f"The parameter {name} is mandatory.")
        return default
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
        raise bad_parameter(f"The value of parameter {name} is invalid.")
    return value


def boolean(fields: Fields, name: str, default: bool = False) -> bool:
    value = fields.get(name)
    if value is None:
        return default
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise bad_parameter(f"The value of parameter {name} is invalid.")
    return value


def text_list(fields: Fields, name: str) -> list[str]:
    """A list of strings. Absent and null are empty."""
    value = fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise bad_parameter(f"The value of parameter {name} is invalid: it must be a list of strings.")
    return list(value)


def object_list(fields: Fields, name: str, *, mandatory: bool = False, maximum: int = 20000) -> list[dict[str, Any]]:
    """A list of objects."""
    value = fields.get(name)
    if value is None and not mandatory:
        return []
    if not isinstance(value, list) or len(value) > maximum or not all(isinstance(each, dict) for each in value):
        raise bad_parameter(f"The value of parameter {name} is invalid: it must be a list of objects.")
    return list(value)


def network(value: str, name: str) -> AnyNetwork:
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        raise bad_parameter(f"The value of parameter {name} is invalid: {value} is not a CIDR block.") from None


def ipv4_network(value: str, name: str) -> ipaddress.IPv4Network:
    block = network(value, name)
    if not isinstance(block, ipaddress.IPv4Network):
        raise bad_parameter(f"The value of parameter {name} is invalid: {value} is not an IPv4 CIDR block.")
    return block


def tags(fields: Fields, name: str = "tags", *, values_checked: bool = True) -> dict[str, str]:
    """Tags as a mapping. Keys are unique."""
    found: dict[str, str] = {}
    for tag in object_list(fields, name, maximum=MAX_TAGS):
        key, value = text(tag, "key"), text(tag, "value", "")
        if values_checked:
            _check_tag(key, value)
        if not key or key in found:
            raise bad_parameter(f"The tag key '{key}' is invalid or duplicate.")
        found[key] = value
    return found


def _check_tag(key: str, value: str) -> None:
    well_formed = _TAG_TEXT.fullmatch(key) and _TAG_TEXT.fullmatch(value)
    if not well_formed or key != key.strip() or key.startswith("_sys_") or len(key) > 128 or len(value) > 255:
        raise bad_parameter(f"The tag '{key}' is invalid.")


def tag_filter(fields: Fields) -> dict[str, str]:
    """The query parameter `tags=k1=v1,k2=v2`."""
    pairs = [each.partition("=") for each in text(fields, "tags", "").split(",") if each]
    return {key: value for key, _equals, value in pairs}


def has_tags(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(tags.get(key) == value for key, value in wanted.items())


def page(items: Sequence[Item], query: Fields, *, default: int = 100, zero_is_all: bool = False) -> list[Item]:
    """One page by `offset` and `limit`, as in the connection, pool and tag lists."""
    offset, limit = integer(query, "offset", 0), integer(query, "limit", default)
    if limit == 0 and zero_is_all:
        return list(items[offset:])
    return list(items[offset : offset + limit])

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Strict conversions of the parts of a response, for functions under ``parses_response``.

Each raises TypeError or ValueError for a value of another type. None is a value that the service does not return. The
API reference shows numbers and booleans as texts in places, so texts of them are accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

# The service's numbers are 64-bit integers. Larger ones would break arithmetic with floats.
LARGEST_INTEGER = 2**63 - 1


def integer(value: Any) -> int | None:
    """A whole number, also as a text of digits."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(f"{_type_of(value)} in place of a number")
    if isinstance(value, str) and len(value) > 20:
        raise ValueError("a text in place of a number")
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{value} in place of a whole number")
    number = int(value)
    if abs(number) > LARGEST_INTEGER:
        raise ValueError("a number of more than 64 bits")
    return number


def required_integer(value: Any) -> int:
    number = integer(value)
    if number is None:
        raise ValueError("a number is missing")
    return number


def decimal(value: Any) -> float | None:
    """A finite number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{_type_of(value)} in place of a number")
    if not abs(value) <= LARGEST_INTEGER:
        raise ValueError("a number of more than 64 bits")
    return float(value)


def text(value: Any) -> str | None:
    """A text, also as a number."""
    if value is None or isinstance(value, str):
        return value
    return str(required_integer(value))


def required_text(value: Any) -> str:
    """A text that is not empty."""
    found = text(value)
    if not found:
        raise ValueError("a text is missing")
    return found


def boolean(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise TypeError(f"{_type_of(value)} in place of a boolean")


def texts(value: Any) -> list[str] | None:
    """A list of texts."""
    if value is None:
        return None
    return [required_text(element) for element in _list(value)]


def objects(value: Any) -> list[Mapping[str, Any]]:
    """A list of objects, which may be null."""
    if value is None:
        return []
    elements = _list(value)
    for element in elements:
        mapping(element)
    return elements


def mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{_type_of(value)} in place of an object")
    return value


def fields(
    element: Mapping[str, Any], names: Iterable[str], conversions: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    """The named fields of an object, each converted; a field without a conversion is a text."""
    found = {}
    for name in names:
        conversion = conversions.get(name)
        value = element.get(name)
        found[name] = conversion(value) if conversion else text(value)
    return found


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{_type_of(value)} in place of a list")
    return value


def _type_of(value: Any) -> str:
    """The JSON type of a value, as a message names it."""
    names = {bool: "a boolean", str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "null")

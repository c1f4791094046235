# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing requested and current values: pure functions over plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from typing import Any


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are set. Unset options (None) are never compared and never sent."""
    return {name: value for name, value in options.items() if value is not None}


def delta(
    wanted: Mapping[str, Any],
    current: Mapping[str, Any],
    normal: Mapping[str, Callable[[Any], Any]] | None = None,
) -> dict[str, Any]:
    """The requested fields whose current values differ.

    A current value of None means that the service does not return the field, so a difference is unknown and not
    reported. ``normal`` maps a field to the function that normalizes its values for the comparison.
    """
    normalizers = normal or {}
    different = {}
    for name, value in wanted.items():
        current_value = current.get(name)
        if current_value is None:
            continue
        normalize = normalizers.get(name, _unchanged)
        if normalize(value) != normalize(current_value):
            different[name] = value
    return different


def _unchanged(value: Any) -> Any:
    return value


def number(value: Any) -> Any:
    """An integer for a string of digits; any other value unchanged."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def desired_set(wanted: Iterable[Any] | None, current: Iterable[Any], *, purge: bool) -> set[Any]:
    """The desired elements of a set: the current ones if unset, exactly ``wanted`` with ``purge``, else both."""
    if wanted is None:
        return set(current)
    return set(wanted) if purge else set(wanted) | set(current)


def normalize_name(name: str) -> str:
    """The service stores queue and pool names in lower case."""
    return name.lower()


def normalize_cidr(cidr: str) -> str:
    """A CIDR block in canonical form, with host bits cleared; any other text unchanged."""
    try:
        return str(ip_network(cidr.strip(), strict=False))
    except ValueError:
        return cidr

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing requested and current values: pure functions over plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from typing import Any


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the user said: an option left out (``None``) is never compared and never sent."""
    return {name: value for name, value in options.items() if value is not None}


def delta(
    wanted: Mapping[str, Any],
    current: Mapping[str, Any],
    normal: Mapping[str, Callable[[Any], Any]] | None = None,
) -> dict[str, Any]:
    """The wanted fields that differ from the current ones.

    A current value of ``None`` means that the service does not show the field: what cannot be seen
    cannot be called different. ``normal`` maps a field to the function that brings its values into
    the one form in which they can be compared.
    """
    rules = normal or {}
    different = {}
    for name, value in wanted.items():
        now = current.get(name)
        if now is None:
            continue
        form = rules.get(name, _as_is)
        if form(value) != form(now):
            different[name] = value
    return different


def _as_is(value: Any) -> Any:
    return value


def number(value: Any) -> Any:
    """A whole number that comes as a text; everything else as it is."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def truth(value: Any) -> Any:
    """A truth value that comes as a text; everything else as it is."""
    return value.lower() == "true" if isinstance(value, str) else value


def desired_set(wanted: Iterable[Any] | None, current: Iterable[Any], *, purge: bool) -> set[Any]:
    """What a set shall hold in the end: unset leaves it alone, ``purge`` makes it exact."""
    if wanted is None:
        return set(current)
    return set(wanted) if purge else set(wanted) | set(current)


def normalize_name(name: str) -> str:
    """The service stores queue and pool names in lower case."""
    return name.lower()


def normalize_cidr(cidr: str) -> str:
    """One spelling for a CIDR block, host bits cleared; text that is none stays as it is."""
    try:
        return str(ip_network(cidr.strip(), strict=False))
    except ValueError:
        return cidr

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wanted against what is there: pure comparison, and the outcome of one decision.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """What an ``ensure`` decided and what is there now.

    ``diff`` holds managed fields only and comes from the decision, so it is the same in check mode
    and in a real run. ``after`` is the whole object: predicted in check mode, else as the service
    reports it; ``None`` when it is absent.
    """

    changed: bool
    after: dict[str, Any] | None
    diff_before: Mapping[str, Any] = {}
    diff_after: Mapping[str, Any] = {}
    warnings: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()

    def as_result(self, key: str, *, diff: bool) -> dict[str, Any]:
        """The result of a module that manages a thing, which it returns under ``key``."""
        result: dict[str, Any] = {"changed": self.changed, key: self.after, "unsupported": list(self.unsupported)}
        if diff:
            result["diff"] = {"before": dict(self.diff_before), "after": dict(self.diff_after)}
        return {**result, "warnings": list(self.warnings)}


class QueryResult(list[dict[str, Any]]):
    """What a query found, with what the region could not tell, and ``details`` beside the list."""

    def __init__(
        self,
        objects: Iterable[dict[str, Any]],
        *,
        warnings: tuple[str, ...] = (),
        unsupported: tuple[str, ...] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(objects)
        self.details = details or {}
        self.warnings = warnings
        self.unsupported = unsupported

    def as_result(self, key: str, *, diff: bool) -> dict[str, Any]:
        """The result of a module that only reads; it has no ``diff``, for there never is a difference."""
        found = {"changed": False, key: list(self), "unsupported": list(self.unsupported)}
        return {**found, **self.details, "warnings": list(self.warnings)}


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


def tags_to_api(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    """Tags as the service takes them, in a stable order."""
    return [{"key": str(key), "value": str(value)} for key, value in sorted(tags.items())]

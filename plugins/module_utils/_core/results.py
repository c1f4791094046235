# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of a module's run, before Ansible sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .texts import printable


class Outcome(NamedTuple):
    """The result of an ``ensure``.

    ``diff_before`` and ``diff_after`` have managed fields only and come from the decision, so check mode and a real run
    return the same. ``after`` is the whole object: predicted in check mode, else as the service reports it; None
    if it is absent. ``details`` are further results.
    """

    changed: bool
    after: Mapping[str, Any] | None
    diff_before: Mapping[str, Any] = {}
    diff_after: Mapping[str, Any] = {}
    warnings: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    details: Mapping[str, Any] = {}

    def as_result(self, key: str, *, diff: bool) -> dict[str, Any]:
        """The result of a module that manages an object, which it returns under ``key``."""
        result: dict[str, Any] = {"changed": self.changed, key: self.after, "unsupported": list(self.unsupported)}
        result |= self.details
        if diff:
            result["diff"] = {"before": dict(self.diff_before), "after": dict(self.diff_after)}
        return {**result, "warnings": [printable(each) for each in self.warnings]}


class QueryResult(list[Mapping[str, Any]]):
    """The objects that a query found; ``details`` are results beside the list."""

    def __init__(
        self,
        objects: Iterable[Mapping[str, Any]],
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
        """The result of a module that only reads and therefore has no ``diff``."""
        found = {"changed": False, key: list(self), "unsupported": list(self.unsupported)}
        return {**found, **self.details, "warnings": [printable(each) for each in self.warnings]}

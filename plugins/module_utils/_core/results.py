# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's run returns, before Ansible sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

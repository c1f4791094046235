# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import SHAPES, ApiError

KINDS = ("status", "drop_before", "drop_after", "status_after", "delay", "truncate")
_STATUS_200_SHAPES = ("is_success_false", "is_success_string")


@dataclass
class Fault:
    """A fault for requests with a method ("" for any) and a path that matches a regular expression."""

    kind: str
    path: str = ""
    method: str = ""
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    error_code: str = ""
    error_msg: str = "Injected fault"
    headers: dict[str, str] = field(default_factory=dict)
    shape: str = "dli"
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault: {self.kind}")
        if self.shape not in SHAPES:
            raise ValueError(f"unknown shape: {self.shape}")
        re.compile(self.path)

    @classmethod
    def parse(cls, settings: Mapping[str, Any]) -> Fault:
        unknown = sorted(set(settings) - {each.name for each in dataclasses.fields(cls)})
        if unknown or "kind" not in settings:
            raise ValueError(f"a fault requires kind and does not support: {', '.join(unknown)}")
        return cls(**settings)

    def matches(self, method: str, path: str) -> bool:
        return self.method.upper() in ("", method) and re.search(self.path, path) is not None

    @property
    def error(self) -> ApiError:
        status = self.status or (200 if self.shape in _STATUS_200_SHAPES else 500)
        return ApiError(status, self.error_code, self.error_msg, shape=self.shape, headers=self.headers)


class Faults:
    """The pending faults in the order of their injection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []

    def inject(self, fault: Fault) -> None:
        with self._lock:
            self._pending.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()

    def pending(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dataclasses.asdict(fault) for fault in self._pending]

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for a request: the first match that does not skip this request."""
        with self._lock:
            for fault in self._pending:
                if not fault.matches(method, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                self._consume(fault)
                return fault
        return None

    def _consume(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._pending.remove(fault)

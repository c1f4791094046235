# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record of all requests, with secrets masked."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_SECRET_HEADERS = ("authorization", "x-auth-token", "x-security-token", "x-subject-token")
_MASK = "***"


@dataclass
class RecordedRequest:
    """`status` is None while the request is processed, and if the connection was dropped."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]
    status: int | None = None
    took_effect: bool = False


class Recorder:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[RecordedRequest] = []

    def record(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes, headers: Mapping[str, str]
    ) -> RecordedRequest:
        entry = RecordedRequest(method, path, query, _masked_body(_decoded(body)), _masked_headers(headers))
        with self._lock:
            self._requests.append(entry)
        return entry

    def all(self) -> list[RecordedRequest]:
        with self._lock:
            return list(self._requests)

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.all()]

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def _masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: _MASK if name in _SECRET_HEADERS else value for name, value in headers.items()}


def _masked_body(body: Any) -> Any:
    if isinstance(body, dict):
        return {key: _masked_value(key, value) for key, value in body.items()}
    if isinstance(body, list):
        return [_masked_body(each) for each in body]
    return body


def _masked_value(key: str, value: Any) -> Any:
    """Mask strings whose key contains "password". Objects with such a key are kept."""
    if key == "id_token":
        return _MASK
    return _MASK if "password" in key and isinstance(value, str) else _masked_body(value)

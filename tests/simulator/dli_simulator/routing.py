# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API calls: a path, and a function that takes a Call and returns a Response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from .fields import Fields
from .models import Connection, Queue
from .state import Project, State


@dataclass(frozen=True)
class Call:
    """An authenticated request, as passed to its handler."""

    state: State
    project: Project
    path: Mapping[str, str]
    query: Fields
    body: Fields
    headers: Mapping[str, str]
    base_url: str
    request_id: str

    def query_list(self, name: str) -> list[str]:
        """A list in the query: repeated, separated by commas, or both."""
        return [each for value in self.query_values(name) for each in value.split(",") if each]

    def query_values(self, name: str) -> list[str]:
        """All values of a parameter that can be repeated."""
        return self.query.getlist(name) if isinstance(self.query, MultiDict) else []

    @property
    def queue(self) -> Queue:
        return self.project.queue(self.path["queue_name"])

    @property
    def queue_has_ipv6(self) -> bool:
        """Only a pool can have IPv6."""
        pool = self.project.pools.get(self.queue.elastic_resource_pool_name)
        return pool is not None and pool.ipv6_enable

    @property
    def connection(self) -> Connection:
        return self.project.connection(self.path["connection_id"])


@dataclass(frozen=True)
class Response:
    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Response]


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    handler: Handler
    public: bool


class Routes:
    """The API calls of one module."""

    def __init__(self) -> None:
        self.entries: list[Route] = []

    def add(self, method: str, path: str, *, public: bool = False) -> Callable[[Handler], Handler]:
        """Register a handler. `public` calls need no authentication."""

        def register(handler: Handler) -> Handler:
            self.entries.append(Route(method, path, handler, public))
            return handler

        return register


def success(message: str = "", *, http_status: int = 200, **payload: Any) -> Response:
    """The envelope of nearly every response."""
    return Response({"is_success": True, "message": message, **payload}, http_status)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking IAM: for the id of a project, and for whatever else it tells or gives out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core import rules
from .._core.errors import (
    AccessDenied,
    ApiError,
    InvalidInput,
)
from .._http.client import ask
from .._http.pagination import elements_in
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from .._http.signing import Auth
    from .._http.transport import Response, Transport


class Iam(NamedTuple):
    """IAM: over which session, at which address (that of its version 3), and what must not appear in any message."""

    transport: Transport
    address: str
    secrets: tuple[str, ...]

    def ask(
        self,
        method: str,
        path: str,
        operation: str,
        auth: Auth,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        secrets: tuple[str, ...] = (),
    ) -> tuple[Response, dict[str, Any]]:
        """One exchange, judged. ``path`` begins with the version of the API."""
        return ask(
            self.transport,
            method,
            self.address.removesuffix("/v3") + path,
            operation,
            auth=auth,
            secrets=(*self.secrets, *secrets),
            query=query,
            body=body,
            headers=headers,
            # A login makes nothing that a second one would double.
            idempotent=True,
            service="iam",
        )

    def project_id(self, given: Mapping[str, Any], auth: Auth, secrets: tuple[str, ...] = ()) -> str:
        """The id of the project named by project_name, else by the region. One request when there is just one.

        It is asked for without a project: which one it is, is the question.
        """
        name = project_name(given)
        operation = f"look up the id of project {name}"

        def projects(query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
            _answer, body = self.ask("GET", "/v3/projects", operation, auth, query=query, secrets=secrets)
            return elements_in(body, "projects", operation)

        found = [sendable(project.get("id")) for project in projects({"name": name}) if project.get("name") == name]
        if not all(found):
            raise unexpected_body(operation)
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidInput(
                [f"project_id: is missing, and {len(found)} projects are called {name}: {', '.join(found)}; give one"]
            )
        there = ", ".join(sorted(f"{project.get('name')} ({project.get('id')})" for project in projects()))
        raise InvalidInput(
            [
                f"project_id: is missing, and there is no project called {name}; "
                f"these credentials see: {there or 'no project at all'}; give project_id or project_name"
            ]
        )


def sendable(told: Any) -> str:
    """What IAM has told, if it is a text that can be sent on in a header; else an empty one."""
    return told if isinstance(told, str) and rules.is_header_safe(told) else ""


def project_name(given: Mapping[str, Any]) -> str:
    return str(given.get("project_name") or given.get("region"))


def denied(refused: ApiError, hint: str | None = None) -> ApiError:
    """A refused login, as what it is, with ``hint`` if it is IAM itself that refused.

    A login may be needed in the midst of other questions, where IAM's "not found" would pass for a queue's.
    """
    if refused.transient:
        return refused
    by_iam = refused.code is not None and not refused.code.startswith("APIG")
    return AccessDenied(
        refused.message,
        status=refused.status,
        code=refused.code,
        request_id=refused.request_id,
        api_message=refused.api_message,
        hint=hint if hint and by_iam else refused.hint,
        outcome_unknown=refused.outcome_unknown,
    )

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to IAM: the id of a project, and the basis of logins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._core import rules
from .._core.errors import (
    AccessDenied,
    ApiError,
    InvalidInput,
)
from .._http.client import request
from .._http.pagination import elements_in
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._http.signing import Auth
    from .._http.transport import Response, Transport
    from .params import ConnectionParams


class Iam(NamedTuple):
    """IAM at ``endpoint``, which ends in /v3; ``secrets`` are masked in every message."""

    transport: Transport
    endpoint: str
    secrets: tuple[str, ...]

    def request(
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
        """Send one request; ``path`` starts with the version of the API. Raises TransportError or ApiError."""
        return request(
            self.transport,
            method,
            self.endpoint.removesuffix("/v3") + path,
            operation,
            auth=auth,
            secrets=(*self.secrets, *secrets),
            query=query,
            body=body,
            headers=headers,
            # A repeated login creates nothing twice.
            idempotent=True,
            service="iam",
        )

    def project_id(self, given: ConnectionParams, auth: Auth, secrets: tuple[str, ...] = ()) -> str:
        """The id of the project named by project_name, else by the region: one request if exactly one project matches.

        ``auth`` is for no project. Raises InvalidInput if there is no such project, or more than one.
        """
        name = project_name(given)
        operation = f"look up the id of project {name}"

        def projects(query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
            try:
                _response, body = self.request("GET", "/v3/projects", operation, auth, query=query, secrets=secrets)
            except AccessDenied as exc:
                if exc.status == 403:
                    advice = "Set project_id (HW_PROJECT_ID), so that the project need not be looked up."
                    exc.hint = f"{advice} {exc.hint or ''}".strip()
                raise
            return elements_in(body, "projects", operation)

        ids = [
            header_safe_text(project.get("id")) for project in projects({"name": name}) if project.get("name") == name
        ]
        if not all(ids):
            raise unexpected_body(operation)
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise InvalidInput(
                [f"project_id is required, because {len(ids)} projects are named {name}: {', '.join(ids)}"]
            )
        visible = ", ".join(sorted(f"{project.get('name')} ({project.get('id')})" for project in projects()))
        wrong = (
            f"project_name must be the name of an existing project, got {rules.repr_value(name)}"
            if given.get("project_name")
            else f"project_id or project_name is required, because no project is named {name}"
        )
        raise InvalidInput([f"{wrong} (projects of these credentials: {visible or 'none'})"])


def header_safe_text(value: Any) -> str:
    """A value from a response of IAM if it can be sent in a header, else an empty string."""
    return value if isinstance(value, str) and rules.is_header_safe(value) else ""


def project_name(given: ConnectionParams) -> str:
    return given.get("project_name") or given.get("region", "")


def access_denied(exc: ApiError, hint: str | None = None) -> ApiError:
    """A failed login as AccessDenied, with ``hint`` if IAM itself rejected it; a transient error unchanged.

    A login may be repeated during any other request, where a "not found" of IAM must not count as a missing queue.
    """
    if exc.transient:
        return exc
    by_iam = exc.code is not None and not exc.code.startswith("APIG")
    denied = exc.as_class(AccessDenied, hint=hint if hint and by_iam else exc.hint, outcome_unknown=exc.outcome_unknown)
    # Whatever its status is, the next attempt would be rejected, too, and may lock the user.
    denied.rejects_credentials = by_iam or exc.rejects_credentials
    return denied

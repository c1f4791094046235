# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins that IAM answers with a token: the one with a password, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import ApiError
from .._http.client import AuthResult
from .._http.signing import NoAuth, TokenAuth
from .iam import denied, project_name, sendable

if TYPE_CHECKING:
    from .iam import Iam


def with_password(given: Mapping[str, Any], iam: Iam) -> AuthResult:
    """Log in with a password: one request, which tells the token and the project's id."""
    user: dict[str, Any] = {"password": given["password"]}
    if "user_id" in given:
        user["id"] = given["user_id"]
    else:
        user |= {"name": given["username"], "domain": _domain(given)}
    scope = scope_of(given)
    if "name" in scope.get("project", {}) and ("domain_name" in given or "domain_id" in given):
        scope["project"]["domain"] = _domain(given)
    credentials = {"methods": ["password"], "password": {"user": user}}
    return token(
        given,
        iam,
        "/v3/auth/tokens",
        f"log in as {given.get('username') or given.get('user_id')}",
        {"auth": {"identity": credentials, "scope": scope}},
    )


def token(
    given: Mapping[str, Any],
    iam: Iam,
    path: str,
    operation: str,
    body: Any,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
    hint: str | None = None,
) -> AuthResult:
    """Log in by sending ``body``. ``secrets`` are in it, and ``hint`` says what to do if IAM refuses it."""
    try:
        answer, told = iam.ask(
            "POST", path, operation, NoAuth(), query={"nocatalog": "true"}, body=body, headers=headers, secrets=secrets
        )
    except ApiError as exc:
        raise denied(exc, hint) from None
    subject = sendable(answer.headers.get("x-subject-token"))
    project_id = _project_of(told)
    if not subject or not (project_id or "project_id" in given or "agency_name" in given):
        raise ApiError(
            "Could not log in: the answer of IAM holds no token or no project.",
            status=answer.status,
            hint="Check iam_endpoint and project_name.",
        )
    return AuthResult(TokenAuth(subject), (*secrets, subject), project_id)


def _project_of(told: Any) -> str | None:
    """The id of the project that a token is for. One for an account has no project, or none in it."""
    for part in ("token", "project", "id"):
        told = told.get(part) if isinstance(told, dict) else None
    return sendable(told) or None


def scope_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a token is to be good for: the project, or where an agency leads to another account's, one's own account."""
    if "agency_name" in given:
        return {"domain": _domain(given)}
    return {"project": {"id": given["project_id"]} if "project_id" in given else {"name": project_name(given)}}


def _domain(given: Mapping[str, Any]) -> dict[str, str]:
    return {"id": given["domain_id"]} if "domain_id" in given else {"name": given["domain_name"]}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins for which IAM issues a token: the login with a password, and the part that all these logins share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import ApiError
from .._http.client import AuthResult
from .._http.signing import NoAuth, TokenAuth
from .iam import access_denied, header_safe_text, project_name

if TYPE_CHECKING:
    from .iam import Iam
    from .params import ConnectionParams


HINT = (
    "Check that the user is enabled and not locked, and that the access control of the account allows a login from "
    "this host."
)


def with_password(given: ConnectionParams, iam: Iam) -> AuthResult:
    """Log in with a password: one request, whose response has the token and the id of the project."""
    user: dict[str, Any] = {"password": given["password"]}
    if "user_id" in given:
        user["id"] = given["user_id"]
    else:
        user |= {"name": given["username"], "domain": _domain(given)}
    scope = scope_of(given)
    if "name" in scope.get("project", {}) and ("domain_name" in given or "domain_id" in given):
        scope["project"]["domain"] = _domain(given)
    credentials = {"methods": ["password"], "password": {"user": user}}
    return request_token(
        given,
        iam,
        "/v3/auth/tokens",
        f"log in as {given.get('username') or given.get('user_id')}",
        {"auth": {"identity": credentials, "scope": scope}},
    )


def request_token(
    given: ConnectionParams,
    iam: Iam,
    path: str,
    operation: str,
    body: Any,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: tuple[str, ...] = (),
    hint: str | None = None,
) -> AuthResult:
    """Log in by sending ``body``, which contains ``secrets``. ``hint`` is for a login that IAM rejects.

    Raises AccessDenied if IAM rejects the login, ApiError if the response has no token or no project.
    """
    try:
        response, token = iam.request(
            "POST", path, operation, NoAuth(), query={"nocatalog": "true"}, body=body, headers=headers, secrets=secrets
        )
    except ApiError as exc:
        raise access_denied(exc, hint or (HINT if exc.status == 403 else None)) from None
    subject = header_safe_text(response.headers.get("x-subject-token"))
    project_id = _project_of(token)
    if not subject or not (project_id or "project_id" in given or "agency_name" in given):
        raise ApiError(
            "Could not log in: the response of IAM contains no token or no project.",
            status=response.status,
            hint="Check iam_endpoint and project_name.",
        )
    return AuthResult(TokenAuth(subject), (*secrets, subject), project_id)


def _project_of(token: Any) -> str | None:
    """The id of the project of a token; None for a token of an account."""
    for key in ("token", "project", "id"):
        token = token.get(key) if isinstance(token, dict) else None
    return header_safe_text(token) or None


def scope_of(given: ConnectionParams) -> dict[str, Any]:
    """The scope of a token: the project, or the account of the user if an agency gives access to another account."""
    if "agency_name" in given:
        return {"domain": _domain(given)}
    return {"project": {"id": given["project_id"]} if "project_id" in given else {"name": project_name(given)}}


def _domain(given: ConnectionParams) -> dict[str, str]:
    return {"id": given["domain_id"]} if "domain_id" in given else {"name": given["domain_name"]}

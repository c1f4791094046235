# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of IAM that clients of DLI use: tokens, and projects by name."""

from __future__ import annotations

from typing import Any

from .authentication import Authenticator, Token, iso
from .errors import ApiError
from .fields import Fields, text
from .routing import Call, Response, Routes
from .state import Identity, Project, State


def iam_error(status: int, message: str) -> ApiError:
    return ApiError(status, "", message, shape="iam")


def nested_object(body: Fields, *names: str) -> dict[str, Any]:
    """A nested object of a request; empty if any level is missing."""
    found: Any = body
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def iam_routes(authenticator: Authenticator) -> Routes:
    routes = Routes()

    @routes.add("POST", "/v3/auth/tokens", public=True)
    def create_token(call: Call) -> Response:
        if nested_object(call.body, "auth", "identity").get("methods") != ["password"]:
            raise iam_error(400, "The request body is invalid: the simulator supports only the method password")
        _check_user(call.state.identity, nested_object(call.body, "auth", "identity", "password", "user"))
        project = scope(call.state, nested_object(call.body, "auth", "scope"))
        subject, token = authenticator.issue_token(project.id if project else None)
        return Response(token_as_json(call, token), 201, {"X-Subject-Token": subject})

    @routes.add("GET", "/v3/auth/tokens")
    def show_token(call: Call) -> Response:
        subject = call.headers.get("x-subject-token", "")
        try:
            token = authenticator.find_token(subject)
        except ApiError:
            raise iam_error(404, "Could not find token") from None
        return Response(token_as_json(call, token), 200, {"X-Subject-Token": subject})

    routes.add("GET", "/v3/projects")(_list_projects)
    routes.add("GET", "/v3/auth/projects")(_list_enterable_projects)
    routes.add("GET", "/v3/auth/domains")(_list_domains)
    return routes


def _check_user(identity: Identity, user: Fields) -> None:
    by_id = user.get("id") == identity.user_id
    domain = nested_object(user, "domain")
    in_domain = identity.domain_name == domain.get("name") or identity.domain_id == domain.get("id")
    by_name = user.get("name") == identity.username and in_domain
    if not (by_id or by_name) or user.get("password") != identity.password:
        raise iam_error(401, "The username or password is wrong.")


def scope(state: State, scope: Fields) -> Project | None:
    """The project of the scope. None for the scope of the account, and without a scope."""
    wanted = nested_object(scope, "project")
    if not wanted:
        return None
    for project in state.projects_of(""):
        if project.id == wanted.get("id") or project.name == wanted.get("name"):
            return project
    raise iam_error(401, "The project does not exist or the user is not authorized to access it.")


def token_as_json(call: Call, token: Token) -> dict[str, Any]:
    identity = call.state.identity
    domain = {"id": identity.domain_id, "name": identity.domain_name}
    shown: dict[str, Any] = {
        "methods": list(token.methods),
        "issued_at": iso(token.issued_at),
        "expires_at": iso(token.expires_at),
        "user": {"id": identity.user_id, "name": identity.username, "domain": domain, "password_expires_at": ""},
        "roles": [{"id": "0", "name": "te_admin"}],
    }
    if token.project_id is None:
        shown["domain"] = domain
    else:
        project = call.state.projects[token.project_id]
        shown["project"] = {"id": project.id, "name": project.name, "domain": domain}
    if not text(call.query, "nocatalog", ""):
        shown["catalog"] = _catalog(call)
    return {"token": shown}


def _catalog(call: Call) -> list[dict[str, Any]]:
    urls = {"dli": call.base_url, "iam": call.base_url + "/v3", "vpc": call.base_url}
    region = call.state.region
    return [
        {
            "id": name,
            "name": name,
            "type": name,
            "endpoints": [
                {"id": name, "interface": "public", "region": region, "region_id": region, "url": url},
            ],
        }
        for name, url in urls.items()
    ]


def _list_projects(call: Call) -> Response:
    """The name filter is exact."""
    wanted = text(call.query, "name", "")
    return _projects(call, [each for each in _visible(call) if wanted in ("", each.name)])


def _list_enterable_projects(call: Call) -> Response:
    return _projects(call, _visible(call))


def _visible(call: Call) -> list[Project]:
    """The projects of the caller's account."""
    return call.state.projects_of(call.project.domain_id)


def _projects(call: Call, projects: list[Project]) -> Response:
    domain_id = call.project.domain_id or call.state.identity.domain_id
    shown = [
        {
            "id": project.id,
            "name": project.name,
            "domain_id": domain_id,
            "parent_id": domain_id,
            "is_domain": False,
            "enabled": True,
            "description": "",
            "links": {"self": f"{call.base_url}/v3/projects/{project.id}"},
        }
        for project in projects
    ]
    return Response({"projects": shown, "links": _links(call, "projects")})


def _list_domains(call: Call) -> Response:
    identity = call.state.identity
    domain = {"id": identity.domain_id, "name": identity.domain_name, "enabled": True, "description": ""}
    return Response({"domains": [domain], "links": _links(call, "auth/domains")})


def _links(call: Call, path: str) -> dict[str, Any]:
    return {"self": f"{call.base_url}/v3/{path}", "next": None, "previous": None}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking IAM who credentials belong to: for a token, or for the id of a project. One request, if nothing is wrong.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils._auth import NoAuth, SignatureAuth, TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Access, Addresses, ask
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import ApiError, InvalidInput

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._auth import Auth
    from ansible_collections.huaweicloud.dli.plugins.module_utils._transport import Transport


def access(given: Mapping[str, Any], transport: Transport, addresses: Addresses, secrets: tuple[str, ...]) -> Access:
    """The way to the project that the options name, whose id or token IAM has to tell."""
    return _Iam(given, transport, addresses, secrets).access()


class _Iam:
    """Asks IAM who the credentials belong to."""

    def __init__(
        self, given: Mapping[str, Any], transport: Transport, addresses: Addresses, secrets: tuple[str, ...]
    ) -> None:
        self.given = given
        self.transport = transport
        self.addresses = addresses
        self.secrets = secrets
        self.project_name = str(given.get("project_name") or given.get("region"))

    def access(self) -> Access:
        given = self.given
        if "auth_token" in given:
            auth = TokenAuth(given["auth_token"])
            return self._access(auth, self._project_id(auth))
        if "access_key" in given:
            keys = (given["access_key"], given["secret_key"], given.get("security_token"))
            # IAM is asked without a project: which one it is, is the question.
            project_id = self._project_id(SignatureAuth(*keys))
            return self._access(SignatureAuth(*keys, project_id), project_id)
        token, project_id = self._log_in()
        secrets = (*self.secrets, token)
        return Access(self.transport, self.addresses, TokenAuth(token), project_id, secrets, self._log_in_again)

    def _access(self, auth: Auth, project_id: str) -> Access:
        return Access(self.transport, self.addresses, auth, project_id, self.secrets)

    def _project_id(self, auth: Auth) -> str:
        """The id of the project named by project_name, else by the region. One request when there is just one."""
        name = self.project_name
        found = [project for project in self._projects(auth, {"name": name}) if project.get("name") == name]
        if len(found) == 1:
            return str(found[0]["id"])
        if found:
            ids = ", ".join(str(project["id"]) for project in found)
            raise InvalidInput(
                [f"project_id: is missing, and {len(found)} projects are called {name}: {ids}; give one"]
            )
        there = ", ".join(sorted(f"{project.get('name')} ({project.get('id')})" for project in self._projects(auth)))
        raise InvalidInput(
            [
                f"project_id: is missing, and there is no project called {name}; "
                f"these credentials see: {there or 'no project at all'}; give project_id or project_name"
            ]
        )

    def _projects(self, auth: Auth, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        attempt = f"look up the id of project {self.project_name}"
        _answer, body = ask(
            self.transport,
            "GET",
            f"{self.addresses.iam}/projects",
            attempt,
            auth=auth,
            secrets=self.secrets,
            query=query,
            repeatable=True,
        )
        return list(body.get("projects") or [])

    def _log_in(self) -> tuple[str, str]:
        """Log in with a password: one request, which tells the token and the project's id."""
        answer, body = ask(
            self.transport,
            "POST",
            f"{self.addresses.iam}/auth/tokens",
            f"log in as {self.given.get('username') or self.given.get('user_id')}",
            auth=NoAuth(),
            secrets=self.secrets,
            query={"nocatalog": "true"},
            body=self._password_body(),
            # A login makes nothing that a second one would double.
            repeatable=True,
        )
        token = answer.headers.get("x-subject-token")
        project_id = self.given.get("project_id") or body.get("token", {}).get("project", {}).get("id")
        if not token or not project_id:
            raise ApiError(
                "Could not log in: the answer of IAM holds no token or no project.",
                status=answer.status,
                hint="Check iam_endpoint and project_name.",
            )
        return token, str(project_id)

    def _log_in_again(self) -> tuple[Auth, tuple[str, ...]]:
        token, _project_id = self._log_in()
        return TokenAuth(token), (*self.secrets, token)

    def _password_body(self) -> dict[str, Any]:
        given = self.given
        user: dict[str, Any] = {"password": given["password"]}
        if "user_id" in given:
            user["id"] = given["user_id"]
        else:
            user |= {"name": given["username"], "domain": self._domain()}
        project: dict[str, Any] = {"name": self.project_name}
        if "project_id" in given:
            project = {"id": given["project_id"]}
        elif "domain_name" in given or "domain_id" in given:
            project["domain"] = self._domain()
        identity = {"methods": ["password"], "password": {"user": user}}
        return {"auth": {"identity": identity, "scope": {"project": project}}}

    def _domain(self) -> dict[str, str]:
        given = self.given
        return {"id": given["domain_id"]} if "domain_id" in given else {"name": given["domain_name"]}

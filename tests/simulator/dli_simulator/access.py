# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls, and whether they may: signed requests, tokens, and the project in the path."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from .errors import ApiError, refused_by_gateway, unauthenticated
from .signing import Claim, SignedRequest, read_claim, verify
from .world import Project, World

TOKEN_SECONDS = 24 * 3600
_LOCK_SECONDS = 5 * 60


@dataclass(frozen=True)
class Token:
    issued_at: float
    expires_at: float
    methods: tuple[str, ...]
    project_id: str | None


@dataclass(frozen=True)
class TemporaryKey:
    """What an agency lends: keys that are good for the projects of its account, until they expire."""

    secret_key: str
    security_token: str
    expires_at: float
    domain_id: str


class Gate:
    """Remembers the tokens handed out and the failures of signing. The world's lock guards it."""

    def __init__(self, world: World, require_signature: bool) -> None:
        self._world = world
        self._require_signature = require_signature
        self.clear()

    def clear(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.lent: dict[str, TemporaryKey] = {}
        self._failures = 0
        self._locked_until = 0.0

    def issue(self, project_id: str | None, method: str = "password") -> tuple[str, Token]:
        """A new token; real ones are long too."""
        now = self._world.now
        token = Token(now, now + TOKEN_SECONDS, (method,), project_id)
        text = "MII" + secrets.token_urlsafe(600)
        self.tokens[text] = token
        return text, token

    def lend(self, domain_id: str, seconds: int) -> tuple[str, TemporaryKey]:
        """A new temporary key for an account, with its access key."""
        access_key = "HST" + secrets.token_hex(9).upper()
        key = TemporaryKey(secrets.token_hex(20), secrets.token_urlsafe(300), self._world.now + seconds, domain_id)
        self.lent[access_key] = key
        return access_key, key

    def enter(self, request: SignedRequest, project_id: str | None) -> Project:
        """The project that the caller works in, given the one in the path, if there is one."""
        token = request.headers.get("x-auth-token")
        if not self._require_signature:
            return self._known_project(project_id)
        if token is not None:
            return self._by_token(self.token(token), project_id)
        if "authorization" not in request.headers:
            raise unauthenticated("x-auth-token not found")
        return self._by_headers(request.headers, project_id, self._check_signature(request))

    def token(self, text: str) -> Token:
        found = self.tokens.get(text)
        if found is None:
            raise unauthenticated("decrypt token fail")
        if found.expires_at <= self._world.now:
            raise unauthenticated(f"token expires, expires_at: {iso(found.expires_at)}")
        return found

    def _by_token(self, token: Token, project_id: str | None) -> Project:
        if project_id is not None and project_id != token.project_id:
            raise _forbidden()
        return self._known_project(token.project_id)

    def _by_headers(self, headers: Mapping[str, str], project_id: str | None, domain_id: str) -> Project:
        """A key pair reaches all projects of the account, but others than the main one only if X-Project-Id says so.

        That rule of the signing guides was not seen stated for this service: assumption.
        """
        named = headers.get("x-project-id")
        project = self._known_project(named, domain_id)
        if project_id not in (None, project.id):
            raise _forbidden()
        return project

    def _known_project(self, project_id: str | None, domain_id: str = "") -> Project:
        """A project of an account, its main one if none is named."""
        for project in self._world.projects_of(domain_id):
            if project_id in (None, project.id):
                return project
        raise _forbidden()

    def _check_signature(self, request: SignedRequest) -> str:
        """The account of the key, which is empty for the one of the credentials."""
        claim = read_claim(request.headers)
        if self._world.now < self._locked_until:
            raise unauthenticated("AK access failed to reach the limit, forbidden")
        try:
            domain_id = self._check_claim(request, claim)
        except ApiError:
            self._count_failure()
            raise
        self._failures = 0
        return domain_id

    def _check_claim(self, request: SignedRequest, claim: Claim) -> str:
        if claim.access_key in self.lent:
            return self._check_lent(request, claim, self.lent[claim.access_key])
        identity = self._world.identity
        if claim.access_key != identity.access_key:
            raise unauthenticated(f"Get secretKey failed,ak:{claim.access_key},err:ak not exist")
        verify(request, claim, identity.secret_key)
        if identity.security_token and request.headers.get("x-security-token") != identity.security_token:
            raise unauthenticated("verify aksk signature fail, the security token is missing or wrong")
        return ""

    def _check_lent(self, request: SignedRequest, claim: Claim, key: TemporaryKey) -> str:
        verify(request, claim, key.secret_key)
        if request.headers.get("x-security-token") != key.security_token:
            raise unauthenticated("verify aksk signature fail, the security token is missing or wrong")
        if key.expires_at <= self._world.now:
            # In which words, was not seen: assumption.
            raise unauthenticated(f"the security token expires, expires_at: {iso(key.expires_at)}")
        return key.domain_id

    def _count_failure(self) -> None:
        self._failures += 1
        limit = self._world.knobs.lock_after
        if limit is not None and self._failures >= limit:
            self._failures = 0
            self._locked_until = self._world.now + _LOCK_SECONDS


def iso(moment: float) -> str:
    """A moment as IAM writes it."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _forbidden() -> ApiError:
    return refused_by_gateway(403, "APIGW.0302", "The IAM user is not authorized to access the API of this project")

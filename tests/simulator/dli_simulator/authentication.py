# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication of requests: signatures, tokens, and the project in the path."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from .errors import ApiError, gateway_error, unauthenticated
from .signing import Authorization, SignedRequest, parse_authorization, verify
from .state import Project, State

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
    """Temporary credentials of an agency, valid for the projects of its account until they expire."""

    secret_key: str
    security_token: str
    expires_at: float
    domain_id: str


class Authenticator:
    """Issues tokens and temporary keys, checks requests, and counts failed signatures. Guarded by the state's lock."""

    def __init__(self, state: State, require_signature: bool) -> None:
        self._state = state
        self._require_signature = require_signature
        self.clear()

    def clear(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.temporary_keys: dict[str, TemporaryKey] = {}
        self._failures = 0
        self._locked_until = 0.0

    def issue_token(self, project_id: str | None, method: str = "password") -> tuple[str, Token]:
        """Create a token, as long as a real one."""
        now = self._state.now
        token = Token(now, now + TOKEN_SECONDS, (method,), project_id)
        text = "MII" + secrets.token_urlsafe(600)
        self.tokens[text] = token
        return text, token

    def issue_temporary_key(self, domain_id: str, seconds: int) -> tuple[str, TemporaryKey]:
        """Create a temporary key for an account. Return its access key and the key."""
        access_key = "HST" + secrets.token_hex(9).upper()
        key = TemporaryKey(secrets.token_hex(20), secrets.token_urlsafe(300), self._state.now + seconds, domain_id)
        self.temporary_keys[access_key] = key
        return access_key, key

    def authenticate(self, request: SignedRequest, project_id: str | None) -> Project:
        """Check the credentials of a request and return the project that it addresses."""
        token = request.headers.get("x-auth-token")
        if not self._require_signature:
            return self._known_project(project_id)
        if token is not None:
            return self._by_token(self.find_token(token), project_id)
        if "authorization" not in request.headers:
            raise unauthenticated("x-auth-token not found")
        return self._by_headers(request.headers, project_id, self._check_signature(request))

    def find_token(self, text: str) -> Token:
        found = self.tokens.get(text)
        if found is None:
            raise unauthenticated("decrypt token fail")
        if found.expires_at <= self._state.now:
            raise unauthenticated(f"token expires, expires_at: {iso(found.expires_at)}")
        return found

    def _by_token(self, token: Token, project_id: str | None) -> Project:
        if project_id is not None and project_id != token.project_id:
            raise _forbidden()
        return self._known_project(token.project_id)

    def _by_headers(self, headers: Mapping[str, str], project_id: str | None, domain_id: str) -> Project:
        """A key pair can access all projects of the account, but X-Project-Id must name all but the main one.

        Assumption: the signing guides have this rule, the pages of this service do not mention it.
        """
        named = headers.get("x-project-id")
        project = self._known_project(named, domain_id)
        if project_id not in (None, project.id):
            raise _forbidden()
        return project

    def _known_project(self, project_id: str | None, domain_id: str = "") -> Project:
        """A project of an account; the main one if no id is given."""
        for project in self._state.projects_of(domain_id):
            if project_id in (None, project.id):
                return project
        raise _forbidden()

    def _check_signature(self, request: SignedRequest) -> str:
        """The account of the key; empty for the account of the configured credentials."""
        authorization = parse_authorization(request.headers)
        if self._state.now < self._locked_until:
            raise unauthenticated("AK access failed to reach the limit, forbidden")
        try:
            domain_id = self._verify_key(request, authorization)
        except ApiError:
            self._count_failure()
            raise
        self._failures = 0
        return domain_id

    def _verify_key(self, request: SignedRequest, authorization: Authorization) -> str:
        if authorization.access_key in self.temporary_keys:
            return self._check_temporary_key(request, authorization, self.temporary_keys[authorization.access_key])
        identity = self._state.identity
        if authorization.access_key != identity.access_key:
            raise unauthenticated(f"Get secretKey failed,ak:{authorization.access_key},err:ak not exist")
        verify(request, authorization, identity.secret_key)
        _check_security_token(request, identity.security_token)
        return ""

    def _check_temporary_key(self, request: SignedRequest, authorization: Authorization, key: TemporaryKey) -> str:
        verify(request, authorization, key.secret_key)
        _check_security_token(request, key.security_token)
        if key.expires_at <= self._state.now:
            # Assumption: the wording is not documented.
            raise unauthenticated(f"the security token expires, expires_at: {iso(key.expires_at)}")
        return key.domain_id

    def _count_failure(self) -> None:
        self._failures += 1
        limit = self._state.knobs.lock_after
        if limit is not None and self._failures >= limit:
            self._failures = 0
            self._locked_until = self._state.now + _LOCK_SECONDS


def _check_security_token(request: SignedRequest, expected: str | None) -> None:
    """Temporary keys require their token, permanent keys do not accept one. Assumption: the text."""
    if (request.headers.get("x-security-token") or None) != expected:
        raise unauthenticated("verify aksk signature fail, the security token is missing or wrong")


def iso(moment: float) -> str:
    """A timestamp in the format of IAM."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _forbidden() -> ApiError:
    return gateway_error(403, "APIGW.0302", "The IAM user is not authorized to access the API of this project")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON API: addresses and calls.

No noun of the service is known here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from .._core import clock
from .._core.errors import (
    ApiError,
    DliError,
    TokenExpired,
    TransportError,
)
from .responses import parse_response, unexpected_body
from .transport import Response, Transport

if TYPE_CHECKING:
    from .signing import Auth, Authenticator


class Endpoints(NamedTuple):
    """Base addresses of the services, without a closing slash; ``iam`` ends in /v3."""

    dli: str
    iam: str
    vpc: str


class AuthResult(NamedTuple):
    """What a login got: what proves who asks, and what of it is secret.

    ``project_id`` is the project that it is for, if it was told. ``valid_until`` is when it has to be replaced at the
    latest, by our clock; tokens are used until they are refused.
    """

    authenticator: Authenticator
    secrets: tuple[str, ...] = ()
    project_id: str | None = None
    valid_until: float = math.inf


@dataclass
class Access:
    """The way to one project: over which session, where to, as whom. Clients that share it log in once.

    ``secrets`` are texts that must not appear in any message, wherever they come from. ``log_in`` logs in anew; there
    is none if the user gave the credentials of each request. ``valid_until`` is when that has to be done at the latest,
    by our clock. ``service_time`` is what the service's clock showed, and what ours did then.
    """

    transport: Transport
    addresses: Endpoints
    auth: Auth
    project_id: str
    secrets: tuple[str, ...] = ()
    log_in: Callable[[], AuthResult] | None = None
    valid_until: float = math.inf
    service_time: tuple[float, float] | None = None

    def use(self, login: AuthResult) -> None:
        """From now on ask as the one who has logged in."""
        self.auth = login.authenticator.for_project(self.project_id)
        self.secrets += login.secrets
        self.valid_until = login.valid_until


def ask(
    transport: Transport,
    method: str,
    url: str,
    operation: str,
    *,
    auth: Auth,
    secrets: tuple[str, ...],
    query: Mapping[str, str] | None = None,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    idempotent: bool,
    service: str,
) -> tuple[Response, dict[str, Any]]:
    """One exchange with ``service`` (a field of Endpoints), judged: the answer and its decoded body.

    Raises TransportError or ApiError, without any secret.
    """
    try:
        answer = transport.exchange(
            method, url, auth=auth, query=query, body=body, headers=headers, idempotent=idempotent
        )
    except TransportError as exc:
        exc.message = f"Could not {operation}: {exc.message}."
        raise
    return answer, parse_response(answer, operation, secrets, service)


class Client:
    """Calls one project's API."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.project_id = access.project_id
        # Whether anything was changed by this client, also if what was to follow failed.
        self.wrote = False

    def path(self, generation: str, *segments: str) -> str:
        """The path of a thing in this project, each segment quoted."""
        return "/".join(["", generation, quote(self.project_id, safe=""), *(quote(s, safe="") for s in segments)])

    def get(self, path: str, operation: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call("GET", path, operation, query=query, idempotent=True)

    def get_object(self, path: str, operation: str, *required_keys: str) -> dict[str, Any]:
        """GET one thing; its answer holds one of ``proofs``, as every answer about such a thing does."""
        answer = self.get(path, operation)
        if not any(answer.get(authenticator) for authenticator in required_keys):
            raise unexpected_body(operation)
        return answer

    def put(self, path: str, operation: str, body: Any, *, idempotent: bool = True) -> dict[str, Any]:
        """``repeatable=False`` is for a PUT that adds up, such as scaling by a difference."""
        return self._call("PUT", path, operation, body=body, idempotent=idempotent)

    def delete(self, path: str, operation: str, body: Any = None) -> dict[str, Any]:
        return self._call("DELETE", path, operation, body=body, idempotent=True)

    def post(self, path: str, operation: str, body: Any, *, read_only: bool = False) -> dict[str, Any]:
        """``asks=True`` is for a POST that changes nothing, and so may be repeated."""
        return self._call("POST", path, operation, body=body, idempotent=read_only, read_only=read_only)

    def vpc_get(self, path: str, operation: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call("GET", path, operation, service="vpc", query=query, idempotent=True)

    def now(self) -> float:
        """The service's own time in seconds since the epoch.

        Ages are judged by it, so that a wrong clock on this host does not matter.
        """
        if self._access.service_time is None:
            return time.time()
        told, heard = self._access.service_time
        return told + (clock.monotonic() - heard)

    def with_deadline(self, deadline: clock.Deadline) -> AbstractContextManager[None]:
        """Bound everything sent inside by ``deadline``."""
        return self._access.transport.with_deadline(deadline)

    def _call(
        self,
        method: str,
        path: str,
        operation: str,
        *,
        service: str = "dli",
        query: Mapping[str, str] | None = None,
        body: Any = None,
        idempotent: bool,
        read_only: bool = False,
    ) -> dict[str, Any]:
        access = self._access

        def send() -> tuple[Response, dict[str, Any]]:
            return ask(
                access.transport,
                method,
                getattr(access.endpoints, service) + path,
                operation,
                auth=access.auth,
                secrets=access.secrets,
                query=query,
                body=body,
                idempotent=idempotent,
                service=service,
            )

        if clock.monotonic() >= access.valid_until:
            self._log_in_again()
        try:
            answer, decoded = send()
        except TokenExpired:
            if access.log_in is None:
                raise
            # A token dies before its time when the user's permissions or password change, and waits are long.
            self._log_in_again()
            answer, decoded = send()
        except ApiError as exc:
            # A success whose text was cut on its way is asked for once more.
            if not (idempotent and exc.outcome_unknown and exc.status < 300):
                raise
            answer, decoded = send()
        self._note_time(answer)
        self.wrote = self.wrote or method in ("PUT", "DELETE") or (method == "POST" and not read_only)
        return decoded

    def _log_in_again(self) -> None:
        if self._access.log_in is None:
            return
        try:
            self._access.use(self._access.log_in())
        except DliError as exc:
            # Without it nothing was sent that might have taken effect, or it was refused.
            exc.outcome_unknown = False
            raise

    def _note_time(self, answer: Response) -> None:
        try:
            told = parsedate_to_datetime(answer.headers["date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return
        self._access.service_time = (told, clock.monotonic())

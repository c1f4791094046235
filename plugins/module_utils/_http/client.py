# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls of the JSON API: endpoints, authentication, deadlines; independent of the resources of the service."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from .._core import clock
from .._core.errors import (
    ApiError,
    DliError,
    TokenExpired,
    TransportError,
    UnexpectedResponse,
)
from . import proxies
from .responses import parse_response, unexpected_body
from .transport import Response, Transport

if TYPE_CHECKING:
    from .signing import Auth, Authenticator


MAYBE_WRITTEN = "The change may have taken effect."

_before_write: ContextVar[Callable[[], None]] = ContextVar("before_write", default=lambda: None)


@contextmanager
def checked_before_writes(check: Callable[[], None]) -> Iterator[None]:
    """Call ``check`` before each write in this context; it may raise to prevent the write."""
    token = _before_write.set(check)
    try:
        yield
    finally:
        _before_write.reset(token)


class Endpoints(NamedTuple):
    """Base URLs of the services, without a trailing slash; ``iam`` ends in /v3."""

    dli: str
    iam: str
    vpc: str


class AuthResult(NamedTuple):
    """The result of a login: the authenticator, and the texts in it that are secret.

    ``project_id`` is the project that a token is for, if IAM returned it. ``valid_until`` is the monotonic time of
    expiry of temporary keys; tokens are used until the service rejects them.
    """

    authenticator: Authenticator
    secrets: tuple[str, ...] = ()
    project_id: str | None = None
    valid_until: float = math.inf


@dataclass
class Access:
    """Access to one project: transport, endpoints and authentication. Clients that share it log in once.

    ``secrets`` are masked in every message: those of the options, and those of the last two logins, because an earlier
    request may have been sent with the last but one. ``log_in`` repeats the login; it is None for credentials without a
    login. ``valid_until`` is the monotonic time by which the login must be repeated. ``service_time`` is the service's
    clock (seconds since the epoch) and the monotonic time at which it was read.
    """

    transport: Transport
    endpoints: Endpoints
    auth: Auth
    project_id: str
    secrets: tuple[str, ...] = ()
    log_in: Callable[[], AuthResult] | None = None
    valid_until: float = math.inf
    service_time: tuple[float, float] | None = None
    default_enterprise_project_id: str | None = None
    # The error by which the service or a proxy rejected the credentials. Nothing more is sent with them: a few more
    # attempts lock the key or the user.
    rejection: DliError | None = None

    def __post_init__(self) -> None:
        self._of_options = self.secrets
        self._logins: tuple[tuple[str, ...], ...] = ()

    def use(self, login: AuthResult) -> None:
        """Authenticate all further requests with this login."""
        self.auth = login.authenticator.for_project(self.project_id)
        self._logins = (*self._logins[-1:], login.secrets)
        self.secrets = tuple({secret: None for secrets in (self._of_options, *self._logins) for secret in secrets})
        self.valid_until = login.valid_until


def request(
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
    """Send one request to ``service``, a field of Endpoints; returns the response and its decoded body.

    ``operation`` completes the sentence "Could not ...". Raises TransportError or ApiError with ``secrets`` masked.
    """
    try:
        response = transport.exchange(
            method, url, auth=auth, query=query, body=body, headers=headers, idempotent=idempotent
        )
    except TransportError as exc:
        exc.message = f"Could not {operation}: {exc.message}."
        raise
    return response, parse_response(response, operation, (*secrets, *proxies.passwords()), service)


class Client:
    """Calls the API in one project.

    ``foresees`` means that everything that will exist is known, as in a plan over a whole declaration. In check mode, a
    single task must expect that an earlier task of the play creates what is missing.
    """

    foresees = False

    def __init__(self, access: Access) -> None:
        self._access = access
        self.project_id = access.project_id
        # Whether this client changed anything, even if a later step failed, or may have done so.
        self.wrote = False
        self._last_request: tuple[str, str | None] | None = None

    @property
    def last_request(self) -> tuple[str, str | None] | None:
        """The operation and the request id of the last request, for errors about the parts of its response."""
        if self._last_request is None:
            return None
        operation, request_id = self._last_request
        return operation, request_id and self.masked(request_id)

    @property
    def access(self) -> Access:
        return self._access

    def known(self, _kind: str) -> Mapping[str, Any] | None:
        """All objects of a kind by name or ID if they need no request; None means that the service must be asked."""
        return None

    def locate(self, exc: DliError) -> None:
        """Let an error about a part of the last response name its request."""
        if isinstance(exc, UnexpectedResponse) and self.last_request is not None:
            exc.fault = self.masked(exc.fault)
            exc.locate(*self.last_request)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that no output may show: those of the options, of the logins, and of the proxies."""
        return (*self._access.secrets, *proxies.passwords())

    def masked(self, text: str) -> str:
        """A text from a response as a message shows it: printable, not too long, and without secrets."""
        from . import api_errors

        return api_errors.shown(text, self.secrets)

    def path(self, generation: str, *segments: str) -> str:
        """The URL path of a resource in this project, each segment quoted; ``generation`` is the API version."""
        return "/".join(["", generation, quote(self.project_id, safe=""), *(quote(s, safe="") for s in segments)])

    def get(self, path: str, operation: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call("GET", path, operation, query=query, idempotent=True)

    def get_object(self, path: str, operation: str, *required_keys: str) -> dict[str, Any]:
        """GET one object. Raises ApiError for a response without any of ``required_keys``, which every object has."""
        found = self.get(path, operation)
        if not any(found.get(key) for key in required_keys):
            raise unexpected_body(operation)
        return found

    def put(self, path: str, operation: str, body: Any, *, idempotent: bool = True) -> dict[str, Any]:
        """PUT; ``idempotent=False`` is for a cumulative change, such as scaling by a difference."""
        return self._call("PUT", path, operation, body=body, idempotent=idempotent)

    def delete(self, path: str, operation: str, body: Any = None, *, service: str = "dli") -> dict[str, Any]:
        return self._call("DELETE", path, operation, service=service, body=body, idempotent=True)

    def post(
        self,
        path: str,
        operation: str,
        body: Any,
        *,
        service: str = "dli",
        read_only: bool = False,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """POST; ``read_only=True`` is for a request that changes nothing and may therefore be retried."""
        more = {"service": service, "query": query, "body": body, "read_only": read_only}
        return self._call("POST", path, operation, idempotent=read_only, **more)

    def vpc_get(self, path: str, operation: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call("GET", path, operation, service="vpc", query=query, idempotent=True)

    def now(self) -> float:
        """The service's time in seconds since the epoch; ages are measured with it, not with the clock of this host."""
        if self._access.service_time is None:
            return time.time()
        service_time, read_at = self._access.service_time
        return service_time + (clock.monotonic() - read_at)

    def time_left(self) -> float:
        """Seconds until the deadline of the context; infinite without one."""
        return self._access.transport.time_left()

    @property
    def creation_defaults(self) -> dict[str, str]:
        """Fields of new queues and pools that the environment sets and the options do not."""
        project = self._access.default_enterprise_project_id
        return {"enterprise_project_id": project} if project else {}

    def with_deadline(self, deadline: clock.Deadline) -> AbstractContextManager[None]:
        """Limit all requests in this context by ``deadline``, retries included."""
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
        if access.rejection is not None:
            raise access.rejection
        writes = method in ("PUT", "DELETE") or (method == "POST" and not read_only)
        if writes:
            _before_write.get()()
        url = getattr(access.endpoints, service) + path
        send = partial(
            request,
            access.transport,
            method,
            url,
            operation,
            query=query,
            body=body,
            idempotent=idempotent,
            service=service,
        )
        try:
            response, decoded = self._send(send, idempotent=idempotent)
        except DliError as exc:
            self._note_failure(exc, method, writes=writes)
            raise
        self.wrote = self.wrote or writes
        return self._received(operation, response, decoded)

    def _received(self, operation: str, response: Response, decoded: dict[str, Any]) -> dict[str, Any]:
        """Record the headers of a response that concern later requests; returns the body."""
        self._sync_clock(response)
        self._last_request = (operation, response.headers.get("x-request-id"))
        return decoded

    def _note_failure(self, exc: DliError, method: str, *, writes: bool) -> None:
        """Record the consequences of a failed request for later requests and for the result of the task."""
        if exc.rejects_credentials:
            self._access.rejection = exc
        if writes and exc.outcome_unknown:
            self.wrote = True
            # After a POST, post_and_confirm finds out.
            if method != "POST":
                exc.hint = f"{MAYBE_WRITTEN} {exc.hint or 'Run the task again to find out.'}"

    def _send(
        self, send: Callable[..., tuple[Response, dict[str, Any]]], *, idempotent: bool
    ) -> tuple[Response, dict[str, Any]]:
        """Authenticate and send a request; log in again if the login has expired."""
        access = self._access
        if clock.monotonic() >= access.valid_until:
            self._log_in_again()
        try:
            return send(auth=access.auth, secrets=access.secrets)
        except TokenExpired:
            if access.log_in is None:
                raise
            # A token expires early when the permissions or the password of the user change, and waits are long.
            self._log_in_again()
        except ApiError as exc:
            # The body of a successful response was truncated: request it once more.
            if not (idempotent and exc.outcome_unknown and exc.status < 300):
                raise
        return send(auth=access.auth, secrets=access.secrets)

    def _log_in_again(self) -> None:
        if self._access.log_in is None:
            return
        try:
            self._access.use(self._access.log_in())
        except DliError as exc:
            # The request was not sent, or it was rejected: its outcome is known.
            exc.outcome_unknown = False
            raise

    def _sync_clock(self, response: Response) -> None:
        try:
            service_time = parsedate_to_datetime(response.headers["date"]).timestamp()
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            return
        self._access.service_time = (service_time, clock.monotonic())

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions of the collection: a message and a hint for people, fields for playbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .texts import printable

if TYPE_CHECKING:
    from typing import TypedDict

    class ErrorResult(TypedDict):
        """The result ``error`` of a failed task."""

        code: str | None
        message: str
        request_id: str | None
        http_status: int | None
        hint: str | None


class DliError(Exception):
    """Base of all exceptions that this collection raises on purpose.

    ``hint`` is advice for the user. ``outcome_unknown`` means that a request may or may not have taken effect.
    ``details`` are further results of the failed task.
    """

    outcome_unknown = False

    def __init__(self, message: str, *, hint: str | None = None, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details or {}

    def __str__(self) -> str:
        # Messages quote texts of the service, of its objects and of options.
        return printable(f"{self.message} {self.hint}" if self.hint else self.message)

    def as_result(self) -> ErrorResult:
        """The result ``error`` of a failed task; all errors have the same keys."""
        return {
            "code": None,
            "message": printable(self.message),
            "request_id": None,
            "http_status": None,
            "hint": self.hint and printable(self.hint),
        }


class InvalidInput(DliError):
    """Options break rules; ``problems`` has one message per broken rule."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ImmutableOption(DliError):
    """The requested value of an immutable option differs from the current one."""


class Ambiguous(DliError):
    """A name that must be unique belongs to several resources."""


class ConnectivityFailed(DliError):
    """A connectivity test found unreachable addresses."""


class Conflict(DliError):
    """The state of a resource does not allow the requested change, and waiting does not help."""


class Failed(Conflict):
    """A resource or a binding is FAILED, which is a final state."""


class WaitTimeout(DliError):
    """A resource did not reach the requested state in time."""


class TransportError(DliError):
    """There is no response.

    ``outcome_unknown`` is false only if the request provably did not reach the service. ``transient`` means that a
    retry may succeed.
    """

    def __init__(self, message: str, *, outcome_unknown: bool, transient: bool = True, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.outcome_unknown = outcome_unknown
        self.transient = transient


class UnexpectedResponse(DliError):
    """A part of a successful response has another shape than the API documents.

    ``fault`` says what is wrong with it. A write that preceded it may have taken effect.
    """

    outcome_unknown = True

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"The response cannot be understood ({fault}).",
            hint="Check the endpoint and the proxy; if they are right, report the response.",
        )
        self.fault = fault
        self.request_id: str | None = None

    def locate(self, operation: str, request_id: str | None) -> None:
        """Name the request: ``operation`` completes the sentence "Could not ..."."""
        self.request_id = request_id
        where = f" (request id {request_id})" if request_id else ""
        self.message = f"Could not {operation}: the response cannot be understood ({self.fault}){where}."

    def as_result(self) -> ErrorResult:
        return {**super().as_result(), "request_id": self.request_id and printable(self.request_id)}


class ApiError(DliError):
    """The service returned an error response; ``api_message`` is its text without our words around it."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        request_id: str | None = None,
        api_message: str | None = None,
        hint: str | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.api_message = api_message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.outcome_unknown = outcome_unknown

    @property
    def transient(self) -> bool:
        """Whether a retry may succeed."""
        return self.status in (408, 429) or self.status >= 500

    def as_result(self) -> ErrorResult:
        return super().as_result() | {
            "code": self.code,
            "message": printable(self.api_message or self.message),
            "request_id": self.request_id,
            "http_status": self.status,
        }


class NotFound(ApiError):
    """The resource does not exist."""


class AlreadyExists(ApiError):
    """A resource of that name already exists."""


class Busy(ApiError):
    """The resource is busy: the request changed nothing and can be repeated later.

    If ``guessed``, only the text suggests so, and the rejection may be permanent.
    """

    guessed = False


class AccessDenied(ApiError):
    """The credentials are invalid or lack a permission."""

    @property
    def rejects_credentials(self) -> bool:
        """Whether no request with these credentials can succeed; a missing permission concerns one request only."""
        return self.status == 401 or self.code == "DLI.0015"


class TokenExpired(AccessDenied):
    """The token has expired; a new login replaces it."""


class ApiUnavailable(ApiError):
    """The region does not offer the API."""


def not_readable(what: str, exc: ApiUnavailable) -> str:
    """The warning about requested information whose API the region does not offer."""
    return f"{what} could not be read, because this region does not offer it. {exc.message}"


def not_offered(option: str, exc: ApiUnavailable) -> str:
    """The warning about an option whose API the region does not offer."""
    return f"{option} was not changed, because this region does not offer it. {exc.message}"


def immutable_problem(option: str, current: Any, requested: Any) -> str:
    """The part of a message about an option that cannot change after the creation."""
    return f"{option} is immutable (current: {_plain(current)}, requested: {_plain(requested)})"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value else repr(value)

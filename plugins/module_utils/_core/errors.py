# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exceptions of the collection: a message and a hint for people, fields for playbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .texts import printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypedDict, TypeVar

    ApiErrorT = TypeVar("ApiErrorT", bound="ApiError")

    class DifferenceResult(TypedDict):
        """An element of ``error.differences``."""

        option: str
        found: Any
        wanted: Any
        why: str | None

    class ErrorResult(TypedDict):
        """The result ``error`` of a failed task."""

        code: str | None
        reason: str
        message: str
        request_id: str | None
        http_status: int | None
        hint: str | None
        differences: list[DifferenceResult]


class Difference(NamedTuple):
    """An option whose requested value differs from the current one.

    ``why`` says why the value cannot change; None if it can, and only other differences prevent that. ``problem`` is
    the part of a message about it.
    """

    option: str
    found: Any
    wanted: Any
    why: str | None = None
    problem: str = ""

    @classmethod
    def immutable(cls, option: str, found: Any, wanted: Any, source: str = "") -> Difference:
        """The difference of an option that cannot change after the creation; ``source`` follows the requested value."""
        values = f"current: {_plain(found)}, requested: {_plain(wanted)}{source}"
        return cls(option, found, wanted, "the option is immutable", f"{option} is immutable ({values})")

    @classmethod
    def impossible(cls, option: str, found: Any, wanted: Any, why: str) -> Difference:
        """The difference of an option that the state of the resource does not allow to change."""
        return cls(option, found, wanted, why, f"{option} cannot change from {found} to {wanted}: {why}")

    def as_result(self) -> DifferenceResult:
        why = self.why and printable(self.why)
        return {"option": self.option, "found": self.found, "wanted": self.wanted, "why": why}


class DliError(Exception):
    """Base of all exceptions that this collection raises on purpose.

    ``hint`` is advice for the user. ``outcome_unknown`` means that a request may or may not have taken effect.
    ``details`` are further results of the failed task. ``reason`` is a stable code for conditions; the documentation
    of the modules lists all codes. A refused change has all ``differences`` and the ``diff`` of the possible changes.
    ``connection`` is a connection whose bindings explain the failure. ``missing`` are the objects that do not exist,
    such as "queue q1", if nothing else is wrong. ``rejects_credentials`` means that no request with these credentials
    can succeed, or none through this proxy; a missing permission concerns one request only.
    """

    outcome_unknown = False
    rejects_credentials = False
    reason = "failed"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        details: dict[str, Any] | None = None,
        reason: str | None = None,
        differences: tuple[Difference, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details or {}
        self.reason = reason or self.reason
        self.differences = differences
        self.diff: Mapping[str, Any] | None = None
        self.connection: Mapping[str, Any] | None = None
        self.missing: frozenset[str] = frozenset()

    def __str__(self) -> str:
        # Messages quote texts of the service, of its objects and of options.
        return printable(f"{self.message} {self.hint}" if self.hint else self.message)

    def as_result(self) -> ErrorResult:
        """The result ``error`` of a failed task; all errors have the same keys."""
        return {
            "code": None,
            "reason": self.reason,
            "message": printable(self.message),
            "request_id": None,
            "http_status": None,
            "hint": self.hint and printable(self.hint),
            "differences": [difference.as_result() for difference in self.differences],
        }


class InvalidInput(DliError):
    """Options break rules; ``problems`` has one message per broken rule."""

    reason = "rule"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ImmutableOption(DliError):
    """The requested value of an immutable option differs from the current one."""

    reason = "immutable"


class Ambiguous(DliError):
    """A name that must be unique belongs to several resources."""

    reason = "duplicate"


class ConnectivityFailed(DliError):
    """A connectivity test found unreachable addresses."""

    reason = "unreachable"


class Conflict(DliError):
    """The state of a resource does not allow the requested change, and waiting does not help."""

    reason = "rule"


class WaitTimeout(DliError):
    """A resource did not reach the requested state in time."""

    reason = "timeout"


class TransportError(DliError):
    """There is no response.

    ``outcome_unknown`` is false only if the request provably did not reach the service. ``transient`` means that a
    retry may succeed.
    """

    reason = "no_response"

    def __init__(
        self,
        message: str,
        *,
        outcome_unknown: bool,
        transient: bool = True,
        hint: str | None = None,
        rejects_credentials: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.outcome_unknown = outcome_unknown
        self.transient = transient
        self.rejects_credentials = rejects_credentials


class UnexpectedResponse(DliError):
    """A part of a successful response has another shape than the API documents.

    ``fault`` says what is wrong with it. A write that preceded it may have taken effect.
    """

    reason = "unexpected_response"
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
    """The service returned an error response; ``api_message`` is its text without our words around it.

    ``explained`` means that its code or its text has a known meaning, and thus a hint from the beginning.
    """

    reason = "rejected"

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
        self.explained = hint is not None
        if self.transient and self.__class__ is ApiError:
            self.reason = "unavailable"
        # 407 comes from a proxy.
        self.rejects_credentials = status in (401, 407) or code == "DLI.0015"

    @property
    def transient(self) -> bool:
        """Whether a retry may succeed."""
        return self.status in (408, 429) or self.status >= 500

    def as_class(self, error: type[ApiErrorT], *, hint: str | None = None, outcome_unknown: bool = False) -> ApiErrorT:
        """The same response as an error of another class."""
        return error(
            self.message,
            status=self.status,
            code=self.code,
            request_id=self.request_id,
            api_message=self.api_message,
            hint=hint,
            outcome_unknown=outcome_unknown,
        )

    def as_result(self) -> ErrorResult:
        return super().as_result() | {
            "code": self.code,
            "message": printable(self.api_message or self.message),
            "request_id": self.request_id,
            "http_status": self.status,
        }


class NotFound(ApiError):
    """The resource does not exist."""

    reason = "not_found"


class AlreadyExists(ApiError):
    """A resource of that name already exists."""

    reason = "duplicate"


class Busy(ApiError):
    """The resource is busy: the request changed nothing and can be repeated later.

    If ``guessed``, only the text suggests so, and the rejection may be permanent.
    """

    reason = "busy"
    guessed = False


class AccessDenied(ApiError):
    """The credentials are invalid or lack a permission."""

    reason = "access_denied"


class TokenExpired(AccessDenied):
    """The token has expired; a new login replaces it."""


class ApiUnavailable(ApiError):
    """The region does not offer the API."""

    reason = "unsupported"


def not_readable(what: str, exc: ApiUnavailable) -> str:
    """The warning about requested information whose API the region does not offer."""
    return f"{what} could not be read, because this region does not offer it. {exc.message}"


def not_shown(option: str, name: str) -> str:
    """The warning about an accepted change that the service does not show afterwards."""
    return (
        f"The service accepted the change of {option} of {name} but does not show it yet. Run the task again to check "
        "that it took effect."
    )


def not_offered(option: str, exc: ApiUnavailable) -> str:
    """The warning about an option whose API the region does not offer."""
    return f"{option} was not changed, because this region does not offer it. {exc.message}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value and value == value.strip() else repr(value)

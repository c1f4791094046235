# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exception tree: what can go wrong, told once, in words for people and in fields for playbooks."""

from __future__ import annotations

from typing import Any


class DliError(Exception):
    """Base of everything this collection raises on purpose.

    ``hint`` says what the user can do about it. ``unclear`` is true when a request may or may not
    have taken effect, so that only a look at the service can tell. ``details`` are further results
    that the failed task returns.
    """

    outcome_unknown = False

    def __init__(self, message: str, *, hint: str | None = None, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details or {}

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    def as_result(self) -> dict[str, Any]:
        """The machine-readable part of a failure; every error has the same keys."""
        return {"code": None, "message": self.message, "request_id": None, "http_status": None, "hint": self.hint}


class InvalidInput(DliError):
    """What the user asked for breaks a rule; every broken rule is in ``problems``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ImmutableOption(DliError):
    """An option was changed that the service fixes at creation."""


class Ambiguous(DliError):
    """A name that should mean one thing means several."""


class ConnectivityFailed(DliError):
    """A connectivity test found addresses that are not reached."""


class Conflict(DliError):
    """The state of the service does not allow what was asked, and waiting does not change that."""


class WaitTimeout(DliError):
    """Something did not come about in the time given."""


class TransportError(DliError):
    """No answer came.

    ``unclear`` is false only when the request provably never reached the service. ``passing`` says
    whether the same question may well be answered a moment later.
    """

    def __init__(self, message: str, *, outcome_unknown: bool, transient: bool = True, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.outcome_unknown = outcome_unknown
        self.transient = transient


class ApiError(DliError):
    """The service answered, and the answer is a refusal. ``said`` holds its own words."""

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
        """Whether the same question may well be answered a moment later."""
        return self.status in (408, 429) or self.status >= 500

    def as_result(self) -> dict[str, Any]:
        return super().as_result() | {
            "code": self.code,
            "message": self.api_message or self.message,
            "request_id": self.request_id,
            "http_status": self.status,
        }


class NotFound(ApiError):
    """The thing that the request is about does not exist."""


class AlreadyExists(ApiError):
    """A thing of that name exists already."""


class Busy(ApiError):
    """The thing exists but cannot be worked with at this moment; later it can."""


class AccessDenied(ApiError):
    """The credentials are wrong, or are not allowed to do this."""


class TokenExpired(AccessDenied):
    """The token was good, and has to be replaced by a new one."""


class ApiUnavailable(ApiError):
    """This region does not have the API."""


def not_readable(what: str, exc: ApiUnavailable) -> str:
    """The warning about something that was asked for and whose API the region does not have."""
    return f"{what} could not be read, because this region does not offer it. {exc.message}"


def not_offered(option: str, exc: ApiUnavailable) -> str:
    """The warning about an option whose API the region does not have."""
    return f"{option} was left alone, because this region does not offer it. {exc.message}"

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems in a plan: about one object, or about several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.errors import (
    AccessDenied,
    Ambiguous,
    ApiError,
    Conflict,
    DliError,
    Failed,
    ImmutableOption,
    InvalidInput,
)
from .._core.texts import printable

if TYPE_CHECKING:
    from .params import Problem

ERROR, WARNING = "error", "warning"
# From the most to the least specific class.
IDS: tuple[tuple[type[DliError], str], ...] = (
    (InvalidInput, "rule"),
    (ImmutableOption, "immutable"),
    (Ambiguous, "duplicate"),
    (Failed, "failed"),
    (Conflict, "conflict"),
    (AccessDenied, "access_denied"),
    (ApiError, "api_error"),
)
UNREADABLE = "unreadable"


def problem(
    problem_id: str, severity: str, message: str, *, field: str | None = None, hint: str | None = None
) -> Problem:
    """One problem; texts of the service in it are made printable."""
    return {
        "id": problem_id,
        "severity": severity,
        "field": field,
        "message": printable(message),
        "hint": hint and printable(hint),
    }


def of_error(exc: DliError) -> list[Problem]:
    """The problems that an error reports: one for each broken rule."""
    found = next((each for kind, each in IDS if isinstance(exc, kind)), UNREADABLE)
    messages = exc.problems if isinstance(exc, InvalidInput) else [exc.message]
    return [problem(found, ERROR, message, hint=exc.hint) for message in messages]


def is_error(each: Problem) -> bool:
    return each["severity"] == ERROR

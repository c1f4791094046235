# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems in a plan: about one object, or about several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.errors import DliError, InvalidInput
from .._core.texts import printable

if TYPE_CHECKING:
    from .params import Problem

ERROR, WARNING = "error", "warning"


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
    """The problems that an error reports: one for each broken rule. Their ID is the reason of the error."""
    messages = exc.problems if isinstance(exc, InvalidInput) else [exc.message]
    options = [each.option for each in exc.differences if each.why]
    field = options[0] if len(options) == 1 else None
    return [problem(exc.reason, ERROR, message, field=field, hint=exc.hint) for message in messages]

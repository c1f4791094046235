# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A diagnosis in sentences, for the hint of an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN

if TYPE_CHECKING:
    from .facts import CauseResult

NOTHING_FOUND = (
    "Everything that could be read is in order: check that the data source is running and listens on this port."
)


def hint(causes: Iterable[CauseResult], nothing: str | None = NOTHING_FOUND, then: str | None = None) -> str | None:
    """The confirmed causes, then the likely ones and what could not be decided, and the names of the excluded ones.

    If a cause is confirmed, what could not be decided is of no interest. ``nothing`` is for excluded causes only;
    ``then`` follows the remedies.
    """
    by_verdict: dict[str, list[CauseResult]] = {}
    for each in causes:
        by_verdict.setdefault(each["verdict"], []).append(each)
    parts = [
        f"{verdict.capitalize()} cause: {_sentences(each)}"
        for verdict in (CONFIRMED, LIKELY)
        for each in by_verdict.get(verdict, ())
    ]
    if CONFIRMED not in by_verdict:
        parts += [f"Possible cause: {_in_short(each)}" for each in by_verdict.get(UNKNOWN, ())]
    if not parts:
        return " ".join(filter(None, [nothing, then])) or None
    if then:
        parts.append(then)
    if excluded := by_verdict.get(EXCLUDED):
        parts.append(f"Excluded: {', '.join(each['cause'] for each in excluded)}.")
    return " ".join(parts)


def _sentences(cause: CauseResult) -> str:
    return " ".join(filter(None, [f"({cause['cause']})", cause["evidence"], cause["remedy"]]))


def _in_short(cause: CauseResult) -> str:
    """Without the errors of the requests that failed, which are in the result."""
    first, separator, _rest = cause["evidence"].partition(". ")
    return _sentences({**cause, "evidence": f"{first}." if separator else first})

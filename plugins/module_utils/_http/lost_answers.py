# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""POST requests that must not be sent twice, and the lookup after an ambiguous failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .._core import clock
from .._core.errors import ApiError, DliError, TransportError

if TYPE_CHECKING:
    from .client import Client

T = TypeVar("T")

# Seconds before each lookup. Lists lag behind writes by seconds, so several lookups have to find nothing.
LOOK_UP_AFTER = (0.0, 1.0, 2.0, 4.0)
UNKNOWN = "It is unknown whether the request took effect; run the task again to find out."
NOT_FOUND = "No matching resource was found; it is safe to run the task again."


def post_and_confirm(
    api: Client, path: str, operation: str, body: Any, *, confirm: Callable[[], T | None], service: str = "dli"
) -> tuple[dict[str, Any], T | None]:
    """POST; if the outcome is unknown, look up the created object with ``confirm``.

    Returns the response and None, or an empty response and the object that ``confirm`` found. Never repeats the POST:
    if ``confirm`` finds nothing, raises the error of the POST, whose hint then reports the result of the lookup. The
    lookups end at the deadline of the requests.
    """
    wrote = api.wrote
    try:
        return api.post(path, operation, body, service=service), None
    except DliError as exc:
        if not exc.outcome_unknown:
            raise
        found, advice = _look_up(api, confirm)
        if found is None:
            api.wrote = wrote or advice == UNKNOWN
            exc.hint = f"{exc.hint or ''} {advice}".strip()
            raise
        api.wrote = True
        return {}, found


def send_and_confirm(send: Callable[[], object], *, confirm: Callable[[], bool]) -> None:
    """Send a PUT or DELETE, which the client retries; if the outcome is still unknown, look once what it is.

    Raises the error of the request unless ``confirm`` finds the requested state. That also decides about a rejection
    that its code and text do not explain: another client may have made the change.
    """
    try:
        send()
    except DliError as exc:
        # A run that changes nothing does not load that file.
        from .._wait.rejections import is_unexplained

        unexplained = isinstance(exc, ApiError) and is_unexplained(exc)
        if not (exc.outcome_unknown or unexplained) or not _is_confirmed(confirm):
            raise


def _is_confirmed(confirm: Callable[[], bool]) -> bool:
    try:
        return confirm()
    except (TransportError, ApiError):
        return False


def _look_up(api: Client, confirm: Callable[[], T | None]) -> tuple[T | None, str]:
    """The created object, or a sentence about the lookup."""
    advice = UNKNOWN
    for pause in LOOK_UP_AFTER:
        if pause > api.time_left():
            # A list that lags may still show it.
            return None, UNKNOWN
        clock.sleep(pause)
        try:
            found = confirm()
        except (TransportError, ApiError):
            advice = UNKNOWN
            continue
        if found is not None:
            return found, ""
        advice = NOT_FOUND
    return None, advice

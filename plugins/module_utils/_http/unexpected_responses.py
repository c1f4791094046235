# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors about responses that do not look like those of the service."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from .._core.errors import ApiError
from . import api_errors
from .transport import Response

HINT = "Check the endpoint and the proxy: the response may come from a system between this host and the service."


def error(
    response: Response, operation: str, problem: str, *, outcome_unknown: bool, secrets: Iterable[str] = ()
) -> ApiError:
    """The error about a response with this ``problem``. ``operation`` completes the sentence "Could not ..."."""
    request_id = response.headers.get("x-request-id")
    return ApiError(
        f"Could not {operation}: the response (HTTP {response.status}) {problem}.",
        status=response.status,
        request_id=request_id and api_errors.shown(request_id, secrets, api_errors.LONGEST_ID),
        hint=HINT,
        outcome_unknown=outcome_unknown,
    )


def redirect(response: Response, operation: str, secrets: Iterable[str]) -> ApiError:
    problem = f"is a redirect{_target(response, secrets)}, which is not followed"
    return error(response, operation, problem, outcome_unknown=False, secrets=secrets)


def _target(response: Response, secrets: Iterable[str]) -> str:
    """The host that a redirect leads to, without the rest of the URL, which may contain secrets."""
    try:
        host = urlsplit(response.headers.get("location", "")).netloc.rpartition("@")[2]
    except ValueError:
        return ""
    return f" to {api_errors.shown(host, secrets, api_errors.LONGEST_ID)}" if host else ""

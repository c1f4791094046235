# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judging an answer: is it a success, and is it one of the service?

HTTP status, ``is_success`` and error codes are judged here and in _refusals, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from .._core.errors import ApiError
from .transport import Response

OK, NO_CONTENT = 200, 204


def parse_response(
    answer: Response, operation: str, secrets: Iterable[str] = (), service: str = "dli"
) -> dict[str, Any]:
    """Return the decoded body of a success; raise the fitting ApiError for anything else.

    ``attempt`` completes the sentence "Could not ...". ``secrets`` are masked in what the error says, and ``service``
    is who was asked: dli, iam or vpc.
    """
    body = _decoded(answer.text)
    if 300 <= answer.status < 400:
        raise _unexpected(
            answer, operation, f"is a redirect{_target(answer)}, which is not followed", outcome_unknown=False
        )
    if not 200 <= answer.status < 300 or _fails_in_spite_of_its_status(body):
        from . import api_errors

        raise api_errors.api_error(api_errors.error_payload(answer, body, secrets), operation, service)
    if isinstance(body, dict):
        return body
    if answer.status == NO_CONTENT:
        return {}
    # Taken for an answer without fields, it would make a thing that is there look absent, or the other way round.
    fault = "is empty" if not answer.text.strip() else "is not JSON" if body is None else "is not a JSON object"
    raise _unexpected(answer, operation, fault, outcome_unknown=True)


def unexpected_body(operation: str) -> ApiError:
    """What to raise when a successful answer has none of the fields that say what it is about."""
    return _unexpected(Response(OK, {}, ""), operation, "is not one of the service", outcome_unknown=True)


def _unexpected(answer: Response, operation: str, fault: str, *, outcome_unknown: bool) -> ApiError:
    return ApiError(
        f"Could not {operation}: the answer (HTTP {answer.status}) {fault}.",
        status=answer.status,
        request_id=answer.headers.get("x-request-id"),
        hint="Something between this host and the service may have answered in its place: check the "
        "endpoint and the proxy.",
        outcome_unknown=outcome_unknown,
    )


def _target(answer: Response) -> str:
    """Where a redirect leads, without what may be secret in the rest of the address."""
    host = urlsplit(answer.headers.get("location", "")).netloc.rpartition("@")[2]
    return f" to {host}" if host else ""


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _fails_in_spite_of_its_status(body: Any) -> bool:
    if isinstance(body, list):
        return bool(body) and isinstance(body[0], dict) and "error_code" in body[0]
    if not isinstance(body, dict):
        return False
    # Scaling answers with `result` in place of `is_success`; a string instead of a boolean is documented too.
    verdict = body.get("is_success", body.get("result", True))
    said_no = verdict is False or (isinstance(verdict, str) and verdict.strip().lower() == "false")
    return said_no or bool(body.get("error_code"))

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parsing a response: did the request succeed, and does the response come from the service?

Only this file and api_errors interpret HTTP status, ``is_success`` and error codes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from .._core.errors import ApiError
from .._core.texts import encodable
from .transport import Response

OK, NO_CONTENT = 200, 204
# The API documents four levels.
LARGEST_DEPTH = 50
SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_response(
    response: Response, operation: str, secrets: Iterable[str] = (), service: str = "dli"
) -> dict[str, Any]:
    """Return the decoded body of a successful response; raise the matching ApiError for any other response.

    ``operation`` completes the sentence "Could not ...". ``secrets`` are masked in the error. ``service`` is dli, iam
    or vpc.
    """
    body, secrets = _decoded(response.text), tuple(secrets)
    if 300 <= response.status < 400:
        from . import unexpected_responses

        raise unexpected_responses.redirect(response, operation, secrets)
    if not 200 <= response.status < 300 or _reports_failure(body):
        from . import api_errors

        raise api_errors.api_error(api_errors.error_payload(response, body, secrets), operation, service)
    if isinstance(body, dict):
        return body
    if response.status == NO_CONTENT:
        return {}
    # If this counted as an object without fields, an existing resource would look absent, or an absent one present.
    problem = "is empty" if not response.text.strip() else "is not JSON" if body is None else "is not a JSON object"
    raise _unexpected(response, operation, problem, outcome_unknown=True, secrets=secrets)


def unexpected_body(operation: str) -> ApiError:
    """The error about a successful response without the fields that identify it."""
    return _unexpected(Response(OK, {}, ""), operation, "has none of the expected fields", outcome_unknown=True)


def endless_list(operation: str, pages: int) -> ApiError:
    """The error about a list that does not end within this number of ``pages``."""
    problem = f"is part of a list that does not end after {pages} pages"
    return _unexpected(Response(OK, {}, ""), operation, problem, outcome_unknown=False)


def _unexpected(response: Response, operation: str, problem: str, **more: Any) -> ApiError:
    # Imported here, as elsewhere inside a function: a run without errors does not load that file.
    from . import unexpected_responses

    return unexpected_responses.error(response, operation, problem, **more)


def _decoded(text: str) -> Any:
    """The value of JSON without surrogates, which no result can contain; None if the text is not JSON or too deep."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    # Python's own limit depends on its version and on the caller, so it would differ between the execution modes.
    if not _is_nested_within(LARGEST_DEPTH, value):
        return None
    return encodable(value) if SURROGATE_ESCAPE.search(text) else value


def _is_nested_within(depth: int, value: Any) -> bool:
    level = [value]
    for _depth in range(depth):
        containers = [each for each in level if isinstance(each, (dict, list))]
        if not containers:
            return True
        level = [part for each in containers for part in (each.values() if isinstance(each, dict) else each)]
    return False


def _refuse(constant: str) -> None:
    # Python also reads NaN and Infinity.
    raise ValueError(constant)


def _reports_failure(body: Any) -> bool:
    """Whether the body of a successful status reports a failure."""
    if isinstance(body, list):
        return bool(body) and isinstance(body[0], dict) and "error_code" in body[0]
    if not isinstance(body, dict):
        return False
    # Scaling returns `result` in place of `is_success`. The documentation also shows strings in place of booleans.
    verdict = body.get("is_success", body.get("result", True))
    failed = verdict is False or (isinstance(verdict, str) and verdict.strip().lower() == "false")
    return failed or bool(body.get("error_code"))

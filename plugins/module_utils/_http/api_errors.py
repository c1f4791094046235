# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals: which exception an answer that is no success becomes, and what can be done about it.

The eight shapes of a refusal, the codes and the wordings are those of the service's API reference
and of the clients known to work with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any, NamedTuple

from .._core.errors import (
    AccessDenied,
    AlreadyExists,
    ApiError,
    ApiUnavailable,
    Busy,
    NotFound,
    TokenExpired,
)
from .transport import Response

MASK = "********"
LONGEST_TEXT = 300
SILENCE = "no explanation given"

UNKNOWN_OUTCOME_STATUSES = frozenset({408, 500, 502, 503, 504})

MISSING_TEXT = re.compile(r"(does not|is not|doesn't) exist|no queue named|not found", re.IGNORECASE)
EXISTS_TEXT = re.compile(r"already exist", re.IGNORECASE)
# The codes behind these texts are not documented (DLI.0012 and DLI.0999 are likely), so the text decides.
BUSY_TEXT = re.compile(
    r"\bis (currently )?(assigning|restarting|scaling)\b|is not available|being created", re.IGNORECASE
)

# The one of many failures with its code that a new token mends.
EXPIRED_TEXT = re.compile(r"token expires", re.IGNORECASE)

# Jobs are somebody else's and may run for ever, so waiting for them is not for a task to decide.
JOBS_TEXT = re.compile(r"jobs? .*(running|submitt)|running.* jobs?", re.IGNORECASE)


class ErrorPayload(NamedTuple):
    """A refusal in one shape, whatever shape it came in."""

    status: int
    code: str | None
    message: str
    request_id: str | None


def error_payload(answer: Response, body: Any, secrets: Iterable[str] = ()) -> ErrorPayload:
    """Read code, text and request id out of any of the known shapes."""
    fields = body[0] if isinstance(body, list) and body else body
    if isinstance(fields, dict) and isinstance(fields.get("error"), dict):
        fields = {**fields, **fields["error"]}
    if not isinstance(fields, dict):
        fields = {}
    code = fields.get("error_code") or fields.get("errorCode") or fields.get("code")
    texts = [fields[name] for name in ("error_msg", "errorMsg", "message") if name in fields]
    message = str(next(filter(None, texts), SILENCE)) if texts else answer.text
    # A refused signature is answered with the whole signed request, a security token included.
    for secret in secrets:
        message = message.replace(secret, MASK)
    request_id = (
        answer.headers.get("x-request-id") or answer.headers.get("x-iam-trace-id") or fields.get("request_id") or None
    )
    return ErrorPayload(
        answer.status,
        None if code is None else str(code),
        " ".join(message.split()) if texts else _plain(message),
        None if request_id is None else str(request_id),
    )


def _plain(text: str) -> str:
    """The words of a load balancer's page, without its markup."""
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    return " ".join(unescape(visible).split())[:LONGEST_TEXT] or SILENCE


def api_error(refused: ErrorPayload, operation: str, service: str = "dli") -> ApiError:
    """The exception that a refusal by ``service``, one of SERVICES, becomes."""
    code = re.sub(r"^APIGW?\.", "APIGW.", refused.code or "")
    kind, hint = _kind(refused, code), _hint(refused, code, service)
    facts = [
        f"HTTP {refused.status}",
        *([refused.code] if refused.code and refused.code != str(refused.status) else []),
    ]
    if refused.request_id:
        facts.append(f"request id {refused.request_id}")
    return kind(
        f"Could not {operation}: {refused.message.rstrip('. ')} ({', '.join(facts)}).",
        status=refused.status,
        code=refused.code,
        request_id=refused.request_id,
        api_message=refused.message,
        hint=hint,
        # What a gateway or a crash says is no word of the service itself: the write may have been made.
        outcome_unknown=refused.status in UNKNOWN_OUTCOME_STATUSES,
    )


def _kind(refused: ErrorPayload, code: str) -> type[ApiError]:
    status, text = refused.status, refused.message
    if code == "APIGW.0101":
        return ApiUnavailable
    if code == "APIGW.0307" or (code == "APIGW.0301" and EXPIRED_TEXT.search(text)):
        return TokenExpired
    if status in (401, 403) or code in ("DLI.0003", "DLI.0013", "DLI.0014", "DLI.0015", "DLI.0016"):
        return AccessDenied
    if code == "DLI.0006" or EXISTS_TEXT.search(text):
        return AlreadyExists
    if _is_missing(status, code, text):
        return NotFound
    # Busy promises that nothing was done, which these leave open.
    if (
        status not in UNKNOWN_OUTCOME_STATUSES
        and (code == "DLI.0012" or BUSY_TEXT.search(text))
        and not JOBS_TEXT.search(text)
    ):
        return Busy
    return ApiError


def _is_missing(status: int, code: str, text: str) -> bool:
    """Not found is HTTP 400 almost everywhere, and DLI.0001 also means a bad parameter."""
    # A 404 of the gateway, or without any code, does not come from the service: a wrong endpoint or a backend that
    # is down must not look like an object that is not there.
    if code in ("DLI.0002", "DLI.0023") or (status == 404 and code and not code.startswith("APIGW.")):
        return True
    return code in ("DLI.0001", "DLI.0008") and MISSING_TEXT.search(text) is not None


# Of each service: what it is called, and the option that is its address. Its actions in IAM begin with the key.
SERVICES = {"dli": ("DLI", "endpoint"), "iam": ("IAM", "iam_endpoint"), "vpc": ("VPC", "vpc_endpoint")}

# First match wins: (status or None, code or None, words of the message or None, hint about the service).
HINTS: tuple[tuple[int | None, str | None, str | None, str], ...] = (
    (
        None,
        None,
        "signature expired",
        "The clock of the host that runs the task is more than 15 minutes off: set it (NTP).",
    ),
    (None, None, "reach the limit", "The access key is locked after failed attempts: correct it, then wait 5 minutes."),
    (
        None,
        None,
        "verify aksk|get secretkey",
        "Check access_key and secret_key, security_token if they are temporary, and that the key is active.",
    ),
    (None, "DLI.0015", None, "The token is wrong or expired: get a new auth_token."),
    (401, None, "token", "The token is wrong, expired or made for another region: get a new auth_token."),
    (
        401,
        None,
        None,
        "Check the credentials: access_key and secret_key, or username, password and domain_name, or auth_token.",
    ),
    (None, "APIGW.0302|APIGW.0310", None, "Check that project_id belongs to these credentials and to this region."),
    (
        403,
        "APIGW.040[124]",
        None,
        "The gateway refuses the address that this host, or its proxy, calls from: an administrator can allow it.",
    ),
    (403, "APIGW.080[12]", None, "The service or the user is not enabled in this region: check region and project."),
    (
        403,
        None,
        None,
        "The user lacks a permission for this: an administrator can grant it in IAM (actions begin with {key}:). "
        "Check also that project_id belongs to these credentials.",
    ),
    (None, "DLI.0003|DLI.0016", None, "The user lacks a permission for this: an administrator can grant it in IAM."),
    (
        None,
        "DLI.1028",
        None,
        "The quota is used up: raise it in the console under My Quotas, or delete what is not needed.",
    ),
    (
        None,
        "APIGW.010[13]",
        None,
        "This region does not offer the API, or {endpoint} is not that of {name}: check region, cloud and {endpoint}.",
    ),
    (429, None, None, "Too many requests: run fewer tasks at once, or raise max_retries."),
    (
        None,
        None,
        "subnet.*(404|not.*found)|cannot get route",
        "DLI may not read the VPC: have the account's administrator authorise DLI in this region "
        "(agency with the role VPC Administrator), and check dest_vpc_id and dest_network_id.",
    ),
    (None, None, "frozen|arrears", "The account or the resource is frozen: settle the bill first."),
    (
        None,
        None,
        JOBS_TEXT.pattern,
        "A job runs on the queue: let it finish or cancel it, then run the task again.",
    ),
    (408, None, None, "The service took too long: look at the state of the object, then run the task again."),
    (
        404,
        "",
        None,
        "This answer does not come from {name}: check region, cloud and {endpoint}, and a proxy in between.",
    ),
    (500, None, None, "The service has a problem of its own: run the task again later."),
    (502, None, None, "The service cannot be reached through its gateway: run the task again later."),
    (503, None, None, "The service is not available at the moment: run the task again later."),
    (504, None, None, "The service took too long: look at the state of the object, then run the task again."),
)


def _hint(refused: ErrorPayload, code: str, service: str) -> str | None:
    for status, codes, words, hint in HINTS:
        if status is not None and status != refused.status:
            continue
        if codes is not None and not re.fullmatch(codes, code):
            continue
        if words is not None and not re.search(words, refused.message, re.IGNORECASE):
            continue
        name, endpoint = SERVICES[service]
        return hint.format(key=service, name=name, endpoint=endpoint)
    return None

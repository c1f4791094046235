# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error responses of the services as exceptions with hints: which code is which exception, and the hint of each code.

The eight formats of an error response, the codes and the texts come from the service's API reference and from clients
that are known to work with it.
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
from .._core.texts import printable
from . import proxies
from .language import is_english
from .masking import mask
from .transport import Response

# Characters of a text that are looked at, and of the message, of the code and of the request id that are shown.
LONGEST_INPUT = 64 * 1024
LONGEST_TEXT = 1000
LONGEST_ID = 100
TAG = re.compile(r"<([^<>]*)>")
NO_MESSAGE = "no message"

UNKNOWN_OUTCOME_STATUSES = frozenset({408, 500, 502, 503, 504})

MISSING_TEXT = re.compile(r"(does not|is not|doesn't) exist|no queue named|not found", re.IGNORECASE)
EXISTS_TEXT = re.compile(r"already exist", re.IGNORECASE)
# Codes with one meaning. A missing object is HTTP 400 almost everywhere.
KINDS: dict[str, type[ApiError]] = {
    "DLI.0002": NotFound,
    "DLI.0006": AlreadyExists,
    "DLI.0012": Busy,
    "DLI.0023": NotFound,
}
# The documented texts, whose code is not documented (DLI.0012 and DLI.0999 are likely), so the text decides.
BUSY_TEXT = re.compile(
    r"\bis (currently )?(assigning|restarting|scaling)\b|status of .* is \w+, which is not available|being created",
    re.IGNORECASE,
)
# Texts that may also describe something permanent, such as a type that is not available in a region.
BUSY_GUESS = re.compile(r"is not available|queue is busy", re.IGNORECASE)

# Of the errors with code APIGW.0301, only the one with this text is fixed by a new token.
EXPIRED_TEXT = re.compile(r"token expires", re.IGNORECASE)

# Jobs may run for an unlimited time, so a task does not wait for them.
JOBS_TEXT = re.compile(r"jobs? .*(running|submitt)|running.* jobs?", re.IGNORECASE)


class ErrorPayload(NamedTuple):
    """The fields of an error response, whatever its format."""

    status: int
    code: str | None
    message: str
    request_id: str | None
    # Whether it is no error of a service but a page, such as a proxy sends.
    is_page: bool = False


def error_payload(response: Response, body: Any, secrets: Iterable[str] = ()) -> ErrorPayload:
    """Code, message and request id from any of the known formats, with ``secrets`` masked."""
    fields = body[0] if isinstance(body, list) and body else body
    if isinstance(fields, dict) and isinstance(fields.get("error"), dict):
        fields = {**fields, **fields["error"]}
    if isinstance(fields, dict) and isinstance(fields.get("NeutronError"), dict):
        neutron = fields["NeutronError"]
        fields = {"error_code": neutron.get("type"), "error_msg": neutron.get("message")}
    if not isinstance(fields, dict):
        fields = {}
    code = fields.get("error_code") or fields.get("errorCode") or fields.get("code")
    texts = [fields[name] for name in ("error_msg", "errorMsg", "message") if name in fields]
    message = next(filter(None, texts), NO_MESSAGE) if texts else response.text
    request_id = (
        response.headers.get("x-request-id")
        or response.headers.get("x-iam-trace-id")
        or fields.get("request_id")
        or None
    )
    # The response to a wrong signature repeats the whole signed request, including a security token.
    return ErrorPayload(
        response.status,
        None if code is None else shown(code, secrets, LONGEST_ID),
        shown(message, secrets, is_page=not texts) or NO_MESSAGE,
        None if request_id is None else shown(request_id, secrets, LONGEST_ID),
        is_page=not fields,
    )


def shown(value: Any, secrets: Iterable[str], longest: int = LONGEST_TEXT, *, is_page: bool = False) -> str:
    """A part of a response as a message shows it: printable, on one line, with ``secrets`` masked and not too long."""
    text = value if isinstance(value, str) else str(value)
    cut = len(text) > LONGEST_INPUT
    text, secrets = text[:LONGEST_INPUT], tuple(secrets)
    # Twice, because white space, tags and escapes may be inside a secret or inside its encoded form.
    text = mask(text, secrets)
    if is_page:
        text = _visible_text(text)
    text = mask(" ".join(text.split()), secrets)
    if cut:
        # The end may be the beginning of a secret.
        text = text[: -max(map(len, secrets), default=0) or None]
    return printable(text)[:longest]


def _visible_text(text: str) -> str:
    """The text of an HTML page, such as a load balancer sends, without markup."""
    parts, position, hidden = [], 0, ""
    for tag in TAG.finditer(text):
        if not hidden:
            parts.append(text[position : tag.start()])
        position = tag.end()
        name = tag[1].split(None, 1)[0].lower() if tag[1].strip() else ""
        if hidden:
            hidden = "" if name == f"/{hidden}" else hidden
        elif name in ("script", "style"):
            hidden = name
    if not hidden:
        parts.append(text[position:])
    return unescape(" ".join(parts))


def api_error(payload: ErrorPayload, operation: str, service: str = "dli") -> ApiError:
    """The exception for an error response of ``service``, one of SERVICES."""
    code = re.sub(r"^APIGW?\.", "APIGW.", payload.code or "")
    kind, hint = _kind(payload, code), _hint(payload, code, service)
    facts = [
        f"HTTP {payload.status}",
        *([payload.code] if payload.code and payload.code != str(payload.status) else []),
    ]
    if payload.request_id:
        facts.append(f"request id {payload.request_id}")
    error = kind(
        f"Could not {operation}: {payload.message.rstrip('. ')} ({', '.join(facts)}).",
        status=payload.status,
        code=payload.code,
        request_id=payload.request_id,
        api_message=payload.message,
        hint=hint,
        # These responses come from a gateway or a crash, so the service may have executed the write.
        outcome_unknown=payload.status in UNKNOWN_OUTCOME_STATUSES,
    )
    if isinstance(error, Busy):
        error.guessed = code not in KINDS and not BUSY_TEXT.search(payload.message)
    return error


def _kind(payload: ErrorPayload, code: str) -> type[ApiError]:
    status, text = payload.status, payload.message
    if code == "APIGW.0101":
        return ApiUnavailable
    # A text that cannot be read costs one login more.
    if code == "APIGW.0307" or (code == "APIGW.0301" and (EXPIRED_TEXT.search(text) or not is_english(text))):
        return TokenExpired
    if status in (401, 403) or code in ("DLI.0003", "DLI.0013", "DLI.0014", "DLI.0015", "DLI.0016"):
        return AccessDenied
    kind = KINDS.get(code) or _kind_by_text(status, code, text)
    # Busy promises that nothing changed, which these statuses leave open.
    if kind is Busy and (status in UNKNOWN_OUTCOME_STATUSES or JOBS_TEXT.search(text)):
        return ApiError
    return kind


def _kind_by_text(status: int, code: str, text: str) -> type[ApiError]:
    """The exception for codes with several meanings. Their texts are in English, which every request asks for."""
    if EXISTS_TEXT.search(text):
        return AlreadyExists
    # A 404 from the gateway or without a code does not come from the service: a wrong endpoint or a backend that is
    # down must not look like a missing object. DLI.0001 also means a bad parameter.
    if (status == 404 and code and not code.startswith("APIGW.")) or (
        code in ("DLI.0001", "DLI.0008") and MISSING_TEXT.search(text)
    ):
        return NotFound
    return Busy if BUSY_TEXT.search(text) or BUSY_GUESS.search(text) else ApiError


# Of each service: its name and the option with its endpoint. The key is the prefix of its actions in IAM.
SERVICES = {"dli": ("DLI", "endpoint"), "iam": ("IAM", "iam_endpoint"), "vpc": ("VPC", "vpc_endpoint")}

QUOTA = "Increase the quota in the console under My Quotas, or delete resources that are not needed."
NOT_FROM_SERVICE = "Check region, cloud, {endpoint} and the proxy: the response does not come from {name}."
# The first match wins: (status or None, regex of the code or None, regex of the message or None, hint).
HINTS: tuple[tuple[int | None, str | None, str | None, str], ...] = (
    (
        None,
        None,
        "signature expired",
        "Set the clock of the host that runs the task (NTP): it is off by more than 15 minutes.",
    ),
    (None, None, "reach the limit", "Correct the access key, then wait 5 minutes: it is locked after failed attempts."),
    (
        None,
        None,
        "verify aksk|get secretkey",
        "Check access_key and secret_key (and security_token if the key is temporary), and that the key is active.",
    ),
    (None, "DLI.0015", None, "Get a new auth_token: the token is invalid or expired."),
    (401, None, "token", "Get a new auth_token: the token is invalid, expired or for another region."),
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
        "Ask an administrator to allow the IP address of this host or its proxy, which the gateway rejects.",
    ),
    (403, "APIGW.080[12]", None, "Check region and project: the service or the user is not enabled there."),
    (
        403,
        None,
        None,
        "Ask an administrator to grant the user this permission in IAM (actions begin with {key}:), and check that "
        "project_id belongs to these credentials.",
    ),
    (None, "DLI.0003|DLI.0016", None, "Ask an administrator to grant the user this permission in IAM."),
    (None, "DLI.1028", None, QUOTA),
    (None, None, r"\bquotas?\b", QUOTA),
    (
        None,
        "APIGW.010[13]",
        None,
        "Check region, cloud and {endpoint}: the region lacks this API, or the endpoint does not belong to {name}.",
    ),
    (
        407,
        None,
        None,
        "Check user name and password in {proxy}: the proxy between this host and the service rejected them.",
    ),
    (429, None, None, "Run fewer tasks in parallel or increase max_retries: the service receives too many requests."),
    (
        None,
        None,
        "sold out",
        "Request fewer CUs, or run the task again later: the service has no more of this resource at present.",
    ),
    (None, None, "frozen|arrears", "Pay outstanding bills: the account or the resource is frozen."),
    (
        None,
        None,
        JOBS_TEXT.pattern,
        "Wait until the jobs on the queue finish, or cancel them, then run the task again.",
    ),
    (408, None, None, "Check the state of the resource, then run the task again: the service did not respond in time."),
    (
        404,
        "",
        None,
        NOT_FROM_SERVICE,
    ),
    (500, None, None, "Run the task again later: the service has an internal error."),
    (502, None, None, "Run the task again later: the gateway cannot reach the service."),
    (503, None, None, "Run the task again later: the service is temporarily unavailable."),
    (504, None, None, "Check the state of the resource, then run the task again: the service did not respond in time."),
)


def _hint(payload: ErrorPayload, code: str, service: str) -> str | None:
    for status, codes, words, hint in HINTS:
        if status is not None and status != payload.status:
            continue
        if codes is not None and not re.fullmatch(codes, code):
            continue
        if words is not None and not re.search(words, payload.message, re.IGNORECASE):
            continue
        if payload.is_page and payload.status == 403:
            hint += " Check {endpoint} and the proxy, too: the response may not come from {name}."
        name, endpoint = SERVICES[service]
        return hint.format(key=service, name=name, endpoint=endpoint, proxy=proxies.variable("http"))
    return None

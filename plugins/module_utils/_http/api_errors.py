# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error responses of the services as exceptions with hints.

The formats of an error response come from the service's API reference and from clients that are known to work with it;
known_errors has the codes and the texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any, NamedTuple

from .._core.errors import ApiError, Busy
from .._core.texts import printable
from . import known_errors, permissions, proxies
from .masking import mask
from .transport import Response

# Characters of a text that are looked at, and of the message, of the code and of the request id that are shown.
LONGEST_INPUT = 64 * 1024
LONGEST_TEXT = 1000
LONGEST_ID = 100
TAG = re.compile(r"<([^<>]*)>")
NO_MESSAGE = "no message"
# Of each service: its name and the option with its endpoint. The key is the prefix of its actions in IAM.
SERVICES = {"dli": ("DLI", "endpoint"), "iam": ("IAM", "iam_endpoint"), "vpc": ("VPC", "vpc_endpoint")}


class ErrorPayload(NamedTuple):
    """The fields of an error response, whatever its format."""

    status: int
    code: str | None
    message: str
    request_id: str | None
    # Whether it is no error of a service but a page, such as a proxy sends.
    is_page: bool = False
    # The method and the URL of the request.
    request: str = ""


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
        request=response.request,
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
    kind = known_errors.kind_of(payload.status, code, payload.message)
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
        hint=_hint(payload, code, service),
        # These responses come from a gateway or a crash, so the service may have executed the write.
        outcome_unknown=payload.status in known_errors.UNKNOWN_OUTCOME_STATUSES,
    )
    if isinstance(error, Busy):
        error.guessed = known_errors.is_guess(code, payload.message)
    return error


def _hint(payload: ErrorPayload, code: str, service: str) -> str | None:
    hint = known_errors.hint_of(payload.status, code, payload.message)
    if hint is None:
        return None
    if payload.is_page and payload.status == 403:
        hint += " Check {endpoint} and the proxy, too: the response may not come from {name}."
    name, endpoint = SERVICES[service]
    permission = permissions.advice(service, payload.request) if "{permission}" in hint else ""
    return hint.format(permission=permission, name=name, endpoint=endpoint, proxy=proxies.variable("http"))

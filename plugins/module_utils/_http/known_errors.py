# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Known error responses: which status, code and text is which exception, and what the user can do about it.

The codes and the texts come from the service's API reference and from clients that are known to work with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .._core.errors import (
    AccessDenied,
    AlreadyExists,
    ApiError,
    ApiUnavailable,
    Busy,
    NotFound,
    TokenExpired,
)
from .language import is_english

UNKNOWN_OUTCOME_STATUSES = frozenset({408, 500, 502, 503, 504})


class Known(NamedTuple):
    """Error responses with this status, code and text: regular expressions for the whole code and a part of the text.

    None matches everything. The exception is that of the first matching entry that has one, and so is the hint. The
    codes of the gateway are written with APIGW, also where their prefix is APIG.
    """

    status: int | None
    code: str | None
    text: str | None
    kind: type[ApiError] | None
    hint: str | None


# The documented texts, whose code is not documented (DLI.0012 and DLI.0999 are likely), so the text decides.
BUSY = r"\bis (currently )?(assigning|restarting|scaling)\b|status of .* is \w+, which is not available|being created"
# Texts that may also describe something permanent, such as a type that is not available in a region.
BUSY_GUESS = "is not available|queue is busy"
# Jobs may run for an unlimited time, so a task does not wait for them.
JOBS = "jobs? .*(running|submitt)|running.* jobs?"

CHECK_CREDENTIALS = (
    "Check the credentials: access_key and secret_key, or username, password and domain_name, or auth_token."
)
QUOTA = "Increase the quota in the console under My Quotas, or delete resources that are not needed."
NOT_PUBLISHED = (
    "Check region, cloud and {endpoint}: the region lacks this API, or the endpoint does not belong to {name}."
)
KNOWN: tuple[Known, ...] = (
    Known(None, "APIGW.0101", None, ApiUnavailable, NOT_PUBLISHED),
    # Failures of signatures and tokens share the code APIGW.0301: only the text distinguishes them.
    Known(
        None,
        "APIGW.0307",
        None,
        TokenExpired,
        "Get a new auth_token: the token has to be renewed, or it is for another region than this endpoint.",
    ),
    Known(
        None,
        "APIGW.0301",
        "security.?token expires",
        TokenExpired,
        "Check access_key and secret_key: the temporary key has expired. Get a new one with its security_token.",
    ),
    Known(None, "APIGW.0301", "token expires", TokenExpired, "Get a new auth_token: the token has expired."),
    Known(
        None,
        None,
        "signature expired",
        None,
        "Set the clock of the host that runs the task (NTP): it is off by more than 15 minutes.",
    ),
    Known(
        None,
        None,
        "reach the limit",
        None,
        "Correct the access key, then wait 5 minutes: it is locked after failed attempts.",
    ),
    Known(
        None,
        None,
        "verify aksk",
        None,
        "Check access_key and secret_key: the signature does not match. The two do not belong together, the key is a "
        "temporary one and lacks its security_token, or a proxy changed the request.",
    ),
    Known(
        None,
        None,
        "get secretkey",
        None,
        "Check access_key and secret_key: the service does not know this access key. It is deleted, inactive or of "
        "another cloud.",
    ),
    Known(
        401,
        None,
        "decrypt token",
        AccessDenied,
        "Get a new auth_token: the service cannot read the token. It is incomplete, or for another region or cloud.",
    ),
    Known(
        401,
        None,
        "x-auth-token not found",
        AccessDenied,
        "Get a new auth_token: the request arrived without a token. A proxy may have removed it.",
    ),
    Known(None, "DLI.0015", None, AccessDenied, "Get a new auth_token: the token is invalid or expired."),
    Known(
        401,
        None,
        "token",
        AccessDenied,
        "Get a new auth_token: the token is invalid, expired or for another region.",
    ),
    Known(
        401,
        None,
        None,
        AccessDenied,
        CHECK_CREDENTIALS,
    ),
    Known(
        None,
        "APIGW.0302|APIGW.0310",
        None,
        None,
        "Check that project_id belongs to these credentials and to this region.",
    ),
    Known(
        403,
        "APIGW.040[124]",
        None,
        AccessDenied,
        "Ask an administrator to allow the IP address of this host or its proxy, which the gateway rejects.",
    ),
    Known(
        403,
        "APIGW.080[12]",
        None,
        AccessDenied,
        "Check region and project: the service or the user is not enabled there.",
    ),
    Known(403, None, None, AccessDenied, "{permission}"),
    Known(None, "DLI.0003|DLI.0016", None, AccessDenied, "{permission}"),
    Known(None, "DLI.0013|DLI.0014", None, AccessDenied, CHECK_CREDENTIALS),
    # Codes with one meaning. A missing object is HTTP 400 almost everywhere.
    Known(None, "DLI.0002|DLI.0023", None, NotFound, None),
    Known(None, "DLI.0006", None, AlreadyExists, None),
    Known(None, "DLI.0012", None, Busy, None),
    Known(None, "DLI.1028", None, None, QUOTA),
    # The texts are in English, which every request asks for.
    Known(None, None, "already exist", AlreadyExists, None),
    # A 404 from the gateway or without a code does not come from the service: a wrong endpoint or a backend that is
    # down must not look like a missing object.
    Known(404, r"(?!APIGW\.).+", None, NotFound, None),
    # DLI.0001 also means a bad parameter.
    Known(None, "DLI.0001|DLI.0008", "(does not|is not|doesn't) exist|no queue named|not found", NotFound, None),
    Known(None, None, r"\bquotas?\b", None, QUOTA),
    Known(None, "APIGW.0103", None, None, NOT_PUBLISHED),
    Known(
        407,
        None,
        None,
        None,
        "Check user name and password in {proxy}: the proxy between this host and the service rejected them.",
    ),
    Known(
        429,
        None,
        None,
        None,
        "Run fewer tasks in parallel or increase max_retries: the service receives too many requests.",
    ),
    Known(
        None,
        None,
        "sold out",
        None,
        "Request fewer CUs, or run the task again later: the service has no more of this resource at present.",
    ),
    Known(None, None, "frozen|arrears", None, "Pay outstanding bills: the account or the resource is frozen."),
    Known(None, None, JOBS, None, "Wait until the jobs on the queue finish, or cancel them, then run the task again."),
    Known(None, None, BUSY, Busy, None),
    Known(None, None, BUSY_GUESS, Busy, None),
    Known(
        408,
        None,
        None,
        None,
        "Check the state of the resource, then run the task again: the service did not respond in time.",
    ),
    Known(
        404,
        "",
        None,
        None,
        "Check region, cloud, {endpoint} and the proxy: the response does not come from {name}.",
    ),
    Known(500, None, None, None, "Run the task again later: the service has an internal error."),
    Known(502, None, None, None, "Run the task again later: the gateway cannot reach the service."),
    Known(503, None, None, None, "Run the task again later: the service is temporarily unavailable."),
    Known(
        504,
        None,
        None,
        None,
        "Check the state of the resource, then run the task again: the service did not respond in time.",
    ),
)


def kind_of(status: int, code: str, text: str) -> type[ApiError]:
    """The exception for a response."""
    # A text that cannot be read costs one login more.
    if code == "APIGW.0301" and not is_english(text):
        return TokenExpired
    kind = next((known.kind for known in KNOWN if known.kind and _matches(known, status, code, text)), ApiError)
    # Busy promises that nothing changed, which these statuses leave open.
    if kind is Busy and (status in UNKNOWN_OUTCOME_STATUSES or re.search(JOBS, text, re.IGNORECASE)):
        return ApiError
    return kind


def hint_of(status: int, code: str, text: str) -> str | None:
    """The hint for a response, with names in braces that the caller replaces."""
    return next((known.hint for known in KNOWN if known.hint and _matches(known, status, code, text)), None)


def is_guess(code: str, text: str) -> bool:
    """Whether only the text of a response suggests that a resource is busy."""
    return code != "DLI.0012" and not re.search(BUSY, text, re.IGNORECASE)


def _matches(known: Known, status: int, code: str, text: str) -> bool:
    return (
        known.status in (None, status)
        and (known.code is None or re.fullmatch(known.code, code) is not None)
        and (known.text is None or re.search(known.text, text, re.IGNORECASE) is not None)
    )

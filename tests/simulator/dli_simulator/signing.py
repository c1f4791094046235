# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies signed requests like the gateway, with the vendor's own signer."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from types import SimpleNamespace
from urllib.parse import parse_qsl

from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from .errors import unauthenticated

_AUTHORIZATION = re.compile(r"SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]+)")
_DATE = "%Y%m%dT%H%M%SZ"
_SKEW_SECONDS = 15 * 60


@dataclass(frozen=True)
class SignedRequest:
    """The parts of a request that a signature covers. Header names are lower-case, path and query as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Authorization:
    """The parsed Authorization header."""

    access_key: str
    signed_headers: list[str]
    signature: str


def parse_authorization(headers: Mapping[str, str]) -> Authorization:
    found = _AUTHORIZATION.fullmatch(headers["authorization"].strip())
    if not found:
        raise unauthenticated("verify aksk signature fail, the Authorization header has a wrong format")
    return Authorization(found[1], found[2].split(";"), found[3])


def verify(request: SignedRequest, authorization: Authorization, secret_key: str) -> None:
    """Raise unless the signature is valid and recent.

    Only the headers that the client lists are signed: one SDK of the vendor includes the host, another does not.
    The age is checked against the wall clock, because clients sign with theirs.
    """
    for name in authorization.signed_headers:
        if name not in request.headers:
            raise unauthenticated(f"verify aksk signature fail, the signed header {name} is missing")
    _check_age(request.headers.get("x-sdk-date", ""))
    canonical, signature = expected(request, authorization, secret_key)
    if not hmac.compare_digest(signature, authorization.signature):
        printable = canonical.replace("\n", "|")
        raise unauthenticated(f"verify aksk signature fail, canonicalRequest:{printable}")


def expected(request: SignedRequest, authorization: Authorization, secret_key: str) -> tuple[str, str]:
    """The canonical request and the signature, computed by the vendor's signer.

    Its public method selects the headers to sign itself, so its internal steps are called one by one.
    """
    signer = Signer(SimpleNamespace(ak=authorization.access_key, sk=secret_key))
    sdk_request = SdkRequest(
        method=request.method,
        resource_path=request.path,
        query_params=parse_qsl(request.query, keep_blank_values=True),
        header_params={name: _as_text(value) for name, value in request.headers.items()},
        body=request.body,
    )
    canonical: str = signer._process_canonical_request(sdk_request, authorization.signed_headers)
    date = datetime.strptime(request.headers["x-sdk-date"], _DATE)
    string_to_sign = signer._process_string_to_sign(canonical, date)
    return canonical, signer._sign_string_to_sign(string_to_sign, secret_key)


def _as_text(value: str) -> str:
    """WSGI decodes headers as Latin-1; clients sign UTF-8 text."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


def _check_age(date: str) -> None:
    try:
        moment = datetime.strptime(date, _DATE).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        raise unauthenticated("verify aksk signature fail, X-Sdk-Date is missing or has a wrong format") from None
    if abs(time.time() - moment) > _SKEW_SECONDS:
        raise unauthenticated("calc ak sk signature fail:signature expired")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures and tokens as ``requests`` auth objects: callables that add headers to a prepared request.

This file does not import requests at run time, so it also loads where the library is missing.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from requests import PreparedRequest

    Auth = Callable[[PreparedRequest], PreparedRequest]
    # Credentials that authenticate requests without a further login.
    Authenticator: TypeAlias = "TokenAuth | SignatureAuth"

ALGORITHM = "SDK-HMAC-SHA256"


class NoAuth:
    """Adds nothing. Without an auth object, requests would read ~/.netrc."""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        return r


class TokenAuth:
    """An IAM token, from the user or from a login."""

    def __init__(self, token: str) -> None:
        self.token = token

    def for_project(self, project_id: str) -> TokenAuth:
        """The same object: the project of a token is fixed when IAM issues it."""
        return self

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["X-Auth-Token"] = self.token
        return r


class SignatureAuth:
    """Signs with an access key (AK/SK), permanent or temporary.

    ``project_id`` is the project of the request; requests to IAM have none.
    """

    def __init__(
        self, access_key: str, secret_key: str, security_token: str | None = None, project_id: str | None = None
    ) -> None:
        self.access_key = access_key
        self.secret_key = secret_key
        self.security_token = security_token
        self.project_id = project_id

    def for_project(self, project_id: str) -> SignatureAuth:
        return SignatureAuth(self.access_key, self.secret_key, self.security_token, project_id)

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        parts = urlsplit(str(r.url))
        signed = {"content-type": str(r.headers["Content-Type"]), "host": parts.netloc}
        signed["x-sdk-date"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        if self.project_id:
            signed["x-project-id"] = self.project_id
        if self.security_token:
            signed["x-security-token"] = self.security_token
        body = r.body.encode() if isinstance(r.body, str) else (r.body or b"")
        r.headers.update(signed)
        r.headers["Authorization"] = authorization(
            self.access_key, self.secret_key, str(r.method), parts.path, parts.query, signed, body
        )
        return r


def authorization(
    access_key: str, secret_key: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> str:
    """The Authorization header of a request whose signature covers all ``headers``.

    ``headers`` have lower-case names and include x-sdk-date. ``path`` and ``query`` are encoded as they are sent.
    """
    request = canonical_request(method, path, query, headers, body)
    to_sign = f"{ALGORITHM}\n{headers['x-sdk-date']}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(secret_key.encode(), to_sign.encode(), "sha256").hex()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(sorted(headers))}, Signature={signature}"


def canonical_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """The canonical form of a request, which client and service both sign."""
    # Decode before splitting: the service treats an encoded slash as a separator.
    uri = "/".join(_encoded(segment) for segment in unquote(path).split("/"))
    if not uri.endswith("/"):
        # Only the canonical form has this slash; the request does not.
        uri += "/"
    header_lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    return "\n".join(
        [
            method.upper(),
            uri,
            canonical_query(parse_qsl(query, keep_blank_values=True)),
            header_lines,
            ";".join(sorted(headers)),
            hashlib.sha256(body).hexdigest(),
        ]
    )


def canonical_query(pairs: list[tuple[str, str]]) -> str:
    """Query parameters sorted by key, then by value. Requests are sent with the same query string."""
    return "&".join(f"{_encoded(key)}={_encoded(value)}" for key, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logging in with an id token of an identity provider (OpenID Connect), as pipelines and Kubernetes hand them out.

Request and answer are those of CreateTokenWithIdToken in the vendor's SDK and API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._core import rules
from .._core.errors import InvalidInput
from .._http.client import AuthResult
from .tokens import scope_of, token

if TYPE_CHECKING:
    from .iam import Iam

HINT = (
    "Check idp_id, and that the id token is a fresh one of that provider: such tokens live for minutes, and whatever "
    "writes id_token_file has to renew it."
)


def problems(given: Mapping[str, Any]) -> list[str]:
    """What is missing or malformed for a login with an id token."""
    found = []
    if "idp_id" not in given:
        found.append("idp_id: is missing; it goes with id_token or id_token_file")
    elif not rules.is_header_safe(given["idp_id"]):
        # It travels in a header.
        found.append("idp_id: must be printable ASCII without blanks")
    if "id_token" not in given and "id_token_file" not in given:
        found.append("id_token: is missing (or id_token_file); it goes with idp_id")
    try:
        _id_token(given)
    except InvalidInput as exc:
        found += exc.problems
    return found


def log_in(given: Mapping[str, Any], iam: Iam) -> AuthResult:
    """Log in with the id token that there is now: one request, which tells the token and the project's id."""
    id_token = _id_token(given)
    return token(
        given,
        iam,
        "/v3.0/OS-AUTH/id-token/tokens",
        f"log in with an id token of {given['idp_id']}",
        {"auth": {"id_token": {"id": id_token}, "scope": scope_of(given)}},
        headers={"X-Idp-Id": given["idp_id"]},
        secrets=(id_token,),
        hint=HINT,
    )


def _id_token(given: Mapping[str, Any]) -> str:
    if "id_token" in given or "id_token_file" not in given:
        return str(given.get("id_token", ""))
    path = Path(given["id_token_file"])
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError as exc:
        raise InvalidInput([f"id_token_file: {path} cannot be read: {exc.strerror}"]) from None
    except ValueError:
        # Of the text, or of a path with a zero byte.
        text = ""
    if not rules.is_header_safe(text):
        # Never quoted: it may well be a token all the same, with something else around it.
        raise InvalidInput([f"id_token_file: {path} must hold an id token, printable ASCII without blanks"])
    return text

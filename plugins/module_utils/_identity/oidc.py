# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login with an ID token of an identity provider (OpenID Connect), as pipelines and Kubernetes issue them.

Request and response are those of CreateTokenWithIdToken in the vendor's SDK and API reference.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from .._core import rules
from .._core.errors import InvalidInput
from .tokens import request_token, scope_of

if TYPE_CHECKING:
    from .._http.client import AuthResult
    from .iam import Iam
    from .params import ConnectionParams

# Bytes. Tokens have some kilobytes.
LARGEST_FILE = 64 * 1024
HINT = (
    "Check idp_id, and that the ID token comes from that provider and has not expired: ID tokens are valid for "
    "minutes, so the program that writes id_token_file must renew it."
)


def problems(given: ConnectionParams) -> list[str]:
    """Missing and malformed options of a login with an ID token."""
    found = []
    if "idp_id" not in given:
        found.append("idp_id is required with id_token or id_token_file")
    elif not rules.is_header_safe(given["idp_id"]):
        # It is sent in a header.
        found.append("idp_id must be printable ASCII without spaces")
    if "id_token" not in given and "id_token_file" not in given:
        found.append("id_token (or id_token_file) is required with idp_id")
    try:
        _id_token(given)
    except InvalidInput as exc:
        found += exc.problems
    return found


def log_in(given: ConnectionParams, iam: Iam) -> AuthResult:
    """Log in with the current ID token: one request, whose response has the token and the id of the project."""
    id_token = _id_token(given)
    return request_token(
        given,
        iam,
        "/v3.0/OS-AUTH/id-token/tokens",
        f"log in with an ID token of {given['idp_id']}",
        {"auth": {"id_token": {"id": id_token}, "scope": scope_of(given)}},
        headers={"X-Idp-Id": given["idp_id"]},
        secrets=(id_token,),
        hint=HINT,
    )


def _id_token(given: ConnectionParams) -> str:
    if "id_token" in given or "id_token_file" not in given:
        return given.get("id_token", "")
    path = given["id_token_file"]
    try:
        text = _read(path).decode("ascii").strip()
    except OSError as exc:
        raise InvalidInput([f"{rules.must_be('id_token_file', 'a readable file', path)} ({exc.strerror})"]) from None
    except ValueError:
        # The text is not ASCII, or the path contains a null byte.
        text = ""
    if not rules.is_header_safe(text):
        # The text is not quoted, because it may be a token with something around it.
        file = rules.repr_value(path)
        raise InvalidInput([f"id_token_file must contain an ID token of printable ASCII without spaces (file {file})"])
    return text


def _read(path: str) -> bytes:
    """The content of a file. Raises OSError also for pipes, which may never end, and for large files."""
    # Opening a pipe would wait for its other end, and so would reading from a terminal.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        content = file.read(LARGEST_FILE + 1) or b""
    if len(content) > LARGEST_FILE:
        raise OSError(errno.EFBIG, f"larger than {LARGEST_FILE // 1024} KB")
    return content

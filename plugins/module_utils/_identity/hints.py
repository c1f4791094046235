# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hints about rejected credentials, which name the options and variables that the credentials came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .environment import ACCOUNT, METHODS, methods_in

if TYPE_CHECKING:
    from .._core.errors import AccessDenied
    from .params import ConnectionParams

# The hints of an error response that knows only the service, not how the task authenticates.
CHECK_KEY, NEW_TOKEN = "Check access_key and secret_key", "Get a new auth_token"
GENERAL = (CHECK_KEY, "Check the credentials", NEW_TOKEN)


def about_rejection(exc: AccessDenied, given: ConnectionParams, sources: Mapping[str, str]) -> str | None:
    """The hint about credentials that the service rejected; a more specific one stays."""
    methods = methods_in(given)
    if not (exc.rejects_credentials and methods and (exc.hint or "").startswith(GENERAL)):
        return exc.hint
    (method,) = methods
    account = ACCOUNT if method == "user" else ()
    used = [option for option in (*METHODS[method], *account) if option in given]
    labels = [f"{option} ({sources[option]})" if option in sources else option for option in used]
    names = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
    about, _colon, reason = (exc.hint or "").partition(": ")
    if method == "token":
        reason = reason if about == NEW_TOKEN else "the token is invalid, expired or for another region."
        return f"Get a new {names}: {reason}"
    if "security_token" in used:
        return f"Check {names}: the temporary key has expired, or the three do not belong together."
    if method == "key" and about == CHECK_KEY:
        return f"Check {names}: {reason}"
    also = "that the key is active" if method == "key" else "that the user may use this region"
    return f"Check {names}, and {also}."

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assuming an agency, by which another account lets this one work in it: temporary keys of that account.

Request and answer are those of CreateTemporaryAccessKeyByAgency in the vendor's SDK and API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import clock
from .._core.errors import ApiError
from .._http.client import AuthResult
from .._http.signing import SignatureAuth
from .iam import denied, sendable

if TYPE_CHECKING:
    from .iam import Iam

# As the vendor's SDK has it.
SHORTEST, LONGEST = 900, 86_400
# Longer than a task waits unless it is told to, and not longer than needed: what is lent can be lost.
USUAL = 3600
# Keys are replaced that much before they expire, in seconds; how the service refuses them then is not documented.
MARGIN = 60


def problems(given: Mapping[str, Any]) -> list[str]:
    """What is missing or malformed for assuming an agency."""
    found = []
    if "agency_name" not in given:
        found.append("agency_name: is missing; the other options of an agency go with it")
    elif "agency_domain_name" not in given and "agency_domain_id" not in given:
        found.append("agency_domain_name: is missing (or agency_domain_id); it is the account that agency_name is in")
    own = {"auth_token", "access_key", "secret_key", "domain_name", "domain_id"}
    login = {"username", "user_id", "password", "idp_id", "id_token", "id_token_file"}
    if "agency_name" in given and login & given.keys() and not own & given.keys():
        # The token of the login is for no project, because those that it could name are the agency's.
        found.append("domain_name: is missing (or domain_id); to assume an agency, a login says to which account it is")
    seconds = given.get("agency_duration", USUAL)
    if isinstance(seconds, bool) or not SHORTEST <= seconds <= LONGEST:
        found.append(f"agency_duration: must be a number of seconds from {SHORTEST} to {LONGEST}")
    return found


def assume(given: Mapping[str, Any], iam: Iam, login: AuthResult) -> AuthResult:
    """Temporary keys of the agency, for who has logged in: one request."""
    name, seconds = given["agency_name"], given.get("agency_duration", USUAL)
    domain = "domain_id" if "agency_domain_id" in given else "domain_name"
    account = given[f"agency_{domain}"]
    # They cannot have been lent before that, however long the answer takes, and what is asked before they are used.
    begun = clock.monotonic()
    role = {"agency_name": name, domain: account, "duration_seconds": seconds}
    try:
        answer, told = iam.ask(
            "POST",
            "/v3.0/OS-CREDENTIAL/securitytokens",
            f"assume agency {name} of account {account}",
            login.authenticator,
            body={"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}},
            secrets=login.secrets,
        )
    except ApiError as exc:
        raise denied(exc, _hint(exc, name, account)) from None
    credential = told.get("credential")
    lent = credential if isinstance(credential, dict) else {}
    keys = tuple(sendable(lent.get(part)) for part in ("access", "secret", "securitytoken"))
    if not all(keys):
        raise ApiError(
            f"Could not assume agency {name} of account {account}: the answer of IAM holds no keys.",
            status=answer.status,
            hint="Check iam_endpoint.",
        )
    return AuthResult(SignatureAuth(*keys), (*login.secrets, *keys), valid_until=begun + seconds - MARGIN)


def _hint(refused: ApiError, name: str, account: str) -> str | None:
    if refused.status not in (400, 403, 404):
        return None
    if "duration" in (refused.api_message or "").replace(name, "").lower():
        return f"Give a smaller agency_duration, down to {SHORTEST}: the agency may set a limit of its own."
    return (
        f"Check that account {account} has an agency {name}, that it trusts the account of these credentials, and that "
        "their user may assume agencies (role Agent Operator)."
    )

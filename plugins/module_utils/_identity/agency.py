# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assuming an agency of another account: temporary access keys of that account.

Request and response are those of CreateTemporaryAccessKeyByAgency in the vendor's SDK and API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core import clock
from .._core.errors import ApiError
from .._core.rules import must_be
from .._http.client import AuthResult
from .._http.signing import SignatureAuth
from .iam import access_denied, header_safe_text

if TYPE_CHECKING:
    from .iam import Iam
    from .params import ConnectionParams

# Seconds, as in the vendor's SDK.
MIN_DURATION, MAX_DURATION = 900, 86_400
# Longer than a task waits by default, but not longer than needed, because temporary keys can leak.
DEFAULT_DURATION = 3600
# Keys are replaced this many seconds before they expire; the error about expired keys is not documented.
RENEWAL_MARGIN = 60


def problems(given: ConnectionParams) -> list[str]:
    """Missing and malformed options of an agency."""
    found = []
    if "agency_name" not in given:
        found.append("agency_name is required with the other options of an agency")
    elif "agency_domain_name" not in given and "agency_domain_id" not in given:
        found.append("agency_domain_name (or agency_domain_id) is required with agency_name")
    no_login = {"auth_token", "access_key", "secret_key"}
    login = {"username", "user_id", "password", "idp_id", "id_token", "id_token_file"}
    account = {"domain_name", "domain_id"}
    if "agency_name" in given and login & given.keys() and not (no_login | account) & given.keys():
        # The token of that login is for the account: the project of the task belongs to the account of the agency.
        found.append("domain_name (or domain_id) is required to assume an agency after a login")
    seconds = given.get("agency_duration", DEFAULT_DURATION)
    if isinstance(seconds, bool) or not MIN_DURATION <= seconds <= MAX_DURATION:
        rule = f"a number of seconds from {MIN_DURATION} to {MAX_DURATION}"
        found.append(must_be("agency_duration", rule, seconds))
    return found


def assume(given: ConnectionParams, iam: Iam, login: AuthResult) -> AuthResult:
    """Get temporary keys of the agency with one request, authenticated by ``login``.

    Raises AccessDenied if IAM rejects the request, ApiError if the response has no keys.
    """
    name, seconds = given["agency_name"], given.get("agency_duration", DEFAULT_DURATION)
    if "agency_domain_id" in given:
        account, domain = given["agency_domain_id"], "domain_id"
    else:
        account, domain = given["agency_domain_name"], "domain_name"
    # The lifetime is counted from before the request, however long the response takes.
    requested_at = clock.monotonic()
    role = {"agency_name": name, domain: account, "duration_seconds": seconds}
    try:
        response, body = iam.request(
            "POST",
            "/v3.0/OS-CREDENTIAL/securitytokens",
            f"assume agency {name} of account {account}",
            login.authenticator,
            body={"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}},
            secrets=login.secrets,
        )
    except ApiError as exc:
        raise access_denied(exc, _hint(exc, name, account)) from None
    credential = body.get("credential")
    fields = credential if isinstance(credential, dict) else {}
    keys = tuple(header_safe_text(fields.get(key)) for key in ("access", "secret", "securitytoken"))
    if not all(keys):
        raise ApiError(
            f"Could not assume agency {name} of account {account}: the response of IAM contains no keys.",
            status=response.status,
            hint="Check iam_endpoint.",
        )
    return AuthResult(
        SignatureAuth(*keys), (*login.secrets, *keys), valid_until=requested_at + seconds - RENEWAL_MARGIN
    )


def _hint(exc: ApiError, name: str, account: str) -> str | None:
    if exc.status not in (400, 403, 404):
        return None
    if "duration" in (exc.api_message or "").replace(name, "").lower():
        return f"Decrease agency_duration (minimum: {MIN_DURATION}): the limit of the agency may be lower."
    return (
        f"Check that account {account} has an agency {name}, that the agency trusts the account of these credentials, "
        "and that their user may assume agencies (role Agent Operator)."
    )

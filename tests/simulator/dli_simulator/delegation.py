# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials from an agency of another account, and tokens for ID tokens of an identity provider.

Requests and responses follow the vendor's SDK and API reference. These document the statuses 400, 401 and 403 for
invalid parameters, failed authentication and missing permission. Assumptions: the error codes and texts.
"""

from __future__ import annotations

from typing import Any

from .authentication import Authenticator, iso
from .errors import ApiError
from .fields import integer, text
from .iam import iam_error, nested_object, scope, token_as_json
from .routing import Call, Response, Routes
from .state import Agency, State

# API reference of both calls: 15 minutes to 24 hours, default 15 minutes.
_SHORTEST, _LONGEST = 15 * 60, 24 * 3600


def delegation_routes(authenticator: Authenticator) -> Routes:
    routes = Routes()

    @routes.add("POST", "/v3.0/OS-CREDENTIAL/securitytokens")
    def create_temporary_key(call: Call) -> Response:
        identity = nested_object(call.body, "auth", "identity")
        if identity.get("methods") != ["assume_role"]:
            raise _request_error(
                400, "IAM.0011", "Request body is invalid: the simulator supports only the method assume_role."
            )
        wanted = nested_object(identity, "assume_role")
        seconds = _seconds(wanted)
        agency = _agency(call.state, wanted)
        # Assumption: temporary keys of an agency cannot be used to assume another agency.
        if call.project.domain_id or not agency.trusts:
            raise _request_error(403, "IAM.0003", "Policy doesn't allow iam:tokens:assume to be performed.")
        if seconds > agency.max_duration_seconds:
            raise _request_error(400, "IAM.0007", "Request parameter duration_seconds is invalid.")
        return Response({"credential": _new_credential(authenticator, agency, seconds)}, 201)

    @routes.add("POST", "/v3.0/OS-AUTH/id-token/tokens", public=True)
    def create_token_with_id_token(call: Call) -> Response:
        idp_id = call.headers.get("x-idp-id", "")
        _check_id_token(call.state, idp_id, nested_object(call.body, "auth", "id_token").get("id"))
        project = scope(call.state, nested_object(call.body, "auth", "scope"))
        subject, token = authenticator.issue_token(project.id if project else None, "mapped")
        shown = token_as_json(call, token)
        shown["token"]["user"]["OS-FEDERATION"] = {
            "identity_provider": {"id": idp_id},
            "protocol": {"id": "oidc"},
            "groups": [],
        }
        return Response(shown, 201, {"X-Subject-Token": subject})

    return routes


def _new_credential(authenticator: Authenticator, agency: Agency, seconds: int) -> dict[str, str]:
    access_key, key = authenticator.issue_temporary_key(agency.domain_id, seconds)
    return {
        "access": access_key,
        "secret": key.secret_key,
        "securitytoken": key.security_token,
        "expires_at": iso(key.expires_at),
    }


def _seconds(wanted: dict[str, Any]) -> int:
    try:
        return integer(wanted, "duration_seconds", _SHORTEST, minimum=_SHORTEST, maximum=_LONGEST)
    except ApiError:
        raise _request_error(400, "IAM.0007", "Request parameter duration_seconds is invalid.") from None


def _agency(state: State, wanted: dict[str, Any]) -> Agency:
    name, domain = text(wanted, "agency_name", ""), (wanted.get("domain_id"), wanted.get("domain_name"))
    if not name or domain == (None, None):
        raise _request_error(400, "IAM.0011", "Request body is invalid.")
    account = [each for each in state.agencies if domain in _account_identifiers(each)]
    if not account:
        raise _request_error(404, "IAM.0004", f"Could not find domain: {domain[0] or domain[1]}.")
    for agency in account:
        if agency.agency_name == name:
            return agency
    raise _request_error(404, "IAM.0004", f"Could not find agency: {name}.")


def _account_identifiers(agency: Agency) -> list[tuple[str | None, str | None]]:
    """The account of an agency can be identified by id, by name, or by both."""
    return [(agency.domain_id, None), (None, agency.domain_name), (agency.domain_id, agency.domain_name)]


def _check_id_token(state: State, idp_id: str, id_token: Any) -> None:
    if idp_id not in state.id_tokens:
        raise iam_error(404, f"Could not find identity provider: {idp_id}")
    expires_at = state.id_tokens[idp_id].get(id_token)
    if expires_at is None:
        raise iam_error(401, "The id token is invalid.")
    if expires_at <= state.now:
        raise iam_error(401, "The id token has expired.")


def _request_error(status: int, code: str, message: str) -> ApiError:
    return ApiError(status, code, message)

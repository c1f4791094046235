# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Others that may call: who has an agency of another account, and who has an id token of an identity provider.

Requests and answers are those of the vendor's SDK and API reference. Neither tells which refusal comes for what, only
that parameters, authentication and permission are refused with 400, 401 and 403: the codes and words are assumptions.
"""

from __future__ import annotations

from typing import Any

from .access import Gate, iso
from .errors import ApiError
from .fields import integer, text
from .iam import part, refused, scope, token_as_json
from .routing import Answer, Call, Routes
from .world import Agency, World

# The API reference of both: 15 minutes to 24 hours, 15 minutes if nothing is said.
_SHORTEST, _LONGEST = 15 * 60, 24 * 3600


def delegation_routes(gate: Gate) -> Routes:
    routes = Routes()

    @routes.add("POST", "/v3.0/OS-CREDENTIAL/securitytokens")
    def lend_temporary_key(call: Call) -> Answer:
        identity = part(call.body, "auth", "identity")
        if identity.get("methods") != ["assume_role"]:
            raise _refused(400, "IAM.0011", "Request body is invalid: only the method assume_role is known here.")
        wanted = part(identity, "assume_role")
        seconds = _seconds(wanted)
        agency = _agency(call.world, wanted)
        # Keys that an agency has lent cannot borrow at the next one: assumption.
        if call.project.domain_id or not agency.trusts:
            raise _refused(403, "IAM.0003", "Policy doesn't allow iam:tokens:assume to be performed.")
        if seconds > agency.longest_seconds:
            raise _refused(400, "IAM.0007", "Request parameter duration_seconds is invalid.")
        access_key, key = gate.lend(agency.domain_id, seconds)
        credential = {
            "access": access_key,
            "secret": key.secret_key,
            "securitytoken": key.security_token,
            "expires_at": iso(key.expires_at),
        }
        return Answer({"credential": credential}, 201)

    @routes.add("POST", "/v3.0/OS-AUTH/id-token/tokens", public=True)
    def create_token_with_id_token(call: Call) -> Answer:
        idp_id = call.headers.get("x-idp-id", "")
        _check_id_token(call.world, idp_id, part(call.body, "auth", "id_token").get("id"))
        project = scope(call.world, part(call.body, "auth", "scope"))
        subject, token = gate.issue(project.id if project else None, "mapped")
        shown = token_as_json(call, token)
        shown["token"]["user"]["OS-FEDERATION"] = {
            "identity_provider": {"id": idp_id},
            "protocol": {"id": "oidc"},
            "groups": [],
        }
        return Answer(shown, 201, {"X-Subject-Token": subject})

    return routes


def _seconds(wanted: dict[str, Any]) -> int:
    try:
        return integer(wanted, "duration_seconds", _SHORTEST, least=_SHORTEST, most=_LONGEST)
    except ApiError:
        raise _refused(400, "IAM.0007", "Request parameter duration_seconds is invalid.") from None


def _agency(world: World, wanted: dict[str, Any]) -> Agency:
    name, domain = text(wanted, "agency_name", ""), (wanted.get("domain_id"), wanted.get("domain_name"))
    if not name or domain == (None, None):
        raise _refused(400, "IAM.0011", "Request body is invalid.")
    account = [each for each in world.agencies if domain in _spellings(each)]
    if not account:
        raise _refused(404, "IAM.0004", f"Could not find domain: {domain[0] or domain[1]}.")
    for agency in account:
        if agency.agency_name == name:
            return agency
    raise _refused(404, "IAM.0004", f"Could not find agency: {name}.")


def _spellings(agency: Agency) -> list[tuple[str | None, str | None]]:
    """The ways to name the account of an agency: by id, by name, by both."""
    return [(agency.domain_id, None), (None, agency.domain_name), (agency.domain_id, agency.domain_name)]


def _check_id_token(world: World, idp_id: str, id_token: Any) -> None:
    if idp_id not in world.id_tokens:
        raise refused(404, f"Could not find identity provider: {idp_id}")
    expires_at = world.id_tokens[idp_id].get(id_token)
    if expires_at is None:
        raise refused(401, "The id token is invalid.")
    if expires_at <= world.now:
        raise refused(401, "The id token has expired.")


def _refused(status: int, code: str, message: str) -> ApiError:
    return ApiError(status, code, message)

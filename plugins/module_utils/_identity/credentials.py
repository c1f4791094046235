# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the user's credentials to a connected client: checked offline, then IAM is asked where it takes that."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._core import rules
from .._http.client import Access, Endpoints, Client
from .._http.signing import SignatureAuth, TokenAuth
from .._http.transport import Transport

if TYPE_CHECKING:
    from .._http.signing import Authenticator

SECRET_OPTIONS = ("access_key", "secret_key", "security_token", "auth_token", "password", "id_token")
OIDC_OPTIONS = ("idp_id", "id_token", "id_token_file")
AGENCY_OPTIONS = ("agency_name", "agency_domain_name", "agency_domain_id", "agency_duration")
NAMES = (
    *("username", "user_id", "domain_name", "domain_id", "project_name"),
    *("agency_name", "agency_domain_name", "agency_domain_id"),
)
REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ENDPOINT_OPTIONS = ("endpoint", "iam_endpoint", "vpc_endpoint")

# Clouds by the beginning of the region's name, first match wins; all other regions belong to the last one.
# eu-west-0 is a .com region, eu-west-101 a .eu one. The two regions of Open Telekom Cloud bear names that
# Huawei Cloud does not use [assumption].
CLOUDS = (
    ("eu-west-1", "myhuaweicloud.eu"),
    ("eu-de", "otc.t-systems.com"),
    ("eu-nl", "otc.t-systems.com"),
    ("", "myhuaweicloud.com"),
)

GIVE_CREDENTIALS = (
    "no credentials: give access_key and secret_key (HW_ACCESS_KEY, HW_SECRET_KEY), or auth_token (HW_AUTH_TOKEN), "
    "or idp_id and id_token_file (HW_ASSUME_ROLE_IDP_ID, HW_ASSUME_ROLE_ID_TOKEN_FILE), "
    "or username, password and domain_name (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME)"
)


def problems(params: Mapping[str, Any]) -> list[str]:
    """Everything that is missing or malformed in the connection options, found without any request."""
    given = _given(params)
    found = [*_method_problems(given), *_agency_problems(given), *_address_problems(given), *_format_problems(given)]
    ca_path = given.get("ca_path")
    if ca_path and not os.path.exists(ca_path):
        found.append(f"ca_path: there is no file {ca_path}")
    for name, least, most in (("request_timeout", 1, 86_400), ("max_retries", 0, 100)):
        # To Python, and so to Ansible's own check of types, true is the number 1.
        if name in given and (isinstance(given[name], bool) or not least <= given[name] <= most):
            found.append(f"{name}: must be a number from {least} to {most}")
    return found


def connect(params: Mapping[str, Any]) -> Client:
    """A client for the project that the options name, in which ``problems`` found nothing."""
    return Client(access(params))


def access(params: Mapping[str, Any]) -> Access:
    """The way to the project that the options name, in which ``problems`` found nothing.

    Raises InvalidInput if there is no such project.
    """
    given = _given(params)
    transport = Transport(
        timeout=given["request_timeout"],
        verify=given.get("ca_path", True) if given["validate_certs"] else False,
        max_retries=given["max_retries"],
    )
    addresses, secrets = _addresses(given), tuple(given[name] for name in SECRET_OPTIONS if name in given)
    authenticator, project_id = _authenticator(given), given.get("project_id")
    if authenticator is None or "agency_name" in given:
        from . import login as logins

        return logins.access(given, transport, addresses, secrets, authenticator)
    if project_id is None:
        from . import iam

        project_id = iam.Iam(transport, addresses.iam, secrets).project_id(given, authenticator)
    return Access(transport, addresses, authenticator.for_project(project_id), project_id, secrets)


def _authenticator(given: Mapping[str, Any]) -> Authenticator | None:
    """What proves who asks, unless it takes a login to get that."""
    if "auth_token" in given:
        return TokenAuth(given["auth_token"])
    if "access_key" in given:
        return SignatureAuth(given["access_key"], given["secret_key"], given.get("security_token"))
    return None


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    """An empty text counts as not given: job templates fill in every variable, used or not."""
    return {name: value for name, value in params.items() if value is not None and value != ""}


def _method_problems(given: Mapping[str, Any]) -> list[str]:
    """What the chosen way to authenticate lacks: a token first, then a signature, an id token, and a password."""
    if "auth_token" in given:
        return []
    if {"access_key", "secret_key", "security_token"} & given.keys():
        lacking = [name for name in ("access_key", "secret_key") if name not in given]
        return [f"{name}: is missing; access_key and secret_key go together" for name in lacking]
    if any(name in given for name in OIDC_OPTIONS):
        from . import oidc

        return oidc.problems(given)
    if {"username", "user_id", "password"} & given.keys():
        return _password_problems(given)
    return [GIVE_CREDENTIALS]


def _password_problems(given: Mapping[str, Any]) -> list[str]:
    found = []
    if "password" not in given:
        found.append("password: is missing; it goes with username or user_id")
    if "username" not in given and "user_id" not in given:
        found.append("username: is missing (or user_id); it goes with password")
    # Where an agency is to be assumed, its own check tells of the account.
    needless = {"user_id", "domain_name", "domain_id", "agency_name"}
    if "username" in given and not needless & given.keys():
        found.append("domain_name: is missing (or domain_id); a username is unique only within its account")
    return found


def _agency_problems(given: Mapping[str, Any]) -> list[str]:
    if not any(name in given for name in AGENCY_OPTIONS):
        return []
    from . import agency

    return agency.problems(given)


def _address_problems(given: Mapping[str, Any]) -> list[str]:
    if "region" in given:
        return []
    found = []
    if "endpoint" not in given:
        found.append("region: is missing (HW_REGION_NAME); without it endpoint must be given")
    if _asks_iam(given):
        if "iam_endpoint" not in given:
            instead = "iam_endpoint" if _logs_in(given) else "project_id, or iam_endpoint"
            found.append(f"region: is missing (HW_REGION_NAME); without it give {instead}")
        if "project_id" not in given and "project_name" not in given:
            found.append("project_id: is missing (HW_PROJECT_ID); without it give project_name or region")
    return found


def _asks_iam(given: Mapping[str, Any]) -> bool:
    return _logs_in(given) or "project_id" not in given


def _logs_in(given: Mapping[str, Any]) -> bool:
    """Whether it takes IAM to get what proves who asks."""
    return not ({"auth_token", "access_key"} & given.keys()) or "agency_name" in given


def _format_problems(given: Mapping[str, Any]) -> list[str]:
    found = []
    for name in (*SECRET_OPTIONS, *NAMES):
        # The keys and the token travel in headers, where anything else could not be sent; never quote a secret.
        if name in given and name != "password" and not rules.is_header_safe(given[name]):
            if name in SECRET_OPTIONS:
                found.append(f"{name}: must be printable ASCII without blanks")
            elif re.search(r"[\x00-\x1f\x7f]", given[name]):
                found.append(f"{name}: must not contain control characters")
            elif re.search(r"[\ud800-\udfff]", given[name]):
                # That is how bytes of the environment appear that are no UTF-8.
                found.append(f"{name}: must be UTF-8")
    for name, rule in (("region", REGION), ("project_id", rules.PROJECT_ID)):
        if name in given and not rule.fullmatch(given[name]):
            what = "lower-case letters, digits and hyphens" if name == "region" else "1 to 64 letters and digits"
            found.append(f"{name}: must be {what}, not {given[name]!r}")
    if "cloud" in given and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", given["cloud"]):
        found.append(f"cloud: must be a domain such as myhuaweicloud.com, not {given['cloud']!r}")
    for name in ENDPOINT_OPTIONS:
        if name in given and not _is_address(given[name]):
            found.append(f"{name}: must be an address such as https://host or https://host:port, without user or query")
    return found


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(_with_scheme(text))
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = "@" not in parts.netloc and text.isprintable() and not set(text) & set(" \\?#")
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port_is_right and plain


def _with_scheme(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _addresses(given: Mapping[str, Any]) -> Endpoints:
    region = given.get("region", "")
    cloud = given.get("cloud") or next(cloud for prefix, cloud in CLOUDS if region.startswith(prefix))

    def address(option: str, service: str) -> str:
        return _with_scheme(given.get(option) or f"{service}.{region}.{cloud}").rstrip("/")

    iam = address("iam_endpoint", "iam")
    return Endpoints(
        dli=address("endpoint", "dli"),
        iam=iam if iam.endswith("/v3") else f"{iam}/v3",
        vpc=address("vpc_endpoint", "vpc"),
    )

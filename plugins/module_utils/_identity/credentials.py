# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the connection options of a task to a client: validation without requests, endpoints of the region, login."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from .._core import rules
from .._http.client import Access, Client, Endpoints
from .._http.signing import SignatureAuth, TokenAuth
from .._http.transport import Transport
from . import encryption, environment
from .environment import CLOUDS, ENDPOINT_OPTIONS

if TYPE_CHECKING:
    from .._http.signing import Authenticator
    from .params import ConnectionParams

SECRET_OPTIONS = ("access_key", "secret_key", "security_token", "auth_token", "password", "id_token")
AGENCY_OPTIONS = (*environment.AGENCY, "agency_duration")
NAMES = (
    *("username", "user_id", "domain_name", "domain_id", "project_name"),
    *("agency_name", "agency_domain_name", "agency_domain_id"),
)
# More than IAM allows. Messages repeat names.
LONGEST_NAME = 255
REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Clouds where the host of IAM has another name.
IAM_HOSTS = {"sc.otc.t-systems.com": "iam-pub"}

CREDENTIALS_REQUIRED = (
    "credentials are required: set access_key and secret_key (HW_ACCESS_KEY, HW_SECRET_KEY), "
    "or auth_token (HW_AUTH_TOKEN), "
    "or idp_id and id_token_file (HW_ASSUME_ROLE_IDP_ID, HW_ASSUME_ROLE_ID_TOKEN_FILE), "
    "or username, password and domain_name (HW_USER_NAME, HW_USER_PASSWORD, HW_DOMAIN_NAME)"
)


def problems(params: Mapping[str, Any]) -> list[str]:
    """All missing and malformed connection options, found without any request."""
    given = given_options(params)
    malformed = _format_problems(given)
    found = [*_method_problems(given), *_agency_problems(given), *_region_problems(given), *malformed]
    if not malformed:
        found += encryption.problems(given, _used_endpoints(given))
    if given.get("validate_certs", True) and "ca_path" in given and not os.path.exists(given["ca_path"]):
        found.append(rules.must_be("ca_path", "an existing file or directory", given["ca_path"]))
    for name, least, most in (("request_timeout", 1, 86_400), ("max_retries", 0, 100)):
        value = params.get(name)
        # In Python, and therefore in Ansible's own check of types, true equals 1.
        if value is not None and (isinstance(value, bool) or not least <= value <= most):
            found.append(rules.must_be(name, f"a number from {least} to {most}", value))
    return found


def warnings(params: Mapping[str, Any]) -> list[str]:
    """Warnings about options that ``problems`` has accepted."""
    given = given_options(params)
    return encryption.warnings(given, _used_endpoints(given))


def connect(params: Mapping[str, Any]) -> Client:
    """A client for the project of the options; see ``access``."""
    return Client(access(params))


def access(params: Mapping[str, Any]) -> Access:
    """Access to the project of the options (see ``_access``), with the default for the resources that it creates."""
    made = _access(params)
    made.default_enterprise_project_id = params.get("default_enterprise_project_id")
    return made


def _access(params: Mapping[str, Any]) -> Access:
    """Access to the project of the options, which ``problems`` must have accepted.

    Sends requests to IAM only for a login, an agency, or a project without an id. Raises InvalidInput if the project
    does not exist, AccessDenied if a login fails, and ApiError or TransportError.
    """
    given = given_options(params)
    transport = Transport(
        timeout=given["request_timeout"],
        verify=given.get("ca_path", True) if given["validate_certs"] else False,
        max_retries=given["max_retries"],
    )
    endpoints, secrets = _endpoints(given), secrets_in(params)
    authenticator, project_id = _authenticator(given), given.get("project_id")
    # Imports inside functions save most tasks, which use an access key and a project id, the files of the logins.
    if authenticator is None or "agency_name" in given:
        from . import login

        return login.access(given, transport, endpoints, secrets, authenticator)
    if project_id is None:
        from . import iam

        project_id = iam.Iam(transport, endpoints.iam, secrets).project_id(given, authenticator)
    return Access(transport, endpoints, authenticator.for_project(project_id), project_id, secrets)


def given_options(params: Mapping[str, Any]) -> ConnectionParams:
    """The options that are set. Empty strings count as unset, because job templates pass every variable."""
    return cast(
        "ConnectionParams", {name: value for name, value in params.items() if value is not None and value != ""}
    )


def secrets_in(params: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts in these options that no output may show."""
    return tuple(_texts(given_options(params), SECRET_OPTIONS).values())


def _texts(given: ConnectionParams, names: Iterable[str]) -> dict[str, str]:
    """The set options among ``names``, all of which are strings."""
    return {name: str(given.get(name)) for name in names if name in given}


def _authenticator(given: ConnectionParams) -> Authenticator | None:
    """The authenticator of credentials that need no login."""
    if "auth_token" in given:
        return TokenAuth(given["auth_token"])
    if "access_key" in given:
        return SignatureAuth(given["access_key"], given["secret_key"], given.get("security_token"))
    return None


def _method_problems(given: ConnectionParams) -> list[str]:
    """Missing options of the authentication method, and options of a second one."""
    methods = environment.methods_in(given)
    if not methods:
        return [CREDENTIALS_REQUIRED]
    # The first set option of each method stands for it.
    first = [next(name for name in environment.METHODS[method] if name in given) for method in methods]
    if len(methods) > 1:
        names = f"{', '.join(first[:-1])} and {first[-1]}"
        return [f"{names} are mutually exclusive, because a task uses one authentication method"]
    if methods == ["key"]:
        missing = [name for name in ("access_key", "secret_key") if name not in given]
        return [f"{name} is required with {first[0]}" for name in missing]
    if methods == ["id token"]:
        from . import oidc

        return oidc.problems(given)
    return _password_problems(given) if methods == ["user"] else []


def _password_problems(given: ConnectionParams) -> list[str]:
    found = []
    if "password" not in given:
        found.append("password is required with username or user_id")
    if "username" not in given and "user_id" not in given:
        found.append("username (or user_id) is required with password")
    # With an agency, its own check reports a missing account.
    sufficient = {"user_id", "domain_name", "domain_id", "agency_name"}
    if "username" in given and not sufficient & given.keys():
        found.append("domain_name (or domain_id) is required with username, which is unique only within an account")
    return found


def _agency_problems(given: ConnectionParams) -> list[str]:
    if not any(name in given for name in AGENCY_OPTIONS):
        return []
    from . import agency

    return agency.problems(given)


def _region_problems(given: ConnectionParams) -> list[str]:
    """A missing region, reported once: it replaces everything that is derived from it."""
    if "region" in given:
        return []
    if "endpoint" not in given:
        return ["region (HW_REGION_NAME) is required without endpoint"]
    if not _needs_iam(given):
        return []
    if "iam_endpoint" not in given:
        instead = "iam_endpoint" if _needs_login(given) else "project_id or iam_endpoint"
        return [f"region (HW_REGION_NAME) is required without {instead}"]
    if "project_id" in given or "project_name" in given:
        return []
    return ["project_id (HW_PROJECT_ID) is required without project_name or region"]


def _needs_iam(given: ConnectionParams) -> bool:
    return _needs_login(given) or "project_id" not in given


def _needs_login(given: ConnectionParams) -> bool:
    """Whether authentication takes a request to IAM."""
    return not ({"auth_token", "access_key"} & given.keys()) or "agency_name" in given


def _format_problems(given: ConnectionParams) -> list[str]:
    found = []
    # Secrets are never quoted. All but the password are sent in headers.
    for name, value in _texts(given, SECRET_OPTIONS).items():
        if name != "password" and not rules.is_header_safe(value):
            found.append(f"{name} must be printable ASCII without spaces")
    for name, value in _texts(given, NAMES).items():
        if re.search(r"[\x00-\x1f\x7f]", value):
            found.append(f"{name} must not contain control characters")
        elif re.search(r"[\ud800-\udfff]", value):
            # Python decodes bytes of the environment that are not UTF-8 to surrogates.
            found.append(f"{name} must be UTF-8")
        elif len(value) > LONGEST_NAME:
            found.append(f"{name} must have at most {LONGEST_NAME} characters, got {len(value)}")
    found += rules.matches("region", given.get("region"), REGION, "lower-case letters, digits and hyphens")
    found += rules.matches("project_id", given.get("project_id"), rules.PROJECT_ID, "1 to 64 letters and digits")
    domain = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
    found += rules.matches("cloud", given.get("cloud"), domain, "a domain such as myhuaweicloud.com")
    for name, value in _texts(given, ENDPOINT_OPTIONS).items():
        if not _is_url(value):
            # Not quoted either: the URL may contain a password.
            found.append(f"{name} must be a URL such as https://host or https://host:port, without user or query")
    return found


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(_with_scheme(text))
        valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = "@" not in parts.netloc and text.isprintable() and not set(text) & set(" \\?#")
    return parts.scheme in ("http", "https") and bool(parts.hostname) and valid_port and plain


def _with_scheme(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _used_endpoints(given: ConnectionParams) -> dict[str, str]:
    """The endpoints to which a task may send requests, by service."""
    urls = _endpoints(given)._asdict()
    return urls if _needs_iam(given) else {service: url for service, url in urls.items() if service != "iam"}


def _endpoints(given: ConnectionParams) -> Endpoints:
    region = given.get("region", "")
    cloud = given.get("cloud") or next(cloud for prefix, cloud in CLOUDS if region.startswith(prefix))

    def base_url(endpoint: str | None, service: str) -> str:
        return _with_scheme(endpoint or f"{service}.{region}.{cloud}").rstrip("/")

    iam = base_url(given.get("iam_endpoint"), IAM_HOSTS.get(cloud, "iam"))
    return Endpoints(
        dli=base_url(given.get("endpoint"), "dli"),
        iam=iam if iam.endswith("/v3") else f"{iam}/v3",
        vpc=base_url(given.get("vpc_endpoint"), "vpc"),
    )

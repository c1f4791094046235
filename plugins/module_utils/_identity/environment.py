# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options from environment variables. The options of the task choose the method, not single options.

The variables belong to three families: those of the vendor's tools (ASSUME_ROLE: of its Terraform provider), of its
SDK, and of OpenStack. Credentials never mix the task and the environment, or two families.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ansible.module_utils.parsing.convert_bool import boolean

from .._core import rules

FAMILIES = ("HW_", "HUAWEICLOUD_SDK_", "OS_")
VARIABLES = {
    "access_key": ("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "OS_ACCESS_KEY"),
    "secret_key": ("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "OS_SECRET_KEY"),
    "security_token": ("HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN", "OS_AUTH_TOKEN"),
    "username": ("HW_USER_NAME", "OS_USERNAME"),
    "user_id": ("HW_USER_ID", "OS_USER_ID"),
    "password": ("HW_USER_PASSWORD", "OS_PASSWORD"),
    "domain_name": ("HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME"),
    "domain_id": ("HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID"),
    "idp_id": ("HW_ASSUME_ROLE_IDP_ID", "HUAWEICLOUD_SDK_IDP_ID"),
    "id_token": ("HW_ASSUME_ROLE_ID_TOKEN",),
    "id_token_file": ("HW_ASSUME_ROLE_ID_TOKEN_FILE", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"),
    "agency_name": ("HW_ASSUME_ROLE_AGENCY_NAME", "OS_AGENCY_NAME"),
    "agency_domain_name": ("HW_ASSUME_ROLE_DOMAIN_NAME", "OS_AGENCY_DOMAIN_NAME"),
    "agency_domain_id": ("HW_ASSUME_ROLE_DOMAIN_ID",),
    "agency_duration": ("HW_ASSUME_ROLE_DURATION",),
    "region": ("HW_REGION_NAME", "OS_REGION_NAME"),
    "project_id": ("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME", "OS_PROJECT_NAME"),
    "cloud": ("HW_CLOUD",),
    "endpoint": ("HW_DLI_ENDPOINT",),
    "iam_endpoint": ("HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"),
    "vpc_endpoint": ("HW_VPC_ENDPOINT",),
    "allow_http": ("HW_ALLOW_HTTP",),
    "validate_certs": ("HW_INSECURE",),
    "ca_path": ("HW_CA_BUNDLE",),
    "request_timeout": ("HW_REQUEST_TIMEOUT",),
    "max_retries": ("HW_MAX_RETRIES",),
}
ENDPOINT_OPTIONS = ("endpoint", "iam_endpoint", "vpc_endpoint")
# Clouds by prefix of the region. The first match wins; the last entry is the default. eu-west-0 is a .com region,
# eu-west-101 a .eu region. Assumption: Huawei Cloud has no region with the prefixes of Open Telekom Cloud.
CLOUDS = (
    ("eu-west-1", "myhuaweicloud.eu"),
    ("eu-de", "otc.t-systems.com"),
    ("eu-nl", "otc.t-systems.com"),
    ("eu-ch2", "sc.otc.t-systems.com"),
    ("", "myhuaweicloud.com"),
)

# The variables from which the action plugin took options for a module, so that messages name them in both modes.
HANDED_OVER = "HUAWEICLOUD_DLI_HANDED_OVER"
# Applies to new objects only and is never compared with existing ones: it is no option of the task.
ENTERPRISE_PROJECT_VARIABLE = "HW_ENTERPRISE_PROJECT_ID"
DEFAULTS = {"allow_http": False, "validate_certs": True, "request_timeout": 60, "max_retries": 5}

# The options that each method consists of, in the order of precedence within a family.
METHODS = {
    "token": ("auth_token",),
    "key": ("access_key", "secret_key", "security_token"),
    "id token": ("idp_id", "id_token", "id_token_file"),
    "user": ("username", "user_id", "password"),
}
ACCOUNT = ("domain_name", "domain_id")
AGENCY = ("agency_name", "agency_domain_name", "agency_domain_id")
PROJECT = ("project_id", "project_name")
# These are not independent of each other: the functions below choose them.
DEPENDENT = frozenset(
    option for options in (*METHODS.values(), ACCOUNT, AGENCY, PROJECT, ("agency_duration",)) for option in options
)


class Completed(NamedTuple):
    """The options of a task and of its environment.

    ``sources`` has the variable of each option that the environment provided; ``problems`` are malformed variables.
    """

    params: dict[str, Any]
    sources: dict[str, str]
    problems: list[str]
    warnings: list[str]
    # The variables of credentials that are not used, because the task sets credentials itself.
    unused: dict[str, str]

    def named(self, problem: str) -> str:
        """A problem with the variables that the options in it came from."""
        rule, got, value = problem.partition(", got ")
        words = [f"{word} ({self.sources[word]})" if word in self.sources else word for word in rule.split(" ")]
        unused = self.unused.get(words[0]) if "is required with" in rule else None
        reason = f" ({unused} is not used, because the task sets credentials itself)" if unused else ""
        return " ".join(words) + got + value + reason


def complete(params: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Completed:
    """Add options from the environment, and the defaults, to the options of a task. Sends no requests."""
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in params.items() if value is not None and value != ""}
    project, warnings = _project(given, environ)
    sources = {**chosen_credentials(given, environ), **project}
    # A task that sets a CA bundle requests validation with it.
    implied = {"validate_certs"} if "ca_path" in given else set()
    for option in VARIABLES.keys() - DEPENDENT - given.keys() - implied:
        sources.update(_in_family("", (option,), environ))
    if {"region", "cloud"} & given.keys() and sources.keys() & set(ENDPOINT_OPTIONS):
        from .regions import of_others

        others, more = of_others(given, sources, environ, CLOUDS)
        sources = {option: variable for option, variable in sources.items() if option not in others}
        warnings += more
    values, problems = _converted(sources, environ)
    default_project = environ.get(ENTERPRISE_PROJECT_VARIABLE) or None
    problems += [
        problem.replace("enterprise_project_id", ENTERPRISE_PROJECT_VARIABLE)
        for problem in rules.enterprise_project_problems(default_project)
    ]
    defaults = {option: value for option, value in DEFAULTS.items() if option not in given}
    added = {"default_enterprise_project_id": default_project}
    sources.update(handed_over(given, environ))
    whole = tuple(option for options in METHODS.values() for option in options)
    unused = _in_family("", whole, environ) if methods_in(given) else {}
    return Completed({**params, **defaults, **values, **added}, sources, problems, warnings, unused)


def handed_over(given: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of the given options that the action plugin took from the environment of the task, by option."""
    variables = set(environ.get(HANDED_OVER, "").split())
    return {
        option: variable for option in VARIABLES.keys() & set(given) for variable in variables & {*VARIABLES[option]}
    }


def chosen_credentials(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of the credentials that complete the given options, by option: one whole method, or nothing."""
    if named := methods_in(given):
        account_missing = not set(ACCOUNT) & given.keys() and ("user_id" not in given or "agency_name" in given)
        # The account is no credential: it only says where the user is.
        return _first(environ, ACCOUNT, bool) if named == ["user"] and account_missing else {}
    chosen: dict[str, str] = {}
    for family in FAMILIES:
        for method, options in METHODS.items():
            found = _in_family(family, options, environ)
            if found and method in ("id token", "user") and not set(ACCOUNT) & given.keys():
                found |= _in_family(family, ACCOUNT, environ)
            if set(options) & found.keys() and _is_complete(method, found.keys() | given.keys()):
                return {**found, **_agency(given, environ)}
            # If no method is complete, the first one that has begun is reported.
            chosen = chosen or (found if set(options) & found.keys() else {})
    return {**chosen, **_agency(given, environ)}


def methods_in(given: Iterable[str]) -> list[str]:
    """The methods to which any of these options belongs."""
    names = set(given)
    return [method for method, options in METHODS.items() if names & set(options)]


def _is_complete(method: str, names: Iterable[str]) -> bool:
    names = set(names)
    if method == "id token":
        return "idp_id" in names and bool({"id_token", "id_token_file"} & names)
    if method == "user":
        user = "user_id" in names or ("username" in names and bool(set(ACCOUNT) & names))
        return user and "password" in names
    return {"token": {"auth_token"}, "key": {"access_key", "secret_key"}}[method] <= names


def _agency(given: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    if set(AGENCY) & given.keys():
        return {}
    found = _first(environ, (*AGENCY, "agency_duration"), lambda found: "agency_name" in found)
    return {option: variable for option, variable in found.items() if option not in given}


def _project(given: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variable of the project, and a warning if it is not used because the task sets another region."""
    if set(PROJECT) & given.keys():
        return {}, []
    found = _first(environ, PROJECT, bool)
    region = _in_family("", ("region",), environ).get("region", "")
    if "region" not in given or given["region"] == environ.get(region):
        return found, []
    # A project belongs to one region; its name begins with that of the region.
    skipped = {
        option: variable
        for option, variable in found.items()
        if option == "project_id" or not environ[variable].startswith(str(given["region"]))
    }
    used = {option: variable for option, variable in found.items() if option not in skipped}
    if not skipped:
        return used, []
    names = " and ".join(skipped.values())
    is_not = "is not" if len(skipped) == 1 else "are not"
    return used, [
        f"{names} {is_not} used, because the task sets the region and the environment does not say that the project "
        "belongs to it. Set project_id or project_name in the task to select another project than the one with the "
        "name of the region."
    ]


def _first(
    environ: Mapping[str, str], options: tuple[str, ...], suffices: Callable[[dict[str, str]], bool]
) -> dict[str, str]:
    """The variables of the first family that suffices, else of the first one that has any."""
    found = [_in_family(family, options, environ) for family in FAMILIES]
    return next((each for each in [*filter(suffices, found), *found] if each), {})


def _in_family(family: str, options: tuple[str, ...], environ: Mapping[str, str]) -> dict[str, str]:
    """The first variable of each option that is set and not empty; "" is the family of all variables."""
    found = {}
    for option in options:
        variables = (name for name in VARIABLES[option] if name.startswith(family) and environ.get(name))
        if variable := next(variables, None):
            found[option] = variable
    return found


def _path(text: str) -> str:
    return os.path.expanduser(os.path.expandvars(text))


# How the text of a variable becomes the value of the option, and the rule that it breaks if it cannot.
CONVERSIONS: dict[str, tuple[Callable[[str], Any], str]] = {
    **dict.fromkeys(("agency_duration", "request_timeout", "max_retries"), (int, "a whole number")),
    **dict.fromkeys(("id_token_file", "ca_path"), (_path, "a path")),
    "allow_http": (boolean, "true or false"),
    # The variable says the opposite.
    "validate_certs": (lambda text: not boolean(text), "true or false"),
}


def _converted(sources: Mapping[str, str], environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values of these variables by option, and the problems of those that have another type."""
    values: dict[str, Any] = {}
    problems = []
    for option, variable in sources.items():
        convert, rule = CONVERSIONS.get(option, (str, "text"))
        try:
            values[option] = convert(environ[variable])
        except (TypeError, ValueError):
            problems.append(rules.must_be(variable, rule, environ[variable]))
    return values, problems

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task takes from the environment: whole methods of one family, and only what the task leaves open."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity.environment import (
    DEPENDENT,
    FAMILIES,
    METHODS,
    VARIABLES,
    complete,
)

BY_METHOD = {
    "token": {"auth_token": "token"},
    "key": {"access_key": "ak", "secret_key": "sk"},
    "temporary key": {"access_key": "ak", "secret_key": "sk", "security_token": "st"},
    "id token": {"idp_id": "idp", "id_token_file": "/token"},
    "user": {"username": "u", "password": "pw", "domain_name": "d"},
}


def variables(family, options):
    """The options as variables of a family, with values that name the family; None if the family lacks one."""
    named = {}
    for option, value in options.items():
        names = [name for name in VARIABLES[option] if name.startswith(family)]
        if not names:
            return None
        named[names[0]] = f"{value}-{family}"
    return named


IN_ENVIRONMENT = [
    (family, method, found)
    for family, (method, options) in itertools.product(FAMILIES, BY_METHOD.items())
    if (found := variables(family, options)) is not None
]


def used(params, environ):
    completed = complete(params, environ)
    assert completed.problems == []
    credentials_only = DEPENDENT - {"project_id", "project_name"}
    return {name: value for name, value in completed.params.items() if name in credentials_only and value}


@pytest.mark.parametrize(("family", "method", "environ"), IN_ENVIRONMENT)
@pytest.mark.parametrize("explicit", BY_METHOD)
def test_credentials_of_the_task_are_used_alone(explicit, family, method, environ):
    agency = {"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "b"}
    given = BY_METHOD[explicit]
    assert used(given, {**environ, **agency}) == given
    # One option of a method is enough to choose it.
    if explicit != "user":
        first = dict([next(iter(given.items()))])
        assert used(first, {**environ, **agency}) == first


@pytest.mark.parametrize(("family", "method", "environ"), IN_ENVIRONMENT)
@pytest.mark.parametrize("other", FAMILIES)
def test_the_environment_provides_a_whole_method_of_one_family(other, family, method, environ):
    expected = {option: f"{value}-{family}" for option, value in BY_METHOD[method].items()}
    half = variables(other, {"access_key": "half"}) if other != family else {}
    assert used({}, {**environ, **half}) == expected


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(IN_ENVIRONMENT, 2)))
def test_the_first_complete_family_is_used_and_in_it_the_first_method(first, second):
    def rank(entry):
        family, method, _environ = entry
        return FAMILIES.index(family), list(BY_METHOD).index(method)

    family, method, environ = min(first, second, key=rank)
    both = {**second[2], **first[2]}
    found = used({}, both)
    if method == "id token":
        # The account is used for an agency.
        found.pop("domain_name", None)
    # A security token belongs to the keys of its family.
    if "key" in method and any("temporary" in entry[1] and entry[0] == family for entry in (first, second)):
        method = "temporary key"
    assert found == {option: f"{value}-{family}" for option, value in BY_METHOD[method].items()}
    assert environ


@pytest.mark.parametrize("missing", ["HW_ACCESS_KEY", "HW_SECRET_KEY"])
def test_an_incomplete_method_is_reported_if_no_other_is_complete(missing):
    environ = {"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "OS_SECRET_KEY": "x", "OS_PASSWORD": "y"}
    del environ[missing]
    completed = complete({"region": "r-1"}, environ)
    (problem,) = credentials.problems(completed.params)
    there = next(name for name in ("access_key", "secret_key") if f"HW_{name.upper()}" != missing)
    assert completed.named(problem).endswith(f"is required with {there} (HW_{there.upper()})")


def test_a_variable_that_does_not_complete_the_task_is_named():
    completed = complete({"access_key": "ak", "region": "r-1"}, {"HW_SECRET_KEY": "sk"})
    (problem,) = credentials.problems(completed.params)
    assert completed.named(problem) == (
        "secret_key is required with access_key (HW_SECRET_KEY is not used, because the task sets credentials itself)"
    )


def test_only_the_account_of_a_user_comes_from_the_environment():
    user = {"username": "u", "password": "p"}
    environ = {"HW_DOMAIN_NAME": "hw", "OS_DOMAIN_ID": "os", "HW_USER_ID": "other", "OS_USERNAME": "other"}
    assert used(user, environ) == {**user, "domain_name": "hw"}
    assert used({**user, "domain_id": "own"}, environ) == {**user, "domain_id": "own"}
    assert used({"user_id": "u", "password": "p"}, environ) == {"user_id": "u", "password": "p"}
    assert used({"auth_token": "t"}, environ) == {"auth_token": "t"}


def test_an_agency_of_the_environment_belongs_to_credentials_of_the_environment():
    agency = {"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "b", "HW_ASSUME_ROLE_DURATION": "900"}
    environ = {**agency, "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"}
    keys = {"access_key": "ak", "secret_key": "sk"}
    from_environment = {"agency_name": "a", "agency_domain_name": "b", "agency_duration": 900}
    assert used({}, environ) == {**keys, **from_environment}
    assert used({"access_key": "x", "secret_key": "y"}, environ) == {"access_key": "x", "secret_key": "y"}
    own = {"agency_name": "own", "agency_domain_id": "id"}
    assert used(own, environ) == {**own, **keys}
    assert used({**own, **BY_METHOD["token"]}, environ) == {**own, **BY_METHOD["token"]}


PROJECTS = [
    ({"project_id": "own"}, {}, {"project_id": "own"}, False),
    ({"project_name": "own"}, {}, {"project_name": "own"}, False),
    ({}, {}, {"project_id": "env"}, False),
    ({"region": "r-1"}, {"HW_REGION_NAME": "r-1"}, {"project_id": "env"}, False),
    ({"region": "r-2"}, {"HW_REGION_NAME": "r-1"}, {}, True),
    ({"region": "r-2"}, {}, {}, True),
    ({"region": "r-2"}, {"HW_PROJECT_ID": "", "HW_PROJECT_NAME": "r-2_lab"}, {"project_name": "r-2_lab"}, False),
    ({"region": "r-2"}, {"HW_PROJECT_ID": "", "HW_PROJECT_NAME": "r-1_lab"}, {}, True),
    (
        {},
        {"HW_PROJECT_ID": "", "HW_PROJECT_NAME": "first", "OS_PROJECT_ID": "second"},
        {"project_name": "first"},
        False,
    ),
]


@pytest.mark.parametrize(("params", "environ", "expected", "warned"), PROJECTS)
def test_a_project_of_the_environment_never_replaces_one_of_the_task(params, environ, expected, warned):
    completed = complete(params, {"HW_PROJECT_ID": "env", **environ})
    found = {name: completed.params.get(name) for name in ("project_id", "project_name")}
    assert {name: value for name, value in found.items() if value} == expected
    assert len(completed.warnings) == warned
    assert all("HW_PROJECT_" in warning for warning in completed.warnings)


@pytest.mark.parametrize(
    ("variable", "text", "option", "value", "default"),
    [
        ("HW_INSECURE", "true", "validate_certs", False, True),
        ("HW_INSECURE", "0", "validate_certs", True, True),
        ("HW_CA_BUNDLE", "/ca.pem", "ca_path", "/ca.pem", None),
        ("HW_MAX_RETRIES", "0", "max_retries", 0, 5),
        ("HW_REQUEST_TIMEOUT", "7", "request_timeout", 7, 60),
        ("HW_ALLOW_HTTP", "yes", "allow_http", True, False),
    ],
)
def test_other_variables_are_converted(variable, text, option, value, default):
    assert complete({}, {variable: text}).params.get(option) == value
    assert complete({}, {variable: ""}).params.get(option) == default
    assert complete({option: "own"}, {variable: text}).params[option] == "own"


@pytest.mark.parametrize(
    "variable", ["HW_INSECURE", "HW_MAX_RETRIES", "HW_REQUEST_TIMEOUT", "HW_ALLOW_HTTP", "HW_ASSUME_ROLE_DURATION"]
)
def test_a_malformed_variable_is_named(variable):
    (problem,) = complete({}, {variable: "nonsense"}).problems
    assert problem.startswith(f"{variable} must be ")


def test_a_value_out_of_range_is_reported_with_its_variable():
    completed = complete({**BY_METHOD["key"], "region": "r-1"}, {"HW_MAX_RETRIES": "1000"})
    (problem,) = credentials.problems(completed.params)
    assert completed.named(problem) == "max_retries (HW_MAX_RETRIES) must be a number from 0 to 100, got 1000"


def test_credentials_that_the_action_plugin_handed_over_are_named_by_their_variables():
    completed = complete(BY_METHOD["key"], {"HUAWEICLOUD_DLI_HANDED_OVER": "HW_ACCESS_KEY OS_SECRET_KEY"})
    assert completed.sources == {"access_key": "HW_ACCESS_KEY", "secret_key": "OS_SECRET_KEY"}
    assert {name: completed.params[name] for name in BY_METHOD["key"]} == BY_METHOD["key"]


def test_the_enterprise_project_is_a_default_for_new_resources_only():
    completed = complete({"enterprise_project_id": None}, {"HW_ENTERPRISE_PROJECT_ID": "0"})
    assert completed.params["enterprise_project_id"] is None
    assert completed.params["default_enterprise_project_id"] == "0"
    (problem,) = complete({}, {"HW_ENTERPRISE_PROJECT_ID": "x"}).problems
    assert problem.startswith("HW_ENTERPRISE_PROJECT_ID must be 0 or a UUID")


def test_every_option_of_a_method_has_a_variable():
    assert {option for options in METHODS.values() for option in options} <= VARIABLES.keys()


DLI, IAM, VPC = "HW_DLI_ENDPOINT", "OS_AUTH_URL", "HW_VPC_ENDPOINT"
OF_ENDPOINT = {DLI: "endpoint", IAM: "iam_endpoint", VPC: "vpc_endpoint"}


@pytest.mark.parametrize("variable", OF_ENDPOINT)
@pytest.mark.parametrize(
    ("given", "host", "is_used"),
    [
        ({"region": "eu-west-101"}, "https://dli.eu-west-101.myhuaweicloud.eu", True),
        ({"region": "eu-west-101"}, "dli.eu-west-101.myhuaweicloud.eu:443/v3", True),
        ({"region": "cn-north-4"}, "https://DLI.eu-west-101.myhuaweicloud.eu/", False),
        ({"region": "cn-north-4"}, "iam-pub.eu-ch2.sc.otc.t-systems.com/v3", False),
        ({"cloud": "myhuaweicloud.com"}, "https://dli.eu-west-101.myhuaweicloud.eu", False),
        ({}, "https://dli.eu-west-101.myhuaweicloud.eu", True),
        # Hosts that say nothing about a region.
        ({"region": "cn-north-4"}, "https://iam.myhuaweicloud.com/v3", True),
        ({"region": "cn-north-4"}, "https://dli.my-company.example.com", True),
        ({"region": "cn-north-4"}, "http://127.0.0.1:8080", True),
    ],
)
def test_an_endpoint_of_another_region_is_not_used_where_the_task_sets_the_region(variable, given, host, is_used):
    completed = complete(given, {variable: host})
    option = OF_ENDPOINT[variable]
    assert (completed.params.get(option) == host) is is_used
    assert (option in completed.sources) is is_used
    assert bool(completed.warnings) is not is_used
    if not is_used:
        assert completed.warnings[0].startswith(f"{variable} is not used, because the task sets another region")
    assert complete({**given, option: "https://own"}, {variable: host}).params[option] == "https://own"


def test_a_bundle_of_the_task_is_not_ignored_because_of_the_environment():
    environ = {"HW_INSECURE": "true", "HW_CA_BUNDLE": "/other"}
    assert complete({"ca_path": "/own"}, environ).params["validate_certs"] is True
    assert complete({}, environ).params["validate_certs"] is False
    assert complete({"ca_path": "/own", "validate_certs": False}, environ).params["validate_certs"] is False

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication methods and their precedence, validation without requests, endpoints, and options of the transport."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import AccessDenied
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
# method: (authentication header, requests if project_id is set, requests if it is not)
LOOK_UP, LOG_IN = "GET /v3/projects 200", "POST /v3/auth/tokens 201"
METHODS = {
    "keys": ("authorization", [], [LOOK_UP]),
    "temporary": ("authorization", [], [LOOK_UP]),
    "project token": ("x-auth-token", [], [LOOK_UP]),
    "password": ("x-auth-token", [LOG_IN], [LOG_IN]),
    "account by id": ("x-auth-token", [LOG_IN], [LOG_IN]),
    "user id alone": ("x-auth-token", [LOG_IN], [LOG_IN]),
}


@pytest.mark.parametrize("known", [True, False], ids=["id known", "id looked up"])
@pytest.mark.parametrize("method", METHODS)
def test_each_method_authenticates_with_at_most_one_request(
    sim, connect, auth_options, method, known, sent, list_queues
):
    if method == "temporary":
        sim.load_seed({"credentials": {"security_token": auth_options["temporary"]["security_token"]}})
    project = {"project_id": sim.ready["project_id"]} if known else {}
    client = connect(**auth_options[method], **project)
    header, cost_known, cost_unknown = METHODS[method]
    assert sent() == (cost_known if known else cost_unknown)
    assert [queue["queue_name"] for queue in list_queues(client)] == ["default"]

    request = sim.requests[-1]
    assert request.path == f"/v1.0/{sim.ready['project_id']}/queues"
    proofs = {"authorization", "x-auth-token", "x-security-token", "x-project-id"} & request.headers.keys()
    expected = {header, "x-project-id"} if header == "authorization" else {header}
    assert proofs == expected | ({"x-security-token"} if method == "temporary" else set())


REJECTED_LOGINS = {
    "password": ("password", {"password": "not-the-password"}, "log in as deployer: The username or password is wrong"),
    "name": ("password", {"username": "unknown"}, "log in as unknown"),
    "account": ("password", {"domain_name": "elsewhere"}, "log in as deployer"),
    "user id": ("user id alone", {"user_id": "unknown"}, "log in as unknown"),
    "access key": ("keys", {"access_key": "WRONG"}, "look up the id of project eu-west-101: .*ak not exist"),
    "secret key": ("keys", {"secret_key": "wrong"}, "look up the id of project eu-west-101: .*verify aksk"),
    "token": ("token", {"auth_token": "wrong"}, "look up the id of project eu-west-101: .*decrypt token fail"),
}


@pytest.mark.parametrize(("method", "wrong", "words"), REJECTED_LOGINS.values(), ids=REJECTED_LOGINS)
def test_wrong_credentials_fail_with_a_hint_after_one_request(sim, connect, auth_options, method, wrong, words):
    with pytest.raises(AccessDenied, match=f"^Could not {words}") as caught:
        connect(**{**auth_options[method], **wrong})
    assert caught.value.hint
    assert caught.value.request_id
    assert len(sim.requests) == 1


KEYS = {"access_key": "AK", "secret_key": "sk"}
GOOD = {**KEYS, "region": "eu-west-101", "project_id": "p1"}
PASSWORD = {"region": "eu-west-101", "username": "u", "password": "p", "domain_name": "d"}
# (options, prefixes of their problems)
MISSING = [
    ({"region": "r-1"}, ["credentials are required: set access_key and secret_key (HW_ACCESS_KEY, HW_SECRET_KEY), "]),
    (
        {},
        [
            "credentials are required",
            "region (HW_REGION_NAME) is required",
        ],
    ),
    ({"region": "r-1", "access_key": "AK"}, ["secret_key is required with"]),
    ({"region": "r-1", "secret_key": "sk"}, ["access_key is required with"]),
    ({"region": "r-1", "security_token": "t"}, ["access_key is required with", "secret_key is required with"]),
    ({"region": "r-1", "password": "p"}, ["username (or user_id) is required with password"]),
    (
        {"region": "r-1", "username": "u"},
        ["password is required with username or user_id", "domain_name (or domain_id) is required with username"],
    ),
    ({"region": "r-1", "user_id": "u"}, ["password is required with username or user_id"]),
    ({"region": "r-1", "username": "u", "password": "p"}, ["domain_name (or domain_id) is required with username"]),
    ({**KEYS, "project_id": "p1"}, ["region (HW_REGION_NAME) is required without endpoint"]),
    ({**KEYS, "endpoint": "h"}, ["region (HW_REGION_NAME) is required without project_id or iam_endpoint"]),
    ({**KEYS, "endpoint": "h", "project_name": "n"}, ["region (HW_REGION_NAME) is required"]),
    ({**KEYS, "endpoint": "h", "iam_endpoint": "i"}, ["project_id (HW_PROJECT_ID) is required"]),
    ({**PASSWORD, "region": None, "endpoint": "h", "project_id": "p1"}, ["region (HW_REGION_NAME) is required"]),
]
COMPLETE = [
    GOOD,
    {**KEYS, "region": "r-1"},
    {**KEYS, "endpoint": "h", "project_id": "p1"},
    {**KEYS, "endpoint": "h", "iam_endpoint": "i", "project_name": "n"},
    {"auth_token": "t", "region": "r-1"},
    {"auth_token": "t", "endpoint": "h", "project_id": "p1"},
    PASSWORD,
    {"region": "r-1", "user_id": "u", "password": "p"},
    {**PASSWORD, "domain_name": None, "domain_id": "d"},
    {**PASSWORD, "username": "Jürgen Müller", "password": "ü \t ", "domain_name": "The Account"},
]
MALFORMED = [
    ({"access_key": "A K"}, "access_key must be printable ASCII without spaces"),
    ({"secret_key": "sk\n"}, "secret_key must be printable ASCII without spaces"),
    ({"security_token": "tökén"}, "security_token must be printable ASCII without spaces"),
    ({"access_key": " "}, "access_key must be printable ASCII without spaces"),
    ({"domain_id": "a\nb"}, "domain_id must not contain control characters"),
    ({"project_name": "n" * 256}, "project_name must have at most 255 characters, got 256"),
    ({"domain_name": "a\x00"}, "domain_name must not contain control characters"),
    ({"project_name": "a\x7f"}, "project_name must not contain control characters"),
    ({"region": "EU-West"}, "region must be lower-case letters, digits and hyphens, got 'EU-West'"),
    ({"region": "eu west"}, "region must be lower-case letters, digits and hyphens, got 'eu west'"),
    ({"region": "eu-west-101/x"}, "region must be"),
    ({"region": "-eu"}, "region must be"),
    ({"project_id": "p/1"}, "project_id must be 1 to 64 letters and digits, got 'p/1'"),
    ({"project_id": "p" * 65}, "project_id must be 1 to 64 letters and digits"),
    ({"cloud": "https://myhuaweicloud.com"}, "cloud must be a domain such as myhuaweicloud.com"),
    ({"cloud": ".com"}, "cloud must be a domain"),
    ({"endpoint": "ftp://host"}, "endpoint must be a URL"),
    ({"endpoint": "https://"}, "endpoint must be a URL"),
    ({"endpoint": "https://user:pw@host"}, "endpoint must be a URL"),
    ({"endpoint": "https://host?x=1"}, "endpoint must be a URL"),
    ({"endpoint": "https://host#x"}, "endpoint must be a URL"),
    ({"endpoint": "https://host:port"}, "endpoint must be a URL"),
    ({"endpoint": "https://host:99999"}, "endpoint must be a URL"),
    ({"endpoint": "https://ho st"}, "endpoint must be a URL"),
    ({"endpoint": "https://[::1"}, "endpoint must be a URL"),
    ({"iam_endpoint": "https://host\\x"}, "iam_endpoint must be a URL"),
    ({"vpc_endpoint": "mailto:x"}, "vpc_endpoint must be a URL"),
    ({"ca_path": "/no/such/file"}, "ca_path must be an existing file or directory, got '/no/such/file'"),
    ({"request_timeout": 0}, "request_timeout must be a number from 1"),
    ({"max_retries": -1}, "max_retries must be a number from 0"),
    ({"request_timeout": 86401}, "request_timeout must be a number from 1 to 86400"),
    ({"max_retries": 101}, "max_retries must be a number from 0 to 100"),
]


@pytest.mark.parametrize(("options", "beginnings"), MISSING)
def test_missing_options_are_reported(options, beginnings):
    found = credentials.problems({**DEFAULTS, **options})
    assert len(found) == len(beginnings), found
    assert all(problem.startswith(words) for problem, words in zip(found, beginnings, strict=True)), found


@pytest.mark.parametrize("options", COMPLETE)
def test_complete_options_are_accepted(options):
    assert credentials.problems({**DEFAULTS, **options}) == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({**KEYS, "auth_token": "t"}, "auth_token and access_key"),
        ({"security_token": "s", "password": "p"}, "security_token and password"),
        ({"auth_token": "t", "access_key": "AK", "username": "u"}, "auth_token, access_key and username"),
        ({"idp_id": "i", "id_token": "t", "user_id": "u", "password": "p"}, "idp_id and user_id"),
    ],
)
def test_options_of_two_methods_are_mutually_exclusive(options, names):
    (problem,) = credentials.problems({**DEFAULTS, "region": "r-1", **options})
    assert problem == f"{names} are mutually exclusive, because a task uses one authentication method"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"auth_token": "t\r\nX-Evil: 1", "region": "r-1"}, "auth_token"),
        ({"username": "a\nb", "password": "p", "domain_name": "d", "region": "r-1"}, "username"),
    ],
)
def test_malformed_credentials_of_other_methods_are_reported(options, name):
    (problem,) = credentials.problems({**DEFAULTS, **options})
    assert problem.startswith(f"{name} must ")


@pytest.mark.parametrize(("options", "words"), MALFORMED)
def test_malformed_options_are_reported_without_quoting_secrets(options, words):
    (problem,) = credentials.problems({**DEFAULTS, **GOOD, **options})
    assert problem.startswith(words)
    ((name, value),) = options.items()
    assert name not in credentials.SECRET_OPTIONS or value not in problem.partition(" ")[2] or value == " "


def test_all_problems_are_reported_at_once():
    wrong = {"access_key": "A K", "region": "Nowhere", "project_id": "?", "vpc_endpoint": "x y", "max_retries": -1}
    assert [problem.split()[0] for problem in credentials.problems({**DEFAULTS, **wrong})] == [
        "secret_key", "access_key", "region", "project_id", "vpc_endpoint", "max_retries",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "empty", sorted({*GOOD, *PASSWORD, "cloud", "auth_token", "ca_path", *credentials.ENDPOINT_OPTIONS})
)
def test_an_empty_string_counts_as_unset(empty):
    options = {**DEFAULTS, **GOOD}
    without = credentials.problems({name: value for name, value in options.items() if name != empty})
    assert credentials.problems({**options, empty: ""}) == without


ENDPOINTS = [
    ({"region": "eu-west-101"}, "eu-west-101.myhuaweicloud.eu"),
    ({"region": "eu-west-0"}, "eu-west-0.myhuaweicloud.com"),
    ({"region": "cn-north-4"}, "cn-north-4.myhuaweicloud.com"),
    ({"region": "ap-southeast-3"}, "ap-southeast-3.myhuaweicloud.com"),
    ({"region": "eu-de"}, "eu-de.otc.t-systems.com"),
    ({"region": "eu-nl"}, "eu-nl.otc.t-systems.com"),
    ({"region": "eu-west-101", "cloud": "example.org"}, "eu-west-101.example.org"),
    ({"region": "eu-de", "cloud": ""}, "eu-de.otc.t-systems.com"),
]


def endpoints(**options):
    return credentials.connect({**DEFAULTS, **KEYS, "project_id": "p1", **options})._access.endpoints


@pytest.mark.parametrize(("options", "rest"), ENDPOINTS)
def test_endpoints_are_derived_from_region_and_cloud(options, rest):
    found = endpoints(**options)
    assert (found.dli, found.iam, found.vpc) == (f"https://dli.{rest}", f"https://iam.{rest}/v3", f"https://vpc.{rest}")


@pytest.mark.parametrize("cloud", [None, "sc.otc.t-systems.com"])
def test_the_swiss_cloud_has_another_domain_and_another_host_of_iam(cloud):
    found = endpoints(region="eu-ch2", cloud=cloud)
    assert found.dli == "https://dli.eu-ch2.sc.otc.t-systems.com"
    assert found.iam == "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3"


@pytest.mark.parametrize(
    ("given", "dli", "iam"),
    [
        ("https://h", "https://h", "https://h/v3"),
        ("https://h/", "https://h", "https://h/v3"),
        ("https://h/v3", "https://h/v3", "https://h/v3"),
        ("https://h/v3/", "https://h/v3", "https://h/v3"),
        ("http://h:8080", "http://h:8080", "http://h:8080/v3"),
        ("h.example.org", "https://h.example.org", "https://h.example.org/v3"),
        ("h:8443", "https://h:8443", "https://h:8443/v3"),
        ("https://[::1]:8443/dli", "https://[::1]:8443/dli", "https://[::1]:8443/dli/v3"),
    ],
)
def test_each_endpoint_can_be_set_separately(given, dli, iam):
    usual = endpoints(region="eu-de")
    assert endpoints(region="eu-de", endpoint=given).dli == dli
    assert endpoints(region="eu-de", endpoint=given).iam == usual.iam
    assert endpoints(region="eu-de", iam_endpoint=given).iam == iam
    assert endpoints(region="eu-de", iam_endpoint=given).dli == usual.dli
    assert endpoints(region="eu-de", vpc_endpoint=given).vpc == dli
    assert endpoints(region="eu-de", vpc_endpoint=given).dli == usual.dli


@pytest.mark.parametrize(
    ("options", "verify"),
    [
        ({}, True),
        ({"ca_path": __file__}, __file__),
        ({"validate_certs": False}, False),
        ({"validate_certs": False, "ca_path": __file__}, False),
    ],
)
def test_options_reach_the_transport(options, verify):
    client = credentials.connect({**DEFAULTS, **GOOD, "request_timeout": 33, "max_retries": 7, **options})
    assert client._access.transport.verify == verify
    assert client._access.transport.timeout == 33
    assert client._access.transport.max_retries == 7

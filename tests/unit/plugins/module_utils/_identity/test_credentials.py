# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who asks, for which project, and where: every way to authenticate, against the simulator."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    AccessDenied,
    ApiError,
    InvalidInput,
    TokenExpired,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials as identity

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
SECURITY_TOKEN = "temporary-security-token"


@pytest.fixture
def credentials(sim):
    """The options of each way to authenticate."""
    ready = sim.ready
    keys = {name: ready[name] for name in ("access_key", "secret_key")}
    account = {"domain_name": ready["domain_name"]}
    return {
        "keys": keys,
        "temporary": {**keys, "security_token": SECURITY_TOKEN},
        "token": {"auth_token": sim.gate.issue(ready["project_id"])[0]},
        "name": {"username": ready["username"], "password": ready["password"], **account},
        "name, account by id": {
            "username": ready["username"],
            "password": ready["password"],
            "domain_id": sim.world.identity.domain_id,
        },
        "id": {"user_id": sim.world.identity.user_id, "password": ready["password"]},
    }


@pytest.fixture
def connect(sim):
    """connect(**options): a client for the simulator; addresses and region are given unless they are overridden."""

    def connect(**options):
        ready = sim.ready
        addresses = {"endpoint": ready["dli_endpoint"], "iam_endpoint": ready["iam_endpoint"]}
        return identity.connect({**DEFAULTS, **addresses, "region": ready["region"], **options})

    return connect


def list_queues(client):
    return client.get(client.path("v1.0", "queues"), "list the queues")["queues"]


def sent(sim):
    return [f"{request.method} {request.path} {request.status}" for request in sim.requests]


# way: (the header that proves who asks, the request that it costs when the project id is known, and when it is not)
LOOK_UP, LOG_IN = "GET /v3/projects 200", "POST /v3/auth/tokens 201"
WAYS = {
    "keys": ("authorization", [], [LOOK_UP]),
    "temporary": ("authorization", [], [LOOK_UP]),
    "token": ("x-auth-token", [], [LOOK_UP]),
    "name": ("x-auth-token", [LOG_IN], [LOG_IN]),
    "name, account by id": ("x-auth-token", [LOG_IN], [LOG_IN]),
    "id": ("x-auth-token", [LOG_IN], [LOG_IN]),
}


@pytest.mark.parametrize("known", [True, False], ids=["id known", "id looked up"])
@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_authenticate_works_and_costs_at_most_one_request(sim, connect, credentials, way, known):
    if way == "temporary":
        sim.sow({"credentials": {"security_token": SECURITY_TOKEN}})
    project = {"project_id": sim.ready["project_id"]} if known else {}
    client = connect(**credentials[way], **project)
    header, cost_known, cost_unknown = WAYS[way]
    assert sent(sim) == (cost_known if known else cost_unknown)
    assert [queue["queue_name"] for queue in list_queues(client)] == ["default"]

    request = sim.requests[-1]
    assert request.path == f"/v1.0/{sim.ready['project_id']}/queues"
    proofs = {"authorization", "x-auth-token", "x-security-token", "x-project-id"} & request.headers.keys()
    expected = {header, "x-project-id"} if header == "authorization" else {header}
    assert proofs == expected | ({"x-security-token"} if way == "temporary" else set())


def test_iam_is_asked_without_a_project(sim, connect, credentials):
    connect(**credentials["keys"])
    (request,) = sim.requests
    assert request.query == {"name": [sim.ready["region"]]}
    assert "x-project-id" not in request.headers


def test_a_token_wins_over_keys_and_keys_over_a_password(sim, connect, credentials):
    project = {"project_id": sim.ready["project_id"]}
    wrong_keys = {"access_key": "WRONG", "secret_key": "wrong"}
    list_queues(connect(**credentials["token"], **wrong_keys, **credentials["name"], **project))
    assert "authorization" not in sim.requests[-1].headers
    list_queues(connect(**credentials["keys"], username="nobody", password="wrong", **project))
    assert "x-auth-token" not in sim.requests[-1].headers
    assert len(sim.requests) == 2


LOGINS = [
    (
        "name",
        {},
        {"name": "deployer", "domain": {"name": "ACCOUNT"}},
        {"name": "REGION", "domain": {"name": "ACCOUNT"}},
    ),
    ("name", {"project_id": "ID"}, {"name": "deployer", "domain": {"name": "ACCOUNT"}}, {"id": "ID"}),
    (
        "name",
        {"project_name": "REGION_sub"},
        {"name": "deployer", "domain": {"name": "ACCOUNT"}},
        {"name": "REGION_sub", "domain": {"name": "ACCOUNT"}},
    ),
    ("id", {}, {"id": "USER"}, {"name": "REGION"}),
    ("id", {"domain_name": "ACCOUNT"}, {"id": "USER"}, {"name": "REGION", "domain": {"name": "ACCOUNT"}}),
]


@pytest.mark.parametrize(("way", "more", "user", "scope"), LOGINS)
def test_a_login_says_who_and_for_which_project(sim, connect, credentials, way, more, user, scope):
    names = {
        "ACCOUNT": sim.ready["domain_name"],
        "REGION": sim.ready["region"],
        "REGION_sub": sim.ready["region"] + "_sub",
        "ID": sim.ready["project_id"],
        "USER": sim.world.identity.user_id,
    }

    def named(value):
        return {k: named(v) for k, v in value.items()} if isinstance(value, dict) else names.get(value, value)

    sim.sow({"projects": [{"id": "sub", "name": names["REGION_sub"]}]})
    client = connect(**{**credentials[way], **named(more)})
    (request,) = sim.requests
    assert request.query == {"nocatalog": ["true"]}
    assert request.body == {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": {"password": "***", **named(user)}}},
            "scope": {"project": named(scope)},
        }
    }
    assert client.project_id == ("sub" if "project_name" in more else sim.ready["project_id"])


def test_a_project_is_found_by_its_name(sim, connect, credentials):
    sim.sow({"projects": [{"id": "sub1", "name": f"{sim.ready['region']}_sub"}]})
    client = connect(**credentials["keys"], project_name=f"{sim.ready['region']}_sub")
    assert client.project_id == "sub1"
    list_queues(client)
    assert sim.requests[-1].headers["x-project-id"] == "sub1"


def test_several_projects_of_one_name_are_listed(sim, connect, credentials):
    region = sim.ready["region"]
    sim.sow({"projects": [{"id": "other", "name": region}]})
    with pytest.raises(InvalidInput) as caught:
        connect(**credentials["keys"])
    assert caught.value.problems == [
        f"project_id: is missing, and 2 projects are called {region}: {sim.ready['project_id']}, other; give one"
    ]
    assert sent(sim) == [LOOK_UP]


@pytest.mark.parametrize("way", ["keys", "token"])
def test_where_there_is_no_such_project_those_that_there_are_are_listed(sim, connect, credentials, way):
    with pytest.raises(InvalidInput) as caught:
        connect(**credentials[way], project_name="nowhere")
    assert caught.value.problems == [
        "project_id: is missing, and there is no project called nowhere; these credentials see: "
        f"{sim.ready['region']} ({sim.ready['project_id']}); give project_id or project_name"
    ]


def test_credentials_that_see_no_project_are_told_so(server, step):
    server.play(step({"projects": []}))
    with pytest.raises(InvalidInput, match="these credentials see: no project at all"):
        identity.connect(
            {**DEFAULTS, "auth_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
        )


REFUSED_LOGINS = {
    "password": ("name", {"password": "not-the-password"}, "log in as deployer: The username or password is wrong"),
    "name": ("name", {"username": "nobody"}, "log in as nobody"),
    "account": ("name", {"domain_name": "elsewhere"}, "log in as deployer"),
    "user id": ("id", {"user_id": "nobody"}, "log in as nobody"),
    "access key": ("keys", {"access_key": "WRONG"}, "look up the id of project eu-west-101: .*ak not exist"),
    "secret key": ("keys", {"secret_key": "wrong"}, "look up the id of project eu-west-101: .*verify aksk"),
    "token": ("token", {"auth_token": "wrong"}, "look up the id of project eu-west-101: .*decrypt token fail"),
}


@pytest.mark.parametrize(("way", "wrong", "words"), REFUSED_LOGINS.values(), ids=REFUSED_LOGINS)
def test_wrong_credentials_are_refused_with_a_hint_and_asked_once(sim, connect, credentials, way, wrong, words):
    with pytest.raises(AccessDenied, match=f"^Could not {words}") as caught:
        connect(**{**credentials[way], **wrong})
    assert caught.value.hint
    assert caught.value.request_id
    assert len(sim.requests) == 1


@pytest.mark.parametrize("body", [{}, {"token": {}}, {"token": {"project": {"id": "p"}}}])
def test_a_login_without_token_or_project_is_a_failure(server, step, body):
    server.play(step(body) if "project" in body.get("token", {}) else step(body, X_Subject_Token="t"))
    options = {"user_id": "u", "password": "p", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    with pytest.raises(ApiError, match="holds no token or no project"):
        identity.connect({**DEFAULTS, **options})


@pytest.mark.parametrize(
    "token", ["t", ["t"], {"project": "p"}, {"project": ["p"]}, {"project": {"id": 5}}, {"project": {"id": "p\nX: 1"}}]
)
def test_an_answer_to_a_login_that_is_not_what_it_should_be_is_a_failure(server, step, token):
    server.play(step(201, body={"token": token}, X_Subject_Token="t"))
    options = {"user_id": "u", "password": "p", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    with pytest.raises(ApiError, match="holds no token or no project"):
        identity.connect({**DEFAULTS, **options})


@pytest.mark.parametrize(
    "body",
    [
        {"hello": "world"},
        *({"projects": projects} for projects in ("r-1", {"r-1": "p"}, [1], [None])),
        *({"projects": [{"name": "r-1", **told}]} for told in ({}, {"id": None}, {"id": 7}, {"id": "p\nX: 1"})),
    ],
)
def test_a_list_of_projects_that_is_none_does_not_pass_for_an_empty_one(server, step, body):
    server.play(step(body))
    options = {"auth_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    with pytest.raises(ApiError, match=r"^Could not look up the id of project r-1: the answer .* is not one of the"):
        identity.connect({**DEFAULTS, **options})


# --- a token that must be updated -------------------------------------------------------------------------------------


def outdated(sim, **more):
    sim.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues", **more)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_outdated_token_is_replaced_by_a_new_login(sim, connect, credentials, method):
    client = connect(**credentials["name"])
    outdated(sim, error_msg="The token must be updated")
    path = client.path("v1.0", "queues")
    if method == "GET":
        client.get(path, "list")
    else:
        client.post(path, "create", {"queue_name": "q1", "cu_count": 16})
        assert "q1" in sim.queues
    list_queues(client)
    queues = f"{method} {path}"
    assert sent(sim) == [LOG_IN, f"{queues} 401", LOG_IN, f"{queues} 200", f"GET {path} 200"]
    assert len(sim.gate.tokens) == 3


def test_a_token_that_has_expired_is_replaced_by_a_new_login(sim, connect, credentials):
    client = connect(**credentials["name"])
    sim.clock.advance(24 * 3600 + 1)
    list_queues(client)
    assert [each.rpartition(" ")[2] for each in sent(sim)] == ["201", "401", "201", "200"]


def test_a_new_login_is_tried_once_for_one_request(sim, connect, credentials):
    client = connect(**credentials["name"])
    outdated(sim, times=None)
    with pytest.raises(TokenExpired):
        list_queues(client)
    assert sent(sim).count(LOG_IN) == 2


@pytest.mark.parametrize("way", ["token", "keys"])
def test_who_did_not_log_in_cannot_log_in_again(sim, connect, credentials, way):
    client = connect(**credentials[way], project_id=sim.ready["project_id"])
    outdated(sim)
    with pytest.raises(TokenExpired):
        list_queues(client)
    assert len(sim.requests) == 1


@pytest.mark.parametrize(("status", "code"), [(401, "APIGW.0301"), (403, "APIGW.0302")])
def test_no_other_refusal_leads_to_a_new_login(sim, connect, credentials, status, code):
    client = connect(**credentials["name"])
    sim.inject(kind="status", status=status, error_code=code, path="/queues")
    with pytest.raises(AccessDenied):
        list_queues(client)
    assert sent(sim).count(LOG_IN) == 1


def test_both_tokens_are_secret(sim, connect, credentials):
    client = connect(**credentials["name"])
    first = next(reversed(sim.gate.tokens))
    outdated(sim)
    list_queues(client)
    second = next(reversed(sim.gate.tokens))
    assert first != second
    sim.inject(kind="status", status=401, error_msg=f"{first} and {second}", path="/queues")
    with pytest.raises(AccessDenied) as caught:
        list_queues(client)
    assert caught.value.api_message == "******** and ********"


# --- what is found without any request --------------------------------------------------------------------------------

KEYS = {"access_key": "AK", "secret_key": "sk"}
GOOD = {**KEYS, "region": "eu-west-101", "project_id": "p1"}
PASSWORD = {"region": "eu-west-101", "username": "u", "password": "p", "domain_name": "d"}

# options: the beginnings of the problems that they have
MISSING = [
    ({"region": "r-1"}, ["no credentials: give access_key and secret_key (HW_ACCESS_KEY, HW_SECRET_KEY), or"]),
    ({}, ["no credentials", "region: is missing (HW_REGION_NAME)", "region: is missing", "project_id: is missing"]),
    ({"region": "r-1", "access_key": "AK"}, ["secret_key: is missing"]),
    ({"region": "r-1", "secret_key": "sk"}, ["access_key: is missing"]),
    ({"region": "r-1", "security_token": "t"}, ["access_key: is missing", "secret_key: is missing"]),
    ({"region": "r-1", "password": "p"}, ["username: is missing (or user_id)"]),
    ({"region": "r-1", "username": "u"}, ["password: is missing", "domain_name: is missing (or domain_id)"]),
    ({"region": "r-1", "user_id": "u"}, ["password: is missing"]),
    ({"region": "r-1", "username": "u", "password": "p"}, ["domain_name: is missing (or domain_id)"]),
    ({**KEYS, "project_id": "p1"}, ["region: is missing (HW_REGION_NAME); without it endpoint"]),
    ({**KEYS, "endpoint": "h"}, ["region: is missing", "project_id: is missing (HW_PROJECT_ID)"]),
    ({**KEYS, "endpoint": "h", "project_name": "n"}, ["region: is missing"]),
    ({**KEYS, "endpoint": "h", "iam_endpoint": "i"}, ["project_id: is missing"]),
    ({**PASSWORD, "region": None, "endpoint": "h", "project_id": "p1"}, ["region: is missing"]),
]
COMPLETE = [
    GOOD,
    {**KEYS, "region": "r-1"},
    {**KEYS, "endpoint": "h", "project_id": "p1"},
    {**KEYS, "endpoint": "h", "iam_endpoint": "i", "project_name": "n"},
    {"auth_token": "t", "region": "r-1"},
    {"auth_token": "t", "endpoint": "h", "project_id": "p1"},
    # What a stronger way makes superfluous may be incomplete.
    {"auth_token": "t", "region": "r-1", "access_key": "AK", "username": "u"},
    {**GOOD, "password": "p"},
    PASSWORD,
    {"region": "r-1", "user_id": "u", "password": "p"},
    {**PASSWORD, "domain_name": None, "domain_id": "d"},
    {**PASSWORD, "username": "Jürgen Müller", "password": "ü \t ", "domain_name": "The Account"},
]
MALFORMED = [
    ({"access_key": "A K"}, "access_key: must be printable ASCII without blanks"),
    ({"secret_key": "sk\n"}, "secret_key: must be printable ASCII without blanks"),
    ({"security_token": "tökén"}, "security_token: must be printable ASCII without blanks"),
    ({"auth_token": "t\r\nX-Evil: 1"}, "auth_token: must be printable ASCII without blanks"),
    ({"access_key": " "}, "access_key: must be printable ASCII without blanks"),
    ({"username": "a\nb"}, "username: must not contain control characters"),
    ({"domain_name": "a\x00"}, "domain_name: must not contain control characters"),
    ({"project_name": "a\x7f"}, "project_name: must not contain control characters"),
    ({"region": "EU-West"}, "region: must be lower-case letters, digits and hyphens, not 'EU-West'"),
    ({"region": "eu west"}, "region: must be lower-case letters, digits and hyphens, not 'eu west'"),
    ({"region": "eu-west-101/x"}, "region: must be"),
    ({"region": "-eu"}, "region: must be"),
    ({"project_id": "p/1"}, "project_id: must be 1 to 64 letters and digits, not 'p/1'"),
    ({"project_id": "p" * 65}, "project_id: must be 1 to 64 letters and digits"),
    ({"cloud": "https://myhuaweicloud.com"}, "cloud: must be a domain such as myhuaweicloud.com"),
    ({"cloud": ".com"}, "cloud: must be a domain"),
    ({"endpoint": "ftp://host"}, "endpoint: must be an address"),
    ({"endpoint": "https://"}, "endpoint: must be an address"),
    ({"endpoint": "https://user:pw@host"}, "endpoint: must be an address"),
    ({"endpoint": "https://host?x=1"}, "endpoint: must be an address"),
    ({"endpoint": "https://host#x"}, "endpoint: must be an address"),
    ({"endpoint": "https://host:port"}, "endpoint: must be an address"),
    ({"endpoint": "https://host:99999"}, "endpoint: must be an address"),
    ({"endpoint": "https://ho st"}, "endpoint: must be an address"),
    ({"endpoint": "https://[::1"}, "endpoint: must be an address"),
    ({"iam_endpoint": "https://host\\x"}, "iam_endpoint: must be an address"),
    ({"vpc_endpoint": "mailto:x"}, "vpc_endpoint: must be an address"),
    ({"ca_path": "/no/such/file"}, "ca_path: there is no file /no/such/file"),
    ({"request_timeout": 0}, "request_timeout: must be a number from 1"),
    ({"max_retries": -1}, "max_retries: must be a number from 0"),
    ({"request_timeout": 86401}, "request_timeout: must be a number from 1 to 86400"),
    ({"max_retries": 101}, "max_retries: must be a number from 0 to 100"),
]


@pytest.mark.parametrize(("options", "beginnings"), MISSING)
def test_whatever_is_missing_is_told(options, beginnings):
    found = identity.problems({**DEFAULTS, **options})
    assert len(found) == len(beginnings), found
    assert all(problem.startswith(words) for problem, words in zip(found, beginnings, strict=True)), found


@pytest.mark.parametrize("options", COMPLETE)
def test_what_is_complete_is_accepted(options):
    assert identity.problems({**DEFAULTS, **options}) == []


@pytest.mark.parametrize(("options", "words"), MALFORMED)
def test_what_is_malformed_is_told_and_secrets_are_not_quoted(options, words):
    (problem,) = identity.problems({**DEFAULTS, **GOOD, **options})
    assert problem.startswith(words)
    ((name, value),) = options.items()
    assert name not in identity.SECRET_OPTIONS or value not in problem.partition(":")[2] or value == " "


def test_everything_is_told_at_once():
    wrong = {"access_key": "A K", "region": "Nowhere", "project_id": "?", "vpc_endpoint": "x y", "max_retries": -1}
    assert [problem.split(":")[0] for problem in identity.problems({**DEFAULTS, **wrong})] == [
        "secret_key", "access_key", "region", "project_id", "vpc_endpoint", "max_retries",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "empty", sorted({*GOOD, *PASSWORD, "cloud", "auth_token", "ca_path", *identity.ENDPOINT_OPTIONS})
)
def test_an_empty_text_counts_as_not_given(empty):
    options = {**DEFAULTS, **GOOD}
    without = identity.problems({name: value for name, value in options.items() if name != empty})
    assert identity.problems({**options, empty: ""}) == without


# --- addresses --------------------------------------------------------------------------------------------------------

ADDRESSES = [
    ({"region": "eu-west-101"}, "eu-west-101.myhuaweicloud.eu"),
    ({"region": "eu-west-0"}, "eu-west-0.myhuaweicloud.com"),
    ({"region": "cn-north-4"}, "cn-north-4.myhuaweicloud.com"),
    ({"region": "ap-southeast-3"}, "ap-southeast-3.myhuaweicloud.com"),
    ({"region": "eu-de"}, "eu-de.otc.t-systems.com"),
    ({"region": "eu-nl"}, "eu-nl.otc.t-systems.com"),
    ({"region": "eu-ch2", "cloud": "sc.otc.t-systems.com"}, "eu-ch2.sc.otc.t-systems.com"),
    ({"region": "eu-west-101", "cloud": "example.org"}, "eu-west-101.example.org"),
    ({"region": "eu-de", "cloud": ""}, "eu-de.otc.t-systems.com"),
]


def addresses(**options):
    return identity.connect({**DEFAULTS, **KEYS, "project_id": "p1", **options})._access.endpoints


@pytest.mark.parametrize(("options", "rest"), ADDRESSES)
def test_addresses_follow_from_region_and_cloud(options, rest):
    found = addresses(**options)
    assert (found.dli, found.iam, found.vpc) == (f"https://dli.{rest}", f"https://iam.{rest}/v3", f"https://vpc.{rest}")


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
def test_each_address_can_be_given_alone(given, dli, iam):
    usual = addresses(region="eu-de")
    assert addresses(region="eu-de", endpoint=given).dli == dli
    assert addresses(region="eu-de", endpoint=given).iam == usual.iam
    assert addresses(region="eu-de", iam_endpoint=given).iam == iam
    assert addresses(region="eu-de", iam_endpoint=given).dli == usual.dli
    assert addresses(region="eu-de", vpc_endpoint=given).vpc == dli
    assert addresses(region="eu-de", vpc_endpoint=given).dli == usual.dli


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
    client = identity.connect({**DEFAULTS, **GOOD, "request_timeout": 33, "max_retries": 7, **options})
    assert client._access.transport.verify == verify
    assert client._access.transport.timeout == 33
    assert client._access.transport.max_retries == 7


# --- the environment --------------------------------------------------------------------------------------------------

ENVIRONMENT = {
    "access_key": ["HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "OS_ACCESS_KEY"],
    "secret_key": ["HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "OS_SECRET_KEY"],
    "security_token": ["HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    "auth_token": ["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
    "username": ["HW_USER_NAME", "OS_USERNAME"],
    "user_id": ["HW_USER_ID", "OS_USER_ID"],
    "password": ["HW_USER_PASSWORD", "OS_PASSWORD"],
    "domain_name": ["HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME"],
    "domain_id": ["HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID"],
    "idp_id": ["HW_ASSUME_ROLE_IDP_ID", "HUAWEICLOUD_SDK_IDP_ID"],
    "id_token": ["HW_ASSUME_ROLE_ID_TOKEN"],
    "id_token_file": ["HW_ASSUME_ROLE_ID_TOKEN_FILE", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"],
    "agency_name": ["HW_ASSUME_ROLE_AGENCY_NAME", "OS_AGENCY_NAME"],
    "agency_domain_name": ["HW_ASSUME_ROLE_DOMAIN_NAME", "OS_AGENCY_DOMAIN_NAME"],
    "agency_domain_id": ["HW_ASSUME_ROLE_DOMAIN_ID"],
    "agency_duration": ["HW_ASSUME_ROLE_DURATION"],
    "region": ["HW_REGION_NAME", "OS_REGION_NAME"],
    "project_id": ["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"],
    "project_name": ["HW_PROJECT_NAME", "OS_PROJECT_NAME"],
    "cloud": ["HW_CLOUD"],
    "endpoint": ["HW_DLI_ENDPOINT"],
    "iam_endpoint": ["HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"],
    "vpc_endpoint": ["HW_VPC_ENDPOINT"],
}


@pytest.fixture
def understood(run, monkeypatch):
    """What a module takes its connection options to be."""

    def understood(**options):
        heard = {}

        def listen(params):
            heard.update(params)
            return ["enough"]

        monkeypatch.setattr(identity, "problems", listen)
        assert run("dli_queue", connected=False, name="q1", **options)["msg"] == "enough"
        return heard

    return understood


# The numbers among them, as they are said in the environment.
NUMBERS = {"agency_duration": "1200"}


@pytest.mark.parametrize("option", ENVIRONMENT)
def test_the_first_variable_that_is_set_and_not_empty_counts(understood, monkeypatch, option):
    variables = ENVIRONMENT[option]
    assert understood()[option] is None
    for variable in variables:
        monkeypatch.setenv(variable, NUMBERS.get(option, f"from-{variable}"))
    for variable in variables:
        assert str(understood()[option]) == NUMBERS.get(option, f"from-{variable}")
        monkeypatch.setenv(variable, "")
    assert understood()[option] is None


@pytest.mark.parametrize("option", ENVIRONMENT)
def test_an_option_counts_more_than_the_environment(understood, monkeypatch, option):
    for variable in ENVIRONMENT[option]:
        monkeypatch.setenv(variable, NUMBERS.get(option, "from the environment"))
    said = 900 if option in NUMBERS else "from the task"
    assert understood(**{option: said})[option] == said


def test_no_other_variable_is_read(understood, monkeypatch):
    from ansible_collections.huaweicloud.dli.plugins.module_utils._edge import options as _options

    assert {option: list(variables) for option, variables in _options.ENVIRONMENT.items()} == ENVIRONMENT


@pytest.mark.parametrize("way", ["keys", "token", "name"])
def test_a_task_can_live_on_the_environment_alone(sim, run, credentials, monkeypatch, way):
    ready = sim.ready
    options = {
        **credentials[way],
        "region": ready["region"],
        "endpoint": ready["dli_endpoint"],
        "iam_endpoint": ready["iam_endpoint"],
    }
    for option, value in options.items():
        monkeypatch.setenv(ENVIRONMENT[option][-1], value)
    for check in (True, False):
        result = run("dli_queue", connected=False, check=check, name="q1", state="absent")
        assert not result.failed, result
        assert sent(sim)[-1] == f"GET /v1.0/{ready['project_id']}/queues/q1 400"


# --- nothing secret is ever printed -----------------------------------------------------------------------------------

KNOWN_TOKEN = "MII-a-token-that-was-got-by-logging-in"


def failing(sim, way):
    """Options with secrets that fail in this way, after preparing the simulator for it."""
    ready = sim.ready
    keys = {"access_key": ready["access_key"], "secret_key": ready["secret_key"]}
    login = {"username": ready["username"], "password": ready["password"], "domain_name": ready["domain_name"]}
    if way == "login, then refused":
        sim.gate.issue = issuing(sim, KNOWN_TOKEN)
        sim.inject(kind="status", status=401, error_msg=f"decrypt token fail: {KNOWN_TOKEN}", path="/queues")
    if way == "login, then lost":
        sim.gate.issue = issuing(sim, KNOWN_TOKEN)
        sim.inject(kind="drop_before", path="/queues", times=None)
    return {
        "access key": {**keys, "access_key": "WRONGACCESSKEY"},
        "secret key": {**keys, "secret_key": "wrong-secret-key"},
        "security token": {**keys, "secret_key": "wrong-secret-key", "security_token": "wrong-security-token"},
        "token": {"auth_token": "wrong-auth-token"},
        "password": {**login, "password": "wrong-password"},
        "login, then refused": login,
        "login, then lost": login,
        "half a key": {"access_key": "HALFOFAKEY"},
        "malformed": {"access_key": "MAL FORMED", "secret_key": "mal formed", "security_token": "mal\nformed"},
    }[way]


def issuing(sim, text):
    real = type(sim.gate).issue

    def issue(*said):
        _random, token = real(sim.gate, *said)
        sim.gate.tokens[text] = token
        return text, token

    return issue


@pytest.fixture
def gate_as_it_was(sim):
    yield
    vars(sim.gate).pop("issue", None)


FAILING = [
    "access key", "secret key", "security token", "token", "password", "login, then refused", "login, then lost",
    "half a key", "malformed",
]  # fmt: skip


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize("source", ["options", "environment"])
@pytest.mark.parametrize(("module", "known"), [("dli_queue", True), ("dli_enhanced_connection", False)])
@pytest.mark.parametrize("way", FAILING)
@pytest.mark.usefixtures("gate_as_it_was")
def test_a_failure_prints_nothing_secret(sim, run, monkeypatch, way, source, check, module, known):
    ready = sim.ready
    options = failing(sim, way)
    secrets = [options[name] for name in identity.SECRET_OPTIONS if name in options] + [KNOWN_TOKEN]
    if source == "environment":
        for option, value in options.items():
            monkeypatch.setenv(ENVIRONMENT[option][0], value)
        options = {}
    options |= {"region": ready["region"], "endpoint": ready["dli_endpoint"], "iam_endpoint": ready["iam_endpoint"]}
    if known:
        options["project_id"] = ready["project_id"]
    # Since ansible-core 2.21 a module's options are printed only on request.
    talkative = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
    result = run(module, connected=False, check=check, name="q1", **options, **talkative)
    assert result.failed
    assert "access_key" in result["invocation"]["module_args"]
    printed = json.dumps(result)
    for secret in secrets:
        assert secret not in printed
        assert json.dumps(secret)[1:-1] not in printed
    assert set(result["error"]) == {"code", "message", "request_id", "http_status", "hint"}

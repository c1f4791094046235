# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Id tokens of identity providers, and agencies of other accounts: what is sent and when, and what is told."""

from __future__ import annotations

import os

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    AccessDenied,
    ApiError,
    InvalidInput,
    TransportError,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import lost_answers
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials as identity

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
THEIRS = "7" * 32
AGENCY = {"agency_name": "operators", "agency_domain_name": "customer"}
LOG_IN, ASSUME = "POST /v3/auth/tokens 201", "POST /v3.0/OS-CREDENTIAL/securitytokens 201"
EXCHANGE, LOOK_UP = "POST /v3.0/OS-AUTH/id-token/tokens 201", "GET /v3/projects 200"


@pytest.fixture
def connect(accounts):
    def connect(**options):
        ready = accounts.ready
        addresses = {"endpoint": ready["dli_endpoint"], "iam_endpoint": ready["iam_endpoint"]}
        return identity.connect({**DEFAULTS, **addresses, "region": ready["region"], **options})

    return connect


def list_queues(client):
    return client.get(client.path("v1.0", "queues"), "list the queues")["queues"]


def sent(sim):
    return [f"{request.method} {request.path} {request.status}" for request in sim.requests]


# --- id tokens --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False], ids=["id known", "id told"])
@pytest.mark.parametrize("way", ["id token", "file"])
def test_an_id_token_costs_one_request(accounts, connect, credentials, way, known):
    client = connect(**credentials[way], **({"project_id": accounts.ready["project_id"]} if known else {}))
    assert sent(accounts) == [EXCHANGE]
    list_queues(client)
    login, listing = accounts.requests
    assert login.headers["x-idp-id"] == "pipelines"
    assert not {"authorization", "x-auth-token"} & login.headers.keys()
    scope = {"id": accounts.ready["project_id"]} if known else {"name": accounts.ready["region"]}
    assert login.body == {"auth": {"id_token": "***", "scope": {"project": scope}}}
    assert listing.path == f"/v1.0/{accounts.ready['project_id']}/queues"
    assert "x-auth-token" in listing.headers


def test_where_the_answer_tells_no_project_it_is_looked_up_or_was_given(server, step):
    options = {"idp_id": "i", "id_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    server.play(step(201, body={"token": {}}, X_Subject_Token="s"), step({"queues": []}))
    list_queues(identity.connect({**DEFAULTS, **options, "project_id": "p1"}))
    assert [each.target for each in server.seen][1:] == ["/v1.0/p1/queues"]


def test_a_token_wins_over_keys_these_over_an_id_token_and_that_over_a_password(accounts, connect, credentials):
    project = {"project_id": accounts.ready["project_id"]}
    wrong = {"username": "nobody", "password": "wrong"}
    list_queues(connect(**credentials["id token"], **wrong))
    assert sent(accounts)[0] == EXCHANGE
    list_queues(connect(**credentials["keys"], **project, idp_id="nowhere", **wrong))
    assert "authorization" in accounts.requests[-1].headers
    assert len(accounts.requests) == 3


def test_the_file_is_read_for_each_login(accounts, connect, credentials, id_token_file, next_id_token):
    client = connect(**credentials["file"])
    accounts.clock.advance(601)
    id_token_file.write_text(next_id_token)
    accounts.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues")
    list_queues(client)
    assert sent(accounts).count(EXCHANGE) == 2


def test_a_file_that_is_gone_meanwhile_is_told(accounts, connect, credentials, id_token_file):
    client = connect(**credentials["file"])
    id_token_file.unlink()
    accounts.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues")
    with pytest.raises(InvalidInput, match=r"id_token_file: .* cannot be read: No such file"):
        list_queues(client)


@pytest.mark.parametrize(
    ("options", "age", "words"),
    [
        ({"id_token": "eyJ.wrong.token"}, 0, "The id token is invalid"),
        ({}, 600, "The id token has expired"),
        ({"idp_id": "elsewhere"}, 0, "Could not find identity provider: elsewhere"),
    ],
)
def test_a_refused_id_token_is_told_with_what_to_do(accounts, connect, credentials, options, age, words):
    accounts.clock.advance(age)
    with pytest.raises(AccessDenied, match=f"^Could not log in with an id token of .*: {words}") as caught:
        connect(**{**credentials["id token"], **options})
    assert "Check idp_id, and that the id token is a fresh one" in caught.value.hint
    assert len(accounts.requests) == 1


# --- agencies ---------------------------------------------------------------------------------------------------------

# way: what it costs to assume an agency, besides that request itself
FIRST = {
    "keys": [],
    "temporary": [],
    "token": [],
    "password": [LOG_IN],
    "user id": [LOG_IN],
    "id token": [EXCHANGE],
    "file": [EXCHANGE],
}


@pytest.mark.parametrize("known", [True, False], ids=["id known", "id looked up"])
@pytest.mark.parametrize("way", FIRST)
def test_an_agency_can_be_assumed_with_any_credentials(accounts, connect, credentials, way, known):
    if way == "temporary":
        accounts.load_seed({"credentials": {"security_token": "st"}})
    client = connect(**credentials[way], **AGENCY, **({"project_id": THEIRS} if known else {}))
    assert sent(accounts) == [*FIRST[way], ASSUME, *([] if known else [LOOK_UP])]
    assert client.project_id == THEIRS
    client.post(client.path("v1.0", "queues"), "create", {"queue_name": "q1", "cu_count": 16})
    assert "q1" in accounts.state.projects[THEIRS].queues
    assert "q1" not in accounts.queues

    request = accounts.requests[-1]
    assert request.headers["x-project-id"] == THEIRS
    assert {"authorization", "x-security-token"} <= request.headers.keys()
    assert "x-auth-token" not in request.headers
    if FIRST[way]:
        assert accounts.requests[0].body["auth"]["scope"] == {"domain": {"name": accounts.ready["domain_name"]}}


@pytest.mark.parametrize(
    ("options", "role"),
    [
        ({}, {"domain_name": "customer", "duration_seconds": 3600}),
        ({"agency_duration": 900}, {"domain_name": "customer", "duration_seconds": 900}),
        ({"agency_domain_id": "d7"}, {"domain_id": "d7", "duration_seconds": 3600}),
        ({"agency_domain_name": "", "agency_domain_id": "d7"}, {"domain_id": "d7", "duration_seconds": 3600}),
    ],
)
def test_what_is_asked_for(accounts, connect, credentials, options, role):
    connect(**{**credentials["keys"], **AGENCY, "project_id": THEIRS, **options})
    (request,) = accounts.requests
    assert "x-project-id" not in request.headers
    assert request.body == {
        "auth": {"identity": {"methods": ["assume_role"], "assume_role": {"agency_name": "operators", **role}}}
    }


@pytest.mark.parametrize("way", ["keys", "password", "file"])
def test_keys_are_replaced_before_they_expire(accounts, connect, clock, credentials, id_token_file, next_id_token, way):
    client = connect(**credentials[way], **AGENCY, project_id=THEIRS, agency_duration=900)
    lost_answers = [*FIRST[way], ASSUME]
    clock.sleep(839)
    list_queues(client)
    assert sent(accounts)[:-1] == lost_answers
    id_token_file.write_text(next_id_token)
    clock.sleep(2)
    list_queues(client)
    list_queues(client)
    assert [each for each in sent(accounts) if "/queues" not in each] == [*lost_answers, *lost_answers]
    assert len(accounts.authenticator.temporary_keys) == 2
    assert not [each for each in sent(accounts) if each.endswith("401")]


def test_keys_that_expired_while_no_time_seemed_to_pass_are_replaced(accounts, connect, credentials):
    """As where this host was asleep."""
    client = connect(**credentials["keys"], **AGENCY, project_id=THEIRS)
    accounts.clock.advance(3600)
    list_queues(client)
    assert sent(accounts).count(ASSUME) == 2


def test_keys_expire_from_when_they_were_lent(accounts, connect, clock, credentials):
    accounts.inject(kind="status", status=503, path="/v3/projects", times=3, headers={"Retry-After": "60"})
    client = connect(**credentials["keys"], **AGENCY, agency_duration=900, max_retries=3)
    assert clock.slept == 180
    clock.sleep(721)
    list_queues(client)
    assert sent(accounts).count(ASSUME) == 2
    assert not [each for each in sent(accounts) if each.endswith("401")]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "truncate"])
def test_where_no_new_keys_are_got_nothing_was_made_that_would_have_to_be_looked_for(
    accounts, connect, clock, credentials, kind
):
    client = connect(**credentials["keys"], **AGENCY, project_id=THEIRS)
    clock.sleep(3600)
    accounts.inject(kind=kind, path="/securitytokens", times=None, status=503)
    with pytest.raises((ApiError, TransportError), match="Could not assume agency") as caught:
        lost_answers.post_and_confirm(
            client, client.path("v1.0", "queues"), "create queue q1", {"queue_name": "q1"}, confirm=pytest.fail
        )
    assert not caught.value.outcome_unknown
    assert "Nothing was found" not in (caught.value.hint or "")


def test_keys_that_must_be_updated_are_replaced(accounts, connect, credentials):
    client = connect(**credentials["keys"], **AGENCY, project_id=THEIRS)
    accounts.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues")
    list_queues(client)
    assert sent(accounts).count(ASSUME) == 2


def test_an_agency_that_is_gone_meanwhile_is_no_missing_queue(accounts, connect, clock, credentials):
    client = connect(**credentials["keys"], **AGENCY, project_id=THEIRS)
    accounts.state.agencies.clear()
    clock.sleep(3600)
    with pytest.raises(AccessDenied, match="Could not assume agency operators of account customer"):
        client.get(client.path("v1.0", "queues", "q1"), "look at queue q1")


HINT = "Check that account {} has an agency {}, that it trusts the account of these credentials"


@pytest.mark.parametrize(
    ("options", "status", "hint"),
    [
        ({"agency_name": "nobody"}, 404, HINT.format("customer", "nobody")),
        ({"agency_domain_name": "elsewhere"}, 404, HINT.format("elsewhere", "operators")),
        ({"agency_domain_id": "d8"}, 404, HINT.format("d8", "operators")),
        ({"agency_name": "strangers"}, 403, HINT.format("customer", "strangers")),
        ({"agency_duration": 43201}, 400, "Give a smaller agency_duration"),
        ({"agency_name": "duration"}, 404, HINT.format("customer", "duration")),
        ({"access_key": "WRONG"}, 401, "Check access_key and secret_key"),
        ({"secret_key": "wrong"}, 401, "Check access_key and secret_key"),
    ],
)
def test_a_refused_agency_is_told_with_what_to_do(accounts, connect, credentials, options, status, hint):
    with pytest.raises(AccessDenied, match=r"^Could not assume agency \w+ of account \w+: ") as caught:
        connect(**{**credentials["keys"], **AGENCY, **options})
    assert caught.value.hint.startswith(hint)
    assert caught.value.status == status
    assert caught.value.request_id
    assert len(accounts.requests) == 1


def test_an_outdated_token_cannot_assume_anything(accounts, connect):
    with pytest.raises(AccessDenied, match="decrypt token fail") as caught:
        connect(auth_token="outdated", **AGENCY)
    assert "agency" not in caught.value.hint


@pytest.mark.parametrize("way", ["keys", "password", "id token", "agency"])
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"<html>Not here</html>", "does not come from IAM: check region, cloud and iam_endpoint"),
        (404, b'{"error_code": "APIGW.0101", "error_msg": "No such API"}', "or iam_endpoint is not that of IAM"),
        (403, b"<html>Go away</html>", "an administrator can grant it in IAM (actions begin with iam:)"),
    ],
)
def test_a_refusal_of_iam_does_not_speak_of_dli(server, step, credentials, way, status, body, words):
    server.play(step(status, body=body))
    options = {**credentials["keys"], **AGENCY} if way == "agency" else credentials[way]
    with pytest.raises(ApiError) as caught:
        identity.connect(
            {
                **DEFAULTS,
                **options,
                "region": "r-1",
                "endpoint": server.url,
                "iam_endpoint": server.url,
                "max_retries": 0,
            }
        )
    assert words in caught.value.hint
    assert "dli" not in caught.value.hint.lower()


LENT = {"access": "AK", "secret": "sk", "securitytoken": "st"}


@pytest.mark.parametrize(
    "credential",
    [
        *(None, {}, ["AK", "sk"], {"access": "AK", "secret": "sk"}, {"securitytoken": "st"}),
        *({**LENT, "access": access} for access in (1, ["AK"], "A\nX: 1", "A K")),
        *({**LENT, "secret": secret} for secret in ({}, "\ud800")),
        {**LENT, "securitytoken": "tökén"},
    ],
)
def test_an_answer_without_keys_is_a_failure(server, step, credential):
    server.play(step(201, body={"credential": credential}))
    options = {"auth_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url, **AGENCY}
    with pytest.raises(ApiError, match="the answer of IAM holds no keys"):
        identity.connect({**DEFAULTS, **options})


@pytest.mark.parametrize(("kind", "error"), [("drop_before", TransportError), ("status", ApiError)])
def test_iam_that_is_down_is_told_as_that(accounts, connect, credentials, kind, error):
    accounts.inject(kind=kind, path="/securitytokens", times=None, status=503)
    with pytest.raises(error, match="Could not assume agency operators") as caught:
        connect(**credentials["keys"], **AGENCY)
    assert caught.value.transient
    assert len(accounts.requests) == 2


# --- what is found without any request --------------------------------------------------------------------------------

KEYS = {"access_key": "AK", "secret_key": "sk", "region": "r-1", "project_id": "p1"}
OIDC = {"idp_id": "i", "id_token": "t", "region": "r-1"}

# options: the beginnings of the problems that they have
WRONG = [
    ({**OIDC, "idp_id": None}, ["idp_id: is missing; it goes with id_token or id_token_file"]),
    ({**OIDC, "idp_id": None, "id_token": None, "id_token_file": __file__}, ["idp_id: is missing", "id_token_file: "]),
    ({**OIDC, "id_token": None}, ["id_token: is missing (or id_token_file); it goes with idp_id"]),
    ({**OIDC, "id_token": ""}, ["id_token: is missing"]),
    ({**OIDC, "idp_id": "a b"}, ["idp_id: must be printable ASCII without blanks"]),
    ({**OIDC, "idp_id": "größe"}, ["idp_id: must be printable ASCII without blanks"]),
    ({**OIDC, "id_token": "a b"}, ["id_token: must be printable ASCII without blanks"]),
    ({**OIDC, "id_token": None, "id_token_file": "/no/such"}, ["id_token_file: /no/such cannot be read: No such file"]),
    ({**OIDC, "id_token": None, "id_token_file": "/"}, ["id_token_file: / cannot be read: Is a directory"]),
    ({**OIDC, "id_token": None, "id_token_file": os.devnull}, [f"id_token_file: {os.devnull} must hold an id token"]),
    ({**OIDC, "id_token": None, "id_token_file": __file__}, [f"id_token_file: {__file__} must hold an id token"]),
    ({**OIDC, "id_token": None, "id_token_file": "a\0b"}, ["id_token_file: a\0b must hold an id token"]),
    ({**OIDC, "idp_id": "a\nb"}, ["idp_id: must be printable ASCII without blanks"]),
    ({**OIDC, "region": None, "endpoint": "h", "project_id": "p1"},
     ["region: is missing (HW_REGION_NAME); without it give iam_endpoint"]),
    ({**KEYS, "agency_name": "a"}, ["agency_domain_name: is missing (or agency_domain_id)"]),
    ({**KEYS, "agency_domain_name": "d"}, ["agency_name: is missing"]),
    ({**KEYS, "agency_domain_id": "d"}, ["agency_name: is missing"]),
    ({**KEYS, "agency_duration": 3600}, ["agency_name: is missing"]),
    ({**KEYS, **AGENCY, "agency_duration": 899}, ["agency_duration: must be a number of seconds from 900 to 86400"]),
    ({**KEYS, **AGENCY, "agency_duration": 86401}, ["agency_duration: must be"]),
    ({**KEYS, **AGENCY, "agency_duration": True}, ["agency_duration: must be"]),
    ({**KEYS, **AGENCY, "agency_name": "a\nb"}, ["agency_name: must not contain control characters"]),
    ({**KEYS, **AGENCY, "agency_domain_id": "a\x00"}, ["agency_domain_id: must not contain control characters"]),
    ({**KEYS, **AGENCY, "agency_name": "\udcfc"}, ["agency_name: must be UTF-8"]),
    ({**KEYS, "project_name": "gr\udcfcn"}, ["project_name: must be UTF-8"]),
    ({**KEYS, **AGENCY, "region": None, "endpoint": "h"},
     ["region: is missing (HW_REGION_NAME); without it give iam_endpoint"]),
    ({**KEYS, **AGENCY, "secret_key": None}, ["secret_key: is missing"]),
    ({**OIDC, **AGENCY}, ["domain_name: is missing (or domain_id); to assume an agency"]),
    ({**AGENCY, "region": "r-1", "user_id": "u", "password": "p"}, ["domain_name: is missing"]),
    ({**AGENCY, "region": "r-1", "username": "u", "password": "p"}, ["domain_name: is missing"]),
    ({"region": "r-1", "agency_name": "a"}, ["no credentials", "agency_domain_name: "]),
    ({"id_token": "a b", "agency_duration": 1}, ["idp_id: ", "agency_name: ", "agency_duration: ", *["region: "] * 2,
                                                 "project_id: ", "id_token: "]),
]  # fmt: skip
COMPLETE = [
    OIDC,
    {**OIDC, "id_token_file": "/no/such/file, and it does not matter"},
    {**OIDC, **AGENCY, "domain_id": "d"},
    {**KEYS, **AGENCY},
    {**KEYS, **AGENCY, "agency_domain_name": None, "agency_domain_id": "d", "agency_duration": 86400},
    {**AGENCY, "auth_token": "t", "region": "r-1"},
    {**AGENCY, "username": "u", "password": "p", "domain_name": "d", "region": "r-1"},
    # What a stronger way makes superfluous may be incomplete.
    {**KEYS, "idp_id": "i"},
    # Job templates fill in every variable, used or not.
    {**KEYS, "idp_id": "", "id_token": "", "id_token_file": "", "agency_name": "", "agency_domain_name": ""},
]


@pytest.mark.parametrize(("options", "beginnings"), WRONG)
def test_whatever_is_missing_or_malformed_is_told(options, beginnings):
    found = identity.problems({**DEFAULTS, **options})
    assert len(found) == len(beginnings), found
    assert all(problem.startswith(words) for problem, words in zip(found, beginnings, strict=True)), found


@pytest.mark.parametrize("options", COMPLETE)
def test_what_is_complete_is_accepted(options):
    assert identity.problems({**DEFAULTS, **options}) == []

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assuming an agency of another account, and the renewal of its temporary keys."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import AccessDenied, ApiError, TransportError
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import lost_answers
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
THEIRS = "7" * 32
AGENCY = {"agency_name": "operators", "agency_domain_name": "customer"}
LOG_IN, ASSUME = "POST /v3/auth/tokens 201", "POST /v3.0/OS-CREDENTIAL/securitytokens 201"
EXCHANGE, LOOK_UP = "POST /v3.0/OS-AUTH/id-token/tokens 201", "GET /v3/projects 200"
# method: the requests before the one that assumes the agency
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
@pytest.mark.parametrize("method", FIRST)
def test_an_agency_can_be_assumed_with_any_credentials(accounts, connect, auth_options, method, known, sent):
    if method == "temporary":
        accounts.load_seed({"credentials": {"security_token": "st"}})
    client = connect(**auth_options[method], **AGENCY, **({"project_id": THEIRS} if known else {}))
    assert sent() == [*FIRST[method], ASSUME, *([] if known else [LOOK_UP])]
    assert client.project_id == THEIRS
    client.post(client.path("v1.0", "queues"), "create", {"queue_name": "q1", "cu_count": 16})
    assert "q1" in accounts.state.projects[THEIRS].queues
    assert "q1" not in accounts.queues

    request = accounts.requests[-1]
    assert request.headers["x-project-id"] == THEIRS
    assert {"authorization", "x-security-token"} <= request.headers.keys()
    assert "x-auth-token" not in request.headers
    if FIRST[method]:
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
def test_the_request_names_agency_account_and_duration(accounts, connect, auth_options, options, role):
    connect(**{**auth_options["keys"], **AGENCY, "project_id": THEIRS, **options})
    (request,) = accounts.requests
    assert "x-project-id" not in request.headers
    assert request.body == {
        "auth": {"identity": {"methods": ["assume_role"], "assume_role": {"agency_name": "operators", **role}}}
    }


@pytest.mark.parametrize("method", ["keys", "password", "file"])
def test_keys_are_replaced_before_they_expire(
    accounts, connect, clock, auth_options, id_token_file, next_id_token, method, sent, list_queues
):
    client = connect(**auth_options[method], **AGENCY, project_id=THEIRS, agency_duration=900)
    lost_answers = [*FIRST[method], ASSUME]
    clock.sleep(839)
    list_queues(client)
    assert sent()[:-1] == lost_answers
    id_token_file.write_text(next_id_token)
    clock.sleep(2)
    list_queues(client)
    list_queues(client)
    assert [each for each in sent() if "/queues" not in each] == [*lost_answers, *lost_answers]
    assert len(accounts.authenticator.temporary_keys) == 2
    assert not [each for each in sent() if each.endswith("401")]


def test_keys_that_the_service_rejects_as_expired_are_replaced(accounts, connect, auth_options, sent, list_queues):
    """The clock of this host did not advance, for example because the host was suspended."""
    client = connect(**auth_options["keys"], **AGENCY, project_id=THEIRS)
    accounts.clock.advance(3600)
    list_queues(client)
    assert sent().count(ASSUME) == 2


def test_the_lifetime_of_keys_starts_with_the_request(accounts, connect, clock, auth_options, sent, list_queues):
    accounts.inject(kind="status", status=503, path="/v3/projects", times=3, headers={"Retry-After": "60"})
    client = connect(**auth_options["keys"], **AGENCY, agency_duration=900, max_retries=3)
    assert clock.slept == 180
    clock.sleep(721)
    list_queues(client)
    assert sent().count(ASSUME) == 2
    assert not [each for each in sent() if each.endswith("401")]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "truncate"])
def test_a_failed_renewal_of_keys_has_a_known_outcome(accounts, connect, clock, auth_options, kind):
    client = connect(**auth_options["keys"], **AGENCY, project_id=THEIRS)
    clock.sleep(3600)
    accounts.inject(kind=kind, path="/securitytokens", times=None, status=503)
    with pytest.raises((ApiError, TransportError), match="Could not assume agency") as caught:
        lost_answers.post_and_confirm(
            client, client.path("v1.0", "queues"), "create queue q1", {"queue_name": "q1"}, confirm=pytest.fail
        )
    assert not caught.value.outcome_unknown
    assert "No matching resource" not in (caught.value.hint or "")


def test_keys_that_must_be_updated_are_replaced(accounts, connect, auth_options, sent, list_queues):
    client = connect(**auth_options["keys"], **AGENCY, project_id=THEIRS)
    accounts.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues")
    list_queues(client)
    assert sent().count(ASSUME) == 2


def test_a_deleted_agency_does_not_count_as_a_missing_queue(accounts, connect, clock, auth_options):
    client = connect(**auth_options["keys"], **AGENCY, project_id=THEIRS)
    accounts.state.agencies.clear()
    clock.sleep(3600)
    with pytest.raises(AccessDenied, match="Could not assume agency operators of account customer"):
        client.get(client.path("v1.0", "queues", "q1"), "read queue q1")


HINT = "Check that account {} has an agency {}, that the agency trusts the account of these credentials"


@pytest.mark.parametrize(
    ("options", "status", "hint"),
    [
        ({"agency_name": "unknown"}, 404, HINT.format("customer", "unknown")),
        ({"agency_domain_name": "elsewhere"}, 404, HINT.format("elsewhere", "operators")),
        ({"agency_domain_id": "d8"}, 404, HINT.format("d8", "operators")),
        ({"agency_name": "strangers"}, 403, HINT.format("customer", "strangers")),
        ({"agency_duration": 43201}, 400, "Decrease agency_duration"),
        ({"agency_name": "duration"}, 404, HINT.format("customer", "duration")),
        ({"access_key": "WRONG"}, 401, "Check access_key and secret_key"),
        ({"secret_key": "wrong"}, 401, "Check access_key and secret_key"),
    ],
)
def test_a_rejected_agency_is_reported_with_a_hint(accounts, connect, auth_options, options, status, hint):
    with pytest.raises(AccessDenied, match=r"^Could not assume agency \w+ of account \w+: ") as caught:
        connect(**{**auth_options["keys"], **AGENCY, **options})
    assert caught.value.hint.startswith(hint)
    assert caught.value.status == status
    assert caught.value.request_id
    assert len(accounts.requests) == 1


def test_an_invalid_token_cannot_assume_an_agency(accounts, connect):
    with pytest.raises(AccessDenied, match="decrypt token fail") as caught:
        connect(auth_token="outdated", **AGENCY)
    assert "agency" not in caught.value.hint


@pytest.mark.parametrize("method", ["keys", "password", "id token", "agency"])
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            404,
            b"<html>Not here</html>",
            "Check region, cloud, iam_endpoint and the proxy: the response does not come from IAM.",
        ),
        (404, b'{"error_code": "APIGW.0101", "error_msg": "No such API"}', "or the endpoint does not belong to IAM"),
        (403, b"<html>Go away</html>", "grant the user this permission in IAM (actions begin with iam:)"),
    ],
)
def test_hints_about_errors_of_iam_do_not_mention_dli(server, step, auth_options, method, status, body, words):
    server.play(step(status, body=body))
    options = {**auth_options["keys"], **AGENCY} if method == "agency" else auth_options[method]
    with pytest.raises(ApiError) as caught:
        credentials.connect(
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


TEMPORARY_KEYS = {"access": "AK", "secret": "sk", "securitytoken": "st"}


@pytest.mark.parametrize(
    "credential",
    [
        *(None, {}, ["AK", "sk"], {"access": "AK", "secret": "sk"}, {"securitytoken": "st"}),
        *({**TEMPORARY_KEYS, "access": access} for access in (1, ["AK"], "A\nX: 1", "A K")),
        *({**TEMPORARY_KEYS, "secret": secret} for secret in ({}, "\ud800")),
        {**TEMPORARY_KEYS, "securitytoken": "tökén"},
    ],
)
def test_a_response_without_keys_fails(server, step, credential):
    server.play(step(201, body={"credential": credential}))
    options = {"auth_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url, **AGENCY}
    with pytest.raises(ApiError, match="the response of IAM contains no keys"):
        credentials.connect({**DEFAULTS, **options})


@pytest.mark.parametrize(("kind", "error"), [("drop_before", TransportError), ("status", ApiError)])
def test_an_outage_of_iam_is_reported_as_transient(accounts, connect, auth_options, kind, error):
    accounts.inject(kind=kind, path="/securitytokens", times=None, status=503)
    with pytest.raises(error, match="Could not assume agency operators") as caught:
        connect(**auth_options["keys"], **AGENCY)
    assert caught.value.transient
    assert len(accounts.requests) == 2


OIDC = {"idp_id": "i", "id_token": "t", "region": "r-1"}
KEYS = {"access_key": "AK", "secret_key": "sk", "region": "r-1", "project_id": "p1"}
# (options, prefixes of their problems)
WRONG = [
    ({**KEYS, "agency_name": "a"}, ["agency_domain_name (or agency_domain_id) is required with agency_name"]),
    ({**KEYS, "agency_domain_name": "d"}, ["agency_name is required with the other options of an agency"]),
    ({**KEYS, "agency_domain_id": "d"}, ["agency_name is required with the other options of an agency"]),
    ({**KEYS, "agency_duration": 3600}, ["agency_name is required with the other options of an agency"]),
    ({**KEYS, **AGENCY, "agency_duration": 899}, ["agency_duration must be a number of seconds from 900 to 86400"]),
    ({**KEYS, **AGENCY, "agency_duration": 86401}, ["agency_duration must be"]),
    ({**KEYS, **AGENCY, "agency_duration": True}, ["agency_duration must be"]),
    ({**KEYS, **AGENCY, "agency_name": "a\nb"}, ["agency_name must not contain control characters"]),
    ({**KEYS, **AGENCY, "agency_domain_id": "a\x00"}, ["agency_domain_id must not contain control characters"]),
    ({**KEYS, **AGENCY, "agency_name": "\udcfc"}, ["agency_name must be UTF-8"]),
    ({**KEYS, **AGENCY, "region": None, "endpoint": "h"},
     ["region (HW_REGION_NAME) is required without iam_endpoint"]),
    ({**KEYS, **AGENCY, "secret_key": None}, ["secret_key is required with"]),
    ({**OIDC, **AGENCY}, ["domain_name (or domain_id) is required to assume an agency"]),
    ({**AGENCY, "region": "r-1", "user_id": "u", "password": "p"},
     ["domain_name (or domain_id) is required to assume an agency"]),
    ({**AGENCY, "region": "r-1", "username": "u", "password": "p"},
     ["domain_name (or domain_id) is required to assume an agency"]),
    ({"region": "r-1", "agency_name": "a"},
     ["credentials are required", "agency_domain_name (or agency_domain_id) is required"]),
    ({"id_token": "a b", "agency_duration": 1}, ["idp_id is", "agency_name is", "agency_duration must be",
                                                 "region (HW_REGION_NAME) is", "id_token must be"]),
]  # fmt: skip
COMPLETE = [
    {**OIDC, **AGENCY, "domain_id": "d"},
    {**KEYS, **AGENCY},
    {**KEYS, **AGENCY, "agency_domain_name": None, "agency_domain_id": "d", "agency_duration": 86400},
    {**AGENCY, "auth_token": "t", "region": "r-1"},
    {**AGENCY, "username": "u", "password": "p", "domain_name": "d", "region": "r-1"},
    # Job templates pass every variable, used or not.
    {**KEYS, "idp_id": "", "id_token": "", "id_token_file": "", "agency_name": "", "agency_domain_name": ""},
]


@pytest.mark.parametrize(("options", "beginnings"), WRONG)
def test_missing_and_malformed_options_are_reported(options, beginnings):
    found = credentials.problems({**DEFAULTS, **options})
    assert len(found) == len(beginnings), found
    assert all(problem.startswith(words) for problem, words in zip(found, beginnings, strict=True)), found


@pytest.mark.parametrize("options", COMPLETE)
def test_complete_options_are_accepted(options):
    assert credentials.problems({**DEFAULTS, **options}) == []

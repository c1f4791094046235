# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins with an ID token of an identity provider."""

from __future__ import annotations

import os

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import AccessDenied, InvalidInput
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
EXCHANGE, LOOK_UP = "POST /v3.0/OS-AUTH/id-token/tokens 201", "GET /v3/projects 200"


@pytest.mark.parametrize("known", [True, False], ids=["id known", "id from the login"])
@pytest.mark.parametrize("method", ["id token", "file"])
def test_a_login_with_an_id_token_takes_one_request(accounts, connect, auth_options, method, known, sent, list_queues):
    client = connect(**auth_options[method], **({"project_id": accounts.ready["project_id"]} if known else {}))
    assert sent() == [EXCHANGE]
    list_queues(client)
    login, listing = accounts.requests
    assert login.headers["x-idp-id"] == "pipelines"
    assert not {"authorization", "x-auth-token"} & login.headers.keys()
    scope = {"id": accounts.ready["project_id"]} if known else {"name": accounts.ready["region"]}
    assert login.body == {"auth": {"id_token": "***", "scope": {"project": scope}}}
    assert listing.path == f"/v1.0/{accounts.ready['project_id']}/queues"
    assert "x-auth-token" in listing.headers


def test_a_token_without_a_project_suffices_if_project_id_is_set(server, step, list_queues):
    options = {"idp_id": "i", "id_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    server.play(step(201, body={"token": {}}, X_Subject_Token="s"), step({"queues": []}))
    list_queues(credentials.connect({**DEFAULTS, **options, "project_id": "p1"}))
    assert [each.target for each in server.seen][1:] == ["/v1.0/p1/queues"]


def test_the_file_is_read_for_each_login(
    accounts, connect, auth_options, id_token_file, next_id_token, sent, list_queues
):
    client = connect(**auth_options["file"])
    accounts.clock.advance(601)
    id_token_file.write_text(next_id_token)
    accounts.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues")
    list_queues(client)
    assert sent().count(EXCHANGE) == 2


def test_a_missing_file_is_reported_at_the_next_login(accounts, connect, auth_options, id_token_file, list_queues):
    client = connect(**auth_options["file"])
    id_token_file.unlink()
    accounts.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues")
    with pytest.raises(InvalidInput, match=r"id_token_file must be a readable file, got .* \(No such file"):
        list_queues(client)


def test_a_file_that_may_never_end_is_reported(tmp_path):
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    large.write_text("x" * 70_000)
    for path, reason in (
        (pipe, "not a regular file"),
        (large, "larger than 64 KB"),
        ("/dev/zero", "larger than 64 KB"),
    ):
        options = {**DEFAULTS, "idp_id": "i", "id_token_file": str(path), "region": "r-1"}
        (problem,) = credentials.problems(options)
        assert problem.startswith("id_token_file must be a readable file")
        assert reason in problem


@pytest.mark.parametrize(
    ("options", "age", "words"),
    [
        ({"id_token": "eyJ.wrong.token"}, 0, "The id token is invalid"),
        ({}, 600, "The id token has expired"),
        ({"idp_id": "elsewhere"}, 0, "Could not find identity provider: elsewhere"),
    ],
)
def test_a_rejected_id_token_is_reported_with_a_hint(accounts, connect, auth_options, options, age, words):
    accounts.clock.advance(age)
    with pytest.raises(AccessDenied, match=f"^Could not log in with an ID token of .*: {words}") as caught:
        connect(**{**auth_options["id token"], **options})
    assert "Check idp_id, and that the ID token comes from that provider" in caught.value.hint
    assert len(accounts.requests) == 1


KEYS = {"access_key": "AK", "secret_key": "sk", "region": "r-1", "project_id": "p1"}
OIDC = {"idp_id": "i", "id_token": "t", "region": "r-1"}
# (options, prefixes of their problems)
WRONG = [
    ({**OIDC, "idp_id": None}, ["idp_id is required with id_token or id_token_file"]),
    ({**OIDC, "idp_id": None, "id_token": None, "id_token_file": __file__},
     ["idp_id is required", "id_token_file must"]),
    ({**OIDC, "id_token": None}, ["id_token (or id_token_file) is required with idp_id"]),
    ({**OIDC, "id_token": ""}, ["id_token (or id_token_file) is required"]),
    ({**OIDC, "idp_id": "a b"}, ["idp_id must be printable ASCII without spaces"]),
    ({**OIDC, "idp_id": "größe"}, ["idp_id must be printable ASCII without spaces"]),
    ({**OIDC, "id_token": "a b"}, ["id_token must be printable ASCII without spaces"]),
    ({**OIDC, "id_token": None, "id_token_file": "/no/such"},
     ["id_token_file must be a readable file, got '/no/such' (No such file"]),
    ({**OIDC, "id_token": None, "id_token_file": "/"},
     ["id_token_file must be a readable file, got '/' (Is a directory)"]),
    ({**OIDC, "id_token": None, "id_token_file": os.devnull}, ["id_token_file must contain an ID token"]),
    ({**OIDC, "id_token": None, "id_token_file": __file__}, ["id_token_file must contain an ID token"]),
    ({**OIDC, "id_token": None, "id_token_file": "a\0b"}, ["id_token_file must contain an ID token"]),
    ({**OIDC, "idp_id": "a\nb"}, ["idp_id must be printable ASCII without spaces"]),
    ({**OIDC, "region": None, "endpoint": "h", "project_id": "p1"},
     ["region (HW_REGION_NAME) is required without iam_endpoint"]),
    ({**KEYS, "project_name": "gr\udcfcn"}, ["project_name must be UTF-8"]),
]  # fmt: skip
COMPLETE = [
    OIDC,
    {**OIDC, "id_token_file": "/no/such/file, and it does not matter"},
]


@pytest.mark.parametrize(("options", "beginnings"), WRONG)
def test_missing_and_malformed_options_are_reported(options, beginnings):
    found = credentials.problems({**DEFAULTS, **options})
    assert len(found) == len(beginnings), found
    assert all(problem.startswith(words) for problem, words in zip(found, beginnings, strict=True)), found


@pytest.mark.parametrize("options", COMPLETE)
def test_complete_options_are_accepted(options):
    assert credentials.problems({**DEFAULTS, **options}) == []

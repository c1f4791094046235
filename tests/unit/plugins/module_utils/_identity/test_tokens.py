# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins with a password, and the renewal of tokens."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    AccessDenied,
    ApiError,
    TokenExpired,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
# method: (authentication header, requests if project_id is set, requests if it is not)
LOOK_UP, LOG_IN = "GET /v3/projects 200", "POST /v3/auth/tokens 201"
LOGINS = [
    (
        "password",
        {},
        {"name": "deployer", "domain": {"name": "ACCOUNT"}},
        {"name": "REGION", "domain": {"name": "ACCOUNT"}},
    ),
    ("password", {"project_id": "ID"}, {"name": "deployer", "domain": {"name": "ACCOUNT"}}, {"id": "ID"}),
    (
        "password",
        {"project_name": "REGION_sub"},
        {"name": "deployer", "domain": {"name": "ACCOUNT"}},
        {"name": "REGION_sub", "domain": {"name": "ACCOUNT"}},
    ),
    ("user id alone", {}, {"id": "USER"}, {"name": "REGION"}),
    ("user id alone", {"domain_name": "ACCOUNT"}, {"id": "USER"}, {"name": "REGION", "domain": {"name": "ACCOUNT"}}),
]


@pytest.mark.parametrize(("method", "more", "user", "scope"), LOGINS)
def test_a_login_names_the_user_and_the_project(sim, connect, auth_options, method, more, user, scope):
    names = {
        "ACCOUNT": sim.ready["domain_name"],
        "REGION": sim.ready["region"],
        "REGION_sub": sim.ready["region"] + "_sub",
        "ID": sim.ready["project_id"],
        "USER": sim.state.identity.user_id,
    }

    def named(value):
        return {k: named(v) for k, v in value.items()} if isinstance(value, dict) else names.get(value, value)

    sim.load_seed({"projects": [{"id": "sub", "name": names["REGION_sub"]}]})
    client = connect(**{**auth_options[method], **named(more)})
    (request,) = sim.requests
    assert request.query == {"nocatalog": ["true"]}
    assert request.body == {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": {"password": "***", **named(user)}}},
            "scope": {"project": named(scope)},
        }
    }
    assert client.project_id == ("sub" if "project_name" in more else sim.ready["project_id"])


@pytest.mark.parametrize("body", [{}, {"token": {}}, {"token": {"project": {"id": "p"}}}])
def test_a_login_without_token_or_project_fails(server, step, body):
    server.play(step(body) if "project" in body.get("token", {}) else step(body, X_Subject_Token="t"))
    options = {"user_id": "u", "password": "p", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    with pytest.raises(ApiError, match="contains no token or no project"):
        credentials.connect({**DEFAULTS, **options})


@pytest.mark.parametrize(
    "token", ["t", ["t"], {"project": "p"}, {"project": ["p"]}, {"project": {"id": 5}}, {"project": {"id": "p\nX: 1"}}]
)
def test_an_unexpected_response_to_a_login_fails(server, step, token):
    server.play(step(201, body={"token": token}, X_Subject_Token="t"))
    options = {"user_id": "u", "password": "p", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    with pytest.raises(ApiError, match="contains no token or no project"):
        credentials.connect({**DEFAULTS, **options})


def reject_token(sim, **more):
    sim.inject(kind="status", status=401, error_code="APIGW.0307", shape="gateway", path="/queues", **more)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_rejected_token_is_replaced_by_a_new_login(sim, connect, auth_options, method, sent, list_queues):
    issued = len(sim.authenticator.tokens)
    client = connect(**auth_options["password"])
    reject_token(sim, error_msg="The token must be updated")
    path = client.path("v1.0", "queues")
    if method == "GET":
        client.get(path, "list")
    else:
        client.post(path, "create", {"queue_name": "q1", "cu_count": 16})
        assert "q1" in sim.queues
    list_queues(client)
    queues = f"{method} {path}"
    assert sent() == [LOG_IN, f"{queues} 401", LOG_IN, f"{queues} 200", f"GET {path} 200"]
    assert len(sim.authenticator.tokens) == issued + 2


def test_an_expired_token_is_replaced_by_a_new_login(sim, connect, auth_options, sent, list_queues):
    client = connect(**auth_options["password"])
    sim.clock.advance(24 * 3600 + 1)
    list_queues(client)
    assert [each.rpartition(" ")[2] for each in sent()] == ["201", "401", "201", "200"]


def test_a_request_causes_at_most_one_new_login(sim, connect, auth_options, sent, list_queues):
    client = connect(**auth_options["password"])
    reject_token(sim, times=None)
    with pytest.raises(TokenExpired):
        list_queues(client)
    assert sent().count(LOG_IN) == 2


@pytest.mark.parametrize("method", ["token", "keys"])
def test_credentials_without_a_login_are_not_renewed(sim, connect, auth_options, method, list_queues):
    client = connect(**auth_options[method], project_id=sim.ready["project_id"])
    reject_token(sim)
    with pytest.raises(TokenExpired):
        list_queues(client)
    assert len(sim.requests) == 1


@pytest.mark.parametrize(("status", "code"), [(401, "APIGW.0301"), (403, "APIGW.0302")])
def test_no_other_error_causes_a_new_login(sim, connect, auth_options, status, code, sent, list_queues):
    client = connect(**auth_options["password"])
    sim.inject(kind="status", status=status, error_code=code, path="/queues")
    with pytest.raises(AccessDenied):
        list_queues(client)
    assert sent().count(LOG_IN) == 1


def test_the_old_and_the_new_token_are_masked(sim, connect, auth_options, list_queues):
    client = connect(**auth_options["password"])
    first = next(reversed(sim.authenticator.tokens))
    reject_token(sim)
    list_queues(client)
    second = next(reversed(sim.authenticator.tokens))
    assert first != second
    sim.inject(kind="status", status=401, error_msg=f"{first} and {second}", path="/queues")
    with pytest.raises(AccessDenied) as caught:
        list_queues(client)
    assert caught.value.api_message == "******** and ********"

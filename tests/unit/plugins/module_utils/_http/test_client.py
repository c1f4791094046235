# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retries, the time of the service, paths, and masking of secrets."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    AccessDenied,
    ApiError,
    DliError,
    NotFound,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import (
    Access,
    AuthResult,
    Client,
    Endpoints,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Transport


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "status_after"])
def test_get_put_and_delete_are_retried_after_a_transient_failure(sim, api, kind):
    sim.load_seed({"connections": [{"name": "c1", "id": "c1"}]})
    path = api.path("v2.0", "datasource", "enhanced-connections", "c1")
    for method in ("GET", "PUT", "DELETE"):
        sim.inject(kind=kind, status=503, method=method)
    hosts = [{"name": "h1", "ip": "10.0.0.1"}]

    assert api.get(path, "look")["name"] == "c1"
    api.put(path, "set the hosts", {"hosts": hosts})
    assert sim.connections["c1"].hosts == hosts
    try:
        api.delete(path, "delete")
    except NotFound:
        # The first request, whose response was lost, deleted it; callers treat that as success.
        assert kind in ("drop_after", "status_after")
    assert sim.connections["c1"].status == "DELETED"
    assert [request.method for request in sim.requests] == ["GET"] * 2 + ["PUT"] * 2 + ["DELETE"] * 2


def test_a_cumulative_put_is_never_retried(sim, api):
    sim.load_seed({"queues": [{"queue_name": "q1", "cu_count": 64}]})
    sim.inject(kind="status_after", status=503, method="PUT")
    scale = {"action": "scale_out", "cu_count": 16}
    with pytest.raises(ApiError) as caught:
        api.put(api.path("v1.0", "queues", "q1", "action"), "scale queue q1", scale, idempotent=False)
    assert caught.value.outcome_unknown
    assert [request.method for request in sim.requests] == ["PUT"]


WRITES = {
    "PUT": lambda api, path: api.put(path, "set the hosts", {"hosts": []}),
    "cumulative PUT": lambda api, path: api.put(path, "scale", {}, idempotent=False),
    "DELETE": lambda api, path: api.delete(path, "delete"),
    "POST": lambda api, path: api.post(path, "create", {}),
}
LOST = {"dropped": {"end": "reset"}, "504": {"answer": 504}, "page": {"answer": 200, "body": b"<html>"}}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_response_is_lost_counts_as_one(server, step, write, fault):
    server.play(step(**fault))
    client = connected_to(server)
    with pytest.raises(DliError) as caught:
        WRITES[write](client, "/path")
    assert client.wrote
    assert ("may have taken effect" in str(caught.value)) == (write != "POST")


@pytest.mark.parametrize("write", WRITES)
def test_a_rejected_write_does_not_count(server, step, write):
    server.play(step(400, body={"error_code": "DLI.0001", "error_msg": "No"}))
    client = connected_to(server)
    with pytest.raises(DliError) as caught:
        WRITES[write](client, "/path")
    assert not client.wrote
    assert "may have taken effect" not in str(caught.value)


@pytest.mark.parametrize(
    "read", [lambda api: api.get("/path", "look"), lambda api: api.post("/path", "test", {}, read_only=True)]
)
def test_a_read_whose_response_is_lost_does_not_count(server, step, read):
    server.play(step(end="reset"))
    client = connected_to(server)
    with pytest.raises(DliError):
        read(client)
    assert not client.wrote


def test_the_secrets_of_the_options_and_of_two_logins_are_masked():
    access = Access(None, Endpoints("", "", ""), None, "p", ("option",))
    for number in range(5):
        access.use(AuthResult(TokenAuth(f"token{number}"), ("option", f"token{number}")))
    assert access.secrets == ("option", "token3", "token4")


def test_the_last_request_and_texts_of_responses_are_shown_without_secrets(server, step):
    server.play(step({"a": 1}, x_request_id="r-the-secret-key\x1b"))
    client = connected_to(server, secrets=("the-secret-key",))
    assert client.last_request is None
    client.get("/path", "look")
    assert client.last_request == ("look", "r-********\\x1b")
    assert client.masked("KeyError: 'THE-SECRET-KEY\u202e'") == "KeyError: '********\\u202e'"


def test_many_calls_use_one_connection(server):
    client = connected_to(server)
    for _call in range(5):
        client.get("/path", "look")
    assert len(server.seen) == 5
    assert server.connections == 1


def connected_to(server, **settings):
    endpoints = Endpoints(dli=server.url, iam=server.url, vpc=server.url)
    return Client(Access(Transport(timeout=60, verify=True, max_retries=0), endpoints, TokenAuth("t"), "p", **settings))


@pytest.mark.parametrize("ahead", [-7200, 0, 7200])
def test_the_time_is_that_of_the_service(server, step, ticking, ahead):
    server.play(step(200, date=formatdate(1_000_000 + ahead, usegmt=True)))
    client = connected_to(server)
    client.get("/path", "look")
    assert client.now() == 1_000_000 + ahead
    ticking.pass_by(30)
    assert client.now() == 1_000_030 + ahead


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT", ", ", "1" * 5000])
def test_an_invalid_date_is_ignored(server, step, date, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    server.play(step(200, date=date))
    client = connected_to(server)
    client.get("/path", "look")
    assert client.now() == 1_800_000_000.0


def test_before_the_first_response_the_clock_of_this_host_is_used(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    assert Client(Access(None, Endpoints("", "", ""), None, "p")).now() == 1_800_000_000.0


def test_the_project_is_in_every_path(sim, api):
    api.get(api.path("v1.0", "queues"), "list")
    assert sim.requests[0].path == f"/v1.0/{sim.ready['project_id']}/queues"


SECRETS = ("the-secret-key", "the security token", 'pass"word')


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("shape", ["dli", "array", "gateway", "iam", "camel", "code_message", "text", "html"])
def test_secrets_in_an_error_response_are_masked(sim, connection_params, shape, secret):
    endpoints = Endpoints(dli=sim.base_url, iam=sim.base_url, vpc=sim.base_url)
    client = Client(Access(Transport(timeout=60, verify=True, max_retries=0), endpoints, TokenAuth("t"), "p", SECRETS))
    sim.inject(kind="status", status=401, error_code="X.1", shape=shape, error_msg=f"canonicalRequest:GET|{secret}|x")
    with pytest.raises(AccessDenied) as caught:
        client.get("/v1.0/p/queues", "list")
    text = f"{caught.value} {caught.value.as_result()} {caught.value!r} {caught.value.args}"
    assert secret not in text
    assert "GET|********|x" in text


def test_every_error_names_the_operation(sim, api):
    sim.inject(kind="drop_before", times=None)
    with pytest.raises(DliError, match=r"^Could not list the queues: the connection to .* broke .*\.$"):
        api.get(api.path("v1.0", "queues"), "list the queues")

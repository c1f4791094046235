# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults as seen by a real client."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from simulator_clients import RawClient

from dli_simulator import Simulator

QUEUES = "/v1.0/{p}/queues"
BODY = {"queue_name": "q1", "cu_count": 16}


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("dli", {"error_code": "X.1", "error_msg": "m"}),
        ("array", [{"error_code": "X.1", "error_msg": "m"}]),
        ("camel", {"errorCode": "X.1", "errorMsg": "m"}),
        ("code_message", {"code": "X.1", "message": "m"}),
        ("iam", {"error": {"code": 403, "message": "m", "title": "Forbidden"}}),
        ("is_success_false", {"is_success": False, "message": "m"}),
        ("is_success_string", {"is_success": "false", "message": "m"}),
    ],
)
def test_shapes(sim_without_auth: Simulator, raw: RawClient, shape: str, wanted: Any) -> None:
    sim_without_auth.inject(kind="status", status=403, error_code="X.1", error_msg="m", shape=shape)
    answer = raw("GET", QUEUES)
    assert (answer.status_code, answer.json()) == (403, wanted)
    assert raw("GET", QUEUES).ok


def test_shapes_that_are_not_json(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="status", status=502, shape="html")
    sim_without_auth.inject(kind="status", status=503, shape="text", error_msg="down")
    sim_without_auth.inject(kind="status", status=504, shape="empty")
    sim_without_auth.inject(kind="status", status=500, shape="gateway", error_code="APIGW.0601")
    html, text, empty, gateway = (raw("GET", QUEUES) for _each in range(4))
    assert html.text.startswith("<html>")
    assert (html.status_code, text.text, empty.content) == (502, "down", b"")
    assert gateway.json()["request_id"] == gateway.headers["X-Request-Id"]


def test_is_success_false_has_status_200(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="status", shape="is_success_false")
    assert raw("POST", QUEUES, BODY).status_code == 200
    assert "q1" not in sim_without_auth.queues


def test_requests_that_a_fault_affects(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="status", status=500, method="post", path="/queues$", skip=1, times=2)
    statuses = [raw("POST", QUEUES, {**BODY, "queue_name": f"q{each}"}).status_code for each in range(4)]
    assert statuses == [200, 500, 500, 200]
    sim_without_auth.inject(kind="status", status=500, path="enhanced", times=None, headers={"Retry-After": "7"})
    assert raw("GET", QUEUES).ok
    for _attempt in range(3):
        assert raw("GET", "/v2.0/{p}/datasource/enhanced-connections").headers["Retry-After"] == "7"


def test_a_dropped_request_has_no_effect(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="drop_before")
    with pytest.raises(requests.ConnectionError):
        raw("POST", QUEUES, BODY)
    assert "q1" not in sim_without_auth.queues
    assert [(each.status, each.took_effect) for each in sim_without_auth.requests] == [(None, False)]
    assert raw("POST", QUEUES, BODY).ok


def test_a_dropped_response_has_an_effect(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="drop_after")
    with pytest.raises(requests.ConnectionError):
        raw("POST", QUEUES, BODY)
    assert "q1" in sim_without_auth.queues
    assert [(each.status, each.took_effect) for each in sim_without_auth.requests] == [(None, True)]


def test_a_failure_that_took_effect(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="status_after", status=504, shape="html", path="queues")
    assert raw("POST", QUEUES, BODY).status_code == 504
    assert "q1" in sim_without_auth.queues
    assert [(each.status, each.took_effect) for each in sim_without_auth.requests] == [(504, True)]


def test_a_truncated_answer(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="truncate")
    answer = raw("GET", QUEUES)
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert answer.status_code == 200


def test_a_delayed_response(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.inject(kind="delay", seconds=0.2)
    begun = time.monotonic()
    assert raw("GET", QUEUES).ok
    assert time.monotonic() - begun >= 0.2


def test_stopping_does_not_wait_for_delayed_responses() -> None:
    with Simulator(require_signature=False) as sim:
        sim.inject(kind="delay", seconds=60)
        with pytest.raises(requests.Timeout):
            requests.get(sim.base_url + "/v1.0/x/queues", timeout=0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 30


def test_throttling(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.set_knobs(throttle={"limit": 2, "per_seconds": 60})
    sim_without_auth.clock.advance(60 - sim_without_auth.clock.now() % 60)
    answers = [raw("GET", QUEUES) for _each in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error_code"] == "APIGW.0308"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert raw("GET", QUEUES + "/default").ok
    sim_without_auth.clock.advance(60)
    assert raw("GET", QUEUES).ok


def test_unpublished(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.set_knobs(unpublished=["connection-test"])
    answer = raw("POST", QUEUES + "/default/connection-test", {"address": "10.0.0.1:1"})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")


def test_the_control_api(sim_without_auth: Simulator, raw: RawClient) -> None:
    assert raw("GET", "/_simulator/ready").json() == sim_without_auth.ready
    assert raw("POST", "/_simulator/faults", [{"kind": "status", "status": 500}]).status_code == 204
    assert raw("GET", "/_simulator/faults").json()[0]["kind"] == "status"
    assert raw("GET", QUEUES).status_code == 500
    assert [each["status"] for each in raw("GET", "/_simulator/requests").json()] == [500]
    raw("DELETE", "/_simulator/requests")
    assert sim_without_auth.requests == []
    before = sim_without_auth.clock.now()
    raw("POST", "/_simulator/clock", {"advance": 100})
    assert sim_without_auth.clock.now() == before + 100
    raw("POST", "/_simulator/knobs", {"peer_seconds": 1})
    assert raw("GET", "/_simulator/knobs").json()["peer_seconds"] == 1
    raw("POST", "/_simulator/seed", data="queues:\n  - queue_name: seeded\n")
    raw("POST", "/_simulator/seed", data=r'{"queues": [{"queue_name": "json", "description": "\ud83d\udc18"}]}')
    assert "seeded" in sim_without_auth.queues
    assert sim_without_auth.queues["json"].description == "🐘"
    raw("POST", "/_simulator/faults", {"kind": "delay", "seconds": 1})
    raw("DELETE", "/_simulator/faults")
    assert sim_without_auth.faults.pending() == []
    raw("POST", "/_simulator/reset")
    assert list(sim_without_auth.queues) == ["default"]
    assert sim_without_auth.state.knobs.peer_seconds == 20


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"kind": "unknown"}),
        ("faults", {"kind": "status", "shape": "unknown"}),
        ("faults", {"status": 500}),
        ("faults", {"kind": "status", "colour": 1}),
        ("knobs", {"unknown": 1}),
        ("knobs", {"peer_seconds": "soon"}),
        ("clock", {"advance": -1}),
        ("clock", {}),
        ("seed", {"unknown": []}),
        ("seed", {"queues": [{"cu_count": 16}]}),
        ("seed", {"queues": [{"queue_name": "q", "colour": 1}]}),
    ],
)
def test_invalid_control_calls(raw: RawClient, path: str, body: dict[str, Any]) -> None:
    answer = raw("POST", f"/_simulator/{path}", body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_recorded_requests(sim_without_auth: Simulator, raw: RawClient) -> None:
    headers = {"X-Auth-Token": "secret-1", "X-Security-Token": "secret-2", "Authorization": "secret-3"}
    body = {"auth": {"identity": {"password": {"user": {"password": "secret-4"}}}}}
    raw("POST", "/v3/auth/tokens", body, headers=headers)
    raw("GET", QUEUES, params={"tags": "a=b", "queue_type": "all"})
    first, second = sim_without_auth.requests
    assert "secret" not in str(sim_without_auth.requests)
    assert first.body["auth"]["identity"]["password"]["user"]["password"] == "***"
    assert (second.method, second.query, second.body) == ("GET", {"tags": ["a=b"], "queue_type": ["all"]}, None)
    assert (second.status, second.took_effect) == (200, False)

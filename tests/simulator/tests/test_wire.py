# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Details of the wire format that the vendor's SDK hides: exact keys, headers, errors. Paging: see test_pages.py."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from simulator_clients import RawClient

from dli_simulator import Simulator

QUEUES = "/v1.0/{p}/queues"
CONNECTIONS = "/v2.0/{p}/datasource/enhanced-connections"
POOLS = "/v3/{p}/elastic-resource-pools"


def connection_body(sim: Simulator, **fields: Any) -> dict[str, Any]:
    place = sim.ready["networks"][0]
    return {"name": "c1", "dest_vpc_id": place["vpc_id"], "dest_network_id": place["subnet_id"], **fields}


def test_show_is_in_camel_case_and_list_is_not(raw: RawClient) -> None:
    shown = raw("GET", QUEUES + "/DEFAULT").json()
    assert {"queueName", "queueType", "cuCount", "chargingMode", "resource_id"} <= set(shown)
    assert "queue_name" not in shown
    listed = raw("GET", QUEUES).json()
    assert listed["is_success"] is True
    assert {"queue_name", "queue_type", "cu_count", "cidr_in_vpc", "is_restarting"} <= set(listed["queues"][0])
    assert "charging_mode" not in listed["queues"][0]
    assert "tags" not in listed["queues"][0]
    assert "charging_mode" in raw("GET", QUEUES, params={"with-charge-info": "true"}).json()["queues"][0]


def test_every_answer_has_an_id_and_the_simulated_date(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.clock.advance(86400)
    for path in (QUEUES, QUEUES + "/unknown", "/nowhere"):
        answer = raw("GET", path)
        assert len(answer.headers["X-Request-Id"]) == 32
        assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - sim_without_auth.clock.now()) < 2
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("PATCH", QUEUES), ("GET", POOLS + "/p1")])
def test_unknown_paths_and_methods(raw: RawClient, method: str, path: str) -> None:
    answer = raw(method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")


def test_invalid_bodies(raw: RawClient) -> None:
    assert raw("POST", QUEUES, data="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    typed = {"Content-Type": "application/json; charset=utf-8"}
    for text in ("{", "[]", '"x"'):
        answer = raw("POST", QUEUES, data=text, headers=typed)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001")
    assert raw("POST", QUEUES, data='{"queue_name": "q", "cu_count": 16}', headers=typed).ok


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"queue_name": "q1"},
        {"cu_count": 16},
        {"queue_name": "_q", "cu_count": 16},
        {"queue_name": "123", "cu_count": 16},
        {"queue_name": "q" * 129, "cu_count": 16},
        {"queue_name": "q-1", "cu_count": 16},
        {"queue_name": "q1", "cu_count": 32},
        {"queue_name": "q1", "cu_count": True},
        {"queue_name": "q1", "cu_count": 16, "queue_type": "all"},
        {"queue_name": "q1", "cu_count": 16, "charging_mode": 2},
        {"queue_name": "q1", "cu_count": 16, "resource_mode": 2},
        {"queue_name": "q1", "cu_count": 16, "labels": ["multi_az=3"]},
        {"queue_name": "q1", "cu_count": 16, "feature": "ai", "queue_type": "general"},
        {"queue_name": "q1", "cu_count": 16, "engine": "hetuEngine", "queue_type": "general"},
        {"queue_name": "q1", "cu_count": 16, "tags": [{"key": "a", "value": ""}, {"key": "a", "value": ""}]},
        {"queue_name": "q1", "cu_count": 16, "tags": [{"key": f"k{each}", "value": ""} for each in range(21)]},
        {"queue_name": "q1", "cu_count": 16, "properties": {"job.maxConcurrent": 1}},
    ],
)
def test_invalid_queues(sim_without_auth: Simulator, raw: RawClient, body: dict[str, Any]) -> None:
    answer = raw("POST", QUEUES, body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001")
    assert list(sim_without_auth.queues) == ["default"]


@pytest.mark.parametrize(
    "body",
    [
        {"tags": [1], "hosts": 1, "queues": "x", "properties": [1], "auth": [], "keys": {}, "privileges": 5},
        {"tags": {"a": 1}, "hosts": [1], "queues": [1], "auth": {"identity": {"methods": 5}}, "cu_count": {}},
        {"elastic_resource_pool_name": "p1", "min_cu": 64, "max_cu": 64, "label": [1], "name": None, "address": 1},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", QUEUES),
        ("PUT", QUEUES + "/default"),
        ("PUT", QUEUES + "/default/action"),
        ("POST", QUEUES + "/default/connection-test"),
        ("POST", CONNECTIONS),
        ("POST", POOLS),
        ("POST", "/v3/auth/tokens"),
        ("PUT", "/v1.0/{p}/authorization"),
        ("PUT", QUEUES + "/user-authorization"),
        ("POST", "/v3/{p}/dli_queue/1001/tags/create"),
        ("POST", "/v3/{p}/dli_queue/resource-instances/filter"),
        ("PUT", "/v3/{p}/queues/default/properties"),
        ("DELETE", "/v3/{p}/queues/default/properties"),
    ],
)
def test_invalid_fields_are_refused(raw: RawClient, method: str, path: str, body: dict[str, Any]) -> None:
    assert raw(method, path, body).status_code in (400, 401, 200 if path.endswith("filter") else 400)


def test_fields_are_returned_as_sent(raw: RawClient) -> None:
    sent = {
        "queue_name": "q1", "cu_count": "16", "queue_type": "sql", "engine": "hetuengine", "platform": "AArch64",
        "charging_mode": "1", "resource_mode": 1, "labels": ["multi_az=2"], "description": "d",
        "enterprise_project_id": "e",
    }  # fmt: skip
    assert raw("POST", QUEUES, sent).json() == {"is_success": True, "message": "", "queue_name": "q1"}
    listed = raw("GET", QUEUES).json()["queues"][1]
    assert (listed["engine"], listed["platform"], listed["labels"]) == ("hetuEngine", "aarch64", "multi_az=2")
    assert (listed["description"], listed["enterprise_project_id"], listed["cu_count"]) == ("d", "e", 16)


def test_connection_keys(sim_without_auth: Simulator, raw: RawClient) -> None:
    created = raw(
        "POST", CONNECTIONS, connection_body(sim_without_auth, routetable_id="r", tags=[{"key": "k", "value": "v"}])
    )
    assert created.status_code == 201
    shown = raw("GET", f"{CONNECTIONS}/{created.json()['connection_id']}").json()
    assert shown["isPrivis"] is True
    assert shown["available_queue_info"] == shown["routes"] == []
    assert "routetable_id" not in shown
    assert "tags" not in shown
    sim_without_auth.set_knobs(null_lists=True)
    shown = raw("GET", f"{CONNECTIONS}/{created.json()['connection_id']}").json()
    assert shown["available_queue_info"] is shown["hosts"] is shown["routes"] is shown["elastic_resource_pools"] is None
    assert len(raw("GET", CONNECTIONS, params={"tags": "k=v"}).json()["connections"]) == 1


def test_hosts_are_mandatory(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.load_seed({"connections": [{"id": "x", "name": "c1", "hosts": [{"name": "a", "ip": "10.0.0.1"}]}]})
    assert raw("PUT", CONNECTIONS + "/x", {}).json()["error_code"] == "DLI.0001"
    assert raw("PUT", CONNECTIONS + "/x", {"hosts": []}).json() == {"is_success": True, "message": ""}
    assert raw("POST", CONNECTIONS + "/x/associate-queue", {}).json()["error_code"] == "DLI.0001"


def test_privileges_under_either_name(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.load_seed({"connections": [{"id": "x", "name": "c1", "privileges": {"other": ["BIND_QUEUE"]}}]})
    path = CONNECTIONS + "/x/privileges"
    assert raw("GET", path).json()["privileges"][0]["applicant_project_id"] == "other"
    sim_without_auth.set_knobs(privilege_project_key="project_id")
    assert raw("GET", path).json()["privileges"][0]["project_id"] == "other"


def test_writing_tags_returns_204(sim_without_auth: Simulator, raw: RawClient) -> None:
    number = sim_without_auth.queues["default"].queue_id
    answer = raw("POST", f"/v3/{{p}}/dli_queue/{number}/tags/create", {"tags": [{"key": "k", "value": "v"}]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert raw("GET", f"/v3/{{p}}/dli_queue/{number}/tags").json() == {
        "tags": [{"key": "k", "value": "v"}],
        "count": 1,
    }
    assert raw("GET", "/v3/{p}/dli_queue/0/tags").json()["error_code"] == "DLI.0002"
    assert raw("GET", "/v3/{p}/edsconnection/0/tags").status_code == 404


def test_lists_may_lag(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.set_knobs(list_lag_seconds=10)
    raw("POST", QUEUES, {"queue_name": "q1", "cu_count": 16})
    cid = raw("POST", CONNECTIONS, connection_body(sim_without_auth)).json()["connection_id"]
    raw("POST", POOLS, {"elastic_resource_pool_name": "p1", "min_cu": 64, "max_cu": 64})

    def seen() -> tuple[int, int, int]:
        return (
            len(raw("GET", QUEUES).json()["queues"]) - 1,
            len(raw("GET", CONNECTIONS, params={"status": "ACTIVE"}).json()["connections"]),
            len(raw("GET", POOLS).json()["elastic_resource_pools"]),
        )

    assert seen() == (0, 0, 0)
    assert raw("GET", QUEUES + "/q1").ok
    sim_without_auth.clock.advance(10)
    assert seen() == (1, 1, 1)
    raw("DELETE", QUEUES + "/q1")
    raw("DELETE", f"{CONNECTIONS}/{cid}")
    assert seen()[:2] == (1, 1)
    assert raw("GET", QUEUES + "/q1").status_code == 400
    assert raw("GET", f"{CONNECTIONS}/{cid}").json()["status"] == "DELETED"
    sim_without_auth.clock.advance(10)
    assert seen()[:2] == (0, 0)


@pytest.mark.parametrize(
    ("profile", "method", "path"),
    [
        ("otc", "GET", "/v3/{p}/quotas"),
        ("otc", "GET", "/v3/{p}/queues/default/properties"),
        ("otc", "GET", "/v3/{p}/dli_queue/1001/tags"),
        ("otc", "GET", "/v3/{p}/dli_queue/tags"),
        ("otc", "POST", "/v3/{p}/dli_queue/1001/tags/create"),
        ("otc", "POST", "/v3/{p}/dli_queue/resource-instances/count"),
        ("otc", "PUT", QUEUES + "/default"),
        ("eu-west-101-2024", "GET", "/v3/{p}/queues/default/properties"),
    ],
)
def test_unpublished_apis_of_profiles(profile: str, method: str, path: str) -> None:
    with Simulator(profile, require_signature=False) as sim:
        answer = RawClient(sim)(method, path, {})
        assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
        assert RawClient(sim)("GET", QUEUES + "/default").ok
        assert RawClient(sim)("PUT", QUEUES + "/default/action", {"action": "restart"}).status_code == 400
    with Simulator(require_signature=False) as sim:
        assert RawClient(sim)(method, path, {}).json().get("error_code") != "APIGW.0101"


def test_properties_and_tags_are_published_in_eu_west_101() -> None:
    with Simulator("eu-west-101", require_signature=False) as sim:
        for path in ("/v3/{p}/queues/default/properties", "/v3/{p}/dli_queue/tags"):
            assert RawClient(sim)("GET", path).ok


def test_otc_has_one_engine_and_one_platform() -> None:
    with Simulator("otc", require_signature=False) as sim:
        for extra in ({"engine": "hetuEngine"}, {"platform": "aarch64"}):
            body = {"queue_name": "q1", "cu_count": 16, **extra}
            assert RawClient(sim)("POST", QUEUES, body).json()["error_code"] == "DLI.0001"


def test_state_of_the_control_api(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.load_seed({"queues": [{"queue_name": "q1", "age": 0, "tags": [{"key": "k", "value": "v"}]}]})
    state = raw("GET", "/_simulator/state").json()
    found = {queue["queue_name"]: queue for queue in state["queues"]}
    assert (found["q1"]["ready"], found["q1"]["tags"]) == (False, {"k": "v"})
    assert sim_without_auth.requests == []
    json.dumps(state)


@pytest.mark.parametrize("text", ["\\ud800", "a\\udc00", "\\u0000", "\\u001b[1m", "\\u007f", "\\u0085"])
@pytest.mark.parametrize("field", ["description", "queue_name", "elastic_resource_pool_name", "unknown"])
def test_lone_surrogates_and_control_characters_are_refused(
    sim_without_auth: Simulator, raw: RawClient, text: str, field: str
) -> None:
    body = f'{{"queue_name": "q1", "cu_count": 16, "{field}": "{text}"}}'
    answer = raw("POST", QUEUES, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001")
    tags = f'{{"tags": [{{"key": "{text}", "value": ""}}]}}'
    number = sim_without_auth.queues["default"].queue_id
    path = f"/v3/{{p}}/dli_queue/{number}/tags/create"
    assert raw("POST", path, data=tags, headers={"Content-Type": "application/json"}).status_code == 400
    assert list(sim_without_auth.queues) == ["default"]


def test_other_characters_are_accepted(sim_without_auth: Simulator, raw: RawClient) -> None:
    text = "first line\n\tsecond line: ü 数据 \U0001f600"
    assert raw("POST", QUEUES, {"queue_name": "q1", "cu_count": 16, "description": text}).ok
    assert raw("GET", QUEUES + "/q1").json()["description"] == text


@pytest.mark.parametrize(
    "body",
    ["[" * 100000, '{"a":' * 100000, b'{"queue_name": "\xff"}', f'{{"queue_name": "q1", "cu_count": {"9" * 5000}}}'],
)
def test_bodies_that_cannot_be_decoded(raw: RawClient, body: Any) -> None:
    answer = raw("POST", QUEUES, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001")


def test_long_numbers_are_refused(raw: RawClient) -> None:
    digits = "9" * 5000
    assert raw("POST", QUEUES, {"queue_name": "q1", "cu_count": digits}).json()["error_code"] == "DLI.0001"
    assert raw("GET", QUEUES + "/default/connection-test/" + digits).json()["error_code"] == "DLI.0002"

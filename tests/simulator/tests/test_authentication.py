# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication: signatures, tokens, projects."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkdli.v1 import model
from simulator_clients import sdk_client

from dli_simulator import Simulator
from dli_simulator.signing import Authorization, SignedRequest, expected

_PROJECT = "0123456789abcdef0123456789abcdef"
_HOST = "dli.eu-west-101.myhuaweicloud.eu"
_DATE = "20260102T030405Z"


def signed(sim: Simulator, date: str | None = None, **changes: Any) -> requests.Response:
    """Request the list of queues with a manual signature."""
    ready = sim.ready
    host = ready["dli_endpoint"].removeprefix("http://")
    path = f"/v1.0/{changes.get('project', ready['project_id'])}/queues"
    headers = {"X-Sdk-Date": date} if date else {}
    headers.update(changes.get("signed_headers", {}))
    credentials = type("Credentials", (), {"ak": ready["access_key"], "sk": ready["secret_key"]})
    request = SdkRequest("GET", "http", host, path, query_params=[], header_params=headers, body="")
    Signer(credentials).sign(request)
    sent = {**request.header_params, **changes.get("unsigned_headers", {})}
    return requests.get(ready["dli_endpoint"] + path, headers=sent, timeout=10)


def status_and_code(answer: requests.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return answer.status_code, body["error_code"]


@pytest.mark.parametrize(
    ("method", "query", "body", "names", "digest", "signature"),
    [
        (
            "DELETE", "", b"", ["host", "x-sdk-date"],
            "95916a755dc7e1c816d8a39c7247c085008a71c2651cadf57eef06b2b8060350",
            "519e22504c97a3d3a0077e91df62c6c11bf8e23ec81c61d5339ff1285e318db5",
        ),
        (
            "GET", "queue_type=all&tags=env%3Dprod%2Cteam%3Da%20b", b"",
            ["content-type", "host", "x-project-id", "x-sdk-date"],
            "a34b7b45e759d421b1d26bf54e05606d5d567c6ec104ef8995db79600340826b",
            "04e6a33723effecd080ecd02f18d4446aa952b7f47bd0ed6d039895e135d6e06",
        ),
        (
            "POST", "", b'{"queue_name":"q1","cu_count":16}', ["content-type", "host", "x-project-id", "x-sdk-date"],
            "5d9d54fcba68d9e1b2abbcdad5f753517ec47154a9da518f23982861d07f3947",
            "644730e5c6b82fd32e0a2350481c9978a612246bf334ea50c784aa0f9460d708",
        ),
    ],
)  # fmt: skip
def test_known_signatures(method: str, query: str, body: bytes, names: list[str], digest: str, signature: str) -> None:
    """Test vectors of the vendor's signer."""
    path = f"/v1.0/{_PROJECT}/queues" + ("/q1" if method == "DELETE" else "")
    headers = {"content-type": "application/json", "host": _HOST, "x-project-id": _PROJECT, "x-sdk-date": _DATE}
    authorization = Authorization("EXAMPLEAK0000000001", names, signature)
    canonical, found = expected(
        SignedRequest(method, path, query, headers, body), authorization, "exampleSecretKey/not+real=0000000000"
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == digest
    assert found == signature


def test_the_error_for_a_wrong_secret_contains_the_canonical_request(sim: Simulator) -> None:
    with pytest.raises(ClientRequestException) as caught:
        sdk_client(sim, secret_key="wrong").list_queues(model.ListQueuesRequest(queue_type="all"))
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert "verify aksk signature fail" in caught.value.error_msg
    project = sim.ready["project_id"]
    assert f"GET|/v1.0/{project}/queues/|queue_type=all|" in caught.value.error_msg
    assert sim.requests[-1].status == 401


def test_an_unknown_key(sim: Simulator) -> None:
    with pytest.raises(ClientRequestException) as caught:
        sdk_client(sim, access_key="NOBODY").list_queues(model.ListQueuesRequest())
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert "Get secretKey failed" in caught.value.error_msg


def test_an_old_signature(sim: Simulator) -> None:
    answer = signed(sim, _DATE)
    assert status_and_code(answer) == (401, "APIGW.0301")
    assert "signature expired" in answer.json()["error_msg"]


def test_the_simulated_clock_does_not_affect_signatures(sim: Simulator) -> None:
    sim.clock.advance(3600)
    assert signed(sim).status_code == 200


def test_only_listed_headers_are_verified(sim: Simulator) -> None:
    assert signed(sim, unsigned_headers={"X-Anything": "else", "X-Project-Id": sim.ready["project_id"]}).ok
    assert signed(sim, signed_headers={"X-Anything": "else"}).ok
    altered = signed(sim, signed_headers={"X-Thing": "a"}, unsigned_headers={"X-Thing": "b"})
    assert status_and_code(altered) == (401, "APIGW.0301")


def test_a_signature_without_the_host(sim: Simulator) -> None:
    ready = sim.ready
    path = f"/v1.0/{ready['project_id']}/queues"
    headers = {"x-sdk-date": datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")}
    request = SignedRequest("GET", path, "", headers, b"")
    _canonical, signature = expected(
        request, Authorization(ready["access_key"], ["x-sdk-date"], ""), ready["secret_key"]
    )
    headers["Authorization"] = (
        f"SDK-HMAC-SHA256 Access={ready['access_key']}, SignedHeaders=x-sdk-date, Signature={signature}"
    )
    assert requests.get(ready["dli_endpoint"] + path, headers=headers, timeout=10).ok


@pytest.mark.parametrize("header", ["", "Basic abc", "SDK-HMAC-SHA256 Access=x"])
def test_invalid_authorization_headers(sim: Simulator, header: str) -> None:
    url = f"{sim.base_url}/v1.0/{sim.ready['project_id']}/queues"
    headers = {"Authorization": header} if header else {}
    assert status_and_code(requests.get(url, headers=headers, timeout=10)) == (401, "APIGW.0301")


def test_a_security_token_is_mandatory_with_temporary_keys() -> None:
    with Simulator(seed={"credentials": {"security_token": "temporary"}}) as sim:
        sdk_client(sim, token="temporary").list_queues(model.ListQueuesRequest())
        with pytest.raises(ClientRequestException):
            sdk_client(sim).list_queues(model.ListQueuesRequest())
        assert "temporary" not in str(sim.requests)


def test_a_security_token_is_refused_with_permanent_keys(sim: Simulator) -> None:
    """For example a stale HW_SECURITY_TOKEN beside an explicit key pair."""
    with pytest.raises(ClientRequestException) as caught:
        sdk_client(sim, token="stale").list_queues(model.ListQueuesRequest())
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert "the security token is missing or wrong" in caught.value.error_msg


def test_failures_can_lock_the_key(sim: Simulator) -> None:
    sim.set_knobs(lock_after=5)
    for _attempt in range(5):
        assert "signature expired" in signed(sim, _DATE).text
    assert "failed to reach the limit" in signed(sim).text
    sim.clock.advance(300)
    assert signed(sim).ok


def test_projects() -> None:
    other = "1" * 32
    with Simulator(seed={"projects": [{"id": other, "name": "eu-west-101_lab"}]}) as sim:
        assert status_and_code(signed(sim, project="2" * 32)) == (403, "APIGW.0302")
        assert status_and_code(signed(sim, project=other)) == (403, "APIGW.0302")
        assert signed(sim, project=other, signed_headers={"X-Project-Id": other}).ok
        assert status_and_code(signed(sim, signed_headers={"X-Project-Id": other})) == (403, "APIGW.0302")


def _login(sim: Simulator, scope: Any = None, query: str = "", **user: Any) -> requests.Response:
    ready = sim.ready
    person = {"name": ready["username"], "password": ready["password"], "domain": {"name": ready["domain_name"]}}
    identity = {"methods": ["password"], "password": {"user": {**person, **user}}}
    scope = {"project": {"name": ready["region"]}} if scope is None else scope
    body = {"auth": {"identity": identity, "scope": scope}}
    return requests.post(f"{ready['iam_endpoint']}/auth/tokens{query}", json=body, timeout=10)


def test_token(sim: Simulator) -> None:
    answer = _login(sim)
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token["project"]["id"] == sim.ready["project_id"]
    assert {each["name"] for each in token["catalog"]} == {"dli", "iam", "vpc"}
    assert "catalog" not in _login(sim, query="?nocatalog=true").json()["token"]
    url = f"{sim.base_url}/v1.0/{sim.ready['project_id']}/queues"
    headers = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
    assert requests.get(url, headers=headers, timeout=10).ok
    shown = requests.get(
        f"{sim.ready['iam_endpoint']}/auth/tokens",
        headers={**headers, "X-Subject-Token": headers["X-Auth-Token"]},
        timeout=10,
    )
    assert shown.json()["token"]["expires_at"] == token["expires_at"]
    sim.clock.advance(24 * 3600)
    expired = requests.get(url, headers=headers, timeout=10)
    assert status_and_code(expired) == (401, "APIGW.0301")
    assert "token expires, expires_at: " in expired.text
    assert headers["X-Auth-Token"] not in str(sim.requests)
    assert sim.ready["password"] not in str(sim.requests)


def test_tokens_are_for_one_project(sim: Simulator) -> None:
    scoped_to_account = _login(sim, {"domain": {"name": "x"}}).headers["X-Subject-Token"]
    url = f"{sim.base_url}/v1.0/{sim.ready['project_id']}/queues"
    answer = requests.get(url, headers={"X-Auth-Token": scoped_to_account}, timeout=10)
    assert status_and_code(answer) == (403, "APIGW.0302")
    answer = requests.get(url, headers={"X-Auth-Token": "made up"}, timeout=10)
    assert status_and_code(answer) == (401, "APIGW.0301")


def test_failing_logins(sim: Simulator) -> None:
    for answer in (_login(sim, password="wrong"), _login(sim, name="unknown"), _login(sim, {"project": {"name": "x"}})):
        assert answer.status_code == 401
        assert answer.json()["error"]["title"] == "Unauthorized"
    by_id = _login(sim, name=None, id=sim.state.identity.user_id, domain=None)
    assert by_id.status_code == 201


def test_projects_by_name(sim: Simulator) -> None:
    token = {"X-Auth-Token": _login(sim).headers["X-Subject-Token"]}
    url = sim.ready["iam_endpoint"]
    found = requests.get(f"{url}/projects", params={"name": "eu-west-101"}, headers=token, timeout=10).json()
    assert [project["id"] for project in found["projects"]] == [sim.ready["project_id"]]
    assert requests.get(f"{url}/projects?name=x", headers=token, timeout=10).json()["projects"] == []
    assert len(requests.get(f"{url}/auth/projects", headers=token, timeout=10).json()["projects"]) == 1
    assert requests.get(f"{url}/projects", timeout=10).status_code == 401

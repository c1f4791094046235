# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Agencies of other accounts and id tokens of identity providers: the vendor's SDK uses both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.auth.internal import IamHelper
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkdli.v1 import model
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkiam.v3 import model as iam_model
from simulator_clients import sdk_client

from dli_simulator import Simulator

_THEIRS = "7" * 32
_SEED: dict[str, Any] = {
    "projects": [{"id": _THEIRS, "name": "eu-west-101", "domain_id": "d7"}],
    "agencies": [
        {"agency_name": "operators", "domain_name": "customer", "domain_id": "d7", "max_duration_seconds": 7200},
        {"agency_name": "others", "domain_name": "customer", "domain_id": "d7", "trusts": False},
    ],
    "identity_providers": [{"idp_id": "pipelines", "id_tokens": {"header.payload.signature": 600}}],
}


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(seed=_SEED) as simulator:
        yield simulator


@pytest.fixture
def iam(sim: Simulator) -> Any:
    credentials = GlobalCredentials(sim.ready["access_key"], sim.ready["secret_key"], sim.state.identity.domain_id)
    return IamClient.new_builder().with_credentials(credentials).with_endpoints([sim.base_url]).build()


def assume_agency(iam: Any, **wanted: Any) -> Any:
    wanted = {"agency_name": "operators", "domain_name": "customer", **wanted}
    identity = iam_model.AgencyAuthIdentity(["assume_role"], iam_model.IdentityAssumerole(**wanted))
    body = iam_model.CreateTemporaryAccessKeyByAgencyRequestBody(iam_model.AgencyAuth(identity))
    return iam.create_temporary_access_key_by_agency(iam_model.CreateTemporaryAccessKeyByAgencyRequest(body)).credential


def log_in(iam: Any, id_token: str = "header.payload.signature", idp_id: str = "pipelines", **scope: Any) -> Any:
    wanted = iam_model.GetIdTokenIdScopeBody(**scope) if scope else None
    auth = iam_model.GetIdTokenAuthParams(iam_model.GetIdTokenIdTokenBody(id_token), wanted)
    return iam.create_token_with_id_token(
        iam_model.CreateTokenWithIdTokenRequest(idp_id, iam_model.GetIdTokenRequestBody(auth))
    )


def queues(sim: Simulator, project_id: str, **headers: str) -> int:
    url = f"{sim.base_url}/v1.0/{project_id}/queues"
    return requests.get(url, headers=headers, timeout=10).status_code


@pytest.mark.parametrize("account", [{}, {"domain_id": "d7"}, {"domain_name": None, "domain_id": "d7"}])
def test_an_agency_issues_keys_for_its_own_account(sim: Simulator, iam: Any, account: dict[str, Any]) -> None:
    key = assume_agency(iam, **account)
    theirs = sdk_client(sim, key.access, key.secret, key.securitytoken, project_id=_THEIRS)
    assert [each.queue_name for each in theirs.list_queues(model.ListQueuesRequest()).queues] == ["default"]
    with pytest.raises(ClientRequestException) as caught:
        sdk_client(sim, key.access, key.secret, key.securitytoken).list_queues(model.ListQueuesRequest())
    assert caught.value.error_code == "APIGW.0302"
    with pytest.raises(ClientRequestException):
        sdk_client(sim, key.access, key.secret, "wrong", project_id=_THEIRS).list_queues(model.ListQueuesRequest())
    assert not {key.secret, key.securitytoken} & set(str(sim.requests).split("'"))


def test_each_account_sees_its_own_projects(sim: Simulator, iam: Any) -> None:
    key = assume_agency(iam)
    credentials = GlobalCredentials(key.access, key.secret, "d7").with_security_token(key.securitytoken)
    theirs: Any = IamClient.new_builder().with_credentials(credentials).with_endpoints([sim.base_url]).build()
    request = iam_model.KeystoneListProjectsRequest(name="eu-west-101")
    assert [each.id for each in theirs.keystone_list_projects(request).projects] == [_THEIRS]
    assert [each.id for each in iam.keystone_list_projects(request).projects] == [sim.ready["project_id"]]


def test_keys_have_the_requested_lifetime(sim: Simulator, iam: Any) -> None:
    short, long = assume_agency(iam), assume_agency(iam, duration_seconds=3600)
    sim.clock.advance(900)
    for key, works in ((short, False), (long, True)):
        client = sdk_client(sim, key.access, key.secret, key.securitytoken, project_id=_THEIRS)
        if works:
            client.list_queues(model.ListQueuesRequest())
            continue
        with pytest.raises(ClientRequestException) as caught:
            client.list_queues(model.ListQueuesRequest())
        assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"agency_name": "unknown"}, 404, "IAM.0004"),
        ({"domain_name": "elsewhere"}, 404, "IAM.0004"),
        ({"domain_id": "d8"}, 404, "IAM.0004"),
        ({"domain_name": None}, 400, "IAM.0011"),
        ({"agency_name": "others"}, 403, "IAM.0003"),
        ({"duration_seconds": 899}, 400, "IAM.0007"),
        ({"duration_seconds": 86401}, 400, "IAM.0007"),
        ({"duration_seconds": 7201}, 400, "IAM.0007"),
    ],
)
def test_refused_agencies(iam: Any, wanted: dict[str, Any], status: int, code: str) -> None:
    with pytest.raises(ClientRequestException) as caught:
        assume_agency(iam, **wanted)
    assert (caught.value.status_code, caught.value.error_code) == (status, code)


def test_temporary_keys_cannot_assume_another_agency(sim: Simulator, iam: Any) -> None:
    key = assume_agency(iam)
    credentials = GlobalCredentials(key.access, key.secret, "d7").with_security_token(key.securitytoken)
    theirs: Any = IamClient.new_builder().with_credentials(credentials).with_endpoints([sim.base_url]).build()
    with pytest.raises(ClientRequestException) as caught:
        assume_agency(theirs)
    assert caught.value.status_code == 403


def test_an_id_token_is_exchanged_for_a_token(sim: Simulator, iam: Any) -> None:
    project = iam_model.GetIdTokenScopeDomainOrProjectBody(name="eu-west-101")
    answer = log_in(iam, project=project)
    assert answer.token.project.id == sim.ready["project_id"]
    assert answer.token.methods == ["mapped"]
    assert answer.token.user.os_federation.identity_provider.id == "pipelines"
    assert queues(sim, sim.ready["project_id"], **{"X-Auth-Token": answer.x_subject_token}) == 200
    assert "header.payload.signature" not in str(sim.requests)


def test_a_token_without_a_project(sim: Simulator) -> None:
    """The vendor's SDK requests it when it has an identity provider instead of keys."""
    request = IamHelper.get_create_unscoped_token_by_id_token_request(
        HttpConfig(), sim.base_url, "pipelines", "header.payload.signature"
    )
    answer = requests.request(
        request.method,
        sim.base_url + request.resource_path,
        headers=request.header_params,
        data=request.body,
        timeout=10,
    )
    assert answer.status_code == 201
    assert "project" not in answer.json()["token"]
    assert queues(sim, sim.ready["project_id"], **{"X-Auth-Token": answer.headers["X-Subject-Token"]}) == 403


@pytest.mark.parametrize(
    ("id_token", "idp_id", "age", "status"),
    [
        ("header.payload.other", "pipelines", 0, 401),
        ("header.payload.signature", "elsewhere", 0, 404),
        ("header.payload.signature", "pipelines", 600, 401),
    ],
)
def test_refused_id_tokens(sim: Simulator, iam: Any, id_token: str, idp_id: str, age: int, status: int) -> None:
    sim.clock.advance(age)
    with pytest.raises(ClientRequestException) as caught:
        log_in(iam, id_token, idp_id)
    assert caught.value.status_code == status

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ID tokens and agencies in both execution modes: the same results, without secrets."""

from __future__ import annotations

import json
import re

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.options import ENVIRONMENT
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

OTHER_PROJECT = "7" * 32
AGENCY = {"agency_name": "operators", "agency_domain_name": "customer"}
EXCHANGE, ASSUME = "POST /v3.0/OS-AUTH/id-token/tokens 201", "POST /v3.0/OS-CREDENTIAL/securitytokens 201"
TIMESTAMP = re.compile(r"\d{8}T\d{6}Z")
METHODS = ["keys", "temporary", "token", "password", "user id", "id token", "file"]


def sent(sim):
    return [f"{request.method} {request.path} {request.status}" for request in sim.requests]


@pytest.fixture
def endpoints(connection_params):
    return {name: connection_params[name] for name in ("endpoint", "iam_endpoint", "region")}


@pytest.fixture
def both(run, action, endpoints):
    """both(**options): the results of a task as a module and in this process, after comparing them."""
    talkative = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}

    def both(**options):
        options = {"name": "q1", "wait": False, **endpoints, **options}
        as_module = dict(run("dli_queue", connected=False, diff=False, **options, **talkative))
        here = action("dli_queue", options).run(task_vars={"inventory_hostname": "localhost"})
        # Ansible adds these keys to the results of modules, too.
        added = {"invocation", "exception"}
        kept = [{key: value for key, value in each.items() if key not in added} for each in (as_module, here)]
        for each in kept:
            # Request ids differ, and so do the timestamps in errors about signatures.
            error = each.get("error", {})
            error.pop("request_id", None)
            error["message"] = TIMESTAMP.sub("", error.get("message") or "")
            each["msg"] = TIMESTAMP.sub("", each.get("msg", "").partition(" (HTTP")[0])
        assert kept[0] == kept[1]
        return as_module, here

    return both


@pytest.fixture
def queue_of_the_agency(accounts, existing_queue):
    """Queue q1 in the project of the agency."""
    queue = existing_queue("q1", cu_count=64)
    accounts.state.projects[OTHER_PROJECT].queues["q1"] = accounts.state.main.queues.pop("q1")
    return queue


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.usefixtures("queue_of_the_agency")
def test_both_execution_modes_work_in_the_other_account(accounts, both, auth_options, method):
    if method == "temporary":
        accounts.load_seed({"credentials": {"security_token": "st"}})
    as_module, _here = both(**auth_options[method], **AGENCY, project_id=OTHER_PROJECT, cu_count=64)
    assert as_module["changed"] is False
    assert as_module["queue"]["cu_count"] == 64
    assert sent(accounts).count(ASSUME) == 2


@pytest.mark.usefixtures("queue_of_the_agency")
def test_the_items_of_a_loop_assume_an_agency_once(accounts, action, endpoints, auth_options):
    options = {**endpoints, **auth_options["file"], **AGENCY, "project_id": OTHER_PROJECT}
    for name in ("q1", "q2", "q3"):
        task = action("dli_queue", {**options, "name": name, "state": "absent"}, loop=("...",), _uuid="the loop")
        assert not task.run(task_vars={"inventory_hostname": "localhost"}).get("failed")
    assert [each for each in sent(accounts) if "/queues" not in each] == [EXCHANGE, ASSUME]


REJECTED = {
    "agency": ("keys", {"agency_name": "unknown"}),
    "trust": ("password", {"agency_name": "strangers"}),
    "keys": ("temporary", {"secret_key": "wrong-secret-key", "security_token": "wrong-security-token"}),
    "id token": ("id token", {"id_token": "eyJ.wrong.token"}),
    "file": ("file", {"agency_name": "unknown"}),
    "malformed": ("id token", {"id_token": "eyJ mal formed"}),
}


@pytest.mark.parametrize("source", ["options", "environment"])
@pytest.mark.parametrize("case", REJECTED)
def test_a_rejected_login_returns_no_secret(accounts, both, auth_options, monkeypatch, source, case):
    method, wrong = REJECTED[case]
    options = {**auth_options[method], **AGENCY, **wrong}
    secrets = [
        auth_options["id token"]["id_token"],
        *(options[name] for name in credentials.SECRET_OPTIONS if name in options),
    ]
    if source == "environment":
        for name, value in options.items():
            monkeypatch.setenv(ENVIRONMENT[name][0], value)
        options = {}
    for result in both(**options):
        assert result["failed"]
        assert [secret for secret in secrets if secret in json.dumps(result, default=repr)] == []
    assert accounts.authenticator.temporary_keys == {}


def test_temporary_keys_are_masked_in_all_messages(accounts, both, auth_options):
    lend = type(accounts.authenticator).issue_temporary_key

    def lend_known(*arguments):
        access_key, key = lend(accounts.authenticator, *arguments)
        accounts.inject(
            kind="status", status=401, path="/queues", error_msg=f"{access_key} {key.secret_key} {key.security_token}"
        )
        return access_key, key

    accounts.authenticator.issue_temporary_key = lend_known
    try:
        for result in both(**auth_options["file"], **AGENCY):
            assert "******** ******** ********" in result["msg"]
            assert result["error"]["http_status"] == 401
    finally:
        del accounts.authenticator.issue_temporary_key


# --- options against the environment ----------------------------------------------------------------------------------

FOREIGN = {
    "HW keys": {"HW_ACCESS_KEY": "FOREIGN", "HW_SECRET_KEY": "foreign", "HW_SECURITY_TOKEN": "foreign-token"},
    "SDK keys": {"HUAWEICLOUD_SDK_AK": "FOREIGN", "HUAWEICLOUD_SDK_SK": "foreign"},
    "OS keys": {"OS_ACCESS_KEY": "FOREIGN", "OS_SECRET_KEY": "foreign"},
    "HW token": {"HW_AUTH_TOKEN": "foreign-token"},
    "OS token": {"OS_AUTH_TOKEN": "foreign-token"},
    "HW user": {"HW_USER_NAME": "foreign", "HW_USER_PASSWORD": "foreign-password", "HW_DOMAIN_NAME": "elsewhere"},
    "OS user": {"OS_USERNAME": "foreign", "OS_PASSWORD": "foreign-password", "OS_DOMAIN_NAME": "elsewhere"},
    "half keys": {"HW_ACCESS_KEY": "FOREIGN", "OS_SECRET_KEY": "foreign"},
    "token beside": {"HUAWEICLOUD_SDK_SECURITY_TOKEN": "foreign-token"},
    "agency": {"HW_ASSUME_ROLE_AGENCY_NAME": "foreign", "HW_ASSUME_ROLE_DOMAIN_NAME": "elsewhere"},
}


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("method", ["keys", "token", "password", "id token"])
@pytest.mark.usefixtures("queue_of_main")
def test_foreign_credentials_in_the_environment_change_nothing(
    accounts, both, auth_options, monkeypatch, method, foreign
):
    for name, value in FOREIGN[foreign].items():
        monkeypatch.setenv(name, value)
    as_module, _here = both(**auth_options[method], project_name="eu-west-101", cu_count=64)
    assert as_module["changed"] is False
    assert "foreign" not in str([[each.headers, each.body] for each in accounts.requests]).lower()


@pytest.fixture
def queue_of_main(accounts, existing_queue):
    return existing_queue("q1", cu_count=64)


@pytest.mark.usefixtures("queue_of_main")
@pytest.mark.parametrize("family", [0, 1, 2])
def test_the_environment_provides_a_whole_pair_of_one_family(accounts, both, auth_options, monkeypatch, family):
    monkeypatch.setenv("HW_ACCESS_KEY", "HALF")
    for option, value in auth_options["keys"].items():
        monkeypatch.setenv(ENVIRONMENT[option][family], value)
    as_module, _here = both(cu_count=64)
    assert as_module["changed"] is False
    assert "HALF" not in str([each.headers for each in accounts.requests])


def test_a_named_project_precedes_a_project_id_of_the_environment(accounts, both, auth_options, monkeypatch):
    accounts.load_seed({"projects": [{"id": OTHER_PROJECT[::-1], "name": "eu-west-101_lab"}]})
    monkeypatch.setenv("HW_PROJECT_ID", accounts.ready["project_id"])
    both(**auth_options["keys"], project_name="eu-west-101_lab", state="absent")
    assert {each.path.split("/")[2] for each in accounts.requests if "/queues" in each.path} == {OTHER_PROJECT[::-1]}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secret_key": "wrong"}, "access_key is required with secret_key"),
        (
            {"access_key": "AKAKAK", "secret_key": "sksksk", "auth_token": "tttttt"},
            "auth_token and access_key are mutually exclusive",
        ),
    ],
)
def test_the_environment_completes_no_method_of_the_task(accounts, both, auth_options, monkeypatch, options, words):
    monkeypatch.setenv("HW_ACCESS_KEY", auth_options["keys"]["access_key"])
    for result in both(**options, project_id="0"):
        assert result["msg"].startswith(words)
    assert not accounts.requests


@pytest.mark.parametrize(
    ("method", "wrong", "words"),
    [
        ("keys", "secret_key", "Check access_key (HW_ACCESS_KEY) and secret_key (HW_SECRET_KEY): the signature"),
        (
            "temporary",
            "security_token",
            "secret_key (HW_SECRET_KEY) and security_token (HW_SECURITY_TOKEN): the temporary",
        ),
        ("token", "auth_token", "Get a new auth_token (HW_AUTH_TOKEN): "),
        (
            "password",
            "password",
            "Check username (HW_USER_NAME), password (HW_USER_PASSWORD) and domain_name (HW_DOMAIN",
        ),
    ],
)
def test_a_hint_names_the_variables_of_rejected_credentials(both, auth_options, monkeypatch, method, wrong, words):
    for name, value in {**auth_options[method], wrong: "wrong"}.items():
        monkeypatch.setenv(ENVIRONMENT[name][0], value)
    for result in both():
        assert words in result["error"]["hint"]


def test_a_project_that_cannot_be_looked_up_is_given_by_its_id(accounts, both, auth_options):
    accounts.inject(kind="status", status=403, path="/v3/projects", error_code="IAM.0003", shape="iam", times=2)
    for result in both(**auth_options["keys"]):
        assert result["error"]["hint"].startswith("Set project_id (HW_PROJECT_ID)")

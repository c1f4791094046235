# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Id tokens and agencies, as modules and in Ansible's own process: the same results, and nothing secret in them."""

from __future__ import annotations

import json
import re

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.options import ENVIRONMENT
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials as identity

THEIRS = "7" * 32
AGENCY = {"agency_name": "operators", "agency_domain_name": "customer"}
EXCHANGE, ASSUME = "POST /v3.0/OS-AUTH/id-token/tokens 201", "POST /v3.0/OS-CREDENTIAL/securitytokens 201"
MOMENT = re.compile(r"\d{8}T\d{6}Z")
WAYS = ["keys", "temporary", "token", "password", "user id", "id token", "file"]


def sent(sim):
    return [f"{request.method} {request.path} {request.status}" for request in sim.requests]


@pytest.fixture
def addresses(connection_params):
    return {name: connection_params[name] for name in ("endpoint", "iam_endpoint", "region")}


@pytest.fixture
def both(run, action, addresses):
    """both(**options): the result of a task, as a module and in this process, which are the same."""
    talkative = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}

    def both(**options):
        options = {"name": "q1", "wait": False, **addresses, **options}
        as_module = dict(run("dli_queue", connected=False, diff=False, **options, **talkative))
        here = action("dli_queue", options).run(task_vars={"inventory_hostname": "localhost"})
        # Neither is the module's own: Ansible adds them, to a module's answer, too.
        added = {"invocation", "exception"}
        kept = [{key: value for key, value in each.items() if key not in added} for each in (as_module, here)]
        for each in kept:
            # Each of them has a request id of its own, and a refused signature repeats when it was made.
            error = each.get("error", {})
            error.pop("request_id", None)
            error["message"] = MOMENT.sub("", error.get("message") or "")
            each["msg"] = MOMENT.sub("", each.get("msg", "").partition(" (HTTP")[0])
        assert kept[0] == kept[1]
        return as_module, here

    return both


@pytest.fixture
def their_queue(accounts, existing_queue):
    """Queue q1, in the project that the agency leads to."""
    queue = existing_queue("q1", cu_count=64)
    accounts.state.projects[THEIRS].queues["q1"] = accounts.state.main.queues.pop("q1")
    return queue


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("their_queue")
def test_both_ways_work_in_the_other_account(accounts, both, credentials, way):
    if way == "temporary":
        accounts.load_seed({"credentials": {"security_token": "st"}})
    as_module, _here = both(**credentials[way], **AGENCY, project_id=THEIRS, cu_count=64)
    assert as_module["changed"] is False
    assert as_module["queue"]["cu_count"] == 64
    assert sent(accounts).count(ASSUME) == 2


@pytest.mark.usefixtures("their_queue")
def test_the_items_of_a_loop_assume_an_agency_once(accounts, action, addresses, credentials):
    options = {**addresses, **credentials["file"], **AGENCY, "project_id": THEIRS}
    for name in ("q1", "q2", "q3"):
        task = action("dli_queue", {**options, "name": name, "state": "absent"}, loop=("...",), _uuid="the loop")
        assert not task.run(task_vars={"inventory_hostname": "localhost"}).get("failed")
    assert [each for each in sent(accounts) if "/queues" not in each] == [EXCHANGE, ASSUME]


REFUSED = {
    "agency": ("keys", {"agency_name": "nobody"}),
    "trust": ("password", {"agency_name": "strangers"}),
    "keys": ("temporary", {"secret_key": "wrong-secret-key", "security_token": "wrong-security-token"}),
    "id token": ("id token", {"id_token": "eyJ.wrong.token"}),
    "file": ("file", {"agency_name": "nobody"}),
    "malformed": ("id token", {"id_token": "eyJ mal formed"}),
}


@pytest.mark.parametrize("source", ["options", "environment"])
@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_login_prints_nothing_secret(accounts, both, credentials, monkeypatch, source, case):
    way, wrong = REFUSED[case]
    options = {**credentials[way], **AGENCY, **wrong}
    secrets = [
        credentials["id token"]["id_token"],
        *(options[name] for name in identity.SECRET_OPTIONS if name in options),
    ]
    if source == "environment":
        for name, value in options.items():
            monkeypatch.setenv(ENVIRONMENT[name][0], value)
        options = {}
    for result in both(**options):
        assert result["failed"]
        assert [secret for secret in secrets if secret in json.dumps(result, default=repr)] == []
    assert accounts.authenticator.temporary_keys == {}


def test_what_was_lent_is_secret_wherever_it_turns_up(accounts, both, credentials):
    lend = type(accounts.authenticator).issue_temporary_key

    def lend_known(*said):
        access_key, key = lend(accounts.authenticator, *said)
        accounts.inject(
            kind="status", status=401, path="/queues", error_msg=f"{access_key} {key.secret_key} {key.security_token}"
        )
        return access_key, key

    accounts.authenticator.issue_temporary_key = lend_known
    try:
        for result in both(**credentials["file"], **AGENCY):
            assert "******** ******** ********" in result["msg"]
            assert result["error"]["http_status"] == 401
    finally:
        del accounts.authenticator.issue_temporary_key

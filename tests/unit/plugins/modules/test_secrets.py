# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failed tasks return no secret."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.options import ENVIRONMENT
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

KNOWN_TOKEN = "MII-a-token-from-a-login"


def failing(sim, case):
    """Options with secrets for a task that fails in this way; prepares the simulator for it."""
    ready = sim.ready
    keys = {"access_key": ready["access_key"], "secret_key": ready["secret_key"]}
    login = {"username": ready["username"], "password": ready["password"], "domain_name": ready["domain_name"]}
    if case == "login, then refused":
        sim.authenticator.issue_token = issuing(sim, KNOWN_TOKEN)
        sim.inject(kind="status", status=401, error_msg=f"decrypt token fail: {KNOWN_TOKEN}", path="/queues")
    if case == "login, then lost":
        sim.authenticator.issue_token = issuing(sim, KNOWN_TOKEN)
        sim.inject(kind="drop_before", path="/queues", times=None)
    return {
        "access key": {**keys, "access_key": "WRONGACCESSKEY"},
        "secret key": {**keys, "secret_key": "wrong-secret-key"},
        "security token": {**keys, "secret_key": "wrong-secret-key", "security_token": "wrong-security-token"},
        "token": {"auth_token": "wrong-auth-token"},
        "password": {**login, "password": "wrong-password"},
        "login, then refused": login,
        "login, then lost": login,
        "half a key": {"access_key": "HALFOFAKEY"},
        "malformed": {"access_key": "MAL FORMED", "secret_key": "mal formed", "security_token": "mal\nformed"},
    }[case]


def issuing(sim, text):
    real = type(sim.authenticator).issue_token

    def issue(*arguments):
        _random, token = real(sim.authenticator, *arguments)
        sim.authenticator.tokens[text] = token
        return text, token

    return issue


@pytest.fixture
def restored_gate(sim):
    yield
    vars(sim.authenticator).pop("issue_token", None)


FAILING = [
    "access key", "secret key", "security token", "token", "password", "login, then refused", "login, then lost",
    "half a key", "malformed",
]  # fmt: skip


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize("source", ["options", "environment"])
@pytest.mark.parametrize(("module", "known"), [("dli_queue", True), ("dli_enhanced_connection", False)])
@pytest.mark.parametrize("case", FAILING)
@pytest.mark.one_mode("the invocation of an action plugin has a switch of its own, see tests/unit/test_leaks.py")
@pytest.mark.usefixtures("restored_gate")
def test_a_failed_task_returns_no_secret(sim, run, monkeypatch, case, source, check, module, known):
    ready = sim.ready
    options = failing(sim, case)
    secrets = [options[name] for name in credentials.SECRET_OPTIONS if name in options] + [KNOWN_TOKEN]
    if source == "environment":
        for option, value in options.items():
            monkeypatch.setenv(ENVIRONMENT[option][0], value)
        options = {}
    options |= {"region": ready["region"], "endpoint": ready["dli_endpoint"], "iam_endpoint": ready["iam_endpoint"]}
    if known:
        options["project_id"] = ready["project_id"]
    # Since ansible-core 2.21 a module's options are printed only on request.
    talkative = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
    result = run(module, connected=False, check=check, name="q1", **options, **talkative)
    assert result.failed
    assert "access_key" in result["invocation"]["module_args"]
    printed = json.dumps(result)
    for secret in secrets:
        assert secret not in printed
        assert json.dumps(secret)[1:-1] not in printed
    assert set(result["error"]) == {"code", "reason", "message", "request_id", "http_status", "hint", "differences"}


@pytest.mark.usefixtures("restored_gate")
def test_a_token_of_a_login_is_masked_in_the_objects_of_the_service(sim, run):
    sim.authenticator.issue_token = issuing(sim, KNOWN_TOKEN)
    sim.load_seed({"queues": [{"queue_name": "q1", "description": f"{KNOWN_TOKEN} {KNOWN_TOKEN.upper()} \u202e"}]})
    ready = sim.ready
    login = {"username": ready["username"], "password": ready["password"], "domain_name": ready["domain_name"]}
    result = run("dli_queue_info", name="q1", access_key=None, secret_key=None, **login)
    assert result["queues"][0]["description"] == "******** ******** \\u202e"

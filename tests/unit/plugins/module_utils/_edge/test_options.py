# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment variables of the connection options."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge import options as shared_options
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

ENVIRONMENT = {
    "access_key": ["HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "OS_ACCESS_KEY"],
    "secret_key": ["HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "OS_SECRET_KEY"],
    "security_token": ["HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    "auth_token": ["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
    "username": ["HW_USER_NAME", "OS_USERNAME"],
    "user_id": ["HW_USER_ID", "OS_USER_ID"],
    "password": ["HW_USER_PASSWORD", "OS_PASSWORD"],
    "domain_name": ["HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME"],
    "domain_id": ["HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID"],
    "idp_id": ["HW_ASSUME_ROLE_IDP_ID", "HUAWEICLOUD_SDK_IDP_ID"],
    "id_token": ["HW_ASSUME_ROLE_ID_TOKEN"],
    "id_token_file": ["HW_ASSUME_ROLE_ID_TOKEN_FILE", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"],
    "agency_name": ["HW_ASSUME_ROLE_AGENCY_NAME", "OS_AGENCY_NAME"],
    "agency_domain_name": ["HW_ASSUME_ROLE_DOMAIN_NAME", "OS_AGENCY_DOMAIN_NAME"],
    "agency_domain_id": ["HW_ASSUME_ROLE_DOMAIN_ID"],
    "agency_duration": ["HW_ASSUME_ROLE_DURATION"],
    "region": ["HW_REGION_NAME", "OS_REGION_NAME"],
    "project_id": ["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"],
    "project_name": ["HW_PROJECT_NAME", "OS_PROJECT_NAME"],
    "cloud": ["HW_CLOUD"],
    "endpoint": ["HW_DLI_ENDPOINT"],
    "iam_endpoint": ["HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"],
    "vpc_endpoint": ["HW_VPC_ENDPOINT"],
    "allow_http": ["HW_ALLOW_HTTP"],
    "validate_certs": ["HW_INSECURE"],
    "ca_path": ["HW_CA_BUNDLE"],
    "request_timeout": ["HW_REQUEST_TIMEOUT"],
    "max_retries": ["HW_MAX_RETRIES"],
}
# Tested with the conversion of their values, in _identity/test_environment.py.
CONVERTED = {"allow_http", "validate_certs", "request_timeout", "max_retries"}
TEXTS = [option for option in ENVIRONMENT if option not in CONVERTED]


@pytest.fixture
def received(run, monkeypatch):
    """received(**options): the connection options as the module receives them."""

    def received(**options):
        params_seen = {}

        def record(params):
            params_seen.update(params)
            return ["enough"]

        monkeypatch.setattr(credentials, "problems", record)
        assert run("dli_queue", connected=False, name="q1", **options)["msg"] == "enough"
        return params_seen

    return received


# The numeric options, as strings of the environment.
NUMBERS = {"agency_duration": "1200"}


@pytest.mark.parametrize("option", TEXTS)
def test_the_first_variable_that_is_set_and_not_empty_is_used(received, monkeypatch, option):
    variables = ENVIRONMENT[option]
    # The account belongs to a user.
    user = {"username": "u", "password": "p"} if option.startswith("domain_") else {}
    assert received(**user)[option] is None
    for variable in variables:
        monkeypatch.setenv(variable, NUMBERS.get(option, f"from-{variable}"))
    for variable in variables:
        assert str(received(**user)[option]) == NUMBERS.get(option, f"from-{variable}")
        monkeypatch.setenv(variable, "")
    assert received(**user)[option] is None


@pytest.mark.parametrize("option", TEXTS)
def test_an_option_overrides_the_environment(received, monkeypatch, option):
    for variable in ENVIRONMENT[option]:
        monkeypatch.setenv(variable, NUMBERS.get(option, "from the environment"))
    value = 900 if option in NUMBERS else "from the task"
    assert received(**{option: value})[option] == value


def test_no_other_variable_is_read():
    assert {option: list(variables) for option, variables in shared_options.ENVIRONMENT.items()} == ENVIRONMENT


@pytest.mark.parametrize("method", ["keys", "project token", "password"])
def test_a_task_can_take_all_connection_options_from_the_environment(sim, run, auth_options, monkeypatch, method):
    ready = sim.ready
    options = {
        **auth_options[method],
        "region": ready["region"],
        "endpoint": ready["dli_endpoint"],
        "iam_endpoint": ready["iam_endpoint"],
    }
    for option, value in options.items():
        monkeypatch.setenv(ENVIRONMENT[option][-1], value)
    for check in (True, False):
        result = run("dli_queue", connected=False, check=check, name="q1", state="absent")
        assert not result.failed, result
        request = result.requests[-1]
        assert (request.method, request.path) == ("GET", f"/v1.0/{ready['project_id']}/queues/q1")
        assert request.status == 400

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain HTTP: refused for what is secret in itself, a warning for signed requests."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

DEFAULTS = {"validate_certs": True, "request_timeout": 10, "max_retries": 1, "region": "r-1", "project_id": "p1"}
KEY = {"access_key": "ak", "secret_key": "sk"}
SECRET = {
    "auth_token": {"auth_token": "t"},
    "password": {"username": "u", "password": "p", "domain_name": "d"},
    "the ID token": {"idp_id": "i", "id_token": "t"},
    "the access key of the agency": {**KEY, "agency_name": "a", "agency_domain_name": "b"},
}
LOOPBACK = ["http://127.0.0.1:8080", "http://[::1]:1", "http://localhost", "HTTP://127.9.9.9"]


@pytest.mark.parametrize("secret", SECRET)
def test_secrets_are_sent_over_plain_http_only_if_allowed(secret):
    options = {**DEFAULTS, **SECRET[secret], "iam_endpoint": "http://iam.example.com"}
    if secret == "auth_token":
        options |= {"endpoint": "http://dli.example.com"}
    (problem,) = credentials.problems(options)
    assert " must be an https URL or a loopback address, got 'http://" in problem
    assert problem.endswith(f"({secret} would not be encrypted; allow_http=true permits this)")
    assert credentials.problems({**options, "allow_http": True}) == []


@pytest.mark.parametrize("url", LOOPBACK)
@pytest.mark.parametrize("secret", SECRET)
def test_loopback_addresses_need_no_encryption(secret, url):
    options = {**DEFAULTS, **SECRET[secret], "endpoint": url, "iam_endpoint": url, "vpc_endpoint": url}
    assert credentials.problems(options) == []
    assert credentials.warnings(options) == []


def test_signed_requests_over_plain_http_are_one_warning():
    url = "http://dli.example.com"
    options = {**DEFAULTS, **KEY, "endpoint": url, "vpc_endpoint": url}
    assert credentials.problems(options) == []
    (warning,) = credentials.warnings(options)
    assert "signed, but not encrypted" in warning
    assert credentials.warnings({**options, "allow_http": True}) == []


def test_unchecked_certificates_are_one_warning():
    (warning,) = credentials.warnings({**DEFAULTS, **KEY, "validate_certs": False})
    assert "validate_certs is false" in warning
    local = dict.fromkeys(("endpoint", "iam_endpoint", "vpc_endpoint"), "http://127.0.0.1")
    assert credentials.warnings({**DEFAULTS, **KEY, **local, "validate_certs": False}) == []

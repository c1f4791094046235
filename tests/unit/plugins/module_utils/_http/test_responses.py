# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Successful responses, failures with a successful status, and responses that do not come from the service."""

from __future__ import annotations

import json

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import errors
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.responses import parse_response
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Response


def error_of(status, body, headers=None, secrets=()):
    """The exception for an error response; a body that is not a string is sent as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(errors.ApiError) as caught:
        parse_response(Response(status, headers or {}, text), "create queue q1", secrets)
    return caught.value


SUCCESSES = {
    "true": {"is_success": True, "message": ""},
    "true as text": {"is_success": "true"},
    "absent": {"queues": []},
    "null": {"is_success": None},
    "scaled": {"queue_name": "q1", "result": True},
    "scaled as text": {"queue_name": "q1", "result": "true"},
    "a result that is not a status": {"result": {"rows": 0}},
    "an empty code": {"is_success": True, "error_code": "", "error_msg": ""},
    "a null code": {"connection_id": "c", "error_code": None},
}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", SUCCESSES.values(), ids=SUCCESSES)
def test_a_successful_response_is_its_decoded_body(status, body):
    assert parse_response(Response(status, {}, json.dumps(body)), "x") == body


@pytest.mark.parametrize("text", ["", "[]", '[{"key": "a"}]', '"text"'])
def test_a_successful_response_without_content_is_empty(text):
    assert parse_response(Response(204, {}, text), "x") == {}


FAILURES_WITH_SUCCESSFUL_STATUS = {
    "false": {"is_success": False, "message": "No."},
    "text": {"is_success": "False", "message": "No."},
    "scaling": {"result": False, "message": "No."},
    "scaling as text": {"result": "false", "message": "No."},
    "code": {"error_code": "DLI.0999", "error_msg": "No."},
    "code beside true": {"is_success": True, "error_code": "DLI.0999", "error_msg": "No."},
    "array": [{"error_code": "DLI.0999", "error_msg": "No."}],
}


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", FAILURES_WITH_SUCCESSFUL_STATUS.values(), ids=FAILURES_WITH_SUCCESSFUL_STATUS)
def test_a_failure_with_a_successful_status_is_detected(status, body):
    error = error_of(status, body)
    assert error.api_message == "No."
    assert not error.outcome_unknown


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "is empty"), (" \n", "is empty"), ("[]", "is not a JSON object"), ('"up"', "is not a JSON object")],
)
def test_a_successful_status_without_an_object_is_an_error(status, text, problem):
    # An object without fields would make a resource look absent, or an absent one look present.
    error = error_of(status, text)
    assert f"(HTTP {status}) {problem}." in error.message
    assert "proxy" in error.hint
    assert error.outcome_unknown


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"location": "https://user:pw@login.example.org/a?ticket=t"}, "is a redirect to login.example.org, which"),
        ({"location": "/elsewhere"}, "is a redirect, which"),
        ({}, "is a redirect, which"),
    ],
)
def test_only_the_host_of_a_redirect_is_reported(headers, words):
    error = error_of(302, "<html>Moved</html>", headers)
    assert f"the response (HTTP 302) {words} is not followed" in error.message
    assert "proxy" in error.hint
    assert not error.outcome_unknown


def test_after_an_html_page_the_outcome_is_unknown():
    error = error_of(200, "<html>Sign in to the network</html>", {"x-request-id": "r1"})
    assert "is not JSON" in error.message
    assert "proxy" in error.hint
    assert error.outcome_unknown
    assert error.request_id == "r1"

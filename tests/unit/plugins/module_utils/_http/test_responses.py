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


@pytest.mark.parametrize("location", ["http://a[b", "//[", "https://[::1", "\x1b[2J", "https://\u202eevil.example/"])
def test_an_invalid_target_of_a_redirect_is_one_clear_error(location):
    error = error_of(302, "", {"location": location, "x-request-id": "r\x1b[31m"})
    assert "is not followed" in error.message
    assert str(error).isprintable()
    assert error.as_result()["request_id"] == "r\\x1b[31m"


DEEP = 200_000
NOT_JSON = {
    "deep lists": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
    "deep part": '{"is_success": true, "x": ' + "[" * DEEP + "]" * DEEP + "}",
    "fifty levels": '{"a":' * 25 + "[" * 25 + "1" + "]" * 25 + "}" * 25,
    "many digits": '{"queue_id": ' + "1" * 10_000 + "}",
    "nan": '{"cu_count": NaN}',
    "infinity": '{"cu_count": -Infinity}',
    "two values": "{}{}",
    "null bytes": "\x00\x00",
}


@pytest.mark.parametrize("text", NOT_JSON.values(), ids=NOT_JSON)
def test_a_text_that_cannot_be_decoded_is_one_clear_error(text):
    for status in (200, 400, 500):
        error = error_of(status, text)
        assert error.outcome_unknown == (status != 400)
        assert len(str(error)) < 2000
    assert "is not JSON" in error_of(200, text).message


def test_a_nested_response_is_accepted():
    text = '{"a":' * 24 + "[" * 25 + "1" + "]" * 25 + "}" * 24
    assert parse_response(Response(200, {}, text), "list queues") == json.loads(text)


def test_lone_surrogates_are_replaced_and_pairs_are_kept():
    text = '{"a\\ud800": ["\\uDFFF", {"b": "x\\ud83d\\ude00y\\udc00"}], "c": 1, "d": null, "e": "\\\\ud800"}'
    expected = {"a\ufffd": ["\ufffd", {"b": "x\U0001f600y\ufffd"}], "c": 1, "d": None, "e": "\\ud800"}
    assert parse_response(Response(200, {}, text), "list queues") == expected


VALUES = (
    None, True, False, 0, -1, 1.5, 1e308, "", "text", "\ud800", "\x1b[2J\u202e", "x" * 70_000, [], {}, [None], [[]],
    ["\ud800"], {"error_code": {"a": []}}, {"message": ["b"]}, 10**400,
)  # fmt: skip
BODIES = (
    {"error_code": "DLI.0001", "error_msg": "No", "request_id": "r1"},
    {"error": {"code": 401, "message": "No", "title": "Unauthorized"}},
    {"is_success": False, "message": "No"},
    {"errorCode": "X.1", "errorMsg": "No"},
    [{"error_code": "DLI.0001", "error_msg": "No"}],
    {"is_success": True, "queues": [{"queue_name": "q1"}], "result": True},
)


def mutations(value):
    """The value with one of its places missing or replaced, for each place and each replacement."""
    yield from VALUES
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in places:
        if isinstance(value, dict):
            yield {name: each for name, each in value.items() if name != key}
        for other in mutations(part):
            yield {**value, key: other} if isinstance(value, dict) else [*value[:key], other, *value[key + 1 :]]


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 503])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_response_with_any_part_changed_is_an_object_or_one_clear_error(status, body):
    for mutated in mutations(body):
        headers = {"x-request-id": mutated} if isinstance(mutated, str) else {}
        message = ""
        try:
            result = parse_response(Response(status, headers, json.dumps(mutated)), "list queues", ("a-secret",))
        except errors.ApiError as error:
            result, message = error.as_result(), str(error)
        assert isinstance(result, dict)
        assert message.isprintable()
        assert len(message) < 2000
        json.dumps(result, ensure_ascii=False).encode()

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every format and every code of an error response, and the resulting exception."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import errors
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import known_errors
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.responses import parse_response
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Response


def error_of(status, body, headers=None, secrets=()):
    """The exception for an error response; a body that is not a string is sent as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(errors.ApiError) as caught:
        parse_response(Response(status, headers or {}, text), "create queue q1", secrets)
    return caught.value


def coded(status, code, text="words", **more):
    return error_of(status, {"error_code": code, "error_msg": text, **more})


# name: (status, body, code, the message reported)
SHAPES = {
    "service": (400, {"error_code": "DLI.0001", "error_msg": "Wrong cu_count."}, "DLI.0001", "Wrong cu_count"),
    "array": (400, [{"error_code": "DLI.13024", "error_msg": "No queue"}], "DLI.13024", "No queue"),
    "is_success": (200, {"is_success": False, "message": "Not today"}, None, "Not today"),
    "is_success as text": (200, {"is_success": "false", "message": "Not today"}, None, "Not today"),
    "is_success with 400": (400, {"is_success": False, "message": "Not today"}, None, "Not today"),
    "is_success without words": (200, {"is_success": False, "message": ""}, None, "no message"),
    "is_success alone": (200, {"is_success": False}, None, '{"is_success": false}'),
    "gateway": (
        401,
        {"error_msg": "Incorrect", "error_code": "APIGW.0301", "request_id": "r1"},
        "APIGW.0301",
        "Incorrect",
    ),
    "other region's gateway": (401, {"error_msg": "Incorrect", "error_code": "APIG.0301"}, "APIG.0301", "Incorrect"),
    "camel case": (500, {"errorCode": "X.1", "errorMsg": "Broken"}, "X.1", "Broken"),
    "code and message": (400, {"code": "VPC.0101", "message": "Bad id"}, "VPC.0101", "Bad id"),
    "keystone": (401, {"error": {"code": 401, "message": "Wrong.", "title": "Unauthorized"}}, "401", "Wrong"),
    "newer IAM": (403, {"error_code": "IAM.0001", "error_msg": "Denied"}, "IAM.0001", "Denied"),
    "denied by a policy": (
        403,
        {"error_code": "DLI.0003", "error_msg": "Denied", "encoded_authorization_message": "XYZ"},
        "DLI.0003",
        "Denied",
    ),
    "VPC 2.0": (
        409,
        {
            "NeutronError": {
                "message": "Security group rule already exists.",
                "type": "SecurityGroupRuleExists",
                "detail": "",
            }
        },
        "SecurityGroupRuleExists",
        "Security group rule already exists",
    ),
    "nested and denied": (403, {"error": {"code": "P.1", "message": "No"}, "request_id": "r"}, "P.1", "No"),
    "empty": (502, "", None, "no message"),
    "blank": (502, " \n", None, "no message"),
    "text": (503, "upstream connect error\n", None, "upstream connect error"),
    "empty list": (500, [], None, "[]"),
    "no text at all": (500, {"error_code": "DLI.0999", "error_msg": None}, "DLI.0999", "no message"),
    "several lines": (500, {"error_code": "DLI.0999", "error_msg": "One\n\t two. \n"}, "DLI.0999", "One two"),
    "page": (
        502,
        "<html><head><title>502 Bad Gateway</title><style>h1 {color: red}</style></head>\n"
        "<body><h1>502 Bad Gateway</h1><SCRIPT>alert(1)</SCRIPT><hr>A &amp; B &lt;elb&gt;</body></html>",
        None,
        "502 Bad Gateway 502 Bad Gateway A & B <elb>",
    ),
}


@pytest.mark.parametrize(("status", "body", "code", "words"), SHAPES.values(), ids=SHAPES)
def test_each_format_becomes_one_sentence(status, body, code, words):
    error = error_of(status, body, {"x-request-id": "r1"})
    shown = f", {code}" if code and code != str(status) else ""
    assert error.message == f"Could not create queue q1: {words} (HTTP {status}{shown}, request id r1)."
    assert error.as_result() == {
        "code": code,
        "reason": error.reason,
        "message": error.api_message,
        "request_id": "r1",
        "http_status": status,
        "hint": error.hint,
        "differences": [],
    }
    assert error.api_message.rstrip(". ") == words


LONG = "word " * 30_000
LONG_SHAPES = {
    "page": f"<p>{LONG}</p>",
    "text": LONG,
    "service": {"error_code": "DLI.0999", "error_msg": LONG},
    "nested": {"error": {"code": "DLI.0999", "message": LONG}},
    "array": [{"error_code": "DLI.0999", "error_msg": LONG}],
    "text that is a list": {"error_code": "DLI.0999", "error_msg": [LONG]},
    "code": {"error_code": LONG, "error_msg": "No"},
    "request id": {"error_code": "DLI.0999", "error_msg": "No", "request_id": LONG},
}


@pytest.mark.parametrize("body", LONG_SHAPES.values(), ids=LONG_SHAPES)
def test_all_texts_are_shortened(body):
    error = error_of(400, body)
    assert len(error.api_message) <= 1000
    assert len(error.code or "") <= 100
    assert len(error.request_id or "") <= 100
    assert len(str(error)) < 2000


@pytest.mark.parametrize(
    "part",
    ["<script", "<", "<a ", "<script>", "</script>", "&#", "job ", "\\", "%", "running ", "\\u", "is not available "],
)
@pytest.mark.parametrize("shape", ["page", "service"])
def test_a_text_of_many_megabytes_takes_no_time(part, shape):
    text = part * (4 * 2**20 // len(part))
    begun = time.process_time()
    error = error_of(
        400, {"page": text, "service": {"error_code": "DLI.0999", "error_msg": text}}[shape], secrets=("s" * 50,)
    )
    # Quadratic patterns take minutes.
    assert time.process_time() - begun < 3
    assert len(error.api_message) <= 1000


CONTROL = "\x1b]0;owned\x07\x1b[31mRED\x1b[2J\u202eevil\x9b1m\u2066\u200b\x7f\x00"


@pytest.mark.parametrize("shape", ["page", "text", "service", "nested"])
def test_control_characters_are_shown_as_escapes(shape):
    body = {
        "page": f"<p>{CONTROL}</p>",
        "text": CONTROL,
        "service": {"error_code": CONTROL, "error_msg": CONTROL},
        "nested": {"error": {"code": CONTROL, "message": CONTROL}, "request_id": CONTROL},
    }[shape]
    error = error_of(400, body, {"x-request-id": CONTROL} if shape == "service" else None)
    result = error.as_result()
    assert all(result[name] is None or str(result[name]).isprintable() for name in result), result
    assert str(error).isprintable()
    assert "\\x1b[31mRED" in error.message


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"x-request-id": "a", "x-iam-trace-id": "b"}, {"request_id": "c"}, "a"),
        ({"x-iam-trace-id": "b"}, {"request_id": "c"}, "b"),
        ({}, {"request_id": "c"}, "c"),
        ({}, {"request_id": 7}, "7"),
        ({}, {}, None),
    ],
)
def test_the_request_id_comes_from_header_or_body(headers, body, expected):
    error = error_of(400, {"error_code": "DLI.0001", "error_msg": "No", **body}, headers)
    assert error.request_id == expected
    assert (f"request id {expected}" in error.message) == (expected is not None)


DENIED, EXPIRED, BUSY, MISSING = errors.AccessDenied, errors.TokenExpired, errors.Busy, errors.NotFound
EXISTS, UNAVAILABLE, OTHER = errors.AlreadyExists, errors.ApiUnavailable, errors.ApiError
# code: (status, exception, a word of the hint, or None if there is no hint)
CODES = {
    "DLI.0001": (400, OTHER, None),
    "DLI.0002": (400, MISSING, None),
    "DLI.0003": (400, DENIED, "permission"),
    "DLI.0004": (400, OTHER, None),
    "DLI.0005": (400, OTHER, None),
    "DLI.0006": (400, EXISTS, None),
    "DLI.0007": (400, OTHER, None),
    "DLI.0008": (400, OTHER, None),
    "DLI.0009": (400, OTHER, None),
    "DLI.0011": (400, OTHER, None),
    "DLI.0012": (400, BUSY, None),
    "DLI.0013": (401, DENIED, "credentials"),
    "DLI.0014": (401, DENIED, "credentials"),
    "DLI.0015": (400, DENIED, "token"),
    "DLI.0016": (400, DENIED, "permission"),
    "DLI.0018": (400, OTHER, None),
    "DLI.0019": (400, OTHER, None),
    "DLI.0023": (404, MISSING, None),
    "DLI.0100": (400, OTHER, None),
    "DLI.0999": (400, OTHER, None),
    "DLI.1028": (400, OTHER, "My Quotas"),
    "APIGW.0101": (404, UNAVAILABLE, "endpoint"),
    "APIGW.0103": (404, OTHER, "endpoint"),
    "APIGW.0104": (400, OTHER, None),
    "APIGW.0105": (400, OTHER, None),
    "APIGW.0106": (400, OTHER, None),
    "APIGW.0301": (401, DENIED, "credentials"),
    "APIGW.0302": (403, DENIED, "project_id"),
    "APIGW.0303": (401, DENIED, "credentials"),
    "APIGW.0304": (403, DENIED, "permission"),
    "APIGW.0305": (401, DENIED, "credentials"),
    "APIGW.0306": (403, DENIED, "permission"),
    "APIGW.0307": (401, EXPIRED, "another region"),
    "APIGW.0308": (429, OTHER, "fewer tasks"),
    "APIGW.0310": (403, DENIED, "project_id"),
    "APIGW.0311": (401, DENIED, "credentials"),
    "APIGW.0401": (403, DENIED, "address"),
    "APIGW.0402": (403, DENIED, "address"),
    "APIGW.0404": (403, DENIED, "address"),
    "APIGW.0501": (405, OTHER, None),
    "APIGW.0502": (405, OTHER, None),
    "APIGW.0601": (500, OTHER, "again later"),
    "APIGW.0602": (400, OTHER, None),
    "APIGW.0605": (500, OTHER, "again later"),
    "APIGW.0607": (400, OTHER, None),
    "APIGW.0610": (502, OTHER, "again later"),
    "APIGW.0613": (503, OTHER, "again later"),
    "APIGW.0705": (500, OTHER, "again later"),
    "APIGW.0801": (403, DENIED, "region"),
    "APIGW.0802": (403, DENIED, "region"),
}


def hints_at(error, word):
    return error.hint is None if word is None else word in (error.hint or "")


@pytest.mark.parametrize(("code", "status", "kind", "word"), [(code, *rest) for code, rest in CODES.items()])
def test_each_code_has_its_exception_and_its_hint(code, status, kind, word):
    error = coded(status, code)
    assert error.__class__ is kind
    assert hints_at(error, word), error.hint


@pytest.mark.parametrize("code", [code for code in CODES if code.startswith("APIGW.")])
def test_both_prefixes_of_gateway_codes_mean_the_same(code):
    status, kind, word = CODES[code]
    error = coded(status, code.replace("APIGW", "APIG"))
    assert error.__class__ is kind
    assert hints_at(error, word), error.hint
    assert error.code.startswith("APIG.")


@pytest.mark.parametrize(("status", "kind"), [(400, OTHER), (413, OTHER), (414, OTHER), (494, OTHER), (504, OTHER)])
def test_one_gateway_code_occurs_with_many_statuses(status, kind):
    error = coded(status, "APIGW.0201")
    assert error.__class__ is kind
    assert error.outcome_unknown == (status == 504)


WORDS = [
    # All failures of signatures and tokens share a code: only the message distinguishes them.
    (401, "APIGW.0301", "verify aksk signature fail, canonicalRequest:GET|/v1.0/", DENIED, "does not match"),
    (401, "APIGW.0301", "calc ak sk signature fail:signature expired", DENIED, "NTP"),
    (401, "APIGW.0301", "AK access failed to reach the limit, forbidden", DENIED, "5 minutes"),
    (401, "APIGW.0301", "Get secretKey failed,ak:X,err:ak not exist", DENIED, "does not know this access key"),
    (401, "APIGW.0301", "decrypt token fail", DENIED, "cannot read the token"),
    (401, "APIGW.0301", "x-auth-token not found", DENIED, "without a token"),
    (401, "APIGW.0301", "token expires, expires_at: 2026-01-01", EXPIRED, "the token has expired"),
    (401, "APIGW.0301", "the security token expires, expires_at: 2026-01-01", EXPIRED, "the temporary key has expired"),
    (401, "APIGW.0307", "The token must be updated.", EXPIRED, "for another region"),
    (401, "IAM.0101", "The token is not valid.", DENIED, "invalid, expired or for another region"),
    (400, "DLI.0014", "Service authentication failed.", DENIED, "credentials"),
    (407, "", "Proxy Authentication Required", OTHER, "proxy"),
    (504, "", "words", OTHER, "Check the state"),
    (404, "", "words", OTHER, "does not come from DLI"),
    (409, "VPC.9905", "Quota exceeded for resources: ['security_group_rule'].", OTHER, "Increase the quota"),
    (409, "VPC.9902", "Security group rule already exists. Rule id is r1.", EXISTS, None),
    (404, "VPC.9904", "Security_group_rule r1 could not be found.", MISSING, None),
    (400, "DLI.0001", "The resource is sold out.", OTHER, "no more of this resource"),
    # Not found is HTTP 400 nearly everywhere, with codes that also have other meanings.
    (400, "DLI.0001", "Connection c1 does not exist.", MISSING, None),
    (400, "DLI.0001", "The connection is not exist", MISSING, None),
    (400, "DLI.0001", "The parameter cu_count is wrong", OTHER, None),
    (400, "DLI.0008", "There is no queue named q1", MISSING, None),
    (400, "DLI.0008", "The metadata store is down", OTHER, None),
    (400, "DLI.0007", "The engine does not exist here", OTHER, None),
    (404, "VPC.0101", "Subnet", MISSING, None),
    (400, "DLI.0001", "The queue q1 already exists", EXISTS, None),
    (200, "", "Queue q1 already exist.", EXISTS, None),
    (400, "DLI.0999", "Status of queue q1 is assigning, which is not available", BUSY, None),
    (400, "DLI.0999", "Queue q1 is not available", BUSY, None),
    (400, "DLI.0999", "Queue q1 is currently restarting", BUSY, None),
    (400, "DLI.0001", "The pool is SCALING", BUSY, None),
    # The response of a gateway does not prove that the service did nothing.
    (408, "", "Queue q1 is not available", OTHER, "Check the state"),
    (503, "", "Service is not available", OTHER, "again later"),
    (500, "DLI.0012", "Busy", OTHER, "again later"),
    (400, "DLI.0999", "The account is frozen", OTHER, "bill"),
    (400, "DLI.0999", "2 jobs are running on the queue", OTHER, "cancel"),
]


@pytest.mark.parametrize(("status", "code", "text", "kind", "word"), WORDS, ids=[words[2] for words in WORDS])
def test_the_message_decides_if_the_code_is_ambiguous(status, code, text, kind, word):
    error = error_of(status, {"is_success": False, "error_code": code, "error_msg": text})
    assert error.__class__ is kind
    assert hints_at(error, word), error.hint


def test_every_known_error_decides_about_an_example():
    examples = [(status, code, "words") for code, (status, *_rest) in CODES.items()]
    examples += [(status, code, text) for status, code, text, *_rest in WORDS]
    used = set()
    for example in examples:
        matching = [known for known in known_errors.KNOWN if known_errors._matches(known, *example)]
        used |= {next((known for known in matching if known.kind), None)}
        used |= {next((known for known in matching if known.hint), None)}
    assert [known for known in known_errors.KNOWN if known not in used] == []


REQUEST = "https://dli.example.com/v1.0/0a1b2c3d/"


@pytest.mark.parametrize(
    ("request_sent", "advice"),
    [
        (
            f"POST {REQUEST}queues",
            "in IAM: dli:queue:createQueue (roles and policies) or dli:queue:create (identity policies). Check that",
        ),
        (
            f"PUT {REQUEST}queues/q1/action",
            "dli:queue:scaleQueue and dli:queue:restart (roles and policies) or dli:queue:scale (identity policies)",
        ),
        (
            f"GET {REQUEST}queues?queue_type=all",
            "in IAM: dli:queue:list (identity policies; with roles and policies, none is needed). Check that",
        ),
        (
            f"PUT {REQUEST}authorization",
            "dli::operateAuth (identity policies; for roles and policies, the API reference names none). Check",
        ),
        (f"GET {REQUEST}quotas", "grant the user this permission in IAM (actions begin with dli:). Check that"),
        ("", "grant the user this permission in IAM (actions begin with dli:). Check that"),
    ],
)
@pytest.mark.parametrize(("status", "code"), [(403, "APIGW.0304"), (400, "DLI.0003")])
def test_a_missing_permission_is_named_in_both_models(request_sent, advice, status, code):
    response = Response(status, {}, json.dumps({"error_code": code, "error_msg": "No"}), request_sent)
    with pytest.raises(DENIED) as caught:
        parse_response(response, "create queue q1")
    assert advice in caught.value.hint


@pytest.mark.parametrize(
    ("code", "text", "guessed"),
    [
        ("DLI.0012", "words", False),
        ("DLI.0999", "Status of queue q1 is assigning, which is not available", False),
        ("DLI.0999", "Status of elastic resource pool p is UPDATING, which is not available", False),
        ("DLI.0999", "Connection c1 is being created and cannot be deleted.", False),
        ("DLI.0999", "The specification ai is not available in this availability zone", True),
        ("DLI.0999", "The queue backend version is too old or the queue is busy.", True),
    ],
)
def test_a_text_that_only_suggests_a_busy_resource_is_a_guess(code, text, guessed):
    error = coded(400, code, text)
    assert error.__class__ is BUSY
    assert error.guessed == guessed


@pytest.mark.parametrize(("code", "kind"), [("DLI.0002", MISSING), ("DLI.0006", EXISTS), ("DLI.0023", MISSING)])
@pytest.mark.parametrize(
    "text", ["already exists", "does not exist", "is not available", "is restarting", "\u4e0d\u5b58\u5728"]
)
def test_a_code_with_one_meaning_overrides_the_text(code, kind, text):
    assert coded(400, code, text).__class__ is kind


@pytest.mark.parametrize(
    "body", ["", "<html><h1>404 Not Found</h1></html>", "404 page not found", {"message": "not found"}, {"path": "/v1"}]
)
def test_a_404_without_a_code_does_not_mean_that_the_object_is_missing(body):
    error = error_of(404, body)
    assert error.__class__ is OTHER
    assert "does not come from DLI" in error.hint


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 400, 401, 403, 404, 409, 501])
def test_the_outcome_is_unknown_after_these_statuses_only(status):
    error = error_of(status, {"error_code": "X.1", "error_msg": "words"})
    assert error.outcome_unknown == (status in {408, 500, 502, 503, 504})
    assert error.transient == (status in {408, 429} or status >= 500)


@pytest.mark.parametrize("shape", ["json", "text", "page"])
def test_secrets_are_masked_in_every_format(shape):
    secret = 'se"cret/\\' + "x" * 400
    text = f"verify aksk signature fail, canonicalRequest:GET|x-security-token:{secret}|"
    body = {"json": {"error_code": "APIGW.0301", "error_msg": text}, "text": text, "page": f"<p>{text}</p>"}[shape]
    error = error_of(401, body, secrets=(secret,))
    for text in (str(error), repr(error), json.dumps(error.as_result())):
        assert "xxx" not in text
        assert "x-security-token:********|" in text

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that a service repeats in an encoding, in every part of an error response."""

from __future__ import annotations

import base64
import html
import itertools
import json
import string
import textwrap
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import ApiError
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.texts import as_json, may_contain
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.masking import mask, masked_values
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.responses import parse_response
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Response


def in_json(text):
    return json.dumps(text)[1:-1]


def utf_16(text):
    content = text.encode("utf-16-be")
    return [int.from_bytes(content[place : place + 2], "big") for place in range(0, len(content), 2)]


ENCODINGS = {
    "raw": str,
    "json": in_json,
    "json unescaped": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json twice": lambda text: in_json(in_json(text)),
    "json slash": lambda text: in_json(text).replace("/", "\\/"),
    "json all": lambda text: "".join(f"\\u{unit:04x}" for unit in utf_16(text)),
    "html": html.escape,
    "html numbers": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "html hex": lambda text: "".join(f"&#x{ord(each):X};" for each in text),
    "html twice": lambda text: html.escape(html.escape(text)),
    "url": lambda text: quote(text, safe=""),
    "url plus": quote_plus,
    "url twice": lambda text: quote(quote(text, safe=""), safe=""),
    "url all": lambda text: "".join(f"%{each:02x}" for each in text.encode()),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 behind a": lambda text: base64.b64encode(f"x{text}y".encode()).decode(),
    "base64 behind two": lambda text: base64.b64encode(f"xx{text}yz".encode()).decode(),
    "base64 of json": lambda text: base64.b64encode(json.dumps({"p": text}).encode()).decode(),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(f"user:{text}".encode()).decode(),
    "base64 in a url": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "upper case": str.upper,
    "lower case": str.lower,
    "html of json": lambda text: html.escape(in_json(text)),
    "url of json": lambda text: quote(in_json(text)),
    "base64 in lines": lambda text: "\n".join(textwrap.wrap(base64.b64encode(f"x{text}".encode()).decode(), 20)),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "more spaces": lambda text: text.replace(" ", "\n  "),
}
SECRETS = (
    "plain-pass-1",
    'qu"ote-pass-2',
    "back\\slash-3",
    "P\u00e4ssw\u00f6rd-4",
    "MIIEbase64+token/zz==",
    "with space & <tag>",
    "percent%41%25",
    "C:\\users\\new",
    "&amp;lt;entity",
    "stra\u00dfe-7-emoji-\U0001f600",
    "'single' `back` $HOME",
    'a\\\\"\\"b',
    string.punctuation,
    "x" * 5000 + "+/=",
)


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_an_encoded_secret_is_masked_wherever_it_stands(secret, encoding):
    told = f"rejected: [{ENCODINGS[encoding](secret)}] end"
    responses = [
        Response(400, {}, json.dumps({"error_code": told, "error_msg": told, "request_id": told})),
        Response(400, {"x-request-id": told}, f"<h1>400</h1>{told}"),
        Response(401, {"x-iam-trace-id": told}, json.dumps({"error": {"code": told, "message": [told]}})),
        Response(302, {"location": f"https://{quote(told)}", "x-request-id": told}, ""),
        Response(200, {"x-request-id": told}, ""),
    ]
    forms = {name: squeezed(encode(secret)) for name, encode in ENCODINGS.items()}
    for response in responses:
        with pytest.raises(ApiError) as caught:
            parse_response(response, "list queues", ("other", secret))
        shown = squeezed(f"{caught.value} {caught.value.as_result()} {caught.value!r}")
        assert {name for name, form in forms.items() if form in shown} == set(), shown


@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_the_text_around_a_secret_stays(secret):
    for name in ("raw", "json", "url", "html", "base64"):
        shown = mask(f"signature fail: [{ENCODINGS[name](secret)}], try again", (secret,))
        assert shown.startswith("signature fail: ["), name
        assert shown.endswith("], try again"), name


def test_a_text_without_secrets_is_unchanged():
    text = "Policy doesn't allow 100%25 &amp; C:\\new \\u0041"
    assert mask(text, ("another-secret", "", "ab")) == text


def test_one_secret_may_be_a_part_of_another():
    for secrets in itertools.permutations(("secret-key", "secret-key-and-more", "and-more")):
        assert mask("a secret-key-and-more b secret-key c", secrets) == "a ******** b ******** c"


def test_short_secrets_are_masked_in_their_exact_form_only():
    assert mask("pw1 PW1 upw1", ("pw1",)) == "******** PW1 u********"


def test_a_secret_at_the_limit_of_the_text_is_not_shown_in_part():
    secret = "the-secret-key-of-a-user"
    text = "x" + " " * (64 * 1024 - 12) + secret
    with pytest.raises(ApiError) as caught:
        parse_response(Response(400, {}, text), "list queues", (secret,))
    assert "the-secret" not in str(caught.value)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
def test_an_encoded_secret_in_an_object_is_masked(secret, encoding):
    text = f"about [{ENCODINGS[encoding](secret)}] end"
    result = {"queues": [{"name": "q1", "description": text, "cu_count": 16}], "plain": ["a", None, True]}
    assert may_contain(as_json(result), ("another-secret", secret))
    masked = masked_values(result, ("another-secret", secret))
    assert masked["queues"][0].pop("description") == mask(text, (secret,)) != text
    assert masked == {"queues": [{"name": "q1", "cu_count": 16}], "plain": ["a", None, True]}


def test_an_object_without_secrets_is_the_same_object():
    result = {"name": "q1", "id": "1f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6", "tags": {"a": "100%25"}}
    assert masked_values(result, ("another-secret", "abc")) is result
    assert not may_contain(as_json({**result, "tags": {}}), ("another-secret",))

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures, held against the vendor's signer and against vectors that were made with it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import signing as auth
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Access, Endpoints, Client
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Transport
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ACCESS_KEY = "EXAMPLEAK0000000001"
SECRET_KEY = "exampleSecretKey/not+real=0000000000"
PROJECT_ID = "0123456789abcdef0123456789abcdef"
HOST = "dli.eu-west-101.myhuaweicloud.eu"

BARE = {"host": HOST, "x-sdk-date": "20260102T030405Z"}
FULL = {**BARE, "content-type": "application/json", "x-project-id": PROJECT_ID}
VECTORS = {
    "delete": (
        ("DELETE", f"/v1.0/{PROJECT_ID}/queues/q1", "", BARE, b""),
        "95916a755dc7e1c816d8a39c7247c085008a71c2651cadf57eef06b2b8060350",
        "519e22504c97a3d3a0077e91df62c6c11bf8e23ec81c61d5339ff1285e318db5",
    ),
    "list": (
        ("GET", f"/v1.0/{PROJECT_ID}/queues", "tags=env%3Dprod%2Cteam%3Da%20b&queue_type=all", FULL, b""),
        "a34b7b45e759d421b1d26bf54e05606d5d567c6ec104ef8995db79600340826b",
        "04e6a33723effecd080ecd02f18d4446aa952b7f47bd0ed6d039895e135d6e06",
    ),
    "create": (
        ("POST", f"/v1.0/{PROJECT_ID}/queues", "", FULL, b'{"queue_name":"q1","cu_count":16}'),
        "5d9d54fcba68d9e1b2abbcdad5f753517ec47154a9da518f23982861d07f3947",
        "644730e5c6b82fd32e0a2350481c9978a612246bf334ea50c784aa0f9460d708",
    ),
}

# Anything that UTF-8 can carry.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
# A browser's rule takes these two out of any path before it is signed.
SEGMENTS = st.lists(TEXT.filter(lambda text: text not in (".", "..")), min_size=1, max_size=4)
PAIRS = st.lists(st.tuples(TEXT, st.one_of(st.just(""), TEXT)), max_size=5)
JSON = st.one_of(
    st.none(),
    st.just({}),
    st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.booleans(), st.lists(TEXT, max_size=2)), max_size=4),
)
HEADER_TEXT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
generated = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def vendor_says(prepared, pairs):
    """The Authorization header that the vendor's signer makes for a request that is ready to be sent."""
    signed = {name: value for name, value in prepared.headers.items() if name.lower() in signed_names(prepared)}
    request = SdkRequest(
        method=prepared.method,
        host=urlsplit(prepared.url).netloc,
        resource_path=urlsplit(prepared.url).path,
        query_params=pairs,
        header_params=signed,
        body=prepared.body or b"",
    )
    Signer(SimpleNamespace(ak=ACCESS_KEY, sk=SECRET_KEY)).sign(request)
    return request.header_params["Authorization"], request.uri


def signed_names(prepared):
    return prepared.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")


class Wire(requests.adapters.BaseAdapter):
    """Takes what would go over the wire and answers with nothing."""

    def send(self, request, **_options):
        self.sent = request
        answer = requests.Response()
        answer.status_code, answer._content, answer.raw = 200, b"{}", SimpleNamespace(length_remaining=0)
        answer.request, answer.url = request, request.url
        return answer

    def close(self):
        pass


def sent_by_transport(method, path, query, body, signature):
    """What Transport really hands to the network for one exchange."""
    transport, wire = Transport(timeout=1, verify=True, max_retries=0), Wire()
    transport._session.mount("https://", wire)
    transport.exchange(method, f"https://{HOST}{path}", auth=signature, query=query, body=body, idempotent=True)
    return wire.sent


@pytest.mark.parametrize(("request_", "digest", "signature"), VECTORS.values(), ids=VECTORS)
def test_the_known_vectors_come_out(request_, digest, signature):
    canonical = auth.canonical_request(*request_)
    assert hashlib.sha256(canonical.encode()).hexdigest() == digest
    method, path, query, headers, body = request_
    assert auth.authorization(ACCESS_KEY, SECRET_KEY, method, path, query, headers, body) == (
        f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={';'.join(sorted(headers))}, Signature={signature}"
    )


def test_the_canonical_request_is_spelled_line_by_line():
    assert auth.canonical_request(*VECTORS["delete"][0]).split("\n") == [
        "DELETE",
        f"/v1.0/{PROJECT_ID}/queues/q1/",
        "",
        f"host:{HOST}",
        "x-sdk-date:20260102T030405Z",
        "",
        "host;x-sdk-date",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ]


@generated
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segments=SEGMENTS,
    query=st.dictionaries(TEXT, st.one_of(st.just(""), TEXT), max_size=4),
    body=JSON,
    project_id=st.one_of(st.none(), st.just(PROJECT_ID)),
    security_token=st.one_of(st.none(), HEADER_TEXT),
)
def test_the_vendor_signs_alike_whatever_is_sent(method, segments, query, body, project_id, security_token):
    signature = auth.SignatureAuth(ACCESS_KEY, SECRET_KEY, security_token, project_id)
    path = "/v1.0/" + "/".join(quote(each, safe="") for each in segments)
    sent = sent_by_transport(method, path, query, body, signature)

    expected, uri = vendor_says(sent, list(query.items()))
    assert sent.headers["Authorization"] == expected
    # The wire carries what was signed: the query in its canonical form, the body byte for byte.
    assert urlsplit(sent.url).query == uri.partition("?")[2]
    assert "+" not in urlsplit(sent.url).query
    assert sent.body == (None if body is None else json.dumps(body, separators=(",", ":")).encode())

    wanted = {"content-type", "host", "x-sdk-date"}
    wanted |= {"x-project-id"} if project_id else set()
    wanted |= {"x-security-token"} if security_token else set()
    assert set(signed_names(sent)) == wanted
    assert sent.headers.get("X-Security-Token") == security_token
    assert sent.headers.get("X-Project-Id") == project_id


@generated
@given(pairs=PAIRS, as_text=st.booleans())
def test_the_vendor_signs_repeated_and_valueless_keys_alike(pairs, as_text):
    query = "&".join(quote(key, safe="") + ("=" + quote(value, safe="") if value else "") for key, value in pairs)
    prepared = requests.Session().prepare_request(
        requests.Request(
            "POST",
            f"https://{HOST}:8443/v3/{PROJECT_ID}/tags?{query}",
            headers={"Content-Type": "application/json"},
            data='{"a": 1}' if as_text else b'{"a": 1}',
            auth=auth.SignatureAuth(ACCESS_KEY, SECRET_KEY),
        )
    )
    assert prepared.headers["Authorization"] == vendor_says(prepared, pairs)[0]
    assert prepared.headers["Host"] == f"{HOST}:8443"
    assert sorted(parse_qsl(urlsplit(prepared.url).query, keep_blank_values=True)) == sorted(pairs)


@pytest.mark.parametrize("path", ["/", "/v3/", "/v3//", "/v3/a%2Fb", "/v3/100%25", "/v3/~a-b_c.d", "/v3/a b", "/v3/ü"])
def test_the_vendor_spells_odd_paths_alike(path):
    request = SdkRequest("GET", resource_path=path, query_params=[], header_params=dict(BARE), body=b"")
    signer = Signer(SimpleNamespace(ak=ACCESS_KEY, sk=SECRET_KEY))
    expected = signer._process_canonical_request(request, sorted(BARE))
    assert auth.canonical_request("GET", path, "", BARE, b"") == expected


def test_the_date_is_now_in_utc():
    signature = auth.SignatureAuth(ACCESS_KEY, SECRET_KEY)
    sent = sent_by_transport("GET", "/v1.0", None, None, signature)
    date = datetime.strptime(sent.headers["X-Sdk-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    assert abs((datetime.now(timezone.utc) - date).total_seconds()) < 5


def test_a_token_goes_into_its_header_and_nothing_else_does():
    sent = sent_by_transport("GET", "/v1.0", None, None, auth.TokenAuth("a-token"))
    assert sent.headers["X-Auth-Token"] == "a-token"
    assert "Authorization" not in sent.headers


def test_names_from_users_stay_one_segment_of_the_path():
    client = Client(Access(None, Endpoints("", "", ""), auth.NoAuth(), "p/1"))
    assert client.path("v1.0", "queues", "a b/ü?#%") == "/v1.0/p%2F1/queues/a%20b%2F%C3%BC%3F%23%25"

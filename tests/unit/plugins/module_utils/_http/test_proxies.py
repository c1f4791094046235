# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies from the environment, and proxies that refuse a connection."""

from __future__ import annotations

import urllib.request

import pytest
import requests
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import ApiError, TransportError
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import (
    proxies,
    responses,
    transport,
    transport_errors,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import NoAuth

PROXY = {"https": "http://proxy:3128"}


@pytest.mark.parametrize(
    ("url", "no_proxy", "used"),
    [
        ("https://dli.example.com/", None, True),
        ("https://dli.example.com/", "", True),
        ("https://dli.example.com/", "*", False),
        ("https://dli.example.com/", "other.com, example.com", False),
        ("https://dli.example.com/", ".example.com", False),
        ("https://dli.example.com/", "DLI.example.com", False),
        ("https://dli.example.com:8443/", "dli.example.com:8443", False),
        ("https://dli.example.com:8443/", "dli.example.com:443", True),
        ("https://dli.example.com/", "ample.com", True),
        ("https://10.1.2.3/", "10.0.0.0/8", False),
        ("https://10.1.2.3:8443/", "11.0.0.0/8, 10.1.0.0/16", False),
        ("https://10.1.2.3/", "10.1.2.3", False),
        ("https://11.1.2.3/", "10.0.0.0/8, example.com, x/y", True),
        ("https://[fd00::1]:443/", "fd00::/8", False),
    ],
)
def test_no_proxy_exempts_names_domains_and_networks(monkeypatch, url, no_proxy, used):
    monkeypatch.setenv("HTTPS_PROXY", PROXY["https"])
    if no_proxy is not None:
        monkeypatch.setenv("no_proxy", no_proxy)
    assert proxies.proxies_for(url) == (PROXY if used else {})


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "NO_PROXY", None])
def test_the_operating_system_is_not_asked_for_proxies(server, monkeypatch, variable):
    def refuse(*_arguments):
        raise AssertionError("asked")

    if variable:
        monkeypatch.setenv(variable, "http://proxy:3128")
    for place in (urllib.request, requests.utils, requests.sessions):
        for name in ("getproxies", "proxy_bypass", "get_environ_proxies", "should_bypass_proxies"):
            monkeypatch.setattr(place, name, refuse, raising=False)
    sender = transport.Transport(timeout=5, verify=True, max_retries=0)
    assert sender.exchange("GET", server.url, auth=NoAuth(), idempotent=True).status == 200


# status: (attempts, words of the message, words of the hint)
REFUSALS = {
    407: (1, "rejected the credentials", "password in HTTPS_PROXY"),
    403: (1, "does not allow connections to dli.invalid (HTTP 403)", "NO_PROXY"),
    404: (1, "(HTTP 404)", "HTTPS_PROXY"),
    502: (3, "(HTTP 502)", "HTTPS_PROXY"),
    503: (3, "(HTTP 503)", "HTTPS_PROXY"),
    504: (3, "(HTTP 504)", "HTTPS_PROXY"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("status", "attempts", "words", "hint"), [(key, *value) for key, value in REFUSALS.items()])
def test_a_refusal_of_the_proxy_is_named(server, step, ticking, monkeypatch, method, status, attempts, words, hint):
    server.play(step(status))
    monkeypatch.setenv("https_proxy", f"http://user:proxy-secret@127.0.0.1:{server.port}")
    sender = transport.Transport(timeout=5, verify=True, max_retries=2)
    with pytest.raises(TransportError) as caught:
        sender.exchange(method, "https://dli.invalid/v1.0/p/queues", auth=NoAuth(), idempotent=method == "GET")
    assert [each.method for each in server.seen] == ["CONNECT"] * attempts
    assert words in caught.value.message
    assert hint in caught.value.hint
    assert not caught.value.outcome_unknown
    assert "proxy-secret" not in str(caught.value)


def test_the_hint_names_the_variable_for_all_schemes(server, step, monkeypatch):
    server.play(step(407))
    monkeypatch.setenv("ALL_PROXY", f"http://user:proxy-secret@127.0.0.1:{server.port}")
    sender = transport.Transport(timeout=5, verify=True, max_retries=2)
    with pytest.raises(TransportError) as caught:
        sender.exchange("GET", "https://dli.invalid/", auth=NoAuth(), idempotent=True)
    assert "password in ALL_PROXY" in caught.value.hint


def test_a_page_may_come_from_a_proxy():
    with pytest.raises(ApiError) as caught:
        responses.parse_response(responses.Response(403, {}, "<h1>Blocked by policy</h1>"), "list queues")
    assert caught.value.hint.endswith("Check endpoint and the proxy, too: the response may not come from DLI.")


def test_a_refused_login_at_a_proxy_for_plain_http_has_a_hint():
    with pytest.raises(ApiError) as caught:
        responses.parse_response(responses.Response(407, {}, "<h1>Proxy Authentication Required</h1>"), "list queues")
    assert "password in HTTP_PROXY" in caught.value.hint
    assert not caught.value.transient
    assert not caught.value.outcome_unknown


def test_a_socks_proxy_without_its_library_is_named():
    cause = requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")
    error = transport_errors.from_exception(cause, "https://dli.invalid/", (10.0, 60.0))
    assert "PySocks" in error.hint
    assert not error.transient


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_from_the_environment_is_used(server, send, monkeypatch, variable):
    monkeypatch.setenv(variable, f"http://user:proxy-secret@127.0.0.1:{server.port}")
    send(url="http://dli.invalid/v1.0/p/queues")
    assert server.seen[0].target == "http://dli.invalid/v1.0/p/queues"
    assert server.seen[0].headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize("exempt", ["127.0.0.1", "localhost,127.0.0.1", "*", "127.0.0.0/8"])
def test_a_host_in_no_proxy_is_connected_directly(server, send, monkeypatch, closed_port, exempt):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("no_proxy", exempt)
    assert send().status == 200
    assert server.seen[0].target == "/v1.0/p/queues"


PROXY_FAILURES = {
    "no server": ("http://user:proxy-secret@127.0.0.1:{closed}", "the proxy did not connect to"),
    "rejects": (
        "http://user:proxy-secret@127.0.0.1:{rejecting}",
        "the proxy rejected the credentials for a connection to",
    ),
    "unknown kind": ("gopher://user:proxy-secret@127.0.0.1", "cannot send a request to"),
    "no host": ("http://", "cannot send a request to"),
    "invalid host": ("http://user:proxy-secret@[", "cannot send a request to"),
}


@pytest.mark.parametrize(("proxy", "words"), PROXY_FAILURES.values(), ids=PROXY_FAILURES)
def test_a_failing_proxy_is_reported_without_its_password(server, send, step, monkeypatch, closed_port, proxy, words):
    server.play(step(407))
    monkeypatch.setenv("https_proxy", proxy.format(closed=closed_port, rejecting=server.port))
    with pytest.raises(TransportError, match=f"{words} dli.invalid") as caught:
        send("POST", idempotent=False, url="https://dli.invalid/v1.0/p/queues", max_retries=1)
    assert not caught.value.outcome_unknown
    assert "proxy-secret" not in str(caught.value) + repr(caught.value)


def test_the_outcome_is_unknown_if_a_proxy_loses_the_response(server, send, step, monkeypatch):
    server.play(step(end="reset"))
    monkeypatch.setenv("http_proxy", server.url)
    with pytest.raises(TransportError) as caught:
        send("POST", idempotent=False, url="http://dli.invalid/", body={})
    assert caught.value.outcome_unknown
    assert len(server.seen) == 1

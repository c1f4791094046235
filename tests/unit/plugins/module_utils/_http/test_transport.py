# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One exchange over a real socket: retries, timeouts, and where credentials are never sent."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import TransportError
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.version import VERSION
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import transport
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import NoAuth, TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import progress

TRANSIENT = [408, 429, 500, 502, 503, 504]
LOST = ["reset", "hang up", "silence", "cut"]
# PUT occurs in both lists: most PUT requests replace, but some are cumulative.
IDEMPOTENT = [("GET", True), ("PUT", True), ("DELETE", True)]
NOT_IDEMPOTENT = [("POST", False), ("PUT", False)]


@pytest.mark.parametrize("status", TRANSIENT)
@pytest.mark.parametrize(("method", "idempotent"), IDEMPOTENT)
def test_an_idempotent_request_is_retried_after_a_transient_status(server, send, step, method, idempotent, status):
    server.play(step(status), step(status), step({"ok": 1}))
    assert send(method, idempotent=idempotent, body={"a": 1}).text == '{"ok": 1}'
    assert [(each.method, each.body) for each in server.seen] == [(method, b'{"a":1}')] * 3


@pytest.mark.usefixtures("timeout_on_silence")
@pytest.mark.parametrize("end", LOST)
@pytest.mark.parametrize(("method", "idempotent"), IDEMPOTENT)
def test_an_idempotent_request_is_retried_after_a_lost_response(server, send, step, method, idempotent, end):
    server.play(step({"some": "content"}, end=end), step({"ok": 1}))
    assert send(method, idempotent=idempotent).text == '{"ok": 1}'
    assert len(server.seen) == 2


@pytest.mark.parametrize("status", [200, 201, 204, 301, 307, 400, 401, 403, 404, 409, 413, 501])
def test_a_permanent_status_is_returned_at_once(server, send, step, status):
    server.play(step(status, retry_after=1))
    assert send().status == status
    assert len(server.seen) == 1


@pytest.mark.parametrize(("method", "idempotent"), NOT_IDEMPOTENT)
def test_another_request_is_retried_if_it_is_throttled(server, send, step, method, idempotent):
    server.play(step(429, retry_after=3), step(429), step(201))
    assert send(method, idempotent=idempotent, body={}).status == 201
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [status for status in TRANSIENT if status != 429])
@pytest.mark.parametrize(("method", "idempotent"), NOT_IDEMPOTENT)
def test_another_request_is_never_retried_because_of_retry_after(server, send, step, method, idempotent, status):
    server.play(step(status, retry_after=1))
    assert send(method, idempotent=idempotent, body={}).status == status
    assert len(server.seen) == 1


@pytest.mark.usefixtures("timeout_on_silence")
@pytest.mark.parametrize("end", LOST)
@pytest.mark.parametrize(("method", "idempotent"), NOT_IDEMPOTENT)
def test_another_request_is_never_retried_after_a_lost_response(server, send, step, method, idempotent, end):
    server.play(step({"some": "content"}, end=end))
    with pytest.raises(TransportError) as caught:
        send(method, idempotent=idempotent, body={})
    assert caught.value.outcome_unknown
    assert caught.value.transient
    assert len(server.seen) == 1


@pytest.mark.parametrize(("method", "idempotent"), IDEMPOTENT + NOT_IDEMPOTENT)
def test_every_request_is_retried_after_a_refused_connection(send, ticking, closed_port, method, idempotent):
    with pytest.raises(TransportError, match="Connection refused") as caught:
        send(method, idempotent=idempotent, url=f"http://127.0.0.1:{closed_port}/", max_retries=3)
    assert not caught.value.outcome_unknown
    assert len(ticking.sleeps) == 3


@pytest.mark.parametrize("max_retries", [0, 1, 4])
@pytest.mark.parametrize("outcome", [503, "reset"])
def test_max_retries_limits_the_retries(server, send, step, max_retries, outcome):
    server.play(step(503) if outcome == 503 else step(end=outcome))
    if outcome == 503:
        assert send(max_retries=max_retries).status == 503
    else:
        with pytest.raises(TransportError):
            send(max_retries=max_retries)
    assert len(server.seen) == 1 + max_retries


def test_pauses_grow_exponentially_with_jitter_up_to_a_limit(server, send, step, ticking):
    server.play(step(503))
    send(max_retries=9)
    full = [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert all(most / 2 <= pause <= most for pause, most in zip(ticking.sleeps, full, strict=True))
    shares = {round(pause / most, 6) for pause, most in zip(ticking.sleeps, full, strict=True)}
    assert len(shares) > 5


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ("7", 7, 7),
        ("60", 60, 60),
        ("61", 60, 60),
        ("86400", 60, 60),
        ("0", 0.25, 0.5),
        ("-5", 0.25, 0.5),
        ("soon", 0.25, 0.5),
        # A number of any length, which some versions of urllib3 refuse.
        ("9" * 5000, 0.25, 60),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0.25, 0.5),
        ("", 0.25, 0.5),
    ],
)
def test_seconds_in_retry_after_are_respected_within_limits(
    server, send, step, ticking, status, retry_after, least, most
):
    server.play(step(status, retry_after=retry_after), step(200))
    assert send().status == 200
    (pause,) = ticking.sleeps
    assert least <= pause <= most


@pytest.mark.parametrize(("ahead", "least", "most"), [(40, 40, 40), (-40, 0.25, 0.5)])
def test_a_date_in_retry_after_is_respected(server, send, step, ticking, monkeypatch, ahead, least, most):
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    server.play(step(503, retry_after=formatdate(1_800_000_000 + ahead, usegmt=True)), step(200))
    assert send().status == 200
    (pause,) = ticking.sleeps
    assert least <= pause <= most


def test_each_pause_is_reported(server, send, step, ticking, closed_port):
    reported = []
    with progress.retries_to(lambda wait: reported.append((wait.what, wait.seen, wait.pause))):
        server.play(step(429, retry_after=50), step(503, retry_after=7), step(200))
        assert send().status == 200
        with pytest.raises(TransportError):
            send(url=f"http://127.0.0.1:{closed_port}/", max_retries=1)
    host = server.url.removeprefix("http://")
    assert reported[:2] == [
        (f"a response from {host}", "HTTP 429 Too Many Requests, retrying in 50 s (attempt 2 of 6)", 50),
        (f"a response from {host}", "HTTP 503 Service Unavailable, retrying in 7 s (attempt 3 of 6)", 7),
    ]
    assert reported[2][1].startswith(f"no connection to 127.0.0.1:{closed_port} (")
    assert [pause for _what, _seen, pause in reported] == ticking.sleeps


def test_the_deadline_ends_retries(server, send, step, ticking):
    server.play(step(429, retry_after=50))
    deadline = _clock.Deadline(120)
    assert send(deadline=deadline, max_retries=100).status == 429
    assert ticking.sleeps == pytest.approx([50, 50, 20])
    assert deadline.remaining() == 0


def test_a_request_after_the_deadline_is_sent_once(server, send, step):
    server.play(step(503))
    assert send(deadline=_clock.Deadline(0)).status == 503
    assert len(server.seen) == 1


def test_the_deadline_limits_the_timeout_of_each_attempt(send, ticking, monkeypatch):
    timeouts = []

    def hang(_self, _request, *, timeout, **_options):
        timeouts.append(timeout)
        ticking.pass_by(timeout[1])
        raise transport.requests.exceptions.ReadTimeout(transport.urllib3.exceptions.ReadTimeoutError(None, "", ""))

    monkeypatch.setattr(transport.requests.adapters.HTTPAdapter, "send", hang)
    deadline = _clock.Deadline(100)
    with pytest.raises(TransportError, match=r"within \d+(\.\d+)? s") as caught:
        send(deadline=deadline, timeout=60)
    assert timeouts[0] == (10, 60)
    assert len(timeouts) == 2
    assert 35 < timeouts[1][1] <= 40
    assert f"{timeouts[1][1]:.3g} s" in caught.value.message
    assert caught.value.hint == "Increase wait_timeout to wait longer."
    assert deadline.elapsed() <= 100.1


@pytest.mark.parametrize(("timeout", "expected"), [(3, (3, 3)), (60, (10, 60))])
def test_the_request_timeout_reaches_the_socket(send, monkeypatch, timeout, expected):
    passed = []
    real = transport.requests.adapters.HTTPAdapter.send

    def note(self, request, **options):
        passed.append(options["timeout"])
        return real(self, request, **options)

    monkeypatch.setattr(transport.requests.adapters.HTTPAdapter, "send", note)
    send(timeout=timeout)
    assert passed == [expected]


def test_a_request_without_a_response_times_out(server, send, step):
    # Without the timeout, the client would wait until the server is stopped.
    server.play(step(end="silence"))
    with pytest.raises(TransportError, match=r"no complete response from 127\.0\.0\.1:\d+ within 0\.1 s") as caught:
        send(timeout=0.1, max_retries=0)
    assert "request_timeout" in caught.value.hint


def test_each_attempt_has_a_new_signature(server, send, step):
    server.play(step(503), step(end="reset"), step(200))
    signatures = iter(["first", "second", "third"])

    def sign(request):
        request.headers["Authorization"] = next(signatures)
        return request

    send(auth=sign)
    assert [each.headers["authorization"] for each in server.seen] == ["first", "second", "third"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_returned_and_not_followed(server, other_server, send, step, status):
    server.play(step(status, location=f"{other_server.url}/v1.0/p/queues"))
    assert send(auth=TokenAuth("a-token")).status == status
    assert len(server.seen) == 1
    assert other_server.seen == []


def test_netrc_is_never_read(server, send, tmp_path, monkeypatch):
    for name in (".netrc", "elsewhere"):
        (tmp_path / name).write_text("machine 127.0.0.1 login user password from-netrc\n")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "elsewhere"))
    send()
    send(auth=TokenAuth("a-token"))
    assert [each.headers.get("authorization") for each in server.seen] == [None, None]
    assert server.seen[1].headers["x-auth-token"] == "a-token"


def test_the_user_agent_names_collection_and_version(server, send):
    send()
    assert server.seen[0].headers["user-agent"].startswith(f"huaweicloud.dli/{VERSION} ")
    assert server.seen[0].headers["accept"] == "application/json"
    assert server.seen[0].headers["content-type"] == "application/json"


def test_every_request_asks_for_english(server, send):
    send()
    send("POST", idempotent=False, body={})
    assert [each.headers["x-language"] for each in server.seen] == ["en-us", "en-us"]


@pytest.mark.parametrize(
    ("pause", "method", "idempotent", "connections"),
    [
        (4, "POST", False, 1),
        (6, "POST", False, 2),
        (6, "PUT", False, 2),
        (6, "GET", True, 1),
    ],
)
def test_a_request_that_must_not_be_repeated_does_not_use_an_idle_connection(
    server, ticking, pause, method, idempotent, connections
):
    sender = transport.Transport(timeout=60, verify=True, max_retries=5)
    sender.exchange("GET", server.url, auth=NoAuth(), idempotent=True)
    ticking.pass_by(pause)
    sender.exchange(method, server.url, auth=NoAuth(), body={}, idempotent=idempotent)
    assert server.connections == connections


def test_the_query_is_sent_in_its_canonical_form(server, send):
    send(query={"tags": "env=prod,team=a b", "queue_type": "all", "empty": ""})
    assert server.seen[0].target == "/v1.0/p/queues?empty=&queue_type=all&tags=env%3Dprod%2Cteam%3Da%20b"


def test_many_requests_use_one_connection(server, step):
    sender = transport.Transport(timeout=60, verify=True, max_retries=5)
    server.play(step(200), step(503), step(404, body={"error_code": "DLI.0002"}), step(200))
    for method in ("GET", "POST", "PUT", "GET", "DELETE"):
        sender.exchange(method, server.url, auth=NoAuth(), body={}, idempotent=method != "POST")
    assert len(server.seen) == 5
    assert server.connections == 1

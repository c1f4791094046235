# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One exchange over a real socket: what is repeated, what is not, and where credentials never go."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import socket
import ssl
import time
from email.utils import formatdate
from pathlib import Path

import pytest
import requests
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import TransportError
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.version import VERSION
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import transport
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import transport_errors as unanswered
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import NoAuth, TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import progress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dli_simulator import Simulator
from dli_simulator.server import Tls

PASSING = [408, 429, 500, 502, 503, 504]
LOST = ["reset", "hang up", "silence", "cut"]
# PUT is the one verb that is either: most replace, but some add up.
REPEATABLE = [("GET", True), ("PUT", True), ("DELETE", True)]
UNREPEATABLE = [("POST", False), ("PUT", False)]


@pytest.fixture
def send(server, ticking):
    """send("GET", ...) makes one exchange with the scripted server."""

    def send(method="GET", *, idempotent=True, auth=None, deadline=None, url=None, query=None, body=None, **settings):
        settings = {"timeout": 5, "verify": True, "max_retries": 5, **settings}
        sender = transport.Transport(**settings)
        with sender.with_deadline(deadline or _clock.Deadline(10_000)):
            return sender.exchange(
                method,
                url or f"{server.url}/v1.0/p/queues",
                auth=auth or NoAuth(),
                query=query,
                body=body,
                idempotent=idempotent,
            )

    return send


@pytest.mark.parametrize("status", PASSING)
@pytest.mark.parametrize(("method", "idempotent"), REPEATABLE)
def test_what_may_be_repeated_is_repeated_when_the_service_is_not_well(server, send, step, method, idempotent, status):
    server.play(step(status), step(status), step({"ok": 1}))
    assert send(method, idempotent=idempotent, body={"a": 1}).text == '{"ok": 1}'
    assert [(each.method, each.body) for each in server.seen] == [(method, b'{"a":1}')] * 3


@pytest.mark.parametrize("end", LOST)
@pytest.mark.parametrize(("method", "idempotent"), REPEATABLE)
def test_what_may_be_repeated_is_repeated_when_the_answer_is_lost(server, send, step, method, idempotent, end):
    server.play(step({"some": "content"}, end=end), step({"ok": 1}))
    assert send(method, idempotent=idempotent, timeout=0.3).text == '{"ok": 1}'
    assert len(server.seen) == 2


@pytest.mark.parametrize("status", [200, 201, 204, 301, 307, 400, 401, 403, 404, 409, 413, 501])
def test_an_answer_that_time_does_not_change_is_returned_at_once(server, send, step, status):
    server.play(step(status, retry_after=1))
    assert send().status == status
    assert len(server.seen) == 1


@pytest.mark.parametrize(("method", "idempotent"), UNREPEATABLE)
def test_anything_else_is_repeated_only_when_throttled(server, send, step, method, idempotent):
    server.play(step(429, retry_after=3), step(429), step(201))
    assert send(method, idempotent=idempotent, body={}).status == 201
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [status for status in PASSING if status != 429])
@pytest.mark.parametrize(("method", "idempotent"), UNREPEATABLE)
def test_anything_else_is_never_repeated_though_a_time_is_named(server, send, step, method, idempotent, status):
    server.play(step(status, retry_after=1))
    assert send(method, idempotent=idempotent, body={}).status == status
    assert len(server.seen) == 1


@pytest.mark.parametrize("end", LOST)
@pytest.mark.parametrize(("method", "idempotent"), UNREPEATABLE)
def test_anything_else_is_never_repeated_when_the_answer_is_lost(server, send, step, method, idempotent, end):
    server.play(step({"some": "content"}, end=end))
    with pytest.raises(TransportError) as caught:
        send(method, idempotent=idempotent, body={}, timeout=0.3)
    assert caught.value.outcome_unknown
    assert caught.value.transient
    assert len(server.seen) == 1


@pytest.fixture
def closed_port():
    """A port that nobody listens at."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


@pytest.mark.parametrize(("method", "idempotent"), REPEATABLE + UNREPEATABLE)
def test_a_refused_connection_is_tried_again_by_every_verb(send, ticking, closed_port, method, idempotent):
    with pytest.raises(TransportError, match="Connection refused") as caught:
        send(method, idempotent=idempotent, url=f"http://127.0.0.1:{closed_port}/", max_retries=3)
    assert not caught.value.outcome_unknown
    assert len(ticking.sleeps) == 3


@pytest.mark.parametrize("max_retries", [0, 1, 4])
@pytest.mark.parametrize("outcome", [503, "reset"])
def test_max_retries_is_how_often_a_request_is_repeated(server, send, step, max_retries, outcome):
    server.play(step(503) if outcome == 503 else step(end=outcome))
    if outcome == 503:
        assert send(max_retries=max_retries).status == 503
    else:
        with pytest.raises(TransportError):
            send(max_retries=max_retries)
    assert len(server.seen) == 1 + max_retries


def test_pauses_grow_at_random_and_not_for_ever(server, send, step, ticking):
    server.play(step(503))
    send(max_retries=9)
    full = [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert all(most / 2 <= pause <= most for pause, most in zip(ticking.sleeps, full, strict=True))
    shares = {round(pause / most, 6) for pause, most in zip(ticking.sleeps, full, strict=True)}
    assert len(shares) > 5


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked_for", "least", "most"),
    [
        ("7", 7, 7),
        ("60", 60, 60),
        ("61", 60, 60),
        ("86400", 60, 60),
        ("0", 0.25, 0.5),
        ("-5", 0.25, 0.5),
        ("soon", 0.25, 0.5),
        ("", 0.25, 0.5),
    ],
)
def test_a_named_time_is_honoured_within_limits(server, send, step, ticking, status, asked_for, least, most):
    server.play(step(status, retry_after=asked_for), step(200))
    assert send().status == 200
    (pause,) = ticking.sleeps
    assert least <= pause <= most


@pytest.mark.parametrize(("ahead", "least", "most"), [(40, 30, 40), (-40, 0.25, 0.5)])
def test_a_named_moment_is_honoured(server, send, step, ticking, ahead, least, most):
    server.play(step(503, retry_after=formatdate(time.time() + ahead, usegmt=True)), step(200))
    assert send().status == 200
    (pause,) = ticking.sleeps
    assert least <= pause <= most


def test_each_pause_is_told_and_is_as_long_as_if_nobody_heard(server, send, step, ticking, closed_port):
    told = []
    with progress.retries_to(lambda wait: told.append((wait.what, wait.seen, wait.pause))):
        server.play(step(429, retry_after=50), step(503, retry_after=7), step(200))
        assert send().status == 200
        with pytest.raises(TransportError):
            send(url=f"http://127.0.0.1:{closed_port}/", max_retries=1)
    host = server.url.removeprefix("http://")
    assert told[:2] == [
        (f"an answer from {host}", "HTTP 429 Too Many Requests, trying again in 50 s (attempt 2 of 6)", 50),
        (f"an answer from {host}", "HTTP 503 Service Unavailable, trying again in 7 s (attempt 3 of 6)", 7),
    ]
    assert told[2][1].startswith(f"no connection to 127.0.0.1:{closed_port} (")
    assert [pause for _what, _seen, pause in told] == ticking.sleeps


def test_the_deadline_ends_repeating(server, send, step, ticking):
    server.play(step(429, retry_after=50))
    deadline = _clock.Deadline(120)
    assert send(deadline=deadline, max_retries=100).status == 429
    assert ticking.sleeps == pytest.approx([50, 50, 20])
    assert deadline.remaining() == 0


def test_an_exchange_after_the_deadline_is_made_once(server, send, step):
    server.play(step(503))
    assert send(deadline=_clock.Deadline(0)).status == 503
    assert len(server.seen) == 1


def test_each_attempt_waits_no_longer_than_the_deadline_leaves(send, ticking, monkeypatch):
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
    assert f"{timeouts[1][1]:g} s" in caught.value.message
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


def test_a_silent_service_is_left_after_the_timeout(server, send, step):
    server.play(step(end="silence"))
    begun = time.monotonic()
    with pytest.raises(TransportError, match=r"no answer from 127\.0\.0\.1:\d+ within 0\.1 s") as caught:
        send(timeout=0.1, max_retries=0)
    assert time.monotonic() - begun < 2
    assert "request_timeout" in caught.value.hint


def test_each_attempt_is_signed_afresh(server, send, step):
    server.play(step(503), step(end="reset"), step(200))
    signatures = iter(["first", "second", "third"])

    def sign(request):
        request.headers["Authorization"] = next(signatures)
        return request

    send(auth=sign)
    assert [each.headers["authorization"] for each in server.seen] == ["first", "second", "third"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(server, other_server, send, step, status):
    server.play(step(status, location=f"{other_server.url}/v1.0/p/queues"))
    assert send(auth=TokenAuth("a-token")).status == status
    assert len(server.seen) == 1
    assert other_server.seen == []


def test_netrc_is_never_consulted(server, send, tmp_path, monkeypatch):
    for name in (".netrc", "elsewhere"):
        (tmp_path / name).write_text("machine 127.0.0.1 login somebody password from-netrc\n")
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


def test_the_query_is_sent_in_its_canonical_form(server, send):
    send(query={"tags": "env=prod,team=a b", "queue_type": "all", "empty": ""})
    assert server.seen[0].target == "/v1.0/p/queues?empty=&queue_type=all&tags=env%3Dprod%2Cteam%3Da%20b"


def test_many_requests_use_one_connection(server, step):
    sender = transport.Transport(timeout=5, verify=True, max_retries=5)
    server.play(step(200), step(503), step(404, body={"error_code": "DLI.0002"}), step(200))
    for method in ("GET", "POST", "PUT", "GET", "DELETE"):
        sender.exchange(method, server.url, auth=NoAuth(), body={}, idempotent=method != "POST")
    assert len(server.seen) == 5
    assert server.connections == 1


# --- proxies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_used(server, send, monkeypatch, variable):
    monkeypatch.setenv(variable, f"http://somebody:proxy-secret@127.0.0.1:{server.port}")
    send(url="http://dli.invalid/v1.0/p/queues")
    assert server.seen[0].target == "http://dli.invalid/v1.0/p/queues"
    assert server.seen[0].headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize("exempt", ["127.0.0.1", "localhost,127.0.0.1", "*", "127.0.0.0/8"])
def test_a_host_exempt_from_the_proxy_is_asked_directly(server, send, monkeypatch, closed_port, exempt):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("no_proxy", exempt)
    assert send().status == 200
    assert server.seen[0].target == "/v1.0/p/queues"


PROXY_FAILURES = {
    "nobody there": ("http://somebody:proxy-secret@127.0.0.1:{closed}", "the proxy gives no connection to"),
    "refuses": ("http://somebody:proxy-secret@127.0.0.1:{refusing}", "the proxy gives no connection to"),
    "unknown kind": ("gopher://somebody:proxy-secret@127.0.0.1", "nothing can be sent to"),
    "no address": ("http://", "nothing can be sent to"),
    "bad address": ("http://somebody:proxy-secret@[", "nothing can be sent to"),
}


@pytest.mark.parametrize(("proxy", "words"), PROXY_FAILURES.values(), ids=PROXY_FAILURES)
def test_a_proxy_that_fails_is_told_without_its_password(server, send, step, monkeypatch, closed_port, proxy, words):
    server.play(step(407))
    monkeypatch.setenv("https_proxy", proxy.format(closed=closed_port, refusing=server.port))
    with pytest.raises(TransportError, match=f"{words} dli.invalid") as caught:
        send("POST", idempotent=False, url="https://dli.invalid/v1.0/p/queues", max_retries=1)
    assert not caught.value.outcome_unknown
    assert "proxy-secret" not in str(caught.value) + repr(caught.value)


def test_an_answer_that_a_proxy_lost_is_unclear(server, send, step, monkeypatch):
    server.play(step(end="reset"))
    monkeypatch.setenv("http_proxy", server.url)
    with pytest.raises(TransportError) as caught:
        send("POST", idempotent=False, url="http://dli.invalid/", body={})
    assert caught.value.outcome_unknown
    assert len(server.seen) == 1


# --- certificates -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody trusts, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "simulator")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Tls(str(folder / "certificate.pem"), str(folder / "key.pem"))


@pytest.fixture(scope="module")
def secure(certificate):
    """A simulator behind TLS."""
    simulator = Simulator(require_signature=False).start(tls=certificate)
    yield simulator
    simulator.stop()


@pytest.fixture
def ask(send, secure):
    def ask(verify, method="GET"):
        url = f"{secure.base_url}/v1.0/{secure.ready['project_id']}/queues"
        secure.recorder.clear()
        return send(method, url=url, verify=verify, idempotent=method == "GET")

    return ask


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_untrusted_certificate_is_told_clearly_and_at_once(ask, secure, ticking, method):
    with pytest.raises(TransportError) as caught:
        ask(True, method)
    assert re.fullmatch(
        r"no trusted connection to 127\.0\.0\.1:\d+ \(certificate verify failed: self-signed certificate\)",
        caught.value.message.replace("self signed", "self-signed"),
    )
    assert "ca_path" in caught.value.hint
    assert not caught.value.transient
    assert ticking.sleeps == []
    assert secure.requests == []


def test_a_certificate_for_another_name_is_not_blamed_on_the_bundle(send, secure, certificate):
    with pytest.raises(TransportError) as caught:
        send(url=secure.base_url.replace("127.0.0.1", "localhost"), verify=certificate.certificate)
    # OpenSSL's word, or urllib3's, which looks at names itself in its old versions.
    assert re.search(r"mismatch|'localhost' doesn't match '127\.0\.0\.1'", caught.value.message)
    assert "another name" in caught.value.hint


def test_a_bundle_is_parsed_once_however_many_connections_there_are(send, secure, certificate, tmp_path, monkeypatch):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(Path(certificate.certificate).read_text())
    parsed = []
    load = ssl.SSLContext.load_verify_locations

    def load_and_count(self, *arguments, **more):
        parsed.append(arguments)
        return load(self, *arguments, **more)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load_and_count)
    for _connection in range(3):
        url = f"{secure.base_url}/v1.0/{secure.ready['project_id']}/queues"
        assert send(url=url, verify=str(bundle)).status == 200
    assert parsed == [(str(bundle),)]


def test_what_is_no_bundle_is_named_so(ask, tmp_path):
    (tmp_path / "nonsense.pem").write_text("no certificate")
    with pytest.raises(TransportError) as caught:
        ask(str(tmp_path / "nonsense.pem"))
    assert "no trusted connection to" in caught.value.message
    assert "ca_path" in caught.value.hint


def test_a_server_without_tls_is_not_blamed_on_its_certificate(send, server):
    with pytest.raises(TransportError) as caught:
        send(url=server.url.replace("http:", "https:"))
    assert "does not speak TLS" in caught.value.hint


@pytest.mark.parametrize("words", ["certificate has expired", "certificate is not yet valid"])
def test_a_certificate_out_of_its_time_may_be_the_fault_of_a_clock(words):
    cause = requests.exceptions.SSLError(
        f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {words} (_ssl.c:1)"
    )
    told = unanswered.from_exception(cause, "https://dli.invalid/", (10.0, 60.0))
    assert "clock" in told.hint


def test_a_certificate_is_trusted_by_its_bundle(ask, certificate):
    assert ask(certificate.certificate).status == 200


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_checking_can_be_switched_off(ask):
    assert ask(False).status == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_what_the_task_says_of_certificates_wins_over_the_environment(
    ask, certificate, monkeypatch, tmp_path, variable
):
    monkeypatch.setenv(variable, str(tmp_path / "missing.pem"))
    assert ask(False).status == 200
    assert ask(certificate.certificate).status == 200


def test_a_bundle_of_the_environment_is_used_when_the_task_says_nothing(ask, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate.certificate)
    assert ask(True).status == 200


def test_a_bundle_that_has_changed_is_read_again(ask, certificate, monkeypatch, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(Path(requests.certs.where()).read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(TransportError, match="no trusted connection"):
        ask(True)
    bundle.write_bytes(Path(certificate.certificate).read_bytes())
    # A file system may know the time of a change by the second only.
    os.utime(bundle, (1, 1))
    assert ask(True).status == 200


def test_a_bundle_that_is_missing_or_broken_is_told(ask, monkeypatch, tmp_path):
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    for bundle in (tmp_path / "missing.pem", broken):
        with pytest.raises(TransportError) as caught:
            ask(str(bundle))
        assert "ca_path" in str(caught.value)
        assert not caught.value.transient

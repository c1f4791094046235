# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One exchange over a real socket: retries, timeouts, proxies, certificates, and where credentials are never sent."""

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
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import tls, transport, transport_errors
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import NoAuth, TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait import progress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dli_simulator import Simulator
from dli_simulator.server import Tls

TRANSIENT = [408, 429, 500, 502, 503, 504]
LOST = ["reset", "hang up", "silence", "cut"]
# PUT occurs in both lists: most PUT requests replace, but some are cumulative.
IDEMPOTENT = [("GET", True), ("PUT", True), ("DELETE", True)]
NOT_IDEMPOTENT = [("POST", False), ("PUT", False)]


@pytest.fixture
def send(server, ticking):
    """send("GET", ...) makes one exchange with the scripted server."""

    def send(method="GET", *, idempotent=True, auth=None, deadline=None, url=None, query=None, body=None, **settings):
        settings = {"timeout": 60, "verify": True, "max_retries": 5, **settings}
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


@pytest.fixture
def closed_port():
    """A port on which no server listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


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


# --- proxies ----------------------------------------------------------------------------------------------------------


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


# --- certificates -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """An untrusted certificate for 127.0.0.1 and its key, as files."""
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
def exchange(send, secure):
    def exchange(verify, method="GET"):
        url = f"{secure.base_url}/v1.0/{secure.ready['project_id']}/queues"
        secure.recorder.clear()
        return send(method, url=url, verify=verify, idempotent=method == "GET")

    return exchange


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_untrusted_certificate_is_reported_at_once(exchange, secure, ticking, method):
    with pytest.raises(TransportError) as caught:
        exchange(True, method)
    assert re.fullmatch(
        r"no trusted connection to 127\.0\.0\.1:\d+ \(certificate verify failed: self-signed certificate\)",
        caught.value.message.replace("self signed", "self-signed"),
    )
    assert "ca_path" in caught.value.hint
    assert not caught.value.transient
    assert ticking.sleeps == []
    assert secure.requests == []


def test_a_certificate_for_another_name_does_not_cause_advice_about_the_bundle(send, secure, certificate):
    with pytest.raises(TransportError) as caught:
        send(url=secure.base_url.replace("127.0.0.1", "localhost"), verify=certificate.certificate)
    # The text of OpenSSL, or of old versions of urllib3, which check names themselves.
    assert re.search(r"mismatch|'localhost' doesn't match '127\.0\.0\.1'", caught.value.message)
    assert "another name" in caught.value.hint


def test_a_bundle_is_parsed_once_for_all_connections(send, secure, certificate, tmp_path, monkeypatch):
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


def test_an_invalid_bundle_is_reported(exchange, tmp_path):
    (tmp_path / "nonsense.pem").write_text("no certificate")
    with pytest.raises(TransportError) as caught:
        exchange(str(tmp_path / "nonsense.pem"))
    assert "no trusted connection to" in caught.value.message
    assert "ca_path" in caught.value.hint


def test_a_server_without_tls_does_not_cause_advice_about_certificates(send, server):
    with pytest.raises(TransportError) as caught:
        send(url=server.url.replace("http:", "https:"))
    assert "does not speak TLS" in caught.value.hint


@pytest.mark.parametrize("words", ["certificate has expired", "certificate is not yet valid"])
def test_an_expired_certificate_causes_advice_about_the_clock(words):
    cause = requests.exceptions.SSLError(
        f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {words} (_ssl.c:1)"
    )
    error = transport_errors.from_exception(cause, "https://dli.invalid/", (10.0, 60.0))
    assert "clock" in error.hint


@pytest.mark.parametrize(
    "words",
    [
        "Missing Authority Key Identifier",
        "Missing Subject Key Identifier",
        "Basic Constraints of CA cert not marked critical",
        "CA cert does not include key usage extension",
        "Path length given without key usage keyCertSign",
        "Empty Subject Alternative Name extension",
        "Issuer name empty",
    ],
)
def test_a_certificate_that_only_strict_checks_refuse_does_not_cause_advice_about_the_bundle(words):
    cause = requests.exceptions.SSLError(
        f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {words} (_ssl.c:1)"
    )
    error = transport_errors.from_exception(cause, "https://dli.invalid/", (10.0, 60.0))
    assert "strict checks" in error.hint
    assert words in error.message


def test_a_certificate_in_the_bundle_is_trusted(exchange, certificate):
    assert exchange(certificate.certificate).status == 200


def test_validation_can_be_turned_off_without_a_warning_of_the_library(exchange, recwarn):
    assert exchange(False).status == 200
    assert [str(each.message) for each in recwarn] == []


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_options_about_certificates_override_the_environment(exchange, certificate, monkeypatch, tmp_path, variable):
    monkeypatch.setenv(variable, str(tmp_path / "missing.pem"))
    assert exchange(False).status == 200
    assert exchange(certificate.certificate).status == 200


def test_a_bundle_from_the_environment_is_used_by_default(exchange, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate.certificate)
    assert exchange(True).status == 200


def test_a_changed_bundle_is_parsed_again(exchange, certificate, monkeypatch, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(Path(requests.certs.where()).read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(TransportError, match="no trusted connection"):
        exchange(True)
    bundle.write_bytes(Path(certificate.certificate).read_bytes())
    # Some file systems store the time of a change in whole seconds.
    os.utime(bundle, (1, 1))
    assert exchange(True).status == 200


UNUSABLE = {
    "missing": (None, "No such file or directory"),
    "empty": (b"", "contains no valid PEM certificate"),
    "text": (b"not a certificate", "contains no valid PEM certificate"),
    "broken": (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "contains no valid PEM certificate"),
    "DER": ("der", "contains no valid PEM certificate"),
}


@pytest.mark.parametrize("source", ["ca_path", "environment"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("content", "words"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_bundle_is_reported_at_once(
    exchange, secure, certificate, ticking, monkeypatch, tmp_path, source, method, content, words
):
    bundle = tmp_path / "bundle.pem"
    if content == "der":
        content = ssl.PEM_cert_to_DER_cert(Path(certificate.certificate).read_text())
    if content is not None:
        bundle.write_bytes(content)
    if source == "environment":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(TransportError) as caught:
        exchange(str(bundle) if source == "ca_path" else True, method)
    assert f"(the CA bundle {str(bundle)!r}: {words})" in caught.value.message or len(str(bundle)) > 78
    assert words in caught.value.message
    assert "ca_path" in caught.value.hint
    assert "REQUESTS_CA_BUNDLE" in caught.value.hint
    assert not caught.value.transient
    assert not caught.value.outcome_unknown
    assert ticking.sleeps == []
    assert secure.requests == []


def test_an_unusable_bundle_does_not_fail_the_preparation(monkeypatch, tmp_path):
    for bundle in (tmp_path / "missing.pem", tmp_path):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        tls.prepare()
    (tmp_path / "text.pem").write_text("not a certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "text.pem"))
    tls.prepare()

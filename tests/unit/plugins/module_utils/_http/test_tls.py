# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates: a bundle of its own, and what an untrusted one means."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import ssl
from pathlib import Path

import pytest
import requests
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import TransportError
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import tls, transport_errors
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dli_simulator import Simulator
from dli_simulator.server import Tls


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


def test_a_bundle_that_may_never_end_is_reported(exchange, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TransportError, match="is neither a file nor a directory"):
        exchange(str(tmp_path / "pipe"))


@pytest.mark.parametrize("verify", [True, False])
def test_a_key_log_that_cannot_be_written_is_not_taken_for_a_bad_bundle(exchange, monkeypatch, tmp_path, verify):
    monkeypatch.setattr(tls, "_ssl_context", tls._ssl_context.__wrapped__)
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "missing" / "keys"))
    with pytest.raises(TransportError) as caught:
        exchange(verify)
    assert re.fullmatch(r"no trusted connection to .* \(No such file or directory\)", caught.value.message)
    assert caught.value.hint.startswith("Check SSLKEYLOGFILE and OPENSSL_CONF")
    assert not caught.value.transient
    assert not caught.value.outcome_unknown

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that never end, that are huge, or that break HTTP, from a server that sends bytes."""

from __future__ import annotations

import itertools
import socket
import threading
import zlib

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import TransportError
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import response_limits, transport
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import NoAuth

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def raw_server():
    """raw_server([b"...", ...], pause=0.1): the URL of a server that sends these bytes after the first request.

    It disconnects after the last part, at the latest after 3000 parts.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(chunks, pause):
        connection, _address = listener.accept()
        try:
            connection.recv(65536)
            for chunk in itertools.islice(chunks, 3000):
                connection.sendall(chunk)
                if pause:
                    # The pauses of a slow server; the client gives up after a part of a second.
                    ended.wait(pause)
        except OSError:
            pass
        connection.close()

    ended = threading.Event()

    def start(chunks, pause=0.0):
        threading.Thread(target=serve, args=(chunks, pause), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    ended.set()
    listener.close()


def exchange(url, timeout=60, method="GET"):
    sender = transport.Transport(timeout=timeout, verify=True, max_retries=0)
    return sender.exchange(method, f"{url}/path", auth=NoAuth(), idempotent=method == "GET")


def forever(first, chunk):
    return itertools.chain([first], itertools.repeat(chunk))


SLOW = {
    "body": (OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "body without length": (OK + b"\r\n", b" "),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "size of a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "headers": (OK, b"A: b\r\n"),
    "one header": (OK + b"A: ", b"b"),
    "status": (b"HTTP/1.1 200 ", b"O"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("first", "chunk"), SLOW.values(), ids=SLOW)
def test_the_timeout_limits_a_response_of_many_small_parts(raw_server, method, first, chunk):
    with pytest.raises(TransportError, match=r"no complete response from .* within 0\.1 s") as caught:
        exchange(raw_server(forever(first, chunk), pause=0.02), timeout=0.1, method=method)
    assert caught.value.outcome_unknown


def test_the_timeout_limits_the_response_of_a_proxy(raw_server, monkeypatch):
    remaining = iter(range(2900))
    headers = (b"A: b\r\n" for _number in remaining)
    monkeypatch.setenv("https_proxy", raw_server(itertools.chain([OK], headers), pause=0.02))
    # The text depends on the version of urllib3.
    with pytest.raises(TransportError):
        exchange("https://dli.invalid", timeout=0.1)
    assert next(remaining, None) is not None, "the client read until the server disconnected"


def test_each_response_has_the_whole_timeout(server, step, ticking, monkeypatch):
    """The time of one response is not taken from the next one on the same connection."""
    monkeypatch.setattr(response_limits, "time", ticking)
    sender = transport.Transport(timeout=60, verify=True, max_retries=0)
    server.play(step({"pad": "x" * 100_000}))
    for _number in range(3):
        assert sender.exchange("GET", server.url, auth=NoAuth(), idempotent=True).status == 200
        ticking.pass_by(40)
    assert server.connections == 1


def bomb(form):
    packer = zlib.compressobj(9, zlib.DEFLATED, form)
    return b"".join([*(packer.compress(b" " * 2**20) for _number in range(80)), packer.flush()])


HUGE = {
    "endless": (b"", itertools.repeat(b" " * 65536)),
    "chunked": (b"Transfer-Encoding: chunked\r\n", itertools.repeat(b"10000\r\n" + b" " * 65536 + b"\r\n")),
    "gzip": (b"Content-Encoding: gzip\r\n", [bomb(31)]),
    "deflate": (b"Content-Encoding: deflate\r\n", [bomb(15)]),
}


@pytest.mark.parametrize(("headers", "chunks"), HUGE.values(), ids=HUGE)
def test_the_decompressed_size_is_limited(raw_server, headers, chunks):
    with pytest.raises(TransportError, match="is larger than 64 MB") as caught:
        exchange(raw_server(itertools.chain([OK + headers + b"\r\n"], chunks)), timeout=30)
    assert caught.value.outcome_unknown
    assert not caught.value.transient


def test_a_body_of_the_largest_size_is_accepted(monkeypatch):
    monkeypatch.setattr(response_limits, "LARGEST_BODY", 6)
    assert response_limits.read_body([b"abc", b"def"], {}, "host") == b"abcdef"
    with pytest.raises(TransportError):
        response_limits.read_body([b"abc", b"def", b"g"], {}, "host")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x"])
def test_a_compression_that_was_not_requested_is_refused(raw_server, encoding):
    with pytest.raises(TransportError, match="unsupported compression") as caught:
        exchange(raw_server([OK + f"Content-Encoding: {encoding}\r\nContent-Length: 2\r\n\r\n{{}}".encode()]))
    assert caught.value.outcome_unknown


BROKEN = {
    "negative chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n",
    "chunk that is no number": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "huge chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nabc",
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "no gzip": OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "many headers": OK + b"A: b\r\n" * 1000 + b"\r\n",
    "long header": OK + b"A: " + b"b" * 100_000 + b"\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x00\r\n\r\n",
    "status that is no number": b"HTTP/1.1 abc\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("response", BROKEN.values(), ids=BROKEN)
def test_a_response_that_breaks_http_leaves_the_outcome_unknown(raw_server, method, response):
    with pytest.raises(TransportError) as caught:
        exchange(raw_server([response]), timeout=2, method=method)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    "target", ["http://a[b", "http://a:b", "//", "\x01", "http://\ud800".encode("utf-8", "ignore").decode()]
)
def test_the_target_of_a_redirect_is_not_parsed(raw_server, target):
    response = exchange(raw_server([f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()]))
    assert response.status == 302


def test_a_byte_order_mark_is_ignored(raw_server):
    body = b"\xef\xbb\xbf{}"
    assert exchange(raw_server([OK + b"Content-Length: 5\r\n\r\n" + body])).text == "{}"

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server with scripted responses, and a clock without a simulator."""

from __future__ import annotations

import json
import math
import select
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import response_limits, transport
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import NoAuth


class ManualClock:
    """A clock that only sleeps and ``pass_by`` advance."""

    def __init__(self):
        self.now = 1000.0
        self.sleeps = []

    def sleep(self, seconds):
        self.sleeps.append(seconds)
        # Time always advances, however small the number.
        self.now = max(self.now + seconds, math.nextafter(self.now, math.inf))

    def pass_by(self, seconds):
        self.now += seconds

    def monotonic(self):
        return self.now


@pytest.fixture
def ticking(monkeypatch):
    """The collection's clock where no simulator runs."""
    clock = ManualClock()
    monkeypatch.setattr(_clock, "sleep", clock.sleep)
    monkeypatch.setattr(_clock, "monotonic", clock.monotonic)
    return clock


@dataclass
class Step:
    """What the scripted server does with one request.

    ``end`` is "reply"; "cut", in the middle of the body; "reset" or "hang up", without a response; or "silence" until
    the client disconnects.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict = field(default_factory=dict)
    end: str = "reply"


@dataclass
class Seen:
    """One request as the server received it."""

    method: str
    target: str
    headers: dict
    body: bytes
    port: int


class Handler(BaseHTTPRequestHandler):
    """Serves one connection of a ScriptedServer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.script, self.seen = self.server.owner.script, self.server.owner.seen

    def handle_one_request(self):
        # A client may disconnect at any time.
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.play
        raise AttributeError(name)

    def play(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append(Seen(self.command, self.path, headers, body, self.client_address[1]))
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        getattr(self, step.end.replace(" ", "_"))(step)

    def reply(self, step):
        self.head(step)
        self.wfile.write(step.body)

    def cut(self, step):
        self.head(step)
        self.wfile.write(step.body[: len(step.body) // 2])
        self.wfile.flush()
        self.hang_up(step)

    def reset(self, step):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def hang_up(self, step):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def silence(self, step):
        self.server.owner.silent.set()
        self.connection.recv(1)
        self.close_connection = True

    def head(self, step):
        self.send_response_only(step.status)
        for name, value in {"Content-Length": str(len(step.body)), **step.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args):
        """Log nothing."""


class ScriptedServer:
    """Executes one step of its script for each request and repeats the last one; without a script, an empty object."""

    def __init__(self):
        self.script = [Step()]
        self.seen = []
        self.silent = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.owner = self
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def play(self, *script):
        self.script = list(script)

    @property
    def connections(self):
        """The number of TCP connections of the requests."""
        return len({each.port for each in self.seen})

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


# Each test has servers of its own: a connection that its client gave up is sometimes accepted only after the test.
@pytest.fixture
def server():
    server = ScriptedServer()
    yield server
    server.stop()


@pytest.fixture
def other_server():
    """A second host, which must not receive credentials."""
    server = ScriptedServer()
    yield server
    server.stop()


@pytest.fixture
def timeout_on_silence(server, monkeypatch):
    """The client times out when the server is silent and not before, however busy the machine is."""
    readinto = response_limits._BoundedReader.readinto

    def read_or_time_out(reader, buffer):
        while not select.select([reader._sock], [], [], 0.005)[0]:
            if server.silent.is_set():
                server.silent.clear()
                raise TimeoutError("timed out")
        return readinto(reader, buffer)

    monkeypatch.setattr(response_limits._BoundedReader, "readinto", read_or_time_out)


@pytest.fixture
def step():
    """step(503, retry_after=7), step(end="reset"), step({"a": 1}): one step of a script."""

    def make(answer=200, *, end="reply", body=None, **headers):
        status, content = (answer, body) if isinstance(answer, int) else (200, answer)
        content = content if isinstance(content, bytes) else json.dumps(content or {}).encode()
        return Step(status, content, {name.replace("_", "-"): str(value) for name, value in headers.items()}, end)

    return make


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


@pytest.fixture
def closed_port():
    """A port on which no server listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]

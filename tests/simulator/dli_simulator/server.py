# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A threaded HTTP server with keep-alive, optional TLS, and the ability to drop a connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import Any

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.workers.threadpool import ThreadPool

CLOSE_CONNECTION = "dli-simulator-close-connection"
"""Key in the WSGI environment of the function that closes the client's connection without a response."""

_THREADS = 24


@dataclass(frozen=True)
class Tls:
    certificate: str
    private_key: str


class _Gateway(wsgi.Gateway_10):
    """Gives the application access to the connection, which WSGI hides."""

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]
        environ[CLOSE_CONNECTION] = self._close_connection
        return environ

    def _close_connection(self) -> None:
        with contextlib.suppress(OSError):
            self.req.conn.socket.shutdown(socket.SHUT_RDWR)
        # Suppress all further output and make the server discard the connection.
        self.req.sent_headers = True
        self.req.close_connection = True

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """Do nothing if the connection is closed, because the application ends all requests the same way."""
        if self.req.sent_headers:
            return self.write
        return super().start_response(status, headers, exc_info)


class _Workers(ThreadPool):
    """The server's threads. The socket already listens when they start, so start() need not wait for all of them."""

    def __init__(self, server: wsgi.Server, listening: threading.Event) -> None:
        super().__init__(server, min=_THREADS)
        self._listening = listening

    def start(self) -> None:
        self._listening.set()
        super().start()


class Server:
    """A server in daemon threads, so that a test process can exit without stopping it."""

    def __init__(self, app: Any, host: str, port: int, tls: Tls | None = None) -> None:
        self._server = wsgi.Server((host, port), app, request_queue_size=256, shutdown_timeout=1)
        self._server.gateway = _Gateway
        # Also the interval at which the loop checks for a stop request.
        self._server.expiration_interval = 0.02
        self._server.keep_alive_conn_limit = 1000
        self._server.timeout = 60
        if tls:
            self._server.ssl_adapter = BuiltinSSLAdapter(tls.certificate, tls.private_key)
        self._listening, self._prepared = threading.Event(), threading.Event()
        self._server.requests = _Workers(self._server, self._listening)
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="dli-simulator", daemon=True)

    def start(self) -> int:
        """Return the port once connections are accepted."""
        self._thread.start()
        self._listening.wait()
        if self._failure:
            raise self._failure
        return int(self._server.bind_addr[1])

    def _run(self) -> None:
        # Prepared in the daemon thread, because worker threads inherit the daemon flag.
        try:
            self._server.prepare()
        except Exception as error:
            self._failure = error
            return
        finally:
            self._listening.set()
            self._prepared.set()
        self._server.serve()

    def stop(self) -> None:
        self._prepared.wait()
        self._server.stop()
        self._thread.join()

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Limits of the time and of the size of one response.

A read timeout of requests limits each read from the socket, so a server that sends one byte at a time could hold a
task forever.
"""

from __future__ import annotations

import functools
import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from .._core.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from socket import socket

# Bytes after decompression. The largest lists of the service take some megabytes.
LARGEST_BODY = 64 * 2**20
# Bytes before decompression that are read at once: old versions of urllib3 decompress them all, to 1000 times the size.
CHUNK = 16 * 1024
# Requests accepts these; a server may send others, or several of them, to make a small response huge.
ENCODINGS = ("", "identity", "gzip", "deflate")


class _BoundedReader(io.RawIOBase):
    """Reads from a socket until the timeout of the socket has passed since the creation of this object."""

    def __init__(self, raw: io.RawIOBase, sock: socket) -> None:
        self._raw = raw
        self._sock = sock
        self._timeout = sock.gettimeout()
        # Not the clock of the collection: the operating system measures the timeouts of sockets, in tests as well.
        self._start = time.monotonic()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._timeout is None:
            return self._raw.readinto(buffer)
        remaining = self._timeout - (time.monotonic() - self._start)
        if remaining <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(remaining)
        try:
            return self._raw.readinto(buffer)
        finally:
            self._sock.settimeout(self._timeout)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class BoundedResponse(HTTPResponse):
    """A response whose status line, headers and body share one timeout: that of the socket at its start."""

    def __init__(self, sock: socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock))


@functools.lru_cache
def bounded(connection_class: type[Any]) -> type[Any]:
    """A class of connections of http.client whose responses are bounded, those of a proxy to CONNECT as well."""
    if issubclass(connection_class, _Bounded):
        return connection_class
    return type(f"Bounded{connection_class.__name__}", (_Bounded, connection_class), {})


class _Bounded:
    response_class = BoundedResponse


def read_body(chunks: Iterable[bytes], headers: Mapping[str, str], host: str) -> bytes:
    """The decompressed ``chunks`` of a body. Raises TransportError if there are too many of them."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise _unusable(f"the response from {host} has an unsupported compression")
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _unusable(f"the response from {host} is larger than {LARGEST_BODY // 2**20} MB")
    return bytes(body)


def _unusable(problem: str) -> TransportError:
    return TransportError(
        problem,
        outcome_unknown=True,
        transient=False,
        hint="Check the endpoint and the proxy: the response may come from a system between this host and the service.",
    )

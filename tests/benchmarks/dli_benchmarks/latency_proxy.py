# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A TCP proxy that adds latency and counts connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_HANDSHAKE = b"\x16"
"""First byte of a TLS connection: the record type handshake."""
_CHUNK = 2**16


class LatencyProxy:
    """Forwards TCP connections to a local port and delays each direction by half of ``round_trip`` seconds.

    Like on a real network, the TCP connection setup costs one round trip, and so does each step of a TLS handshake.
    Bandwidth and TCP slow start are not simulated.
    """

    def __init__(self, target: int, round_trip: float) -> None:
        self.connections = 0
        self.handshakes = 0
        self._target = target
        self._round_trip = round_trip
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="latency-proxy", daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=256))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        # The local connection was established at once. On a real network that takes a round trip, so the first data
        # of the client is delayed by one.
        await asyncio.gather(
            self._forward(client, to_server, initial_delay=self._round_trip, on_first_chunk=self._note_handshake),
            self._forward(server, to_client),
            return_exceptions=True,
        )

    def _note_handshake(self, first: bytes) -> None:
        self.handshakes += first.startswith(_HANDSHAKE)

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        initial_delay: float = 0.0,
        on_first_chunk: Callable[[bytes], None] = lambda first: None,
    ) -> None:
        """Forward one direction. With two tasks, several chunks can be in transit at the same time."""
        in_transit: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def receive() -> None:
            delay = self._round_trip / 2
            first = chunk = await reader.read(_CHUNK)
            on_first_chunk(first)
            in_transit.put_nowait((self._loop.time() + initial_delay + delay, first))
            while chunk:
                chunk = await reader.read(_CHUNK)
                in_transit.put_nowait((self._loop.time() + delay, chunk))

        async def deliver() -> None:
            while True:
                due, chunk = await in_transit.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not chunk:
                    return
                writer.write(chunk)
                await writer.drain()

        try:
            await asyncio.gather(receive(), deliver())
        finally:
            writer.close()

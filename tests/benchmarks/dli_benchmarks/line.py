# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A way to a server that is as long as wanted, and counts who takes it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_HANDSHAKE = b"\x16"
"""What a connection over TLS begins with: a record of the type handshake."""
_CHUNK = 2**16


class Line:
    """Forwards TCP connections to a port of this machine, each way taking half of ``round_trip`` seconds.

    Setting up a connection costs a round trip, as on a real way, and so does each step of a TLS handshake. How much
    data a way takes at once is not simulated, nor is the slow start of TCP.
    """

    def __init__(self, target: int, round_trip: float) -> None:
        self.connections = 0
        self.handshakes = 0
        self._target = target
        self._round_trip = round_trip
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
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
        # The client was told at once that it is connected. On a real way it would know after a round trip, and so
        # what it says first comes later by that.
        await asyncio.gather(
            self._carry(client, to_server, held_back=self._round_trip, heard=self._note_handshake),
            self._carry(server, to_client),
            return_exceptions=True,
        )

    def _note_handshake(self, first: bytes) -> None:
        self.handshakes += first.startswith(_HANDSHAKE)

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        held_back: float = 0.0,
        heard: Callable[[bytes], None] = lambda first: None,
    ) -> None:
        """Carry everything in one direction; the two tasks let chunks be under way at the same time."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def receive() -> None:
            delay = self._round_trip / 2
            first = chunk = await reader.read(_CHUNK)
            heard(first)
            under_way.put_nowait((self._loop.time() + held_back + delay, first))
            while chunk:
                chunk = await reader.read(_CHUNK)
                under_way.put_nowait((self._loop.time() + delay, chunk))

        async def deliver() -> None:
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not chunk:
                    return
                writer.write(chunk)
                await writer.drain()

        try:
            await asyncio.gather(receive(), deliver())
        finally:
            writer.close()

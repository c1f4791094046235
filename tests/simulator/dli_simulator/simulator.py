# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as one object: start, stop, observe, inject faults."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from .app import create_app
from .authentication import Authenticator
from .clock import Clock
from .faults import Fault, Faults
from .models import Connection, Pool, Queue
from .recorder import RecordedRequest, Recorder
from .seed import Seed, load_seed, reset_to_seed
from .server import Server, Tls
from .state import State
from .throttle import Throttle


class Simulator:
    """DLI, IAM and VPC of one simulated account on one port."""

    def __init__(
        self,
        profile: str = "default",
        speed: float | None = None,
        seed: Seed | None = None,
        require_signature: bool = True,
    ) -> None:
        self.clock = Clock(speed)
        self.state = State(self.clock, profile)
        self.faults = Faults()
        self.recorder = Recorder()
        self.authenticator = Authenticator(self.state, require_signature)
        self.throttle = Throttle(self.state)
        self.base_url = ""
        self._seed = seed or {}
        self._stopping = threading.Event()
        self._server: Server | None = None
        # Created here and not in start(), so that a process can create it once before it forks.
        self._app = create_app(self)
        reset_to_seed(self.state, self._seed)

    def start(self, host: str = "127.0.0.1", port: int = 0, tls: Tls | None = None) -> Simulator:
        self._stopping.clear()
        self._server = Server(self._app, host, port, tls)
        port = self._server.start()
        shown_host = f"[{host}]" if ":" in host else host
        self.base_url = f"{'https' if tls else 'http'}://{shown_host}:{port}"
        return self

    def stop(self) -> None:
        self._stopping.set()
        if self._server:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ready(self) -> dict[str, Any]:
        """Endpoints, credentials and networks for a client."""
        state = self.state
        return {
            "dli_endpoint": self.base_url,
            "iam_endpoint": self.base_url + "/v3",
            "vpc_endpoint": self.base_url,
            "region": state.region,
            "project_id": state.main.id,
            "access_key": state.identity.access_key,
            "secret_key": state.identity.secret_key,
            "username": state.identity.username,
            "password": state.identity.password,
            "domain_name": state.identity.domain_name,
            "networks": [dict(vars(network)) for network in state.networks],
        }

    @property
    def requests(self) -> list[RecordedRequest]:
        return self.recorder.all()

    @property
    def queues(self) -> dict[str, Queue]:
        """The queues of the main project by name, in their current state."""
        with self.state.lock:
            self.state.run_due_actions()
            return dict(self.state.main.queues)

    @property
    def connections(self) -> dict[str, Connection]:
        """The connections of the main project by id, including deleted ones."""
        with self.state.lock:
            self.state.run_due_actions()
            return dict(self.state.main.connections)

    @property
    def pools(self) -> dict[str, Pool]:
        """The pools of the main project by name."""
        with self.state.lock:
            self.state.run_due_actions()
            return dict(self.state.main.pools)

    def inject(self, **fault: Any) -> None:
        self.faults.inject(Fault.parse(fault))

    def set_knobs(self, **knobs: Any) -> None:
        with self.state.lock:
            self.state.knobs.set(knobs)

    def load_seed(self, seed: Seed) -> None:
        with self.state.lock:
            load_seed(self.state, seed)

    def reset(self) -> None:
        """Restore the seeded state. The clock keeps running."""
        with self.state.lock:
            reset_to_seed(self.state, self._seed)
            self.authenticator.clear()
            self.faults.clear()
            self.recorder.clear()

    def sleep(self, seconds: float) -> None:
        """Sleep in real time, but return early when the simulator stops."""
        self._stopping.wait(seconds)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of this machine, and ways to them that count what goes over them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import certifi
import trustme

from dli_simulator import Simulator
from dli_simulator.server import Server, Tls
from with_simulator import VARIABLES

from .line import Line
from .peers import create_app
from .playbooks import Run
from .results import Sample
from .tasks import seed

ACCOUNTS = {"small": 1, "large": 1000, "fresh": 1}
"""Accounts with their numbers of queues. Only in the fresh one things are made."""


class Way:
    """A way to a server: its address, what a run must find in its environment, and what has gone over it."""

    def __init__(self, line: Line, address: str, environment: Mapping[str, str], requests: Callable[[], int]) -> None:
        self.address = address
        self.environment = dict(environment)
        self._line = line
        self._requests = requests

    def watch(self, play: Callable[[], Run]) -> tuple[Run, Sample]:
        """Do something that takes this way, which nothing else takes meanwhile."""
        before = self._so_far()
        run = play()
        return run, self._so_far(run.seconds) - before

    def sample(self, play: Callable[[], Run]) -> Sample:
        return self.watch(play)[1]

    def _so_far(self, seconds: float = 0.0) -> Sample:
        return Sample(seconds, self._requests(), self._line.connections, self._line.handshakes)


class Account:
    """A simulated account, and ways to it."""

    def __init__(self, simulator: Simulator, scheme: str, bundle: Path, keep: ExitStack) -> None:
        self.simulator = simulator
        self._scheme = scheme
        self._bundle = bundle
        self._keep = keep
        self._ways: dict[float, Way] = {}

    def way(self, round_trip: float = 0.0) -> Way:
        """The way on which a round trip takes so many seconds."""
        if round_trip not in self._ways:
            self._ways[round_trip] = self._make_way(round_trip)
        return self._ways[round_trip]

    def _make_way(self, round_trip: float) -> Way:
        ready = self.simulator.ready
        line = _line(int(ready["dli_endpoint"].rpartition(":")[2]), round_trip, self._keep)
        address = f"{self._scheme}://127.0.0.1:{line.port}"
        told = {name: ready[key].replace(self.simulator.base_url, address) for name, key in VARIABLES.items()}
        environment = {**told, "REQUESTS_CA_BUNDLE": str(self._bundle)}
        return Way(line, address, environment, lambda: len(self.simulator.recorder.all()))


class Surroundings:
    """Everything that is talked to; what is not asked for is not there."""

    def __init__(self, folder: Path, keep: ExitStack) -> None:
        self._keep = keep
        self._tls, self._bundle = _certified(folder)
        self._accounts: dict[tuple[str, str], Account] = {}
        self.peers = _peers(keep)

    def account(self, name: str, scheme: str) -> Account:
        if (name, scheme) not in self._accounts:
            # At the speed of real time, because Ansible waits in it.
            simulator = Simulator(speed=1.0, seed=seed(ACCOUNTS[name]))
            simulator.start(tls=self._tls if scheme == "https" else None)
            self._keep.callback(simulator.stop)
            self._accounts[name, scheme] = Account(simulator, scheme, self._bundle, self._keep)
        return self._accounts[name, scheme]


@contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    with ExitStack() as keep:
        yield Surroundings(folder, keep)


def _line(port: int, round_trip: float, keep: ExitStack) -> Line:
    line = Line(port, round_trip)
    keep.callback(line.close)
    return line


def _peers(keep: ExitStack) -> Way:
    requests: list[None] = []
    server = Server(create_app(lambda: requests.append(None)), "127.0.0.1", 0)
    line = _line(server.start(), 0.0, keep)
    keep.callback(server.stop)
    return Way(line, f"http://127.0.0.1:{line.port}", {}, lambda: len(requests))


def _certified(folder: Path) -> tuple[Tls, Path]:
    """A certificate for this machine, and a bundle of all public authorities and the one that has signed it.

    A bundle with that one alone would be read faster than the one that users have.
    """
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    bundle, chain, key = (folder / name for name in ("bundle.pem", "certificate.pem", "key.pem"))
    shutil.copyfile(certifi.where(), bundle)
    authority.cert_pem.write_to_path(str(bundle), append=True)
    certificate.private_key_pem.write_to_path(str(key))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
    return Tls(str(chain), str(key)), bundle

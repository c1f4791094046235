# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Local servers, and endpoints that count the traffic to them."""

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

from .latency_proxy import LatencyProxy
from .peers import create_app
from .playbooks import Run
from .results import Sample
from .tasks import Size, seed

ACCOUNTS = {
    "small": Size(1, 1),
    "medium": Size(20, 20),
    "large": Size(1000, 500),
    "tenant": Size(1000, 500, 50),
    "fresh": Size(1, 1),
}
"""Simulated accounts by name. Only tasks in the account "fresh" create resources."""


class Endpoint:
    """An address of a server, the environment variables that select it, and counters of its traffic."""

    def __init__(
        self, proxy: LatencyProxy, address: str, environment: Mapping[str, str], requests: Callable[[], int]
    ) -> None:
        self.address = address
        self.environment = dict(environment)
        self._proxy = proxy
        self._requests = requests

    def measure(self, play: Callable[[], Run]) -> tuple[Run, Sample]:
        """Run something and measure it. Nothing else may use the endpoint at the same time."""
        before = self._counters()
        run = play()
        return run, self._counters(run.seconds) - before

    def sample(self, play: Callable[[], Run]) -> Sample:
        return self.measure(play)[1]

    def _counters(self, seconds: float = 0.0) -> Sample:
        return Sample(seconds, self._requests(), self._proxy.connections, self._proxy.handshakes)


class Account:
    """A simulated account with an endpoint per latency."""

    def __init__(self, simulator: Simulator, scheme: str, bundle: Path, cleanup: ExitStack) -> None:
        self.simulator = simulator
        self._scheme = scheme
        self._bundle = bundle
        self._cleanup = cleanup
        self._endpoints: dict[float, Endpoint] = {}

    def endpoint(self, round_trip: float = 0.0) -> Endpoint:
        """The endpoint with this round-trip time in seconds."""
        if round_trip not in self._endpoints:
            self._endpoints[round_trip] = self._start_endpoint(round_trip)
        return self._endpoints[round_trip]

    def _start_endpoint(self, round_trip: float) -> Endpoint:
        ready = self.simulator.ready
        proxy = _start_proxy(int(ready["dli_endpoint"].rpartition(":")[2]), round_trip, self._cleanup)
        address = f"{self._scheme}://127.0.0.1:{proxy.port}"
        variables = {name: ready[key].replace(self.simulator.base_url, address) for name, key in VARIABLES.items()}
        environment = {**variables, "REQUESTS_CA_BUNDLE": str(self._bundle)}
        return Endpoint(proxy, address, environment, lambda: len(self.simulator.recorder.all()))


class Services:
    """All servers of a benchmark run. Each is started on first use."""

    def __init__(self, folder: Path, cleanup: ExitStack) -> None:
        self._cleanup = cleanup
        self._tls, self._bundle = _create_certificate(folder)
        self._accounts: dict[tuple[str, str], Account] = {}
        self.peers = _peers(cleanup)

    def account(self, name: str, scheme: str) -> Account:
        if (name, scheme) not in self._accounts:
            # Real time, because Ansible waits in real time.
            simulator = Simulator(speed=1.0, seed=seed(ACCOUNTS[name]))
            simulator.start(tls=self._tls if scheme == "https" else None)
            self._cleanup.callback(simulator.stop)
            self._accounts[name, scheme] = Account(simulator, scheme, self._bundle, self._cleanup)
        return self._accounts[name, scheme]


@contextmanager
def start_services(folder: Path) -> Iterator[Services]:
    with ExitStack() as cleanup:
        yield Services(folder, cleanup)


def _start_proxy(port: int, round_trip: float, cleanup: ExitStack) -> LatencyProxy:
    proxy = LatencyProxy(port, round_trip)
    cleanup.callback(proxy.close)
    return proxy


def _peers(cleanup: ExitStack) -> Endpoint:
    requests: list[None] = []
    server = Server(create_app(lambda: requests.append(None)), "127.0.0.1", 0)
    proxy = _start_proxy(server.start(), 0.0, cleanup)
    cleanup.callback(server.stop)
    return Endpoint(proxy, f"http://127.0.0.1:{proxy.port}", {}, lambda: len(requests))


def _create_certificate(folder: Path) -> tuple[Tls, Path]:
    """A certificate for 127.0.0.1, and a CA bundle with its authority and all public ones.

    A bundle with a single authority would load faster than the one that users have.
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

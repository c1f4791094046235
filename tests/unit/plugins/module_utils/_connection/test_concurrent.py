# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ten clients at once: in simulated time, one runs while all others wait for a response or sleep."""

from __future__ import annotations

import random
import threading

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection import ensure
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as core_clock
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Client
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials
from ansible_collections.huaweicloud.dli.plugins.modules.dli_enhanced_connection import SPEC

LATENCY = 0.15


class Turns:
    """A clock for several threads: it moves to the next wake-up when every thread sleeps."""

    def __init__(self, simulator, threads):
        self.simulator = simulator
        self.now = 0.0
        self.running = threads
        self.wake_ups = {}
        self.changed = threading.Condition()

    def monotonic(self):
        return 1000.0 + self.now

    def sleep(self, seconds):
        mine = object()
        with self.changed:
            self.wake_ups[mine] = self.now + seconds
            self._next()
            while mine in self.wake_ups:
                self.changed.wait()

    def leave(self):
        with self.changed:
            self.running -= 1
            self._next()

    def _next(self):
        if self.wake_ups and len(self.wake_ups) == self.running:
            first = min(self.wake_ups, key=self.wake_ups.get)
            due = self.wake_ups.pop(first)
            self.simulator.clock.advance(max(0.0, due - self.now))
            self.now = max(self.now, due)
            self.changed.notify_all()


@pytest.fixture
def at_once(sim, connection_params, monkeypatch):
    """at_once([options, ...]) runs the module with each of these options at once; returns the outcomes and errors."""

    def at_once(all_options):
        turns = Turns(sim, len(all_options))
        monkeypatch.setattr(core_clock, "sleep", turns.sleep)
        monkeypatch.setattr(core_clock, "monotonic", turns.monotonic)
        call = Client._call

        def slow_call(*arguments, **options):
            turns.sleep(LATENCY / 2)
            response = call(*arguments, **options)
            turns.sleep(LATENCY / 2)
            return response

        monkeypatch.setattr(Client, "_call", slow_call)
        defaults = {name: option.get("default") for name, option in SPEC.options.items()}
        results = [None] * len(all_options)

        def work(number, options):
            try:
                turns.sleep(number / 100)
                params = {**defaults, **connection_params, **options}
                results[number] = ensure.ensure(credentials.connect(params), params, False)
            except Exception as exc:
                results[number] = exc
            finally:
                turns.leave()

        threads = [threading.Thread(target=work, args=each) for each in enumerate(all_options)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return at_once


@pytest.mark.parametrize("seed", range(3))
def test_hosts_that_ten_clients_add_at_once_are_all_kept(sim, at_once, seed):
    random.seed(seed)
    sim.load_seed({"connections": [{"name": "test1"}]})
    hosts = [{"name": f"h{number}", "ip": "10.0.0.1"} for number in range(10)]
    results = at_once([{"name": "test1", "hosts": [host], "purge_hosts": False, "wait": True} for host in hosts])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert all(result.changed for result in results)
    (connection,) = sim.connections.values()
    assert sorted(host["name"] for host in connection.hosts) == [host["name"] for host in hosts]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("lag", [0, 3])
def test_ten_clients_that_create_one_name_at_once_end_with_one_connection(sim, at_once, wait, lag):
    sim.set_knobs(list_lag_seconds=lag * wait)
    network = sim.ready["networks"][0]
    options = {"name": "twin", "dest_vpc_id": network["vpc_id"], "dest_network_id": network["subnet_id"], "wait": wait}
    results = at_once([options] * 10)
    assert [result for result in results if isinstance(result, Exception)] == []
    (alive,) = [each for each in sim.connections.values() if each.status != "DELETED"]
    assert {result.after["id"] for result in results} == {alive.id}
    assert [result.changed for result in results].count(True) == 1

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many clients at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from simulator_clients import Bare

from dli_simulator import Simulator

QUEUES = "/v1.0/{p}/queues"
CONNECTIONS = "/v2.0/{p}/datasource/enhanced-connections"


def _together(sim: Simulator, jobs: list[Any]) -> list[Any]:
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda job: job(Bare(sim)), jobs))


def test_creating_one_name_succeeds_once(open_sim: Simulator) -> None:
    body = {"queue_name": "q1", "cu_count": 16}
    answers = _together(open_sim, [lambda bare: bare("POST", QUEUES, body).status_code] * 40)
    assert sorted(answers) == [200] + [400] * 39
    assert len(open_sim.requests) == 40
    assert sum(each.took_effect for each in open_sim.requests) == 1


def test_everything_at_once(open_sim: Simulator) -> None:
    open_sim.turn(assigning_seconds=0, peer_seconds=0, unbind_seconds=0)
    open_sim.sow({"connections": [{"id": "shared", "name": "shared"}]})

    def life(number: int) -> Any:
        def run(bare: Bare) -> list[int]:
            name = f"q{number}"
            named = {"queues": [name]}
            calls: list[tuple[str, str, Any]] = [
                ("POST", QUEUES, {"queue_name": name, "cu_count": 16, "resource_mode": 1}),
                ("POST", f"{CONNECTIONS}/shared/associate-queue", named),
                ("GET", f"{CONNECTIONS}/shared", None),
                ("GET", QUEUES, None),
                ("POST", f"{CONNECTIONS}/shared/disassociate-queue", named),
                ("DELETE", f"{QUEUES}/{name}", None),
            ]
            return [bare(*call).status_code for call in calls[: 6 if number % 2 else 3]]

        return run

    answers: list[list[int]] = _together(open_sim, [life(number) for number in range(40)])
    assert {status for statuses in answers for status in statuses} == {200}
    left = {f"q{number}" for number in range(0, 40, 2)}
    assert set(open_sim.queues) == left | {"default"}
    assert {peer.name: peer.status for peer in open_sim.connections["shared"].peers} == dict.fromkeys(left, "ACTIVE")
    assert len(open_sim.requests) == 20 * 6 + 20 * 3
    assert all(each.status == 200 for each in open_sim.requests)


def test_a_connection_is_kept_for_many_requests(open_sim: Simulator) -> None:
    with requests.Session() as session:
        url = f"{open_sim.base_url}/v1.0/{open_sim.ready['project_id']}/queues"
        for _each in range(20):
            assert "close" not in session.get(url, timeout=10).headers.get("Connection", "")

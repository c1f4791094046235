# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many clients at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from simulator_clients import RawClient

from dli_simulator import Simulator

QUEUES = "/v1.0/{p}/queues"
CONNECTIONS = "/v2.0/{p}/datasource/enhanced-connections"


def _in_parallel(sim: Simulator, jobs: list[Any]) -> list[Any]:
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda job: job(RawClient(sim)), jobs))


def test_a_name_can_be_created_only_once(sim_without_auth: Simulator) -> None:
    body = {"queue_name": "q1", "cu_count": 16}
    answers = _in_parallel(sim_without_auth, [lambda raw: raw("POST", QUEUES, body).status_code] * 40)
    assert sorted(answers) == [200] + [400] * 39
    assert len(sim_without_auth.requests) == 40
    assert sum(each.took_effect for each in sim_without_auth.requests) == 1


def test_concurrent_lifecycles(sim_without_auth: Simulator) -> None:
    sim_without_auth.set_knobs(assigning_seconds=0, peer_seconds=0, unbind_seconds=0)
    sim_without_auth.load_seed({"connections": [{"id": "shared", "name": "shared"}]})

    def lifecycle(number: int) -> Any:
        def run(raw: RawClient) -> list[int]:
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
            return [raw(*call).status_code for call in calls[: 6 if number % 2 else 3]]

        return run

    answers: list[list[int]] = _in_parallel(sim_without_auth, [lifecycle(number) for number in range(40)])
    assert {status for statuses in answers for status in statuses} == {200}
    left = {f"q{number}" for number in range(0, 40, 2)}
    assert set(sim_without_auth.queues) == left | {"default"}
    assert {peer.name: peer.status for peer in sim_without_auth.connections["shared"].peers} == dict.fromkeys(
        left, "ACTIVE"
    )
    assert len(sim_without_auth.requests) == 20 * 6 + 20 * 3
    assert all(each.status == 200 for each in sim_without_auth.requests)


def test_a_connection_is_kept_for_many_requests(sim_without_auth: Simulator) -> None:
    with requests.Session() as session:
        url = f"{sim_without_auth.base_url}/v1.0/{sim_without_auth.ready['project_id']}/queues"
        for _each in range(20):
            assert "close" not in session.get(url, timeout=10).headers.get("Connection", "")

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of pools for their queues: the default behavior, and the stricter one of each knob."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import error_of

from dli_simulator import Simulator


@pytest.fixture(autouse=True)
def _seeded(sim: Simulator) -> None:
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "p1", "min_cu": 256, "max_cu": 512}]})


def create_queue(sdk: Any, name: str, size: int, pool: str | None = "p1", **fields: Any) -> Any:
    body = model.CreateQueueRequestBody(
        queue_name=name, cu_count=size, resource_mode=1, elastic_resource_pool_name=pool, **fields
    )
    return sdk.create_queue(model.CreateQueueRequest(body=body))


def policies(sdk: Any, name: str) -> list[Any]:
    request = model.ListElasticResourcePoolQueuesRequest(elastic_resource_pool_name="p1", queue_name=name)
    [queue] = sdk.list_elastic_resource_pool_queues(request).queues
    return list(queue.queue_scaling_policies)


def write_policies(sdk: Any, name: str, *policies: Any) -> Any:
    body = model.UpdateElasticResourcePoolQueueRequestBody(queue_scaling_policies=list(policies))
    request = model.UpdateElasticResourcePoolQueueRequest(elastic_resource_pool_name="p1", queue_name=name, body=body)
    return sdk.update_elastic_resource_pool_queue(request)


def policy(min_cu: int, max_cu: int) -> Any:
    return model.QueueScalingPolicy(
        priority=1, impact_start_time="00:00", impact_stop_time="24:00", min_cu=min_cu, max_cu=max_cu
    )


@pytest.mark.parametrize(
    ("kind", "minimum"),
    [({"queue_type": "general"}, 4), ({"queue_type": "sql"}, 8), ({"queue_type": "sql", "engine": "hetuEngine"}, 96)],
    ids=str,
)
def test_the_minimum_size_depends_on_the_type(sim: Simulator, sdk: Any, kind: dict[str, str], minimum: int) -> None:
    assert error_of(create_queue, sdk, "q1", minimum - 4, **kind)[:2] == (400, "DLI.0001")
    create_queue(sdk, "q1", minimum, **kind)
    assert sim.queues["q1"].cu_count == minimum


def test_policies_are_multiples_of_4(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1", 16)
    write_policies(sdk, "q1", policy(20, 28))
    assert [(each.min_cu, each.max_cu) for each in policies(sdk, "q1")] == [(20, 28)]
    assert error_of(write_policies, sdk, "q1", policy(20, 30))[:2] == (400, "DLI.0001")
    assert error_of(write_policies, sdk, "q1", policy(18, 28))[:2] == (400, "DLI.0001")


def test_policies_of_standard_pools_can_be_limited_to_multiples_of_16(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(policy_step=16)
    create_queue(sdk, "q1", 16)
    assert error_of(write_policies, sdk, "q1", policy(20, 28))[:2] == (400, "DLI.0001")
    write_policies(sdk, "q1", policy(20, 32))


@pytest.mark.parametrize("step", [4, 16])
def test_the_default_policy_can_be_sent_back(sim: Simulator, sdk: Any, step: int) -> None:
    sim.set_knobs(policy_step=step)
    create_queue(sdk, "q1", 28)
    default = policies(sdk, "q1")
    assert [(each.min_cu, each.max_cu) for each in default] == [(28, 28)]
    write_policies(sdk, "q1", *default)


def test_the_minimum_of_a_type_can_limit_policies(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1", 16)
    write_policies(sdk, "q1", policy(4, 16))
    sim.set_knobs(policy_minimum_by_type=True)
    assert error_of(write_policies, sdk, "q1", policy(4, 32))[:2] == (400, "DLI.0001")
    write_policies(sdk, "q1", policy(8, 32))


def status(sim: Simulator) -> tuple[str, int]:
    pool = sim.pools["p1"]
    return pool.status, pool.current_cu


def delete_queue(sdk: Any, name: str) -> Any:
    return sdk.delete_queue(model.DeleteQueueRequest(queue_name=name))


def delete_pool(sdk: Any) -> Any:
    return sdk.delete_elastic_resource_pool(model.DeleteElasticResourcePoolRequest(elastic_resource_pool_name="p1"))


def test_a_queue_that_needs_no_more_cus_does_not_scale_the_pool(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1", 16)
    create_queue(sdk, "q2", 16)
    assert status(sim) == ("AVAILABLE", 256)
    delete_queue(sdk, "q1")
    delete_queue(sdk, "q2")
    delete_pool(sdk)


def test_a_queue_that_needs_more_cus_scales_the_pool(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1", 256)
    write_policies(sdk, "q1", policy(16, 256))
    assert status(sim) == ("AVAILABLE", 256)
    create_queue(sdk, "q2", 16)
    assert status(sim) == ("SCALING", 256)
    # The size of the pool is rounded up, so a small queue fits into the size that the pool is changing to.
    assert error_of(create_queue, sdk, "q3", 64)[:2] == (400, "DLI.0012")
    assert error_of(delete_pool, sdk)[:2] == (400, "DLI.0012")
    sim.clock.advance(60)
    assert status(sim) == ("AVAILABLE", 272)
    create_queue(sdk, "q3", 64)


@pytest.mark.parametrize(("accepted", "refused"), [("same_size", [64]), ("none", [4, 64]), ("all", [])])
def test_which_queues_a_scaling_pool_accepts(sim: Simulator, sdk: Any, accepted: str, refused: list[int]) -> None:
    sim.set_knobs(queues_while_scaling=accepted)
    create_queue(sdk, "q1", 128)
    write_policies(sdk, "q1", policy(16, 252))
    create_queue(sdk, "q2", 16)
    assert status(sim)[0] == "SCALING"
    for size in (4, 64):
        arguments = (sdk, f"q_of_{size}", size)
        if size in refused:
            assert "is SCALING, which is not available" in error_of(create_queue, *arguments, queue_type="general")[2]
        else:
            create_queue(*arguments, queue_type="general")


def test_a_pool_can_scale_for_every_queue(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(pool_always_scales=True, queues_while_scaling="none")
    create_queue(sdk, "q1", 16)
    assert status(sim) == ("SCALING", 256)
    assert error_of(create_queue, sdk, "q2", 16)[:2] == (400, "DLI.0012")
    sim.clock.advance(60)
    create_queue(sdk, "q2", 16)


def update_pool(sdk: Any, **fields: Any) -> Any:
    body = model.UpdateElasticResourcePoolRequestBody(**fields)
    request = model.UpdateElasticResourcePoolRequest(elastic_resource_pool_name="p1", body=body)
    return sdk.update_elastic_resource_pool(request)


def until_full_hour(sim: Simulator) -> float:
    return 3600 - sim.clock.now() % 3600


def test_policies_and_ranges_take_effect_at_once(sim: Simulator, sdk: Any) -> None:
    create_queue(sdk, "q1", 16)
    write_policies(sdk, "q1", policy(16, 320))
    assert sim.pools["p1"].actual_cu == 320
    sim.clock.advance(60)
    update_pool(sdk, min_cu=320, max_cu=640)
    sim.clock.advance(60)
    assert status(sim) == ("AVAILABLE", 320)


def test_policies_and_ranges_can_take_effect_at_the_next_full_hour(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(next_full_hour=True)
    sim.clock.advance(until_full_hour(sim) + 1)
    create_queue(sdk, "q1", 16)
    write_policies(sdk, "q1", policy(16, 320))
    assert [each.max_cu for each in policies(sdk, "q1")] == [320]
    assert status(sim) == ("AVAILABLE", 256)
    # The change of a range ends within minutes, whatever the actual CUs do.
    update_pool(sdk, max_cu=640)
    assert status(sim) == ("SCALING", 256)
    sim.clock.advance(60)
    assert status(sim) == ("AVAILABLE", 256)
    sim.clock.advance(until_full_hour(sim))
    assert (sim.pools["p1"].status, sim.pools["p1"].actual_cu) == ("SCALING", 320)
    sim.clock.advance(60)
    assert status(sim) == ("AVAILABLE", 320)
    # A new queue takes effect at once.
    create_queue(sdk, "q2", 128)
    assert sim.pools["p1"].actual_cu == 448

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's SDK manages elastic resource pools and tags on the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import error_of

from dli_simulator import Simulator


def create(sdk: Any, name: str = "p1", minimum: int = 64, maximum: int = 112, **fields: Any) -> Any:
    body = model.CreateElasticResourcePoolRequestBody(
        elastic_resource_pool_name=name, min_cu=minimum, max_cu=maximum, **fields
    )
    return sdk.create_elastic_resource_pool(model.CreateElasticResourcePoolRequest(body=body))


def pools(sdk: Any, **query: Any) -> list[Any]:
    request = model.ListElasticResourcePoolsRequest(**query)
    return list(sdk.list_elastic_resource_pools(request).elastic_resource_pools)


def update(sdk: Any, **fields: Any) -> Any:
    body = model.UpdateElasticResourcePoolRequestBody(**fields)
    request = model.UpdateElasticResourcePoolRequest(elastic_resource_pool_name="p1", body=body)
    return sdk.update_elastic_resource_pool(request)


def delete(sdk: Any, name: str = "p1") -> Any:
    request = model.DeleteElasticResourcePoolRequest(elastic_resource_pool_name=name)
    return sdk.delete_elastic_resource_pool(request)


def create_queue(sdk: Any, name: str, size: int, pool: str = "p1") -> Any:
    body = model.CreateQueueRequestBody(
        queue_name=name, cu_count=size, resource_mode=1, elastic_resource_pool_name=pool
    )
    return sdk.create_queue(model.CreateQueueRequest(body=body))


def test_lifecycle(sim: Simulator, sdk: Any) -> None:
    assert create(sdk, "P1").elastic_resource_pool_name == "p1"
    assert [(each.status, each.actual_cu) for each in pools(sdk)] == [("CREATING", 0)]
    assert error_of(create, sdk)[:2] == (400, "DLI.0006")
    assert error_of(create_queue, sdk, "q1", 16)[1] == "DLI.0012"
    sim.clock.advance(120)
    assert [each.status for each in pools(sdk, name="p", status="available")] == ["AVAILABLE"]
    assert "too young" in error_of(delete, sdk)[2]
    sim.clock.advance(780)
    assert delete(sdk).is_success
    assert len(pools(sdk)) == 1
    sim.clock.advance(60)
    assert pools(sdk) == []
    assert error_of(delete, sdk)[:2] == (400, "DLI.0002")


def test_quota(sim: Simulator, sdk: Any) -> None:
    def quota() -> tuple[int, int]:
        resources = sdk.show_quota(model.ShowQuotaRequest()).quotas.resources
        [found] = [each for each in resources if each.type == "ELASTIC_RESOURCE_POOL"]
        return found.quota, found.used

    sim.load_seed({"quotas": {"ELASTIC_RESOURCE_POOL": 1}})
    create(sdk)
    assert quota() == (1, 1)
    assert error_of(create, sdk, "p2")[:2] == (400, "DLI.1028")
    # A pool that is being deleted counts until it is gone.
    sim.clock.advance(900)
    delete(sdk)
    assert quota() == (1, 1)
    sim.clock.advance(60)
    assert quota() == (1, 0)
    create(sdk, "p2")


def test_the_actual_size_follows_the_queues(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(pool_always_scales=True, queues_while_scaling="none")
    create(sdk, minimum=64, maximum=112)
    sim.clock.advance(120)
    create_queue(sdk, "q1", 32)
    pool = sim.pools["p1"]
    assert (pool.status, pool.actual_cu) == ("SCALING", 64)
    assert error_of(update, sdk, max_cu=128)[1] == "DLI.0012"
    assert error_of(delete, sdk)[1] == "DLI.0012"
    assert error_of(create_queue, sdk, "q2", 16)[1] == "DLI.0012"
    sim.clock.advance(60)
    assert pool.status == "AVAILABLE"
    assert sim.queues["q1"].is_ready(sim.clock.now())
    assert error_of(create_queue, sdk, "q2", 56)[1] == "DLI.0001"
    create_queue(sdk, "q2", 32)
    sim.clock.advance(60)
    sdk.delete_queue(model.DeleteQueueRequest(queue_name="q2"))
    assert pool.status == "SCALING"
    assert [each.queues for each in pools(sdk)] == [["q1"]]


def test_the_documented_example_of_the_actual_size(sim: Simulator, sdk: Any) -> None:
    """Queues of 32 and 56 CUs at most in a pool of 64 to 112 make 88, rounded up to 96."""
    create(sdk, minimum=64, maximum=112)
    sim.clock.advance(120)
    create_queue(sdk, "q1", 32)
    sim.clock.advance(60)
    create_queue(sdk, "q2", 16)
    sim.clock.advance(60)
    rule = model.QueueScalingPolicy(
        priority=1, impact_start_time="00:00", impact_stop_time="24:00", min_cu=16, max_cu=56
    )
    body = model.UpdateElasticResourcePoolQueueRequestBody(queue_scaling_policies=[rule])
    request = model.UpdateElasticResourcePoolQueueRequest(elastic_resource_pool_name="p1", queue_name="q2", body=body)
    sdk.update_elastic_resource_pool_queue(request)
    assert (sim.pools["p1"].actual_cu, sim.pools["p1"].current_cu) == (96, 64)
    sim.clock.advance(60)
    assert sim.pools["p1"].current_cu == 96


def test_sizes(sim: Simulator, sdk: Any) -> None:
    assert error_of(create, sdk, "a1", 48, 64)[1] == "DLI.0001"
    assert error_of(create, sdk, "a1", 64, 65)[1] == "DLI.0001"
    assert error_of(create, sdk, "a1", 128, 64)[1] == "DLI.0001"
    assert error_of(create, sdk, "a1", 64, 64, cidr_in_vpc="fd00::/64")[1] == "DLI.0001"
    create(sdk, "basic", 16, 64, label={"spec": "basic"})
    create(sdk)
    sim.clock.advance(120)
    assert error_of(update, sdk, min_cu=80)[1] == "DLI.0001"
    update(sdk, description="new")
    assert sim.pools["p1"].status == "AVAILABLE"
    update(sdk, max_cu=256)
    assert sim.pools["p1"].status == "SCALING"


def test_a_failing_pool(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(fail_pools={"P1": "no capacity"})
    create(sdk)
    sim.clock.advance(120)
    assert [(each.status, each.fail_reason) for each in pools(sdk)] == [("FAILED", "no capacity")]


def test_joining_later(sim: Simulator, sdk: Any) -> None:
    create(sdk)
    sim.load_seed({"queues": [{"queue_name": "q1"}, {"queue_name": "shared", "resource_mode": 0}]})
    sim.clock.advance(120)

    def join(name: str) -> Any:
        body = model.AssociateQueueToElasticResourcePoolRequestBody(queue_name=name)
        request = model.AssociateQueueToElasticResourcePoolRequest(elastic_resource_pool_name="p1", body=body)
        return sdk.associate_queue_to_elastic_resource_pool(request)

    assert error_of(join, "shared")[1] == "DLI.0007"
    sim.load_seed({"connections": [{"id": "c", "name": "c1", "queues": ["q1"]}]})
    join("Q1")
    assert sim.connections["c"].peers == []
    assert sim.queues["q1"].elastic_resource_pool_name == "p1"
    assert error_of(join, "q1")[1] == "DLI.0007"
    sim.clock.advance(60)
    sim.clock.advance(900)
    assert "still has queues" in error_of(delete, sdk)[2]
    action = model.RunQueueActionRequestBody(action="scale_out", cu_count=16)
    assert error_of(sdk.run_queue_action, model.RunQueueActionRequest(queue_name="q1", body=action))[1] == "DLI.0007"


def test_policies(sim: Simulator, sdk: Any) -> None:
    create(sdk, minimum=64, maximum=256)
    sim.clock.advance(120)
    create_queue(sdk, "q1", 16)

    def policy(start: str, stop: str, priority: int = 1, minimum: int = 16, maximum: int = 64) -> Any:
        return model.QueueScalingPolicy(
            priority=priority, impact_start_time=start, impact_stop_time=stop, min_cu=minimum, max_cu=maximum
        )

    def write(*policies: Any) -> Any:
        body = model.UpdateElasticResourcePoolQueueRequestBody(queue_scaling_policies=list(policies))
        request = model.UpdateElasticResourcePoolQueueRequest(
            elastic_resource_pool_name="p1", queue_name="q1", body=body
        )
        return sdk.update_elastic_resource_pool_queue(request)

    whole_day = policy("00:00", "24:00")
    write(whole_day, policy("22:00", "10:00", 50, 32, 128))
    assert [each.priority for each in sim.queues["q1"].queue_scaling_policies] == [1, 50]
    assert error_of(write, policy("01:00", "02:00"))[1] == "DLI.0001"
    assert error_of(write, whole_day, policy("01:00", "03:00"), policy("02:00", "04:00"))[1] == "DLI.0001"
    assert error_of(write, policy("00:00", "24:00", minimum=128, maximum=128))[1] == "DLI.0001"
    assert error_of(write, policy("00:00", "24:00", maximum=512))[1] == "DLI.0001"
    request = model.ListElasticResourcePoolQueuesRequest(elastic_resource_pool_name="p1", queue_name="q")
    listed = sdk.list_elastic_resource_pool_queues(request).queues
    assert [(each.queue_name, len(each.queue_scaling_policies)) for each in listed] == [("q1", 2)]


def test_a_policy_that_inherits_follows_the_pool(sim: Simulator, sdk: Any) -> None:
    create(sdk, minimum=64, maximum=256)
    sim.clock.advance(120)
    create_queue(sdk, "q1", 16)
    sim.clock.advance(60)
    rule = model.QueueScalingPolicy(
        priority=1,
        impact_start_time="00:00",
        impact_stop_time="24:00",
        min_cu=16,
        max_cu=64,
        inherit_elastic_resource_pool_max_cu=True,
    )
    body = model.UpdateElasticResourcePoolQueueRequestBody(queue_scaling_policies=[rule])
    request = model.UpdateElasticResourcePoolQueueRequest(elastic_resource_pool_name="p1", queue_name="q1", body=body)
    sdk.update_elastic_resource_pool_queue(request)
    sim.clock.advance(60)
    update(sdk, max_cu=128)
    listed = sdk.list_elastic_resource_pool_queues(
        model.ListElasticResourcePoolQueuesRequest(elastic_resource_pool_name="p1")
    )
    assert [policy.max_cu for queue in listed.queues for policy in queue.queue_scaling_policies] == [128]
    assert sim.pools["p1"].actual_cu == 128


def test_addresses_of_ipv6(sim: Simulator, sdk: Any) -> None:
    create(sdk, "with6", ipv6_enable=True)
    create(sdk, "without6")
    shown = {each.elastic_resource_pool_name: (each.ipv6_enable, each.ipv6_cidr_in_subnet) for each in pools(sdk)}
    assert shown["without6"] == (False, "")
    assert shown["with6"][0]
    assert shown["with6"][1].endswith("/64")


def test_a_prepaid_pool_is_not_deleted(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "p1", "charging_mode": 2, "prepay_cu": 64}]})
    assert [(each.charging_mode, each.prepay_cu) for each in pools(sdk)] == [(2, 64)]
    assert error_of(delete, sdk)[:2] == (400, "DLI.0007")
    assert list(sim.pools) == ["p1"]


def test_tags(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"queues": [{"queue_name": "q1", "tags": [{"key": "a", "value": "1"}]}]})
    number = str(sim.queues["q1"].queue_id)

    def change(kind: str, **tags: str) -> int:
        items = [model.Tag(key=key, value=value) for key, value in tags.items()]
        body = getattr(model, f"Batch{kind}ResourceTagsRequestBody")(tags=items)
        request = getattr(model, f"Batch{kind}ResourceTagsRequest")(
            resource_type="dli_queue", resource_id=number, body=body
        )
        return int(getattr(sdk, f"batch_{kind.lower()}_resource_tags")(request).status_code)

    assert change("Create", a="2", b="x y") == 204
    assert change("Delete", b="ignored", never="there") == 204
    assert sim.queues["q1"].tags == {"a": "2"}
    shown = sdk.show_resource_tags(model.ShowResourceTagsRequest(resource_type="dli_queue", resource_id=number))
    assert [(tag.key, tag.value) for tag in shown.tags] == [("a", "2")]
    everywhere = sdk.list_resources_tags(model.ListResourcesTagsRequest(resource_type="dli_queue"))
    assert [(tag.key, tag.values) for tag in everywhere.tags] == [("a", ["2"])]
    assert error_of(change, "Create", _sys_x="1")[1] == "DLI.0001"
    assert error_of(change, "Create", **{f"k{number}": "v" for number in range(20)})[1] == "DLI.0001"
    wanted = model.ListResourcesByTagsRequestBody(tags=[model.TagWithValues(key="a", values=["2", "3"])])
    request = model.ListResourcesByTagsRequest(resource_type="dli_queue", body=wanted)
    assert sdk.list_resources_by_tags(request).total_count == 1


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 3),
        ({"tags": [model.TagWithValues(key="a", values=["1", "2"])]}, 2),
        ({"tags": [model.TagWithValues(key="a", values=[])]}, 2),
        ({"tags": [model.TagWithValues(key="a", values=["3"])]}, 0),
        ({"without_any_tag": True}, 1),
        ({"matches": [model.Match(key="resource_name", value="q2")]}, 1),
    ],
    ids=str,
)
def test_counting_by_tags(sim: Simulator, sdk: Any, wanted: dict[str, Any], count: int) -> None:
    tagged = {"q1": "1", "q2": "2"}
    sim.load_seed({"queues": [{"queue_name": name, "tags": [{"key": "a", "value": tagged[name]}]} for name in tagged]})
    body = model.CountResourcesByTagsRequestBody(**wanted)
    request = model.CountResourcesByTagsRequest(resource_type="dli_queue", body=body)
    # The preset queue is one of them, and has no tags.
    assert sdk.count_resources_by_tags(request).total_count == count


def test_tags_of_pools_and_connections(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "p1"}], "connections": [{"name": "c1"}]})
    connection = next(iter(sim.connections))
    for kind, thing in (
        ("dli_elastic_resource_pool", sim.pools["p1"].resource_id),
        ("dli_enhanced_datasource", connection),
    ):
        body = model.BatchCreateResourceTagsRequestBody(tags=[model.Tag(key="k", value="v")])
        request = model.BatchCreateResourceTagsRequest(resource_type=kind, resource_id=thing, body=body)
        sdk.batch_create_resource_tags(request)
    assert sim.pools["p1"].tags == sim.connections[connection].tags == {"k": "v"}
    assert [each.elastic_resource_pool_name for each in pools(sdk, tags="k=v")] == ["p1"]

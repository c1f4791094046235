# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's SDK manages queues on the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import error_of

from dli_simulator import Simulator


def create(sdk: Any, name: str, size: int = 64, **fields: Any) -> Any:
    body = model.CreateQueueRequestBody(queue_name=name, cu_count=size, resource_mode=1, **fields)
    return sdk.create_queue(model.CreateQueueRequest(body=body))


def names(sdk: Any, **query: Any) -> list[str]:
    return [queue.queue_name for queue in sdk.list_queues(model.ListQueuesRequest(**query)).queues]


def show(sdk: Any, name: str) -> Any:
    return sdk.show_queue(model.ShowQueueRequest(queue_name=name))


def run_action(sdk: Any, name: str, action: str, **fields: Any) -> Any:
    body = model.RunQueueActionRequestBody(action=action, **fields)
    return sdk.run_queue_action(model.RunQueueActionRequest(queue_name=name, body=body))


def delete(sdk: Any, name: str) -> Any:
    return sdk.delete_queue(model.DeleteQueueRequest(queue_name=name))


def quota(sdk: Any, kind: str) -> tuple[int, int]:
    """The quota of one kind, and what is used of it."""
    resources = sdk.show_quota(model.ShowQuotaRequest()).quotas.resources
    [found] = [each for each in resources if each.type == kind]
    return found.quota, found.used


def test_names_are_lower_case(sim: Simulator, sdk: Any) -> None:
    answer = create(sdk, "ETL_q")
    assert (answer.is_success, answer.queue_name, answer.status_code) == (True, "etl_q", 200)
    assert show(sdk, "Etl_Q").queue_name == "etl_q"
    assert sim.queues["etl_q"].cu_count == 64


def test_list_shows_sql_queues_by_default(sdk: Any) -> None:
    create(sdk, "flink", queue_type="general")
    create(sdk, "zeta")
    assert names(sdk) == ["default", "zeta"]
    assert names(sdk, queue_type="general") == ["flink"]
    assert names(sdk, queue_type="all") == ["default", "flink", "zeta"]


def test_list_by_tags(sdk: Any) -> None:
    create(sdk, "q1", tags=[model.Tag(key="env", value="prod"), model.Tag(key="team", value="a b")])
    create(sdk, "q2", tags=[model.Tag(key="env", value="prod")])
    assert names(sdk, tags="env=prod") == ["q1", "q2"]
    assert names(sdk, tags="env=prod,team=a b") == ["q1"]
    assert names(sdk, tags="env=test") == []


def test_duplicate_and_missing(sdk: Any) -> None:
    create(sdk, "q1")
    assert error_of(create, sdk, "Q1")[:2] == (400, "DLI.0006")
    assert error_of(show, sdk, "q2") == (400, "DLI.0002", "There is no queue named q2")
    delete(sdk, "q1")
    assert error_of(delete, sdk, "q1")[:2] == (400, "DLI.0002")


def test_the_preset_queue_cannot_be_deleted(sdk: Any) -> None:
    assert error_of(delete, sdk, "default")[0] == 400


def test_an_assigning_queue_refuses_calls_that_need_its_cluster(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")
    message = "Status of queue q1 is assigning, which is not available"
    assert error_of(run_action, sdk, "q1", "restart") == (400, "DLI.0012", message)
    assert error_of(start_connectivity_test, sdk, "q1", "10.0.0.1:80") == (400, "DLI.0012", message)
    assert error_of(change_cidr, sdk, "q1", "10.1.0.0/16") == (400, "DLI.0012", message)
    sim.clock.advance(sim.state.knobs.assigning_seconds)
    run_action(sdk, "q1", "restart")


def test_scaling_uses_the_difference_and_takes_time(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1", 64)
    sim.clock.advance(420)
    answer = run_action(sdk, "q1", "scale_out", cu_count=32)
    assert (answer.result, answer.queue_name, answer.is_success) == (True, "q1", None)
    assert error_of(run_action, sdk, "q1", "scale_out", cu_count=16)[1] == "DLI.0012"
    sim.clock.advance(599)
    assert show(sdk, "q1").cu_count == 64
    sim.clock.advance(1)
    assert show(sdk, "q1").cu_count == 96
    run_action(sdk, "q1", "scale_in", cu_count=16)
    sim.clock.advance(600)
    assert sim.queues["q1"].cu_count == 80


@pytest.mark.parametrize(
    ("size", "action", "by"),
    [(16, "scale_out", 16), (64, "scale_in", 16), (256, "scale_in", 208), (64, "scale_out", 8), (64, "scale_out", 0)],
)
def test_scaling_has_bounds(sim: Simulator, sdk: Any, size: int, action: str, by: int) -> None:
    create(sdk, "q1", size)
    sim.clock.advance(420)
    assert error_of(run_action, sdk, "q1", action, cu_count=by)[0] == 400


def test_restart(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")
    sim.clock.advance(420)
    assert run_action(sdk, "q1", "restart").message == "Restart success"
    listed = sdk.list_queues(model.ListQueuesRequest()).queues[1]
    assert (listed.queue_name, listed.is_restarting) == ("q1", True)
    assert "restarting" in error_of(run_action, sdk, "q1", "restart")[2]
    sim.clock.advance(60)
    assert not sim.queues["q1"].is_restarting
    assert run_action(sdk, "q1", "restart", force=True).job_id


def test_a_busy_queue_is_not_deleted(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")
    sim.set_knobs(busy_queues=["Q1"])
    assert error_of(delete, sdk, "q1")[0] == 400
    sim.set_knobs(busy_queues=[])
    delete(sdk, "q1")
    assert "q1" not in sim.queues


def change_cidr(sdk: Any, name: str, cidr: str) -> Any:
    body = model.UpdateQueueCidrRequestBody(cidr_in_vpc=cidr)
    return sdk.update_queue_cidr(model.UpdateQueueCidrRequest(queue_name=name, body=body))


def test_a_new_cidr_rebuilds_the_cluster(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")
    sim.clock.advance(420)
    assert change_cidr(sdk, "q1", "10.1.0.0/16").status_code == 201
    assert sim.queues["q1"].cidr_in_vpc == "10.1.0.0/16"
    assert "assigning" in error_of(run_action, sdk, "q1", "restart")[2]


@pytest.mark.parametrize("cidr", ["10.1.0.0/25", "11.0.0.0/16", "10.1.0.1/16", "nonsense", "10.1.0.0"])
def test_invalid_cidrs(sim: Simulator, sdk: Any, cidr: str) -> None:
    create(sdk, "q1")
    sim.clock.advance(420)
    assert error_of(change_cidr, sdk, "q1", cidr)[:2] == (400, "DLI.0001")


def start_connectivity_test(sdk: Any, name: str, address: str) -> int:
    body = model.CreateConnectivityTaskRequestBody(address=address)
    return int(sdk.create_connectivity_task(model.CreateConnectivityTaskRequest(queue_name=name, body=body)).task_id)


def connectivity(sdk: Any, name: str, task: int) -> str:
    request = model.ShowConnectivityTaskRequest(queue_name=name, task_id=str(task))
    return str(sdk.show_connectivity_task(request).connectivity)


def test_connectivity(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")
    sim.clock.advance(420)
    sim.set_knobs(unreachable=["10.0.0.9:22"])
    good, bad = (
        start_connectivity_test(sdk, "q1", "db.example.com:5432"),
        start_connectivity_test(sdk, "q1", "10.0.0.9:22"),
    )
    assert connectivity(sdk, "q1", good) == "RUNNING"
    sim.clock.advance(5)
    assert connectivity(sdk, "q1", good) == "REACHABLE"
    assert connectivity(sdk, "q1", bad) == "UNREACHABLE"
    assert error_of(connectivity, sdk, "q1", 999999)[0] == 400


@pytest.mark.parametrize("address", ["10.0.0.1", "[fd00::1]:80", "fd00::1", "a-b.c_d.org:0"])
def test_addresses(sim: Simulator, sdk: Any, address: str) -> None:
    create(sdk, "q1")
    sim.clock.advance(420)
    assert start_connectivity_test(sdk, "q1", address)


@pytest.mark.parametrize("address", ["10.0.0.256:80", "10.0.0.1:65536", "host:", "a b:80", ":80", "host.1:80", ""])
def test_invalid_addresses(sim: Simulator, sdk: Any, address: str) -> None:
    create(sdk, "q1")
    sim.clock.advance(420)
    assert error_of(start_connectivity_test, sdk, "q1", address)[:2] == (400, "DLI.0001")


def test_properties_of_a_queue_in_a_pool(sim: Simulator, sdk: Any) -> None:
    sim.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "p1", "min_cu": 64, "max_cu": 128}],
            "queues": [{"queue_name": "q1", "elastic_resource_pool_name": "p1"}, {"queue_name": "lone"}],
        }
    )

    def write(name: str, **properties: Any) -> Any:
        body = model.UpdateQueuePropertyRequestBody(properties=model.AdvancedQueueProperty(**properties))
        return sdk.update_queue_property(model.UpdateQueuePropertyRequest(queue_name=name, body=body))

    write("q1", compute_engine_max_instance=2, job_max_concurrent=32)
    listed = sdk.list_queue_properties(model.ListQueuePropertiesRequest(queue_name="q1")).properties
    found = {each.key: each.value for each in listed}
    assert found["computeEngine.maxInstance"] == "2"
    assert found["job.maxConcurrent"] == "32"
    assert error_of(write, "q1", compute_engine_max_instance=3)[1] == "DLI.0001"
    body = model.DeleteQueuePropertyRequestBody(keys=["job.maxConcurrent"])
    sdk.delete_queue_property(model.DeleteQueuePropertyRequest(queue_name="q1", body=body))
    assert sim.queues["q1"].properties == {"computeEngine.maxInstance": "2"}


def test_properties_can_be_created_too(sim: Simulator, sdk: Any) -> None:
    """This call accepts fewer keys than the call that changes them."""
    sim.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "p1"}],
            "queues": [{"queue_name": "q1", "elastic_resource_pool_name": "p1"}],
        }
    )

    def create_properties(**properties: Any) -> Any:
        body = model.CreateQueuePropertyRequestBody(properties=model.CommonQueueProperty(**properties))
        return sdk.create_queue_property(model.CreateQueuePropertyRequest(queue_name="q1", body=body))

    answer = create_properties(job_max_concurrent=8, compute_engine_spark_native_enabled="true")
    assert (answer.is_success, answer.status_code) == (True, 200)
    assert sim.queues["q1"].properties == {"job.maxConcurrent": "8", "computeEngine.spark.nativeEnabled": "true"}
    assert error_of(create_properties, job_max_concurrent=33)[1] == "DLI.0001"
    assert sim.queues["q1"].properties["job.maxConcurrent"] == "8"


def test_quota(sim: Simulator, sdk: Any) -> None:
    assert quota(sdk, "QUEUE") == (200, 1)
    sim.load_seed({"quotas": {"QUEUE": 2}})
    create(sdk, "q1")
    assert quota(sdk, "QUEUE") == (2, 2)
    assert error_of(create, sdk, "q2")[:2] == (400, "DLI.1028")
    delete(sdk, "q1")
    create(sdk, "q2")
    # There are more than the quota allows, if it was lowered since.
    sim.load_seed({"quotas": {"QUEUE": 1}})
    assert error_of(create, sdk, "q3")[:2] == (400, "DLI.1028")
    sim.load_seed({"quotas": {"QUEUE": -1}})
    create(sdk, "q3")
    assert quota(sdk, "QUEUE") == (-1, 3)


def test_all_types_of_quotas(sdk: Any) -> None:
    resources = sdk.show_quota(model.ShowQuotaRequest()).quotas.resources
    assert {each.type for each in resources} == {
        "CU", "QUEUE", "DATABASE", "TABLE", "TEMPLATE", "SL_PKG_RESOURCE", "SL_SESSION", "JOB_CU",
        "ELASTIC_RESOURCE_POOL",
    }  # fmt: skip
    assert all(each.min == 0 <= each.used <= each.quota <= each.max for each in resources)


@pytest.mark.parametrize("kind", [{"queue_type": "general"}, {"engine": "hetuEngine"}], ids=str)
def test_only_spark_sql_queues_have_properties(sim: Simulator, sdk: Any, kind: dict[str, Any]) -> None:
    create(sdk, "q1", **kind)
    body = model.UpdateQueuePropertyRequestBody(
        properties=model.AdvancedQueueProperty(compute_engine_spark_native_enabled="true")
    )
    request = model.UpdateQueuePropertyRequest(queue_name="q1", body=body)
    assert error_of(sdk.update_queue_property, request)[:2] == (400, "DLI.0007")
    assert sim.queues["q1"].properties == {}


def grant(sdk: Any, user: str, action: str, *privileges: str, queue: str = "q1") -> Any:
    granted = [model.Privilege(object=f"queues.{queue}", privileges=list(privileges))]
    body = model.RunAuthorizationActionRequestBody(user_name=user, action=action, privileges=granted)
    return sdk.run_authorization_action(model.RunAuthorizationActionRequest(body=body))


def users(sdk: Any) -> list[tuple[str, bool, list[str]]]:
    found = sdk.list_queue_users(model.ListQueueUsersRequest(queue_name="q1")).privileges
    return [(each.user_name, each.is_admin, each.privileges) for each in found]


def test_users_of_a_queue(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")
    owner = ("deployer", True, ["ALL"])
    assert users(sdk) == [owner]
    grant(sdk, "analyst", "grant", "SUBMIT_JOB", "RESTART", queue="Q1")
    grant(sdk, "analyst", "revoke", "RESTART")
    grant(sdk, "operator", "update", "SCALE_QUEUE")
    grant(sdk, "deployer", "update", "SCALE_QUEUE")
    assert users(sdk) == [owner, ("analyst", False, ["SUBMIT_JOB"]), ("operator", False, ["SCALE_QUEUE"])]
    grant(sdk, "operator", "update")
    assert sim.queues["q1"].privileges == {"analyst": ["SUBMIT_JOB"]}


def test_privileges_on_a_queue_that_cannot_be_granted(sdk: Any) -> None:
    create(sdk, "q1")
    assert error_of(grant, sdk, "analyst", "grant", "BIND_QUEUE")[1] == "DLI.0001"
    assert error_of(grant, sdk, "analyst", "unknown", "SUBMIT_JOB")[1] == "DLI.0001"
    assert error_of(grant, sdk, "analyst", "grant", "SUBMIT_JOB", queue="q2")[1] == "DLI.0002"


def test_the_deprecated_call_grants_on_queues(sim: Simulator, sdk: Any) -> None:
    create(sdk, "q1")

    def register(action: str, *privileges: str) -> Any:
        body = model.RegisterAuthorizedQueueRequestBody(
            queue_name="q1", user_name="analyst", action=action, privileges=list(privileges)
        )
        return sdk.register_authorized_queue(model.RegisterAuthorizedQueueRequest(body=body))

    register("grant", "SUBMIT_JOB")
    register("update", "CANCEL_JOB")
    assert sim.queues["q1"].privileges == {"analyst": ["CANCEL_JOB"]}
    register("revoke", "CANCEL_JOB")
    assert users(sdk) == [("deployer", True, ["ALL"])]
    assert error_of(register, "grant", "BIND_QUEUE")[1] == "DLI.0001"

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan costs, that it writes nothing, that two plans of one state are equal, and the form of the result."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._aspect import tags
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import UnexpectedResponse
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan.client import PlanClient

REPOSITORY = Path(__file__).resolve().parents[4]
POLICY = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 16}
USER = {"user_name": "ann", "privileges": ["RESTART"]}


def test_each_list_is_read_once(cloud, plan, place):
    result = plan(
        elastic_resource_pools=[{"name": "pool1"}, {"name": "pool2"}],
        queues=[{"name": name} for name in ("q1", "q2", "in_pool", "new")],
        connections=[{"name": f"c{n}", **place, "queues": ["q1", "in_pool"]} for n in range(4)],
    )
    assert [r.method for r in result.requests] == ["GET"] * len(result.requests)
    lists = [r.path.rsplit("/", 1)[-1] for r in result.requests]
    assert sorted(lists) == ["agency", "elastic-resource-pools", "enhanced-connections", "queues", "subnets"]


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_tags_are_read_at_once_from_three_objects_on(cloud, plan, number):
    names = ["q1", "q2", "q3", "in_pool", "elsewhere"][:number]
    cloud.queues["q1"].tags["env"] = "test"
    result = plan(queues=[{"name": name, "tags": {}} for name in names], undeclared=False)
    paths = [r.path for r in result.requests if "tags" in r.path or "filter" in r.path]
    if number < 3:
        assert [path.rsplit("/", 1)[-1] for path in paths] == ["tags"] * number
    else:
        assert paths[0].endswith("/dli_queue/resource-instances/filter")
    assert result.objects["q1"]["differences"][0]["found"] == {"env": "test"}
    assert result.plan["counts"]["in_sync"] == number - 1


@pytest.mark.parametrize("refused", ["denied", "unpublished", "broken", "of another form"])
def test_tags_are_read_one_by_one_if_they_cannot_be_read_at_once(cloud, plan, refused, monkeypatch):
    if refused == "of another form":
        monkeypatch.setattr(tags, "_tagged", lambda _resource: raise_error(UnexpectedResponse("no ID")))
        cloud.queues["q1"].tags["_sys_own"] = "x"
    elif refused == "unpublished":
        cloud.set_knobs(unpublished=["resource-instances/filter$"])
    else:
        status = 403 if refused == "denied" else 400
        cloud.inject(kind="status", path="filter$", status=status, error_code="DLI.0003", error_msg="no", times=None)
    result = plan(queues=[{"name": name, "tags": {}} for name in ("q1", "q2", "q3")], undeclared=False)
    assert result.plan["in_sync"]
    assert [r.path.rsplit("/", 1)[-1] for r in result.requests] == ["queues", "filter", "tags", "tags", "tags"]


def raise_error(error):
    raise error


def test_the_queues_of_a_pool_are_asked_for_once_even_if_the_service_refuses(cloud, plan):
    cloud.inject(kind="status", path="pools/pool1/queues$", status=403, error_code="DLI.0003", times=None)
    result = plan(queues=[{"name": name, "scaling_policies": [POLICY]} for name in ("in_pool", "in_pool_too")])
    assert result.plan["counts"]["unreadable"] == 2
    assert [r.path.rsplit("/", 2)[-2:] for r in result.requests if "/pool1/" in r.path] == [["pool1", "queues"]]


def test_a_region_without_tags_costs_one_request_and_a_warning(otc, plan):
    otc.load_seed({"queues": [{"queue_name": name} for name in ("a", "b", "c")]})
    result = plan(queues=[{"name": name, "tags": {"a": "b"}} for name in ("a", "b", "c")], undeclared=False)
    assert {each["status"] for each in result.plan["objects"]} == {"in_sync"}
    notices = {(each["problems"][0]["id"], each["problems"][0]["severity"]) for each in result.plan["objects"]}
    assert notices == {("notice", "warning")}


def test_properties_and_users_cost_one_request_per_queue_and_policies_one_per_pool(cloud, plan):
    inside, outside = ["in_pool", "in_pool_too", "elsewhere"], ["q1", "q2"]
    result = plan(
        queues=[
            *({"name": name, "scaling_policies": [POLICY]} for name in inside),
            *({"name": name, "properties": {"job.maxConcurrent": 4}, "authorized_users": [USER]} for name in outside),
        ],
        undeclared=False,
    )
    # One list of queues, and the queues of two pools.
    counts = Counter(r.path.rsplit("/", 1)[-1] for r in result.requests)
    assert counts == {"queues": 3, "properties": 2, "users": 2}


@pytest.mark.parametrize("state", ["present", "absent"])
def test_nothing_is_written_in_a_hostile_project(cloud, plan, place, state):
    """Young queues, everything to be replaced, errors and lost answers: no request of a plan changes anything."""
    cloud.load_seed(
        {
            "queues": [{"queue_name": "young", "age": 5}],
            "connections": [{"name": "c1", **place, "queues": [{"name": "q1", "status": "CREATING"}], "age": 5}],
        }
    )
    for path, kind in (("/users", "drop_before"), ("/tags", "drop_after"), ("/properties", "truncate")):
        cloud.inject(kind=kind, path=f"{path}$", times=2)
    everything = {"tags": {"a": "b"}, "force_recreate": True}
    before = json.dumps(sorted(cloud.queues)), len(cloud.connections), json.dumps(sorted(cloud.pools))
    result = plan(
        elastic_resource_pools=[
            {"name": "pool1", "min_cu": 64, "max_cu": 512, "cidr_in_vpc": "10.1.0.0/16", **everything}
        ],
        queues=[
            {"name": name, "cu_count": 16, "queue_type": "general", **everything, "authorized_users": [USER]}
            for name in ("young", "q1", "in_pool", "new")
        ],
        connections=[{"name": "c1", **place, "queues": ["young"], "hosts": [], **everything}, {"name": "c2", **place}],
        state=state,
    )
    assert result.plan["objects"]
    assert before == (json.dumps(sorted(cloud.queues)), len(cloud.connections), json.dumps(sorted(cloud.pools)))


@pytest.mark.parametrize("method", ["put", "post", "delete"])
def test_the_client_of_a_plan_refuses_to_write(api, sim, method):
    client = PlanClient(api.access, (), foresees=True)
    body = () if method == "delete" else ({},)
    with pytest.raises(RuntimeError, match="a plan would change q1"):
        getattr(client, method)(client.path("v1.0", "queues", "q1"), "change q1", *body)
    assert not sim.requests


def test_two_plans_of_one_state_are_equal_whatever_the_order_of_lists(cloud, plan, place, monkeypatch):
    bound = {
        "queues": ["q1", "q2"],
        "elastic_resource_pools": ["pool1", "pool2"],
        "hosts": [{"name": name, "ip": "10.0.0.1"} for name in ("h1", "h2")],
    }
    cloud.load_seed({"connections": [{"name": name, **place, **bound} for name in "ab"]})
    options = {
        "elastic_resource_pools": [{"name": "pool1", "max_cu": 512}],
        "queues": [{"name": "q1", "tags": {"x": "y"}}, {"name": "new", "cu_count": 16}],
        "connections": [{"name": "a", "queues": ["q2", "q1"]}],
    }
    first = plan(**options).plan
    for objects in (cloud.state.main.queues, cloud.state.main.pools, cloud.state.main.connections):
        turned = dict(reversed(objects.items()))
        objects.clear()
        objects.update(turned)
    for connection in cloud.connections.values():
        for listed in ("available_queue_info", "elastic_resource_pools", "hosts"):
            setattr(connection, listed, getattr(connection, listed)[::-1])
    cloud.clock.advance(3600)
    assert plan(**options).plan == first


def test_a_plan_has_neither_ids_nor_times(cloud, plan, place):
    cloud.load_seed(
        {"connections": [{"name": "c1", **place, "queues": ["q2"], "routes": [{"name": "r", "cidr": "10.1.0.0/24"}]}]}
    )
    result = plan(
        elastic_resource_pools=[{"name": "pool1"}],
        queues=[{"name": "q1", "cu_count": 16, "queue_type": "general", "force_recreate": True}],
        connections=[{"name": "c1", "routes": []}],
    )
    text = json.dumps({**result.plan, "objects": [{**each, "options": None} for each in result.plan["objects"]]})
    [connection] = cloud.connections.values()
    queue, pool = cloud.queues["q1"], cloud.pools["pool1"]
    for volatile in (
        connection.id,
        connection.peers[0].peer_id,
        queue.resource_id,
        pool.resource_id,
        queue.create_time,
    ):
        assert str(volatile) not in text
    shown = result.objects["c1"]["current"]
    assert shown["available_queue_info"] == [{"name": "q2", "status": "ACTIVE", "err_msg": ""}]
    assert shown["routes"] == [{"name": "r", "cidr": "10.1.0.0/24"}]


def test_declared_objects_are_returned_on_request(cloud, plan, run):
    options = {"queues": [{"name": "q1"}, {"name": "new", "cu_count": 16}], "connections": [], "undeclared": False}
    assert "declared" not in plan(**options)
    result = plan(**options, with_declared=True, check=True)
    declared = result["declared"]
    assert result["check_mode"]
    assert declared.keys() == {"elastic_resource_pools", "queues", "connections"}
    assert [each["name"] for each in declared["queues"]] == ["q1", "new"]
    # The module does not read what only the list of queues shows.
    alone = run("dli_queue", name="q1")["queue"]
    shown = {key: value for key, value in alone.items() if value is not None}
    assert {key: declared["queues"][0][key] for key in shown} == shown


def test_outside_check_mode_declared_objects_are_returned_as_they_are(cloud, plan, place):
    cloud.load_seed(
        {
            "queues": [{"queue_name": "gone", "cu_count": 16}],
            "connections": [{"name": "c1", **place, "queues": ["q1"]}, {"name": "c2", **place}],
        }
    )
    result = plan(
        elastic_resource_pools=[{"name": "pool1", "max_cu": 512}],
        # A change, a refused change and a new queue.
        queues=[
            {"name": "q1", "description": "changed"},
            {"name": "gone", "queue_type": "general"},
            {"name": "new", "cu_count": 16},
        ],
        connections=[{"name": "c1", "queues": ["new"]}, {"name": "c2"}, {"name": "c3", **place}],
        undeclared=False,
        with_declared=True,
    )
    assert result["check_mode"] is False
    declared = result["declared"]
    assert [each["max_cu"] for each in declared["elastic_resource_pools"]] == [256]
    assert [(each["name"], each["description"]) for each in declared["queues"]] == [("q1", ""), ("gone", "")]
    assert all(each["readiness"]["ready"] for each in declared["queues"])
    assert [(each["name"], each["queues"]) for each in declared["connections"]] == [("c1", ["q1"]), ("c2", [])]
    deleted = plan(
        state="absent", queues=[{"name": "q1"}], connections=[{"name": "c1"}, {"name": "c3"}], with_declared=True
    )
    assert [each["name"] for each in deleted["declared"]["queues"]] == ["q1"]
    assert [each["status"] for each in deleted["declared"]["connections"]] == ["ACTIVE"]


def test_the_documentation_of_items_is_that_of_their_modules():
    path = REPOSITORY / "tests/tools/plan_documentation.py"
    spec = importlib.util.spec_from_file_location("plan_documentation", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = tool.PAGE.read_text(encoding="utf-8")
    assert page == tool.updated(page), "run python tests/tools/plan_documentation.py"


def test_a_response_of_another_form_names_its_request(cloud, plan):
    cloud.pools["pool1"].max_cu = "many"
    cloud.queues["q2"].tags["a"] = ["b"]
    queues = [{"name": "q1"}, {"name": "q2", "tags": {}}]
    result = plan(elastic_resource_pools=[{"name": "pool1"}], queues=queues, undeclared=False)
    [problem] = result.objects["pool1"]["problems"]
    assert (result.objects["pool1"]["status"], problem["id"]) == ("unreadable", "unexpected_response")
    assert "Could not list the elastic resource pools" in problem["message"]
    assert "Could not read the tags of queue q2" in result.objects["q2"]["problems"][0]["message"]
    assert result.objects["q1"]["status"] == "in_sync"


@pytest.mark.parametrize("status", [401, 407])
def test_nothing_is_asked_any_more_once_the_credentials_are_rejected(cloud, run, status):
    cloud.inject(kind="status", method="GET", path="/queues$", status=status, error_code="APIGW.0301", times=None)
    result = run(
        "dli_plan_info",
        elastic_resource_pools=[{"name": "pool1"}],
        queues=[{"name": "q1"}, {"name": "new", "cu_count": 16}],
        connections=[{"name": "c1"}],
    )
    assert result.failed
    assert result["error"]["http_status"] == status
    assert [request.method for request in result.requests] == ["GET", "GET"]

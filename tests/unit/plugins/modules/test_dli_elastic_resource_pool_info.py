# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing pools: exact filters, and details only on request."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.times import iso

pytestmark = pytest.mark.both_modes

LIST = "GET elastic-resource-pools 200"


@pytest.fixture
def pools(run):
    """pools(name="pool1") runs the module; ``found`` of the result has the pools."""

    def pools(**options):
        result = run("dli_elastic_resource_pool_info", **options)
        assert not result.failed, result
        assert not result["changed"]
        assert result.writes == []
        result.found = result["elastic_resource_pools"]
        result.names = [pool["name"] for pool in result.found]
        return result

    return pools


@pytest.fixture
def three(sim):
    """pool1 with two queues, pool10 that scales, mine that failed; all but the first have tags."""
    tags = [{"key": "team", "value": "data"}]
    sim.load_seed(
        {
            "pools": [
                {"elastic_resource_pool_name": "pool10", "status": "SCALING", "tags": tags},
                {"elastic_resource_pool_name": "pool1"},
                {
                    "elastic_resource_pool_name": "mine",
                    "status": "FAILED",
                    "fail_reason": "no capacity",
                    "tags": [*tags, {"key": "a", "value": "1"}],
                },
            ],
            "queues": [{"queue_name": name, "elastic_resource_pool_name": "pool1"} for name in ("q2", "q1")],
        }
    )
    return sim


def test_all_pools_are_listed_in_order_with_one_request(three, pools):
    result = pools()
    assert result.names == ["mine", "pool1", "pool10"]
    assert result.sent == [LIST]
    assert [(pool["status"], pool["fail_reason"]) for pool in result.found] == [
        ("FAILED", "no capacity"),
        ("AVAILABLE", ""),
        ("SCALING", ""),
    ]
    assert [pool["queues"] for pool in result.found] == [[], ["q1", "q2"], []]
    assert [(pool["tags"], pool["pool_queues"]) for pool in result.found] == [(None, None)] * 3


def test_a_project_without_pools_has_an_empty_list(sim, pools):
    assert pools(with_tags=True, with_queues=True).found == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"name": "pool1"}, ["pool1"]),
        ({"name": "POOL10"}, ["pool10"]),
        ({"name": "pool"}, []),
        ({"status": "FAILED"}, ["mine"]),
        ({"status": "CREATING"}, []),
        ({"name": "pool1", "status": "SCALING"}, []),
        ({"tags": {"team": "data"}}, ["mine", "pool10"]),
        ({"tags": {"team": "data", "a": 1}}, ["mine"]),
        ({"tags": {"team": "ops"}}, []),
        ({"tags": {}}, ["mine", "pool1", "pool10"]),
        ({"tags": {"team": "data"}, "status": "SCALING"}, ["pool10"]),
    ],
    ids=str,
)
def test_pools_are_selected_exactly(three, pools, options, names):
    for check in (False, True):
        result = pools(check=check, **options)
        assert result.names == names
        assert result.sent == [LIST]


def test_filters_of_the_service_are_used_where_they_exist(three, pools):
    query = pools(name="Pool1", status="AVAILABLE", tags={"b": "2", "a": "1"}).requests[0].query
    sent = {key: value for key, [value] in query.items()}
    assert sent == {"name": "pool1", "status": "AVAILABLE", "tags": "a=1,b=2", "limit": "100", "offset": "0"}


def test_tags_and_queues_are_read_on_request(three, pools):
    three.pools["pool1"].tags["_sys_x"] = "1"
    result = pools(with_tags=True, with_queues=True)
    assert [pool["tags"] for pool in result.found] == [{"a": "1", "team": "data"}, {}, {"team": "data"}]
    assert [[queue["name"] for queue in pool["pool_queues"]] for pool in result.found] == [[], ["q1", "q2"], []]
    # One list, the queues of the one pool that has any, the tags of each pool.
    assert len(result.requests) == 1 + 1 + 3
    assert result.found[1]["pool_queues"][0] == {
        "name": "q1",
        "queue_name": "q1",
        "queue_type": "sql",
        "engine": "spark",
        "owner": three.queues["q1"].owner,
        "create_time": three.queues["q1"].create_time,
        "create_time_iso": iso(three.queues["q1"].create_time),
        "enterprise_project_id": "0",
        "queue_scaling_policies": [
            {
                "priority": 1,
                "impact_start_time": "00:00",
                "impact_stop_time": "24:00",
                "min_cu": 16,
                "max_cu": 16,
                "inherit_elastic_resource_pool_max_cu": False,
            }
        ],
    }


def test_pools_are_the_same_as_in_the_main_module(three, pools, run):
    main = run("dli_elastic_resource_pool", name="pool1", tags={})["elastic_resource_pool"]
    assert pools(name="pool1", with_tags=True).found == [main]


def test_a_region_without_tags_causes_one_warning(three, pools):
    three.set_knobs(unpublished=[r"/dli_elastic_resource_pool/[^/]+/tags"])
    result = pools(with_tags=True, with_queues=True)
    assert result["unsupported"] == ["tags"]
    assert len(result.warned) == 1
    assert "tags could not be read" in result.warned[0]
    assert [pool["tags"] for pool in result.found] == [None, None, None]
    assert len(result.found[1]["pool_queues"]) == 2
    assert len(result.requests) == 1 + 1 + 1


def test_a_pool_that_is_deleted_during_the_run_has_no_sub_resources(three, pools):
    for path in ("/tags$", "/queues$"):
        three.inject(kind="status", path=path, status=400, error_code="DLI.0002", error_msg="There is no such pool")
    pool = pools(name="pool1", with_tags=True, with_queues=True).found[0]
    assert (pool["tags"], pool["pool_queues"]) == (None, [])


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (100, 2), (101, 2), (200, 2), (1000, 10)])
def test_every_page_is_read_once(sim, pools, count, requests):
    names = [f"p{number:04}" for number in range(count)]
    sim.load_seed({"pools": [{"elastic_resource_pool_name": name} for name in names]})
    result = pools()
    assert result.names == names
    assert len(result.requests) == requests


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (100, 2), (101, 2)])
def test_every_page_of_the_queues_of_a_pool_is_read(sim, pools, count, requests):
    names = [f"q{number:03}" for number in range(count)]
    sim.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "pool1"}],
            "queues": [{"queue_name": name, "elastic_resource_pool_name": "pool1"} for name in names],
        }
    )
    result = pools(with_queues=True)
    assert [queue["name"] for queue in result.found[0]["pool_queues"]] == names
    assert len(result.requests) == 1 + requests

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listing queues: every page and type, exact filters, and the same keys as in the main module."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues

from dli_simulator.profiles import PROFILES

pytestmark = pytest.mark.both_modes

LIST = "GET queues 200"
TEAM = [{"key": "team", "value": "data"}]
TEAM_PROD = [*TEAM, {"key": "env", "value": "prod"}]


@pytest.fixture
def info(sim, run):
    def info(**options):
        return run("dli_queue_info", **options)

    return info


@pytest.fixture
def cloud(sim):
    sim.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "pool1"}],
            "queues": [
                {"queue_name": "etl", "tags": TEAM_PROD, "properties": {"job.maxConcurrent": "10"}},
                {"queue_name": "hetu", "engine": "hetuEngine"},
                {"queue_name": "jars", "queue_type": "general", "tags": TEAM},
                {"queue_name": "pooled", "elastic_resource_pool_name": "pool1"},
                {"queue_name": "young", "age": 60},
            ],
        }
    )
    return sim


def names(result):
    return [queue["name"] for queue in result["queues"]]


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (100, 2), (101, 2), (1000, 11)])
def test_every_page_is_read(sim, info, number, pages):
    sim.state.main.queues.pop("default")
    sim.load_seed({"queues": [{"queue_name": f"q{n:04}"} for n in range(number)]})
    result = info()
    assert names(result) == [f"q{n:04}" for n in range(number)]
    assert result.sent == [LIST] * pages
    assert not result["changed"]


def test_a_queue_that_moves_to_the_next_page_is_listed_once(sim, info, after_the_first_page):
    sim.load_seed({"queues": [{"queue_name": f"q{n:04}"} for n in range(110)]})
    after_the_first_page(lambda: sim.load_seed({"queues": [{"queue_name": "a_new_one"}]}))
    assert names(info()) == ["default", *(f"q{n:04}" for n in range(110))]


@pytest.mark.parametrize("number", [1, 99, 100, 101, 250])
def test_a_service_without_pagination_is_read_once(api, monkeypatch, number):
    everything = [{"queue_name": f"q{n}", "cu_count": 16} for n in range(number)]
    monkeypatch.setattr(api, "get", lambda *_args: {"queues": everything})
    assert [queue["name"] for queue in queues.list_all(api)] == [f"q{n}" for n in range(number)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["default", "etl", "hetu", "jars", "pooled", "young"]),
        ({"queue_type": "sql"}, ["default", "etl", "hetu", "pooled", "young"]),
        ({"queue_type": "general"}, ["jars"]),
        ({"name": "ETL"}, ["etl"]),
        ({"name": "et"}, []),
        ({"name": "jars"}, ["jars"]),
        ({"name": "jars", "queue_type": "sql"}, []),
        ({"elastic_resource_pool_name": "POOL1"}, ["pooled"]),
        ({"elastic_resource_pool_name": "pool"}, []),
        ({"tags": {"team": "data"}}, ["etl", "jars"]),
        ({"tags": {"team": "data", "env": "prod"}}, ["etl"]),
        ({"tags": {"team": "other"}}, []),
        ({"tags": {}, "name": "etl"}, ["etl"]),
        ({"tags": {"team": "data"}, "name": "hetu"}, []),
        ({"tags": {"team": "data"}, "queue_type": "general"}, ["jars"]),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [False, True])
def test_exactly_the_matching_queues_are_found(cloud, info, options, found, check):
    result = info(check=check, **options)
    assert names(result) == found
    assert result.sent[0] == LIST
    assert len(result.sent) <= 2
    assert result["unsupported"] == []


def test_tags_that_were_read_are_compared_again(cloud, info, monkeypatch):
    """A region that ignores the filter for tags returns all queues."""
    monkeypatch.setattr("dli_simulator.fields.has_tags", lambda _have, _wanted: True)
    assert len(names(info(tags={"team": "data"}))) == 6
    assert names(info(tags={"team": "data"}, with_tags=True)) == ["etl", "jars"]


@pytest.mark.parametrize("options", [{}, {"cu_count": 16}, {"platform": "x86_64"}], ids=str)
def test_a_queue_is_the_same_as_in_the_main_module(cloud, info, run, options):
    shown = run("dli_queue", name="etl", **options)["queue"]
    (listed,) = info(name="etl")["queues"]
    assert listed.keys() == shown.keys()
    # The fields that the main module read are the same; the list has more fields.
    assert {key: value for key, value in listed.items() if shown[key] is not None} == {
        key: value for key, value in shown.items() if value is not None
    }
    assert listed["cidr_in_vpc"] == cloud.queues["etl"].cidr_in_vpc


def test_readiness_comes_from_the_age_alone(cloud, info):
    ready = {queue["name"]: queue["readiness"] for queue in info()["queues"]}
    assert ready["etl"] == {"ready": True, "source": "age"}
    assert ready["young"] == {"ready": None, "source": "not_asked"}
    (young,) = info(name="young", ready_age=30)["queues"]
    assert young["readiness"] == {"ready": True, "source": "age"}


def test_sub_resources_are_read_only_on_request(cloud, info):
    result = info()
    assert result.sent == [LIST]
    assert all(queue[key] is None for queue in result["queues"] for key in queues.ASPECTS)


def test_tags_cost_a_request_for_each_queue(cloud, info):
    result = info(with_tags=True)
    assert {queue["name"]: queue["tags"] for queue in result["queues"] if queue["tags"]} == {
        "etl": {"env": "prod", "team": "data"},
        "jars": {"team": "data"},
    }
    assert len(result.sent) == 1 + 6
    assert result.sent[2] == f"GET dli_queue/{cloud.queues['etl'].queue_id}/tags 200"


def test_properties_are_read_of_queues_that_have_them(cloud, info):
    result = info(with_properties=True)
    properties = {queue["name"]: queue["properties"] for queue in result["queues"]}
    assert properties["etl"]["job.maxConcurrent"] == "10"
    assert [name for name in properties if properties[name] is None] == ["hetu", "jars"]
    assert len(result.sent) == 1 + 4


def test_scaling_policies_are_read_of_queues_in_pools(cloud, info):
    result = info(with_scaling_policies=True)
    policies = {queue["name"]: queue["scaling_policies"] for queue in result["queues"]}
    assert [(p["impact_start_time"], p["impact_stop_time"], p["max_cu"]) for p in policies.pop("pooled")] == [
        ("00:00", "24:00", 16)
    ]
    assert set(policies.values()) == {None}
    assert result.sent == [LIST, "GET elastic-resource-pools/pool1/queues 200"]


def test_one_request_reads_the_policies_of_all_queues_of_a_pool(cloud, info, existing_queue):
    for number in range(3):
        existing_queue(f"more{number}", cu_count=4 * (number + 1), elastic_resource_pool_name="pool1")
    result = info(with_scaling_policies=True)
    policies = {queue["name"]: queue["scaling_policies"] for queue in result["queues"] if queue["scaling_policies"]}
    assert {name: its[0]["max_cu"] for name, its in policies.items()} == {
        "pooled": 16,
        "more0": 4,
        "more1": 8,
        "more2": 12,
    }
    assert result.sent == [LIST, "GET elastic-resource-pools/pool1/queues 200"]


@pytest.mark.parametrize(
    ("profile", "lacking", "read"),
    [("otc", ["tags", "properties"], []), ("eu-west-101-2024", ["properties"], ["tags"])],
)
def test_unsupported_information_is_a_warning(info, cloud, monkeypatch, profile, lacking, read):
    monkeypatch.setattr(cloud.state, "profile", PROFILES[profile])
    result = info(with_tags=True, with_properties=True, with_scaling_policies=True)
    assert not result.failed
    assert result["unsupported"] == lacking
    assert [warning.split()[0] for warning in result.warned] == lacking
    assert all(queue[key] is None for queue in result["queues"] for key in lacking)
    assert all(queue[key] is not None for queue in result["queues"] for key in read)
    assert [queue["name"] for queue in result["queues"] if queue["scaling_policies"]] == ["pooled"]
    # A missing API is requested once, not once for each queue.
    assert len(result.sent) == 1 + len(lacking) + 6 * len(read) + 1


def test_a_queue_that_is_deleted_during_the_run_has_no_tags(cloud, info):
    cloud.inject(kind="status", path=f"/{cloud.queues['etl'].queue_id}/tags", status=404, error_code="DLI.0002")
    result = info(with_tags=True)
    assert [queue["name"] for queue in result["queues"] if queue["tags"] is None] == ["etl"]


def test_a_new_queue_is_found_although_the_list_lags(cloud, info):
    cloud.set_knobs(list_lag_seconds=30)
    cloud.load_seed({"queues": [{"queue_name": "new", "age": 0}]})
    assert names(info()) == ["default", "etl", "hetu", "jars", "pooled", "young"]
    result = info(name="new")
    assert names(result) == ["new"]
    assert result.sent == [LIST, "GET queues/new 200"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "_q"}, "name must be 1 to 128"),
        ({"elastic_resource_pool_name": "a-b"}, "elastic_resource_pool_name must be"),
        ({"tags": {"a,b": "c"}}, "tags must have keys of"),
        ({"tags": {"a": "b,c"}}, "tags must have values of"),
        ({"tags": {"a=b": "c"}}, "tags must have keys without ="),
        ({"tags": {f"k{n}": "v" for n in range(21)}}, "tags must have at most 20"),
        ({"ready_age": -1}, "ready_age must be"),
        ({"queue_type": "spark"}, "queue_type must be one of"),
    ],
    ids=str,
)
def test_invalid_options_fail_without_a_request(cloud, info, options, words):
    result = info(**options)
    assert result.failed
    assert words in result["msg"]
    assert result.sent == []


def test_all_invalid_options_are_in_one_message(cloud, info):
    message = info(name="_q", elastic_resource_pool_name="a-b", tags={"a=b": "c"})["msg"]
    assert all(option in message for option in ("name must", "elastic_resource_pool_name must", "tags must"))

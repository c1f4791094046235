# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""tags: reading, deciding, and writing, also if an answer is lost."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._aspect import tags
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    ApiError,
    ApiUnavailable,
    Conflict,
    NotFound,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def resources(sim):
    """One thing of each kind, with the id by which the tag API knows it."""
    sim.load_seed(
        {
            "queues": [{"queue_name": "q1", "queue_id": 4711}],
            "pools": [{"elastic_resource_pool_name": "pool1", "resource_id": "a-pool"}],
            "connections": [{"name": "c1", "id": "a-connection"}],
        }
    )
    return {
        tags.QUEUE: ("4711", sim.queues["q1"].tags),
        tags.POOL: ("a-pool", sim.pools["pool1"].tags),
        tags.CONNECTION: ("a-connection", sim.connections["a-connection"].tags),
    }


KINDS = (tags.QUEUE, tags.POOL, tags.CONNECTION)


def aspect_of(kind):
    return tags.aspect(kind, lambda resource: resource["id"])


@pytest.mark.parametrize("kind", KINDS)
def test_tags_of_every_kind_are_read_and_written(sim, api, resources, kind):
    number, stored = resources[kind]
    stored.update({"a": "1", "b": "2", "_sys_c": "3"})
    aspect, resource = aspect_of(kind), {"id": number, "name": "p1"}
    before = aspect.read(api, resource)
    assert before == {"a": "1", "b": "2"}
    aspect.send(api, resource, before, {"b": "3", "c": "4"})
    assert stored == {"b": "3", "c": "4", "_sys_c": "3"}
    assert [request.body for request in sim.requests if request.method == "POST"] == [
        {"tags": [{"key": "a", "value": "1"}]},
        {"tags": [{"key": "b", "value": "3"}, {"key": "c", "value": "4"}]},
    ]


@pytest.mark.parametrize(
    ("before", "after", "actions"),
    [
        ({}, {"a": "1"}, ["create"]),
        ({"a": "1"}, {"a": "2"}, ["create"]),
        ({"a": "1"}, {}, ["delete"]),
        ({"a": "1"}, {"b": "1"}, ["delete", "create"]),
        ({"a": "1"}, {"a": "1"}, []),
    ],
)
def test_only_the_calls_that_are_needed_are_made(sim, api, resources, before, after, actions):
    number, stored = resources[tags.POOL]
    stored.update(before)
    aspect_of(tags.POOL).send(api, {"id": number, "name": "p1"}, before, after)
    assert [request.path.rpartition("/")[2] for request in sim.requests] == actions
    assert stored == after


def test_20_tags_can_be_replaced_by_20_others(api, resources):
    number, stored = resources[tags.POOL]
    old, new = ({f"{prefix}{count}": "" for count in range(20)} for prefix in "ab")
    stored.update(old)
    aspect_of(tags.POOL).send(api, {"id": number, "name": "p1"}, old, new)
    assert stored == new


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (100, 2), (101, 2), (200, 2), (1000, 10)])
def test_every_page_is_read(sim, api, resources, count, pages):
    number, stored = resources[tags.POOL]
    stored.update({f"k{key:04}": str(key) for key in range(count)})
    assert tags.read(api, tags.POOL, number) == stored
    assert len(sim.requests) == pages


def test_a_tag_without_a_value_has_an_empty_one(api, monkeypatch):
    monkeypatch.setattr(api, "get", lambda *_arguments: {"tags": [{"key": "b", "value": None}, {"key": "a"}]})
    assert tags.read(api, tags.POOL, "x") == {"a": "", "b": ""}


@pytest.mark.parametrize("answer", [{"shape": "empty"}, {"shape": "text", "error_msg": '"success"'}], ids=str)
def test_200_is_a_success_as_well_as_204(sim, api, resources, answer):
    number, _stored = resources[tags.POOL]
    sim.inject(kind="status_after", method="POST", status=200, **answer)
    aspect_of(tags.POOL).send(api, {"id": number, "name": "p1"}, {}, {"a": "1"})
    # An answer without an object is no word of the service for sure, so the tags are read once more.
    assert [request.method for request in sim.requests] == ["POST", "GET"]


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status_after", "status": 502}], ids=str)
@pytest.mark.parametrize(("before", "after"), [({}, {"a": "1"}), ({"a": "1"}, {"a": "2"}), ({"a": "1"}, {})])
def test_a_lost_answer_is_looked_up(sim, api, resources, fault, before, after):
    number, stored = resources[tags.POOL]
    stored.update(before)
    sim.inject(method="POST", **fault)
    aspect_of(tags.POOL).send(api, {"id": number, "name": "p1"}, before, after)
    assert stored == after
    assert [request.method for request in sim.requests] == ["POST", "GET"]


@pytest.mark.parametrize(("before", "after"), [({}, {"a": "1"}), ({"a": "1"}, {"a": "2"}), ({"a": "1"}, {})])
def test_a_write_that_was_not_made_is_a_failure(sim, api, resources, before, after):
    number, stored = resources[tags.POOL]
    stored.update(before)
    sim.inject(method="POST", kind="status", status=502)
    with pytest.raises(ApiError):
        aspect_of(tags.POOL).send(api, {"id": number, "name": "p1"}, before, after)
    assert stored == before
    assert [request.method for request in sim.requests].count("POST") == 1


def test_a_resource_that_does_not_exist_is_not_found(api, resources):
    with pytest.raises(NotFound):
        tags.read(api, tags.POOL, "nothing")


def test_a_region_without_the_api_says_so(sim, api, resources):
    sim.set_knobs(unpublished=["/tags"])
    with pytest.raises(ApiUnavailable):
        tags.read(api, tags.POOL, resources[tags.POOL][0])


@pytest.mark.parametrize(
    ("requested", "purge", "current", "decided"),
    [
        ({"b": 2, "a": True}, True, {"c": "3"}, {"a": "True", "b": "2"}),
        ({"b": 2}, False, {"b": "1", "c": "3"}, {"b": "2", "c": "3"}),
        ({}, True, {"c": "3"}, {}),
        ({}, False, {"c": "3"}, {"c": "3"}),
    ],
)
def test_desired_tags(requested, purge, current, decided):
    after = aspect_of(tags.POOL).desired({"tags": requested, "purge_tags": purge}, current)
    assert list(after.items()) == list(decided.items())


def test_too_many_tags_fail_before_a_write():
    current = {f"k{number}": "" for number in range(20)}
    decide = aspect_of(tags.POOL).desired
    assert len(decide({"tags": {"k1": "1"}, "purge_tags": False}, current)) == 20
    with pytest.raises(Conflict, match="there would be 21 tags, and the maximum is 20"):
        decide({"tags": {"new": "1"}, "purge_tags": False}, current)


def test_tags_as_a_filter():
    assert tags.as_query({"b": 2, "a": "1"}) == {"tags": "a=1,b=2"}
    assert tags.as_query({}) == tags.as_query(None) == {}


@pytest.mark.parametrize(
    ("read", "requested", "may"),
    [(None, {"a": "1"}, True), ({"a": "1"}, {"a": 1}, True), ({"a": "2"}, {"a": "1"}, False), ({}, None, True)],
)
def test_whether_something_may_have_tags(read, requested, may):
    assert tags.may_have(read, requested) is may


@given(chosen=st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=5), st.integers()), max_size=5))
def test_tags_are_sent_as_texts_in_a_stable_order(chosen):
    sent = tags.tags_to_api(dict(reversed(chosen.items())))
    assert sent == tags.tags_to_api(chosen)
    assert {each["key"]: each["value"] for each in sent} == {key: str(value) for key, value in chosen.items()}

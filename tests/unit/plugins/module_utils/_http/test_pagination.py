# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists are read completely, page by page."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import pools, queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    ApiError,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import pagination, vpc_pagination
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Access, Client, Endpoints
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import properties as queue_properties
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import users as queue_users

PAGE = 100
# A total shows that a full second page is the last one. The list of properties has no total.
WITH_TOTAL = [(1, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2), (2 * PAGE, 2), (1000, 10)]
WITHOUT_TOTAL = [(1, 1), (PAGE - 1, 1), (PAGE, 2), (PAGE + 1, 2), (2 * PAGE, 3), (1000, 11)]


@pytest.fixture
def queue(existing_queue):
    """queue(properties=...) seeds q1 and returns it as the collection represents it."""

    def queue(**fields):
        there = existing_queue("q1", **fields)
        return queues.from_api({"queue_name": "q1", "queue_id": there.queue_id, "elastic_resource_pool_name": ""})

    return queue


@pytest.mark.parametrize(("count", "pages"), WITH_TOTAL)
def test_every_user_of_a_queue_is_read(sim, api, queue, count, pages):
    names = [f"u{number:04}" for number in range(count - 1)]
    q1 = queue(privileges={name: ["RESTART"] for name in names})
    # The owner is the first user in the list.
    found = queue_users.ASPECT.read(api, q1)
    assert sorted(user["user_name"] for user in found) == sorted([sim.queues["q1"].owner, *names])
    assert len(sim.requests) == pages


@pytest.mark.parametrize(("count", "pages"), WITHOUT_TOTAL)
def test_every_property_of_a_queue_is_read(sim, api, queue, count, pages):
    keys = [f"k{number:04}" for number in range(count - 1)]
    # One property is read-only.
    assert set(queue_properties.read(api, queue(properties=dict.fromkeys(keys, "1")))) == {*keys, "multipleSc.support"}
    assert len(sim.requests) == pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), *WITH_TOTAL])
def test_every_queue_of_a_pool_is_read(sim, api, count, pages):
    names = [f"q{number:04}" for number in range(count)]
    members = [{"queue_name": name, "elastic_resource_pool_name": "pool1"} for name in names]
    sim.load_seed({"pools": [{"elastic_resource_pool_name": "pool1"}], "queues": members})
    assert [queue["name"] for queue in pools.list_queues(api, "pool1")] == names
    assert len(sim.requests) == pages


@pytest.mark.parametrize("empty", [[], None])
@pytest.mark.parametrize(
    ("key", "read"), [("privileges", queue_users.ASPECT.read), ("properties", queue_properties.read)]
)
def test_an_empty_or_null_list_is_accepted(api, queue, monkeypatch, key, read, empty):
    q1 = queue()
    monkeypatch.setattr(api, "get", lambda *_arguments: {"is_success": True, key: empty})
    assert not read(api, q1)


SIZES = [0, 1, 9, 10, 11, 20, 1000]


class ListClient(Client):
    """A client of a service with one list, in the pagination style of the query."""

    def __init__(self, length, **extra):
        super().__init__(Access(None, Endpoints("", "", ""), None, "p"))
        self.elements = [{"id": number} for number in range(length)]
        self.extra = extra
        self.queries = []

    def get(self, path, operation, query=None):
        self.queries.append(dict(query))
        if "limit" in query:
            size, start = int(query["limit"]), int(query["offset"])
        else:
            size = int(query["page-size"])
            start = size * (int(query["current-page"]) - 1)
        return {"elements": self.elements[start : start + size], **self.extra}


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("length", SIZES)
def test_every_element_is_listed_once_and_in_order(style, length):
    client = ListClient(length, count=1)
    listed = getattr(pagination, f"paginate_by_{style}")(client, "/path", "list", "elements", {"name": "q"}, 10)
    assert list(listed) == client.elements
    # A full page may be the last one, so one more page is read after it.
    assert len(client.queries) == length // 10 + 1
    assert all(query["name"] == "q" for query in client.queries)
    if style == "offset":
        assert [query["offset"] for query in client.queries] == [str(10 * page) for page in range(len(client.queries))]
        assert all(query["limit"] == "10" for query in client.queries)
    else:
        assert [query["current-page"] for query in client.queries] == [
            str(1 + page) for page in range(len(client.queries))
        ]
        assert all(query["page-size"] == "10" for query in client.queries)


@pytest.mark.parametrize("style", ["number", "offset", "marker"])
def test_a_list_without_end_is_an_error(style):
    client, requests = ListClient(0), []

    def get(*_arguments):
        requests.append(None)
        return {"elements": [{"id": len(requests)}] * 10}

    client.get = client.vpc_get = get
    styles = {
        "number": pagination.paginate_by_number,
        "offset": pagination.paginate_by_offset,
        "marker": vpc_pagination.paginate_by_marker,
    }
    listed = styles[style](client, "/path", "list the queues", "elements", {}, 10)
    with pytest.raises(ApiError, match=r"Could not list the queues: .* a list that does not end after 1000 pages"):
        list(listed)
    assert len(requests) == pagination.MAX_PAGES


@pytest.mark.parametrize("length", SIZES)
@pytest.mark.parametrize("is_total", [True, False])
def test_a_total_saves_the_empty_last_page_and_the_length_of_a_page_is_not_taken_for_a_total(length, is_total):
    client = ListClient(length)
    get = client.get

    def get_and_count(*arguments):
        page = get(*arguments)
        return {**page, "count": length if is_total else len(page["elements"])}

    client.get = get_and_count
    assert list(pagination.paginate_by_offset(client, "/path", "list", "elements", {}, 10)) == client.elements
    # After a full first page, 10 may be the total or the length of the page.
    assert len(client.queries) == length // 10 + 1 - (is_total and length % 10 == 0 and length > 10)


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("body", [{"elements": None}, {"is_success": True}])
def test_a_null_or_missing_list_is_empty(style, body):
    client = ListClient(0)
    client.get = lambda *_args: body
    assert list(getattr(pagination, f"paginate_by_{style}")(client, "/path", "list", "elements", {}, 10)) == []


UNEXPECTED_BODIES = [{}, {"status": "up"}, {"elements": "none"}, {"elements": {"id": 1}}, {"elements": ["q1"]}]


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("body", UNEXPECTED_BODIES)
def test_an_unexpected_body_does_not_count_as_an_empty_list(style, body):
    # A module would create objects that it does not find in the list.
    client = ListClient(0)
    client.get = lambda *_args: body
    with pytest.raises(ApiError, match=r"Could not list: the response .* has none of the expected fields"):
        list(getattr(pagination, f"paginate_by_{style}")(client, "/path", "list", "elements", {}, 10))


def test_pages_are_requested_when_their_elements_are_read():
    client = ListClient(1000)
    assert next(pagination.paginate_by_number(client, "/path", "list", "elements", {}, 10)) == {"id": 0}
    assert len(client.queries) == 1


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25])
def test_the_pages_of_the_simulator_are_read(sim, api, count):
    sim.load_seed({"queues": [{"queue_name": f"q{number}"} for number in range(1, count)]})
    names = [
        element["queue_name"]
        for element in pagination.paginate_by_number(
            api, api.path("v1.0", "queues"), "list", "queues", {"queue_type": "all"}, 10
        )
    ]
    assert sorted(names) == sorted(sim.queues)
    assert len(sim.requests) == count // 10 + 1


def test_a_page_of_the_vpc_service_whose_elements_have_no_ids_has_no_successor():
    client = ListClient(0)
    client.vpc_get = lambda *_arguments: {"elements": [{}] * 10}
    with pytest.raises(ApiError, match="has none of the expected fields"):
        list(vpc_pagination.paginate_by_marker(client, "/path", "list the subnets", "elements", {}, 10))


@pytest.mark.parametrize("info", [None, [], {}, {"next_marker": None}, {"next_marker": ""}], ids=str)
def test_a_short_page_without_a_successor_is_the_last_one(info):
    client, requests = ListClient(0), []
    client.vpc_get = lambda *arguments: requests.append(arguments) or {"elements": [{"id": 1}], "page_info": info}
    assert list(vpc_pagination.paginate_by_marker(client, "/path", "list", "elements", {}, 10)) == [{"id": 1}]
    assert len(requests) == 1

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pagination, the time of the service, lost responses to POST requests, retries, and masking of secrets."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    AccessDenied,
    Ambiguous,
    ApiError,
    DliError,
    NotFound,
    TransportError,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import lost_answers, pagination
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Access, Client, Endpoints
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Transport

SIZES = [0, 1, 9, 10, 11, 20, 1000]


class ListClient(Client):
    """A client of a service with one list, in the pagination style of the query."""

    def __init__(self, length, **extra):
        super().__init__(Access(None, Endpoints("", "", ""), None, "p"))
        self.elements = [{"id": number} for number in range(length)]
        self.extra = extra
        self.queries = []

    def get(self, path, attempt, query=None):
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
@pytest.mark.parametrize("answer", [{"elements": None}, {"is_success": True}])
def test_a_null_or_missing_list_is_empty(style, answer):
    client = ListClient(0)
    client.get = lambda *_args: answer
    assert list(getattr(pagination, f"paginate_by_{style}")(client, "/path", "list", "elements", {}, 10)) == []


UNEXPECTED_BODIES = [{}, {"status": "up"}, {"elements": "none"}, {"elements": {"id": 1}}, {"elements": ["q1"]}]


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("answer", UNEXPECTED_BODIES)
def test_an_unexpected_body_does_not_count_as_an_empty_list(style, answer):
    # A module would create objects that it does not find in the list.
    client = ListClient(0)
    client.get = lambda *_args: answer
    with pytest.raises(ApiError, match=r"Could not list: the response .* has none of the expected fields"):
        list(getattr(pagination, f"paginate_by_{style}")(client, "/path", "list", "elements", {}, 10))


def test_pages_are_requested_when_their_elements_are_read():
    client = ListClient(1000)
    assert next(pagination.paginate_by_number(client, "/path", "list", "elements", {}, 10)) == {"id": 0}
    assert len(client.queries) == 1


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25])
def test_the_pages_of_the_simulator_are_read(sim, api, count):
    sim.sow({"queues": [{"queue_name": f"q{number}"} for number in range(1, count)]})
    names = [
        element["queue_name"]
        for element in pagination.paginate_by_number(
            api, api.path("v1.0", "queues"), "list", "queues", {"queue_type": "all"}, 10
        )
    ]
    assert sorted(names) == sorted(sim.queues)
    assert len(sim.requests) == count // 10 + 1


# --- lost responses to a POST ------------------------------------------------------------------------------------


def create(api, *, confirm=None):
    """Create queue q1 and look it up in the list, which may lag."""
    return lost_answers.post_and_confirm(
        api,
        api.path("v1.0", "queues"),
        "create queue q1",
        {"queue_name": "q1", "cu_count": 16, "resource_mode": 1},
        confirm=confirm or (lambda: queues.find_in_list(api, "q1")),
    )


def posts(sim):
    return [request for request in sim.requests if request.method == "POST"]


LOST_BUT_DONE = {
    "dropped": {"kind": "drop_after"},
    **{str(status): {"kind": "status_after", "status": status} for status in (408, 500, 502, 503, 504)},
    "page": {"kind": "status_after", "status": 502, "shape": "html"},
    "nothing": {"kind": "status_after", "status": 504, "shape": "empty"},
    "cut": {"kind": "mangle"},
}
LOST_UNDONE = {
    "dropped": {"kind": "drop_before"},
    **{str(status): {"kind": "status", "status": status} for status in (408, 500, 502, 503, 504)},
    "retry-after": {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
}
POST = {"method": "POST", "path": "/queues$"}


@pytest.mark.parametrize("fault", LOST_BUT_DONE.values(), ids=LOST_BUT_DONE)
@pytest.mark.parametrize("lag", [0, 2, 6])
def test_a_created_queue_is_found_even_in_a_lagging_list(sim, api, fault, lag):
    sim.turn(list_lag_seconds=lag)
    sim.inject(**fault, **POST)
    answer, found = create(api)
    assert answer == {}
    assert found["name"] == "q1"
    assert "q1" in sim.queues
    assert len(posts(sim)) == 1


@pytest.mark.parametrize("fault", LOST_UNDONE.values(), ids=LOST_UNDONE)
def test_a_post_without_effect_fails_and_is_not_sent_again(sim, api, clock, fault):
    sim.inject(**fault, **POST)
    with pytest.raises((TransportError, ApiError), match="Could not create queue q1") as caught:
        create(api)
    assert "No matching resource was found; it is safe to run the task again." in str(caught.value)
    assert "q1" not in sim.queues
    assert len(posts(sim)) == 1
    assert clock.sleeps == list(lost_answers.LOOK_UP_AFTER)


REJECTED = {
    "exists": {"status": 400, "error_code": "DLI.0006"},
    "denied": {"status": 403, "error_code": "DLI.0003"},
    "is_success": {"shape": "is_success_false"},
}


@pytest.mark.parametrize("fault", REJECTED.values(), ids=REJECTED)
def test_a_known_failure_is_raised_without_a_lookup(sim, api, fault):
    sim.inject(kind="status", **fault, **POST)
    with pytest.raises(ApiError) as caught:
        create(api)
    assert "run the task again" not in str(caught.value)
    assert [request.method for request in sim.requests] == ["POST"]


def test_a_throttled_post_is_sent_again(sim, api, clock):
    sim.inject(kind="status", status=429, headers={"Retry-After": "3"}, times=2, **POST)
    _answer, found = create(api)
    assert found is None
    assert [request.status for request in sim.requests] == [429, 429, 200]
    assert clock.sleeps == [3, 3]
    assert "q1" in sim.queues


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "drop_before"}])
def test_a_failed_lookup_does_not_hide_the_error_of_the_post(sim, api, fault):
    sim.inject(kind="drop_after", **POST)
    sim.inject(**fault, method="GET", times=None)
    with pytest.raises(TransportError, match="Could not create queue q1") as caught:
        create(api)
    assert "It is unknown whether the request took effect" in caught.value.hint
    assert len(posts(sim)) == 1


def test_a_failed_lookup_is_repeated(sim, api):
    sim.inject(kind="drop_after", **POST)
    sim.inject(kind="status", status=503, method="GET", times=8)
    assert create(api)[1]["name"] == "q1"
    assert len(posts(sim)) == 1


def test_an_error_found_by_the_lookup_is_raised(sim, api):
    def two_of_them():
        raise Ambiguous("two of one name")

    sim.inject(kind="drop_after", **POST)
    with pytest.raises(Ambiguous):
        create(api, confirm=two_of_them)


# --- retries, time, secrets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "status_after"])
def test_get_put_and_delete_are_retried_after_a_transient_failure(sim, api, kind):
    sim.sow({"connections": [{"name": "c1", "id": "c1"}]})
    path = api.path("v2.0", "datasource", "enhanced-connections", "c1")
    for method in ("GET", "PUT", "DELETE"):
        sim.inject(kind=kind, status=503, method=method)
    hosts = [{"name": "h1", "ip": "10.0.0.1"}]

    assert api.get(path, "look")["name"] == "c1"
    api.put(path, "set the hosts", {"hosts": hosts})
    assert sim.connections["c1"].hosts == hosts
    try:
        api.delete(path, "delete")
    except NotFound:
        # The first request, whose response was lost, deleted it; callers treat that as success.
        assert kind in ("drop_after", "status_after")
    assert sim.connections["c1"].status == "DELETED"
    assert [request.method for request in sim.requests] == ["GET"] * 2 + ["PUT"] * 2 + ["DELETE"] * 2


def test_a_cumulative_put_is_never_retried(sim, api):
    sim.sow({"queues": [{"queue_name": "q1", "cu_count": 64}]})
    sim.inject(kind="status_after", status=503, method="PUT")
    scale = {"action": "scale_out", "cu_count": 16}
    with pytest.raises(ApiError) as caught:
        api.put(api.path("v1.0", "queues", "q1", "action"), "scale queue q1", scale, idempotent=False)
    assert caught.value.outcome_unknown
    assert [request.method for request in sim.requests] == ["PUT"]


def test_many_calls_use_one_connection(server):
    client = connected_to(server)
    for _call in range(5):
        client.get("/path", "look")
    assert len(server.seen) == 5
    assert server.connections == 1


def connected_to(server, **settings):
    endpoints = Endpoints(dli=server.url, iam=server.url, vpc=server.url)
    return Client(Access(Transport(timeout=5, verify=True, max_retries=0), endpoints, TokenAuth("t"), "p", **settings))


@pytest.mark.parametrize("ahead", [-7200, 0, 7200])
def test_the_time_is_that_of_the_service(server, step, ticking, ahead):
    server.play(step(200, date=formatdate(1_000_000 + ahead, usegmt=True)))
    client = connected_to(server)
    client.get("/path", "look")
    assert client.now() == 1_000_000 + ahead
    ticking.pass_by(30)
    assert client.now() == 1_000_030 + ahead


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_an_invalid_date_is_ignored(server, step, date):
    server.play(step(200, date=date))
    client = connected_to(server)
    client.get("/path", "look")
    assert abs(client.now() - time.time()) < 5


def test_before_the_first_response_the_clock_of_this_host_is_used():
    assert abs(ListClient(0).now() - time.time()) < 5


def test_the_project_is_in_every_path(sim, api):
    api.get(api.path("v1.0", "queues"), "list")
    assert sim.requests[0].path == f"/v1.0/{sim.ready['project_id']}/queues"


SECRETS = ("the-secret-key", "the security token", 'pass"word')


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("shape", ["dli", "array", "gateway", "iam", "camel", "code_message", "text", "html"])
def test_secrets_in_an_error_response_are_masked(sim, connection_params, shape, secret):
    endpoints = Endpoints(dli=sim.base_url, iam=sim.base_url, vpc=sim.base_url)
    client = Client(Access(Transport(timeout=5, verify=True, max_retries=0), endpoints, TokenAuth("t"), "p", SECRETS))
    sim.inject(kind="status", status=401, error_code="X.1", shape=shape, error_msg=f"canonicalRequest:GET|{secret}|x")
    with pytest.raises(AccessDenied) as caught:
        client.get("/v1.0/p/queues", "list")
    text = f"{caught.value} {caught.value.as_result()} {caught.value!r} {caught.value.args}"
    assert secret not in text
    assert "GET|********|x" in text


def test_every_error_names_the_operation(sim, api):
    sim.inject(kind="drop_before", times=None)
    with pytest.raises(DliError, match=r"^Could not list the queues: the connection to .* broke .*\.$"):
        api.get(api.path("v1.0", "queues"), "list the queues")

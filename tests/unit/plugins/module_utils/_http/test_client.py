# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages, the service's time, and what happens when the answer to a create is lost."""

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
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import lost_answers
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import pagination as pages
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Access, Endpoints, Client
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.signing import TokenAuth
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Transport

SIZES = [0, 1, 9, 10, 11, 20, 1000]


class Shelf(Client):
    """A client whose service is a list of elements, served in the manner of one of the two lists."""

    def __init__(self, length, **extra):
        super().__init__(Access(None, Endpoints("", "", ""), None, "p"))
        self.elements = [{"id": number} for number in range(length)]
        self.extra = extra
        self.asked = []

    def get(self, path, attempt, query=None):
        self.asked.append(dict(query))
        if "limit" in query:
            size, start = int(query["limit"]), int(query["offset"])
        else:
            size = int(query["page-size"])
            start = size * (int(query["current-page"]) - 1)
        return {"elements": self.elements[start : start + size], **self.extra}


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("length", SIZES)
def test_every_element_is_listed_once_and_in_order(style, length):
    shelf = Shelf(length, count=1)
    listed = getattr(pages, f"paginate_by_{style}")(shelf, "/path", "list", "elements", {"name": "q"}, 10)
    assert list(listed) == shelf.elements
    # A full page may be the last one: only a page that is not full says so.
    assert len(shelf.asked) == length // 10 + 1
    assert all(query["name"] == "q" for query in shelf.asked)
    if style == "offset":
        assert [query["offset"] for query in shelf.asked] == [str(10 * page) for page in range(len(shelf.asked))]
        assert all(query["limit"] == "10" for query in shelf.asked)
    else:
        assert [query["current-page"] for query in shelf.asked] == [str(1 + page) for page in range(len(shelf.asked))]
        assert all(query["page-size"] == "10" for query in shelf.asked)


@pytest.mark.parametrize("length", SIZES)
@pytest.mark.parametrize("is_total", [True, False])
def test_a_total_saves_the_page_after_the_last_and_the_length_of_a_page_is_no_total(length, is_total):
    shelf = Shelf(length)
    get = shelf.get

    def get_and_count(*arguments):
        page = get(*arguments)
        return {**page, "count": length if is_total else len(page["elements"])}

    shelf.get = get_and_count
    assert list(pages.paginate_by_offset(shelf, "/path", "list", "elements", {}, 10)) == shelf.elements
    # A first page that is full tells nothing: 10 may be the total or the length.
    assert len(shelf.asked) == length // 10 + 1 - (is_total and length % 10 == 0 and length > 10)


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("answer", [{"elements": None}, {"is_success": True}])
def test_a_list_that_is_null_or_left_out_is_empty(style, answer):
    shelf = Shelf(0)
    shelf.get = lambda *_args: answer
    assert list(getattr(pages, f"paginate_by_{style}")(shelf, "/path", "list", "elements", {}, 10)) == []


STRANGERS = [{}, {"status": "up"}, {"elements": "none"}, {"elements": {"id": 1}}, {"elements": ["q1"]}]


@pytest.mark.parametrize("style", ["number", "offset"])
@pytest.mark.parametrize("answer", STRANGERS)
def test_an_answer_that_is_no_list_does_not_count_as_an_empty_one(style, answer):
    # What is not found in a list is made anew.
    shelf = Shelf(0)
    shelf.get = lambda *_args: answer
    with pytest.raises(ApiError, match=r"Could not list: the answer .* is not one of the service"):
        list(getattr(pages, f"paginate_by_{style}")(shelf, "/path", "list", "elements", {}, 10))


def test_no_more_pages_are_asked_for_than_are_read():
    shelf = Shelf(1000)
    assert next(pages.paginate_by_number(shelf, "/path", "list", "elements", {}, 10)) == {"id": 0}
    assert len(shelf.asked) == 1


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25])
def test_the_pages_of_the_simulated_service_fit(sim, api, count):
    sim.sow({"queues": [{"queue_name": f"q{number}"} for number in range(1, count)]})
    names = [
        element["queue_name"]
        for element in pages.paginate_by_number(
            api, api.path("v1.0", "queues"), "list", "queues", {"queue_type": "all"}, 10
        )
    ]
    assert sorted(names) == sorted(sim.queues)
    assert len(sim.requests) == count // 10 + 1


# --- a create whose answer is lost ------------------------------------------------------------------------------------


def create(api, *, confirm=None):
    """Create queue q1 and look for it in the list, which may lag."""
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
def test_a_create_that_took_effect_is_found_even_late(sim, api, fault, lag):
    sim.turn(list_lag_seconds=lag)
    sim.inject(**fault, **POST)
    answer, found = create(api)
    assert answer == {}
    assert found["name"] == "q1"
    assert "q1" in sim.queues
    assert len(posts(sim)) == 1


@pytest.mark.parametrize("fault", LOST_UNDONE.values(), ids=LOST_UNDONE)
def test_a_create_that_took_no_effect_fails_and_is_not_sent_again(sim, api, clock, fault):
    sim.inject(**fault, **POST)
    with pytest.raises((TransportError, ApiError), match="Could not create queue q1") as caught:
        create(api)
    assert "Nothing was found that it had made: running the task again is safe." in str(caught.value)
    assert "q1" not in sim.queues
    assert len(posts(sim)) == 1
    assert clock.sleeps == list(lost_answers.LOOK_UP_AFTER)


REFUSED = {
    "exists": {"status": 400, "error_code": "DLI.0006"},
    "denied": {"status": 403, "error_code": "DLI.0003"},
    "is_success": {"shape": "is_success_false"},
}


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED)
def test_a_clear_refusal_is_raised_without_a_look(sim, api, fault):
    sim.inject(kind="status", **fault, **POST)
    with pytest.raises(ApiError) as caught:
        create(api)
    assert "running the task again" not in str(caught.value)
    assert [request.method for request in sim.requests] == ["POST"]


def test_a_throttled_create_is_sent_again(sim, api, clock):
    sim.inject(kind="status", status=429, headers={"Retry-After": "3"}, times=2, **POST)
    _answer, found = create(api)
    assert found is None
    assert [request.status for request in sim.requests] == [429, 429, 200]
    assert clock.sleeps == [3, 3]
    assert "q1" in sim.queues


@pytest.mark.parametrize("look", [{"kind": "status", "status": 503}, {"kind": "drop_before"}])
def test_a_look_that_fails_too_does_not_hide_the_create(sim, api, look):
    sim.inject(kind="drop_after", **POST)
    sim.inject(**look, method="GET", times=None)
    with pytest.raises(TransportError, match="Could not create queue q1") as caught:
        create(api)
    assert "could not be found out" in caught.value.hint
    assert len(posts(sim)) == 1


def test_a_look_that_fails_for_a_while_is_repeated(sim, api):
    sim.inject(kind="drop_after", **POST)
    sim.inject(kind="status", status=503, method="GET", times=8)
    assert create(api)[1]["name"] == "q1"
    assert len(posts(sim)) == 1


def test_what_the_look_finds_out_is_told(sim, api):
    def two_of_them():
        raise Ambiguous("two of one name")

    sim.inject(kind="drop_after", **POST)
    with pytest.raises(Ambiguous):
        create(api, confirm=two_of_them)


# --- repeating, time, secrets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "status_after"])
def test_get_put_and_delete_survive_a_passing_failure(sim, api, kind):
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
        # The first one, whose answer was lost, did it: the caller knows that this is as good.
        assert kind in ("drop_after", "status_after")
    assert sim.connections["c1"].status == "DELETED"
    assert [request.method for request in sim.requests] == ["GET"] * 2 + ["PUT"] * 2 + ["DELETE"] * 2


def test_a_put_that_adds_up_is_never_repeated(sim, api):
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
    addresses = Endpoints(dli=server.url, iam=server.url, vpc=server.url)
    return Client(Access(Transport(timeout=5, verify=True, max_retries=0), addresses, TokenAuth("t"), "p", **settings))


@pytest.mark.parametrize("ahead", [-7200, 0, 7200])
def test_ages_are_judged_by_the_clock_of_the_service(server, step, ticking, ahead):
    server.play(step(200, date=formatdate(1_000_000 + ahead, usegmt=True)))
    client = connected_to(server)
    client.get("/path", "look")
    assert client.now() == 1_000_000 + ahead
    ticking.pass_by(30)
    assert client.now() == 1_000_030 + ahead


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_a_date_that_makes_no_sense_is_ignored(server, step, date):
    server.play(step(200, date=date))
    client = connected_to(server)
    client.get("/path", "look")
    assert abs(client.now() - time.time()) < 5


def test_before_any_answer_the_clock_of_this_host_has_to_do():
    assert abs(Shelf(0).now() - time.time()) < 5


def test_the_project_is_in_every_path(sim, api):
    api.get(api.path("v1.0", "queues"), "list")
    assert sim.requests[0].path == f"/v1.0/{sim.ready['project_id']}/queues"


SECRETS = ("the-secret-key", "the security token", 'pass"word')


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("shape", ["dli", "array", "gateway", "iam", "camel", "code_message", "text", "html"])
def test_a_refusal_that_prints_a_secret_is_masked(sim, connection_params, shape, secret):
    addresses = Endpoints(dli=sim.base_url, iam=sim.base_url, vpc=sim.base_url)
    client = Client(Access(Transport(timeout=5, verify=True, max_retries=0), addresses, TokenAuth("t"), "p", SECRETS))
    sim.inject(kind="status", status=401, error_code="X.1", shape=shape, error_msg=f"canonicalRequest:GET|{secret}|x")
    with pytest.raises(AccessDenied) as caught:
        client.get("/v1.0/p/queues", "list")
    told = f"{caught.value} {caught.value.as_result()} {caught.value!r} {caught.value.args}"
    assert secret not in told
    assert "GET|********|x" in told


def test_every_failure_says_what_was_attempted(sim, api):
    sim.inject(kind="drop_before", times=None)
    with pytest.raises(DliError, match=r"^Could not list the queues: the connection to .* broke .*\.$"):
        api.get(api.path("v1.0", "queues"), "list the queues")

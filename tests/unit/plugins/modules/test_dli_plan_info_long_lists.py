# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans whose lists have many pages, which are read in parallel."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections, queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import UnexpectedResponse
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Endpoints
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.pagination import PageRequest
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.transport import Response
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan import read_ahead

pytestmark = pytest.mark.one_mode("the threads send their requests in another order each time")
QUEUES = [f"q{number:02}" for number in range(12)]
CONNECTIONS = [f"c{number:02}" for number in range(7)]


@pytest.fixture
def many(sim, place, monkeypatch):
    """Twelve queues and seven connections, in lists with pages of two objects."""
    monkeypatch.setattr(queues, "PAGE_SIZE", 2)
    monkeypatch.setattr(connections, "PAGE_SIZE", 2)
    sim.load_seed(
        {
            "queues": [{"queue_name": name} for name in QUEUES],
            "connections": [{"name": name, **place, "queues": [QUEUES[0]]} for name in CONNECTIONS],
        }
    )
    return sim


@pytest.fixture
def declared(place):
    return {
        "queues": [{"name": name, "cu_count": 16} for name in QUEUES],
        "connections": [{"name": name, **place, "queues": [QUEUES[0]]} for name in CONNECTIONS],
    }


def pages(result):
    """How often each page was requested, by the end of the path and the number or offset of the page."""
    lists = [r for r in result.requests if r.path.endswith(("/queues", "/enhanced-connections"))]
    found = [(r.path.rsplit("/", 1)[-1], r.query.get("current-page") or r.query["offset"]) for r in lists]
    return Counter((path, int(page[0])) for path, page in found)


def without_request_ids(text):
    return re.sub("request id [0-9a-f]+", "request id", text)


@pytest.mark.parametrize("missing", [0, 1, 5, 12])
def test_each_page_is_requested_once(many, run, declared, missing):
    for name in QUEUES[12 - missing :]:
        many.state.main.queues.pop(name)
    result = run("dli_plan_info", **declared)
    by_status = Counter(each["status"] for each in result["plan"]["objects"] if each["kind"] == "queue")
    assert by_status == {status: n for status, n in (("in_sync", 12 - missing), ("missing", missing)) if n}
    requested = pages(result)
    assert set(requested.values()) == {1}
    # The list of the simulator has another queue: "default".
    assert {page for path, page in requested if path == "queues"} >= set(range(1, (13 - missing) // 2 + 2))
    assert {page for path, page in requested if path == "enhanced-connections"} == {0, 2, 4, 6}


def test_a_short_declaration_reads_nothing_ahead(many, run):
    result = run("dli_plan_info", queues=[{"name": name} for name in QUEUES[:3]])
    assert set(pages(result).values()) == {1}
    assert len(result.requests) == 7


# Not more often than a request is retried: on a busy machine, all faults can hit the same page.
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after", "times": 3},
        {"kind": "drop_before", "times": 2, "skip": 4},
        {"kind": "status", "status": 503, "times": 3},
        {"kind": "status", "status": 429, "times": 3, "shape": "gateway", "error_code": "APIGW.0308"},
    ],
    ids=str,
)
def test_a_page_that_could_not_be_read_ahead_is_requested_again(many, run, declared, fault):
    many.inject(
        path="/(queues|enhanced-connections)$",
        skip=fault.get("skip", 1),
        **{k: v for k, v in fault.items() if k != "skip"},
    )
    result = run("dli_plan_info", **declared)
    assert result["plan"]["in_sync"], result["plan"]["problems"]
    assert len(result["plan"]["objects"]) == len(QUEUES) + len(CONNECTIONS)


def test_a_page_that_was_not_understood_when_it_was_read_ahead_is_requested_again(many, run, declared, monkeypatch):
    def truncated(_self, _transport, _page):
        raise UnexpectedResponse("its body is not JSON")

    monkeypatch.setattr(read_ahead.ReadAhead, "_request", truncated)
    result = run("dli_plan_info", **declared)
    assert result["plan"]["in_sync"]
    assert set(pages(result).values()) == {1}


def test_a_list_that_stays_unreadable_is_reported_as_without_reading_ahead(many, run, declared, monkeypatch):
    def outcome():
        many.inject(
            kind="status", path="/queues$", status=403, error_code="DLI.0003", error_msg="no", skip=2, times=None
        )
        return without_request_ids(json.dumps(run("dli_plan_info", **declared)["plan"]["objects"]))

    ahead = outcome()
    many.faults.clear()
    monkeypatch.setattr(read_ahead, "FEWEST_PAGES", 1000)
    assert ahead == outcome()


def test_rejected_credentials_end_the_plan(many, run, declared):
    code = {"error_code": "APIGW.0301", "shape": "gateway", "error_msg": "verify aksk signature fail"}
    many.inject(kind="status", path="/queues$", status=401, skip=1, times=None, **code)
    result = run("dli_plan_info", **declared)
    assert result.failed
    assert result["error"]["http_status"] == 401
    assert result["msg"].startswith("Could not list the queues")
    # One request of each connection, and none after the first answer.
    assert sum(r.status == 401 for r in result.requests) <= read_ahead.CONNECTIONS + 1


def test_reading_ahead_opens_no_connection_before_the_first_response(many, run, declared):
    code = {"error_code": "APIGW.0301", "shape": "gateway", "error_msg": "verify aksk signature fail"}
    many.inject(kind="status", path="", status=401, times=None, **code)
    result = run("dli_plan_info", **declared)
    assert result.failed
    assert len(result.requests) == 1


def test_a_service_that_sends_429_is_asked_for_no_further_page(many, run, declared):
    many.inject(kind="status", path="/queues$", status=429, skip=1, times=4, shape="gateway", error_code="APIGW.0308")
    result = run("dli_plan_info", **declared)
    assert result["plan"]["in_sync"], result["plan"]["problems"]
    # Each request of a page that was rejected is repeated once by the reader.
    assert len([r for r in result.requests if r.path.endswith(("/queues", "/enhanced-connections"))]) <= 11 + 4


def test_pages_are_read_without_threads_where_the_system_allows_none(many, run, declared, monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(read_ahead.threading.Thread, "start", refuse)
    result = run("dli_plan_info", **declared)
    assert result["plan"]["in_sync"], result["plan"]["problems"]
    assert set(pages(result).values()) == {1}


class Hanging:
    """The access, and the transport, of a service that does not respond until ``released``."""

    endpoints = Endpoints("https://dli.example", "", "")
    auth, secrets = None, ()

    def __init__(self):
        self.asked = []
        self.released = threading.Event()
        self.transport = self

    def another(self):
        return self

    def exchange(self, _method, url, **_options):
        self.asked.append(url)
        self.released.wait()
        return Response(200, {}, "{}")


def test_pages_that_hang_do_not_hold_the_end_of_a_task(monkeypatch):
    monkeypatch.setattr(read_ahead, "GRACE", 0)
    hanging = Hanging()
    ahead = read_ahead.ReadAhead(hanging, [PageRequest(f"/{number}", "read", {}) for number in range(10)])
    ahead.start()
    ahead.stop()
    assert all(thread.daemon for thread in ahead._threads)
    hanging.released.set()
    for thread in ahead._threads:
        thread.join()
    assert len(hanging.asked) <= read_ahead.CONNECTIONS


def test_pages_are_read_in_the_order_of_their_reader(monkeypatch):
    monkeypatch.setattr(read_ahead, "CONNECTIONS", 1)
    service = Hanging()
    service.released.set()
    ahead = read_ahead.ReadAhead(service, [PageRequest(f"/{number}", "read", {}) for number in range(6)])
    ahead.start()
    for thread in ahead._threads:
        thread.join()
    assert service.asked == [f"https://dli.example/{number}" for number in range(read_ahead.HEAD_START, 6)]

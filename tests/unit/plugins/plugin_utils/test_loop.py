# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State shared by the items of a loop: it saves requests, and it only ever proves that there is nothing to do."""

from __future__ import annotations

import base64
import http.server
import importlib
import itertools
import threading
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _loop
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._snapshot import LONGEST_LIFE

MODULES = "ansible_collections.huaweicloud.dli.plugins.modules"
PLACE = {
    "dest_vpc_id": "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01",
    "dest_network_id": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02",
}
numbers = itertools.count()


def task(*, loop=("something",), until=None, retries=None, check=False):
    """A task as the action plugin sees it; Ansible gives each task an id of its own."""
    return SimpleNamespace(
        _uuid=f"task-{next(numbers)}", loop=loop, until=until, retries=retries, check_mode=check, diff=True
    )


@pytest.fixture
def item(sim, connection_params):
    """item(task, "dli_queue", name="q1", ...) runs one item of a task; returns its result and its requests."""

    def item(task, module, **options):
        spec = importlib.import_module(f"{MODULES}.{module}").SPEC
        validation = ArgumentSpecValidator(dict(spec.options)).validate({**connection_params, **options})
        assert not validation.error_messages
        before = len(sim.requests)
        result = _loop.run(spec, validation.validated_parameters, task, mask=set().update)
        sent = [f"{r.method} {r.path.split('/', 3)[-1]}" for r in list(sim.requests)[before:]]
        return result, sent

    return item


@pytest.fixture
def rejecting_proxy():
    """A proxy that rejects each login with a page that repeats it."""
    password, requests = "pr0xy&pass%2Fword", []

    class Handler(http.server.BaseHTTPRequestHandler):
        def refuse(self):
            login = self.headers["Proxy-Authorization"]
            requests.append(login)
            page = f"<h1>407</h1>{login} {base64.b64decode(login.split()[1]).decode()}".encode()
            self.send_response(407)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        do_GET = do_POST = do_CONNECT = refuse  # noqa: N815

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://corp:{quote(password, safe='')}@127.0.0.1:{server.server_port}"
    yield SimpleNamespace(url=url, password=password, requests=requests)
    server.shutdown()
    server.server_close()


@pytest.fixture
def items(item):
    """items(names, module, task, ...) runs an item for each name; returns the results and all requests."""

    def items(names, module, of=None, **options):
        of = of or task()
        done = [item(of, module, name=name, **options) for name in names]
        return [result for result, _sent in done], [each for _result, sent in done for each in sent]

    return items


def queue_names(count):
    return [f"q{n:04d}" for n in range(count)]


def seed_queues(sim, count, **fields):
    sim.load_seed({"queues": [{"queue_name": name, **fields} for name in queue_names(count)]})


def seed_connections(sim, count):
    sim.load_seed({"connections": [{"name": f"c{n:04d}", **PLACE} for n in range(count)]})


# The built-in queue is one more than the seeded ones.
@pytest.mark.parametrize(("count", "pages"), [(1, 0), (2, 1), (99, 1), (100, 2), (250, 3)])
def test_a_loop_over_queues_with_nothing_to_do_reads_each_page_once(sim, items, count, pages):
    seed_queues(sim, count)
    results, sent = items(queue_names(count), "dli_queue", cu_count=16)
    assert [result["changed"] for result in results] == [False] * count
    assert [result["queue"]["name"] for result in results] == queue_names(count)
    assert sent == [f"GET queues/{queue_names(1)[0]}", *["GET queues"] * pages]


def test_an_item_of_a_short_loop_over_many_queues_reads_at_most_one_page(sim, items):
    seed_queues(sim, 950)
    results, sent = items(["q0940", "q0941", "q0942"], "dli_queue")
    assert [result["changed"] for result in results] == [False] * 3
    assert sent == ["GET queues/q0940", "GET queues", "GET queues/q0941", "GET queues", "GET queues/q0942"]


@pytest.mark.parametrize(("count", "pages"), [(1, 0), (2, 1), (99, 1), (200, 2), (250, 3)])
def test_a_loop_over_connections_with_nothing_to_do_reads_each_page_once(sim, items, count, pages):
    seed_connections(sim, count)
    names = [f"c{n:04d}" for n in range(count)]
    results, sent = items(names, "dli_enhanced_connection", **PLACE)
    assert [result["changed"] for result in results] == [False] * count
    # A full first page may be the last one: only the second page shows whether its count is the total.
    assert sent == ["GET datasource/enhanced-connections"] * (1 + pages)


@pytest.mark.parametrize(("count", "pages"), [(2, 1), (30, 1)])
def test_a_loop_over_pools_with_nothing_to_do_reads_one_list(sim, items, count, pages):
    names = [f"p{n}" for n in range(count)]
    sim.load_seed({"pools": [{"elastic_resource_pool_name": name} for name in names]})
    results, sent = items(names, "dli_elastic_resource_pool")
    assert [result["elastic_resource_pool"]["name"] for result in results] == names
    assert sent == ["GET elastic-resource-pools"] * (1 + pages)


OPTIONS = {
    "dli_queue": {"cu_count": 16, "tags": {}, "authorized_users": []},
    "dli_enhanced_connection": {"queues": ["q0000"], "purge_queues": False, "tags": {}},
    "dli_elastic_resource_pool": {"max_cu": 64, "tags": {}},
}


@pytest.mark.parametrize("listed_too", [{}, {"platform": "x86_64", "engine": "spark"}])
@pytest.mark.parametrize("module", OPTIONS)
def test_a_loop_returns_the_same_results_as_single_tasks(sim, items, module, listed_too):
    seed_queues(sim, 3)
    sim.load_seed({"connections": [{"name": name, "queues": ["q0000"], **PLACE} for name in queue_names(3)]})
    sim.load_seed(
        {"pools": [{"elastic_resource_pool_name": name, "max_cu": 64, "min_cu": 64} for name in queue_names(3)]}
    )
    options = {**OPTIONS[module], **(listed_too if module == "dli_queue" else {})}
    in_a_loop, _sent = items(queue_names(3), module, **options)
    alone = [items([name], module, task(loop=None), **options)[0][0] for name in queue_names(3)]
    assert not any(result.get("failed") for result in alone), alone
    assert in_a_loop == alone


def test_lists_that_single_tasks_read_are_read_once_in_a_loop(sim, items):
    seed_queues(sim, 5)
    _results, sent = items(queue_names(5), "dli_queue", platform="x86_64")
    assert sent == ["GET queues/q0000", "GET queues", "GET queues"]


def test_a_page_is_used_for_seconds_only(sim, item, clock):
    seed_queues(sim, 3)
    loop = task()
    assert item(loop, "dli_queue", name="q0000")[1] == ["GET queues/q0000"]
    assert item(loop, "dli_queue", name="q0001")[1] == ["GET queues"]
    clock.sleep(LONGEST_LIFE - 0.1)
    assert item(loop, "dli_queue", name="q0002")[1] == []
    clock.sleep(0.2)
    assert item(loop, "dli_queue", name="q0001")[1] == ["GET queues"]
    assert item(loop, "dli_queue", name="q0002")[1] == []


def test_only_the_page_with_the_object_must_be_fresh(sim, item, clock):
    seed_queues(sim, 250)
    loop = task()
    for name in ("q0000", "q0001", "q0150"):
        item(loop, "dli_queue", name=name)
    clock.sleep(LONGEST_LIFE)
    assert item(loop, "dli_queue", name="q0151")[1] == ["GET queues"]
    assert item(loop, "dli_queue", name="q0152")[1] == []


def test_an_outdated_whole_list_is_read_again_completely(sim, item, clock):
    seed_connections(sim, 250)
    loop = task()
    for name in ("c0000", "c0001"):
        item(loop, "dli_enhanced_connection", name=name)
    clock.sleep(LONGEST_LIFE)
    assert item(loop, "dli_enhanced_connection", name="c0002")[1] == ["GET datasource/enhanced-connections"] * 3


@pytest.mark.parametrize("check", [True, False])
def test_an_apparent_change_is_decided_with_fresh_data(sim, item, check):
    seed_queues(sim, 3, cu_count=64)
    loop = task(check=check)
    for name in ("q0000", "q0001"):
        item(loop, "dli_queue", name=name, cu_count=64)
    # Another party makes the change of this item after the list was read.
    sim.queues["q0002"].cu_count = 80
    result, sent = item(loop, "dli_queue", name="q0002", cu_count=80)
    assert not result["changed"]
    assert sent == ["GET queues/q0002"]
    assert sim.queues["q0002"].cu_count == 80


def test_a_concurrent_change_is_missed_for_seconds_and_never_reverted(sim, item, clock):
    seed_queues(sim, 4, cu_count=64)
    loop = task()
    for name in ("q0000", "q0001"):
        item(loop, "dli_queue", name=name, cu_count=64)
    sim.queues["q0002"].cu_count = 128
    # According to the list, nothing has to change. Missing a change is the only possible error, for the life of a page.
    assert item(loop, "dli_queue", name="q0002", cu_count=64)[0]["changed"] is False
    assert sim.queues["q0002"].cu_count == 128
    clock.sleep(LONGEST_LIFE)
    result, sent = item(loop, "dli_queue", name="q0002", cu_count=64)
    assert result["changed"]
    assert sent[:2] == ["GET queues", "GET queues/q0002"]
    assert sent.count("PUT queues/q0002/action") == 1
    assert sim.queues["q0002"].cu_count == 64


@pytest.mark.parametrize("published", [True, False])
def test_the_tags_of_all_items_cost_one_request_where_the_region_offers_it(sim, items, published):
    seed_queues(sim, 6)
    for name in queue_names(6):
        sim.queues[name].tags = {"team": "a"}
    if not published:
        sim.set_knobs(unpublished=["resource-instances"])
    results, sent = items(queue_names(6), "dli_queue", tags={"team": "a"})
    assert not any(result["changed"] for result in results)
    lists = [each for each in sent if each in ("GET queues", "POST dli_queue/resource-instances/filter")]
    assert lists == ["GET queues", "POST dli_queue/resource-instances/filter"]
    assert len([each for each in sent if each.endswith("/tags")]) == (1 if published else 6)


def test_a_concurrent_deletion_is_noticed_before_a_change(sim, item):
    seed_queues(sim, 3)
    loop = task()
    for name in ("q0000", "q0001"):
        item(loop, "dli_queue", name=name)
    item(task(loop=None), "dli_queue", name="q0002", state="absent")
    assert "q0002" not in sim.queues
    result, sent = item(loop, "dli_queue", name="q0002", state="absent")
    assert not result["changed"]
    assert sent == ["GET queues/q0002"]


def test_own_writes_drop_the_pages(sim, items):
    seed_queues(sim, 4)
    loop = task()
    items(queue_names(3), "dli_queue", loop)
    _results, sent = items(["q0003"], "dli_queue", loop, tags={"team": "a"})
    assert "POST" in " ".join(sent)
    # The item after a change queries the service; lists are used again after an item without a change.
    _results, sent = items(["q0000", "q0001", "q0002"], "dli_queue", loop)
    assert sent == ["GET queues/q0000", "GET queues"]


def test_an_object_that_a_loop_contains_twice_is_changed_once(sim, items):
    seed_queues(sim, 3, cu_count=64)
    results, sent = items(["q0000", "q0001", "q0002", "q0002"], "dli_queue", cu_count=64)
    assert not any(result["changed"] for result in results)
    loop = task()
    items(["q0000", "q0001"], "dli_queue", loop, cu_count=64)
    results, sent = items(["q0002", "Q0002"], "dli_queue", loop, cu_count=80)
    assert [result["changed"] for result in results] == [True, False]
    assert [each for each in sent if each.startswith("PUT")] == ["PUT queues/q0002/action"]


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "failed"])
def test_a_write_with_a_lost_response_drops_the_pages(sim, items, confirmed):
    seed_connections(sim, 3)
    loop = task()
    names = ["c0000", "c0001"]
    # Without retries no time passes: the pages are not dropped because they are old.
    quick = {"max_retries": 0}
    items(names, "dli_enhanced_connection", loop, **quick)
    one = "enhanced-connections/.+$"
    sim.inject(kind="drop_after", method="PUT", path=one, times=None)
    if not confirmed:
        sim.inject(kind="status", method="GET", path=one, status=500, times=None)
    wanted = [{"name": "h", "ip": "10.0.0.1"}]
    results, _sent = items(["c0002"], "dli_enhanced_connection", loop, hosts=wanted, **quick)
    assert results[0]["changed"]
    assert results[0].get("failed", False) is not confirmed
    sim.faults.clear()
    # According to the old list, the hosts would not have to change.
    results, sent = items([*names, "c0002"], "dli_enhanced_connection", loop, hosts=[], **quick)
    assert [result["changed"] for result in results] == [False, False, True]
    assert sent.count("GET datasource/enhanced-connections") > 1


def test_tasks_share_no_state(sim, items):
    seed_queues(sim, 3)
    items(queue_names(3), "dli_queue")
    _results, sent = items(queue_names(3), "dli_queue")
    assert sent == ["GET queues/q0000", "GET queues"]


@pytest.mark.parametrize("more", [{"loop": None}, {"until": ["result is changed"]}, {"retries": 3}])
def test_tasks_without_a_loop_or_with_retries_use_no_pages(sim, items, more):
    seed_queues(sim, 3)
    _results, sent = items(queue_names(3), "dli_queue", task(**more))
    assert sent == [f"GET queues/{name}" for name in queue_names(3)]


def test_a_loop_that_creates_reads_no_lists(sim, items):
    results, sent = items(queue_names(3), "dli_queue", cu_count=16, wait=False)
    assert [result["changed"] for result in results] == [True] * 3
    assert "GET queues" not in sent
    assert set(sim.queues) == {"default", *queue_names(3)}


def test_a_loop_that_deletes_absent_queues_reads_no_lists(sim, items):
    seed_queues(sim, 1)
    _results, sent = items(["no1", "no2", "no3"], "dli_queue", state="absent")
    assert sent == ["GET queues/no1", "GET queues/no2", "GET queues/no3"]


def test_a_wait_reads_from_the_service(sim, items, clock):
    seed_queues(sim, 3)
    sim.set_knobs(peer_seconds=30)
    loop = task()
    # The first items do not wait, so the list shows bindings that are not ready.
    for name in ("c1", "c2", "c3"):
        items([name], "dli_enhanced_connection", queues=["q0000"], wait=False, **PLACE)
    items(["c1", "c2"], "dli_enhanced_connection", loop, queues=["q0000"], wait=False)
    results, _sent = items(["c3"], "dli_enhanced_connection", loop, queues=["q0000"])
    (binding,) = results[0]["enhanced_connection"]["available_queue_info"]
    assert binding["status"] == "ACTIVE"
    assert 25 <= clock.slept <= 40


def test_an_error_is_verified_and_reported_as_in_a_single_task(sim, items):
    seed_queues(sim, 3)
    sim.queues["q0002"].description = "there"
    loop = task()
    items(["q0000", "q0001"], "dli_queue", loop)
    results, sent = items(["q0002"], "dli_queue", loop, description="asked")
    alone, _sent = items(["q0002"], "dli_queue", task(loop=None), description="asked")
    assert results == alone
    assert "description is immutable (current: there" in results[0]["msg"]
    assert sent == ["GET queues/q0002"]


def test_two_connections_with_one_name_are_found_in_a_loop(sim, items):
    seed_connections(sim, 3)
    sim.load_seed({"connections": [{"name": "c0002", **PLACE}]})
    results, _sent = items(["c0000", "c0001", "c0002"], "dli_enhanced_connection")
    assert [bool(result.get("failed")) for result in results] == [False, False, True]
    assert "There are 2 connections named c0002" in results[2]["msg"]


def test_items_with_other_credentials_share_nothing(sim, items):
    seed_queues(sim, 2)
    loop = task()
    items(queue_names(2), "dli_queue", loop)
    _results, sent = items(queue_names(2), "dli_queue", loop, max_retries=1)
    assert sent == ["GET queues/q0000", "GET queues"]


def test_the_project_is_looked_up_once_in_a_loop(sim, items):
    seed_queues(sim, 3)
    _results, sent = items(queue_names(3), "dli_queue", project_id=None)
    assert [each for each in sent if "projects" in each] == ["GET projects"]


def test_invalid_options_of_an_item_are_reported_before_any_request(sim, items):
    seed_queues(sim, 2)
    results, sent = items(["q0000", "no good", "q0001"], "dli_queue")
    assert [bool(result.get("failed")) for result in results] == [False, True, False]
    assert sent == ["GET queues/q0000", "GET queues"]


REJECTED = {
    "wrong key": {"secret_key": "wrong"},
    "wrong token": {"access_key": None, "secret_key": None, "auth_token": "wrong"},
    "wrong password": {
        "access_key": None,
        "secret_key": None,
        "username": "deployer",
        "password": "wrong",
        "domain_name": "simulated-account",
    },
}


@pytest.mark.parametrize("module", ["dli_queue", "dli_enhanced_connection"])
@pytest.mark.parametrize("case", REJECTED)
def test_rejected_credentials_are_used_once_in_a_loop(items, case, module):
    loop = task()
    results, sent = items(["a1", "a2", "a3", "a4"], module, loop, **REJECTED[case])
    assert len(sent) == 1
    assert results == [results[0]] * 4
    assert results[0]["error"]["http_status"] == 401
    # Other credentials in the same loop are not affected.
    others, _sent = items(["default"], "dli_queue_info", loop)
    assert not others[0].get("failed")


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_login_that_fails_is_tried_once_in_a_loop(sim, items, status):
    sim.inject(kind="status", status=status, shape="dli", error_code="IAM.0011", path="/auth/tokens", times=None)
    results, sent = items(["a1", "a2", "a3"], "dli_queue", **REJECTED["wrong password"])
    assert len(sent) == 1
    assert results == [results[0]] * 3
    assert results[0]["error"]["http_status"] == status


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_login_that_a_proxy_rejects_is_tried_once_in_a_loop(items, monkeypatch, rejecting_proxy, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", rejecting_proxy.url)
    endpoints = dict.fromkeys(("endpoint", "iam_endpoint", "vpc_endpoint"), f"{scheme}://dli.invalid")
    results, _sent = items(["a1", "a2", "a3"], "dli_enhanced_connection", **PLACE, **endpoints)
    assert len(rejecting_proxy.requests) == 1
    assert results == [results[0]] * 3
    assert f"password in {scheme.upper()}_PROXY" in results[0]["error"]["hint"]
    assert rejecting_proxy.password not in str(results)


def test_a_rejection_in_the_middle_of_a_loop_ends_the_requests(sim, items):
    seed_queues(sim, 6)
    loop = task()
    items(queue_names(1), "dli_queue", loop)
    sim.inject(kind="status", status=401, times=None)
    _results, sent = items(queue_names(6), "dli_queue", loop)
    assert len(sent) == 1


def test_a_missing_permission_for_one_item_affects_no_other(sim, items):
    seed_queues(sim, 3)
    sim.inject(kind="status", status=403, path="/queues/q0000", times=None)
    results, sent = items(queue_names(3), "dli_queue", cu_count=16, wait=False)
    assert [result.get("error", {}).get("http_status") for result in results] == [403, None, None]
    assert len(sent) >= 3

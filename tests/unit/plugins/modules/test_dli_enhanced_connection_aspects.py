# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Routes, tags and sharing: order and number of requests, regions without an API, failures half-way."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

P1, P2 = (f"{number}f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6" for number in (1, 2))
NEAR, FAR = "10.1.0.0/24", "10.2.0.0/16"
V3_ROUTES, V2_ROUTES = "^/v3/.*/routes", "^/v2.0/.*/routes"


def routes(**cidrs):
    return [{"name": name, "cidr": cidr} for name, cidr in cidrs.items()]


ALL = {"routes": routes(r1=NEAR, r2=FAR), "tags": {"a": "1"}, "allowed_projects": [P1]}
ALL_STATE = {"routes": {"r1": NEAR, "r2": FAR}, "tags": {"a": "1"}, "projects": [P1]}


@pytest.fixture
def existing(cloud, live):
    """existing(routes=[...], ...) creates the connection test1 in the simulator."""

    def existing(**fields):
        cloud.load_seed({"connections": [{"name": "test1", **fields}]})
        return live()

    return existing


def short(result):
    """The writes in short, without IDs: method, end of the path, name and CIDR block in the body."""
    lines = []
    for request in result.writes:
        path = request.path.partition("/enhanced-connections/")[2].partition("/")[2] or request.path.rpartition("/")[2]
        body = request.body or {}
        lines.append(" ".join(str(part) for part in (request.method, path, body.get("name"), body.get("cidr")) if part))
    return lines


# --- routes


def test_routes_are_removed_before_any_is_added(existing, connection, state):
    existing(routes=routes(r1=NEAR, r2=FAR, r3="10.3.0.0/24"))
    result = connection(routes=routes(r1=FAR, r2=NEAR, r3="10.3.0.0/24", new="10.4.0.0/24"))
    assert short(result) == [
        "DELETE routes/r1",
        "DELETE routes/r2",
        "POST routes new 10.4.0.0/24",
        f"POST routes r1 {FAR}",
        f"POST routes r2 {NEAR}",
    ]
    assert all(r.path.startswith("/v3/") for r in result.writes)
    assert state()["routes"] == {"r1": FAR, "r2": NEAR, "r3": "10.3.0.0/24", "new": "10.4.0.0/24"}


@pytest.mark.parametrize(
    ("stored", "requested"),
    [
        ("10.1.0.7/24", NEAR),
        ("10.1.0.0/255.255.255.0", NEAR),
        ("10.1.0.5", "10.1.0.5/32"),
        ("2001:db8::/32", "2001:0DB8:0::/32"),
    ],
)
def test_cidr_blocks_are_compared_as_networks(existing, connection, stored, requested):
    existing(routes=routes(r1=stored), ipv6_enable=True)
    result = connection(routes=routes(r1=requested))
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert result["diff"]["after"]["routes"] == routes(r1=str(ip_network(requested)))
    assert result.writes == []


def test_a_cidr_block_is_sent_in_normalized_form(existing, connection, state):
    existing(ipv6_enable=True)
    connection(routes=routes(r1="2001:0DB8:0::/32"))
    assert state()["routes"] == {"r1": "2001:db8::/32"}


@pytest.mark.parametrize("check", [True, False])
def test_a_cidr_block_of_another_route_that_is_kept_fails_before_anything_is_sent(existing, connection, state, check):
    existing(routes=routes(old=NEAR))
    result = connection(routes=routes(new=NEAR), purge_routes=False, tags={"a": "1"}, check=check)
    for words in ("Cannot add route new", NEAR, "route old", "purge_routes=true"):
        assert words in result["msg"]
    assert result.writes == []
    assert state()["routes"] == {"old": NEAR}
    assert connection(routes=routes(new=NEAR))["changed"]
    assert state()["routes"] == {"new": NEAR}


def test_a_route_that_another_client_added_first_is_no_failure(cloud, existing, connection, live):
    here = existing()
    refusal = {"error_code": "DLI.0006", "error_msg": "The route r1 already exists."}
    cloud.inject(kind="status_after", method="POST", path="/routes$", status=400, **refusal)
    assert connection(routes=routes(r1=NEAR))["changed"]
    assert [(route["name"], route["cidr"]) for route in here.routes] == [("r1", NEAR)]


def test_a_route_that_is_reported_to_exist_but_not_shown_is_a_failure(cloud, existing, connection):
    existing()
    refusal = {"error_code": "DLI.0006", "error_msg": "The route r1 already exists."}
    cloud.inject(kind="status", method="POST", path="/routes$", status=400, **refusal)
    result = connection(routes=routes(r1=NEAR))
    assert "add route r1" in result["msg"]
    assert "Check the route table of the VPC" in result["error"]["hint"]


def test_a_route_that_conflicts_with_one_that_another_client_added_is_a_failure(cloud, existing, connection):
    here = existing()
    original = cloud.faults.take

    def take(method, path):
        if method == "POST" and path.endswith("/routes"):
            here.routes = [{"name": "theirs", "cidr": NEAR, "create_time": 0}]
        return original(method, path)

    cloud.faults.take = take
    try:
        result = connection(routes=routes(r1=NEAR))
    finally:
        del cloud.faults.take
    assert "Another route of the connection has this name or CIDR block" in result["error"]["hint"]


def test_a_route_that_is_gone_already_is_removed(cloud, existing, connection, state):
    existing(routes=routes(r1=NEAR))
    cloud.inject(kind="status_after", method="DELETE", status=400, error_code="DLI.0002", error_msg="no such route")
    assert connection(routes=[])["changed"]
    assert "routes" not in state()


@pytest.mark.parametrize("already_existing", [False, True])
def test_in_a_region_without_the_new_route_api_the_old_one_is_used(
    cloud, connection, existing, state, already_existing
):
    cloud.set_knobs(unpublished=[V3_ROUTES])
    if already_existing:
        existing(routes=routes(r1=FAR, r3="10.3.0.0/24"))
    result = connection(routes=ALL["routes"])
    assert result["changed"]
    assert (result["unsupported"], result.warned) == ([], [])
    assert state()["routes"] == {"r1": NEAR, "r2": FAR}
    assert not connection(routes=ALL["routes"])["changed"]


SIX = routes(six="2001:db8::/32", more="2001:db9::/32")


def test_ipv6_routes_of_a_connection_without_ipv6_are_a_warning_and_the_service_decides(existing, connection, state):
    existing(routes=routes(r1=NEAR))
    wanted = [*routes(r1=NEAR), *SIX]
    [warning] = connection(routes=wanted, check=True).warned
    assert "more (2001:db9::/32), six (2001:db8::/32). IPv6 is not enabled for connection test1." in warning
    result = connection(routes=wanted)
    assert "add route more (2001:db9::/32)" in result["msg"]
    assert "IPv6 routes require" in result["error"]["hint"]
    assert state()["routes"] == {"r1": NEAR}


@pytest.fixture
def six_enabled(cloud):
    """six_enabled(network) enables IPv6 for the first network and for pool1, or for one of them."""

    def six_enabled(*, network, pool):
        cloud.state.networks[0].ipv6_enable = network
        cloud.pools["pool1"].ipv6_enable = pool

    return six_enabled


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("network", "pool", "lacking"),
    [(True, True, None), (False, True, "subnet subnet-sources"), (True, False, "elastic resource pool pool1")],
)
def test_missing_ipv6_of_subnet_and_pool_is_known_before_the_creation(
    run, names, six_enabled, check, network, pool, lacking
):
    six_enabled(network=network, pool=pool)
    options = {"name": "test1", **names, "elastic_resource_pools": ["pool1"], "routes": SIX}
    result = run("dli_enhanced_connection", **options, check=check)
    if not result.failed:
        assert [f"IPv6 is not enabled for {lacking}." in text for text in result.warned] == [True] * bool(lacking)


@pytest.mark.parametrize("wait", [True, False])
def test_a_new_connection_is_deleted_again_if_one_of_its_routes_is_rejected(connection, state, wait):
    result = connection(queues=["q1"], routes=[*routes(r1=NEAR), *SIX], wait=wait)
    assert "add route more" in result["msg"]
    assert "The new connection was deleted again." in result["error"]["hint"]
    assert result["changed"]
    assert state() is None
    assert connection(queues=["q1"], routes=routes(r1=NEAR))["changed"]


def test_ipv6_routes_are_added_to_a_connection_that_supports_ipv6(existing, connection, state):
    existing(ipv6_enable=True)
    assert connection(routes=SIX)["changed"]
    assert set(state()["routes"]) == {"more", "six"}
    assert not connection(routes=SIX)["changed"]


def test_an_existing_ipv6_route_is_not_checked(existing, connection):
    existing(routes=SIX)
    assert not connection(routes=SIX)["changed"]


def test_with_a_new_binding_the_service_decides_about_ipv6_routes(existing, connection):
    existing()
    result = connection(queues=["q1"], routes=routes(six="2001:db8::/32"))
    assert "add route six (2001:db8::/32) to connection test1" in result["msg"]
    assert "has no IPv6" in result["msg"]


# --- tags


def test_tags_are_changed_by_one_deletion_and_one_creation(existing, connection, state):
    existing(tags=[{"key": key, "value": "1"} for key in "abc"])
    result = connection(tags={"a": "1", "b": "2", "d": "4"})
    assert short(result) == ["POST delete", "POST create"]
    delete, create = (request.body["tags"] for request in result.writes)
    assert [tag["key"] for tag in delete] == ["c"]
    assert create == [{"key": "b", "value": "2"}, {"key": "d", "value": "4"}]
    assert state()["tags"] == {"a": "1", "b": "2", "d": "4"}


def test_the_services_own_tags_are_neither_shown_nor_touched(existing, connection):
    here = existing()
    here.tags.update({"_sys_owner": "dli", "a": "1"})
    assert connection(tags={"a": "1"})["changed"] is False
    result = connection(tags={})
    assert result["enhanced_connection"]["tags"] == {}
    assert result["diff"]["before"]["tags"] == {"a": "1"}
    assert here.tags == {"_sys_owner": "dli"}


def test_twenty_tags_are_replaced_by_twenty_others(existing, connection, state):
    existing(tags=[{"key": f"old{n}", "value": ""} for n in range(20)])
    new = {f"new{n}": str(n) for n in range(20)}
    assert connection(tags=new)["changed"]
    assert state()["tags"] == new


# --- sharing


@pytest.mark.parametrize("key", ["both", "applicant_project_id", "project_id"])
def test_both_spellings_of_the_project_id_are_read(cloud, existing, connection, state, key):
    cloud.set_knobs(privilege_project_key=key)
    existing(privileges={P1: ["BIND_QUEUE"]})
    assert not connection(allowed_projects=[P1])["changed"]
    result = connection(allowed_projects=[P2])
    assert result["changed"]
    assert result["enhanced_connection"]["allowed_projects"] == [P2]
    assert result["enhanced_connection"]["is_privis"] is False
    assert state()["projects"] == [P2]
    assert not connection(allowed_projects=[P2])["changed"]


def test_each_project_is_granted_or_revoked_the_only_privilege(existing, connection):
    here = existing(privileges={P1: ["BIND_QUEUE"]})
    result = connection(allowed_projects=[P2])
    privileges = [{"object": f"edsconnections.{here.id}", "privileges": ["BIND_QUEUE"]}]
    assert [request.body for request in result.writes] == [
        {"projectId": P1, "action": "revoke", "privileges": privileges},
        {"projectId": P2, "action": "grant", "privileges": privileges},
    ]


# --- regions that lack something


def test_where_tags_can_only_be_set_at_creation_they_are_set_then(otc, connection, state, live):
    result = connection(**ALL, queues=["q1"])
    assert (result["unsupported"], result.warned) == ([], [])
    assert state() == {"queues": {"q1": "ACTIVE"}, "pools": {}, "hosts": [], **ALL_STATE}

    for check in (True, False):
        again = connection(**ALL, queues=["q1"], check=check)
        assert not again["changed"]
        assert again["unsupported"] == ["tags"]
        assert ["tags was not changed" in text for text in again.warned] == [True]
        assert again["enhanced_connection"]["tags"] is None

    changed = connection(tags={"b": "2"}, routes=[], allowed_projects=[P2])
    assert changed["changed"]
    assert changed["unsupported"] == ["tags"]
    assert (live().tags, live().routes, list(live().privileges)) == ({"a": "1"}, [], [P2])


@pytest.mark.parametrize(
    ("option", "unpublished"),
    [("routes", [V3_ROUTES, V2_ROUTES]), ("allowed_projects", ["/privileges$", "/authorization$"])],
)
@pytest.mark.parametrize("wait", [True, False])
def test_an_option_that_a_region_does_not_offer_is_skipped_and_the_rest_is_done(
    cloud, connection, state, clock, option, unpublished, wait
):
    cloud.set_knobs(unpublished=unpublished)
    created = connection(**ALL, queues=["q1"], wait=wait)
    assert created["changed"]
    clock.sleep(60)
    rest = {
        key: value for key, value in ALL_STATE.items() if key != {"allowed_projects": "projects"}.get(option, option)
    }
    assert state() == {"queues": {"q1": "ACTIVE"}, "pools": {}, "hosts": [], **rest}
    again = connection(**ALL, queues=["q1"], wait=wait)
    assert not again["changed"]
    for result in (created, again):
        assert result["unsupported"] == [option]
        assert [text.startswith(f"{option} was not changed") for text in result.warned] == [True]
        assert option not in result["diff"]["after"]
    changed = connection(**{**ALL, "tags": {"b": "2"}}, wait=wait)
    assert changed["changed"]
    assert state()["tags"] == {"b": "2"}


# --- failures half-way

REFUSED = {
    "the first route": {"method": "POST", "path": "/routes$"},
    "the second route": {"method": "POST", "path": "/routes$", "skip": 1},
    "sharing": {"method": "PUT", "path": "/authorization$"},
}


@pytest.mark.parametrize("lag", [0, 5])
@pytest.mark.parametrize("where", REFUSED.values(), ids=REFUSED)
def test_a_creation_that_fails_half_way_is_completed_by_the_next_run(cloud, connection, state, live, where, lag):
    cloud.set_knobs(list_lag_seconds=lag)
    cloud.inject(kind="status", status=403, error_code="DLI.0003", error_msg="Permission denied", **where)
    wanted = {**ALL, "queues": ["q1"]}
    failed = connection(**wanted)
    assert failed["error"]["code"] == "DLI.0003"
    half = live()
    assert half is not None
    predicted, completed = connection(**wanted, check=True), connection(**wanted)
    assert predicted["diff"] == completed["diff"]
    assert completed["changed"]
    assert live() is half
    assert state() == {"queues": {"q1": "ACTIVE"}, "pools": {}, "hosts": [], **ALL_STATE}
    assert not connection(**wanted)["changed"]


@pytest.mark.parametrize(
    "where",
    [*REFUSED.values(), {"method": "POST", "path": "/tags/delete$"}, {"method": "POST", "path": "/tags/create$"}],
    ids=[*REFUSED, "removing tags", "adding tags"],
)
def test_a_change_that_fails_half_way_is_completed_by_the_next_run(cloud, existing, connection, state, where):
    existing(
        routes=routes(r1=FAR, r3="10.3.0.0/24"), tags=[{"key": "b", "value": "2"}], privileges={P2: ["BIND_QUEUE"]}
    )
    cloud.inject(kind="status", status=403, error_code="DLI.0003", error_msg="Permission denied", **where)
    assert connection(**ALL).failed
    assert connection(**ALL)["changed"]
    assert state() == {"queues": {}, "pools": {}, "hosts": [], **ALL_STATE}
    assert not connection(**ALL)["changed"]


def test_an_aspect_that_is_rejected_as_busy_is_sent_again(cloud, connection, state):
    refusal = {"error_code": "DLI.0999", "error_msg": "The connection is being created, which is not available."}
    for path in ("/routes$", "/authorization$"):
        cloud.inject(kind="status", path=path, status=400, times=3, **refusal)
    assert connection(**ALL)["changed"]
    assert state() == {"queues": {}, "pools": {}, "hosts": [], **ALL_STATE}


def test_without_wait_an_aspect_that_is_rejected_as_busy_is_left_to_a_later_run(cloud, existing, connection, state):
    existing()
    refusal = {"error_code": "DLI.0999", "error_msg": "The connection is being created, which is not available."}
    for path in ("/routes$", "/authorization$"):
        cloud.inject(kind="status", path=path, status=400, **refusal)
    result = connection(**ALL, wait=False)
    assert result["changed"]
    assert sorted(text.partition(" because")[0] for text in result.warned) == [
        "allowed_projects was not changed",
        "routes was not changed",
    ]
    shown = result["enhanced_connection"]
    assert (shown["routes"], shown["allowed_projects"], shown["tags"]) == ([], [], {"a": "1"})
    assert state() == {"queues": {}, "pools": {}, "hosts": [], "tags": {"a": "1"}}
    assert connection(**ALL, wait=False)["changed"]
    assert state() == {"queues": {}, "pools": {}, "hosts": [], **ALL_STATE}


def test_a_change_that_is_left_to_a_later_run_is_not_reported_as_changed(cloud, existing, connection):
    existing()
    refusal = {"error_code": "DLI.0999", "error_msg": "The connection is being created, which is not available."}
    cloud.inject(kind="status", method="POST", path="/routes$", status=400, **refusal)
    result = connection(routes=ALL["routes"], wait=False)
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert len(result.warned) == 1
    assert connection(routes=ALL["routes"], wait=False)["changed"]


@pytest.mark.parametrize("purge", [True, False])
def test_aspects_that_another_client_adds_during_a_long_wait_are_respected(cloud, existing, connection, state, purge):
    here = existing(routes=routes(r1=NEAR))
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})

    def meanwhile(_moment):
        here.tags["theirs"] = "1"
        here.routes.append({"name": "theirs", "cidr": FAR, "create_time": 0})

    cloud.state.scheduler.add(cloud.state.now + 100, meanwhile)
    mine = routes(mine="10.3.0.0/24")
    purges = {"purge_routes": purge, "purge_tags": purge}
    result = connection(queues=["young"], routes=mine, tags={"mine": "1"}, **purges)
    assert result["changed"]
    left = {} if purge else {"r1": NEAR, "theirs": FAR}
    assert state()["routes"] == {**left, "mine": "10.3.0.0/24"}
    assert state()["tags"] == ({"mine": "1"} if purge else {"theirs": "1", "mine": "1"})
    assert result["enhanced_connection"]["tags"] == state()["tags"]


# --- recreation


@pytest.mark.parametrize("wait", [True, False])
def test_recreating_sets_the_given_aspects_and_shows_the_lost_ones(
    existing, connection, other_place, live, state, wait
):
    old = existing(routes=routes(r1=FAR), tags=[{"key": "b", "value": "2"}], privileges={P2: ["BIND_QUEUE"]})
    wanted = {**other_place, **ALL, "force_recreate": True, "purge_routes": False, "purge_tags": False, "wait": wait}
    predicted, made = connection(**wanted, check=True), connection(**wanted)
    assert live().id != old.id
    assert state() == {"queues": {}, "pools": {}, "hosts": [], **ALL_STATE}
    assert predicted["diff"] == made["diff"]
    shown = ("routes", "tags", "allowed_projects")
    assert {key: made["diff"]["before"][key] for key in shown} == {
        "routes": routes(r1=FAR),
        "tags": {"b": "2"},
        "allowed_projects": [P2],
    }
    assert {key: made["diff"]["after"][key] for key in shown} == ALL
    assert not connection(**wanted)["changed"]


def test_recreating_in_a_region_without_the_tag_api_reports_nothing_as_unsupported(
    otc, existing, connection, other_place, state
):
    existing(tags=[{"key": "b", "value": "2"}])
    result = connection(**other_place, tags={"a": "1"}, force_recreate=True)
    assert (result["unsupported"], result.warned) == ([], [])
    assert state()["tags"] == {"a": "1"}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Binding and unbinding: prerequisites, pools, waiting and FAILED bindings."""

from __future__ import annotations

import pytest

from dli_simulator.models import Peer

NO_WAY = "The subnet has no way out."


def active(*names):
    return dict.fromkeys(names, "ACTIVE")


def associations(result):
    return [r.body for r in result.requests if r.path.endswith("/associate-queue")]


def names(result):
    return {entry["name"]: entry["status"] for entry in result["enhanced_connection"]["available_queue_info"]}


# --- queues in pools


def test_a_queue_in_a_pool_is_bound_by_its_pool_and_the_result_names_the_pool(connection, state):
    connection(queues=["q1"])
    result = connection(queues=["Q1", "In_Pool", "elsewhere"])
    assert associations(result) == [{"elastic_resource_pools": ["pool1", "pool2"]}]
    assert result["enhanced_connection"]["bound_via"] == {"in_pool": "pool1", "elsewhere": "pool2"}
    assert state()["pools"] == active("pool1", "pool2")
    again = connection(queues=["q1", "in_pool", "elsewhere"])
    assert not again["changed"]
    assert again["enhanced_connection"]["bound_via"] == {"in_pool": "pool1", "elsewhere": "pool2"}


def test_a_pool_stays_bound_when_its_queue_is_no_longer_requested(connection, state):
    connection(queues=["in_pool"])
    assert not connection(queues=[])["changed"]
    assert state()["pools"] == active("pool1")
    assert connection(elastic_resource_pools=[])["changed"]
    assert state()["pools"] == {}


@pytest.fixture
def pool_of_its_own(cloud, run):
    """A region in which the binding of q4, a queue outside pools, is listed as that of a pool of its name."""
    cloud.set_knobs(pool_per_queue=True)
    run("dli_queue", name="q4", cu_count=16, resource_mode=1)
    assert "q4" in cloud.pools


@pytest.mark.usefixtures("pool_of_its_own")
def test_a_queue_can_be_bound_as_a_pool_of_its_name(cloud, connection, state, place, run):
    assert connection(queues=["q1"])["changed"]
    result = connection(queues=["q4", "q1"], wait_timeout=900)
    assert (result.failed, result["changed"], state()["pools"]) == (False, True, active("q4"))
    again = connection(queues=["q4", "q1"], elastic_resource_pools=[])
    assert (again["changed"], again["enhanced_connection"]["bound_via"]) == (False, {"q4": "q4"})
    planned = run("dli_plan_info", connections=[{"name": "test1", **place, "queues": ["q1", "q4"]}], undeclared=False)
    assert planned["plan"]["objects"][0]["status"] == "in_sync"
    assert connection(queues=["q1"], elastic_resource_pools=[])["changed"]
    assert state()["pools"] == {}


@pytest.mark.usefixtures("pool_of_its_own")
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_the_binding_of_such_a_queue_is_found(cloud, connection, state, kind):
    connection()
    cloud.inject(method="POST", path="/associate-queue", kind=kind)
    result = connection(queues=["q4"], wait_timeout=900)
    assert (result.failed, state()["pools"]) == ((True, {}) if kind == "drop_before" else (False, active("q4")))


@pytest.mark.usefixtures("pool_of_its_own")
def test_a_failed_binding_of_such_a_queue_is_an_error(cloud, connection):
    cloud.set_knobs(fail_peers={"q4": NO_WAY})
    result = connection(queues=["q4"], wait_timeout=900)
    assert result["msg"].startswith(f"Connection test1 has FAILED bindings: elastic resource pool q4: {NO_WAY}")
    assert connection(queues=["q4"])["error"]["reason"] == "failed"


def test_a_queue_and_its_pool_are_one_binding(connection, state):
    wanted = {"queues": ["in_pool", "in_pool_too"], "elastic_resource_pools": ["pool1"]}
    assert connection(**wanted)["changed"]
    assert state()["pools"] == active("pool1")
    assert not connection(**wanted)["changed"]


def test_old_bindings_are_removed_before_new_ones_are_added(cloud, connection, state, live):
    connection(queues=["q1"])
    cloud.set_knobs(unbind_seconds=90)
    # While q1 is bound, q2 cannot be bound with the same CIDR block.
    cloud.queues["q2"].cidr_in_vpc = cloud.queues["q1"].cidr_in_vpc
    cloud.set_knobs(peer_seconds=1)
    result = connection(queues=["q2"])
    assert result["changed"]
    assert state()["queues"] == active("q2")
    sent = [line.split("/")[-1] for line in result.sent if "queue " in line or line.startswith("GET datasource")]
    between = sent[sent.index("disassociate-queue 200") + 1 : sent.index("associate-queue 200")]
    assert len(between) > 3
    assert set(between) == {f"{live().id} 200"}


# --- queues that cannot be bound


def test_all_queues_that_cannot_be_bound_are_named_and_nothing_is_sent(cloud, connection, state):
    cloud.load_seed({"queues": [{"queue_name": "common", "resource_mode": 0}]})
    connection(queues=["q1"])
    result = connection(queues=["q1", "q2", "nowhere", "common", "missing"])
    assert result.failed
    for words in ("nowhere does not exist", "missing does not exist", "common is shared"):
        assert words in result["msg"]
    assert result.writes == []
    assert state()["queues"] == active("q1")


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(
    ("queues", "pools", "missing", "requests"),
    [
        (["q2", "nowhere"], ["pool1", "POOL9"], ["queue nowhere", "elastic resource pool pool9"], 4),
        (["nowhere"], ["pool9"], ["queue nowhere", "elastic resource pool pool9"], 3),
        ([], ["pool9", "pool8", "pool1"], ["elastic resource pool pool8", "elastic resource pool pool9"], 2),
    ],
)
def test_missing_queues_and_missing_pools_are_reported_in_one_message(
    connection, state, exists, queues, pools, missing, requests
):
    if exists:
        connection(queues=["q1"])
    before = state()
    result = connection(queues=queues, elastic_resource_pools=pools)
    assert (
        f"Cannot bind queues and pools to connection test1: {'; '.join(f'{each} does not exist' for each in missing)}."
        in result["msg"]
    )
    assert "the region and the project." in result["error"]["hint"]
    assert len(result.sent) == requests
    assert result.writes == []
    assert state() == before
    predicted = connection(queues=queues, elastic_resource_pools=pools, check=True)
    assert [text.partition(" does not exist yet")[0].lower() for text in predicted.warned] == missing


def test_the_built_in_queue_fails_offline(connection):
    result = connection(queues=["Default"])
    assert result.failed
    assert "built-in queue default" in result["msg"]
    assert result.sent == []


def test_in_check_mode_a_missing_queue_is_a_warning_and_is_predicted(connection, state):
    result = connection(queues=["q1", "tomorrow"], check=True)
    assert result["changed"]
    assert any("tomorrow does not exist yet" in str(warning) for warning in result["warnings"])
    assert result["enhanced_connection"]["queues"] == ["q1", "tomorrow"]
    assert state() is None


def test_in_check_mode_a_shared_queue_is_an_error(cloud, connection):
    cloud.load_seed({"queues": [{"queue_name": "common", "resource_mode": 0}]})
    assert "common is shared" in connection(queues=["common"], check=True)["msg"]


def test_a_missing_or_failed_pool_is_reported_before_anything_is_sent(cloud, connection, state):
    assert "Elastic resource pool pool9 does not exist" in connection(elastic_resource_pools=["pool9"])["msg"]
    cloud.pools["pool2"].status, cloud.pools["pool2"].fail_reason = "FAILED", "no capacity"
    result = connection(elastic_resource_pools=["pool2"])
    assert "FAILED: no capacity" in result["msg"]
    assert result.writes == []
    assert state() is None


def test_a_queue_that_the_list_does_not_show_yet_is_found_by_its_name(cloud, connection, state):
    cloud.set_knobs(list_lag_seconds=5, assigning_seconds=0)
    cloud.load_seed({"queues": [{"queue_name": "new1", "age": 0}, {"queue_name": "new2", "age": 0}]})
    assert connection(queues=["new1", "new2"])["changed"]
    assert state()["queues"] == active("new1", "new2")


# --- readiness


def test_a_young_queue_is_waited_for_and_does_not_stay_in_creating(cloud, connection, state, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 60}]})
    for options in ({}, {"queues": ["young"]}):
        assert connection(**options)["changed"]
    assert state()["queues"] == active("young")
    assert clock.slept > 180


def test_a_young_queue_is_waited_for_before_the_connection_is_created_too(cloud, connection, state):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    result = connection(queues=["young", "q1"])
    assert state()["queues"] == active("young", "q1")
    create = next(i for i, r in enumerate(result.requests) if r.path.endswith("/enhanced-connections") and r.body)
    tests = [i for i, r in enumerate(result.requests) if r.path.endswith("/connection-test")]
    assert len(tests) > 3
    assert max(tests) < create


def test_a_queue_in_a_young_pool_waits_for_the_pool(cloud, connection, state, clock):
    cloud.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "young_pool", "cidr_in_vpc": "172.20.0.0/16", "age": 0}],
            "queues": [{"queue_name": "young", "elastic_resource_pool_name": "young_pool", "age": 0}],
        }
    )
    pool = cloud.pools["young_pool"]
    pool.status = "CREATING"
    cloud.state.scheduler.add(cloud.state.now + 500, lambda _moment: setattr(pool, "status", "AVAILABLE"))
    connection(queues=["young"])
    assert state()["pools"] == active("young_pool")
    assert clock.slept >= 500


@pytest.mark.parametrize("existing", [True, False])
def test_without_a_readiness_test_the_age_decides_with_a_warning(cloud, connection, state, clock, existing):
    if existing:
        connection()
    cloud.set_knobs(unpublished=["/connection-test"])
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 500}]})
    result = connection(queues=["young"])
    assert state()["queues"] == active("young")
    assert any("readiness cannot be tested" in str(warning) for warning in result["warnings"])
    assert clock.slept >= 100


def test_readiness_costs_nothing_when_nothing_is_bound(cloud, connection):
    cloud.load_seed(
        {"queues": [{"queue_name": "young", "age": 60}], "connections": [{"name": "test1", "queues": ["young"]}]}
    )
    for options in ({}, {"queues": ["young"]}, {"hosts": [{"name": "a", "ip": "10.0.0.1"}]}, {"queues": []}):
        result = connection(**options)
        assert not any("queues" in line or "pools" in line for line in result.sent), result.sent


def test_old_queues_are_not_probed(connection):
    result = connection(queues=["q1", "q2", "in_pool"])
    assert [line for line in result.sent if "queue" in line or "pool" in line] == ["GET queues 200"]


@pytest.mark.parametrize("existing", [True, False])
def test_without_wait_a_queue_that_is_not_ready_is_bound_with_a_warning(cloud, connection, state, clock, existing):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 60}]})
    cloud.pools["pool2"].status = "SCALING"
    if existing:
        connection()
    slept = clock.slept
    result = connection(queues=["young"], elastic_resource_pools=["pool2"], wait=False)
    assert result["changed"]
    assert clock.slept == slept
    assert [text.partition(" (")[0].partition(". ")[0] for text in result.warned] == [
        "Queue young is not ready",
        "Elastic resource pool pool2 is not AVAILABLE",
    ]
    assert all("With wait=true" in text for text in result.warned)
    assert state()["queues"] == {"young": "CREATING"}


# --- waiting


def test_a_binding_that_is_rejected_as_busy_is_sent_again(cloud, connection, state):
    connection()
    refusal = {"error_code": "DLI.0012", "error_msg": "Status of queue q1 is restarting, which is not available"}
    cloud.inject(kind="status", path="/associate-queue", status=400, times=3, **refusal)
    assert "is restarting" in connection(queues=["q1"], wait=False)["msg"]
    assert connection(queues=["q1"])["changed"]
    assert state()["queues"] == active("q1")


def test_the_wait_ends_when_every_requested_binding_is_active(cloud, connection, clock):
    cloud.set_knobs(peer_seconds=200)
    result = connection(queues=["q1", "q2"], elastic_resource_pools=["pool1"])
    assert names(result) == active("q1", "q2")
    assert clock.slept >= 200


def test_without_wait_the_state_is_read_once_and_a_later_run_continues(cloud, connection, state, clock):
    result = connection(queues=["q1"], wait=False)
    assert result.sent == [
        "GET datasource/enhanced-connections 200",
        "GET queues/q1 200",
        "POST datasource/enhanced-connections 201",
        "GET datasource/enhanced-connections 200",
    ]
    assert names(result) == {"q1": "CREATING"}
    more = connection(queues=["q2"], wait=False)
    assert [line.split("/")[-1] for line in more.sent if "connections/" in line] == [
        "disassociate-queue 200",
        "associate-queue 200",
        f"{more['enhanced_connection']['id']} 200",
    ]
    assert clock.slept == 0
    later = connection(queues=["q2"])
    assert names(later) == active("q2")
    assert state()["queues"] == active("q2")
    assert not connection(queues=["q2"])["changed"]


def test_a_binding_that_is_being_removed_does_not_fail_a_later_run(cloud, connection, state):
    connection(queues=["q1", "q2", "q3"])
    cloud.set_knobs(unbind_seconds=120)
    assert connection(queues=["q2", "q3"], wait=False)["changed"]
    # q1 is listed for two minutes more; the service refuses to unbind it once more.
    assert not connection(queues=["q3"]).failed
    assert state()["queues"] == active("q3")
    assert connection(queues=[], wait=False)["changed"]
    for wait in (False, True):
        again = connection(queues=[], wait=wait)
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert ["still lists queue q3 as bound" in text for text in again.warned] == [True] * (not wait)


def test_a_later_run_waits_for_bindings_that_an_earlier_one_left_unfinished(cloud, connection, clock):
    connection(queues=["q1", "in_pool"], wait=False)
    result = connection(queues=["q1", "in_pool"])
    assert not result["changed"]
    assert names(result) == active("q1")
    assert clock.slept >= 19


@pytest.mark.parametrize("existing", [True, False])
def test_wait_timeout_limits_the_whole_task(cloud, connection, clock, existing):
    cloud.set_knobs(peer_seconds=10_000, assigning_seconds=250, unbind_seconds=100)
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    if existing:
        cloud.load_seed({"connections": [{"name": "test1", "queues": ["q1"]}]})
    result = connection(queues=["young"], wait_timeout=400)
    assert "queue young CREATING" in result["msg"]
    assert "to continue waiting" in result["error"]["hint"]
    assert clock.slept == pytest.approx(400, abs=2)


def test_wait_timeout_limits_the_wait_for_readiness_and_nothing_is_written(cloud, connection, state, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    result = connection(queues=["young"], wait_timeout=100)
    assert "queue young" in result["msg"]
    assert "Timed out after 100 s" in result["msg"]
    assert clock.slept == pytest.approx(100, abs=2)
    assert state() is None


def test_wait_timeout_limits_retries(cloud, connection, clock):
    connection()
    cloud.inject(kind="status", method="PUT", status=503, times=None, headers={"Retry-After": "30"})
    slept = clock.slept
    assert connection(hosts=[{"name": "a", "ip": "10.0.0.1"}], wait_timeout=10, max_retries=10).failed
    assert clock.slept - slept <= 11


def test_a_binding_that_never_finishes_is_reported_with_a_remedy(cloud, connection, state):
    cloud.load_seed({"connections": [{"name": "test1", "queues": [{"name": "q1", "status": "CREATING"}]}]})
    refusal = {"error_code": "DLI.0999", "error_msg": "The connection is being created."}
    cloud.inject(kind="status", method="DELETE", status=400, **refusal)
    for options in ({"queues": ["q1"]}, {"state": "absent"}):
        result = connection(**options, wait_timeout=60)
        assert "queue q1 CREATING" in result["msg"]
        assert "unbind it" in result["msg"]
    assert connection(queues=[])["changed"]
    assert connection(queues=["q1"])["changed"]
    assert state()["queues"] == active("q1")


def test_a_change_of_another_client_during_a_long_wait_is_not_undone(cloud, connection, state, live):
    connection(hosts=[{"name": "a", "ip": "10.0.0.1"}])
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    theirs = [{"name": "a", "ip": "10.0.0.1"}, {"name": "theirs", "ip": "10.0.0.9"}]
    cloud.state.scheduler.add(cloud.state.now + 100, lambda _moment: setattr(live(), "hosts", theirs))
    result = connection(queues=["young"], hosts=[{"name": "mine", "ip": "10.0.0.2"}], purge_hosts=False)
    assert result["changed"]
    assert [name for name, _ip in state()["hosts"]] == ["a", "mine", "theirs"]


# --- bindings that failed


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"queues": ["q1", "q2"]}, "remove it from queues"),
        ({"queues": ["in_pool"]}, "delete the connection (state=absent)"),
        ({"elastic_resource_pools": ["pool1"]}, "delete the connection (state=absent)"),
    ],
)
@pytest.mark.parametrize("existing", [True, False])
def test_a_binding_that_fails_ends_the_wait_and_every_later_run_with_its_reason(
    cloud, connection, clock, options, remedy, existing
):
    if existing:
        connection()
    cloud.set_knobs(fail_peers={"q1": NO_WAY, "pool1": NO_WAY})
    result = connection(**options)
    assert clock.slept < 60
    slept = clock.slept
    for each in (result, connection(**options, check=True), connection(**options)):
        assert NO_WAY in each["msg"]
        assert remedy in each["error"]["hint"]
    assert each.writes == []
    assert clock.slept == slept


def test_without_wait_a_binding_that_failed_is_a_warning(cloud, connection):
    cloud.set_knobs(fail_peers={"q1": NO_WAY})
    assert connection(queues=["q1"]).failed
    result = connection(queues=["q1"], wait=False)
    assert not result["changed"]
    assert any(NO_WAY in str(warning) for warning in result["warnings"])


def test_a_failed_binding_is_a_warning_for_a_task_that_does_not_mention_it(cloud, run):
    failed = {"name": "q1", "status": "FAILED", "err_msg": NO_WAY}
    cloud.load_seed({"connections": [{"name": "test1", "queues": [failed]}]})
    result = run("dli_enhanced_connection", name="test1")
    assert not result["changed"]
    [warning] = result.warned
    assert f"FAILED bindings: queue q1: {NO_WAY[:-1]}" in warning
    assert run("dli_enhanced_connection", name="test1", queues=[]).warned == []


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Policy doesn't allow vpc:peerings:create to be performed.", ["dli_management_agency", "state=absent"]),
        ("Failed to get subnet 86ddcf50-0000-4000-8000-000000000000.", ["dli_management_agency", "state=absent"]),
        ("Quota exceeded for resources: ['routes']", ["The quota of routes", "unbind and rebind"]),
        ("Peer vpc route conflict: route 172.16.0.0/12 overlaps", ["Resolve the overlap", "unbind and rebind"]),
        (NO_WAY, ["Fix the cause", "unbind and rebind"]),
    ],
)
def test_the_hint_about_a_failed_binding_follows_its_reason(cloud, connection, reason, words):
    cloud.set_knobs(fail_peers={"q1": reason})
    hint = connection(queues=["q1"])["error"]["hint"]
    assert all(each in hint for each in words), hint
    assert sum(each in hint for each in ("dli_management_agency", "The quota", "the overlap", "Fix the cause")) == 1


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            '{"code":"VPC.0007","message":"Quota exceeded for resources: [\'peering\']"}',
            ["The quota of VPC peering connections", "My Quotas"],
        ),
        (
            "Failed to get subnet 86ddcf50-0000-4000-8000-000000000000. Response code : 404",
            ["dli_management_agency", "Service Authorization", "deleted and created again", "dest_network_id"],
        ),
        ("Cannot get route of the subnet", ["dli_management_agency", "VPC Administrator"]),
        ("Get subnet failed: 404", ["dli_management_agency", "VPC Administrator"]),
    ],
)
def test_the_hint_about_a_rejected_creation_follows_the_message(cloud, connection, message, words):
    cloud.inject(
        kind="status", method="POST", path="enhanced-connections$", status=400, error_code="DLI.0999", error_msg=message
    )
    hint = connection()["error"]["hint"]
    assert all(each in hint for each in words), hint


@pytest.mark.parametrize(
    ("where", "action", "options"),
    [
        ({"method": "POST", "path": "enhanced-connections$"}, "create", {"name": "other"}),
        ({"method": "POST", "path": "/associate-queue$"}, "bindQueue", {"queues": ["q1"]}),
        ({"method": "PUT"}, "update", {"hosts": [{"name": "a", "ip": "10.0.0.1"}]}),
        ({"method": "POST", "path": "/routes$"}, "createRoute", {"routes": [{"name": "r", "cidr": "10.1.0.0/24"}]}),
        ({"method": "DELETE"}, "delete", {"state": "absent"}),
    ],
    ids=str,
)
def test_a_missing_permission_is_named(cloud, connection, where, action, options):
    connection()
    cloud.inject(kind="status", status=403, error_code="DLI.0003", error_msg="Permission denied", **where)
    assert f"the action is dli:edsconnection:{action}." in connection(**options)["error"]["hint"]


def test_a_remedy_that_requires_purging_names_the_option(cloud, connection):
    cloud.set_knobs(fail_peers={"q1": NO_WAY})
    result = connection(queues=["q1"], purge_queues=False)
    assert "with purge_queues=true" in result["error"]["hint"]


def test_a_failed_binding_that_is_not_requested_is_ignored(cloud, connection, state):
    cloud.set_knobs(fail_peers={"q1": NO_WAY})
    connection(queues=["q1"])
    assert connection(queues=["q2"], purge_queues=False)["changed"]
    assert state()["queues"] == {"q1": "FAILED", "q2": "ACTIVE"}


def test_the_suggested_remedy_for_a_failed_queue_works(cloud, connection, state):
    cloud.set_knobs(fail_peers={"q1": NO_WAY})
    assert connection(queues=["q1", "q2"]).failed
    cloud.set_knobs(fail_peers={})
    assert connection(queues=["q2"])["changed"]
    assert connection(queues=["q1", "q2"])["changed"]
    assert state()["queues"] == active("q1", "q2")


def test_the_suggested_remedy_for_a_failed_pool_works(cloud, connection, state):
    cloud.set_knobs(fail_peers={"pool1": NO_WAY})
    assert connection(queues=["in_pool"]).failed
    cloud.set_knobs(fail_peers={})
    assert connection(state="absent")["changed"]
    assert connection(queues=["in_pool"])["changed"]
    assert state()["pools"] == active("pool1")


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_unbinding_a_failed_pool_fails_before_anything_is_sent(cloud, connection, state, wait, check):
    failed = {"name": "pool1", "status": "FAILED", "err_msg": NO_WAY}
    cloud.load_seed({"connections": [{"name": "test1", "queues": ["q1"], "elastic_resource_pools": [failed]}]})
    result = connection(queues=["q2"], elastic_resource_pools=[], wait=wait, check=check)
    assert "Cannot unbind elastic resource pool pool1 from connection test1" in result["msg"]
    assert "state=absent" in result["error"]["hint"]
    assert result.writes == []
    assert state()["queues"] == active("q1")


@pytest.mark.parametrize("exists", [True, False])
def test_check_mode_warns_about_a_missing_pool(connection, exists):
    if exists:
        connection()
    result = connection(elastic_resource_pools=["pool1", "POOL9"], check=True)
    assert result["changed"]
    assert result.warned == ["Elastic resource pool pool9 does not exist yet and cannot be bound now."]


def test_a_missing_pool_is_reported_before_the_wait_for_queues(sim, clock, connection, existing_queue):
    existing_queue("young", age=1)
    result = connection(queues=["young"], elastic_resource_pools=["pool9"])
    assert "Elastic resource pool pool9 does not exist." in result["msg"]
    assert clock.slept == 0


# --- changes of other clients during a long wait


@pytest.fixture
def meanwhile(cloud):
    """meanwhile(change) calls change() 100 s after the start, while the task waits for the queue young."""
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})

    def meanwhile(change):
        cloud.state.scheduler.add(cloud.state.now + 100, lambda _moment: change())

    return meanwhile


def bound(status="ACTIVE", **queues):
    return [Peer(name, 0, status=queues.get(name, status)) for name in queues]


def test_a_change_that_another_client_made_meanwhile_is_not_reported(connection, live, state, meanwhile):
    connection()
    host = {"name": "a", "ip": "10.0.0.1"}

    def change():
        live().available_queue_info += bound(young="ACTIVE")
        live().hosts = [host]

    meanwhile(change)
    result = connection(queues=["young"], hosts=[host])
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]
    assert {line.split("/")[-1].split()[0] for line in result.sent if not line.startswith("GET")} == {"connection-test"}
    assert (state()["queues"], state()["hosts"]) == (active("young"), [("a", "10.0.0.1")])


def test_the_diff_shows_the_change_that_was_made_after_a_long_wait(connection, live, state, meanwhile):
    connection(queues=["q1"])

    def change():
        live().available_queue_info = bound(q2="ACTIVE")

    meanwhile(change)
    result = connection(queues=["q1", "young"])
    assert [result["diff"][side]["queues"] for side in ("before", "after")] == [["q2"], ["q1", "young"]]
    assert state()["queues"] == active("q1", "young")


@pytest.mark.parametrize("state_after", ["FAILED", "deleted"])
def test_a_problem_that_arises_during_a_long_wait_fails_before_anything_is_sent(
    cloud, connection, live, meanwhile, state_after
):
    connection(queues=["q1"])

    def change():
        if state_after == "deleted":
            del cloud.state.main.queues["q3"]
        else:
            live().available_queue_info = bound(q1="FAILED")

    meanwhile(change)
    result = connection(queues=["q1", "q3", "young"])
    assert {"FAILED": "FAILED bindings: queue q1", "deleted": "queue q3 does not exist"}[state_after] in result["msg"]
    assert not [line for line in result.sent if line.startswith("POST") and "connection-test" not in line]


def test_a_queue_that_must_be_bound_after_all_is_waited_for_too(cloud, connection, live, state, meanwhile, clock):
    cloud.load_seed(
        {"queues": [{"queue_name": "younger", "age": 0}], "connections": [{"name": "test1", "queues": ["younger"]}]}
    )

    def unbind_all():
        live().available_queue_info.clear()

    meanwhile(unbind_all)
    cloud.queues["younger"].create_time += 200_000
    assert connection(queues=["young", "younger"])["changed"]
    assert state()["queues"] == active("young", "younger")


def test_check_mode_reports_a_pool_that_is_failed(cloud, connection, live):
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "ill", "status": "FAILED", "fail_reason": "sold out"}]})
    for pools in (["ill"], ["pool1", "ill"]):
        checked, real = (connection(check=check, elastic_resource_pools=pools) for check in (True, False))
        assert checked.failed
        assert real["msg"] == checked["msg"]
        assert checked["error"]["reason"] == "failed"
        assert "Elastic resource pool ill is FAILED: sold out." in checked["msg"]
        assert live() is None


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"queues": ["in_pool", "q1"], "elastic_resource_pools": ["Pool1"]}, {"queues": ["q1"], "pools": ["pool1"]}),
        ({"queues": ["in_pool"], "elastic_resource_pools": ["pool1"]}, {"queues": None, "pools": ["pool1"]}),
        ({"queues": ["in_pool"], "elastic_resource_pools": ["pool2"]}, {"queues": ["in_pool"], "pools": ["pool2"]}),
        ({"queues": ["in_pool"]}, {"queues": ["in_pool"], "pools": None}),
        ({"queues": []}, {"queues": [], "pools": None}),
    ],
    ids=str,
)
def test_a_new_connection_is_requested_without_queues_whose_pools_are_listed(connection, options, sent):
    result = connection(**options)
    (create,) = [each.body for each in result.writes if each.method == "POST" and each.path.endswith("-connections")]
    assert {"queues": create.get("queues"), "pools": create.get("elastic_resource_pools")} == sent
    assert not connection(**options)["changed"]

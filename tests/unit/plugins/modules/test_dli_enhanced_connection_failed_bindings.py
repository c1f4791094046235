# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bindings that are FAILED, and how a task repairs or keeps them."""

from __future__ import annotations

import pytest

NO_WAY = "The subnet has no way out."


def active(*names):
    return dict.fromkeys(names, "ACTIVE")


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
    assert connection(**options)["error"]["hint"].count(f"dli:edsconnection:{action} ") == 1


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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connectivity tests of a queue: results, likely causes of a failure, and no changes."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock

pytestmark = pytest.mark.both_modes

DATABASE, BROKER, SIXTH, WEB = "192.168.0.10:5432", "broker.example.com:9092", "[fd00::10]:5432", "192.168.0.20:443"
ADDRESSES = [DATABASE, BROKER, SIXTH]
POST, PATH = "POST queues/q1/connection-test 200", "/connection-test"
RANKED = ["binding", "address", "network", "overlap", "agency", "security_group", "peering", "route", "network_acl"]
RANKED += ["hosts", "ipv6"]


@pytest.fixture
def cloud(sim):
    """An old queue that is bound to a connection, and a queue in a pool that is bound."""
    sim.load_seed(
        {
            "pools": [{"elastic_resource_pool_name": "pool1", "cidr_in_vpc": "172.20.0.0/16", "ipv6_enable": True}],
            "queues": [
                {"queue_name": "q1", "cidr_in_vpc": "10.9.0.0/16"},
                {"queue_name": "pooled", "elastic_resource_pool_name": "pool1"},
            ],
            "connections": [{"name": "there", "queues": ["q1"], "elastic_resource_pools": ["pool1"]}],
        }
    )
    return sim


@pytest.fixture
def probe(cloud, run):
    """probe(DATABASE, ...) tests these addresses with q1."""

    def probe(*addresses, **options):
        return run("dli_connectivity_test", **{"queue": "q1", "addresses": list(addresses), **options})

    return probe


def statuses(result):
    return {each["address"]: each["connectivity"] for each in result["connectivity"]}


def found(result):
    """The verdict, the evidence and the remedy of each cause."""
    return {each["cause"]: (each["verdict"], each["evidence"], each["remedy"]) for each in result["diagnosis"]}


def rule_added(rule):
    return f"Add this rule to the security group of the data source: {rule}"


def started(sim):
    """The addresses of all tests that the service started."""
    return [task.address for task in sim.state.main.tasks.values()]


def test_all_tests_are_started_before_the_first_result_is_waited_for(cloud, probe, clock):
    result = probe(*ADDRESSES, DATABASE, queue="pooled")
    assert statuses(result) == dict.fromkeys(ADDRESSES, "REACHABLE")
    assert list(statuses(result)) == started(cloud) == ADDRESSES
    assert [each["task_id"] for each in result["connectivity"]] == list(cloud.state.main.tasks)
    assert result.sent[:3] == [POST.replace("q1", "pooled")] * 3
    assert result["diagnosis"] == result["unsupported"] == []
    assert not result["changed"]
    # The time of one test, not of three.
    assert 5 <= clock.slept < 7


def test_a_finished_test_is_not_read_again(cloud, probe):
    cloud.set_knobs(connectivity_seconds=0)
    assert [line.split()[0] for line in probe(*ADDRESSES, queue="pooled").sent] == ["POST"] * 3 + ["GET"] * 3


def test_tests_of_many_addresses_run_in_parallel(cloud, probe, clock):
    cloud.set_knobs(connectivity_seconds=60)
    result = probe(*(f"192.168.1.{number}:5432" for number in range(1, 51)))
    assert len(result["connectivity"]) == 50
    assert 60 <= clock.slept < 70
    # While the task waits, it reads one of the tests.
    assert len(result.sent) == 50 + 50 + len(clock.sleeps)


@pytest.mark.parametrize("fault", [None, {"kind": "status", "status": 503}], ids=str)
def test_an_early_result_is_reported_when_the_time_runs_out_for_another(cloud, probe, clock, monkeypatch, fault):
    """A test that was not read during the wait is read once at the end; if that fails, it stays unanswered."""
    tasks = cloud.state.main.tasks

    def sleep(seconds):
        tasks[min(tasks)].done_at = float("inf")
        clock.sleep(seconds)
        if fault and len(clock.sleeps) == 1:
            cloud.inject(method="GET", path=f"/{max(tasks)}$", times=None, **fault)

    monkeypatch.setattr(_clock, "sleep", sleep)
    result = probe(DATABASE, BROKER, wait_timeout=60, fail_on_unreachable=False)
    assert statuses(result) == {DATABASE: "UNANSWERED", BROKER: "UNANSWERED" if fault else "REACHABLE"}


@pytest.mark.parametrize("status", ["RUNNING", "processing", "", "UNKNOWN"])
def test_every_status_that_is_not_final_is_polled_again(cloud, probe, status):
    cloud.set_knobs(connectivity_pending=status)
    assert statuses(probe(DATABASE)) == {DATABASE: "REACHABLE"}


def test_a_queue_that_is_being_assigned_is_waited_for(cloud, probe, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    assert statuses(probe(DATABASE, WEB, queue="Young")) == dict.fromkeys([DATABASE, WEB], "REACHABLE")
    assert 240 <= clock.slept < 300
    assert started(cloud) == [DATABASE, WEB]


def test_a_queue_that_is_not_ready_in_time_fails_the_task(cloud, probe, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    result = probe(DATABASE, queue="young", wait_timeout=60)
    assert result.failed
    assert "Status of queue young is assigning" in result["msg"]
    assert clock.slept == pytest.approx(60, abs=1)
    assert started(cloud) == []


def test_an_unreachable_address_fails_the_task_with_ranked_causes(cloud, probe):
    cloud.set_knobs(unreachable=[DATABASE, WEB])
    result = probe(DATABASE, BROKER, WEB)
    assert result.failed
    assert statuses(result) == {DATABASE: "UNREACHABLE", BROKER: "REACHABLE", WEB: "UNREACHABLE"}
    assert f"{DATABASE} (UNREACHABLE), {WEB} (UNREACHABLE)" in result["msg"]
    assert BROKER not in result["msg"]
    assert [each["cause"] for each in result["diagnosis"]] == RANKED
    rule = "inbound, TCP, ports 443,5432, source 10.9.0.0/16, action allow, priority 1."
    assert found(result)["security_group"] == ("unknown", "No security group is visible.", rule_added(rule))
    assert rule in result["msg"]
    excluded = [each for each in RANKED if each != "security_group"]
    assert {name for name, (verdict, *_) in found(result).items() if verdict == "excluded"} == {*excluded}
    assert result["error"]["code"] is None
    assert result["error"]["hint"].endswith(f"Excluded: {', '.join(excluded)}.")


def test_a_diagnosis_reads_each_list_once(cloud, probe):
    cloud.set_knobs(unreachable=[DATABASE])
    read = [r.path.rsplit("/", 1)[-1] for r in probe(DATABASE).requests if PATH not in r.path]
    lists = [name for name in read if name.count("-") < 4]
    assert len(lists) == len(read) - 2, "one VPC peering and one route table"
    expected = "elastic-resource-pools enhanced-connections firewalls ports queues routetables"
    assert sorted(lists) == [*expected.split(), "security-group-rules", "security-groups", "subnets", "vpcs"]


def test_a_failed_test_can_be_left_to_the_play(cloud, probe):
    cloud.set_knobs(unreachable=[DATABASE])
    result = probe(DATABASE, BROKER, fail_on_unreachable=False)
    assert not result.failed
    assert not result["changed"]
    assert statuses(result) == {DATABASE: "UNREACHABLE", BROKER: "REACHABLE"}
    assert [each["cause"] for each in result["diagnosis"]] == RANKED
    assert result.warned == []


@pytest.mark.parametrize("cidr_shown", [True, False])
def test_the_rule_for_a_queue_in_a_pool_names_the_cidr_block_of_the_pool(cloud, probe, cidr_shown):
    cloud.set_knobs(reachable=[])
    if not cidr_shown:
        cloud.queues["pooled"].cidr_in_vpc = ""
    result = probe(DATABASE, queue="pooled")
    assert "TCP, port 5432, source 172.20.0.0/16," in found(result)["security_group"][2]


@pytest.mark.parametrize(
    ("connection", "cause"),
    [
        ({"queues": []}, "Queue alone is not bound to any connection."),
        (
            {"queues": [{"name": "alone", "status": "FAILED", "err_msg": "route conflict"}]},
            "The binding of queue alone to connection other is FAILED: route conflict.",
        ),
        (
            {"queues": [{"name": "alone", "status": "CREATING"}]},
            "The binding of queue alone to connection other has been CREATING for 30 days. That is longer than normal: "
            "a binding that was created too early can remain in this state.",
        ),
    ],
    ids=["unbound", "failed", "creating"],
)
def test_a_cause_that_the_bindings_prove_is_first(cloud, probe, connection, cause):
    cloud.load_seed({"queues": [{"queue_name": "alone"}], "connections": [{"name": "other", **connection}]})
    cloud.set_knobs(reachable=[])
    result = probe(DATABASE, queue="alone", fail_on_unreachable=False)
    assert found(result)["binding"][:2] == ("confirmed", cause)


def test_a_pool_that_is_not_bound_is_the_first_cause_for_its_queue(cloud, probe):
    next(iter(cloud.connections.values())).elastic_resource_pools.clear()
    cloud.set_knobs(reachable=[])
    result = probe(DATABASE, queue="pooled", fail_on_unreachable=False)
    assert found(result)["binding"] == (
        "confirmed",
        "Elastic resource pool pool1, which contains queue pooled, is not bound to any connection.",
        "Bind it: add pool1 to elastic_resource_pools of huaweicloud.dli.dli_enhanced_connection.",
    )


def test_a_failed_diagnosis_does_not_hide_the_result(cloud, probe):
    cloud.set_knobs(reachable=[])
    for path in ("/queues$", "/enhanced-connections$"):
        cloud.inject(kind="status", path=path, status=403, error_code="DLI.0003", error_msg="no right")
    result = probe(DATABASE)
    assert statuses(result) == {DATABASE: "UNREACHABLE"}
    assert [each["cause"] for each in result["diagnosis"]] == RANKED
    verdict, evidence, remedy = found(result)["binding"]
    assert verdict == "unknown"
    assert evidence.startswith("The connections could not be read. Could not list the connections: no right")
    assert remedy.startswith("Grant the permission dli:edsconnection:list to let the module read it, or check ")
    assert "from the CIDR block of the queue or its pool" in found(result)["security_group"][2]


def test_a_test_without_a_result_in_time_is_reported_with_its_last_status(cloud, probe, clock):
    cloud.set_knobs(connectivity_seconds=300)
    results = probe(DATABASE, wait_timeout=60, fail_on_unreachable=False)["connectivity"]
    assert [(each["connectivity"], each["raw_status"]) for each in results] == [("UNANSWERED", "RUNNING")]
    assert clock.slept == pytest.approx(60, abs=1)
    result = probe(DATABASE, wait_timeout=60)
    assert result.failed
    assert f"{DATABASE} (UNANSWERED)" in result["msg"]


def test_one_budget_limits_the_whole_task(cloud, probe, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    cloud.set_knobs(connectivity_seconds=300)
    result = probe(DATABASE, queue="young", wait_timeout=450, fail_on_unreachable=False)
    assert statuses(result) == {DATABASE: "UNANSWERED"}
    assert clock.slept == pytest.approx(450, abs=1)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after"},
        {"kind": "drop_before"},
        {"kind": "truncate"},
        {"kind": "status_after", "status": 504, "shape": "html"},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429, "shape": "gateway"},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}",
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_lost_response_is_requested_again(cloud, probe, fault, method):
    cloud.inject(method=method, path=PATH, **fault)
    result = probe(DATABASE, BROKER)
    assert statuses(result) == dict.fromkeys([DATABASE, BROKER], "REACHABLE")
    assert set(started(cloud)) == {DATABASE, BROKER}


def test_an_unavailable_service_fails_the_task_without_a_long_wait(cloud, probe, clock):
    cloud.inject(kind="drop_before", path=PATH, times=None)
    result = probe(DATABASE, max_retries=2)
    assert result.failed
    assert f"test the connection from queue q1 to {DATABASE}" in result["msg"]
    assert clock.slept < 30


def test_retries_end_with_the_budget_of_the_task(cloud, probe, clock):
    cloud.inject(kind="drop_before", path=PATH, times=None)
    assert probe(DATABASE, max_retries=50, wait_timeout=20).failed
    assert clock.slept == pytest.approx(20, abs=1e-6)


def test_a_queue_that_does_not_exist_fails_the_task(cloud, probe):
    result = probe(DATABASE, queue="nowhere")
    assert result.failed
    assert "nowhere" in result["msg"]
    assert result["error"]["http_status"] == 400
    assert len(result.sent) == 1


def test_a_region_without_the_test_fails_the_task(cloud, probe):
    cloud.set_knobs(unpublished=[PATH])
    result = probe(DATABASE)
    assert result.failed
    assert result["error"]["code"] == "APIGW.0101"
    assert len(result.sent) == 1


class TestCheckMode:
    """Earlier tasks are only predicted, so a problem that one of them may fix is not a failure."""

    def test_addresses_are_tested(self, cloud, probe):
        assert statuses(probe(DATABASE, BROKER, check=True)) == dict.fromkeys([DATABASE, BROKER], "REACHABLE")
        assert started(cloud) == [DATABASE, BROKER]

    def test_a_queue_that_does_not_exist_yet_is_a_warning(self, cloud, probe):
        result = probe(DATABASE, queue="nowhere", check=True)
        assert not result.failed
        assert result["connectivity"] == result["diagnosis"] == []
        assert "nowhere" in result.warned[0]

    def test_a_queue_that_is_not_ready_is_a_warning_and_not_waited_for(self, cloud, probe, clock):
        cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
        result = probe(DATABASE, queue="young", check=True)
        assert not result.failed
        assert result["connectivity"] == []
        assert "assigning" in result.warned[0]
        assert clock.slept == 0

    def test_an_unreachable_address_is_a_warning(self, cloud, probe):
        cloud.set_knobs(unreachable=[DATABASE])
        result = probe(DATABASE, BROKER, check=True)
        assert not result.failed
        assert statuses(result) == {DATABASE: "UNREACHABLE", BROKER: "REACHABLE"}
        (warning,) = result.warned
        assert warning.startswith(
            f"Queue q1 cannot reach {DATABASE} (UNREACHABLE). Possible cause: (security_group) No security group is "
        )

    def test_an_error_of_another_kind_is_a_failure(self, cloud, probe):
        cloud.inject(kind="status", path=PATH, status=403, error_code="DLI.0003", error_msg="no right")
        assert probe(DATABASE, check=True).failed


GOOD = (
    "10.0.0.1:1",
    "255.255.255.255:65535",
    "db.example.com:5432",
    "ecs-97f8_0001.internal:22",
    "broker:9092",
    "[::1]:80",
    "[2001:db8::192.168.0.1]:443",
)
BAD = (
    "192.168.0.10",
    "192.168.0.10:",
    "192.168.0.10:0",
    "192.168.0.10:65536",
    "192.168.0.10:http",
    "192.168.0.256:80",
    "192.168.0:80",
    "fd00::10:5432",
    "[fd00::10]",
    "[fd00::10%eth0]:80",
    "[192.168.0.10]:80",
    "host..example.com:80",
    "example.c0m:80",
    "exa mple.com:80",
    "http://example.com:80",
    ":80",
    "",
    "192.168.0.10:80\n",
    f"{'a' * 250}.example.com:80",
)


def test_every_valid_address_is_sent_unchanged(cloud, probe):
    assert not probe(*GOOD, queue="pooled").failed
    assert started(cloud) == list(GOOD)


@pytest.mark.parametrize("address", BAD)
def test_an_invalid_address_fails_offline(cloud, probe, address):
    result = probe(DATABASE, address)
    assert result.failed
    assert result["msg"].startswith("addresses must be host:port")
    assert DATABASE not in result["msg"]
    assert result.sent == []


def test_one_message_names_every_invalid_address(cloud, probe):
    bad = [f"192.168.0.{number}" for number in range(1, 31)]
    message = probe(DATABASE, *bad, queue="_q")["msg"]
    assert message.count("host:port") == 1
    assert all(f"'{address}'" in message for address in bad)
    assert "queue must be" in message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"addresses": []}, "addresses must contain at least one"),
        ({"queue": "12"}, "queue must be 1 to 128"),
        ({"wait_timeout": 0}, "wait_timeout must be"),
        ({"wait_interval": 0}, "wait_interval must be"),
        ({"wait_interval": float("nan")}, "wait_interval must be"),
    ],
)
def test_invalid_options_fail_offline(cloud, probe, options, message):
    result = probe(DATABASE, **options)
    assert result.failed
    assert message in result["msg"]
    assert result.sent == []


def test_a_queue_that_does_not_exist_is_an_error_with_a_hint(sim, run):
    result = run("dli_connectivity_test", queue="nosuch", addresses=["10.0.0.1:80"])
    assert result.failed
    assert result["error"]["hint"] == "Check its name, the region and the project."

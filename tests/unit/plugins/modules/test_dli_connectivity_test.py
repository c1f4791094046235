# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A queue tells which addresses it reaches; what stands in the way is named; nothing is ever changed."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import clock as _clock

DATABASE, BROKER, SIXTH, WEB = "192.168.0.10:5432", "broker.example.com:9092", "[fd00::10]:5432", "192.168.0.20:443"
ADDRESSES = [DATABASE, BROKER, SIXTH]
POST, PATH = "POST queues/q1/connection-test 200", "/connection-test"
RANKED = ("VPC or the subnet", "overlaps", "agency", "security group", "route", "ACL")


@pytest.fixture
def cloud(sim):
    """An old queue that is bound to a connection, and one in a pool that is bound."""
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
    """probe(DATABASE, ...) has q1 test these addresses."""

    def probe(*addresses, **options):
        return run("dli_connectivity_test", **{"queue": "q1", "addresses": list(addresses), **options})

    return probe


def words(result):
    return {each["address"]: each["connectivity"] for each in result["connectivity"]}


def asked_for(sim):
    """The addresses of all tests that the service has started."""
    return [task.address for task in sim.state.main.tasks.values()]


def test_all_addresses_are_asked_before_the_first_answer_is_waited_for(cloud, probe, clock):
    result = probe(*ADDRESSES, DATABASE, queue="pooled")
    assert words(result) == dict.fromkeys(ADDRESSES, "REACHABLE")
    assert list(words(result)) == asked_for(cloud) == ADDRESSES
    assert [each["task_id"] for each in result["connectivity"]] == list(cloud.state.main.tasks)
    assert result.sent[:3] == [POST.replace("q1", "pooled")] * 3
    assert result["causes"] == result["unsupported"] == []
    assert not result["changed"]
    # The time of one test, not of three.
    assert 5 <= clock.slept < 7


def test_an_address_with_its_answer_is_not_asked_about_again(cloud, probe):
    cloud.set_knobs(connectivity_seconds=0)
    assert [line.split()[0] for line in probe(*ADDRESSES, queue="pooled").sent] == ["POST"] * 3 + ["GET"] * 3


def test_many_addresses_need_no_longer_than_one(cloud, probe, clock):
    cloud.set_knobs(connectivity_seconds=60)
    result = probe(*(f"192.168.1.{number}:5432" for number in range(1, 51)))
    assert len(result["connectivity"]) == 50
    assert 60 <= clock.slept < 70
    # Who waits looks at one of them.
    assert len(result.sent) == 50 + 50 + len(clock.sleeps)


@pytest.mark.parametrize("fault", [None, {"kind": "status", "status": 503}], ids=str)
def test_an_early_answer_is_told_when_the_time_runs_out_for_another(cloud, probe, clock, monkeypatch, fault):
    """One that was not looked at while the first was waited for; and if that look fails, it is as before."""
    tasks = cloud.state.main.tasks

    def sleep(seconds):
        tasks[min(tasks)].done_at = float("inf")
        clock.sleep(seconds)
        if fault and len(clock.sleeps) == 1:
            cloud.inject(method="GET", path=f"/{max(tasks)}$", times=None, **fault)

    monkeypatch.setattr(_clock, "sleep", sleep)
    result = probe(DATABASE, BROKER, wait_timeout=60, fail_on_unreachable=False)
    assert words(result) == {DATABASE: "UNANSWERED", BROKER: "UNANSWERED" if fault else "REACHABLE"}


@pytest.mark.parametrize("word", ["RUNNING", "processing", "", "UNKNOWN"])
def test_every_word_that_is_no_answer_is_waited_out(cloud, probe, word):
    cloud.set_knobs(connectivity_pending=word)
    assert words(probe(DATABASE)) == {DATABASE: "REACHABLE"}


def test_a_queue_that_is_being_assigned_is_waited_for(cloud, probe, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    assert words(probe(DATABASE, WEB, queue="Young")) == dict.fromkeys([DATABASE, WEB], "REACHABLE")
    assert 240 <= clock.slept < 300
    assert asked_for(cloud) == [DATABASE, WEB]


def test_a_queue_that_is_not_ready_in_time_fails_the_task(cloud, probe, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    result = probe(DATABASE, queue="young", wait_timeout=60)
    assert result.failed
    assert "Status of queue young is assigning" in result["msg"]
    assert clock.slept == pytest.approx(60, abs=1)
    assert asked_for(cloud) == []


def test_an_address_that_is_not_reached_fails_the_task_with_ranked_causes(cloud, probe):
    cloud.set_knobs(unreachable=[DATABASE, WEB])
    result = probe(DATABASE, BROKER, WEB)
    assert result.failed
    assert words(result) == {DATABASE: "UNREACHABLE", BROKER: "REACHABLE", WEB: "UNREACHABLE"}
    assert f"{DATABASE} (UNREACHABLE), {WEB} (UNREACHABLE)" in result["msg"]
    assert BROKER not in result["msg"]
    assert len(result["causes"]) == len(RANKED)
    for cause, word in zip(result["causes"], RANKED, strict=True):
        assert word in cause
        assert cause in result["msg"]
    assert "inbound rule for TCP port 443, 5432 from 10.9.0.0/16." in result["causes"][3]
    assert result["error"]["code"] is None
    # One list of queues and one of connections is all that the diagnosis costs.
    assert [line for line in result.sent if PATH not in line] == [
        "GET queues 200",
        "GET datasource/enhanced-connections 200",
    ]


def test_a_failure_can_be_left_to_the_play(cloud, probe):
    cloud.set_knobs(unreachable=[DATABASE])
    result = probe(DATABASE, BROKER, fail_on_unreachable=False)
    assert not result.failed
    assert not result["changed"]
    assert words(result) == {DATABASE: "UNREACHABLE", BROKER: "REACHABLE"}
    assert len(result["causes"]) == len(RANKED)
    assert result.warned == []


@pytest.mark.parametrize("cidr_shown", [True, False])
def test_the_rule_for_a_queue_of_a_pool_names_the_range_of_the_pool(cloud, probe, cidr_shown):
    cloud.set_knobs(reachable=[])
    if not cidr_shown:
        cloud.queues["pooled"].cidr_in_vpc = ""
    result = probe(DATABASE, queue="pooled")
    assert "inbound rule for TCP port 5432 from 172.20.0.0/16." in result["causes"][3]


@pytest.mark.parametrize(
    ("connection", "cause"),
    [
        ({"queues": []}, "Queue alone is bound to no connection."),
        (
            {"queues": [{"name": "alone", "status": "FAILED", "err_msg": "route conflict"}]},
            "Queue alone is bound to connection other, but the binding is FAILED: route conflict.",
        ),
        (
            {"queues": [{"name": "alone", "status": "CREATING"}]},
            "Queue alone is bound to connection other, but the binding is CREATING.",
        ),
    ],
    ids=["unbound", "failed", "creating"],
)
def test_what_the_bindings_prove_is_the_first_cause(cloud, probe, connection, cause):
    cloud.load_seed({"queues": [{"queue_name": "alone"}], "connections": [{"name": "other", **connection}]})
    cloud.set_knobs(reachable=[])
    result = probe(DATABASE, queue="alone", fail_on_unreachable=False)
    assert result["causes"][0] == cause
    assert len(result["causes"]) == 1 + len(RANKED)


def test_a_pool_that_is_not_bound_is_the_first_cause_for_its_queue(cloud, probe):
    next(iter(cloud.connections.values())).elastic_resource_pools.clear()
    cloud.set_knobs(reachable=[])
    result = probe(DATABASE, queue="pooled", fail_on_unreachable=False)
    assert result["causes"][0] == (
        "Elastic resource pool pool1, in which queue pooled lives, is bound to no connection."
    )


def test_a_diagnosis_that_cannot_be_made_does_not_hide_what_happened(cloud, probe):
    cloud.set_knobs(reachable=[])
    for path in ("/queues$", "/enhanced-connections$"):
        cloud.inject(kind="status", path=path, status=403, error_code="DLI.0003", error_msg="no right")
    result = probe(DATABASE)
    assert words(result) == {DATABASE: "UNREACHABLE"}
    assert len(result["causes"]) == len(RANKED)
    assert "from the address range of the queue or its pool" in result["causes"][3]


def test_what_has_no_answer_in_time_is_told_with_what_is_known(cloud, probe, clock):
    cloud.set_knobs(connectivity_seconds=300)
    task = probe(DATABASE, wait_timeout=60, fail_on_unreachable=False)["connectivity"]
    assert [(each["connectivity"], each["raw_status"]) for each in task] == [("UNANSWERED", "RUNNING")]
    assert clock.slept == pytest.approx(60, abs=1)
    result = probe(DATABASE, wait_timeout=60)
    assert result.failed
    assert f"{DATABASE} (UNANSWERED)" in result["msg"]


def test_one_budget_holds_for_the_whole_task(cloud, probe, clock):
    cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
    cloud.set_knobs(connectivity_seconds=300)
    result = probe(DATABASE, queue="young", wait_timeout=450, fail_on_unreachable=False)
    assert words(result) == {DATABASE: "UNANSWERED"}
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
def test_an_answer_that_is_lost_is_asked_for_again(cloud, probe, fault, method):
    cloud.inject(method=method, path=PATH, **fault)
    result = probe(DATABASE, BROKER)
    assert words(result) == dict.fromkeys([DATABASE, BROKER], "REACHABLE")
    assert set(asked_for(cloud)) == {DATABASE, BROKER}


def test_a_service_that_stays_away_fails_the_task_soon(cloud, probe, clock):
    cloud.inject(kind="drop_before", path=PATH, times=None)
    result = probe(DATABASE, max_retries=2)
    assert result.failed
    assert f"have queue q1 test the connection to {DATABASE}" in result["msg"]
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
    """Earlier tasks were only predicted, so nothing that they may be about to mend is a failure."""

    def test_addresses_are_tested(self, cloud, probe):
        assert words(probe(DATABASE, BROKER, check=True)) == dict.fromkeys([DATABASE, BROKER], "REACHABLE")
        assert asked_for(cloud) == [DATABASE, BROKER]

    def test_a_queue_that_does_not_exist_yet_is_a_warning(self, cloud, probe):
        result = probe(DATABASE, queue="nowhere", check=True)
        assert not result.failed
        assert result["connectivity"] == result["causes"] == []
        assert "nowhere" in result.warned[0]

    def test_a_queue_that_is_not_ready_is_a_warning_and_not_waited_for(self, cloud, probe, clock):
        cloud.load_seed({"queues": [{"queue_name": "young", "age": 0}]})
        result = probe(DATABASE, queue="young", check=True)
        assert not result.failed
        assert result["connectivity"] == []
        assert "assigning" in result.warned[0]
        assert clock.slept == 0

    def test_an_address_that_is_not_reached_is_a_warning(self, cloud, probe):
        cloud.set_knobs(unreachable=[DATABASE])
        result = probe(DATABASE, BROKER, check=True)
        assert not result.failed
        assert words(result) == {DATABASE: "UNREACHABLE", BROKER: "REACHABLE"}
        (warning,) = result.warned
        assert warning.startswith(f"Queue q1 does not reach {DATABASE} (UNREACHABLE). Look for the cause")

    def test_a_refusal_of_another_kind_is_a_failure(self, cloud, probe):
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


def test_every_good_address_is_sent_as_it_is(cloud, probe):
    assert not probe(*GOOD, queue="pooled").failed
    assert asked_for(cloud) == list(GOOD)


@pytest.mark.parametrize("address", BAD)
def test_a_bad_address_is_refused_offline(cloud, probe, address):
    result = probe(DATABASE, address)
    assert result.failed
    assert result["msg"].startswith("addresses: must be host:port")
    assert DATABASE not in result["msg"]
    assert result.sent == []


def test_one_message_names_every_bad_address(cloud, probe):
    bad = [f"192.168.0.{number}" for number in range(1, 31)]
    message = probe(DATABASE, *bad, queue="_q")["msg"]
    assert message.count("host:port") == 1
    assert all(f"'{address}'" in message for address in bad)
    assert "queue must be" in message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"addresses": []}, "addresses: must name at least one"),
        ({"queue": "12"}, "queue must be 1 to 128"),
        ({"wait_timeout": 0}, "wait_timeout must be"),
        ({"wait_interval": 0}, "wait_interval must be"),
        ({"wait_interval": float("nan")}, "wait_interval must be"),
    ],
)
def test_bad_options_are_refused_offline(cloud, probe, options, words):
    result = probe(DATABASE, **options)
    assert result.failed
    assert words in result["msg"]
    assert result.sent == []

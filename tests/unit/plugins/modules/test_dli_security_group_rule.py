# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules are created once, predicted by check mode, and removed only if they are exactly the described ones."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._security_group import validation

from dli_simulator import security_groups as simulated
from dli_simulator.profiles import PROFILES

GROUP = "5b0a3f5e-0f0b-4c7d-9d42-6f1f4cf0a001"
OTHER = "5b0a3f5e-0f0b-4c7d-9d42-6f1f4cf0a002"
LIST = "GET vpc/security-group-rules 200"
POST = "POST vpc/security-group-rules 201"
MARK = "made by a play"


@pytest.fixture
def cloud(cloud):
    """The cloud with a queue that has a CIDR block of its own, and two groups of the same name."""
    cloud.load_seed(
        {
            "queues": [{"queue_name": "own", "cidr_in_vpc": "10.9.0.0/16"}],
            "security_groups": [
                {"id": GROUP, "name": "databases", "rules": []},
                *({"id": f"{OTHER[:-1]}{n}", "name": "twice", "rules": []} for n in (7, 8)),
            ],
        }
    )
    return cloud


@pytest.fixture
def rule(cloud, run):
    """rule(ports=[...], ...) runs the module for the group."""
    return lambda **options: run("dli_security_group_rule", **{"security_group": GROUP, "ports": ["5432"], **options})


@pytest.fixture
def stored(cloud):
    """stored() returns the rules of the group in short form, such as 'tcp 5432 10.0.0.0/8'."""

    def stored(group=GROUP):
        [found] = [each for each in cloud.state.security_groups if each["id"] == group]
        return [f"{r['protocol']} {r['multiport'] or 'all'} {r['remote_ip_prefix']}" for r in found["rules"]]

    return stored


@pytest.fixture
def existing(cloud):
    """existing(multiport="22", ...) adds a rule to the group that allows TCP from 10.0.0.0/8."""

    def existing(**fields):
        body = {"protocol": "tcp", "multiport": "5432", "remote_ip_prefix": "10.0.0.0/8", **fields}
        cloud.load_seed({"security_groups": [{"id": "seed", "name": "seed", "rules": [body]}]})
        seeded = cloud.state.security_groups.pop()
        [made] = seeded["rules"]
        made["security_group_id"] = GROUP
        next(each for each in cloud.state.security_groups if each["id"] == GROUP)["rules"].append(made)
        return made

    return existing


TEN = {"remote_ip_prefix": ["10.0.0.0/8"]}

# (options, the rules afterwards)
SOURCES = {
    "a block": (TEN, ["tcp 5432 10.0.0.0/8"]),
    "an address": ({"remote_ip_prefix": ["10.1.2.3"]}, ["tcp 5432 10.1.2.3/32"]),
    "a block of IPv6": ({"remote_ip_prefix": ["FD00:0::/64"]}, ["tcp 5432 fd00::/64"]),
    "a queue": ({"queues": ["OWN"]}, ["tcp 5432 10.9.0.0/16"]),
    "a queue in a pool": ({"queues": ["in_pool"]}, ["tcp 5432 172.16.0.0/16"]),
    "a pool": ({"elastic_resource_pools": ["Pool2"]}, ["tcp 5432 172.17.0.0/16"]),
    "a pool and its queues": (
        {"queues": ["in_pool", "in_pool_too"], "elastic_resource_pools": ["pool1"]},
        ["tcp 5432 172.16.0.0/16"],
    ),
    "all of them": (
        {"queues": ["own"], "elastic_resource_pools": ["pool1"], **TEN},
        ["tcp 5432 10.0.0.0/8", "tcp 5432 10.9.0.0/16", "tcp 5432 172.16.0.0/16"],
    ),
    "several ports": ({**TEN, "ports": ["22", "8000-8010"]}, ["tcp 22 10.0.0.0/8", "tcp 8000-8010 10.0.0.0/8"]),
    "the same port twice": ({**TEN, "ports": ["22", "22-22", " 22 "]}, ["tcp 22 10.0.0.0/8"]),
    "all ports": ({**TEN, "ports": ["1-65535"]}, ["tcp all 10.0.0.0/8"]),
    "udp": ({**TEN, "protocol": "udp"}, ["udp 5432 10.0.0.0/8"]),
}


@pytest.mark.both_modes
@pytest.mark.parametrize(("options", "rules"), SOURCES.values(), ids=SOURCES)
def test_the_rules_are_created_once_and_removed_again(rule, stored, options, rules):
    def managed(result):
        return [{**each, "id": None} for each in result["security_group_rules"]]

    predicted = rule(**options, check=True)
    assert (predicted["changed"], stored()) == (True, [])
    made = rule(**options)
    assert (made["changed"], stored()) == (True, rules)
    assert managed(made) == managed(predicted)
    assert made["diff"] == predicted["diff"]
    again = rule(**options)
    assert (again["changed"], again["diff"], stored()) == (False, {"before": {}, "after": {}}, rules)
    assert again["security_group_rules"] == made["security_group_rules"]
    assert again.writes == []
    gone = rule(**options, state="absent")
    assert (gone["changed"], gone["security_group_rules"], stored()) == (True, [], [])
    assert gone["diff"] == {"before": made["diff"]["after"], "after": made["diff"]["before"]}
    assert rule(**options, state="absent")["changed"] is False


def test_a_run_without_changes_sends_one_request(rule, existing):
    existing()
    assert rule(**TEN).sent == [LIST]


def test_a_group_is_found_by_its_name(rule, stored):
    assert rule(**TEN, security_group="databases").sent == [
        "GET vpc/security-groups 200",
        LIST,
        f"GET vpc/security-groups/{GROUP} 200",
        POST,
    ]
    assert stored() == ["tcp 5432 10.0.0.0/8"]


# Rules that allow what the task describes: (fields of the rule, options of the task)
THERE = {
    "exactly": ({}, {}),
    "with another priority": ({"priority": 50}, {}),
    "with another description": ({"description": "by hand"}, {"description": MARK}),
    "with the requested priority": ({"priority": 50}, {"priority": 50}),
    "with more ports in its list": ({"multiport": "22,5432"}, {}),
    "with the same list of ports": ({"multiport": "5432,22"}, {"ports": ["22", "5432"]}),
    "by the number of the protocol": ({"protocol": "6"}, {}),
    "of all ports": ({"multiport": ""}, {"ports": ["1-65535"]}),
}


@pytest.mark.parametrize(("fields", "options"), THERE.values(), ids=THERE)
def test_a_rule_that_allows_it_exactly_is_left_alone(rule, existing, fields, options):
    there = existing(**fields)
    result = rule(**TEN, **options)
    assert (result["changed"], result.writes) == (False, [])
    assert [each["id"] for each in result["security_group_rules"]] == [there["id"]]


OTHERS = {
    "a wider block": {"remote_ip_prefix": "0.0.0.0/0"},
    "a narrower block": {"remote_ip_prefix": "10.0.0.0/16"},
    "everything": {"remote_ip_prefix": None},
    "a group as source": {"remote_ip_prefix": None, "remote_group_id": OTHER},
    "other ports": {"multiport": "5433"},
    "a range around the port": {"multiport": "5000-6000"},
    "all ports": {"multiport": ""},
    "all protocols": {"protocol": None, "multiport": None},
    "udp": {"protocol": "udp"},
    "outbound": {"direction": "egress"},
    "a denial": {"action": "deny"},
}


def test_a_rule_for_all_addresses_may_be_stored_without_a_source(rule, existing, stored):
    existing(remote_ip_prefix=None)
    assert rule(remote_ip_prefix=["0.0.0.0/0"])["changed"] is False
    assert rule(remote_ip_prefix=["0.0.0.0/0"], state="absent")["changed"] is True
    assert stored() == []


def test_a_rule_whose_ports_are_no_ports_is_left_alone(rule, existing, stored):
    existing()["multiport"] = "Any"
    assert rule(**TEN)["changed"] is True
    assert stored() == ["tcp Any 10.0.0.0/8", "tcp 5432 10.0.0.0/8"]
    assert rule(**TEN, state="absent")["changed"] is True
    assert stored() == ["tcp Any 10.0.0.0/8"]


@pytest.mark.parametrize("fields", OTHERS.values(), ids=OTHERS)
def test_another_rule_neither_counts_nor_is_removed(rule, existing, stored, fields):
    existing(**fields)
    before = stored()
    assert rule(**TEN)["changed"] is True
    assert stored() == [*before, "tcp 5432 10.0.0.0/8"]
    assert rule(**TEN, state="absent")["changed"] is True
    result = rule(**TEN, state="absent")
    assert (result["changed"], stored(), result.warned) == (False, before, [])


def test_a_rule_that_lists_other_ports_too_stays_with_a_warning(rule, existing, stored):
    there = existing(multiport="22,5432")
    result = rule(**TEN, state="absent")
    assert (result["changed"], stored()) == (False, ["tcp 22,5432 10.0.0.0/8"])
    assert result.warned == [
        f"Rule {there['id']} of security group {GROUP} was not removed, because it does not match the task exactly: "
        "it allows ports 22,5432."
    ]
    assert rule(**TEN, ports=["22", "5432", "80"], state="absent")["changed"] is True
    assert stored() == []


@pytest.mark.parametrize(
    ("options", "removed"),
    [
        ({"description": MARK}, True),
        ({"description": "other"}, False),
        ({"priority": 7}, True),
        ({"priority": 1}, False),
        ({}, True),
    ],
)
def test_description_and_priority_select_what_is_removed(rule, existing, stored, options, removed):
    existing(description=MARK, priority=7)
    assert rule(**TEN, **options, state="absent")["changed"] is removed
    assert bool(stored()) is not removed


def test_another_priority_is_an_error_that_names_the_way_out(rule, existing):
    there = existing(priority=50)
    result = rule(**TEN, priority=1)
    assert result["msg"] == (
        f"Cannot change rule {there['id']} of security group {GROUP}: priority is immutable (current: 50, "
        "requested: 1). "
        "Leave out priority, or delete the rule first (state=absent without priority)."
    )
    assert result["error"]["reason"] == "immutable"
    assert result["error"]["differences"][0]["option"] == "priority"


def test_a_disabled_rule_is_an_error(rule, existing):
    there = existing()
    there["enabled"] = False
    result = rule(**TEN)
    assert result["msg"].startswith(f"Rule {there['id']} of security group {GROUP} is disabled. Enable or delete")
    assert result.writes == []


@pytest.mark.parametrize("check", [False, True])
def test_all_problems_of_the_options_are_reported_at_once(rule, check):
    result = rule(
        security_group=" ",
        ports=["0", "http", "9-8", "65536", "22,80"],
        remote_ip_prefix=["10.0.0.1/8", "10.0.0.0/33", "fe80::1%eth0", "fe80::%1/64"],
        queues=["_q"],
        elastic_resource_pools=["a-b"],
        priority=101,
        description="<b>",
        check=check,
    )
    assert result["error"]["reason"] == "rule"
    assert result.requests == []
    for words in (
        "security_group must be the ID or the name of a security group, got ' '",
        *(
            f"ports[{index}] must be {validation.PORTS_RULE}, got {each!r}"
            for index, each in enumerate(("0", "http", "9-8", "65536", "22,80"))
        ),
        "or one address, got '10.0.0.1/8'",
        *(f"got {each!r}" for each in ("10.0.0.0/33", "fe80::1%eth0", "fe80::%1/64")),
        "queues[0] must be 1 to 128",
        "elastic_resource_pools[0] must be 1 to 128",
        "priority must be from 1 to 100, got 101",
        "description must be at most 255 characters without < and >, got '<b>'",
    ):
        assert words in result["msg"]


SOURCES_REQUIRED = "remote_ip_prefix, queues or elastic_resource_pools is required to"
ABSENT = {"state": "absent"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, f"{SOURCES_REQUIRED} create rules"),
        ({"ports": None, **TEN}, "ports is required to create rules"),
        ({"ports": None, **TEN, "description": MARK}, "ports is required to create rules"),
        ({"ports": [], **TEN}, "ports must not be empty"),
        ({"queues": []}, "remote_ip_prefix, queues and elastic_resource_pools must not all be empty"),
        (ABSENT, f"{SOURCES_REQUIRED} remove rules if description is not set"),
        ({**ABSENT, **TEN, "ports": None}, "ports is required to remove rules if description is not set"),
        # An empty list of a template removes nothing.
        (
            {**ABSENT, "description": MARK, "queues": []},
            "remote_ip_prefix, queues and elastic_resource_pools must not all be empty",
        ),
    ],
)
def test_a_task_that_describes_no_rule_is_an_error(rule, options, message):
    assert rule(**options)["msg"] == message


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"ports": None}, ["tcp 5432 10.0.0.0/8"]),
        ({"ports": ["22"]}, ["tcp 5432 10.0.0.0/8", "tcp 443 10.9.0.0/16"]),
        ({"ports": None, "queues": ["own"]}, ["tcp 5432 10.0.0.0/8", "tcp 22 10.0.0.0/8"]),
    ],
)
def test_marked_rules_are_removed_without_their_ports_and_sources(rule, existing, stored, options, left):
    existing()
    existing(description=MARK, multiport="22")
    existing(description=MARK, multiport="443", remote_ip_prefix="10.9.0.0/16")
    assert rule(**ABSENT, **options, description=MARK)["changed"] is True
    assert stored() == left


# (options, message)
MISSING = {
    "a group with that ID": ({**TEN, "security_group": OTHER}, f"Security group {OTHER} does not exist."),
    "a group of that name": (
        {**TEN, "security_group": "nowhere"},
        "security_group must be the ID or the name of an existing security group, got 'nowhere'.",
    ),
    "one group of that name": (
        {**TEN, "security_group": "twice"},
        f"security_group must be the name of exactly one security group, got 'twice' (2 groups have it: {OTHER[:-1]}7, "
        f"{OTHER[:-1]}8). Use the ID instead.",
    ),
    "queues and pools": (
        {"queues": ["nowhere", "unknown"], "elastic_resource_pools": ["nothing"]},
        "Queue nowhere does not exist. Queue unknown does not exist. Elastic resource pool nothing does not exist.",
    ),
    "a block of a shared queue": (
        {"queues": ["default"]},
        "Queue default has no CIDR block of its own, because it is shared.",
    ),
}


@pytest.mark.parametrize(("options", "message"), MISSING.values(), ids=MISSING)
def test_what_is_missing_is_an_error_before_the_first_write(rule, options, message):
    result = rule(**options)
    assert result["msg"].startswith(message)
    assert result.writes == []


def test_a_group_that_is_gone_has_no_rule_to_remove(rule):
    for group in (OTHER, "nowhere"):
        result = rule(**TEN, security_group=group, state="absent")
        assert (result.failed, result["changed"], result["security_group_rules"]) == (False, False, [])
    assert result.warned == [
        "There is no rule to remove: security_group must be the ID or the name of an existing security group, got "
        "'nowhere'. Check the name, the region and the project."
    ]
    assert rule(**TEN, security_group="twice", state="absent").failed


def test_check_mode_expects_queues_of_earlier_tasks(rule):
    result = rule(queues=["tomorrow", "own"], check=True)
    assert result["changed"] is True
    assert [each["remote_ip_prefix"] for each in result["security_group_rules"]] == ["10.9.0.0/16", None]
    assert result.warned == ["Queue tomorrow does not exist. An earlier task of the play may create it."]


def test_the_rule_of_a_queue_that_is_gone_is_a_warning(rule, existing, stored):
    existing()
    result = rule(queues=["gone"], **TEN, state="absent")
    assert (result["changed"], stored()) == (True, [])
    assert result.warned == ["Queue gone does not exist. To remove the rule for it, set remote_ip_prefix."]


def test_a_region_without_version_3_has_the_same_rules(rule, stored, cloud, monkeypatch):
    monkeypatch.setattr(cloud.state, "profile", PROFILES["vpc-v1"])
    ports = ["22", "8000-8010", "1-65535"]
    rules = ["tcp 22 10.0.0.0/8", "tcp 8000-8010 10.0.0.0/8", "tcp all 10.0.0.0/8"]
    assert rule(**TEN, ports=ports)["changed"] is True
    assert stored() == rules
    assert rule(**TEN, ports=ports, priority=1)["changed"] is False
    assert rule(**TEN, ports=ports, state="absent")["changed"] is True
    assert stored() == []
    by_name = rule(**TEN, security_group="databases")
    assert "Set security_group to the ID of the group" in by_name["msg"]
    assert by_name["error"]["reason"] == "unsupported"


def test_a_region_without_version_3_may_have_rules_whose_ports_are_no_ports(rule, stored, cloud, existing, monkeypatch):
    monkeypatch.setattr(cloud.state, "profile", PROFILES["vpc-v1"])
    as_v1 = simulated._as_v1
    monkeypatch.setattr(simulated, "_as_v1", lambda rule: {**as_v1(rule), "port_range_min": -1, "port_range_max": -1})
    existing(protocol="icmp", multiport="")
    assert rule(**TEN, state="absent")["changed"] is False
    assert stored() == ["icmp all 10.0.0.0/8"]


def test_pages_may_be_shorter_than_requested(rule, stored, existing, monkeypatch):
    for port in ("1", "2", "3", "5432"):
        existing(multiport=port)
    page = simulated.page
    monkeypatch.setattr(simulated, "page", lambda call, items: page(call, items)[:2])
    result = rule(**TEN)
    assert (result["changed"], result.sent) == (False, [LIST] * 2)


# (kind of fault, whether the request took effect)
LOST = {"drop_before": False, "drop_after": True}


@pytest.mark.parametrize(("kind", "effective"), LOST.items())
def test_a_lost_answer_never_doubles_a_rule(rule, stored, cloud, kind, effective):
    cloud.inject(method="POST", kind=kind)
    result = rule(**TEN)
    assert stored() == (["tcp 5432 10.0.0.0/8"] if effective else [])
    assert [each.method for each in result.requests].count("POST") == 1
    if effective:
        assert (result["changed"], result["security_group_rules"][0]["remote_ip_prefix"]) == (True, "10.0.0.0/8")
    else:
        assert "it is safe to run the task again" in result["msg"]


def test_a_lost_answer_to_a_removal_counts_as_a_change(rule, existing, stored, cloud):
    existing()
    cloud.inject(method="DELETE", kind="drop_after")
    assert (rule(**TEN, state="absent")["changed"], stored()) == (True, [])


def test_a_rule_that_another_client_just_created_is_no_change(rule, cloud, existing):
    cloud.inject(method="POST", kind="status", status=409, error_code="VPC.9902",
                 error_msg="Security group rule already exists. Rule id is r7.")  # fmt: skip
    result = rule(**TEN)
    assert (result.failed, result["changed"]) == (False, False)
    assert "Rule id is r7" in result.warned[0]
    assert result.warned[0].endswith("Therefore, no rule was created.")


def test_an_exhausted_quota_says_so(rule, cloud):
    cloud.state.knobs.security_group_rule_quota = 0
    result = rule(**TEN)
    assert result["msg"].startswith(
        f"Could not create a rule for TCP port 5432 from 10.0.0.0/8 in security group {GROUP}:"
    )
    assert "Increase the quota" in result["error"]["hint"]


def test_a_group_that_may_not_be_read_is_not_checked(rule, cloud, stored):
    cloud.inject(path=f"/security-groups/{GROUP}$", kind="status", status=403, error_code="VPC.2201", error_msg="no")
    assert rule(**TEN)["changed"] is True

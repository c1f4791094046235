# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rules are requested and which exist: plain data, without a service."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import security_groups
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import Conflict, ImmutableOption
from ansible_collections.huaweicloud.dli.plugins.module_utils._security_group import plan

TASK = {"protocol": "tcp", "ports": ["5432"], "priority": None, "description": None}
[WANTED] = plan.requested(TASK, "g", ["10.0.0.0/8"])


def rule(rule_id="r", **fields):
    """A rule as the service shows it, which allows what the task describes."""
    alike = {"direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "multiport": "5432", "action": "allow"}
    source = {"remote_ip_prefix": "10.0.0.0/8", "priority": 1, "enabled": True}
    return security_groups.rule_from_api({"id": rule_id, "security_group_id": "g", **alike, **source, **fields})


def test_a_requested_rule_has_one_block_and_one_range_of_ports():
    rules = plan.requested({**TASK, "ports": ["22", "80-90", "22-22"]}, "g", ["10.0.0.0/8", "fd00::/8", None])
    shown = [(each["ethertype"], each["remote_ip_prefix"], each["ports"]) for each in rules]
    assert shown == [
        *(("IPv4", "10.0.0.0/8", ports) for ports in ("22", "80-90")),
        *(("IPv6", "fd00::/8", ports) for ports in ("22", "80-90")),
        *(("IPv4", None, ports) for ports in ("22", "80-90")),
    ]
    assert {each["security_group_id"] for each in rules} == {"g"}
    assert plan.requested({**TASK, "ports": None}, "g", ["10.0.0.0/8"]) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, (1, "")), ({"priority": 7, "description": "mine"}, (7, "mine"))],
)
def test_priority_and_description_have_defaults(options, expected):
    [wanted] = plan.requested({**TASK, **options}, "g", ["10.0.0.0/8"])
    assert (wanted["priority"], wanted["description"]) == expected


@pytest.mark.parametrize(
    ("rules", "priority", "found"),
    [
        ([], None, None),
        ([rule("wide", multiport="22,5432"), rule("own")], None, "own"),
        ([rule("own"), rule("wide", multiport="22,5432")], None, "own"),
        ([rule("seven", priority=7), rule("one")], 1, "one"),
        ([rule("unknown", priority=None)], 7, "unknown"),
        ([rule("off", enabled=False), rule("on")], None, "on"),
        ([rule("old", enabled=None)], None, "old"),
        ([rule(protocol="6")], None, "r"),
        ([rule(protocol="17")], None, None),
        ([rule(protocol=None)], None, None),
        ([rule(ethertype="IPv6")], None, None),
        ([rule(remote_ip_prefix=None)], None, None),
        ([rule(remote_group_id="h")], None, None),
        ([rule(remote_address_group_id="a")], None, None),
    ],
    ids=str,
)
def test_the_rule_that_allows_exactly_what_is_requested(rules, priority, found):
    existing = plan.existing(rules, WANTED, priority)
    assert (existing and existing["id"]) == found


def test_udp_has_a_number():
    [wanted] = plan.requested({**TASK, "protocol": "udp"}, "g", ["10.0.0.0/8"])
    assert plan.existing([rule(protocol="17")], wanted, None)


@pytest.mark.parametrize(("ethertype", "block"), [("IPv4", "0.0.0.0/0"), ("IPv6", "::/0")])
def test_a_rule_without_a_source_is_one_for_all_addresses(ethertype, block):
    everyone = rule(ethertype=ethertype, remote_ip_prefix=None)
    [wanted] = plan.requested(TASK, "g", [block])
    assert plan.existing([everyone], wanted, None) == everyone
    assert plan.removal([everyone], TASK, [block]).remove == [everyone]
    assert plan.removal([everyone], TASK, ["10.0.0.0/8"]).remove == []


@pytest.mark.parametrize(
    ("rules", "priority", "error", "message"),
    [
        ([rule(enabled=False)], None, Conflict, "Rule r of security group g is disabled."),
        (
            [rule(enabled=False), rule("s", priority=7)],
            1,
            ImmutableOption,
            "Cannot change rule s of security group g: ",
        ),
    ],
)
def test_a_rule_that_the_service_cannot_change_is_an_error(rules, priority, error, message):
    with pytest.raises(error) as caught:
        plan.existing(rules, WANTED, priority)
    assert caught.value.message.startswith(message)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("fields", "options", "cidrs", "expected"),
    [
        ({}, {}, ["10.0.0.0/8"], "remove"),
        ({}, {}, ["10.0.0.0/9"], None),
        ({"multiport": "22,5432"}, {}, ["10.0.0.0/8"], "kept"),
        ({"multiport": "22,5432"}, {"ports": ["22", "80", "5432"]}, ["10.0.0.0/8"], "remove"),
        ({"multiport": "22"}, {}, ["10.0.0.0/8"], None),
        ({"multiport": "Any"}, {}, ["10.0.0.0/8"], None),
        ({"multiport": "Any"}, {"ports": None, "description": ""}, None, "remove"),
        ({"description": "mine"}, {"ports": None, "description": "mine"}, None, "remove"),
        ({"description": "other"}, {"ports": None, "description": "mine"}, None, None),
        ({"priority": 7}, {"priority": 1}, ["10.0.0.0/8"], None),
        ({"direction": "egress"}, {}, ["10.0.0.0/8"], None),
        ({"action": "deny"}, {}, ["10.0.0.0/8"], None),
    ],
    ids=str,
)
def test_only_described_rules_are_removed(fields, options, cidrs, expected):
    there, another = rule(**fields), rule(protocol="udp")
    found = plan.removal([another, there], {**TASK, **options}, cidrs)
    assert found == plan.Removal([there] * (expected == "remove"), [there] * (expected == "kept"))

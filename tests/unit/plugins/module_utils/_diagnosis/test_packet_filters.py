# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups and network ACLs, compared with a decision about each single address."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import security_groups
from ansible_collections.huaweicloud.dli.plugins.module_utils._diagnosis import packet_filters
from hypothesis import given
from hypothesis import strategies as st

BLOCK = ip_network("10.0.0.0/28")
SOURCES = st.builds(lambda start, length: ip_network((0x0A000000 + start, length), strict=False),
                    st.integers(0, 31), st.integers(26, 32))  # fmt: skip
STEPS = st.lists(st.tuples(st.booleans(), SOURCES), max_size=6)


def admitted(address, steps):
    return next((allows for allows, source in steps if address in source), False)


def naive(steps):
    decisions = {admitted(address, steps) for address in BLOCK}
    return {(True,): packet_filters.OPEN, (False,): packet_filters.CLOSED}.get(tuple(decisions), packet_filters.PARTLY)


@given(STEPS)
def test_the_first_rule_that_matches_an_address_decides(steps):
    assert packet_filters.decide(BLOCK, [packet_filters.Step(*each) for each in steps]) == naive(steps)


@given(STEPS, st.lists(st.tuples(st.integers(0, 6), st.booleans(), SOURCES), min_size=1, max_size=2))
def test_what_depends_on_unknown_addresses_is_uncertain(steps, unknown):
    """If the verdict is certain, it is right whatever addresses the groups contain."""
    asked, meant = list(steps), list(steps)
    for position, allows, source in unknown:
        asked.insert(position, (allows, None))
        meant.insert(position, (allows, source))
    found = packet_filters.decide(BLOCK, [packet_filters.Step(*each) for each in asked])
    assert found in (packet_filters.UNCERTAIN, naive(meant))


def rule(**fields):
    return security_groups.rule_from_api(
        {"id": "r", "security_group_id": "g", "direction": "ingress", "ethertype": "IPv4", "action": "allow", **fields}
    )


TCP = {"protocol": "tcp", "multiport": "5432"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], "closed"),
        ([{}], "open"),
        ([TCP], "open"),
        ([{**TCP, "multiport": 5432}], "open"),
        ([{**TCP, "multiport": "22,5400-5500"}], "open"),
        ([{**TCP, "multiport": "22,5433-5500"}], "closed"),
        ([{**TCP, "protocol": "6"}], "open"),
        ([{**TCP, "protocol": "udp"}], "closed"),
        ([{**TCP, "direction": "egress"}], "closed"),
        ([{**TCP, "ethertype": "IPv6"}], "closed"),
        ([{**TCP, "enabled": False}], "closed"),
        ([{**TCP, "remote_ip_prefix": "10.0.0.0/28"}], "open"),
        ([{**TCP, "remote_ip_prefix": "10.0.0.0/29"}], "partly"),
        ([{**TCP, "remote_ip_prefix": "10.0.0.0/29"}, {**TCP, "remote_ip_prefix": "10.0.0.8/29"}], "open"),
        ([{**TCP, "remote_group_id": "g"}], "closed"),
        ([{**TCP, "remote_address_group_id": "a"}], "uncertain"),
        ([{**TCP, "multiport": "of another form"}], "uncertain"),
        ([{**TCP, "multiport": "of another form"}, {**TCP, "action": "deny", "priority": 1}], "closed"),
        ([{**TCP, "priority": 1}, {**TCP, "action": "deny", "priority": 1}], "closed"),
        ([{**TCP, "priority": 1}, {**TCP, "action": "deny", "priority": 2}], "open"),
        (
            [{**TCP, "action": "deny", "priority": 1, "remote_ip_prefix": "10.0.0.3/32"}, {**TCP, "priority": 9}],
            "partly",
        ),
        ([{"protocol": "tcp", "port_range_min": 5000, "port_range_max": 6000}], "open"),
    ],
    ids=str,
)
def test_a_security_group_admits_a_block(rules, expected):
    assert packet_filters.group_admits([rule(**each) for each in rules], BLOCK, 5432) == expected


ANY = {"action": "allow", "protocol": None, "version": 4, "source": None, "destination": None, "source_ports": None}
ANY |= {"ports": None, "groups": False, "enabled": True}


@pytest.mark.parametrize(
    ("rules", "enabled", "expected"),
    [
        ([], True, "closed"),
        ([{}], True, "open"),
        ([{}], False, "closed"),
        ([{"enabled": False}], True, "closed"),
        ([{"protocol": "any"}], True, "open"),
        ([{"protocol": "icmp"}], True, "closed"),
        ([{"version": 6}], True, "closed"),
        ([{"ports": "1-80,5000-6000"}], True, "open"),
        ([{"ports": "1-80"}], True, "closed"),
        ([{"ports": "of another form"}], True, "uncertain"),
        ([{"destination": "192.168.0.0/24"}], True, "open"),
        ([{"destination": "192.168.1.0/24"}], True, "closed"),
        ([{"source": "10.0.0.0/29"}], True, "partly"),
        ([{"source_ports": "1024"}], True, "uncertain"),
        ([{"groups": True}], True, "uncertain"),
        ([{"groups": True}, {}], True, "open"),
        ([{"action": "deny", "source": "10.0.0.0/8"}, {}], True, "closed"),
        ([{}, {"action": "deny"}], True, "open"),
    ],
    ids=str,
)
def test_a_network_acl_admits_a_block(rules, enabled, expected):
    acl = {"id": "a", "name": "acl", "enabled": enabled, "rules": [{**ANY, **each} for each in rules]}
    assert packet_filters.acl_admits(acl, BLOCK, ip_address("192.168.0.10"), 5432) == expected
    without_destination = [{**each, "destination": None} for each in acl["rules"]]
    if without_destination == acl["rules"]:
        assert packet_filters.acl_admits(acl, BLOCK, None, 5432) == expected

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verdicts from facts: plain data, without a service."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections, security_groups
from ansible_collections.huaweicloud.dli.plugins.module_utils._diagnosis import causes, overlaps, text
from ansible_collections.huaweicloud.dli.plugins.module_utils._diagnosis.facts import (
    VERDICTS,
    Address,
    Facts,
    Finding,
    Gate,
    Group,
    Link,
    Place,
    Subject,
    Unread,
    cause,
)
from hypothesis import given
from hypothesis import strategies as st

Q1 = Subject("queue", "q1", "10.9.0.0/16")
PLACE = Place("vpc-1", "192.168.0.0/16", "s1", "192.168.0.0/24", ipv6=False)
PEERING = {"id": "peer", "status": "ACTIVE", "vpc_ids": ["vpc-1", "other"]}
ADDRESS = "192.168.0.10:5432"
DENIED = Unread("It could not be read.", "vpc:x:get")


def route(destination, nexthop="peer", kind="peering"):
    return {"type": kind, "destination": destination, "nexthop": nexthop}


def table(*routes):
    return {"id": "t1", "name": "rtb", "default": True, "routes": list(routes)}


def connection(**fields):
    known = {"id": "c", "name": "c1", "dest_vpc_id": "VPC-1", "dest_network_id": "s1", "ipv6_enable": False}
    return connections.from_api({**known, **fields})


LINK = Link(Q1, connection(), "ACTIVE", "", "peer", 9000.0, PLACE, (), PEERING, table(route("10.9.0.0/16")), None)
RULE = {"id": "r", "security_group_id": "g", "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp"}
OPEN = Group("g", "open", (security_groups.rule_from_api(RULE),))
CLOSED = Group("h", "closed", ())
HALF = Group("k", "half", (security_groups.rule_from_api({**RULE, "remote_ip_prefix": "10.9.0.0/17"}),))
DENYING = Group("d", "denying", (security_groups.rule_from_api({**RULE, "action": "deny"}),))
BLOCK = overlaps.block("of something", "10.9.4.0/24")
NEIGHBORS = {"s2": overlaps.block("subnet s2", "192.168.7.0/24")}
DISABLED = {"id": "a", "name": "", "enabled": False, "rules": []}


def facts(*changes, addresses=("192.168.0.10:5432",), **fields):
    links = tuple(replace(LINK, **each) for each in changes or ({},))
    parsed = tuple(map(Address.parse, addresses))
    return Facts(
        **{
            "subjects": (Q1,),
            "links": links,
            "addresses": parsed,
            "agency": ("vpc_netadm",),
            "groups": (OPEN,),
            **fields,
        }
    )


def verdicts(of):
    return {each["cause"]: each["verdict"] for each in causes.judge(of) if each["verdict"] != "excluded"}


def judged(name, of):
    """What is said about one cause."""
    return next(each for each in causes.judge(of) if each["cause"] == name)


def test_everything_in_order_excludes_all():
    assert verdicts(facts()) == {}
    assert judged("address", facts())["verdict"] == "excluded"
    assert verdicts(facts(addresses=())) == {}
    assert text.hint(causes.judge(facts())) == text.NOTHING_FOUND


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "FAILED", "message": "no reason"}, {"binding": "confirmed", "peering": "unknown"}),
        ({"status": "CREATING", "age": 601.0}, {"binding": "confirmed", "peering": "unknown"}),
        ({"status": "CREATING", "age": 599.0}, {"binding": "likely", "peering": "unknown"}),
        ({"status": "CREATING", "age": None}, {"binding": "likely", "peering": "unknown"}),
        ({"status": ""}, {"binding": "confirmed", "peering": "unknown"}),
        ({"place": None}, {"network": "confirmed"}),
        ({"place": DENIED}, {"network": "unknown", "overlap": "unknown"}),
        ({"place": replace(PLACE, vpc_cidr=None)}, {}),
        # Which subnet contains the address is not known, and each can have a network ACL of its own.
        ({"place": replace(PLACE, subnet_cidr="192.168.1.0/24")}, {"network_acl": "unknown"}),
        ({"place": replace(PLACE, vpc_cidr="172.16.0.0/12", subnet_cidr="172.16.0.0/24")}, {"network": "likely"}),
        ({"connection": connection(routes=[{"name": "r", "cidr": "10.9.1.0/24"}])}, {}),
        ({"others": (overlaps.block("queue q2", "10.9.1.0/24"),)}, {"overlap": "confirmed"}),
        ({"place": replace(PLACE, subnet_cidr="10.9.0.0/20")}, {"overlap": "confirmed", "network_acl": "unknown"}),
        ({"place": replace(PLACE, neighbors=NEIGHBORS)}, {}),
        ({"place": replace(PLACE, neighbors={"s2": BLOCK})}, {"overlap": "likely"}),
        ({"routes": (BLOCK,)}, {"overlap": "likely"}),
        ({"others": (overlaps.block("elastic resource pool q1", "10.9.0.0/16"),)}, {}),
        ({"others": (overlaps.block("elastic resource pool q1", "10.9.0.0/15"),)}, {"overlap": "confirmed"}),
        ({"peering": None}, {"peering": "likely"}),
        ({"peering": DENIED}, {"peering": "unknown"}),
        ({"peering": {**PEERING, "status": "DELETED"}}, {"peering": "confirmed"}),
        ({"peering": {**PEERING, "vpc_ids": ["other", "another"]}}, {"peering": "likely"}),
        ({"table": None}, {"route": "unknown"}),
        ({"table": DENIED}, {"route": "unknown"}),
        ({"table": table()}, {"route": "likely"}),
        ({"table": table(route("10.0.0.0/8"))}, {}),
        ({"table": table(route("10.9.0.0/17"))}, {"route": "likely"}),
        ({"table": table(route("10.9.0.0/16"), route("0.0.0.0/0", "nat-1", "nat"))}, {}),
        # Only a part of the queue's addresses gets no answers.
        ({"table": table(route("10.9.0.0/16"), route("10.9.3.0/24", "vpn-1", "vpn"))}, {"route": "likely"}),
        ({"table": table(route("10.0.0.0/8"), route("10.9.0.0/16", "vpn-1", "vpn"))}, {"route": "confirmed"}),
        ({"table": table(route("0.0.0.0/0", "nat-1", "nat"))}, {"route": "likely"}),
        ({"table": table(route("10.9.0.0/16"), route("of another form", "x"))}, {}),
        ({"table": table(route("10.9.0.0/16"), route("fd00::/8", "x"))}, {}),
        ({"acl": DISABLED}, {"network_acl": "confirmed"}),
        ({"acl": {"id": "a", "name": "", "enabled": True, "rules": []}}, {"network_acl": "confirmed"}),
        ({"acl": DENIED}, {"network_acl": "unknown"}),
    ],
    ids=str,
)
def test_what_one_fact_changes(change, expected):
    assert verdicts(facts(change)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # An ACTIVE binding proves that DLI could use the VPC.
        ({"agency": ()}, {}),
        ({"agency": DENIED}, {}),
        ({"groups": (CLOSED,)}, {"security_group": "likely"}),
        ({"groups": (CLOSED, OPEN)}, {"security_group": "unknown"}),
        ({"groups": ()}, {"security_group": "unknown"}),
        ({"groups": DENIED}, {"security_group": "unknown"}),
        ({"groups": (CLOSED, OPEN), "protecting": {"192.168.0.10:5432": ("h",)}}, {"security_group": "confirmed"}),
        ({"groups": (CLOSED, OPEN), "protecting": {"192.168.0.10:5432": ("h", "g")}}, {}),
        ({"groups": (CLOSED, OPEN), "protecting": {"192.168.0.10:5432": ("z",)}}, {"security_group": "unknown"}),
        ({"groups": (CLOSED, OPEN), "protecting": {"192.168.0.10:5432": DENIED}}, {"security_group": "unknown"}),
        ({"addresses": ("10.9.1.1:22",)}, {"overlap": "confirmed", "network": "likely"}),
        ({"addresses": ("db.example.com:22",)}, {"network": "unknown", "hosts": "likely"}),
        # The IPv6 blocks of VPCs and pools are not read.
        ({"addresses": ("[fd00::1]:22",)}, {"ipv6": "confirmed", "network": "unknown", "security_group": "unknown"}),
        ({"groups": (HALF,), "protecting": {"192.168.0.10:5432": ("k",)}}, {"security_group": "likely"}),
        ({"groups": (OPEN, DENYING), "protecting": {"192.168.0.10:5432": ("g", "d")}}, {"security_group": "unknown"}),
        ({"groups": (CLOSED, DENYING), "protecting": {ADDRESS: ("d", "h")}}, {"security_group": "confirmed"}),
    ],
    ids=str,
)
def test_what_other_facts_change(fields, expected):
    assert verdicts(facts(**fields)) == expected


@pytest.mark.parametrize(("agency", "verdict"), [((), "likely"), (DENIED, "unknown"), (("vpc_netadm",), "excluded")])
def test_the_agency_matters_for_bindings_that_are_not_active(agency, verdict):
    found = {each["cause"]: each for each in causes.judge(facts({"status": "CREATING"}, agency=agency, addresses=()))}
    assert found["agency"]["verdict"] == verdict
    refused = facts({"status": "FAILED", "message": "Failed to get subnet s1."}, agency=agency)
    assert verdicts(refused)["agency"] == "likely"


def test_a_host_entry_gives_a_name_its_address():
    known = connection(hosts=[{"name": "DB.example.com", "ip": "192.168.0.10"}])
    assert verdicts(facts({"connection": known}, addresses=("db.example.com:22",))) == {}


def test_only_the_connection_that_leads_to_the_address_counts():
    elsewhere = replace(PLACE, vpc_cidr="172.16.0.0/12", subnet_cidr="172.16.0.0/24")
    other = {"place": elsewhere, "status": "FAILED", "connection": connection(name="c2")}
    assert verdicts(facts({}, other)) == {}
    assert verdicts(facts({}, other, addresses=("172.16.0.1:1",)))["binding"] == "confirmed"


ELSEWHERE = replace(PLACE, vpc_cidr="172.16.0.0/12", subnet_cidr="172.16.0.0/24")
SECOND = {"place": ELSEWHERE, "connection": connection(name="c2")}
ALLOW = {"action": "allow", "protocol": None, "version": 4, "source": None, "source_ports": None, "ports": None}
RULES = [{**ALLOW, "destination": "172.16.0.0/12", "groups": False, "enabled": True}]
TO_SECOND = {"id": "a", "name": "", "enabled": True, "rules": RULES}
NAT = route("0.0.0.0/0", "nat-1", "nat")
VPN = route("10.0.0.0/8", "vpn-1", "vpn")
FAILED = {"status": "FAILED", "message": "no reason"}


@pytest.mark.parametrize(
    ("other", "addresses", "expected"),
    [
        # The name may be at the end of either connection.
        ({**SECOND, **FAILED}, ("db.example.com:22",), {"binding": "likely"}),
        ({**SECOND, "acl": DISABLED}, ("db.example.com:22",), {"network_acl": "likely"}),
        # Connection c1 leads to the address, and c2 does not need to.
        ({**SECOND, "place": None}, ("192.168.0.10:22",), {}),
        ({**SECOND, "place": DENIED}, ("192.168.0.10:22",), {}),
        ({"connection": connection(name="c2"), **FAILED}, ("192.168.0.10:22",), {"binding": "likely"}),
        # Connection c1 does not lead to the second address.
        ({**SECOND, **FAILED}, ("192.168.0.10:22", "172.16.0.9:22"), {"binding": "confirmed"}),
        # None leads to the address.
        ({**SECOND, **FAILED}, ("10.1.1.1:22",), {"binding": "likely", "network": "likely"}),
        # The network ACL of connection c2 denies only what connection c1 leads to.
        ({**SECOND, "acl": TO_SECOND}, ("192.168.0.10:22", "172.16.0.9:22"), {}),
        # Both have the VPC peering of the VPC, and only one route can have the destination.
        ({"peer_id": "another"}, ("192.168.0.10:22",), {}),
    ],
    ids=str,
)
def test_what_a_second_binding_shows(other, addresses, expected):
    found = verdicts(facts({}, other, addresses=addresses))
    assert {name: verdict for name, verdict in found.items() if verdict != "unknown" and name != "hosts"} == expected


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"table": table(NAT)}, "excluded"),
        ({"table": table(NAT, VPN)}, "likely"),
        ({"table": table(NAT, route("10.9.0.0/16", "vpn-1", "vpn"))}, "confirmed"),
        ({"table": table(NAT), "message": "There is a conflict"}, "likely"),
    ],
)
def test_a_route_is_in_the_way_of_a_failed_binding(change, verdict):
    found = judged("route", facts({**FAILED, **change}, addresses=()))
    assert found["verdict"] == verdict
    assert "0.0.0.0/0" not in found["evidence"]


def test_the_default_route_does_not_replace_the_route_of_the_peering():
    found = judged("route", facts({"table": table(NAT, VPN)}))
    assert found["verdict"] == "likely"
    assert found["remedy"] == "Add a route with destination 10.9.0.0/16, type peering and next hop peer."


def test_a_local_route_cannot_be_removed():
    found = judged("route", facts({"table": table(route("10.9.0.0/16"), route("10.9.0.0/16", "-", "local"))}))
    assert found["remedy"] == "Use a queue or pool whose CIDR block does not overlap with a subnet of the VPC."


def test_an_address_in_another_subnet_has_a_route_table_and_a_network_acl_of_its_own():
    place = {"place": replace(PLACE, neighbors=NEIGHBORS)}
    there = {"addresses": ("192.168.7.9:22",)}
    fine = {"s2": Gate("s2", LINK.table, None)}
    assert verdicts(facts({**place, "acl": DISABLED, "table": table()}, gates=fine, **there)) == {}
    closed = {"s2": Gate("s2", table(), DISABLED)}
    assert verdicts(facts(place, gates=closed, **there)) == {"route": "likely", "network_acl": "confirmed"}
    named = {**place, "connection": connection(hosts=[{"name": "db", "ip": "192.168.7.9"}])}
    found = verdicts(facts(named, gates=closed, addresses=("db:22",)))
    assert found == {"route": "likely", "network_acl": "confirmed"}
    # A block that was added to the VPC later.
    added = {"place": replace(PLACE, neighbors={"s3": overlaps.block("subnet s3", "10.77.0.0/24")})}
    assert verdicts(facts(added, gates={"s3": Gate("s3", LINK.table, None)}, addresses=("10.77.0.9:22",))) == {}


def test_what_is_behind_a_route_is_protected_by_something_else():
    change = {"connection": connection(routes=[{"name": "r", "cidr": "10.50.0.0/16"}])}
    found = verdicts(facts(change, groups=(CLOSED,), addresses=("10.50.0.9:22",)))
    assert found == {"security_group": "unknown", "network_acl": "unknown"}


def test_a_route_that_contains_the_vpc_does_not_hide_its_subnets():
    change = {"connection": connection(routes=[{"name": "r", "cidr": "192.168.0.0/15"}])}
    assert verdicts(facts(change, groups=(CLOSED,))) == {"security_group": "likely"}


def test_bindings_that_were_not_examined_may_lead_to_the_address():
    found = judged("network", facts(addresses=("10.1.1.1:22",), omitted=2))
    assert found["verdict"] == "unknown"
    assert found["evidence"].endswith("2 more bindings were not examined.")


AGAIN = "Unbind queue q1 and bind it again: the service then creates the VPC peering and its routes anew."
GRANT = "Grant the permission vpc:x:get to let the module read it"
OF_BINDING = "VPC peering peer of the binding of queue q1 to connection c1"
READS = [
    (
        facts(addresses=("db.example.com:22",)),
        "network",
        "The IP address of db.example.com is not known.",
        "Check that it resolves to an address in the subnet of connection c1.",
    ),
    (
        facts(addresses=("db.example.com:22",)),
        "hosts",
        "Connection c1 has no host entry for db.example.com, and the queue may not resolve the name.",
        "If no DNS server resolves db.example.com for the queue, add it with its IP address to hosts of that "
        "connection.",
    ),
    (
        facts(addresses=("10.1.1.1:22",)),
        "network",
        "10.1.1.1:22 is neither in the VPC nor in a route of connection c1.",
        "Bind the queue to a connection to the VPC of 10.1.1.1, or add a route with cidr=10.1.1.1/32 to routes of the "
        "connection.",
    ),
    (
        facts({}, {"connection": connection(name="c2")}, addresses=("10.1.1.1:22",), omitted=1),
        "network",
        "10.1.1.1:22 is neither in the VPC nor in a route of the connections c1, c2. 1 more binding was not examined.",
        "Check that one of them leads to 10.1.1.1.",
    ),
    (
        facts({"place": replace(PLACE, vpc_cidr=None)}, addresses=("192.168.7.9:1",)),
        "network",
        "It is not known whether 192.168.7.9:1 is in the VPC of connection c1.",
        "Check that the VPC of connection c1 contains 192.168.7.9.",
    ),
    (
        facts({"place": None}),
        "network",
        "VPC VPC-1 of connection c1 has no subnet s1.",
        "Create the connection again with the VPC and the subnet of the data source.",
    ),
    (
        facts({"place": DENIED}),
        "network",
        "It could not be read.",
        f"{GRANT}, or check that subnet s1 of VPC VPC-1 contains the data source.",
    ),
    (
        facts({"peering": None}),
        "peering",
        f"{OF_BINDING} does not exist, or belongs to another account.",
        f"If it is missing in the VPC console, too, it was deleted by hand. {AGAIN}",
    ),
    (
        facts({"peering": DENIED}),
        "peering",
        "It could not be read.",
        f"{GRANT}, or check in the VPC console that VPC peering peer is active.",
    ),
    (facts({"peering": {**PEERING, "status": "DELETED"}}), "peering", f"{OF_BINDING} is DELETED.", AGAIN),
    (facts({"peering": {**PEERING, "status": ""}}), "peering", f"{OF_BINDING} is not active.", AGAIN),
    (facts({"peering": {**PEERING, "vpc_ids": []}}), "peering", f"{OF_BINDING} does not lead to VPC VPC-1.", AGAIN),
    (
        facts({"status": "CREATING"}),
        "peering",
        "The binding of queue q1 to connection c1 has no VPC peering before it is ACTIVE.",
        None,
    ),
    (
        facts(),
        "network",
        "Connection c1 leads to subnet s1. 192.168.0.10:5432 is in the subnet of connection c1.",
        None,
    ),
    (facts(), "peering", "VPC peering peer is ACTIVE.", None),
    (facts(), "network_acl", "Subnet s1 has no network ACL.", None),
    (facts(), "hosts", "All addresses are IP addresses, which need no host entries.", None),
    (facts(links=()), "network", "Without a binding, there is no network to compare with the address.", None),
    (facts(links=()), "peering", "Without a binding, there is no VPC peering.", None),
]


@pytest.mark.parametrize(("of", "name", "evidence", "remedy"), READS, ids=[each[2] for each in READS])
def test_what_a_user_reads_about_the_way_to_an_address(of, name, evidence, remedy):
    found = judged(name, of)
    assert (found["evidence"], found["remedy"]) == (evidence, remedy)


def test_a_vpc_that_may_not_be_read_may_contain_the_address():
    place = replace(PLACE, vpc_cidr=None, vpc_unread=DENIED)
    found = judged("network", facts({"place": place}, addresses=("192.168.7.9:1",)))
    assert (found["verdict"], found["evidence"]) == ("unknown", "It could not be read.")
    assert found["remedy"].startswith("Grant the permission vpc:x:get to let the module read it, or check that")


def test_a_queue_whose_pool_is_not_known_may_be_bound_by_its_pool():
    unknown = replace(Q1, cidr=None, unread=DENIED)
    found = judged("binding", facts(subjects=(unknown,), links=()))
    assert found["verdict"] == "unknown"
    assert found["evidence"] == "No connection binds queue q1 by its own name. It could not be read."


def test_without_a_binding_nothing_else_is_decided():
    found = verdicts(facts(links=()))
    assert found.pop("binding") == "confirmed"
    assert set(found.values()) == {"unknown"}
    unread = verdicts(facts(links=DENIED))
    assert set(unread.values()) == {"unknown"}
    assert "binding" in unread


def test_an_unknown_block_leaves_open_what_needs_it():
    unknown = Subject("queue", "q1", None)
    found = verdicts(
        facts({"subject": unknown, "acl": {"id": "a", "name": "", "enabled": True, "rules": []}}, subjects=(unknown,))
    )
    assert found == dict.fromkeys(("overlap", "security_group", "route", "network_acl"), "unknown")


STATES = {
    "status": st.sampled_from(["ACTIVE", "CREATING", "FAILED", ""]),
    "message": st.sampled_from(["", "overlap", "Failed to get subnet", "conflict", "x" * 5000]),
    "age": st.one_of(st.none(), st.floats(0, 1e9)),
    "place": st.sampled_from([PLACE, None, DENIED, replace(PLACE, vpc_cidr=None, subnet_cidr="x", ipv6=None)]),
    "peering": st.sampled_from([PEERING, None, DENIED]),
    "peer_id": st.sampled_from(["peer", None]),
    "table": st.sampled_from([table(), table(route("10.9.0.0/16")), table(route("x", "")), None, DENIED]),
    "acl": st.sampled_from([None, DENIED, {"id": "a", "name": "n", "enabled": True, "rules": []}]),
    "routes": st.sampled_from([(), (BLOCK,)]),
    "others": st.sampled_from([(), (overlaps.block("pool p", "10.0.0.0/8"),)]),
    "subject": st.sampled_from([Q1, Subject("elastic resource pool", "p", None, ipv6=True, queue="q1")]),
}
ADDRESSES = st.lists(st.sampled_from(["192.168.0.10:1", "10.9.0.1:65535", "name:1", "[fd00::1]:5"]), max_size=3)


@given(
    st.lists(st.fixed_dictionaries({}, optional=STATES), max_size=3),
    ADDRESSES,
    st.sampled_from([(), ("vpc_netadm",), DENIED]),
    st.sampled_from([(), (OPEN,), (OPEN, CLOSED), DENIED]),
)
def test_every_combination_has_verdicts_and_sentences(changes, addresses, agency, groups):
    links = tuple(replace(LINK, **each) for each in changes)
    found = causes.judge(facts(links=links, addresses=addresses, agency=agency, groups=groups))
    assert [each["cause"] for each in found] == list(causes.OF_ADDRESSES if addresses else causes.OF_BINDINGS)
    for each in found:
        assert each["verdict"] in VERDICTS
        assert each["evidence"].endswith(".")
        assert each["remedy"] is None or each["remedy"].endswith(".")
        assert (each["verdict"] in ("confirmed", "likely")) <= (each["remedy"] is not None)
        assert "None" not in each["evidence"].replace("None of the", "")
    assert text.hint(found)


def test_of_many_findings_some_are_named():
    found = cause("overlap", [Finding("confirmed", f"Finding {number}.", "Do it.") for number in range(9)])
    assert found.evidence.endswith("Finding 4. And 4 more of this kind.")
    assert found.remedy == "Do it."

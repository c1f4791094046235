# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Causes that block the traffic at the data source: security groups and network ACLs. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import links, packet_filters
from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN, Finding, Unread, unread

if TYPE_CHECKING:
    from .._api.firewalls import NetworkAcl
    from .facts import Address, Facts, Group, Link
    from .overlaps import Block

NEEDED = "the traffic to an IPv6 address comes"
# How many security groups a sentence names.
MOST_NAMED = 5
ADD_RULE = "Add this rule to the security group of the data source: {0}."


def security_group(facts: Facts) -> list[Finding]:
    """Whether the security groups of an address or, if these are unknown, all groups admit the subjects' CIDR block."""
    blocks = [block for subject in facts.subjects if (block := subject.block)]
    ports = sorted({address.port for address in facts.addresses})
    rules = [_rule(block, ports) for block in blocks] or [
        f"inbound, TCP, {_listed(ports)}, from the CIDR block of the queue or its pool"
    ]
    remedy = ADD_RULE.format("; ".join(rules))
    if isinstance(facts.groups, Unread):
        return [unread(facts.groups, remedy)]
    if not blocks:
        return [Finding(UNKNOWN, "The CIDR block of the queue is not known.", remedy)]
    if not facts.groups:
        return [Finding(UNKNOWN, "No security group is visible.", remedy)]
    return [_of_address(facts, facts.groups, block, address) for block in blocks for address in facts.addresses]


def _of_address(facts: Facts, groups: tuple[Group, ...], block: Block, address: Address) -> Finding:
    if address.ip is not None and address.ip.version != block.network.version:
        check = f"Check that the security group of {address.host} admits TCP port {address.port} from it."
        return Finding(UNKNOWN, f"The module does not read the IPv6 block of the pool, from which {NEEDED}.", check)
    places = {links.where(link, address) for link in links.leading_to(facts, address)}
    if places == {links.ROUTE}:
        check = f"Check that the firewalls in front of it admit TCP port {address.port} from {block.network}."
        return Finding(UNKNOWN, f"{address.host} is behind a route of the connection.", check)
    own = facts.protecting.get(address.text, ())
    if own and not isinstance(own, Unread):
        return _protected(groups, own, block, address)
    found = _admission(groups, block, address.port)
    if isinstance(own, Unread) and found.verdict == UNKNOWN and found.remedy:
        return Finding(UNKNOWN, f"{found.evidence} {own.why}", unread(own, found.remedy).remedy)
    return found


def _protected(groups: tuple[Group, ...], ids: tuple[str, ...], block: Block, address: Address) -> Finding:
    """Whether the security groups of an address, whose rules apply together, admit a block."""
    own = [group for group in groups if group.id in ids]
    names = ", ".join(map(str, own)) or ", ".join(ids)
    traffic = f"TCP port {address.port} from {block.network}"
    plural = len(ids) > 1
    add = f"Add this rule to security group {own[0] if own else ids[0]}: {_rule(block, [address.port])}."
    result = packet_filters.groups_admit([group.rules for group in own], block.network, address.port)
    subject = f"The security group{'s' if plural else ''} of {address.host}, {names},"
    has = "have" if plural else "has"
    if len(own) < len(ids):
        return Finding(UNKNOWN, f"{subject} {has} rules that are not visible.", add)
    if result == packet_filters.UNCERTAIN:
        return Finding(UNKNOWN, f"{subject} {has} rules whose effect on {traffic} is not known.", add)
    if result == packet_filters.OPEN:
        return Finding(EXCLUDED, f"{subject} {'admit' if plural else 'admits'} {traffic}.")
    deny = "deny" if plural else "denies"
    if result == packet_filters.PARTLY:
        # The queue may have used an address that is admitted.
        return Finding(LIKELY, f"{subject} {deny} {traffic} in part.", add)
    return Finding(CONFIRMED, f"{subject} {deny} {traffic}.", add)


def _rule(block: Block, ports: list[int]) -> str:
    return f"inbound, TCP, {_listed(ports)}, source {block.network}, action allow, priority 1"


def _listed(ports: list[int]) -> str:
    return f"port{'s' if len(ports) > 1 else ''} {','.join(map(str, ports))}"


def _names(groups: list[str]) -> str:
    more = f" and {len(groups) - MOST_NAMED} more" if len(groups) > MOST_NAMED else ""
    return ", ".join(groups[:MOST_NAMED]) + more


def _admission(groups: tuple[Group, ...], block: Block, port: int) -> Finding:
    """The verdict on all security groups, if the groups of the address are not known."""
    by_result: dict[str, list[str]] = {}
    for group in groups:
        by_result.setdefault(packet_filters.group_admits(group.rules, block.network, port), []).append(str(group))
    admitting, closed = by_result.get(packet_filters.OPEN, []), by_result.get(packet_filters.CLOSED, [])
    add = ADD_RULE.format(_rule(block, [port]))
    if len(admitting) == len(groups):
        return Finding(EXCLUDED, f"Every security group admits TCP port {port} from {block.network}.")
    if len(closed) == len(groups):
        count = "None of the" if len(groups) > 1 else "The only"
        plural = f"{len(groups)} security groups admits" if len(groups) > 1 else f"security group, {closed[0]}, denies"
        return Finding(LIKELY, f"{count} {plural} TCP port {port} from {block.network}.", add)
    rest = [name for result, names in by_result.items() if result != packet_filters.OPEN for name in names]
    text = f"TCP port {port} from {block.network} is admitted by {_names(sorted(admitting)) or 'no security group'}"
    return Finding(UNKNOWN, f"{text} and not, or not entirely, by {_names(sorted(rest))}.", add)


def network_acl(facts: Facts) -> list[Finding]:
    """Whether the network ACLs in front of the addresses admit the CIDR block of the subjects."""
    found = [
        links.tempered(facts, link, _acl_of_address(facts, link, address))
        for link in links.relevant(facts)
        for address in links.addresses_of(facts, link)
    ]
    return found or [links.without_binding(facts, "there is no subnet whose network ACL could be read")]


def _acl_of_address(facts: Facts, link: Link, address: Address) -> Finding:
    source, place = link.subject.block, links.where(link, address)
    block = str(source.network) if source else "the CIDR block of the queue or its pool"
    if address.ip is not None and address.ip.version == 6:
        block = "the IPv6 block of the pool"
    admits = f"TCP port {address.port} from {block}"
    check = f"Check that the network ACL of the subnet of {address.host}, if it has one, admits {admits}."
    gate = links.gate(facts, link, address)
    if place == links.ROUTE:
        return Finding(UNKNOWN, f"{address.host} is behind a route of connection {link.connection['name']}.", check)
    if gate is None:
        return Finding(UNKNOWN, f"The subnet of {address.host} is not known.", check)
    if isinstance(gate.acl, Unread):
        return unread(gate.acl, check)
    if gate.acl is None:
        return Finding(EXCLUDED, f"Subnet {gate.subnet} has no network ACL.")
    found = _acl(gate.acl, f"Network ACL {gate.acl['name'] or gate.acl['id']} of subnet {gate.subnet}", link, address)
    if found.verdict == CONFIRMED and place is None:
        # The address may be in another subnet.
        return found._replace(verdict=LIKELY)
    return found._replace(remedy=check) if found.verdict == UNKNOWN and not found.remedy else found


def _acl(acl: NetworkAcl, name: str, link: Link, address: Address) -> Finding:
    """The finding about the traffic to an address through a network ACL."""
    block, ip = link.subject.block, links.ip_of(link, address)
    if not acl["enabled"]:
        text = f"{name} is disabled. A disabled network ACL denies all traffic."
        return Finding(CONFIRMED, text, "Enable the network ACL, or remove the subnet from it.")
    if block is None:
        return Finding(UNKNOWN, f"The CIDR block of {link.subject} is not known.")
    if ip is not None and ip.version != block.network.version:
        return Finding(UNKNOWN, f"The module does not read the IPv6 block of the pool, from which {NEEDED}.")
    result = packet_filters.acl_admits(acl, block.network, ip, address.port)
    traffic = f"TCP from {block.network} to {address.host}, port {address.port}"
    if result == packet_filters.OPEN:
        return Finding(EXCLUDED, f"{name} admits {traffic}.")
    add = f"Add an inbound rule to it that allows {traffic}, before all rules that deny it."
    if result == packet_filters.UNCERTAIN:
        return Finding(UNKNOWN, f"{name} has rules whose effect on {traffic} is not known.", add)
    if result == packet_filters.PARTLY:
        return Finding(LIKELY, f"{name} admits {traffic} only in part.", add)
    return Finding(CONFIRMED, f"{name} denies {traffic}.", add)

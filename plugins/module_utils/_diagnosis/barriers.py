# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Causes that block the traffic at the data source: security groups and network ACLs. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import filters, links
from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN, Finding, Unread, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Address, Facts, Group, Link
    from .overlaps import Block

# How many security groups a sentence names.
MOST_NAMED = 5
ADD_RULE = "Add this rule to the security group of the data source: {0}."


def security_group(facts: Facts) -> list[Finding]:
    """Whether security groups admit the CIDR block of the subjects: those of an address or, if not known, all."""
    blocks = [block for subject in facts.subjects if (block := subject.block)]
    ports = sorted({address.port for address in facts.addresses})
    rules = [_rule(block, ports) for block in blocks] or [
        f"inbound, TCP, port {_listed(ports)}, from the CIDR block of the queue or its pool"
    ]
    remedy = ADD_RULE.format("; ".join(rules))
    if isinstance(facts.groups, Unread):
        return [unread(facts.groups, remedy)]
    if not blocks:
        return [Finding(UNKNOWN, "The CIDR block of the queue is not known.", remedy)]
    if not facts.groups:
        return [Finding(UNKNOWN, "No security group is visible.", remedy)]
    return [
        _of_address(facts.groups, facts.protecting.get(address.text, ()), block, address)
        for block in blocks
        for address in facts.addresses
    ]


def _of_address(groups: tuple[Group, ...], own: tuple[str, ...] | Unread, block: Block, address: Address) -> Finding:
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
    result = filters.group_admits((rule for group in own for rule in group.rules), block.network, address.port)
    subject = f"The security group{'s' if plural else ''} of {address.host}, {names},"
    if len(own) < len(ids) or result == filters.UNCERTAIN:
        return Finding(UNKNOWN, f"{subject} {'have' if plural else 'has'} rules that are not visible.", add)
    if result == filters.OPEN:
        return Finding(EXCLUDED, f"{subject} {'admit' if plural else 'admits'} {traffic}.")
    deny = "deny" if plural else "denies"
    return Finding(CONFIRMED, f"{subject} {deny} {traffic}{' in part' if result == filters.PARTLY else ''}.", add)


def _rule(block: Block, ports: list[int]) -> str:
    return f"inbound, TCP, port {_listed(ports)}, source {block.network}, action allow, priority 1"


def _listed(ports: list[int]) -> str:
    return ",".join(map(str, ports))


def _names(groups: list[str]) -> str:
    more = f" and {len(groups) - MOST_NAMED} more" if len(groups) > MOST_NAMED else ""
    return ", ".join(groups[:MOST_NAMED]) + more


def _admission(groups: tuple[Group, ...], block: Block, port: int) -> Finding:
    """What all security groups say, if those of the address are not known."""
    by_result: dict[str, list[str]] = {}
    for group in groups:
        by_result.setdefault(filters.group_admits(group.rules, block.network, port), []).append(str(group))
    admitting, closed = by_result.get(filters.OPEN, []), by_result.get(filters.CLOSED, [])
    add = ADD_RULE.format(_rule(block, [port]))
    if len(admitting) == len(groups):
        return Finding(EXCLUDED, f"Every security group admits TCP port {port} from {block.network}.")
    if len(closed) == len(groups):
        count = "None of the" if len(groups) > 1 else "The only"
        plural = f"{len(groups)} security groups admits" if len(groups) > 1 else f"security group, {closed[0]}, denies"
        return Finding(LIKELY, f"{count} {plural} TCP port {port} from {block.network}.", add)
    rest = [name for result, names in by_result.items() if result != filters.OPEN for name in names]
    text = f"TCP port {port} from {block.network} is admitted by {_names(sorted(admitting)) or 'no security group'}"
    return Finding(UNKNOWN, f"{text}, and not or not entirely by {_names(sorted(rest))}.", add)


def network_acl(facts: Facts) -> list[Finding]:
    """Whether the network ACL of the subnet admits the CIDR block of the subjects."""
    found = [finding for link in links.relevant(facts) for finding in _acl(facts, link)]
    return found or [links.without_binding(facts, "there is no subnet whose network ACL could be read")]


def _acl(facts: Facts, link: Link) -> Iterator[Finding]:
    acl, subnet, block = link.acl, link.connection["dest_network_id"], link.subject.block
    source = block.network if block else "the CIDR block of the queue or its pool"
    ports = _listed(sorted({address.port for address in facts.addresses}))
    check = f"Check that the network ACL of the subnet admits TCP port {ports} from {source}."
    if isinstance(acl, Unread):
        yield unread(acl, check)
    elif acl is None:
        yield Finding(EXCLUDED, f"Subnet {subnet} has no network ACL.")
    elif not acl["enabled"]:
        text = f"Network ACL {acl['name'] or acl['id']} of subnet {subnet} is disabled, and then denies all traffic."
        yield Finding(CONFIRMED, text, "Enable the network ACL, or remove the subnet from it.")
    elif block is None:
        yield Finding(UNKNOWN, f"The CIDR block of {link.subject} is not known.", check)
    else:
        name = f"Network ACL {acl['name'] or acl['id']} of subnet {subnet}"
        yield from _admissions(facts, link, block, name)


def _admissions(facts: Facts, link: Link, block: Block, name: str) -> Iterator[Finding]:
    """One finding for each address in the subnet; other subnets have other network ACLs."""
    if link.acl is None or isinstance(link.acl, Unread):
        return
    for address in facts.addresses:
        if links.where(link, address) not in (links.SUBNET, None):
            continue
        result = filters.acl_admits(link.acl, block.network, links.ip_of(link, address), address.port)
        traffic = f"TCP from {block.network} to {address.host}, port {address.port}"
        if result == filters.OPEN:
            yield Finding(EXCLUDED, f"{name} admits {traffic}.")
            continue
        add = f"Add an inbound rule to it that allows {traffic}, before all rules that deny it."
        if result == filters.UNCERTAIN:
            yield Finding(UNKNOWN, f"{name} has rules with groups of addresses or ports, which are not read.", add)
        else:
            only = "only in part " if result == filters.PARTLY else ""
            text = f"{name} admits {only}{traffic}." if only else f"{name} denies {traffic}."
            yield Finding(CONFIRMED, text, add)

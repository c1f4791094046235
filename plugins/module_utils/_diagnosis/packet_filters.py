# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether security groups and network ACLs let a whole CIDR block reach a TCP port: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from typing import TYPE_CHECKING, NamedTuple

from .._api import security_groups
from . import overlaps

if TYPE_CHECKING:
    from .._api.firewalls import NetworkAcl
    from .._api.security_groups import SecurityGroupRule
    from .facts import Ip
    from .overlaps import Network

# All addresses of the block are admitted, some are, none is, or the result depends on data that is not read.
OPEN, PARTLY, CLOSED, UNCERTAIN = "open", "partly", "closed", "uncertain"
TCP = ("tcp", "6")


# A block that no queue or pool has.
NOWHERE = ip_network("255.255.255.255/32")


class Step(NamedTuple):
    """A rule that concerns the port: the addresses that it decides about; None for those that are not known."""

    allows: bool
    source: Network | None


def decide(block: Network, steps: Iterable[Step]) -> str:
    """Apply rules in their order, of which the first that matches an address decides; the rest is denied."""
    steps = list(steps)
    best = _decide(block, [(step.allows, step.source or (block if step.allows else NOWHERE)) for step in steps])
    worst = _decide(block, [(step.allows, step.source or (NOWHERE if step.allows else block)) for step in steps])
    return best if best == worst else UNCERTAIN


def _decide(block: Network, rules: Iterable[tuple[bool, Network]]) -> str:
    undecided: list[Network] = [block]
    admitted = denied = False
    for allows, source in rules:
        rest = [part for each in undecided for part in _without(each, source)]
        if rest != undecided:
            admitted, denied = admitted or allows, denied or not allows
        undecided = rest
    if not admitted:
        return CLOSED
    return PARTLY if denied or undecided else OPEN


def _without(of: Network, removed: Network) -> list[Network]:
    """The parts of a network outside of another one."""
    if not overlaps.overlap(of, removed):
        return [of]
    if of.prefixlen >= removed.prefixlen:
        return []
    # Networks that overlap are of one version.
    return list(of.address_exclude(removed))  # type: ignore[arg-type]


def group_admits(rules: Iterable[SecurityGroupRule], block: Network, port: int) -> str:
    """Whether the inbound rules of a security group admit TCP traffic of a block to a port.

    The smallest number is the highest priority; of two rules with the same priority, the one that denies wins.
    """
    version = security_groups.IPV6 if block.version == 6 else security_groups.IPV4
    concerned = [
        rule
        for rule in rules
        if rule["direction"] == security_groups.INGRESS
        and rule["ethertype"] == version
        and rule["enabled"] is not False
        and rule["protocol"] in (None, *TCP)
        and _concerns(rule["ports"], port)
    ]
    concerned.sort(key=lambda rule: (rule["priority"] or 1, rule["action"] != security_groups.DENY))
    return decide(block, (Step(rule["action"] == security_groups.ALLOW, _remote(rule, block)) for rule in concerned))


def groups_admit(groups: Sequence[Sequence[SecurityGroupRule]], block: Network, port: int) -> str:
    """Whether the security groups of one interface, given by their rules, admit TCP traffic of a block to a port.

    Rules that allow add up. Which group comes first matters if one has a rule that denies, and it is not known.
    """
    if any(rule["action"] != security_groups.ALLOW for rules in groups for rule in rules):
        results = {group_admits(rules, block, port) for rules in groups}
        return results.pop() if len(results) == 1 else UNCERTAIN
    return group_admits((rule for rules in groups for rule in rules), block, port)


def _remote(rule: SecurityGroupRule, block: Network) -> Network | None:
    """The addresses that a rule concerns; without any remote these are all. None if they are not known."""
    if not _ports(rule["ports"]):
        return None
    if rule["remote_ip_prefix"]:
        return overlaps.network(rule["remote_ip_prefix"])
    if rule["remote_address_group_id"]:
        return None
    # Members of a security group are interfaces in VPCs of the user; those of DLI are elsewhere.
    return NOWHERE if rule["remote_group_id"] else overlaps.network("::/0" if block.version == 6 else "0.0.0.0/0")


def acl_admits(acl: NetworkAcl, block: Network, ip: Ip | None, port: int) -> str:
    """Whether the inbound rules of a network ACL admit TCP traffic of a block to an address and a port.

    A disabled ACL still denies everything. Without the address (``ip``), rules for some destinations are uncertain.
    """
    steps: list[Step] = []
    for rule in acl["rules"] if acl["enabled"] else ():
        if not rule["enabled"] or rule["version"] != block.version or rule["protocol"] not in (None, "any", *TCP):
            continue
        if not _concerns(rule["ports"], port):
            continue
        destination = overlaps.network(rule["destination"])
        if destination is not None and ip is not None and (ip.version != destination.version or ip not in destination):
            continue
        everything = "::/0" if block.version == 6 else "0.0.0.0/0"
        source = overlaps.network(rule["source"] or everything)
        narrow = destination is not None and destination.prefixlen > 0 and ip is None
        limited = rule["groups"] or narrow or rule["source_ports"] is not None or not _ports(rule["ports"])
        steps.append(Step(rule["action"] == security_groups.ALLOW, None if limited else source))
    return decide(block, steps)


def _concerns(text: str | None, port: int) -> bool:
    """Whether a rule with these ports may concern a port; a text of another form may."""
    ranges = _ports(text)
    return not ranges or any(first <= port <= last for first, last in ranges)


def _ports(text: str | None) -> list[tuple[int, int]]:
    """The ranges of ports; none for a text of another form."""
    try:
        return security_groups.port_ranges(text)
    except ValueError:
        return []

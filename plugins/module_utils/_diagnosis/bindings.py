# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Causes in a binding itself: its state, the agency, and CIDR blocks that overlap. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connection_hints, connections, dli_agency
from . import links, overlaps
from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN, Finding, Place, Unread, sentence, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .facts import Facts, Link, Subject
    from .overlaps import Block

# In seconds. Peerings are made within a minute; a queue that is a few minutes old needs longer.
NORMAL_CREATION = 600
REBIND = "Unbind {0} and bind it again: run the task once without it, with purging, then once with it."
OTHER_BLOCK = (
    "Use a queue or pool with another CIDR block: that of a pool cannot change, and that of a queue (cidr_in_vpc) can "
    "change only while it is not bound."
)


def state(facts: Facts) -> list[Finding]:
    """Whether every subject is bound, and its bindings are ACTIVE."""
    if isinstance(facts.links, Unread):
        return [unread(facts.links, "Check in the console that the binding is active.")]
    bound = {link.subject for link in facts.links}
    unbound = [_not_bound(subject) for subject in facts.subjects if subject not in bound]
    return unbound + [links.tempered(facts, link, _state(link)) for link in links.relevant(facts)]


def _not_bound(subject: Subject) -> Finding:
    option = "elastic_resource_pools" if subject.kind == connections.POOL else "queues"
    contains = f", which contains queue {subject.queue}," if subject.queue else ""
    text = f"{sentence(subject)}{contains} is not bound to any connection."
    bind = f"Bind it: add {subject.name} to {option} of huaweicloud.dli.dli_enhanced_connection."
    if subject.kind == connections.QUEUE and subject.unread:
        # The queue may be in a pool, and the pool may be bound.
        text = f"No connection binds {subject} by its own name. {subject.unread.why}"
        check = (
            f"Check whether the elastic resource pool of {subject} is bound, if it is in one. If not, add the queue "
        )
        check += "to queues of huaweicloud.dli.dli_enhanced_connection."
        return unread(Unread(text, subject.unread.permission), check)
    return Finding(CONFIRMED, text, bind)


def _state(link: Link) -> Finding:
    text = f"{sentence(link)} is {link.status or 'in an unknown state'}"
    if link.status == connections.ACTIVE:
        return Finding(EXCLUDED, f"{text}.")
    if link.status == connections.FAILED:
        remedy = connection_hints.repair([(link.subject.kind, link.message)])
        return Finding(CONFIRMED, f"{text}: {link.message.rstrip('.') or 'no reason returned'}.", remedy)
    if link.age is not None:
        text = f"{sentence(link)} has been {link.status or 'in an unknown state'} for {_duration(link.age)}"
        if link.age > NORMAL_CREATION:
            long = "That is longer than normal: a binding that was created too early can remain in this state."
            return Finding(CONFIRMED, f"{text}. {long}", REBIND.format(link.subject))
    return Finding(LIKELY, f"{text}.", "Wait until it is ACTIVE, then run the task again.")


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a second"


def overlap(facts: Facts) -> list[Finding]:
    """Whether the CIDR block of a subject overlaps with anything in the VPC that it is bound to."""
    found = [links.tempered(facts, link, each) for link in links.relevant(facts) for each in _overlaps(link)]
    found = found or [links.without_binding(facts, "there is nothing to overlap with")]
    return found + [
        Finding(
            CONFIRMED, f"The address {address.text} is in the CIDR block of {subject} ({subject.cidr}).", OTHER_BLOCK
        )
        for subject in facts.subjects
        for address in facts.addresses
        if links.is_cidr_of(subject.cidr, address.ip)
    ]


def _overlaps(link: Link) -> Iterator[Finding]:
    block, place = link.subject.block, link.place
    clashes = [*_clashes(link, link.others, CONFIRMED), *_clashes(link, link.routes, LIKELY)]
    if isinstance(place, Place):
        subnet = overlaps.block(f"subnet {place.subnet}", place.subnet_cidr)
        clashes += _clashes(link, [subnet] if subnet else [], CONFIRMED)
        clashes += _clashes(link, place.neighbors.values(), LIKELY)
    yield from clashes
    if clashes:
        return
    if "overlap" in link.message.lower():
        text = f"The service reports an overlap for {link}: {link.message.rstrip('.')}."
        yield Finding(LIKELY, text, connection_hints.OVERLAP)
    elif block is None:
        check = "Check in the console that no subnet, route, queue or pool of the VPC overlaps with it."
        why = link.subject.unread or Unread(f"The CIDR block of {link.subject} is not known.")
        yield unread(why, check)
    elif isinstance(place, Unread):
        yield unread(place, f"Check that {block} does not overlap with the subnet.")
    elif link.unread:
        yield unread(link.unread, f"Check that {block} overlaps with no other queue or pool that is bound to the VPC.")
    else:
        yield Finding(EXCLUDED, f"The CIDR block of {block} overlaps with no known CIDR block in the VPC.")


def _clashes(link: Link, others: Iterable[Block], verdict: str) -> Iterator[Finding]:
    """Overlaps with the block of a binding. Overlaps with routes and other subnets need not prevent the connection."""
    block = link.subject.block
    for other in others if block else ():
        if block and overlaps.overlap(block.network, other.network) and not overlaps.is_own_pool(block, other):
            yield Finding(verdict, f"The CIDR blocks of {block} and {other} overlap.", OTHER_BLOCK)


def authorization(facts: Facts) -> list[Finding]:
    """Whether DLI may use the VPC. The roles of newer agencies are not documented, so nothing is confirmed."""
    refused = [link for link in links.relevant(facts) if connection_hints.is_unauthorized(link.message)]
    remedy = f"{connection_hints.AGENCY} {connection_hints.RECREATE}"
    if refused:
        text = f"The service could not use the network for {refused[0]}: {refused[0].message.rstrip('.')}."
        return [Finding(LIKELY, text, remedy)]
    bound = links.relevant(facts)
    if bound and all(link.status == connections.ACTIVE for link in bound):
        return [Finding(EXCLUDED, "Bindings are ACTIVE, so DLI could use the VPC when it created them.")]
    if isinstance(facts.agency, Unread):
        return [unread(facts.agency, f"Check the agency. {connection_hints.AGENCY}")]
    if dli_agency.NETWORK_ROLE in facts.agency:
        return [Finding(EXCLUDED, f"The agency of DLI has the role {dli_agency.NETWORK_ROLE}.")]
    return [Finding(LIKELY, without_role(facts.agency), remedy)]


def without_role(roles: tuple[str, ...]) -> str:
    return f"The agency of DLI has no role {dli_agency.NETWORK_ROLE} (roles: {', '.join(sorted(roles)) or 'none'})."


def ipv6(facts: Facts) -> list[Finding]:
    """Whether both ends have IPv6, if an address needs it."""
    addresses = [each.text for each in facts.addresses if each.ip is not None and each.ip.version == 6]
    if not addresses:
        return [Finding(EXCLUDED, "No address is an IPv6 address.")]
    sides = [(f"{subject} (ipv6_enable at its creation)", subject.ipv6) for subject in facts.subjects]
    for link in links.relevant(facts):
        sides.append((f"connection {link.connection['name']}", link.connection["ipv6_enable"]))
        if link.place is not None and not isinstance(link.place, Unread):
            sides.append((f"subnet {link.place.subnet}", link.place.ipv6))
    lacking = dict.fromkeys(name for name, enabled in sides if enabled is False)
    if lacking:
        return [
            Finding(
                CONFIRMED,
                f"{', '.join(addresses)} needs IPv6, which is not enabled for {', '.join(lacking)}.",
                "Use an IPv4 address, or a pool with ipv6_enable=true and a new connection to a subnet with IPv6.",
            )
        ]
    if any(enabled is None for _name, enabled in sides):
        text = "It is not known whether IPv6 is enabled on both sides."
        return [Finding(UNKNOWN, text, "Check that the pool and the subnet have IPv6.")]
    return [Finding(EXCLUDED, "IPv6 is enabled for the pool and the subnet.")]

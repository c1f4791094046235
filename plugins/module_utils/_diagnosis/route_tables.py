# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether route tables lead the answers back to a queue. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .._api import connections, vpc_routing
from . import links, overlaps
from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN, Finding, Gate, Place, Unread, sentence, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.vpc_routing import RouteTable, TableRoute
    from .facts import Facts, Link
    from .overlaps import Block, Network

REBIND = "Unbind {0} and bind it again: the service then creates the VPC peering and its routes anew."
LOCAL = "local"
CHECK = "Check in the VPC console that {0} has a route{1} through the VPC peering."


class Found(NamedTuple):
    """Routes that concern a block: ``own`` lead through the VPC peering, ``others`` elsewhere."""

    own: list[Network]
    others: list[tuple[Network, TableRoute]]


def route(facts: Facts) -> list[Finding]:
    """Whether route tables lead from the addresses back to the subjects, and no other route conflicts with that."""
    found = [links.tempered(facts, link, each) for link in links.relevant(facts) for each in _tables(facts, link)]
    return found or [links.without_binding(facts, "there is no route table to read")]


def _tables(facts: Facts, link: Link) -> Iterator[Finding]:
    gates = [links.gate(facts, link, address) for address in links.addresses_of(facts, link)]
    # The subnets of a VPC share its default route table, as far as is known.
    own = Gate(link.connection["dest_network_id"] or "", link.table, link.acl)
    for gate in {each.subnet: each for each in (gate or own for gate in gates or [own])}.values():
        yield _table(facts, link, gate)


def _table(facts: Facts, link: Link, gate: Gate) -> Finding:
    block, table = link.subject.block, gate.table
    if isinstance(table, Unread):
        to = f" to {block.network}" if block else ""
        return unread(table, CHECK.format("the route table of the subnet", to))
    if table is None:
        text = f"The route table of subnet {gate.subnet} was not found."
        return Finding(UNKNOWN, text, CHECK.format("it", ""))
    if block is None:
        text = f"The CIDR block of {link.subject} is not known."
        return Finding(UNKNOWN, text, CHECK.format("the route table", " to it"))
    name = f"route table {table['name'] or table['id']}"
    found = _split(facts, link, table, block)
    if any(each.prefixlen <= block.network.prefixlen for each in found.own):
        return _with_route(link, found, block, name)
    return _without_route(link, found, block, name)


def _split(facts: Facts, link: Link, table: RouteTable, block: Block) -> Found:
    """The routes that overlap with a block, but for those that never are in the way.

    These are the default route, because every other route goes before it, and the route of the subnet itself, because
    that overlap is a cause of its own.
    """
    found = Found([], [])
    subnet = isinstance(link.place, Place) and overlaps.network(link.place.subnet_cidr)
    peers = {each.peer_id for each in links.known(facts) if each.subject == link.subject} - {None}
    for each in table["routes"]:
        destination = overlaps.network(each["destination"])
        if destination is None or destination == subnet or not overlaps.overlap(destination, block.network):
            continue
        # A service that does not show the VPC peering of the binding leaves its type to recognize its route.
        if each["nexthop"] in peers if link.peer_id else each["type"] == vpc_routing.PEERING:
            found.own.append(destination)
        elif destination.prefixlen > 0:
            found.others.append((destination, each))
    return found


def _with_route(link: Link, found: Found, block: Block, name: str) -> Finding:
    """The finding if the VPC peering has a route to the whole block: longer ones go before it."""
    least = min(each.prefixlen for each in found.own)
    before = [(destination, each) for destination, each in found.others if destination.prefixlen >= least]
    if not before:
        text = f"{sentence(name)} leads to {block} through the VPC peering, and no other route goes before."
        return Finding(EXCLUDED, text)
    return _conflict(before, block, name)


def _conflict(others: list[tuple[Network, TableRoute]], block: Block, name: str) -> Finding:
    """The finding about conflicting routes. It is certain if one of them takes the whole block."""
    texts = dict.fromkeys(
        f"route {each['destination']} ({each['type'] or 'no type'}, next hop {each['nexthop']})" for _d, each in others
    )
    whole = any(destination.prefixlen <= block.network.prefixlen for destination, _each in others)
    narrow = "Remove or narrow that route, or use a queue or pool whose CIDR block does not overlap with it."
    local = "Use a queue or pool whose CIDR block does not overlap with a subnet of the VPC."
    return Finding(
        CONFIRMED if whole else LIKELY,
        f"In {name}, {'; '.join(texts)} overlap{'s' if len(texts) == 1 else ''} with {block}.",
        local if all(each["type"] == LOCAL for _destination, each in others) else narrow,
    )


def _without_route(link: Link, found: Found, block: Block, name: str) -> Finding:
    """The finding if the VPC peering has no route to the whole block."""
    same = [(destination, each) for destination, each in found.others if destination == block.network]
    if same:
        # There cannot be a second route with this destination.
        conflict = _conflict(same, block, name)
        return conflict._replace(verdict=LIKELY) if link.status == connections.ACTIVE else conflict
    if link.status == connections.ACTIVE:
        peer = f"VPC peering {link.peer_id}" if link.peer_id else "a VPC peering"
        add = f"Add a route with destination {block.network}, type {vpc_routing.PEERING} and next hop {link.peer_id}."
        return Finding(
            LIKELY,
            f"{sentence(name)} has no route to {block} through {peer}.",
            add if link.peer_id and link.peering is not None else REBIND.format(link.subject),
        )
    if found.others:
        return _conflict(found.others, block, name)._replace(verdict=LIKELY)
    if "conflict" in link.message.lower():
        text = f"The service reports a conflict for {link}: {link.message.rstrip('.')}."
        return Finding(LIKELY, text, f"Remove or narrow routes of the VPC that overlap with {block}.")
    return Finding(EXCLUDED, f"In {name}, no route overlaps with {block}.")

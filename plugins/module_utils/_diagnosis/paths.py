# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Causes on the way from a queue to an address: network, VPC peering, routes, host entries. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connections, routing
from . import links, overlaps
from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN, Finding, Place, Unread, sentence, unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._api.routing import RouteTable
    from .facts import Address, Facts, Link
    from .overlaps import Block

REBIND = "Unbind {0} and bind it again: the service then creates the VPC peering and its routes anew."


def network(facts: Facts) -> list[Finding]:
    """Whether the connections lead to the network of the addresses."""
    found = [finding for link in links.relevant(facts) for finding in _place(link)]
    for address in facts.addresses:
        found += _leads(facts, address)
    return found or [links.without_binding(facts, "there is no network to compare with the address")]


def _place(link: Link) -> Iterator[Finding]:
    connection = link.connection
    vpc, subnet = connection["dest_vpc_id"], connection["dest_network_id"]
    if link.place is None:
        yield Finding(
            CONFIRMED,
            f"VPC {vpc} of connection {connection['name']} has no subnet {subnet}.",
            "Create the connection again with the VPC and the subnet of the data source.",
        )
    elif isinstance(link.place, Unread):
        yield unread(link.place, f"Check that subnet {subnet} of VPC {vpc} contains the data source.")
    else:
        yield Finding(EXCLUDED, f"Connection {connection['name']} leads to subnet {link.place.subnet}.")


def _leads(facts: Facts, address: Address) -> Iterator[Finding]:
    for link in links.leading_to(facts, address):
        name, place = link.connection["name"], links.where(link, address)
        if place == links.SUBNET:
            yield Finding(EXCLUDED, f"{address.text} is in the subnet of connection {name}.")
        elif place == links.ROUTE:
            yield Finding(EXCLUDED, f"A route of connection {name} contains {address.text}.")
        elif place == links.VPC:
            yield Finding(EXCLUDED, f"{address.text} is in the VPC of connection {name}.")
        elif links.ip_of(link, address) is None:
            check = f"Check that it resolves to an address in the subnet of connection {name}."
            yield Finding(UNKNOWN, f"The IP address of {address.host} is not known.", check)
    ip = address.ip
    all_links = links.relevant(facts)
    if ip is not None and all_links and not any(links.leading_to(facts, address)):
        names = ", ".join(dict.fromkeys(link.connection["name"] for link in all_links))
        yield Finding(
            LIKELY,
            f"{address.text} is neither in the VPC nor in a route of connection {names}.",
            f"Bind the queue to a connection to the VPC of {address.host}, or add a route with cidr={ip}/"
            f"{ip.max_prefixlen} to routes of the connection.",
        )


def peering(facts: Facts) -> list[Finding]:
    """Whether the VPC peerings of ACTIVE bindings exist as DLI made them."""
    found = [_peering(link) for link in links.relevant(facts)]
    return found or [links.without_binding(facts, "there is no VPC peering")]


def _peering(link: Link) -> Finding:
    if link.status != connections.ACTIVE:
        return Finding(UNKNOWN, f"{sentence(link)} has no VPC peering before it is ACTIVE.")
    peer, remedy = link.peering, REBIND.format(link.subject)
    if isinstance(peer, Unread):
        return unread(peer, f"Check in the VPC console that VPC peering {link.peer_id} is active.")
    if peer is None:
        text = f"VPC peering {link.peer_id} of {link} does not exist, or belongs to another account."
        return Finding(LIKELY, text, f"If it is missing in the VPC console, too, it was deleted by hand. {remedy}")
    if peer["status"] != "ACTIVE":
        return Finding(CONFIRMED, f"VPC peering {peer['id']} of {link} is {peer['status'] or 'not active'}.", remedy)
    if (link.connection["dest_vpc_id"] or "").lower() not in peer["vpc_ids"]:
        text = f"VPC peering {peer['id']} of {link} does not lead to VPC {link.connection['dest_vpc_id']}."
        return Finding(LIKELY, text, remedy)
    return Finding(EXCLUDED, f"VPC peering {peer['id']} is ACTIVE.")


def route(facts: Facts) -> list[Finding]:
    """Whether the route table of the subnet leads back to the subjects, and no other route is in the way."""
    found = [finding for link in links.relevant(facts) for finding in _table(link)]
    return found or [links.without_binding(facts, "there is no route table to read")]


def _table(link: Link) -> Iterator[Finding]:
    block, table = link.subject.block, link.table
    if isinstance(table, Unread):
        to = f" to {block.network}" if block else ""
        check = f"Check in the VPC console that the route table of the subnet has a route{to} through the VPC peering."
        yield unread(table, check)
    elif table is None:
        text = f"The route table of subnet {link.connection['dest_network_id']} was not found."
        yield Finding(UNKNOWN, text, "Check in the VPC console that it has a route through the VPC peering.")
    elif block is None:
        text = f"The CIDR block of {link.subject} is not known."
        yield Finding(UNKNOWN, text, "Check that the route table has a route to it through the VPC peering.")
    else:
        yield _routes(link, table, block)


def _routes(link: Link, table: RouteTable, block: Block) -> Finding:
    name = f"route table {table['name'] or table['id']}"
    own, conflicts = _split(link, table, block)
    if conflicts:
        overlap = "overlaps" if len(conflicts) == 1 else "overlap"
        return Finding(
            CONFIRMED if own or link.status != connections.ACTIVE else LIKELY,
            f"In {name}, {'; '.join(conflicts)} {overlap} with {block}.",
            "Remove or narrow that route, or use a queue or pool whose CIDR block it does not contain.",
        )
    if own:
        return Finding(
            EXCLUDED, f"{sentence(name)} leads to {block} through the VPC peering, and no other route overlaps."
        )
    if link.status == connections.ACTIVE:
        peer = f"VPC peering {link.peer_id}" if link.peer_id else "a VPC peering"
        add = f"Add a route with destination {block.network}, type {routing.PEERING} and next hop {link.peer_id}."
        return Finding(
            LIKELY,
            f"{sentence(name)} has no route to {block} through {peer}.",
            add if link.peer_id and link.peering is not None else REBIND.format(link.subject),
        )
    if "conflict" in link.message.lower():
        text = f"The service reports a conflict for {link}: {link.message.rstrip('.')}."
        return Finding(LIKELY, text, f"Remove or narrow routes of the VPC that overlap with {block}.")
    return Finding(EXCLUDED, f"In {name}, no route overlaps with {block}.")


def _split(link: Link, table: RouteTable, block: Block) -> tuple[bool, list[str]]:
    """Whether a route of the VPC peering leads to the whole block, and the other routes that are in the way, in words.

    Of two routes, the one with the longer prefix counts; a shorter one is in the way only if the peering has no route.
    """
    own, others = [], []
    # An overlap with the subnet itself is a cause of its own.
    known = isinstance(link.place, Place) and overlaps.network(link.place.subnet_cidr or "")
    for each in table["routes"]:
        destination = overlaps.network(each["destination"])
        if destination in (None, known) or not overlaps.overlap(destination, block.network):
            continue
        # A service that does not show the VPC peering of the binding leaves its type to recognize its route.
        if each["nexthop"] == link.peer_id if link.peer_id else each["type"] == routing.PEERING:
            own.append(destination.prefixlen)
        else:
            text = f"route {each['destination']} ({each['type'] or 'no type'}, next hop {each['nexthop']})"
            others.append((destination.prefixlen, text))
    leads_back = any(length <= block.network.prefixlen for length in own)
    least = min(own) if leads_back else 0
    return leads_back, list(dict.fromkeys(text for length, text in others if length >= least))


def hosts(facts: Facts) -> list[Finding]:
    """Whether the names in the addresses have host entries, without which clusters such as HBase are not found."""
    names = sorted({address.host for address in facts.addresses if address.ip is None})
    if not names:
        return [Finding(EXCLUDED, "All addresses are IP addresses, which need no host entries.")]
    found = [
        _host(name, link.connection["name"], [host["name"].lower() for host in link.connection["hosts"]])
        for name in names
        for link in links.relevant(facts)
    ]
    return found or [links.without_binding(facts, "there are no host entries")]


def _host(name: str, connection: str, known: list[str]) -> Finding:
    if name.lower() in known:
        return Finding(EXCLUDED, f"Connection {connection} has a host entry for {name}.")
    return Finding(
        LIKELY,
        f"Connection {connection} has no host entry for {name}, and the queue may not resolve the name.",
        f"If no DNS server of the queue knows {name}, add it with its IP address to hosts of connection {connection}.",
    )

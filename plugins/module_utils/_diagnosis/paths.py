# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Causes on the way from a queue to an address: network, VPC peering, host entries. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connections
from . import links
from .facts import CONFIRMED, EXCLUDED, LIKELY, UNKNOWN, Finding, Place, Unread, sentence, unread
from .route_tables import REBIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Address, Facts, Link


def network(facts: Facts) -> list[Finding]:
    """Whether the connections lead to the network of the addresses."""
    found = [links.tempered(facts, link, each) for link in links.relevant(facts) for each in _place(link)]
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
        elif isinstance(link.place, Place):
            check = f"Check that the VPC of connection {name} contains {address.host}."
            why = Unread(f"It is not known whether {address.text} is in the VPC of connection {name}.")
            yield unread(link.place.vpc_unread or why, check)
    if address.ip is not None and links.known(facts) and not links.leading_to(facts, address):
        yield _outside(facts, address)


def _outside(facts: Facts, address: Address) -> Finding:
    """The finding about an address to which no binding that was examined leads."""
    names = list(dict.fromkeys(link.connection["name"] for link in links.known(facts)))
    of = f"connection {names[0]}" if len(names) == 1 else f"the connections {', '.join(names)}"
    text = f"{address.text} is neither in the VPC nor in a route of {of}."
    if facts.omitted:
        more = f"{facts.omitted} more binding{'s were' if facts.omitted > 1 else ' was'} not examined."
        return Finding(UNKNOWN, f"{text} {more}", f"Check that one of them leads to {address.host}.")
    # An IPv4 address: whether one of IPv6 is in a VPC is never known.
    remedy = f"Bind the queue to a connection to the VPC of {address.host}, or add a route with cidr={address.ip}/32 "
    remedy += "to routes of the connection."
    return Finding(LIKELY, text, remedy)


def peering(facts: Facts) -> list[Finding]:
    """Whether the VPC peerings of ACTIVE bindings exist as DLI made them."""
    found = [links.tempered(facts, link, _peering(link)) for link in links.relevant(facts)]
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
        f"If no DNS server resolves {name} for the queue, add it with its IP address to hosts of that connection.",
    )

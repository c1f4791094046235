# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which bindings lead to which addresses: pure functions over the facts of a diagnosis."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from .._api import connections
from . import overlaps
from .facts import CONFIRMED, LIKELY, UNKNOWN, Finding, Gate, Place, Unread

if TYPE_CHECKING:
    from .facts import Address, Facts, Ip, Link

SUBNET, ROUTE, VPC, OUTSIDE = "subnet", "route", "vpc", "outside"


def known(facts: Facts) -> tuple[Link, ...]:
    return () if isinstance(facts.links, Unread) else facts.links


def relevant(facts: Facts) -> tuple[Link, ...]:
    """The bindings that may lead to one of the addresses; all of them if none does."""
    leading = [each for address in facts.addresses for each in leading_to(facts, address)]
    return tuple(link for link in known(facts) if _is_in(link, leading)) or known(facts)


def leading_to(facts: Facts, address: Address) -> tuple[Link, ...]:
    """The bindings that lead to an address; those that may lead there if none is known to."""
    places = [(link, where(link, address)) for link in known(facts)]
    certain = tuple(link for link, place in places if place not in (OUTSIDE, None))
    return certain or tuple(link for link, place in places if place is None)


def addresses_of(facts: Facts, link: Link) -> tuple[Address, ...]:
    """The addresses to which a binding may lead; all of them if it leads to none."""
    found = tuple(each for each in facts.addresses if _is_in(link, leading_to(facts, each)))
    return found or facts.addresses


def _is_in(link: Link, among: tuple[Link, ...] | list[Link]) -> bool:
    return any(each is link for each in among)


def tempered(facts: Facts, link: Link, finding: Finding) -> Finding:
    """The finding of one binding: at most likely if it leads to no address, or if traffic can take another binding."""
    if finding.verdict != CONFIRMED or not facts.addresses:
        return finding
    for address in facts.addresses:
        leading = leading_to(facts, address)
        others = [each for each in leading if each is not link and each.status == connections.ACTIVE]
        if _is_in(link, leading) and not others:
            return finding
    return finding._replace(verdict=LIKELY)


def where(link: Link, address: Address) -> str | None:
    """Where the address is, as seen from the connection: in its subnet, behind a route, elsewhere in its VPC, outside.

    None if that is not known: for a name without a host entry, and without the CIDR blocks.
    """
    ip = ip_of(link, address)
    if ip is None:
        return None
    place = link.place if isinstance(link.place, Place) else None
    if place and _contains(place.subnet_cidr, ip):
        return SUBNET
    # The blocks that were added to a VPC later are not read, but their subnets are.
    if _neighbor(link, ip):
        return VPC
    # A route can contain the VPC, too, whose subnets go before it.
    if any(_contains(str(route["cidr"]), ip) for route in link.connection["routes"]):
        return ROUTE
    if place is None:
        return None
    if _contains(place.vpc_cidr, ip):
        return VPC
    # The IPv6 blocks of VPCs are not read.
    is_known = place.vpc_cidr is not None and place.subnet_cidr is not None and ip.version == 4
    return OUTSIDE if is_known else None


def _neighbor(link: Link, ip: Ip | None) -> str | None:
    """The ID of the other subnet of the VPC that contains the address."""
    neighbors = link.place.neighbors if isinstance(link.place, Place) else {}
    return next((key for key, block in neighbors.items() if is_cidr_of(str(block.network), ip)), None)


def neighbor(link: Link, address: Address) -> str | None:
    """The ID of the subnet with the address in the VPC of the connection, if that is another one than its own."""
    return _neighbor(link, ip_of(link, address))


def gate(facts: Facts, link: Link, address: Address) -> Gate | None:
    """The route table and the network ACL in front of an address; None if its subnet is not known."""
    if where(link, address) == VPC:
        return facts.gates.get(neighbor(link, address) or "")
    return Gate(link.connection["dest_network_id"] or "", link.table, link.acl)


def ip_of(link: Link, address: Address) -> Ip | None:
    """The IP address, which a host of the connection can give to a name."""
    if address.ip is not None:
        return address.ip
    for host in link.connection["hosts"]:
        if host["name"].lower() == address.host.lower():
            try:
                return ip_address(host["ip"])
            except ValueError:
                return None
    return None


def _contains(cidr: str | None, ip: Ip) -> bool:
    network = overlaps.network(cidr)
    return network is not None and network.version == ip.version and ip in network


def is_cidr_of(cidr: str | None, ip: Ip | None) -> bool:
    return ip is not None and _contains(cidr, ip)


def without_binding(facts: Facts, text: str) -> Finding:
    """The finding of a cause that needs a binding, if there is none that was read."""
    if isinstance(facts.links, Unread):
        return Finding(UNKNOWN, facts.links.why)
    return Finding(UNKNOWN, f"Without a binding, {text}.")

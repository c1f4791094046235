# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which bindings lead to which addresses: pure functions over the facts of a diagnosis."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from . import overlaps
from .facts import UNKNOWN, Finding, Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Address, Facts, Ip, Link

SUBNET, ROUTE, VPC, OUTSIDE = "subnet", "route", "vpc", "outside"


def relevant(facts: Facts) -> tuple[Link, ...]:
    """The bindings that may lead to one of the addresses; all of them if none does."""
    links = () if isinstance(facts.links, Unread) else facts.links
    return tuple(link for link in links if any(_may_lead(link, each) for each in facts.addresses)) or links


def leading_to(facts: Facts, address: Address) -> Iterator[Link]:
    """The relevant bindings that may lead to this address."""
    return (link for link in relevant(facts) if _may_lead(link, address))


def _may_lead(link: Link, address: Address) -> bool:
    return where(link, address) != OUTSIDE


def where(link: Link, address: Address) -> str | None:
    """Where the address is, as seen from the connection: in its subnet, behind a route, elsewhere in its VPC, outside.

    None if that is not known: for a name without a host entry, and without the CIDR blocks.
    """
    ip = ip_of(link, address)
    if ip is None:
        return None
    for route in link.connection["routes"]:
        if _contains(str(route["cidr"]), ip):
            return ROUTE
    place = link.place
    if place is None or isinstance(place, Unread):
        return None
    if _contains(place.subnet_cidr, ip):
        return SUBNET
    if _contains(place.vpc_cidr, ip):
        return VPC
    # The IPv6 blocks of VPCs are not read.
    known = place.vpc_cidr is not None and place.subnet_cidr is not None and ip.version == 4
    return OUTSIDE if known else None


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
    network = overlaps.network(cidr or "")
    return network is not None and network.version == ip.version and ip in network


def is_cidr_of(cidr: str | None, ip: Ip | None) -> bool:
    return ip is not None and _contains(cidr, ip)


def without_binding(facts: Facts, text: str) -> Finding:
    """The finding of a cause that needs a binding, if there is none that was read."""
    if isinstance(facts.links, Unread):
        return Finding(UNKNOWN, facts.links.why)
    return Finding(UNKNOWN, f"Without a binding, {text}.")

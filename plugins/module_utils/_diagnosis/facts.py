# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a diagnosis: plain data, from which the verdicts follow without a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from . import overlaps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv6Address
    from typing import TypeAlias, TypedDict

    from .._api.connections import Connection
    from .._api.firewalls import NetworkAcl
    from .._api.security_groups import SecurityGroupRule
    from .._api.vpc_routing import Peering, RouteTable
    from .overlaps import Block

    Ip: TypeAlias = "IPv4Address | IPv6Address"

    class CauseResult(TypedDict):
        """An element of the result ``diagnosis``."""

        cause: str
        verdict: str
        evidence: str
        remedy: str | None


CONFIRMED, LIKELY, UNKNOWN, EXCLUDED = VERDICTS = ("confirmed", "likely", "unknown", "excluded")

T = TypeVar("T")

# How many findings about one cause a result contains; they are alike.
MOST_FINDINGS = 5


class Unread(NamedTuple):
    """Data that could not be read: ``why`` is a sentence, ``permission`` the IAM action that would allow the read."""

    why: str
    permission: str | None = None


NOT_READ = Unread("The module did not read it.")


class Address(NamedTuple):
    """An address that a queue cannot reach; ``ip`` is None for a domain name."""

    text: str
    host: str
    port: int
    ip: Ip | None

    @classmethod
    def parse(cls, text: str) -> Address:
        """An address of the form host:port, which the options guarantee."""
        host, _colon, port = text.rpartition(":")
        host = host.strip("[]")
        try:
            ip: Ip | None = ip_address(host)
        except ValueError:
            ip = None
        return cls(text, host, int(port), ip)


@dataclass(frozen=True)
class Subject:
    """A queue or pool whose bindings are examined: the one from whose CIDR block the traffic comes.

    ``queue`` is the queue in the pool from which an address was tested. ``unread`` says why the CIDR block is unknown.
    """

    kind: str
    name: str
    cidr: str | None
    ipv6: bool | None = None
    queue: str | None = None
    unread: Unread | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def block(self) -> Block | None:
        return overlaps.block(str(self), self.cidr)


@dataclass(frozen=True)
class Place:
    """The network of a connection: CIDR blocks of the VPC and the subnet, and whether the subnet has IPv6.

    ``neighbors`` are the other subnets of the VPC, by ID. ``vpc_unread`` says why the block of the VPC is unknown.
    """

    vpc: str
    vpc_cidr: str | None
    subnet: str
    subnet_cidr: str | None
    ipv6: bool | None
    neighbors: Mapping[str, Block] = field(default_factory=dict)
    vpc_unread: Unread | None = None


class Gate(NamedTuple):
    """The route table and the network ACL of a subnet, which is given by its ID."""

    subnet: str
    table: RouteTable | Unread | None
    acl: NetworkAcl | Unread | None


@dataclass(frozen=True)
class Link:
    """A binding of a subject to a connection, and the network at its other end.

    ``age`` is in seconds. ``place`` is None if the subnet does not exist in the VPC. ``others`` are the blocks of what
    else is bound to the VPC; ``unread`` says why some of them are missing. ``routes`` are those of the routes of its
    connections.
    ``peering`` is None if it does not exist.
    """

    subject: Subject
    connection: Connection
    status: str
    message: str
    peer_id: str | None
    age: float | None
    place: Place | Unread | None
    others: tuple[Block, ...]
    peering: Peering | Unread | None
    table: RouteTable | Unread | None
    acl: NetworkAcl | Unread | None
    unread: Unread | None = None
    routes: tuple[Block, ...] = ()

    def __str__(self) -> str:
        return f"the binding of {self.subject} to connection {self.connection['name']}"


@dataclass(frozen=True)
class Group:
    """A security group with its inbound rules."""

    id: str
    name: str
    rules: tuple[SecurityGroupRule, ...]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.name != self.id else self.id


@dataclass(frozen=True)
class Facts:
    """Everything that was read about the bindings of one or several subjects.

    Without ``addresses``, the question is why bindings are not ACTIVE. ``agency`` are the roles of the agency.
    ``protecting`` are the IDs of the security groups of addresses, as far as their network interfaces are visible.
    ``gates`` are those of subnets with addresses beside the subnets of connections, by ID. ``omitted`` is the number of
    bindings that were not examined.
    """

    subjects: tuple[Subject, ...]
    links: tuple[Link, ...] | Unread
    addresses: tuple[Address, ...] = ()
    agency: tuple[str, ...] | Unread = NOT_READ
    groups: tuple[Group, ...] | Unread = NOT_READ
    protecting: Mapping[str, tuple[str, ...] | Unread] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)
    omitted: int = 0


class Finding(NamedTuple):
    """The evidence of one binding or address for a cause."""

    verdict: str
    evidence: str
    remedy: str | None = None


@dataclass(frozen=True)
class Cause:
    """A cause with its verdict: that of the findings that weigh most."""

    name: str
    verdict: str
    evidence: str
    remedy: str | None

    def as_result(self) -> CauseResult:
        return {"cause": self.name, "verdict": self.verdict, "evidence": self.evidence, "remedy": self.remedy}


def cause(name: str, findings: list[Finding]) -> Cause:
    """The cause of these findings: the first ones that have the gravest verdict, each sentence once."""
    verdict = min((each.verdict for each in findings), key=VERDICTS.index)
    chosen = list({each.evidence: each for each in findings if each.verdict == verdict}.values())
    more = f" And {len(chosen) - MOST_FINDINGS} more of this kind." if len(chosen) > MOST_FINDINGS else ""
    chosen = chosen[:MOST_FINDINGS]
    remedies = dict.fromkeys(each.remedy for each in chosen if each.remedy)
    return Cause(name, verdict, " ".join(each.evidence for each in chosen) + more, " ".join(remedies) or None)


def sentence(of: object) -> str:
    """The text of an object with a capital letter, to begin a sentence."""
    words = str(of)
    return words[:1].upper() + words[1:]


def unread(what: Unread, check: str) -> Finding:
    """The finding about data that could not be read; ``check`` is the check to make by hand."""
    grant = f"Grant the permission {what.permission} to let the module read it, or " if what.permission else ""
    text = f"{grant}{check[0].lower()}{check[1:]}" if grant else check
    return Finding(UNKNOWN, what.why, text)

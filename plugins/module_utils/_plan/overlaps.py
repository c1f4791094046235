# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CIDR blocks of queues and pools that overlap if the plan is applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import pools
from . import problems
from .kinds import CONNECTION, QUEUE
from .options import CREATE, RECREATE, UPDATE

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from .client import PlanClient
    from .params import PlannedObject, Problem


class Member(NamedTuple):
    """A queue or pool that is bound to a VPC, with its CIDR block."""

    name: str
    block: IPv4Network | IPv6Network


def overlaps(api: PlanClient, objects: Iterable[PlannedObject]) -> list[Problem]:
    """CIDR blocks of queues and pools that overlap, where the plan binds one of them to the VPC of the other.

    The vendor's manual forbids it; the service accepts the binding, which then becomes FAILED. It costs no request: a
    block that was not read is not compared, and what is bound already is not reported.
    """
    return [
        problems.problem(
            "overlap",
            problems.WARNING,
            f"The CIDR blocks of {one.name} ({one.block}) and {other.name} ({other.block}) overlap. Both are bound to "
            "one VPC.",
            hint="Bound queues and pools of one VPC need CIDR blocks that do not overlap.",
        )
        for new, others in _members(api, _new_bindings(objects)).values()
        for one, other in clashes(new, others)
    ]


def _vpc(connection: Mapping[str, Any]) -> str:
    return str(connection.get("dest_vpc_id") or "").lower()


def _new_bindings(objects: Iterable[PlannedObject]) -> set[tuple[str, str]]:
    """The VPC and the queue or pool of each binding that the plan creates."""
    found = set()
    for each in objects:
        if each["kind"] == CONNECTION.name and each["action"] in (CREATE, UPDATE, RECREATE):
            after = each["predicted"] or {}
            before = set() if each["action"] == RECREATE else set(_bound(each["current"]))
            found |= {(_vpc(after), name) for name in _bound(after) if name not in before}
    return found


def _members(api: PlanClient, new: Collection[tuple[str, str]]) -> dict[str, tuple[list[Member], list[Member]]]:
    """By VPC, what the plan binds to it, and what else is bound to it; only VPCs to which the plan binds anything."""
    bound = {vpc: set[str]() for vpc, _name in new}
    for connection in api.objects_read(CONNECTION.known).values():
        if (vpc := _vpc(connection)) in bound:
            bound[vpc].update(_bound(connection))
    found: dict[str, tuple[list[Member], list[Member]]] = {vpc: ([], []) for vpc in bound}
    for vpc, names in bound.items():
        for name in sorted(names):
            if (block := _block(api, name)) is not None:
                found[vpc][(vpc, name) not in new].append(Member(name, block))
    return found


def clashes(new: Iterable[Member], others: Iterable[Member]) -> list[tuple[Member, Member]]:
    """Pairs of members with overlapping blocks, of which at least one is new, sorted by name.

    A block begins inside every block that it overlaps, or the other way round: the members are compared in the order of
    their first addresses, each one only with those that have not ended before.
    """
    members = [(each, True) for each in new] + [(each, False) for each in others]
    found: set[tuple[Member, Member]] = set()
    open_members: list[tuple[Member, bool]] = []
    for member, is_new in sorted(members, key=lambda each: _start(each[0])):
        version, start = _start(member)
        open_members = [each for each in open_members if _end(each[0]) >= (version, start)]
        found |= {_in_order(member, other) for other, other_is_new in open_members if is_new or other_is_new}
        open_members.append((member, is_new))
    return sorted(found, key=lambda pair: (pair[0].name, pair[1].name))


def _start(member: Member) -> tuple[int, int]:
    return member.block.version, int(member.block.network_address)


def _end(member: Member) -> tuple[int, int]:
    return member.block.version, int(member.block.broadcast_address)


def _in_order(one: Member, other: Member) -> tuple[Member, Member]:
    return (one, other) if one.name < other.name else (other, one)


def _bound(connection: Mapping[str, Any] | None) -> list[str]:
    if connection is None:
        return []
    bound_pools = [f"elastic resource pool {entry['name']}" for entry in connection["elastic_resource_pools"]]
    return [*(f"queue {name}" for name in connection["queues"]), *bound_pools]


def _block(api: PlanClient, member: str) -> IPv4Network | IPv6Network | None:
    """The CIDR block of a queue or pool, if its list has been read and shows it."""
    label, _space, name = member.rpartition(" ")
    known = api.objects_read(pools.KIND if label.startswith("elastic") else QUEUE.known).get(name)
    try:
        return ip_network(known["cidr_in_vpc"] or "", strict=False) if known else None
    except ValueError:
        return None

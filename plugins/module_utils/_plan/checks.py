# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems that concern several objects: names twice, quotas, CIDR blocks that overlap, queues of addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from .._api import pools, quotas
from .._core.compare import normalize_name
from .._core.errors import AccessDenied, DliError
from . import problems
from .kinds import KINDS, QUEUE
from .options import CREATE, RECREATE

if TYPE_CHECKING:
    from .client import PlanClient
    from .objects import Item
    from .params import AddressParams, PlannedObject, Problem

TO_REQUEST = "Increase the quota in the console under My Quotas, or delete unused resources."


def duplicates(items: Iterable[Item]) -> list[Problem]:
    """Objects that the declaration names more than once; names of queues and pools are case-insensitive."""
    counts = Counter((item.kind, item.name) for item in items)
    return [
        problems.problem(
            "duplicate",
            problems.ERROR,
            f"{kind.label} {name} is declared {count} times.",
            field=kind.option,
            hint="Declare each object once; names of queues and pools are case-insensitive.",
        )
        for (kind, name), count in counts.items()
        if count > 1
    ]


def quota_problems(api: PlanClient, objects: Iterable[PlannedObject]) -> list[Problem]:
    """Quotas that are too small for what the plan creates. One request if it creates anything that has a quota.

    The quota CU is left to the service, because the API reference does not document how CUs are counted. A recreated
    object frees its own share first.
    """
    creates: dict[str, list[str]] = {}
    for each in objects:
        quota = next((kind.quota for kind in KINDS if kind.name == each["kind"]), None)
        if quota and each["action"] == CREATE:
            creates.setdefault(quota, []).append(each["name"])
    if not creates:
        return []
    try:
        found = {quota["type"]: quota for quota in quotas.list_all(api)}
    except DliError as exc:
        if isinstance(exc, AccessDenied) and exc.rejects_credentials:
            raise
        return [problems.problem("quota", problems.WARNING, f"The quotas could not be read. {exc.message}")]
    return [
        _quota_problem(quota, names, found[quota])
        for quota, names in creates.items()
        if quota in found and (remaining := found[quota]["remaining"]) is not None and remaining < len(names)
    ]


def _quota_problem(quota: str, names: list[str], found: Mapping[str, Any]) -> Problem:
    text = (
        f"Quota {quota} is too small: {len(names)} required ({', '.join(names)}), "
        f"{found['remaining']} of {found['quota']} remaining."
    )
    return problems.problem("quota", problems.ERROR, text, hint=TO_REQUEST)


def address_problems(api: PlanClient, addresses: Iterable[AddressParams], items: Iterable[Item]) -> list[Problem]:
    """Queues to test addresses from that are neither declared nor in the project."""
    declared = {item.name for item in items if item.kind is QUEUE and item.params["state"] == "present"}
    named = {normalize_name(entry["queue"]): None for entry in addresses}
    undeclared = [name for name in named if name not in declared]
    if not undeclared:
        return []
    known = api.objects(QUEUE.known) or {}
    return [
        problems.problem(
            "not_found",
            problems.ERROR,
            f"Queue {name}, from which addresses are tested, does not exist and is not declared.",
            field="addresses",
        )
        for name in undeclared
        if name not in known
    ]


def overlaps(api: PlanClient, objects: Iterable[PlannedObject]) -> list[Problem]:
    """CIDR blocks of queues and pools that overlap, where the plan binds one of them to the VPC of the other.

    The vendor's manual forbids it; the service accepts the binding, which then becomes FAILED. It costs no request: a
    block that was not read is not compared, and what is bound already is not reported.
    """
    found = []
    by_vpc: dict[str, dict[str, tuple[str, bool]]] = {}
    for each in objects:
        if each["kind"] != "connection" or each["predicted"] is None:
            continue
        vpc = str(each["predicted"].get("dest_vpc_id", "")).lower()
        before = set() if each["action"] == RECREATE else set(_bound(each["current"]))
        for member in _bound(each["predicted"]):
            block = _block(api, member)
            if block:
                is_new = member not in before
                known = by_vpc.setdefault(vpc, {})
                known[member] = (block, is_new or known.get(member, ("", False))[1])
    for members in by_vpc.values():
        found += [
            problems.problem(
                "overlap",
                problems.WARNING,
                f"The CIDR blocks of {one} ({block}) and {other} ({other_block}) overlap. Both are bound to one VPC.",
                hint="Bound queues and pools of one VPC need CIDR blocks that do not overlap.",
            )
            for one, block, other, other_block in _clashes(members)
        ]
    return found


def _clashes(members: Mapping[str, tuple[str, bool]]) -> Iterator[tuple[str, str, str, str]]:
    """Pairs of members with overlapping blocks, of which at least one is new."""
    names = sorted(members)
    for position, one in enumerate(names):
        for other in names[position + 1 :]:
            (block, is_new), (other_block, other_is_new) = members[one], members[other]
            if (is_new or other_is_new) and overlap(block, other_block):
                yield one, block, other, other_block


def overlap(one: str, other: str) -> bool:
    """Whether two CIDR blocks have addresses in common; false for texts that are none and for different versions."""
    try:
        first, second = ip_network(one, strict=False), ip_network(other, strict=False)
    except ValueError:
        return False
    return first.version == second.version and first.overlaps(second)


def _bound(connection: Mapping[str, Any] | None) -> list[str]:
    if connection is None:
        return []
    bound_pools = [f"elastic resource pool {entry['name']}" for entry in connection["elastic_resource_pools"]]
    return [*(f"queue {name}" for name in connection["queues"]), *bound_pools]


def _block(api: PlanClient, member: str) -> str | None:
    """The CIDR block of a queue or pool, if its list has been read and shows it."""
    label, _space, name = member.rpartition(" ")
    known = api.objects_read(pools.KIND if label.startswith("elastic") else QUEUE.known).get(name)
    block: str | None = known["cidr_in_vpc"] if known else None
    return block

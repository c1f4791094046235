# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Causes of bindings that would fail, as far as they are known before the first write. All of them are warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import connection_hints, dli_agency, pools, queues, vpc
from .._connectivity import validation
from .._core.compare import normalize_name
from .._core.errors import DliError
from .._diagnosis import bindings, overlaps
from . import problems
from .kinds import CONNECTION, QUEUE
from .options import CREATE, RECREATE, UPDATE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from .client import PlanClient
    from .params import AddressParams, PlannedObject, Problem

# Kind and name of a queue or pool.
Member = tuple[str, str]
NO_OVERLAP = "Bound queues and pools need CIDR blocks that overlap with nothing else in the VPC."


def preflight(api: PlanClient, objects: Sequence[PlannedObject], addresses: Sequence[AddressParams]) -> list[Problem]:
    """Problems of the bindings and connections that the plan creates.

    Costs nothing if it creates none, else the list of subnets and a request for the agency. What may not be read is
    said, because then a cause is not excluded.
    """
    created = [each for each in objects if each["kind"] == CONNECTION.name and each["action"] in (CREATE, RECREATE)]
    new = set(_new_bindings(objects))
    return [
        *(_overlaps(api, new) if new else ()),
        *(_agency(api) if new or created else ()),
        *_without_ipv6(api, addresses),
    ]


def _vpc(connection: Mapping[str, Any]) -> str:
    return str(connection.get("dest_vpc_id") or "").lower()


def _new_bindings(objects: Iterable[PlannedObject]) -> Iterator[tuple[str, Member]]:
    """The VPC and the queue or pool of each binding that the plan creates."""
    for each in objects:
        if each["kind"] == CONNECTION.name and each["action"] in (CREATE, UPDATE, RECREATE):
            after = each["predicted"] or {}
            before = [] if each["action"] == RECREATE else overlaps.bound(each["current"])
            if vpc_id := _vpc(after):
                yield from ((vpc_id, member) for member in overlaps.bound(after) if member not in before)


def _overlaps(api: PlanClient, new: Collection[tuple[str, Member]]) -> Iterator[Problem]:
    """CIDR blocks that overlap, where the plan binds a queue or pool to the VPC of the other block.

    The vendor's manual forbids it; the service accepts the binding, which then becomes FAILED. What is bound already is
    not reported.
    """
    lists = _Lists(api)
    for vpc_id in sorted({vpc_id for vpc_id, _member in new}):
        connections = [each for each in lists.of(CONNECTION.known).values() if _vpc(each) == vpc_id]
        members = {member for each in connections for member in overlaps.bound(each)}
        added = {member for other, member in new if other == vpc_id}
        ends = {str(each.get("dest_network_id") or "").lower() for each in connections}
        subnets = [each for each in lists.of(vpc.SUBNETS).values() if each["id"].lower() in ends]
        others = [
            *overlaps.of_members(members - added, lists.cidr),
            *(block for each in subnets if (block := overlaps.block(f"subnet {each['name']}", each["cidr"]))),
            *(route for each in connections for route in overlaps.of_routes(each)),
        ]
        for one, other in overlaps.clashes(overlaps.of_members(added, lists.cidr), others):
            yield problems.problem(
                "overlap",
                problems.WARNING,
                f"The CIDR blocks of {one} and {other} overlap. Both reach VPC {vpc_id}, so the binding will "
                "probably become FAILED.",
                hint=NO_OVERLAP,
            )
    for kind, why in lists.unread.items():
        what = kind.replace("_", " ")
        text = f"Overlaps of CIDR blocks are not fully known, because the {what} could not be read. {why}"
        yield problems.problem("network", problems.WARNING, text)


class _Lists:
    """The lists with CIDR blocks, each read when it is needed first; ``unread`` says why those are missing that are."""

    def __init__(self, api: PlanClient) -> None:
        self._api = api
        self.unread: dict[str, str] = {}

    def of(self, kind: str) -> Mapping[str, Any]:
        try:
            return self._api.objects(kind) or {}
        except DliError as exc:
            if exc.rejects_credentials:
                raise
            self.unread[kind] = str(exc)
            return {}

    def cidr(self, kind: str, name: str) -> str | None:
        """The CIDR block of a queue or pool, if its list shows it."""
        known = self.of(QUEUE.known if kind == "queue" else pools.KIND).get(name)
        return known["cidr_in_vpc"] if known else None


def _agency(api: PlanClient) -> list[Problem]:
    """A warning if DLI may lack the right to use the VPC; what newer agencies return is not documented."""
    try:
        roles = tuple(dli_agency.roles(api))
    except DliError as exc:
        if exc.rejects_credentials:
            raise
        api.locate(exc)
        text = f"It is not known whether DLI may use the VPC. {exc.message}"
        hint = f"If a binding becomes FAILED: {connection_hints.AGENCY}"
        return [problems.problem("agency", problems.WARNING, text, hint=hint)]
    if dli_agency.NETWORK_ROLE in roles:
        return []
    text = f"DLI may not be authorized to use the VPC. {bindings.without_role(roles)}"
    return [problems.problem("agency", problems.WARNING, text, hint=connection_hints.AGENCY)]


def _without_ipv6(api: PlanClient, addresses: Sequence[AddressParams]) -> Iterator[Problem]:
    """IPv6 addresses that are tested from a queue whose pool has no IPv6, as far as the lists were read."""
    for name in dict.fromkeys(
        normalize_name(entry["queue"]) for entry in addresses if any(map(validation.is_ipv6, entry["addresses"]))
    ):
        queue = api.objects_read(QUEUE.known).get(name)
        pool = api.objects_read(pools.KIND).get(queues.pool_of(queue)) if queue else None
        if pool and pool["ipv6_enable"] is False:
            yield problems.problem(
                "ipv6",
                problems.WARNING,
                f"Queue {name} tests IPv6 addresses, but its elastic resource pool {pool['name']} has no IPv6.",
                field="addresses",
                hint="Test IPv4 addresses, or use a pool with ipv6_enable=true.",
            )

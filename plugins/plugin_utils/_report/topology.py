# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The topology: VPCs with their subnets and connections, and the pools and queues that are bound to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...module_utils._core.compare import normalize_name
from ...module_utils._diagnosis import overlaps
from . import states

if TYPE_CHECKING:
    from ...module_utils._plan.params import Network, PlannedObject
    from .readings import Reading
    from .states import State

POOL, QUEUE, CONNECTION = "elastic_resource_pool", "queue", "connection"
UNKNOWN = "unknown"


@dataclass(eq=False)
class Compute:
    """A pool, or a queue in or outside a pool.

    ``row`` is its number in the plan; None if the plan only refers to it.
    """

    kind: str
    name: str
    state: State
    row: int | None = None
    cidr: str | None = None
    cus: str = ""
    pool: str | None = None
    queues: list[Compute] = field(default_factory=list)


@dataclass(eq=False)
class Link:
    """A binding of a queue or pool to a connection."""

    compute: Compute
    state: State
    status: str


@dataclass(eq=False)
class Connection:
    name: str
    state: State
    row: int
    routes: list[tuple[str, str]]
    links: list[Link] = field(default_factory=list)


@dataclass(eq=False)
class Subnet:
    """A subnet, of which ``name`` and ``cidr`` are known only if the networks were read."""

    id: str
    name: str | None = None
    cidr: str | None = None
    connections: list[Connection] = field(default_factory=list)


@dataclass(eq=False)
class Vpc:
    id: str
    name: str | None = None
    cidr: str | None = None
    subnets: list[Subnet] = field(default_factory=list)

    @property
    def connections(self) -> Iterator[Connection]:
        return (connection for subnet in self.subnets for connection in subnet.connections)


@dataclass(eq=False)
class Overlap:
    """CIDR blocks in one VPC that have addresses in common; ``other`` is a pool, a queue, or a network."""

    vpc: Vpc
    compute: Compute
    other: Compute | None
    text: str


@dataclass(eq=False)
class Topology:
    """``computes`` are pools and the queues outside pools; queues in pools are in the pools."""

    vpcs: list[Vpc]
    computes: list[Compute]
    overlaps: list[Overlap]


def topology(reading: Reading) -> Topology:
    builder = _Builder(reading)
    vpcs, computes = builder.vpcs(), builder.top()
    return Topology(vpcs, computes, [found for vpc in vpcs for found in _overlaps(vpc)])


def state_of(planned: PlannedObject) -> Mapping[str, Any]:
    """The fields of an object: as it is or, if it does not exist, as a run would make it."""
    return planned["current"] or planned["predicted"] or {}


class _Builder:
    def __init__(self, reading: Reading) -> None:
        self._plan = reading
        self._only_read = reading.plan is not None and states.declares_nothing(reading.plan)
        self._computes: dict[tuple[str, str], Compute] = {}
        for row, planned in enumerate(reading.objects):
            if planned["kind"] != CONNECTION:
                self._add(row, planned)
        for (kind, name), compute in list(self._computes.items()):
            if kind == QUEUE and compute.pool:
                self._join(self._of(POOL, compute.pool), name)

    def _add(self, row: int, planned: PlannedObject) -> None:
        compute = self._of(planned["kind"], planned["name"])
        shown = state_of(planned)
        compute.row, compute.state = row, states.of_object(planned, only_read=self._only_read)
        compute.cidr, compute.cus = shown.get("cidr_in_vpc") or None, _cus(shown)
        compute.pool = shown.get("elastic_resource_pool_name") or None
        for name in shown.get("queues") or () if compute.kind == POOL else ():
            self._join(compute, str(name))

    def _join(self, pool: Compute, name: str) -> None:
        queue = self._of(QUEUE, name)
        queue.pool = pool.name
        if queue not in pool.queues:
            pool.queues.append(queue)

    def _of(self, kind: str, name: str) -> Compute:
        key = (kind, normalize_name(name))
        if key not in self._computes:
            # Until the object itself comes, if the plan contains it.
            self._computes[key] = Compute(kind, name, states.OK if self._only_read else states.UNREADABLE)
        return self._computes[key]

    def top(self) -> list[Compute]:
        for compute in self._computes.values():
            compute.queues.sort(key=lambda queue: queue.name)
        found = [each for each in self._computes.values() if each.kind == POOL or not each.pool]
        return sorted(found, key=lambda each: (each.kind, each.name))

    def vpcs(self) -> list[Vpc]:
        known = self._plan.networks or {"vpcs": [], "subnets": []}
        vpcs: dict[str, Vpc] = {}
        subnets: dict[tuple[str, str], Subnet] = {}
        for row, planned in enumerate(self._plan.objects):
            if planned["kind"] != CONNECTION:
                continue
            shown = state_of(planned)
            vpc_id, subnet_id = (str(shown.get(key) or UNKNOWN) for key in ("dest_vpc_id", "dest_network_id"))
            vpc = vpcs.setdefault(vpc_id, Vpc(vpc_id, *_named(known["vpcs"], vpc_id)))
            if (vpc_id, subnet_id) not in subnets:
                subnets[vpc_id, subnet_id] = Subnet(subnet_id, *_named(known["subnets"], subnet_id))
                vpc.subnets.append(subnets[vpc_id, subnet_id])
            subnets[vpc_id, subnet_id].connections.append(self._connection(row, planned))
        for vpc in vpcs.values():
            vpc.subnets.sort(key=lambda subnet: (subnet.name or "", subnet.id))
        return sorted(vpcs.values(), key=lambda vpc: (vpc.name or "", vpc.id))

    def _connection(self, row: int, planned: PlannedObject) -> Connection:
        shown = state_of(planned)
        state = states.of_object(planned, only_read=self._only_read)
        routes = [(str(route.get("name")), str(route.get("cidr"))) for route in shown.get("routes") or ()]
        links = {(kind, name): status for kind, name, status in _bound(planned["current"] or {})}
        for kind, name, _status in _bound(planned["predicted"] or {}):
            links.setdefault((kind, name), None)
        found = [Link(self._of(*key), states.of_binding(status), status or "planned") for key, status in links.items()]
        return Connection(planned["name"], state, row, routes, found)


def _bound(connection: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Kind, name and status of the queues and pools that are bound; a planned one has no status."""
    entries = {str(entry["name"]): entry.get("status") for entry in connection.get("available_queue_info") or ()}
    via = connection.get("bound_via") or {}
    for name in dict.fromkeys([*(connection.get("queues") or ()), *entries]):
        if name not in via:
            yield QUEUE, str(name), entries.get(str(name))
    for entry in connection.get("elastic_resource_pools") or ():
        yield POOL, str(entry["name"]), entry.get("status")


def _named(networks: Iterable[Network], network_id: str) -> tuple[str | None, str | None]:
    """Name and CIDR block of a network, as far as it was read."""
    found = next((each for each in networks if each["id"].lower() == network_id.lower()), None)
    return (found["name"], found["cidr"]) if found else (None, None)


def _cus(shown: Mapping[str, Any]) -> str:
    if shown.get("min_cu") is not None and shown.get("max_cu") is not None:
        return f"{shown['min_cu']}\u2013{shown['max_cu']} CUs"
    return f"{shown['cu_count']} CUs" if shown.get("cu_count") is not None else ""


def _overlaps(vpc: Vpc) -> Iterator[Overlap]:
    """Blocks of pools and queues that reach the VPC and overlap each other, a subnet or a route in it."""
    bound = {title(link.compute): link.compute for connection in vpc.connections for link in connection.links}
    own = [block for name, compute in sorted(bound.items()) if (block := overlaps.block(name, compute.cidr))]
    for one, other in overlaps.clashes(own):
        yield Overlap(vpc, bound[one.owner], bound[other.owner], f"{one} and {other}")
    networks = [(f"subnet {each.name or each.id}", each.cidr) for each in vpc.subnets]
    networks += [(f"route {name} of connection {c.name}", cidr) for c in vpc.connections for name, cidr in c.routes]
    blocks = [block for name, cidr in networks if (block := overlaps.block(name, cidr))]
    for one in own:
        for other in blocks:
            if overlaps.overlap(one.network, other.network):
                yield Overlap(vpc, bound[one.owner], None, f"{one} and {other}")


def title(compute: Compute) -> str:
    return f"{'pool' if compute.kind == POOL else 'queue'} {compute.name}"

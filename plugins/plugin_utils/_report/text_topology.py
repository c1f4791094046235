# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A topology as plain text for terminals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...module_utils._core.texts import printable
from .topology import POOL, topology

if TYPE_CHECKING:
    from .readings import Reading
    from .topology import Compute, Connection, Subnet, Topology, Vpc


def drawing(readings: Sequence[Reading]) -> str:
    """VPCs with their subnets, connections and bindings, then pools and queues, then CIDR blocks that overlap."""
    parts = [_reading(reading, len(readings) > 1) for reading in readings]
    return "\n".join(printable_line(line) for part in parts for line in part) + "\n"


def printable_line(line: str) -> str:
    return printable(line).rstrip()


def heading(reading: Reading, named: bool) -> str:
    """The name of the host if there are several, and the region."""
    return f"{reading.name}: {reading.place}" if named else reading.place


def _reading(reading: Reading, named: bool) -> Iterator[str]:
    yield heading(reading, named)
    if reading.plan is None:
        yield f"  Error: {reading.message}"
        return
    found = topology(reading)
    if not found.vpcs and not found.computes:
        yield "  no pools, queues or connections"
    for vpc in found.vpcs:
        yield from _vpc(vpc)
    yield from _computes(found)
    for overlap in found.overlaps:
        yield f"  OVERLAP in VPC {overlap.vpc.name or overlap.vpc.id}: {overlap.text}"


def _vpc(vpc: Vpc) -> Iterator[str]:
    yield f"  VPC {_network(vpc)}"
    for subnet in vpc.subnets:
        yield f"    subnet {_network(subnet)}"
        for connection in subnet.connections:
            yield from _connection(connection)


def _network(network: Vpc | Subnet) -> str:
    return " ".join(filter(None, [network.name, f"({network.id})" if network.name else network.id, network.cidr]))


def _connection(connection: Connection) -> Iterator[str]:
    yield f"      connection {connection.name} [{connection.state.label}]"
    for name, cidr in connection.routes:
        yield f"        route {name} {cidr}"
    for link in connection.links:
        yield f"        <- {_kind(link.compute)} {link.compute.name} {link.status}"


def _computes(found: Topology) -> Iterator[str]:
    for compute in found.computes:
        facts = ", ".join(filter(None, [compute.cus, compute.cidr]))
        yield f"  {_kind(compute)} {compute.name} [{compute.state.label}] {facts}"
        for queue in compute.queues:
            facts = ", ".join(filter(None, [queue.cus]))
            yield f"    queue {queue.name} [{queue.state.label}] {facts}"


def _kind(compute: Compute) -> str:
    return "pool" if compute.kind == POOL else "queue"

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CIDR blocks that are in use, and blocks that are free for new pools."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from ipaddress import IPv4Network, ip_network
from typing import TYPE_CHECKING, Any

from ...module_utils._api import queues as queue_api
from .project import bound_pools

if TYPE_CHECKING:
    from .project import Project

# The ranges that the service accepts.
RANGES = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
# The narrowest block that logs of real runs show for a pool.
NARROWEST = 19
# Addresses for each CU. The vendor's tables for queues ask for a quarter of that.
ADDRESSES_PER_CU = 4


def prefix_for(max_cu: int) -> int:
    """The prefix length of the block of a pool of this size."""
    prefix = NARROWEST
    while 2 ** (32 - prefix) < max_cu * ADDRESSES_PER_CU:
        prefix -= 1
    return prefix


def free(taken: Collection[IPv4Network], prefix: int) -> IPv4Network | None:
    """The first block of this length that overlaps none of the others; None if there is none."""
    size = 2 ** (32 - prefix)
    for whole in RANGES:
        first, end = int(whole.network_address), int(whole.broadcast_address) + 1
        while first + size <= end:
            block = IPv4Network((first, prefix))
            after = max((int(each.broadcast_address) + 1 for each in taken if each.overlaps(block)), default=None)
            if after is None:
                return block
            first = -(-after // size) * size
    return None


def in_use(project: Project, vpcs: Collection[str] | None = None) -> list[IPv4Network]:
    """The blocks in use: all of the project, or those that connections to these VPCs (lower-case IDs) concern."""
    chosen = [each for each in project.connections if vpcs is None or vpc_of(each) in vpcs]
    names = {name for each in chosen for name in (*each["queues"], *bound_pools(each))}
    # A queue in a pool shows the block of the pool.
    outside = [each for each in project.queues.values() if not queue_api.pool_of(each)]
    members = [*outside, *project.pools.values()]
    texts = [each["cidr_in_vpc"] for each in members if vpcs is None or each["name"] in names]
    texts += [route["cidr"] for each in chosen for route in each["routes"]]
    texts += [host["ip"] for each in chosen for host in each["hosts"]]
    return list(_blocks([*texts, *_network_texts(project, vpcs)]))


def vpc_of(connection: Any) -> str:
    return str(connection.get("dest_vpc_id") or "").lower()


def _network_texts(project: Project, vpcs: Collection[str] | None) -> Iterator[Any]:
    networks = project.networks or {}
    for vpc in networks.get("vpcs", ()):
        if vpcs is None or vpc["id"].lower() in vpcs:
            yield vpc["cidr"]
    for subnet in networks.get("subnets", ()):
        if vpcs is None or (subnet["vpc_id"] or "").lower() in vpcs:
            yield subnet["cidr"]


def _blocks(texts: Iterable[Any]) -> Iterator[IPv4Network]:
    """The IPv4 blocks among these texts, which the service may also leave out."""
    for text in texts:
        try:
            block = ip_network(str(text), strict=False)
        except ValueError:
            continue
        if isinstance(block, IPv4Network):
            yield block


def parse(texts: Iterable[Any]) -> list[IPv4Network]:
    """Blocks that a user gives. Raises ValueError for anything else than IPv4 blocks and addresses."""
    blocks = []
    for text in texts:
        try:
            blocks.append(IPv4Network(str(text), strict=False))
        except ValueError:
            raise ValueError(f"reserved_cidrs must contain IPv4 CIDR blocks, got {text!r}") from None
    return blocks

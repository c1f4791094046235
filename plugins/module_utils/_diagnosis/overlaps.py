# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CIDR blocks that have addresses in common: pure functions for plans, reports and the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network
    from typing import TypeAlias

    Network: TypeAlias = "IPv4Network | IPv6Network"


class Block(NamedTuple):
    """The CIDR block of ``owner``, which is a queue, a pool, a subnet or a route, in words."""

    owner: str
    network: Network

    def __str__(self) -> str:
        return f"{self.owner} ({self.network})"


@lru_cache(maxsize=4096)
def network(text: str | None) -> Network | None:
    """The network that a text describes; None if it describes none. Bits of a host are ignored."""
    try:
        return ip_network(text.strip(), strict=False) if text else None
    except ValueError:
        return None


def block(owner: str, cidr: str | None) -> Block | None:
    """The block of an owner, or None if its CIDR block is unknown."""
    found = network(cidr)
    return None if found is None else Block(owner, found)


def span(of: Network) -> tuple[int, int, int]:
    """The version, and the first and the last address as numbers."""
    return of.version, int(of.network_address), int(of.broadcast_address)


def overlap(one: Network, other: Network) -> bool:
    """Whether two networks have an address in common; networks of different versions have none."""
    version, first, last = span(one)
    other_version, other_first, other_last = span(other)
    return version == other_version and first <= other_last and other_first <= last


def clashes(new: Iterable[Block], others: Iterable[Block] = ()) -> list[tuple[Block, Block]]:
    """Pairs of blocks that overlap, of which at least one is new, sorted by owner.

    Of two blocks that overlap, one begins inside the other: the blocks are compared in the order of their first
    addresses, each one only with those that have not ended before.
    """
    marked = [(each, True) for each in new] + [(each, False) for each in others]
    found: set[tuple[Block, Block]] = set()
    open_blocks: list[tuple[Block, bool]] = []
    for each, is_new in sorted(marked, key=lambda pair: span(pair[0].network)):
        version, first, _last = span(each.network)
        open_blocks = [pair for pair in open_blocks if _reaches(pair[0].network, version, first)]
        found |= {
            _in_order(each, other)
            for other, other_is_new in open_blocks
            if (is_new or other_is_new) and each.owner != other.owner and not is_own_pool(each, other)
        }
        open_blocks.append((each, is_new))
    return sorted(found, key=lambda pair: (pair[0].owner, pair[1].owner, span(pair[0].network), span(pair[1].network)))


def is_own_pool(one: Block, other: Block) -> bool:
    """Whether the blocks are those of a queue and of the pool of the same name that the service made for it."""
    if one.network != other.network:
        return False
    (kind, name), (other_kind, other_name) = (each.owner.rpartition(" ")[::2] for each in (one, other))
    return name == other_name and {kind, other_kind} == set(BOUND_KINDS)


def _reaches(of: Network, version: int, address: int) -> bool:
    own_version, _first, last = span(of)
    return own_version == version and last >= address


def _in_order(one: Block, other: Block) -> tuple[Block, Block]:
    return (one, other) if one.owner < other.owner else (other, one)


# The fields of a connection with its bindings.
BOUND_KINDS = QUEUE, POOL = "queue", "elastic resource pool"


def bound(connection: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Kind and name of each queue and pool that a connection binds."""
    if connection is None:
        return []
    pools = [(POOL, str(entry["name"])) for entry in connection["elastic_resource_pools"]]
    return [*((QUEUE, str(name)) for name in connection["queues"]), *pools]


def of_members(members: Collection[tuple[str, str]], cidr_of: Callable[[str, str], str | None]) -> list[Block]:
    """The blocks of queues and pools, sorted by name, without those whose block is unknown."""
    found = (block(f"{kind} {name}", cidr_of(kind, name)) for kind, name in sorted(members))
    return [each for each in found if each is not None]


def of_routes(connection: Mapping[str, Any]) -> list[Block]:
    """The blocks of the routes of a connection: what its bound queues and pools reach beside the subnet."""
    found = (
        block(f"route {route['name']} of connection {connection['name']}", str(route["cidr"]))
        for route in connection.get("routes") or ()
    )
    return [each for each in found if each is not None]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which queues share a pool, and the pools that hold them: new ones, or those of an earlier proposal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from ipaddress import IPv4Network, ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

from ...module_utils._api import pools as pool_api
from ...module_utils._api import queues as queue_api
from ...module_utils._pool import validation
from . import blocks

if TYPE_CHECKING:
    from .project import Found, Project

CONNECTIONS = "connections"
GROUPINGS = (CONNECTIONS, "enterprise_project")
# Characters of a name before its hash.
LONGEST_NAME = 60


class Group(NamedTuple):
    """Queues that move to one pool: those of one enterprise project and, by default, of the same connections."""

    enterprise_project_id: str
    connections: tuple[str, ...]
    vpcs: frozenset[str]
    queues: tuple[Found, ...]
    ipv6: tuple[str, ...] = ()

    @property
    def cus(self) -> int:
        return sum(queue["cu_count"] for queue in self.queues)

    @property
    def base_name(self) -> str:
        """A name that stays the same as long as the connections do."""
        parts = [*self.connections] or ["unbound"]
        if self.enterprise_project_id != "0":
            parts.append(self.enterprise_project_id[:8])
        name = "_".join(["pool", *parts]).lower().replace("-", "_")
        if len(name) <= LONGEST_NAME:
            return name
        digest = hashlib.sha256("/".join((self.enterprise_project_id, *self.connections)).encode()).hexdigest()
        return f"{name[:LONGEST_NAME]}_{digest[:8]}"


class Target(NamedTuple):
    """A pool with the group that moves to it. ``options`` are those of a new pool, or the state of an existing one."""

    group: Group
    options: dict[str, Any]
    exists: bool

    @property
    def name(self) -> str:
        return str(self.options["name"])


def groups(project: Project, queues: Sequence[Found], by: str) -> list[Group]:
    """The groups of these queues, sorted by enterprise project and connections."""
    found: dict[tuple[str, tuple[str, ...]], list[Found]] = {}
    for queue in queues:
        names = tuple(sorted({each["name"] for each in project.connections_of(queue)}))
        key = (queue.get("enterprise_project_id") or "0").lower(), names if by == CONNECTIONS else ()
        found.setdefault(key, []).append(queue)
    return [_group(project, key[0], members) for key, members in sorted(found.items())]


def _group(project: Project, enterprise_project_id: str, members: list[Found]) -> Group:
    bound = [each for queue in members for each in project.connections_of(queue)]
    return Group(
        enterprise_project_id,
        tuple(sorted({each["name"] for each in bound})),
        frozenset(map(blocks.vpc_of, bound)),
        tuple(sorted(members, key=lambda queue: str(queue["name"]))),
        tuple(sorted({each["name"] for each in bound if each.get("ipv6_enable")})),
    )


class Chooser:
    """Chooses a pool for one group after the other; ``problems`` are about groups for which there is none."""

    def __init__(self, project: Project, reserved: Sequence[IPv4Network], *, basic: bool) -> None:
        self._project, self._reserved, self._basic = project, reserved, basic
        self._taken = [*blocks.in_use(project), *reserved]
        self._names = {*project.pools, *project.queues}
        self.targets: list[Target] = []
        self.problems: list[str] = []

    def choose(self, group: Group) -> None:
        existing = _reusable(self._project, group)
        if existing is not None:
            self.targets.append(Target(group, dict(existing), exists=True))
            return
        sizes = _sizes(group, basic=self._basic)
        if sizes["max_cu"] > validation.STANDARD_SIZES[1]:
            listed = ", ".join(str(queue["name"]) for queue in group.queues)
            self.problems.append(f"No pool can hold queues {listed}: together they have {group.cus} CUs.")
            return
        name = _unused(group.base_name, self._names)
        block = self._block(group, blocks.prefix_for(sizes["max_cu"]))
        if block is None:
            self.problems.append(
                f"No CIDR block for pool {name} is free beside the networks of its connections. Choose one by hand, or "
                "remove a binding that is not needed."
            )
            return
        self._taken.append(block)
        self._names.add(name)
        options = {"name": name, **sizes, "cidr_in_vpc": str(block)}
        if group.enterprise_project_id != "0":
            options["enterprise_project_id"] = group.enterprise_project_id
        self.targets.append(Target(group, options, exists=False))

    def _block(self, group: Group, prefix: int) -> IPv4Network | None:
        """A block that overlaps nothing in the project or, if there is none, nothing that the same VPCs concern."""
        block = blocks.free(self._taken, prefix)
        if block is None:
            near = [*blocks.in_use(self._project, group.vpcs), *self._reserved]
            beside = [each for each in self.targets if not each.exists and each.group.vpcs & group.vpcs]
            near += [IPv4Network(each.options["cidr_in_vpc"]) for each in beside]
            block = blocks.free(near, prefix)
        return block


def _sizes(group: Group, *, basic: bool) -> dict[str, Any]:
    """The limits of a new pool: as many CUs as its queues have, so that the costs stay the same."""
    total = -(-group.cus // validation.STEP) * validation.STEP
    lowest, highest = validation.BASIC_SIZES
    if basic and total <= highest:
        return {"min_cu": max(total, lowest), "max_cu": max(total, lowest), "label": dict(validation.BASIC)}
    least = max(total, validation.STANDARD_SIZES[0])
    return {"min_cu": least, "max_cu": least}


def _unused(name: str, names: set[str]) -> str:
    number, candidate = 1, name
    while candidate in names:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _reusable(project: Project, group: Group) -> Found | None:
    """The pool that an earlier proposal made for this group, if it still fits."""
    pattern = re.compile(rf"{re.escape(group.base_name)}(_\d+)?")
    for name, pool in sorted(project.pools.items()):
        if pattern.fullmatch(name) and name not in project.queues and _fits(project, pool, group):
            return pool
    return None


def _fits(project: Project, pool: Found, group: Group) -> bool:
    inside = sum(queue["cu_count"] for queue in project.queues.values() if queue_api.pool_of(queue) == pool["name"])
    largest = max(queue["cu_count"] for queue in group.queues)
    others = blocks.in_use(
        project._replace(pools={name: each for name, each in project.pools.items() if name != pool["name"]}), group.vpcs
    )
    return (
        (pool["enterprise_project_id"] or "0").lower() == group.enterprise_project_id
        and pool["status"] != pool_api.FAILED
        and inside + group.cus <= pool["min_cu"]
        and largest <= pool["max_cu"]
        and _overlaps_none(pool, others)
    )


def _overlaps_none(pool: Found, others: Sequence[IPv4Network]) -> bool:
    try:
        block = ip_network(str(pool["cidr_in_vpc"]))
    except ValueError:
        return False
    return isinstance(block, IPv4Network) and not any(block.overlaps(each) for each in others)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proposal: which queues move to which pools, and which steps are possible now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...module_utils._api import connections as connection_api
from ...module_utils._api import queues as queue_api
from . import pools
from .project import ambiguous_names, bound_pools, obstacle

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from .pools import Target
    from .project import Found, Project


class Step(NamedTuple):
    """A change of the bindings of a connection: ``names`` are pools to bind, or queues to unbind."""

    connection: str
    names: tuple[str, ...]
    keeps: tuple[str, ...] = ()


class Proposal(NamedTuple):
    """The steps, in this order. ``joins`` are queues whose pools have active bindings; ``unbinds`` those that joined.

    ``stays`` are queues that cannot move, with reasons; ``problems`` prevent a part of the proposal.
    """

    project: Project
    targets: tuple[Target, ...]
    binds: tuple[Step, ...]
    joins: tuple[tuple[str, str], ...]
    unbinds: tuple[Step, ...]
    stays: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]

    @property
    def moves(self) -> list[tuple[Found, Target]]:
        return [(queue, target) for target in self.targets for queue in target.group.queues]

    @property
    def is_empty(self) -> bool:
        return not (self.targets or self.binds or self.unbinds or self.problems)


def propose(project: Project, reserved: Sequence[IPv4Network] = (), *, group_by: str, basic: bool) -> Proposal:
    """The proposal for a project. It depends only on the state of the project, so it can be made again at any point."""
    outside = [
        queue
        for name, queue in sorted(project.queues.items())
        if not queue_api.pool_of(queue) and name != queue_api.DEFAULT_QUEUE
    ]
    stays = tuple((queue["name"], why) for queue in outside if (why := obstacle(queue)))
    movable = [queue for queue in outside if not obstacle(queue)]
    chooser = pools.Chooser(project, reserved, basic=basic)
    for group in pools.groups(project, movable, group_by):
        chooser.choose(group)
    targets = tuple(chooser.targets)
    ambiguous = ambiguous_names(project)
    problems = [
        *chooser.problems,
        *_failed(project, targets),
        *(_ambiguous(name) for name in sorted(ambiguous & _names(project))),
    ]
    return Proposal(
        project,
        targets,
        tuple(step for step in _binds(project, targets) if step.connection not in ambiguous),
        tuple(_joins(project, targets)),
        tuple(step for step in _unbinds(project) if step.connection not in ambiguous),
        stays,
        tuple(problems),
    )


def _failed(project: Project, targets: Sequence[Target]) -> list[str]:
    """The bindings of wanted pools that are FAILED, so that no queue may join."""
    wanted = _wanted(project, targets)
    return [
        f"The binding of pool {entry['name']} to connection {each['name']} is FAILED: "
        f"{entry['err_msg'].rstrip('.') or 'no reason given'}."
        for each in project.connections
        for entry in each["elastic_resource_pools"]
        if entry["name"] in wanted.get(each["id"], ()) and entry["status"] == connection_api.FAILED
    ]


def _names(project: Project) -> set[str]:
    """The names of the connections to which queues are bound."""
    return {each["name"] for each in project.connections if each["queues"]}


def _ambiguous(name: str) -> str:
    return f"Several connections have the name {name}. Delete the others by their id, then create the proposal again."


def _wanted(project: Project, targets: Sequence[Target]) -> dict[str, set[str]]:
    """By ID of a connection, the pools that it needs for its queues: those that will join, and those that joined."""
    wanted: dict[str, set[str]] = {}
    pool_of = {queue["name"]: target.name for target in targets for queue in target.group.queues}
    for queue in project.queues.values():
        pool = queue_api.pool_of(queue) or pool_of.get(queue["name"], "")
        for connection in project.connections_of(queue) if pool else ():
            wanted.setdefault(connection["id"], set()).add(pool)
    return wanted


def _binds(project: Project, targets: Sequence[Target]) -> list[Step]:
    """The pools that are not bound yet."""
    wanted = _wanted(project, targets)
    steps = []
    for connection in project.connections:
        missing = wanted.get(connection["id"], set()) - set(bound_pools(connection))
        if missing:
            steps.append(Step(connection["name"], tuple(sorted(missing))))
    return steps


def _active(connection: Found, pool: str) -> bool:
    bound = connection["elastic_resource_pools"]
    return any(entry["name"] == pool and entry["status"] == connection_api.ACTIVE for entry in bound)


def _joins(project: Project, targets: Sequence[Target]) -> list[tuple[str, str]]:
    """The queues whose pool exists and has an active binding to each of their connections."""
    return [
        (queue["name"], target.name)
        for target in targets
        if target.exists
        for queue in target.group.queues
        if all(_active(connection, target.name) for connection in project.connections_of(queue))
    ]


def _unbinds(project: Project) -> list[Step]:
    """The queues that are still bound themselves although they are in a pool with an active binding."""
    steps = []
    for connection in project.connections:
        pool_of = {
            name: queue_api.pool_of(project.queues[name]) for name in connection["queues"] if name in project.queues
        }
        moved = sorted(name for name, pool in pool_of.items() if pool and _active(connection, pool))
        if moved:
            keeps = tuple(name for name in connection["queues"] if name not in moved)
            steps.append(Step(connection["name"], tuple(moved), keeps))
    return steps

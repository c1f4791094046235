# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bindings of queues and pools to connections. Each is a VPC peering with its own status."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from . import fields
from .errors import bad_parameter, not_found, unavailable, unsupported
from .fields import Fields
from .models import Connection, Peer, Pool, Queue
from .state import Project, State, millis

QUEUES, POOLS = "available_queue_info", "elastic_resource_pools"


@dataclass(frozen=True)
class Target:
    """A queue or pool to bind or unbind, and the name in the request."""

    requested_name: str
    target: Queue | Pool

    @property
    def kind(self) -> str:
        return QUEUES if isinstance(self.target, Queue) else POOLS

    @property
    def name(self) -> str:
        return self.target.queue_name if isinstance(self.target, Queue) else self.target.elastic_resource_pool_name


def format_names(targets: list[Target]) -> str:
    return "{" + ",".join(each.requested_name for each in targets) + "}"


def resolve(project: Project, body: Fields, *, mandatory: bool = False) -> list[Target]:
    """The queues and pools that a request names. A queue in a pool stands for its pool, when binding and unbinding."""
    queues, pools = fields.text_list(body, "queues"), fields.text_list(body, "elastic_resource_pools")
    if mandatory and not queues and not pools:
        raise bad_parameter("The parameter queues or elastic_resource_pools is mandatory.")
    found = [Target(name, _queue_or_its_pool(project, name)) for name in queues]
    return found + [Target(name, project.pool(name)) for name in pools]


def _queue_or_its_pool(project: Project, name: str) -> Queue | Pool:
    queue = project.queue(name)
    if queue.elastic_resource_pool_name:
        return project.pools[queue.elastic_resource_pool_name]
    if queue.queue_name == "default" or queue.resource_mode == 0:
        raise unsupported(f"The queue {name} is shared and cannot be bound to an enhanced datasource connection.")
    return project.pools.get(queue.own_pool, queue)


def bind(state: State, project: Project, connection: Connection, targets: list[Target]) -> None:
    """Start a peering for each target. Assumption: binding a bound target changes nothing."""
    for each in targets:
        peers: list[Peer] = getattr(connection, each.kind)
        peer = next((peer for peer in peers if peer.name == each.name and not peer.unbinding), None)
        if peer is None:
            peers[:] = [peer for peer in peers if peer.name != each.name]
            peer = Peer(each.name, state.millis, stuck=True)
            peers.append(peer)
        if peer.stuck:
            _start_peering(state, project, connection, peer, each.target)


def _start_peering(state: State, project: Project, connection: Connection, peer: Peer, target: Queue | Pool) -> None:
    """Start a peering. Without a cluster the binding stays in CREATING (documented).

    Assumption: binding again once the cluster is ready recovers it. No page describes a recovery.
    """
    peer.stuck = state.knobs.early_bindings_stick and not _has_cluster(state, target)
    if not peer.stuck:
        due = state.now + state.knobs.peer_seconds
        state.scheduler.add(due, lambda moment: _end_peering(state, project, connection, peer, target, moment))


def _has_cluster(state: State, target: Queue | Pool) -> bool:
    if isinstance(target, Queue):
        return target.is_ready(state.now)
    return target.status in ("AVAILABLE", "SCALING")


def _end_peering(
    state: State, project: Project, connection: Connection, peer: Peer, target: Queue | Pool, moment: float
) -> None:
    if peer.status != "CREATING":
        return
    peer.err_msg = _failure_reason(state, project, connection, peer, target)
    peer.status = "FAILED" if peer.err_msg else "ACTIVE"
    peer.update_time = millis(moment)


def _failure_reason(state: State, project: Project, connection: Connection, peer: Peer, target: Queue | Pool) -> str:
    """The reason why the peering fails; "" if it succeeds."""
    failures = {name.lower(): message for name, message in state.knobs.fail_peers.items()}
    if peer.name in failures:
        return failures[peer.name]
    # Assumption: the text. Once an agency without access was used, only a new connection works (documented).
    connection.without_vpc_access = connection.without_vpc_access or not state.agency_has_vpc_access
    if connection.without_vpc_access:
        return f"Failed to get subnet {connection.dest_network_id}."
    network = state.network(connection.dest_vpc_id, connection.dest_network_id)
    if network is None:
        return f"The subnet {connection.dest_network_id} cannot be found."
    if _overlap(target.cidr_in_vpc, network.subnet_cidr):
        return f"The CIDR block {target.cidr_in_vpc} of {peer.name} overlaps with the subnet {network.subnet_cidr}."
    # Assumption: two peerings of one VPC must not have overlapping addresses.
    for name, cidr in _active_in_vpc(project, connection.dest_vpc_id):
        if name != peer.name and _overlap(target.cidr_in_vpc, cidr):
            return f"The CIDR block {target.cidr_in_vpc} of {peer.name} overlaps with {name} in the same VPC."
    return ""


def _active_in_vpc(project: Project, vpc_id: str) -> Iterator[tuple[str, str]]:
    for connection in project.live_connections():
        if connection.dest_vpc_id != vpc_id:
            continue
        for peer in connection.available_queue_info:
            if peer.status == "ACTIVE" and peer.name in project.queues:
                yield peer.name, project.queues[peer.name].cidr_in_vpc
        for peer in connection.elastic_resource_pools:
            if peer.status == "ACTIVE" and peer.name in project.pools:
                yield peer.name, project.pools[peer.name].cidr_in_vpc


def _overlap(first: str, second: str) -> bool:
    return ipaddress.IPv4Network(first, strict=False).overlaps(ipaddress.IPv4Network(second, strict=False))


def unbind(state: State, connection: Connection, targets: list[Target]) -> None:
    """Unbind all targets or none. Assumption: unbinding a target that is not bound is refused."""
    unbinding = [_find_peer(connection, each) for each in targets]
    for peer in unbinding:
        peer.unbinding = True
    state.scheduler.add(state.now + state.knobs.unbind_seconds, lambda _moment: _remove(connection, unbinding))


def _find_peer(connection: Connection, target: Target) -> Peer:
    peers: list[Peer] = getattr(connection, target.kind)
    peer = next((peer for peer in peers if peer.name == target.name and not peer.unbinding), None)
    if peer is None:
        raise not_found(f"{target.requested_name} is not bound to connection {connection.id}.")
    if peer.status == "FAILED" and target.kind == POOLS:
        raise unavailable(f"The elastic resource pool {target.name} cannot be unbound because its peering has failed.")
    return peer


def _remove(connection: Connection, unbinding: list[Peer]) -> None:
    for peers in (connection.available_queue_info, connection.elastic_resource_pools):
        peers[:] = [peer for peer in peers if not any(peer is each for each in unbinding)]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proposal as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...module_utils._core.texts import printable
from .files import BIND, JOIN, UNBIND

if TYPE_CHECKING:
    from .pools import Target
    from .proposal import Proposal

# A text names no more jobs of a queue than this.
JOBS = 5
TENANT = "ansible-playbook huaweicloud.dli.tenant -e @"
STEPS = "Steps, in this order, in the directory of the files. Create the proposal again after each one"
NOTHING = "No queue needs to move: all queues that can join a pool are in elastic resource pools. Nothing was changed."


def text(proposal: Proposal) -> str:
    """The proposal in sections. Control characters in texts of the service are escaped."""
    lines = [NOTHING] if proposal.is_empty else [_title(proposal), *_pools(proposal)]
    lines += _section("Queues that stay outside pools", (f"{name}: {why}." for name, why in proposal.stays))
    lines += _section("Problems", proposal.problems)
    if not proposal.is_empty:
        lines += _section("Before you start", _warnings(proposal))
        lines += _section("Running jobs", _jobs(proposal))
        lines += _section(STEPS, _steps(proposal))
    return "\n".join(map(printable, lines)) + "\n"


def _title(proposal: Proposal) -> str:
    queues, pools = len(proposal.moves), len(proposal.targets)
    moved = f"{_counted(queues, 'queue')} to {_counted(pools, 'elastic resource pool')}"
    return f"Proposal: move {moved}. Nothing was changed."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _section(title: str, entries: Any) -> list[str]:
    lines = [f"  {entry}" for entry in entries]
    return ["", f"{title}:", *lines] if lines else []


def _pools(proposal: Proposal) -> Iterator[str]:
    for target in proposal.targets:
        options, group = target.options, target.group
        edition = "basic edition" if options.get("label") == {"spec": "basic"} else "standard edition"
        kind = "existing pool" if target.exists else f"new pool, {edition}"
        yield ""
        yield (
            f"Pool {target.name} ({kind}, {options['min_cu']} to {options['max_cu']} CUs, {options['cidr_in_vpc']}, "
            f"enterprise project {group.enterprise_project_id}):"
        )
        yield f"  connections: {', '.join(group.connections) or 'none'}"
        for queue in group.queues:
            yield f"  queue {queue['name']} ({_type(queue)}, {queue['cu_count']} CUs, {queue.get('cidr_in_vpc')})"


def _type(queue: Any) -> str:
    engine = f", {queue['engine']}" if queue.get("engine") else ""
    return f"{queue['queue_type']}{engine}"


IRREVERSIBLE = (
    "A queue cannot leave its pool or move to another one. To undo a join, delete the queue and create it again.",
    "When a queue joins, the service moves its cluster to the network of the pool. Jobs that run then can fail, and "
    "the queue can be unavailable for minutes. Let the jobs end first, or choose a time without jobs.",
)
UNKNOWN_NETWORKS = (
    "The CIDR blocks of the VPCs could not be read. Check that the blocks of the pools overlap none of them, or list "
    "them in move_reserved_cidrs."
)
SIZES = (
    "A pool has as many CUs as its queues, rounded up to the minimum size of a pool. Raise max_cu to let it grow. Its "
    "CIDR block and edition cannot change later."
)


def _warnings(proposal: Proposal) -> Iterator[str]:
    if proposal.moves:
        yield from IRREVERSIBLE
    for target in proposal.targets:
        yield from _network_changes(target)
    if proposal.project.networks is None and any(target.group.vpcs for target in proposal.targets):
        yield UNKNOWN_NETWORKS
    if any(not target.exists for target in proposal.targets):
        yield SIZES


def _network_changes(target: Target) -> Iterator[str]:
    if not target.exists and target.group.ipv6:
        yield (
            f"Connection {', '.join(target.group.ipv6)} has IPv6. If jobs use it, set ipv6_enable=true for pool "
            f"{target.name} in {BIND} before you create the pool; it cannot change later."
        )
    old = sorted({str(queue["cidr_in_vpc"]) for queue in target.group.queues if queue.get("cidr_in_vpc")})
    if target.group.connections and old:
        yield (
            f"Data sources of pool {target.name} see other addresses: allow {target.options['cidr_in_vpc']} in their "
            f"security groups, network ACLs and firewalls wherever {', '.join(old)} is allowed."
        )


def _jobs(proposal: Proposal) -> Iterator[str]:
    if not proposal.moves:
        return
    if proposal.project.jobs is None:
        yield "The SQL jobs could not be read. Check them in the console before a queue joins its pool."
    jobs = {queue["name"]: proposal.project.jobs_of(queue["name"]) for queue, _target in proposal.moves}
    if proposal.project.jobs is not None and not any(jobs.values()):
        yield "No SQL job runs on these queues."
    for name, found in jobs.items():
        if found:
            shown = ", ".join(f"{job['job_id']} ({job['job_type']}, {job['status']})" for job in found[:JOBS])
            more = f", {len(found) - JOBS} more" if len(found) > JOBS else ""
            yield f"queue {name}: {shown}{more}"
    yield "Flink and Spark JAR jobs are not in this list. Check them in the console."


def _steps(proposal: Proposal) -> Iterator[str]:
    new = [target.name for target in proposal.targets if not target.exists]
    if new or proposal.binds:
        yield f"1. {TENANT}{BIND}"
        yield from (f"     create pool {name}" for name in new)
        yield from (
            f"     bind pool {', '.join(step.names)} to connection {step.connection}" for step in proposal.binds
        )
    if proposal.moves:
        yield f"2. {TENANT}{JOIN}   (cannot be undone)"
        ready = {queue for queue, _pool in proposal.joins}
        for queue, target in proposal.moves:
            later = "after step 1" + (", when the bindings of the pool are active" if target.group.connections else "")
            when = "now" if queue["name"] in ready else later
            yield f"     queue {queue['name']} joins pool {target.name}: {when}"
        yield "3. Test from each queue the addresses that its jobs use: huaweicloud.dli.dli_connectivity_test"
    yield f"4. {TENANT}{UNBIND}"
    yield from (
        f"     unbind queue {', '.join(step.names)} from connection {step.connection}" for step in proposal.unbinds
    )
    if proposal.moves:
        yield "     each queue after it has joined: its own binding is then without use"

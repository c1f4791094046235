# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the simulated account, guarded by one lock and brought up to date on every access."""

from __future__ import annotations

import copy
import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any, TypeVar

from .clock import Clock, Scheduler
from .errors import ApiError, bad_parameter, not_found
from .knobs import Knobs
from .models import Connection, ConnectivityTask, Job, Network, Peer, Pool, Queue
from .profiles import PROFILES, Profile

Listed = TypeVar("Listed", Queue, Connection, Pool)
_DLI_AGENCY = {
    "version": "v2",
    "current_roles": ["ctable_adm", "vpc_netadm", "ief_adm", "dis_adm", "smn_adm", "obs_adm"],
}
_QUEUE_CIDRS = IPv4Network("10.128.0.0/9")


@dataclass
class Identity:
    """The account of the configured credentials: access keys and password."""

    access_key: str = "SIMULATORACCESSKEY01"
    secret_key: str = "simulator-secret-key-0000000000000000000"
    security_token: str | None = None
    username: str = "deployer"
    password: str = "simulator-password-0"
    domain_name: str = "simulated-account"
    user_id: str = "5f1d0c7be2a64e0f8c3b9a1276de4f01"
    domain_id: str = "a3c5e7091b2d4f6880f1e2d3c4b5a697"


@dataclass(frozen=True)
class Agency:
    """An agency of another account, which the account of the credentials can assume."""

    agency_name: str
    domain_name: str
    domain_id: str
    trusts: bool = True
    max_duration_seconds: int = 24 * 3600


@dataclass
class Project:
    """A project and its resources. Without ``domain_id`` it belongs to the account of the credentials."""

    id: str
    name: str
    domain_id: str = ""
    queues: dict[str, Queue] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    tasks: dict[int, ConnectivityTask] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    quotas: dict[str, int] = field(default_factory=dict)
    # Deleted objects with the time of deletion, for lists with a lag.
    deleted_queues: list[tuple[float, Queue]] = field(default_factory=list)
    deleted_pools: list[tuple[float, Pool]] = field(default_factory=list)

    def queue(self, name: str) -> Queue:
        """The queue with this name, case-insensitive."""
        try:
            return self.queues[name.lower()]
        except KeyError:
            raise not_found(f"There is no queue named {name}") from None

    def pool(self, name: str) -> Pool:
        try:
            return self.pools[name.lower()]
        except KeyError:
            raise not_found(f"There is no elastic resource pool named {name}") from None

    def connection(self, connection_id: str) -> Connection:
        """A connection that is not deleted. The service reports an unknown one as a bad parameter."""
        found = self.connections.get(connection_id)
        if found is None or found.status == "DELETED":
            raise no_connection(connection_id)
        return found

    def live_connections(self) -> Iterator[Connection]:
        return (each for each in self.connections.values() if each.status != "DELETED")

    def queues_in(self, pool: Pool) -> list[Queue]:
        name = pool.elastic_resource_pool_name
        return [each for each in self.queues.values() if each.elastic_resource_pool_name == name]

    def drop_peers(self, kind: str, name: str) -> None:
        """Remove the bindings of a queue ("available_queue_info") or a pool ("elastic_resource_pools")."""
        for connection in self.live_connections():
            peers: list[Peer] = getattr(connection, kind)
            peers[:] = [peer for peer in peers if peer.name != name]


def no_connection(connection_id: str) -> ApiError:
    return bad_parameter(f"Connection {connection_id} does not exist.")


class State:
    """All projects of the account, its networks, the clock and the knobs."""

    def __init__(self, clock: Clock, profile: str) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.profile: Profile = PROFILES[profile]
        self.clear()
        clock.on_advance(self.run_due_actions)

    def clear(self) -> None:
        """Remove everything. The caller must add at least one project."""
        self.scheduler = Scheduler()
        self.knobs = Knobs()
        self.identity = Identity()
        self.region = ""
        self.projects: dict[str, Project] = {}
        self.agencies: list[Agency] = []
        # By identity provider: the expiry time of each ID token.
        self.id_tokens: dict[str, dict[str, float]] = {}
        self.networks: list[Network] = []
        self.security_groups: list[dict[str, Any]] = []
        self.vpc_routes: list[dict[str, Any]] = []
        self.firewalls: list[dict[str, Any]] = []
        # None if there is no agency, or if it is one of the current kind, which the call does not show.
        self.dli_agency: dict[str, Any] | None = copy.deepcopy(_DLI_AGENCY)
        self._numbers = itertools.count(1001)
        self._task_numbers = itertools.count(1)
        self._cidrs = itertools.cycle(_QUEUE_CIDRS.subnets(new_prefix=18))

    @property
    def main(self) -> Project:
        """The default project of the region."""
        return next(iter(self.projects.values()))

    def projects_of(self, domain_id: str) -> list[Project]:
        """The projects of an account. The first one is the default."""
        return [project for project in self.projects.values() if project.domain_id == domain_id]

    @property
    def now(self) -> float:
        return self.clock.now()

    @property
    def millis(self) -> int:
        return millis(self.now)

    def run_due_actions(self) -> None:
        """Run all actions that are due."""
        with self.lock:
            self.scheduler.run_due(self.now)

    @property
    def agency_has_vpc_access(self) -> bool:
        return self.dli_agency is None or "vpc_netadm" in self.dli_agency["current_roles"]

    def next_number(self) -> int:
        return next(self._numbers)

    def next_task_number(self) -> int:
        """The number of a connectivity test. Separate, so that tests do not affect the ids of other objects."""
        return next(self._task_numbers)

    def next_cidr(self) -> str:
        """A separate CIDR block for each queue outside pools.

        Assumption: the create call has no parameter for it, and no page says what the service picks. The documented
        procedure binds two new queues to one VPC, which requires different blocks.
        """
        return str(next(self._cidrs))

    def network(self, vpc_id: str, subnet_id: str) -> Network | None:
        return next((each for each in self.networks if (each.vpc_id, each.subnet_id) == (vpc_id, subnet_id)), None)

    def listed_queues(self, project: Project) -> list[Queue]:
        gone = [queue for when, queue in project.deleted_queues if self._is_recent(millis(when))]
        return self._visible(project.queues.values()) + gone

    def listed_pools(self, project: Project) -> list[Pool]:
        gone = [pool for when, pool in project.deleted_pools if self._is_recent(millis(when))]
        return self._visible(project.pools.values()) + gone

    def listed_connections(self, project: Project) -> list[tuple[Connection, str]]:
        """Connections with the status in the list, where a deletion may not be visible yet."""
        listed = self._visible(project.connections.values())
        return [(each, "ACTIVE" if self._is_recent(each.delete_time or 0) else each.status) for each in listed]

    def _visible(self, things: Iterable[Listed]) -> list[Listed]:
        return [each for each in things if not self._is_recent(each.create_time)]

    def _is_recent(self, moment: int) -> bool:
        lag = self.knobs.list_lag_seconds
        return lag > 0 and self.millis - moment < lag * 1000


def millis(seconds: float) -> int:
    return int(seconds * 1000)

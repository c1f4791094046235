# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of the service: queues, connections, pools.

Attributes have the names of the API's fields. Times are in milliseconds.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

DAY = "24:00"


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Policy:
    """A scaling policy: the CUs that a queue in a pool may use at certain hours."""

    priority: int
    impact_start_time: str
    impact_stop_time: str
    min_cu: int
    max_cu: int
    inherit_elastic_resource_pool_max_cu: bool = False

    @property
    def is_default(self) -> bool:
        return (self.impact_start_time, self.impact_stop_time) == ("00:00", DAY)

    def covers(self, hour: int) -> bool:
        """Whether an hour of the day is in [start, stop), which may wrap around midnight."""
        start, stop = int(self.impact_start_time[:2]), int(self.impact_stop_time[:2])
        return start <= hour < stop if start < stop else hour >= start or hour < stop


@dataclass
class Queue:
    queue_id: int
    queue_name: str
    create_time: int
    owner: str
    cidr_in_vpc: str
    description: str = ""
    queue_type: str = "sql"
    engine: str = "spark"
    cu_count: int = 16
    charging_mode: int = 1
    resource_id: str = field(default_factory=new_id)
    resource_mode: int = 1
    enterprise_project_id: str = "0"
    cidr_in_mgntsubnet: str = "10.23.128.0/24"
    cidr_in_subnet: str = "172.16.0.0/18"
    platform: str = "x86_64"
    is_restarting: bool = False
    labels: str = ""
    feature: str = ""
    used: bool = False
    queue_resource_type: str = "container"
    cu_spec: int = 16
    elastic_resource_pool_name: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    privileges: dict[str, list[str]] = field(default_factory=dict)
    queue_scaling_policies: list[Policy] = field(default_factory=list)
    # Internal: the API has no field for these.
    own_pool: str = ""
    assigned_at: float = 0.0
    ready_at: float = 0.0
    scaling_to: int | None = None

    @property
    def minimum_in_pool(self) -> int:
        """The smallest size of a queue of this type in a pool."""
        if self.queue_type == "general":
            return 4
        return 96 if self.engine == "hetuEngine" else 8

    def is_ready(self, now: float) -> bool:
        return now >= self.ready_at

    @property
    def max_cu(self) -> int:
        return max((policy.max_cu for policy in self.queue_scaling_policies), default=0)

    def policy_at(self, hour: int) -> Policy:
        """The default policy applies if no other policy covers the hour."""
        special = [policy for policy in self.queue_scaling_policies if not policy.is_default and policy.covers(hour)]
        default = [policy for policy in self.queue_scaling_policies if policy.is_default]
        return max(special or default, key=lambda policy: policy.priority)


@dataclass
class Peer:
    """One VPC peering: a queue or pool that is bound to a connection."""

    name: str
    update_time: int
    peer_id: str = field(default_factory=new_id)
    status: str = "CREATING"
    err_msg: str = ""
    # Internal: bound too early, so it stays in CREATING; being unbound, but still listed.
    stuck: bool = False
    unbinding: bool = False


@dataclass
class Connection:
    id: str
    name: str
    dest_vpc_id: str
    dest_network_id: str
    create_time: int
    status: str = "ACTIVE"
    available_queue_info: list[Peer] = field(default_factory=list)
    elastic_resource_pools: list[Peer] = field(default_factory=list)
    hosts: list[dict[str, str]] = field(default_factory=list)
    routes: list[dict[str, str | int]] = field(default_factory=list)
    ipv6_enable: bool = False
    routetable_id: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    privileges: dict[str, list[str]] = field(default_factory=dict)
    delete_time: int | None = None
    # Internal: the agency had no access to the VPC, so all bindings of this connection fail.
    without_vpc_access: bool = False

    @property
    def isPrivis(self) -> bool:  # noqa: N802 - it is the key of the answer
        """Spelling and meaning of the API: false once the connection is granted to another project."""
        return not self.privileges

    @property
    def peers(self) -> list[Peer]:
        return self.available_queue_info + self.elastic_resource_pools


@dataclass
class Pool:
    id: int
    elastic_resource_pool_name: str
    create_time: int
    update_time: int
    owner: str
    min_cu: int
    max_cu: int
    current_cu: int
    actual_cu: int = 0
    prepay_cu: int = 0
    cidr_in_vpc: str = "172.16.0.0/12"
    description: str = ""
    status: str = "AVAILABLE"
    resource_id: str = field(default_factory=new_id)
    fail_reason: str = ""
    enterprise_project_id: str = "0"
    charging_mode: int = 1
    manager: str = "common"
    label: dict[str, str] = field(default_factory=dict)
    ipv6_enable: bool = False
    ipv6_cidr_in_subnet: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    # Internal: end of the running change, and whether deletion has started.
    busy_until: float = 0.0
    deleting: bool = False


@dataclass
class Job:
    """A SQL job, or the job of a scaling or restart."""

    job_id: str
    job_type: str
    queue_name: str
    owner: str
    start_time: int
    status: str
    end_time: int | None = None
    statement: str = ""
    engine_type: str = "spark"
    message: str = ""
    database_name: str = ""
    table_name: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        return self.status in ("LAUNCHING", "RUNNING") and self.job_type not in ("SCALE_QUEUE", "RESTART_QUEUE")

    def duration(self, now: int) -> int:
        return (self.end_time or now) - self.start_time


@dataclass
class ConnectivityTask:
    task_id: int
    queue_name: str
    address: str
    done_at: float


@dataclass
class Network:
    """A VPC with one of its subnets."""

    vpc_id: str
    vpc_name: str
    vpc_cidr: str
    subnet_id: str
    subnet_name: str
    subnet_cidr: str
    ipv6_enable: bool = False
    cidr_v6: str = ""

    @property
    def neutron_subnet_id(self) -> str:
        """The subnet's other id, which connections do not accept."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.subnet_id))

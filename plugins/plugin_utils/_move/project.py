# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project as a proposal reads it: its queues, pools and connections, and their bindings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...module_utils._api import connections as connection_api
from ...module_utils._api import queues as queue_api

Found = Mapping[str, Any]

# The keys of the results of the info modules.
KEYS = ("elastic_resource_pools", "queues", "enhanced_connections")


class Project(NamedTuple):
    """Pools and queues by name, the live connections, networks (None if not read) and jobs (None if not read)."""

    pools: Mapping[str, Found]
    queues: Mapping[str, Found]
    connections: Sequence[Found]
    networks: Mapping[str, Sequence[Found]] | None
    jobs: Sequence[Found] | None

    def connections_of(self, queue: Found) -> list[Found]:
        """The connections that a queue is bound to.

        A connection may show a queue outside pools as a pool of its name, which the service has made for it.
        """
        name = queue["name"]
        own_pool = () if queue_api.pool_of(queue) else (name,)
        return [
            each
            for each in self.connections
            if name in each["queues"] or any(pool in own_pool for pool in bound_pools(each))
        ]

    def jobs_of(self, queue: str) -> list[Found]:
        return [job for job in self.jobs or () if job["queue_name"] == queue]


def bound_pools(connection: Found) -> list[str]:
    return [entry["name"] for entry in connection["elastic_resource_pools"]]


def read(results: Any) -> Project:
    """The project in results of the info modules and of dli_plan_info. Raises ValueError if one of them is missing."""
    if not isinstance(results, (list, tuple)) or not all(isinstance(each, Mapping) for each in results):
        raise ValueError("the input must be a list of results of info modules")
    found = {key: each[key] for each in results for key in (*KEYS, "networks", "running_jobs") if key in each}
    if missing := [key for key in KEYS if key not in found]:
        raise ValueError(f"the input lacks the results with {', '.join(missing)}")
    live = [each for each in found["enhanced_connections"] if each["status"] != connection_api.DELETED]
    return Project(
        pools={pool["name"]: pool for pool in found["elastic_resource_pools"]},
        queues={queue["name"]: queue for queue in found["queues"]},
        connections=sorted({each["id"]: each for each in live}.values(), key=lambda each: (each["name"], each["id"])),
        networks=found.get("networks"),
        jobs=found.get("running_jobs"),
    )


def ambiguous_names(project: Project) -> set[str]:
    """Names of several connections, which no declaration can distinguish."""
    counts = Counter(each["name"] for each in project.connections)
    return {name for name, count in counts.items() if count > 1}


def obstacle(queue: Found) -> str | None:
    """The reason why a queue outside pools cannot join a pool; None if it can."""
    if queue_api.is_shared(queue):
        return "it is shared (resource_mode 0), and only dedicated queues can join a pool"
    if queue.get("charging_mode") not in (None, 1):
        return "it is prepaid, and only queues that are paid per use can join a pool"
    return None

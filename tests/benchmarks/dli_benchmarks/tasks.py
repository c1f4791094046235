# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of this collection that are measured, and the accounts in which they find nothing to change."""

from __future__ import annotations

from typing import Any, NamedTuple

from .names import CONNECTION, LISTS, MODULE, QUEUE
from .playbooks import Task

VPC_ID = "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01"
NETWORK_ID = "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02"
"""The simulator's first network."""
HOSTS = [{"name": "ecs-97f8-0001", "ip": "192.168.0.1"}]


class Size(NamedTuple):
    """The number of objects in an account."""

    queues: int
    connections: int
    pools: int = 0


def seed(size: Size) -> dict[str, Any]:
    """An account of this size. Each connection binds one queue. The other queues are in the pools, if there are any."""
    found = declaration(size)
    return {
        "pools": [_with_name_as(each, "elastic_resource_pool_name") for each in found[LISTS["pool"]]],
        "queues": [_with_name_as(each, "queue_name") for each in found[LISTS[QUEUE]]],
        "connections": found[LISTS[CONNECTION]],
    }


def _with_name_as(field: dict[str, Any], name: str) -> dict[str, Any]:
    return {name if key == "name" else key: value for key, value in field.items()}


def declaration(size: Size) -> dict[str, list[dict[str, Any]]]:
    """The declaration of all objects in an account of this size, as options of dli_plan_info."""
    pools = [
        {"name": f"p{number:04}", "min_cu": 640, "max_cu": 640, "cidr_in_vpc": f"172.{16 + number % 16}.0.0/16"}
        for number in range(size.pools)
    ]
    queues = [
        {"name": f"q{number:04}", "cu_count": 16, **_in_pool(number, size)} for number in range(1, size.queues + 1)
    ]
    connections = [_connection(f"{number:04}") for number in range(1, size.connections + 1)]
    return {LISTS["pool"]: pools, LISTS[QUEUE]: queues, LISTS[CONNECTION]: connections}


def _in_pool(number: int, size: Size) -> dict[str, str]:
    if not size.pools or number <= size.connections:
        return {}
    return {"elastic_resource_pool_name": f"p{number % size.pools:04}"}


def _connection(number: str) -> dict[str, Any]:
    return {
        "name": f"c{number}",
        "dest_vpc_id": VPC_ID,
        "dest_network_id": NETWORK_ID,
        "queues": [f"q{number}"],
        "hosts": HOSTS,
    }


def unchanged(resource: str, number: str = "0001") -> Task:
    """A task that finds nothing to change."""
    if resource == QUEUE:
        return {"huaweicloud.dli.dli_queue": {"name": f"q{number}", "cu_count": 16}}
    return {"huaweicloud.dli.dli_enhanced_connection": _connection(number)}


def loop(resource: str, size: int) -> Task:
    return {**unchanged(resource, "{{ '%04d' % item }}"), "loop": f"{{{{ range(1, {size} + 1) | list }}}}"}


def mode_environment(mode: str) -> dict[str, str]:
    """Environment variables that select the execution mode."""
    return {"HUAWEICLOUD_DLI_FAST_PATH": "0"} if mode == MODULE else {}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of this collection that are measured, and the accounts in which they find nothing to change."""

from __future__ import annotations

from typing import Any

from .names import MODULE, QUEUE
from .playbooks import Task

VPC_ID = "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01"
NETWORK_ID = "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02"
"""The simulator's first network."""
HOSTS = [{"name": "ecs-97f8-0001", "ip": "192.168.0.1"}]


def seed(queues: int) -> dict[str, Any]:
    """An account with this many queues and half as many connections, each with one bound queue."""
    connections = [
        {"name": f"c{number:04}", "queues": [f"q{number:04}"], "hosts": HOSTS} for number in range(1, queues // 2 + 1)
    ]
    return {
        "queues": [{"queue_name": f"q{number:04}"} for number in range(1, queues + 1)],
        "connections": connections or [{"name": "c0001", "queues": ["q0001"], "hosts": HOSTS}],
    }


def unchanged(resource: str, number: str = "0001") -> Task:
    """A task that finds nothing to change."""
    if resource == QUEUE:
        return {"huaweicloud.dli.dli_queue": {"name": f"q{number}", "cu_count": 16}}
    options = {
        "name": f"c{number}",
        "dest_vpc_id": VPC_ID,
        "dest_network_id": NETWORK_ID,
        "queues": [f"q{number}"],
        "hosts": HOSTS,
    }
    return {"huaweicloud.dli.dli_enhanced_connection": options}


def loop(resource: str, size: int) -> Task:
    return {**unchanged(resource, "{{ '%04d' % item }}"), "loop": f"{{{{ range(1, {size} + 1) | list }}}}"}


def mode_environment(mode: str) -> dict[str, str]:
    """Environment variables that select the execution mode."""
    return {"HUAWEICLOUD_DLI_FAST_PATH": "0"} if mode == MODULE else {}

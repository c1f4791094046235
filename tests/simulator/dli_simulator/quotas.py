# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of what a project may have, and has."""

from __future__ import annotations

from .routing import Answer, Call, Routes
from .world import Project

routes = Routes()


@routes.add("GET", "/v3/<project_id>/quotas")
def show_quotas(call: Call) -> Answer:
    used = _used(call.project)
    resources = [
        {"type": kind, "min": 0, "max": quota, "quota": quota, "used": used.get(kind, 0)}
        for kind, quota in call.project.quotas.items()
    ]
    return Answer({"is_success": True, "quotas": {"resources": resources}})


def _used(project: Project) -> dict[str, int]:
    """What is neither a queue nor a pool never occurs here."""
    return {
        "CU": sum(queue.cu_count for queue in project.queues.values() if queue.resource_mode == 1),
        "QUEUE": len(project.queues),
        "ELASTIC_RESOURCE_POOL": len(project.pools),
    }

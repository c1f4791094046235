# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas of a project, and their usage."""

from __future__ import annotations

from .errors import quota_exceeded
from .routing import Call, Response, Routes
from .state import Project

routes = Routes()

DEFAULTS = {
    "CU": 20000,
    "QUEUE": 200,
    "DATABASE": 100,
    "TABLE": 10000,
    "TEMPLATE": 1000,
    "SL_PKG_RESOURCE": 500,
    "SL_SESSION": 300,
    "JOB_CU": 400,
    "ELASTIC_RESOURCE_POOL": 50,
}
# The highest possible quota is unrelated to the current one: in the API reference's example it is lower.
_HIGHEST = {
    "CU": 100000,
    "QUEUE": 1000,
    "DATABASE": 500,
    "TABLE": 10000,
    "TEMPLATE": 10000,
    "SL_PKG_RESOURCE": 2000,
    "SL_SESSION": 1000,
    "JOB_CU": 400,
    "ELASTIC_RESOURCE_POOL": 1024,
}


@routes.add("GET", "/v3/<project_id>/quotas")
def show_quotas(call: Call) -> Response:
    used = _used(call.project)
    resources = [
        {"type": kind, "min": 0, "max": _HIGHEST.get(kind, quota), "quota": quota, "used": used.get(kind, 0)}
        for kind, quota in call.project.quotas.items()
    ]
    return Response({"is_success": True, "quotas": {"resources": resources}})


def check_room(project: Project, kind: str, plural: str) -> None:
    """Refuse another object if the quota is used up. Assumption: a negative quota is unlimited."""
    quota = project.quotas[kind]
    if 0 <= quota <= _used(project)[kind]:
        raise quota_exceeded(f"The quota of {plural} is insufficient.")


def _used(project: Project) -> dict[str, int]:
    """The simulator has no objects of the other types. Assumption: the preset queue counts."""
    return {
        "CU": sum(queue.cu_count for queue in project.queues.values() if queue.resource_mode == 1),
        "QUEUE": len(project.queues),
        "ELASTIC_RESOURCE_POOL": len(project.pools),
    }

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a queue, as the argument spec of a module has them."""

from __future__ import annotations

from typing import Any

from .._api import authorization
from .._core.options import ready_options, tag_options, wait_options

OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent", "restarted"], "default": "present"},
    "cu_count": {"type": "int"},
    "queue_type": {"type": "str", "choices": ["sql", "general"]},
    "engine": {"type": "str", "choices": ["spark", "hetuEngine"]},
    "resource_mode": {"type": "int", "choices": [0, 1]},
    "description": {"type": "str"},
    "charging_mode": {"type": "int", "choices": [1]},
    "enterprise_project_id": {"type": "str"},
    "platform": {"type": "str", "choices": ["x86_64", "aarch64"]},
    "labels": {"type": "list", "elements": "str"},
    "feature": {"type": "str", "choices": ["basic", "ai"]},
    "elastic_resource_pool_name": {"type": "str"},
    "scaling_policies": {
        "type": "list",
        "elements": "dict",
        "options": {
            "priority": {"type": "int"},
            "impact_start_time": {"type": "str", "required": True},
            "impact_stop_time": {"type": "str", "required": True},
            "min_cu": {"type": "int", "required": True},
            "max_cu": {"type": "int", "required": True},
            "inherit_elastic_resource_pool_max_cu": {"type": "bool", "default": False},
        },
    },
    "cidr_in_vpc": {"type": "str", "aliases": ["cidr"]},
    "properties": {"type": "dict"},
    "authorized_users": {
        "type": "list",
        "elements": "dict",
        "options": {
            "user_name": {"type": "str", "required": True},
            "privileges": {
                "type": "list",
                "elements": "str",
                "required": True,
                "choices": list(authorization.QUEUE_PRIVILEGES),
            },
        },
    },
    "purge_authorized_users": {"type": "bool", "default": True},
    **tag_options(),
    "force": {"type": "bool", "default": False},
    "force_recreate": {"type": "bool", "default": False},
    **wait_options(),
    "wait_only": {"type": "bool", "default": False},
    **ready_options(),
}

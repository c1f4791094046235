# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a connection, as the argument spec of a module has them."""

from __future__ import annotations

from typing import Any

from .._core.options import ready_options, tag_options, wait_options

OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "id": {"type": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "dest_vpc_id": {"type": "str", "aliases": ["vpc_id"]},
    "dest_vpc_name": {"type": "str"},
    "dest_network_id": {"type": "str", "aliases": ["subnet_id"]},
    "dest_subnet_name": {"type": "str"},
    "queues": {"type": "list", "elements": "str"},
    "purge_queues": {"type": "bool", "default": True},
    "elastic_resource_pools": {"type": "list", "elements": "str"},
    "purge_elastic_resource_pools": {"type": "bool", "default": True},
    "hosts": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "ip": {"type": "str", "required": True},
        },
    },
    "purge_hosts": {"type": "bool", "default": True},
    "routes": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "cidr": {"type": "str", "required": True},
        },
    },
    "purge_routes": {"type": "bool", "default": True},
    "routetable_id": {"type": "str", "aliases": ["route_table_id"]},
    "allowed_projects": {"type": "list", "elements": "str"},
    "purge_allowed_projects": {"type": "bool", "default": True},
    **tag_options(),
    "force_recreate": {"type": "bool", "default": False},
    **wait_options(),
    **ready_options(),
}

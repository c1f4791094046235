# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of dli_security_group_rule, as the argument spec of the module has them."""

from __future__ import annotations

from typing import Any

OPTIONS: dict[str, Any] = {
    "security_group": {"type": "str", "required": True, "aliases": ["security_group_id"]},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "ports": {"type": "list", "elements": "str"},
    "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
    "remote_ip_prefix": {"type": "list", "elements": "str"},
    "queues": {"type": "list", "elements": "str"},
    "elastic_resource_pools": {"type": "list", "elements": "str"},
    "priority": {"type": "int"},
    "description": {"type": "str"},
}

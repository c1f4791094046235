# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an elastic resource pool, as the argument spec of a module has them."""

from __future__ import annotations

from typing import Any

from .._core.options import tag_options, wait_options

OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "max_cu": {"type": "int"},
    "min_cu": {"type": "int"},
    "description": {"type": "str"},
    "cidr_in_vpc": {"type": "str", "aliases": ["cidr"]},
    "charging_mode": {"type": "int", "choices": [1]},
    "enterprise_project_id": {"type": "str"},
    "label": {"type": "dict"},
    "ipv6_enable": {"type": "bool"},
    "force_recreate": {"type": "bool", "default": False},
    **tag_options(),
    **wait_options(),
}

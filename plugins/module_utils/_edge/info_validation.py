# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what info modules are asked for; like the other checks they only return problems.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core import rules, tag_rules


def queue_info_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options by which queues are looked for."""
    # An empty name of a pool means the queues that live in none.
    pool = params["elastic_resource_pool_name"] or None
    return [
        *rules.matches("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.matches("elastic_resource_pool_name", pool, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *tag_rules.tag_filter_problems(params["tags"]),
        *rules.wait_problems(params),
    ]


def connection_info_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options by which connections are looked for."""
    ids = ("id", "dest_vpc_id")
    return [
        *rules.matches("name", params["name"], rules.CONNECTION_NAME, rules.CONNECTION_NAME_RULE),
        *(p for option in ids for p in rules.matches(option, params[option], rules.UUID, "an id such as UUIDs are")),
        *tag_rules.tag_filter_problems(params["tags"]),
    ]

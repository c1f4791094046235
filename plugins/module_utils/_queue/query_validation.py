# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of dli_queue_info."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core import rules

if TYPE_CHECKING:
    from .params import QueueInfoParams


def query_problems(params: QueueInfoParams) -> list[str]:
    """All broken rules of the options that select queues."""
    # An empty name of a pool selects the queues that are in none.
    pool = params["elastic_resource_pool_name"] or None
    return [
        *rules.matches("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.matches("elastic_resource_pool_name", pool, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.tag_filter_problems(params["tags"]),
        *rules.wait_problems(params),
    ]

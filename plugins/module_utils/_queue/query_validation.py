# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options by which an info module chooses queues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core import rules


def query_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options by which queues are looked for."""
    # An empty name of a pool means the queues that live in none.
    pool = params["elastic_resource_pool_name"] or None
    return [
        *rules.matches("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.matches("elastic_resource_pool_name", pool, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.tag_filter_problems(params["tags"]),
        *rules.wait_problems(params),
    ]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of dli_elastic_resource_pool_info."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core import rules

if TYPE_CHECKING:
    from .params import PoolInfoParams


def query_problems(params: PoolInfoParams) -> list[str]:
    """All broken rules of the options that select pools."""
    return [
        *rules.matches("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.tag_filter_problems(params["tags"]),
    ]

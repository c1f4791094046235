# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the filters of dli_enhanced_connection_info. The check returns problems and raises nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core import rules

if TYPE_CHECKING:
    from .params import EnhancedConnectionInfoParams


def query_problems(params: EnhancedConnectionInfoParams) -> list[str]:
    """Return every broken rule among the filters."""
    return [
        *rules.matches("name", params["name"], rules.CONNECTION_NAME, rules.CONNECTION_NAME_RULE),
        *rules.matches("id", params["id"], rules.UUID, "a UUID"),
        *rules.matches("dest_vpc_id", params["dest_vpc_id"], rules.UUID, "a UUID"),
        *rules.tag_filter_problems(params["tags"]),
    ]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options by which an info module chooses connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core import rules


def query_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options by which connections are looked for."""
    ids = ("id", "dest_vpc_id")
    return [
        *rules.matches("name", params["name"], rules.CONNECTION_NAME, rules.CONNECTION_NAME_RULE),
        *(p for option in ids for p in rules.matches(option, params[option], rules.UUID, "a UUID")),
        *rules.tag_filter_problems(params["tags"]),
    ]

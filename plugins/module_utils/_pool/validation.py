# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the options of an elastic resource pool; like the other checks they only return problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core import rules

STEP = 16
STANDARD: dict[str, str] = {}
BASIC, DEVELOPER = {"spec": "basic"}, {"billing_spec_code": "developer"}
STANDARD_SIZES, BASIC_SIZES = (64, 32_000), (16, 64)
# Of the developer edition no limits are documented, and whoever does not say the edition may mean any.
ALL_SIZES = (16, 32_000)


def pool_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one pool."""
    return [
        *rules.matches("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *rules.number_problems(params, "max_cu", "min_cu", "charging_mode"),
        *size_problems(params["max_cu"], params["min_cu"], params["label"]),
        *_description_problems(params["description"]),
        *_edition_problems(params["label"]),
        *rules.cidr_problems("cidr_in_vpc", params["cidr_in_vpc"]),
        *rules.enterprise_project_problems(params["enterprise_project_id"]),
        *rules.tag_problems(params["tags"]),
        *rules.wait_problems(params),
    ]


def size_problems(max_cu: int | None, min_cu: int | None, label: Mapping[str, Any] | None) -> list[str]:
    """The rules about the sizes alone; ``label`` is None if the edition is not known."""
    lowest, highest = ALL_SIZES
    if label == STANDARD:
        lowest, highest = STANDARD_SIZES
    elif label == BASIC:
        lowest, highest = BASIC_SIZES
    wrong = [
        f"{option}: must be a multiple of {STEP} from {lowest} to {highest}, not {rules.repr_value(value)}"
        for option, value in (("max_cu", max_cu), ("min_cu", min_cu))
        if value is not None and (value % STEP or not lowest <= value <= highest)
    ]
    return [*wrong, *order_problems(max_cu, min_cu)]


def order_problems(max_cu: int | None, min_cu: int | None) -> list[str]:
    if max_cu is None or min_cu is None or min_cu <= max_cu:
        return []
    return [f"min_cu: must not exceed max_cu, {rules.repr_value(min_cu)} is more than {rules.repr_value(max_cu)}"]


def _description_problems(description: str | None) -> list[str]:
    if len(description or "") <= 256:
        return []
    return [f"description: must not have more than 256 characters, has {len(description or '')}"]


def _edition_problems(label: Mapping[str, Any] | None) -> list[str]:
    if label is None or label in (STANDARD, BASIC, DEVELOPER):
        return []
    return [f"label: must be spec=basic, billing_spec_code=developer or empty, not {rules.repr_value(label)}"]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of an elastic resource pool. The functions return problems and raise nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import rules

if TYPE_CHECKING:
    from .params import PoolParams

STEP = 16
STANDARD: dict[str, str] = {}
BASIC, DEVELOPER = {"spec": "basic"}, {"billing_spec_code": "developer"}
STANDARD_SIZES, BASIC_SIZES = (64, 32_000), (16, 64)
# The limits of the developer edition are not documented, and without a label an existing pool may be of any edition.
ALL_SIZES = (16, 32_000)


def pool_problems(params: PoolParams) -> list[str]:
    """All broken rules of the options of one pool."""
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
    """The broken rules of the limits, in CUs; ``label`` is None if the edition is unknown."""
    lowest, highest = ALL_SIZES
    if label == STANDARD:
        lowest, highest = STANDARD_SIZES
    elif label == BASIC:
        lowest, highest = BASIC_SIZES
    problems = [
        f"{option} must be a multiple of {STEP} from {lowest} to {highest}, got {rules.repr_value(value)}"
        for option, value in (("max_cu", max_cu), ("min_cu", min_cu))
        # number_problems reports true and false.
        if not (value is None or isinstance(value, bool)) and (value % STEP or not lowest <= value <= highest)
    ]
    return [*problems, *order_problems(max_cu, min_cu)]


def order_problems(max_cu: int | None, min_cu: int | None) -> list[str]:
    if max_cu is None or min_cu is None or min_cu <= max_cu:
        return []
    return [f"min_cu must be at most max_cu ({rules.repr_value(max_cu)}), got {rules.repr_value(min_cu)}"]


def _description_problems(description: str | None) -> list[str]:
    if len(description or "") <= 256:
        return []
    return [f"description must have at most 256 characters, got {len(description or '')}"]


def _edition_problems(label: Mapping[str, Any] | None) -> list[str]:
    if label is None or label in (STANDARD, BASIC, DEVELOPER):
        return []
    return [f"label must be spec=basic, billing_spec_code=developer or empty, got {rules.repr_value(label)}"]

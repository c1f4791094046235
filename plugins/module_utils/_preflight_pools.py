# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the options of an elastic resource pool; like the other checks they only return problems.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _rules as rules

STEP = 16
STANDARD_SIZES, BASIC_SIZES = (64, 32_000), (16, 64)
EDITIONS: tuple[dict[str, str], ...] = ({}, {"spec": "basic"}, {"billing_spec_code": "developer"})


def pool_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one pool."""
    return [
        *rules.pattern("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *size_problems(params["max_cu"], params["min_cu"], params["label"]),
        *_description_problems(params["description"]),
        *_edition_problems(params["label"]),
        *rules.cidr_problems("cidr_in_vpc", params["cidr_in_vpc"]),
        *rules.enterprise_project_problems(params["enterprise_project_id"]),
        *rules.tag_problems(params["tags"]),
        *rules.wait_problems(params),
    ]


def size_problems(max_cu: int | None, min_cu: int | None, label: Mapping[str, Any] | None) -> list[str]:
    """The rules about the sizes alone; whoever does not say the edition may mean the largest range."""
    lowest, highest = BASIC_SIZES if (label or {}).get("spec") == "basic" else STANDARD_SIZES
    if label is None:
        lowest = BASIC_SIZES[0]
    found = [
        f"{option}: must be a multiple of {STEP} from {lowest} to {highest}, not {value}"
        for option, value in (("max_cu", max_cu), ("min_cu", min_cu))
        if value is not None and (value % STEP or not lowest <= value <= highest)
    ]
    if max_cu is not None and min_cu is not None and min_cu > max_cu:
        found.append(f"min_cu: must not exceed max_cu, {min_cu} is more than {max_cu}")
    return found


def _description_problems(description: str | None) -> list[str]:
    if len(description or "") <= 256:
        return []
    return [f"description: must not have more than 256 characters, has {len(description or '')}"]


def _edition_problems(label: Mapping[str, Any] | None) -> list[str]:
    if label is None or dict(label) in EDITIONS:
        return []
    return [f"label: must be spec=basic, billing_spec_code=developer or empty, not {rules.shown(label)}"]

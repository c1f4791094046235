# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of a declaration, without requests. The functions return problems and raise nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .._connectivity.validation import address_problems
from .._core import rules
from .objects import in_order

if TYPE_CHECKING:
    from .objects import Item
    from .params import PlanParams


def plan_problems(params: PlanParams) -> list[str]:
    """All broken rules of the declaration, each with the place of its item."""
    items = in_order(params, params["state"])
    return [*(problem for item in items for problem in _item_problems(item)), *_address_problems(params)]


def _item_problems(item: Item) -> Iterator[str]:
    for problem in item.kind.validate(item.params):
        # A name that breaks a rule may be anything, so it does not stand in front of the problem.
        name = "" if problem.startswith("name ") else f" ({item.name})"
        yield f"{item.place}{name}: {problem}"


def _address_problems(params: PlanParams) -> Iterator[str]:
    for index, entry in enumerate(params["addresses"] or ()):
        place = f"addresses[{index}]"
        yield from rules.matches(f"{place}.queue", entry["queue"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
        yield from address_problems(f"{place}.addresses", entry["addresses"])

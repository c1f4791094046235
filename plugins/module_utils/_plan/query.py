# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_plan_info: compare a declaration with the project, and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.errors import DliError
from . import checks, effects, objects, overlaps, problems, result
from .client import PlanClient
from .kinds import KINDS

if TYPE_CHECKING:
    from .._http.client import Client
    from .kinds import Kind
    from .objects import Item
    from .params import PlannedObject, PlanParams, Problem
    from .result import PlanResult

# With fewer objects than this, their tags are read one by one: the call that reads all tags of a type can return more.
MANY = 3


def query(api: Client, params: PlanParams, dry_run: bool) -> PlanResult:
    """The plan for the declaration. In check mode (``dry_run``), earlier tasks may create what does not exist now.

    Raises the error of the first list if nothing can be read, and DeclarationNotMet if the plan contains what the
    option ``fail_on`` names.
    """
    items = objects.in_order(params, params["state"])
    client = PlanClient(api.access, _tag_types(items), foresees=not dry_run)
    planner = objects.Planner(client)
    planned = [planner.decide(item) for item in items]
    objects.side_by_side(planned)
    found = [
        *checks.duplicates(items),
        *checks.quota_problems(client, planned),
        *checks.address_problems(client, params["addresses"] or [], items),
        *overlaps.overlaps(client, planned),
    ]
    for kind in KINDS:
        if objects.declares(params, kind):
            others, unreadable = _undeclared(client, kind, items, named=params["undeclared"])
            planned += others
            found += unreadable
    client.raise_if_nothing_was_read()
    declared = {
        kind.option: [after for item, after in planner.results if item.kind is kind and after is not None]
        for kind in KINDS
    }
    return result.checked(result.assemble(params["state"], planned, found), declared, params["fail_on"])


def _tag_types(items: list[Item]) -> list[str]:
    """The types of resources of which so many have declared tags that all are read at once."""
    with_tags = [item.kind.tag_type for item in items if item.params.get("tags") is not None]
    return [kind.tag_type for kind in KINDS if with_tags.count(kind.tag_type) >= MANY]


def _undeclared(
    client: PlanClient, kind: Kind, items: list[Item], *, named: bool
) -> tuple[list[PlannedObject], list[Problem]]:
    """The objects of a declared kind that exist and are not declared, sorted by name; and that they cannot be read."""
    declared = {item.name for item in items if item.kind is kind}
    if not named:
        return [], []
    try:
        found = [current for current in effects.existing(client, kind) if current["name"] not in declared]
    except DliError as exc:
        # Declared objects of this kind report it themselves.
        return [], [] if declared else problems.of_error(exc)
    return [objects.undeclared(client, kind, current) for current in found], []

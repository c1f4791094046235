# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_plan_info: compare a declaration with the project, and change nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from .._core.errors import DliError
from . import checks, decisions, diagnoses, effects, networks, preflight, problems, result
from .client import PlanClient
from .kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._http.client import Client
    from .decisions import Item
    from .kinds import Kind
    from .params import PlannedObject, PlanParams, Problem
    from .result import PlanResult

# With fewer objects than this, their tags are read one by one: the call that reads all tags of a type can return more.
MANY = 3


def query(api: Client, params: PlanParams, dry_run: bool) -> PlanResult:
    """The plan for the declaration. In check mode (``dry_run``), earlier tasks may create what does not exist now.

    Raises the error of the first list if nothing can be read, and DeclarationNotMet if the plan contains what the
    option ``fail_on`` names.
    """
    items = decisions.in_order(params, params["state"])
    expected = Counter(item.kind.known for item in items)
    client = PlanClient(api.access, _tag_types(items), foresees=not dry_run, expected=expected)
    try:
        return _plan(client, params, items, dry_run)
    finally:
        client.close()


def _plan(client: PlanClient, params: PlanParams, items: list[Item], dry_run: bool) -> PlanResult:
    planner = decisions.Planner(client, items, keeps_current=params["with_declared"] and not dry_run)
    planned = [planner.decide(item) for item in items]
    decisions.in_parallel(planned)
    found = [
        *checks.duplicates(items),
        *checks.quota_problems(client, planned),
        *checks.small_blocks(planned),
        *checks.address_problems(client, params["addresses"] or [], items),
        *preflight.preflight(client, planned, params["addresses"] or []),
    ]
    others = _undeclared(client, params, items) if params["undeclared"] else []
    planned += [each for kind in others for each in kind.objects]
    found += [each for kind in others for each in kind.problems]
    client.raise_if_nothing_was_read()
    if params["with_diagnosis"]:
        diagnoses.add_to(client, planned)
    # As large as the plan, and Ansible needs time for each part of a result.
    declared = planner.declared() if params["with_declared"] else None
    read, warnings = networks.of_connections(client, planned) if params["networks"] else (None, [])
    # The region is one of the connection options, which are no part of PlanParams.
    options: Mapping[str, object] = params
    about = {"region": options["region"], "networks": read}
    plan = result.assemble(params["state"], planned, found)
    return result.checked(result.PlanResult(plan, declared, dry_run, about, warnings), params["fail_on"])


def _tag_types(items: list[Item]) -> list[str]:
    """The types of resources of which so many have declared tags that all are read at once."""
    with_tags = [item.kind.tag_type for item in items if item.params.get("tags") is not None]
    return [kind.tag_type for kind in KINDS if with_tags.count(kind.tag_type) >= MANY]


class Undeclared(NamedTuple):
    """The objects of one kind that exist and are not declared, or the problems that prevented reading them."""

    objects: list[PlannedObject]
    problems: list[Problem]


def _undeclared(client: PlanClient, params: PlanParams, items: list[Item]) -> list[Undeclared]:
    """What exists of the declared kinds and is not declared, in the order of the kinds, then sorted by name."""
    # The list of queues shows which pools the service made for them.
    found = [_undeclared_of(client, kind, items) for kind in reversed(KINDS) if decisions.declares(params, kind)]
    return found[::-1]


def _undeclared_of(client: PlanClient, kind: Kind, items: list[Item]) -> Undeclared:
    own = [item for item in items if item.kind is kind]
    ids = {item.params["id"] for item in own if item.params.get("id")}
    names = {item.name for item in own if not item.params.get("id")}
    try:
        found = effects.existing(client, kind)
    except DliError as exc:
        # Declared objects of this kind report it themselves.
        return Undeclared([], [] if own else [{**each, "field": kind.option} for each in problems.of_error(exc)])
    others = [
        each
        for each in found
        if each["name"] not in names and each.get("id") not in ids and not effects.is_new(kind, each)
    ]
    return Undeclared([decisions.undeclared(client, kind, each) for each in others], [])

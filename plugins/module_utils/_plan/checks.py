# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Problems that concern several objects: names twice, quotas, queues of addresses; and small CIDR blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._api import quotas
from .._connectivity import validation
from .._core.compare import normalize_name
from .._core.errors import DliError
from . import problems
from .kinds import KINDS, POOL, QUEUE
from .options import CREATE, RECREATE

if TYPE_CHECKING:
    from .client import PlanClient
    from .decisions import Item
    from .kinds import Kind
    from .params import AddressParams, PlannedObject, Problem

MAX_LISTED = 20
LONGEST_POOL_PREFIX = 19
TO_REQUEST = "Increase the quota in the console under My Quotas, or delete unused resources."


def duplicates(items: Iterable[Item]) -> list[Problem]:
    """Objects that the declaration names more than once; names of queues and pools are case-insensitive."""
    declared: dict[tuple[Kind, str], list[str | None]] = {}
    for item in items:
        declared.setdefault((item.kind, item.name), []).append(item.params.get("id"))
    return [
        problems.problem(
            "duplicate",
            problems.ERROR,
            f"{kind.label} {name} is declared {len(ids)} times.",
            field=kind.option,
            hint="Declare each object once; names of queues and pools are case-insensitive.",
        )
        for (kind, name), ids in declared.items()
        # Several connections can have one name if the ID of each is given.
        if len(ids) > 1 and (None in ids or len(set(ids)) < len(ids))
    ]


def quota_problems(api: PlanClient, objects: Iterable[PlannedObject]) -> list[Problem]:
    """Quotas that are too small for the plan. One request if the plan creates anything that has a quota.

    The quota CU is left to the service, because the API reference does not document how CUs are counted. A recreated
    object frees its own share first.
    """
    creates: dict[str, list[str]] = {}
    for each in objects:
        quota = next(kind.quota for kind in KINDS if kind.name == each["kind"])
        if quota and each["action"] == CREATE:
            creates.setdefault(quota, []).append(each["name"])
    if not creates:
        return []
    try:
        found = {quota["type"]: quota for quota in quotas.list_all(api)}
    except DliError as exc:
        if exc.rejects_credentials:
            raise
        return [problems.problem("quota", problems.WARNING, f"The quotas could not be read. {exc.message}")]
    return [
        _quota_problem(quota, names, found[quota])
        for quota, names in creates.items()
        if quota in found and (remaining := found[quota]["remaining"]) is not None and remaining < len(names)
    ]


def _quota_problem(quota: str, names: list[str], found: Mapping[str, Any]) -> Problem:
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    text = (
        f"Quota {quota} is too small: {len(names)} required ({', '.join(sorted(names)[:MAX_LISTED])}{more}), "
        f"{found['remaining']} of {found['quota']} remaining."
    )
    return problems.problem("quota", problems.ERROR, text, hint=TO_REQUEST)


def small_blocks(objects: Iterable[PlannedObject]) -> list[Problem]:
    """New pools with a CIDR block that the service may reject: a comment in a client names /19 as the smallest."""
    return [
        problems.problem(
            "cidr",
            problems.WARNING,
            f"The CIDR block of elastic resource pool {each['name']} ({block}) is smaller than "
            f"/{LONGEST_POOL_PREFIX}. The service may reject it.",
            field=POOL.option,
        )
        for each in objects
        if each["kind"] == POOL.name and each["action"] in (CREATE, RECREATE)
        if (block := str((each["predicted"] or {}).get("cidr_in_vpc"))) and _prefix_of(block) > LONGEST_POOL_PREFIX
    ]


def _prefix_of(block: str) -> int:
    return int(block.partition("/")[2] or 0)


def address_problems(api: PlanClient, addresses: Sequence[AddressParams], items: Iterable[Item]) -> list[Problem]:
    """Addresses of a wrong form, and queues to test them from that are neither declared nor in the project."""
    # The role tests the same addresses from each queue; one message is enough.
    first: dict[tuple[str, ...], str] = {}
    for entry in addresses:
        first.setdefault(tuple(entry["addresses"]), entry["queue"])
    malformed = [
        problems.problem("rule", problems.ERROR, text, field="addresses")
        for listed, queue in first.items()
        for text in validation.address_problems(f"addresses of queue {queue}", list(listed))
    ]
    return malformed + _missing_queues(api, addresses, items)


def _missing_queues(api: PlanClient, addresses: Iterable[AddressParams], items: Iterable[Item]) -> list[Problem]:
    declared = {item.name for item in items if item.kind is QUEUE and item.params["state"] == "present"}
    named = {normalize_name(entry["queue"]): None for entry in addresses}
    undeclared = [name for name in named if name not in declared]
    if not undeclared:
        return []
    known = api.objects(QUEUE.known) or {}
    return [
        problems.problem(
            "not_found",
            problems.ERROR,
            f"Queue {name}, from which addresses are tested, does not exist and is not declared.",
            field="addresses",
        )
        for name in undeclared
        if name not in known
    ]

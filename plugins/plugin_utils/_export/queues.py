# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Elastic resource pools and queues of a project as items of a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._api import authorization, pools, queues
from ...module_utils._core.compare import normalize_cidr
from ...module_utils._core.errors import InvalidInput
from ...module_utils._plan.kinds import POOL, QUEUE
from ...module_utils._pool import preconditions as pool_preconditions
from ...module_utils._queue import aspect_validation, preconditions, properties, users
from .declared import Declared, Options, drop_defaults, drop_refused

Found = Mapping[str, Any]

QUEUE_DEFAULTS = {
    "queue_type": "sql",
    "engine": "spark",
    "platform": "x86_64",
    "feature": queues.BASIC,
    "enterprise_project_id": "0",
}
# The service sets the first one itself, and the option cidr_in_vpc sets the second one.
NOT_DECLARED = ("multipleSc.support", properties.CIDR_KEY)
POLICY_DEFAULTS = {"priority": 1, "inherit_elastic_resource_pool_max_cu": False}
PREPAID = "Prepaid (charging_mode 2): a new one would be pay-per-use."


def of_pool(pool: Found, exact: frozenset[str]) -> Declared:
    """A pool. One that is FAILED cannot be declared, because the modules fail on it."""
    names = ("name", "max_cu", "min_cu", "description", "cidr_in_vpc", "enterprise_project_id", "label", "ipv6_enable")
    declared = Declared({name: pool[name] for name in (*names, "tags")})
    declared.options["cidr_in_vpc"] = _cidr(pool)
    if pool["status"] == pools.FAILED:
        reason = pool["fail_reason"] or "no reason returned"
        declared.obstacle = f"The pool is FAILED: {reason}. Delete it and create it again."
    elif pool["status"] != pools.AVAILABLE:
        declared.notes.append(f"The pool was {pool['status']} when it was read, and accepts no change meanwhile.")
    if pool["charging_mode"] == pools.PREPAID:
        declared.notes.append(PREPAID)
    # In this order, because the label of the standard edition has stricter rules than an unknown edition.
    drop_defaults(declared, pools.DEFAULTS, exact)
    drop_refused(POOL, declared)
    try:
        pool_preconditions.check_creation(pool["name"], declared.options)  # type: ignore[arg-type]  # its options
    except InvalidInput as exc:
        declared.notes.append(f"The pool cannot be created again like this: {'; '.join(exc.problems)}.")
    return declared


def _cidr(found: Found) -> str | None:
    return normalize_cidr(found["cidr_in_vpc"]) if found["cidr_in_vpc"] else None


def of_queue(queue: Found, exact: frozenset[str]) -> Declared:
    """A queue. A shared one cannot be declared, because the playbook only has dedicated ones."""
    pool = queues.pool_of(queue)
    declared = Declared(
        {
            "name": queue["name"],
            "cu_count": queue["cu_count"],
            "queue_type": queue["queue_type"],
            "engine": _choice("engine", queue) if queue["queue_type"] == "sql" else None,
            "description": queue["description"],
            "enterprise_project_id": queue["enterprise_project_id"],
            "platform": _choice("platform", queue),
            "labels": queue["labels"],
            "feature": queue["feature"],
            "elastic_resource_pool_name": pool or None,
            "scaling_policies": queue["scaling_policies"] or None,
            "cidr_in_vpc": None if pool else _cidr(queue),
            "properties": None,
            "authorized_users": None,
            "tags": queue["tags"],
        }
    )
    if queues.is_shared(queue):
        declared.obstacle = "The queue is shared (resource_mode 0), and the playbook manages dedicated queues only."
    if queue["charging_mode"] == pools.PREPAID:
        declared.notes.append(PREPAID)
    _add_properties(declared, queue)
    _add_users(declared, queue)
    drop_refused(QUEUE, declared)
    _adapt_size(declared, queue)
    drop_defaults(declared, QUEUE_DEFAULTS, exact)
    return declared


def _choice(option: str, queue: Found) -> str | None:
    """The value in the spelling of the option; as it is if the option does not have it."""
    choices: list[str] = QUEUE.module_options[option]["choices"]
    value: str | None = queue[option]
    return next((choice for choice in choices if choice.lower() == (value or "").lower()), value)


def _add_properties(declared: Declared, queue: Found) -> None:
    """The properties that can be set; a note names the others. Numbers and truth values are no texts."""
    kept: Options = {}
    for key, text in sorted((queue["properties"] or {}).items()):
        if key == properties.ENABLE_ONLY and text == "false":
            continue  # The default, which cannot be set.
        value = int(text) if key in properties.NUMBERS and text.isdecimal() else text
        value = text == "true" if key in properties.BOOLEANS and text in aspect_validation.BOOLEANS else value
        problems = aspect_validation.property_problems({key: text})
        if not problems:
            kept[key] = value
        elif key not in NOT_DECLARED:
            declared.notes.append(f"Property {key} is left out, its value is {text}: {'; '.join(problems)}.")
    declared.options["properties"] = kept


def _add_users(declared: Declared, queue: Found) -> None:
    """The users with privileges that were granted. Administrators and the owner always have all."""
    found = queue["authorized_users"]
    if found is None:
        return
    granted = [user for user in found if users.ALL not in user["privileges"]]
    unknown = sorted({each for user in granted for each in user["privileges"]} - {*authorization.QUEUE_PRIVILEGES})
    if unknown:
        text = f"authorized_users is left out, because the modules do not support the privileges {', '.join(unknown)}."
        declared.notes.append(text)
    else:
        declared.options["authorized_users"] = granted


def _adapt_size(declared: Declared, queue: Found) -> None:
    """In a pool, policies decide about the size, and ``cu_count`` is the one at creation: the least that they need."""
    options = declared.options
    pool, policies = options.get("elastic_resource_pool_name"), options.get("scaling_policies")
    if pool and policies:
        kind = "general" if options["queue_type"] == "general" else options.get("engine") or "spark"
        least = preconditions.LEAST_IN_POOL.get(kind, 0)
        options["cu_count"] = max(least, min(policy["min_cu"] for policy in policies))
        options["scaling_policies"] = [_without_defaults(policy) for policy in policies]
    elif problem := preconditions.cu_count_at_creation(queue["cu_count"], pool):
        declared.notes.append(f"The queue cannot be created again like this: {problem}.")


def _without_defaults(policy: Mapping[str, Any]) -> Options:
    return {key: value for key, value in policy.items() if value != POLICY_DEFAULTS.get(key)}

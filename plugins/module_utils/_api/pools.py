# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Elastic resource pools: paths, API names <-> our names, states, and the rules about CUs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .._core.compare import normalize_cidr, number, truth
from .._core.errors import Conflict
from .._http import pagination
from .policies import policies_of

if TYPE_CHECKING:
    from .._http.client import Client

    Pool = dict[str, Any]

PAGE_SIZE = 100
CREATING, AVAILABLE, SCALING, FAILED = "CREATING", "AVAILABLE", "SCALING", "FAILED"
STATES = (AVAILABLE, CREATING, FAILED, SCALING)
FIELDS = (
    "elastic_resource_pool_name",
    "id",
    "resource_id",
    "owner",
    "create_time",
    "update_time",
    "status",
    "fail_reason",
    "description",
    "max_cu",
    "min_cu",
    "current_cu",
    "actual_cu",
    "prepay_cu",
    "cidr_in_vpc",
    "charging_mode",
    "enterprise_project_id",
    "label",
    "ipv6_enable",
    "ipv6_cidr_in_subnet",
    "manager",
    "queues",
)
NUMBERS = (
    "id",
    "create_time",
    "update_time",
    "max_cu",
    "min_cu",
    "current_cu",
    "actual_cu",
    "prepay_cu",
    "charging_mode",
)
QUEUE_FIELDS = ("queue_name", "queue_type", "engine", "owner", "create_time", "enterprise_project_id")
SIZES = ("max_cu", "min_cu")
PREPAID = 2
# While a pool is in one of these states it takes no change; they end by themselves.
PASSING = (CREATING, SCALING)
CHANGEABLE = ("description", "max_cu", "min_cu")
FIXED_AT_CREATION = ("cidr_in_vpc", "charging_mode", "enterprise_project_id", "label", "ipv6_enable")
MANAGED = ("name", *CHANGEABLE, *FIXED_AT_CREATION)
# What the service takes for an option that is left out at creation.
DEFAULTS = {
    "description": "",
    "cidr_in_vpc": "172.16.0.0/12",
    "charging_mode": 1,
    "enterprise_project_id": "0",
    "label": {},
    "ipv6_enable": False,
}


NORMAL = {
    "cidr_in_vpc": normalize_cidr,
    "enterprise_project_id": lambda value: str(value or "0").lower(),
    "label": lambda value: {str(key): str(text) for key, text in value.items()},
}
# The vendor's tools say 15 minutes in one place and an hour in another.
LONGEST_COOL_DOWN = 3600


def from_api(element: Mapping[str, Any]) -> Pool:
    """An element of ListElasticResourcePools as our result; what it does not hold is None."""
    pool = {key: element.get(key) for key in FIELDS}
    pool.update({key: number(pool[key]) for key in NUMBERS})
    pool.update({key: pool[key] or "" for key in ("description", "fail_reason")})
    pool["name"] = str(pool["elastic_resource_pool_name"]).lower()
    pool["status"] = str(pool["status"] or "").upper()
    pool["enterprise_project_id"] = str(pool["enterprise_project_id"] or "0")
    # A pool without a label may have null; a region that knows no labels does not name them.
    pool["label"] = (pool["label"] or {}) if "label" in element else None
    pool["ipv6_enable"] = truth(pool["ipv6_enable"])
    pool["queues"] = sorted(str(name).lower() for name in pool["queues"] or ())
    # Not in the list; each is an answer of its own.
    pool["tags"] = pool["pool_queues"] = None
    return pool


def find(api: Client, name: str) -> Pool | None:
    """The pool of that name (lower case), or None. There is no call that reads a single pool."""
    # The filter finds every name that contains the text.
    matches = list_all(api, {"name": name}, f"look up elastic resource pool {name}")
    return next((pool for pool in matches if pool["name"] == name), None)


def missing(api: Client, names: Collection[str]) -> list[str]:
    """Which of these pools do not exist: one request for one name, else one list."""
    if len(names) <= 1:
        return [name for name in names if find(api, name) is None]
    return sorted(set(names) - {pool["name"] for pool in list_all(api, {})})


def list_all(
    api: Client, query: Mapping[str, str], operation: str = "list the elastic resource pools"
) -> Iterator[Pool]:
    """All pools that the ``query`` of the API leaves: ``name`` (a part of it), ``status``, ``tags``."""
    elements = pagination.paginate_by_offset(api, _path(api), operation, "elastic_resource_pools", query, PAGE_SIZE)
    return map(from_api, elements)


def from_list(api: Client, asked_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """What a look-up by name would answer, taken from the list of all pools; None to another question."""
    if asked_path != _path(api) or not query or query.keys() != {"name", "limit", "offset"}:
        return None
    elements = pagination.paginate_by_offset(
        api, _path(api), "list the elastic resource pools", "elastic_resource_pools", {}, PAGE_SIZE
    )
    named = [e for e in elements if str(e.get("elastic_resource_pool_name")).lower() == query["name"]]
    return {"is_success": True, "elastic_resource_pools": named if query["offset"] == "0" else []}


def list_queues(api: Client, name: str) -> list[dict[str, Any]]:
    """The queues of a pool with their scaling policies."""
    operation = f"list the queues of elastic resource pool {name}"
    elements = pagination.paginate_by_offset(api, path(api, name, "queues"), operation, "queues", {}, PAGE_SIZE)
    return sorted(map(_queue_from_api, elements), key=lambda queue: str(queue["name"]))


def _queue_from_api(element: Mapping[str, Any]) -> dict[str, Any]:
    queue = {key: element.get(key) for key in QUEUE_FIELDS}
    queue["name"] = str(queue["queue_name"]).lower()
    queue["create_time"] = number(queue["create_time"])
    queue["enterprise_project_id"] = str(queue["enterprise_project_id"] or "0")
    queue["queue_scaling_policies"] = policies_of(element)
    return queue


def path(api: Client, name: str, *more: str) -> str:
    return _path(api, name, *more)


def _path(api: Client, *more: str) -> str:
    return api.path("v3", "elastic-resource-pools", *more)


def managed(pool: Mapping[str, Any]) -> dict[str, Any]:
    """What a diff shows."""
    return {key: pool[key] for key in MANAGED if pool.get(key) is not None}


def failure(pool: Mapping[str, Any]) -> Conflict | None:
    """What to raise if the pool is FAILED, which it stays."""
    if pool["status"] != FAILED:
        return None
    return Conflict(
        f"Elastic resource pool {pool['name']} is FAILED: {pool['fail_reason'] or 'no reason given'}.",
        hint="Delete the pool (state=absent) and create it again.",
    )


def is_basic(pool: Mapping[str, Any]) -> bool:
    """Whether a pool is of the basic edition, as far as the region tells."""
    return (pool["label"] or {}).get("spec") == "basic"


def becomes_smaller(pool: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Whether a limit is lowered, which the queues of the pool may not allow."""
    return any(change.get(key, pool[key]) < pool[key] for key in SIZES)


def growth_problem(pool: Mapping[str, Any], min_cu: int) -> str | None:
    """What the CUs that a pool has say against a larger minimum; the service may not tell them."""
    used = max(pool["current_cu"] or 0, pool["actual_cu"] or 0)
    if min_cu > pool["min_cu"] and 0 < used < min_cu:
        return f"min_cu: must not exceed the {used} CUs that the pool has at the moment, asked for is {min_cu}"
    return None

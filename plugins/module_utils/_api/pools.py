# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Elastic resource pools: paths, fields of a result, reading, states, and rules about CUs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .._core import convert
from .._core.compare import normalize_cidr, normalize_name
from .._core.errors import Conflict
from .._core.parsing import parses_response
from .._core.times import iso
from .._http import pagination
from .policies import policies_of

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client
    from .policies import ScalingPolicy

    class PoolOptions(TypedDict, total=False):
        """The fields of a pool that options set: the requested ones, or those that a run changes."""

        description: str
        max_cu: int
        min_cu: int
        cidr_in_vpc: str
        charging_mode: int
        enterprise_project_id: str
        label: dict[str, str]
        ipv6_enable: bool

    class PoolQueue(TypedDict):
        """A queue of a pool in a result."""

        name: str
        queue_name: str
        queue_type: str | None
        engine: str | None
        owner: str | None
        create_time: int | None
        create_time_iso: str | None
        enterprise_project_id: str
        queue_scaling_policies: list[ScalingPolicy]

    class Pool(TypedDict):
        """A pool in a result. A field is None if it was not read or, in a prediction, if it is unknown."""

        name: str
        elastic_resource_pool_name: str
        id: int | None
        resource_id: str | None
        owner: str | None
        create_time: int | None
        create_time_iso: str | None
        update_time: int | None
        update_time_iso: str | None
        status: str
        fail_reason: str
        description: str
        max_cu: int
        min_cu: int
        current_cu: int | None
        actual_cu: int | None
        prepay_cu: int | None
        cidr_in_vpc: str | None
        charging_mode: int | None
        enterprise_project_id: str
        label: dict[str, str] | None
        ipv6_enable: bool | None
        ipv6_cidr_in_subnet: str | None
        manager: str | None
        queues: list[str]
        tags: dict[str, str] | None
        pool_queues: list[PoolQueue] | None


KIND, QUEUES_KIND = "elastic_resource_pools", "queues of pools"
PAGE_SIZE = 100
CHECK_NAME = "Check its name, the region and the project."
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
TIMES = ("create_time", "update_time")
# Sub-resources, which have APIs of their own: the names of their options and of their fields in a result.
ASPECTS = ("tags",)
# Every key of a pool in a result of any module.
RESULT_KEYS = ("name", *FIELDS, *(f"{key}_iso" for key in TIMES), *ASPECTS, "pool_queues")
QUEUE_FIELDS = ("queue_name", "queue_type", "engine", "owner", "create_time", "enterprise_project_id")
SIZES = ("max_cu", "min_cu")
PREPAID = 2
# A pool in one of these states accepts no change. The states end without a request.
TRANSIENT = (CREATING, SCALING)
CHANGEABLE = ("description", "max_cu", "min_cu")
FIXED_AT_CREATION = ("cidr_in_vpc", "charging_mode", "enterprise_project_id", "label", "ipv6_enable")
MANAGED = ("name", *CHANGEABLE, *FIXED_AT_CREATION)
# The service's defaults for options that a creation leaves out.
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
# Seconds after its creation during which the service may refuse to delete a pool. The vendor's tools state 15 minutes
# in one place and an hour in another.
MAX_COOL_DOWN = 3600


def _label(value: Any) -> dict[str, str]:
    return {key: convert.text(text) or "" for key, text in convert.mapping(value or {}).items()}


# Every other field is a text.
CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(NUMBERS, convert.integer),
    "label": _label,
    "ipv6_enable": convert.boolean,
    "queues": lambda names: sorted(name.lower() for name in convert.texts(names) or ()),
}


@parses_response
def from_api(element: Mapping[str, Any]) -> Pool:
    """The fields of a pool as a result; missing fields are None.

    Raises UnexpectedResponse for a value of another type.
    """
    pool: dict[str, Any] = dict.fromkeys(RESULT_KEYS)
    pool.update(convert.fields(element, FIELDS, CONVERSIONS))
    pool.update({key: pool[key] or "" for key in ("description", "fail_reason")})
    pool.update({f"{key}_iso": iso(pool[key]) for key in TIMES})
    pool["name"] = normalize_name(pool["elastic_resource_pool_name"] or "")
    pool["status"] = (pool["status"] or "").upper()
    pool["enterprise_project_id"] = pool["enterprise_project_id"] or "0"
    # A pool without a label can have null; a region without labels leaves the key out.
    if "label" not in element:
        pool["label"] = None
    return cast("Pool", pool)


@parses_response
def from_response(element: Mapping[str, Any]) -> Pool:
    """An element of ListElasticResourcePools, which has a name, a status and limits."""
    pool = from_api(element)
    for field in (pool["elastic_resource_pool_name"], pool["status"]):
        convert.required_text(field)
    for limit in (pool["max_cu"], pool["min_cu"]):
        convert.required_integer(limit)
    return pool


def find(api: Client, name: str) -> Pool | None:
    """The pool of that name (lower case), or None. The API has no call that reads a single pool."""
    if (known := api.known(KIND)) is not None:
        return known.get(name)
    # The filter matches every name that contains the text.
    matches = list_all(api, {"name": name}, f"look up elastic resource pool {name}")
    return next((pool for pool in matches if pool["name"] == name), None)


def by_name(api: Client, names: Sequence[str]) -> dict[str, Pool | None]:
    """The pools of these names, None for one that does not exist. One request for one name, else one list."""
    if len(names) <= 1 or api.known(KIND) is not None:
        return {name: find(api, name) for name in names}
    listed = {pool["name"]: pool for pool in list_all(api, {})}
    return {name: listed.get(name) for name in names}


def list_all(
    api: Client, query: Mapping[str, str], operation: str = "list the elastic resource pools"
) -> Iterator[Pool]:
    """All pools that match the ``query`` of ListElasticResourcePools: ``name`` (part of it), ``status``, ``tags``."""
    if not query and (known := api.known(KIND)) is not None:
        return iter(known.values())
    return map(from_response, _elements(api, query, operation))


def _elements(
    api: Client, query: Mapping[str, str], operation: str = "list the elastic resource pools"
) -> Iterator[dict[str, Any]]:
    return pagination.paginate_by_offset(api, _path(api), operation, "elastic_resource_pools", query, PAGE_SIZE)


def from_list(api: Client, requested_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """The body of a look-up by name, made from the list of all pools; None for any other request."""
    if requested_path != _path(api) or not query or query.keys() != {"name", "limit", "offset"}:
        return None
    named = [e for e in _elements(api, {}) if str(e.get("elastic_resource_pool_name")).lower() == query["name"]]
    return {"is_success": True, "elastic_resource_pools": named if query["offset"] == "0" else []}


def list_queues(api: Client, name: str) -> list[PoolQueue]:
    """The queues of a pool with their scaling policies, sorted by name. Raises NotFound."""
    if (known := api.known(QUEUES_KIND)) is not None and name in known:
        queues: list[PoolQueue] = known[name]
        return queues
    operation = f"list the queues of elastic resource pool {name}"
    elements = pagination.paginate_by_offset(api, path(api, name, "queues"), operation, "queues", {}, PAGE_SIZE)
    return sorted(map(_queue_from_api, elements), key=lambda queue: queue["name"])


@parses_response
def _queue_from_api(element: Mapping[str, Any]) -> PoolQueue:
    queue: dict[str, Any] = {key: convert.text(element.get(key)) for key in QUEUE_FIELDS if key != "create_time"}
    queue["name"] = normalize_name(convert.required_text(queue["queue_name"]))
    queue["create_time"] = convert.integer(element.get("create_time"))
    queue["create_time_iso"] = iso(queue["create_time"])
    queue["enterprise_project_id"] = queue["enterprise_project_id"] or "0"
    queue["queue_scaling_policies"] = policies_of(element)
    return cast("PoolQueue", queue)


def path(api: Client, name: str, *more: str) -> str:
    return _path(api, name, *more)


def _path(api: Client, *more: str) -> str:
    return api.path("v3", "elastic-resource-pools", *more)


def managed(pool: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a diff shows: those that options manage, as far as they were read."""
    return {key: pool[key] for key in MANAGED if pool.get(key) is not None}


def failure(pool: Pool) -> Conflict | None:
    """The error to raise if the pool is FAILED, which is a final state."""
    if pool["status"] != FAILED:
        return None
    return Conflict(
        f"Elastic resource pool {pool['name']} is FAILED: {pool['fail_reason'] or 'no reason returned'}.",
        hint="Delete the pool (state=absent) and create it again.",
        reason="failed",
    )


def is_busy(api: Client, name: str) -> bool:
    """Whether the pool is in a state in which it accepts no change."""
    pool = find(api, name)
    return pool is not None and pool["status"] in TRANSIENT


def missing_error(name: str) -> Conflict:
    """The error to raise if a pool that the task needs does not exist."""
    error = Conflict(f"Elastic resource pool {name} does not exist.", hint=CHECK_NAME, reason="not_found")
    error.missing = frozenset({f"elastic resource pool {name}"})
    return error


def becomes_smaller(pool: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Whether the change lowers a limit, which the queues of the pool may not allow."""
    return any(change.get(key, pool[key]) < pool[key] for key in SIZES)


def growth_problem(pool: Mapping[str, Any], min_cu: int) -> str | None:
    """Why the pool has too few CUs for a higher ``min_cu``; None if it has enough or the service does not show them."""
    existing = max(pool["current_cu"] or 0, pool["actual_cu"] or 0)
    if min_cu > pool["min_cu"] and 0 < existing < min_cu:
        return f"min_cu must be at most {existing}, the current number of CUs of the pool, got {min_cu}"
    return None

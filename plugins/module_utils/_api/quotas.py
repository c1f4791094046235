# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas: how much of each type a project may have, and has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import ApiUnavailable, not_readable
from .._core.results import QueryResult
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from .._http.client import Client

    Quota = dict[str, Any]

TYPES = (
    "CU",
    "DATABASE",
    "ELASTIC_RESOURCE_POOL",
    "IAM_USER",
    "JOB_CU",
    "QUEUE",
    "SL_PKG_RESOURCE",
    "SL_SESSION",
    "TABLE",
    "TEMPLATE",
)


def query(api: Client, params: dict[str, Any]) -> QueryResult:
    """The quotas of the types that the options name, or all of them."""
    try:
        found = list_all(api)
    except ApiUnavailable as exc:
        return QueryResult([], warnings=(not_readable("quotas", exc),), unsupported=("quotas",))
    wanted = params["types"]
    return QueryResult(quota for quota in found if not wanted or quota["type"] in wanted)


def list_all(api: Client) -> list[Quota]:
    """Every quota, in the order of their types. Raises NotPublished where the region does not have the API."""
    operation = "read the quotas"
    answer = api.get(api.path("v3", "quotas"), operation)
    try:
        elements = (answer["quotas"] or {}).get("resources") or []
        return sorted((_from_api(element) for element in elements), key=lambda quota: str(quota["type"]))
    except (AttributeError, KeyError, TypeError):
        raise unexpected_body(operation) from None


def _from_api(element: Mapping[str, Any]) -> Quota:
    numbers = {key: _number(element.get(key)) for key in ("min", "max", "quota", "used")}
    return {"type": str(element["type"]).upper(), **numbers, "remaining": _remaining(numbers["quota"], numbers["used"])}


def _remaining(quota: int | None, used: int | None) -> int | None:
    """How many more there may be; None if nobody can say or nothing limits it.

    ``max`` has no part in this: it is how far the quota could be raised, and the reference's own example has it below
    the quota. That a quota below zero is none is presumed. One may be lowered below what is used.
    """
    if quota is None or used is None or quota < 0:
        return None
    return max(quota - used, 0)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None

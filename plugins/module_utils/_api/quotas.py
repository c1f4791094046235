# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas of a project: limits, use and remaining amounts. Contains all of the module dli_quota_info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import ApiUnavailable, not_readable
from .._core.results import QueryResult
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

    class Quota(TypedDict):
        """One quota in a result."""

        type: str
        min: int | None
        max: int | None
        quota: int | None
        used: int | None
        remaining: int | None

    class QuotaInfoParams(TypedDict):
        """The parameters of the module dli_quota_info."""

        types: list[str] | None


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


def query(api: Client, params: QuotaInfoParams) -> QueryResult:
    """The quotas of the given types, or all quotas if ``types`` is empty or not given."""
    try:
        quotas = list_all(api)
    except ApiUnavailable as exc:
        return QueryResult([], warnings=(not_readable("quotas", exc),), unsupported=("quotas",))
    types = params["types"]
    return QueryResult(quota for quota in quotas if not types or quota["type"] in types)


def list_all(api: Client) -> list[Quota]:
    """All quotas, sorted by type. Raises ApiUnavailable if the region has no quota API."""
    operation = "read the quotas"
    answer = api.get(api.path("v3", "quotas"), operation)
    try:
        elements = (answer["quotas"] or {}).get("resources") or []
        return sorted((_from_api(element) for element in elements), key=lambda quota: quota["type"])
    except (AttributeError, KeyError, TypeError):
        raise unexpected_body(operation) from None


def _from_api(element: Mapping[str, Any]) -> Quota:
    quota, used = _number(element.get("quota")), _number(element.get("used"))
    return {
        "type": str(element["type"]).upper(),
        "min": _number(element.get("min")),
        "max": _number(element.get("max")),
        "quota": quota,
        "used": used,
        "remaining": _remaining(quota, used),
    }


def _remaining(quota: int | None, used: int | None) -> int | None:
    """The remaining amount; None if it is unknown or unlimited.

    ``max`` is ignored: it limits how far the quota can be raised, and in the example of the API reference it is lower
    than the quota. A negative quota is taken as unlimited [assumption]. A quota can be lowered below the used amount.
    """
    if quota is None or used is None or quota < 0:
        return None
    return max(quota - used, 0)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None

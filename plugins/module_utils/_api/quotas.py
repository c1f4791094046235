# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas of a project: limits, use and remaining amounts. Contains all of the module dli_quota_info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.errors import ApiUnavailable, not_readable
from .._core.parsing import parses_response
from .._core.results import QueryResult

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
    return _from_api(api.get(api.path("v3", "quotas"), "read the quotas"))


@parses_response
def _from_api(answer: Mapping[str, Any]) -> list[Quota]:
    """The body of ListQuotas. ``quotas`` and ``resources`` can be null."""
    elements = convert.objects(convert.mapping(answer["quotas"] or {}).get("resources"))
    return sorted(map(_quota_from_api, elements), key=lambda quota: quota["type"])


def _quota_from_api(element: Mapping[str, Any]) -> Quota:
    quota, used = convert.integer(element.get("quota")), convert.integer(element.get("used"))
    return {
        "type": convert.required_text(element["type"]).upper(),
        "min": convert.integer(element.get("min")),
        "max": convert.integer(element.get("max")),
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

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module dli_elastic_resource_pool_info does: read pools, with what the options ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import pools
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import given, normalize_name
from .._core.errors import NotFound
from .._core.results import QueryResult

if TYPE_CHECKING:
    from .._http.client import Client

    Pool = dict[str, Any]


def query(api: Client, params: dict[str, Any]) -> QueryResult:
    """The pools that the options choose, in the order of their names."""
    listed = pools.list_all(api, _filters(params))
    found = sorted((pool for pool in listed if _is_meant(pool, params)), key=lambda pool: str(pool["name"]))
    if params["with_queues"]:
        for pool in found:
            pool["pool_queues"] = _queues_of(api, pool)
    gaps = aspects.populate(api, params, [(tags.OF_POOLS, found)])
    chosen = (pool for pool in found if tags.may_have(pool["tags"], params["tags"]))
    return QueryResult(chosen, warnings=gaps.warnings, unsupported=gaps.unsupported)


def _filters(params: dict[str, Any]) -> dict[str, str]:
    """The filters as the service takes them; its ``name`` finds every name that contains the text."""
    named = {"name": normalize_name(params["name"])} if params["name"] is not None else {}
    return {**named, **given({"status": params["status"]}), **tags.as_query(params["tags"])}


def _is_meant(pool: Pool, params: dict[str, Any]) -> bool:
    named = params["name"] is None or pool["name"] == normalize_name(params["name"])
    return named and params["status"] in (None, pool["status"])


def _queues_of(api: Client, pool: Pool) -> list[dict[str, Any]]:
    """What lives in a pool; nothing does if it was deleted since it was listed."""
    if not pool["queues"]:
        return []
    try:
        return pools.list_queues(api, pool["name"])
    except NotFound:
        return []

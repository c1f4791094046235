# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_elastic_resource_pool_info: read pools with the requested sub-resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import pools
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import given, normalize_name
from .._core.errors import NotFound
from .._core.results import QueryResult

if TYPE_CHECKING:
    from .._api.pools import Pool, PoolQueue
    from .._http.client import Client
    from .params import PoolInfoParams


def query(api: Client, params: PoolInfoParams) -> QueryResult:
    """The pools that match the options, sorted by name."""
    listed = pools.list_all(api, _filters(params))
    found = sorted((pool for pool in listed if _matches(pool, params)), key=lambda pool: pool["name"])
    if params["with_queues"]:
        for pool in found:
            pool["pool_queues"] = _queues_of(api, pool)
    gaps = aspects.populate(api, params, [(tags.OF_POOLS, found)])
    tagged = (pool for pool in found if tags.may_have(pool["tags"], params["tags"]))
    return QueryResult(tagged, warnings=gaps.warnings, unsupported=gaps.unsupported)


def _filters(params: PoolInfoParams) -> dict[str, str]:
    """The query of ListElasticResourcePools, whose ``name`` matches every name that contains the text."""
    name = {"name": normalize_name(params["name"])} if params["name"] is not None else {}
    return {**name, **given({"status": params["status"]}), **tags.as_query(params["tags"])}


def _matches(pool: Pool, params: PoolInfoParams) -> bool:
    has_name = params["name"] is None or pool["name"] == normalize_name(params["name"])
    return has_name and params["status"] in (None, pool["status"])


def _queues_of(api: Client, pool: Pool) -> list[PoolQueue]:
    """The queues of a pool; none if the pool was deleted after it was listed."""
    if not pool["queues"]:
        return []
    try:
        return pools.list_queues(api, pool["name"])
    except NotFound:
        return []

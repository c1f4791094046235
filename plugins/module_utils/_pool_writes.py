# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing elastic resource pools: each function sends one write and, if the task waits, sees it through.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _pools as pools
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import tags_to_api
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import ApiError, Busy, Conflict, NotFound

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

    Pool = dict[str, Any]


def create(api: Client, name: str, wanted: Mapping[str, Any]) -> None:
    """Create a pool with what is ``wanted``; everything else is left to the service."""
    body = {"elastic_resource_pool_name": name, **wanted}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    attempt = f"create elastic resource pool {name}"
    api.post_once(api.path("v3", "elastic-resource-pools"), attempt, body, made=lambda: pools.find(api, name))


def update(api: Client, name: str, change: Mapping[str, Any], patience: Patience) -> None:
    """Change description or size; a pool that is being scaled is asked again, if the task waits."""

    def send() -> None:
        api.put(pools.path(api, name), f"change elastic resource pool {name}", dict(change))

    with api.within(patience.deadline):
        patience.until_accepted(send, what=f"elastic resource pool {name} to allow a change")


def delete(api: Client, pool: Pool, patience: Patience) -> None:
    """Delete a pool; one that is gone already counts as deleted. With ``wait``, the end is when no list shows it."""
    name = pool["name"]
    with api.within(patience.deadline):
        patience.until_accepted(lambda: _delete(api, pool), what=f"elastic resource pool {name} to allow its deletion")
        if not patience.wait:
            return
        patience.until(
            lambda: pools.find(api, name),
            lambda now: now is None,
            what=f"elastic resource pool {name} to be gone",
            seen=describe,
        )


def _delete(api: Client, pool: Pool) -> None:
    try:
        with suppress(NotFound):
            api.delete(pools.path(api, pool["name"]), f"delete elastic resource pool {pool['name']}")
    except Busy:
        raise
    except ApiError as exc:
        age = api.now() - (pool["create_time"] or 0) / 1000
        if age < pools.LONGEST_COOL_DOWN:
            exc.hint = (
                f"The pool is {age / 60:.0f} minutes old, and the service keeps a pool for its first 15 to 60 minutes: "
                "run the task again later."
            )
        raise


def wait_until(api: Client, name: str, settled: Callable[[Pool], bool], what: str, patience: Patience) -> Pool:
    """Wait until the pool is as ``settled`` says; a FAILED one ends the wait at once."""

    def find() -> Pool:
        pool = pools.find(api, name)
        if pool is None:
            raise Conflict(f"Elastic resource pool {name} disappeared while it was waited for.")
        return pool

    def judge(pool: Pool) -> bool:
        if problem := pools.failure(pool):
            raise problem
        return settled(pool)

    with api.within(patience.deadline):
        return patience.until(find, judge, what=f"elastic resource pool {name} {what}", seen=describe)


def describe(pool: Pool | None) -> str:
    return "no pool" if pool is None else f"{pool['status']}, {pool['min_cu']} to {pool['max_cu']} CUs"

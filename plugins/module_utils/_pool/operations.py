# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing elastic resource pools: each function sends one write and, if the task waits, sees it through.

Whoever calls bounds the requests by the budget of the task; what is bounded here are the waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._api import pools
from .._aspect.tags import tags_to_api
from .._core.compare import delta
from .._core.errors import ApiError, Busy, Conflict, NotFound
from .._http import lost_answers

if TYPE_CHECKING:
    from .._http.client import Client
    from .._wait.budget import WaitBudget

    Pool = dict[str, Any]

# No state of this name is documented; the text only saves a task that does not wait from a false failure.
DELETING_TEXT = re.compile(r"\bdeleting\b|being deleted", re.IGNORECASE)
BUSY_HINT = "A pool takes no change while it is being created, scaled or deleted: run the task again later."


def create(api: Client, name: str, wanted: Mapping[str, Any]) -> None:
    """Create a pool with what is ``wanted``; everything else is left to the service."""
    body = {"elastic_resource_pool_name": name, **wanted}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    operation = f"create elastic resource pool {name}"
    lost_answers.post_and_confirm(
        api, api.path("v3", "elastic-resource-pools"), operation, body, confirm=lambda: pools.find(api, name)
    )


def update(api: Client, name: str, change: Mapping[str, Any], budget: WaitBudget) -> None:
    """Change description or size; with ``wait``, a pool that is busy is asked again."""

    def send() -> None:
        try:
            api.put(pools.path(api, name), f"change elastic resource pool {name}", dict(change))
        except Busy as exc:
            # A change that is sent again, because its answer got lost, finds the pool busy with just that change.
            now = pools.find(api, name)
            if now is None or delta(change, now):
                exc.hint = BUSY_HINT
                raise

    budget.until_accepted(send, what=f"elastic resource pool {name} to take a change")


def delete(api: Client, pool: Pool, budget: WaitBudget) -> None:
    """Delete a pool; one that is gone already counts as deleted.

    With ``wait``, a pool that may not be deleted yet is waited for, and the end is when no list shows it.
    """
    name = pool["name"]

    def wait_for(settled: Callable[[Pool], bool], what: str) -> None:
        budget.until(
            lambda: pools.find(api, name) or {},
            settled,
            what=f"elastic resource pool {name} to be {what}",
            seen=describe,
        )

    if budget.wait and pool["status"] in pools.PASSING:
        wait_for(lambda now: not now or now["status"] not in pools.PASSING, "settled before it is deleted")
    budget.until_accepted(lambda: _delete(api, pool), what=f"elastic resource pool {name} to allow its deletion")
    if budget.wait:
        wait_for(lambda now: not now, "gone")


def _delete(api: Client, pool: Pool) -> None:
    try:
        with suppress(NotFound):
            api.delete(pools.path(api, pool["name"]), f"delete elastic resource pool {pool['name']}")
    except ApiError as exc:
        # A deletion that is sent again, because its answer got lost, finds the pool on its way out.
        if isinstance(exc, Busy) and DELETING_TEXT.search(exc.api_message or ""):
            return
        exc.hint = exc.hint or _why_not_deleted(api.now(), pool, exc)
        raise


def _why_not_deleted(now: float, pool: Pool, refusal: ApiError) -> str | None:
    age = now - (pool["create_time"] or 0) / 1000
    if age < pools.LONGEST_COOL_DOWN:
        return (
            f"The pool is {age / 60:.0f} minutes old, and the service keeps a pool for its first 15 to 60 minutes: "
            "run the task again later."
        )
    return BUSY_HINT if isinstance(refusal, Busy) else None


def wait_until(
    api: Client, name: str, settled: Callable[[Pool], bool], what: str, budget: WaitBudget, *, listed: bool = True
) -> Pool:
    """Wait until the pool is as ``settled`` says; a FAILED one ends the wait at once.

    ``listed`` is false for a pool that was just created: the list may show it only later.
    """
    seen = listed

    def find() -> Pool:
        nonlocal seen
        pool = pools.find(api, name)
        if pool is None and seen:
            raise Conflict(f"Elastic resource pool {name} disappeared while it was waited for.")
        seen = seen or pool is not None
        return pool or {}

    def judge(pool: Pool) -> bool:
        if not pool:
            return False
        if problem := pools.failure(pool):
            raise problem
        return settled(pool)

    return budget.until(find, judge, what=f"elastic resource pool {name} {what}", seen=describe)


def describe(pool: Pool) -> str:
    return f"{pool['status']}, {pool['min_cu']} to {pool['max_cu']} CUs" if pool else "not in the list"

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing elastic resource pools. Each function sends one write and, with ``wait``, waits until it takes effect.

The caller limits the requests by the budget of the task; the functions limit the waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from .._api import pools
from .._api.creation import Creation
from .._aspect.tags import tags_to_api
from .._core.compare import delta
from .._core.errors import ApiError, Busy, Conflict, NotFound
from .._http import lost_answers
from .._wait import progress

if TYPE_CHECKING:
    from .._api.pools import Pool
    from .._http.client import Client
    from .._wait.budget import WaitBudget

# The API reference documents no such state. The text keeps a task without `wait` from failing although the deletion
# goes on.
DELETING_TEXT = re.compile(r"\bdeleting\b|being deleted", re.IGNORECASE)
BUSY_HINT = "The pool is being created, scaled or deleted. Run the task again later."


def create(api: Client, name: str, contents: Mapping[str, Any]) -> bool:
    """Create a pool with these ``contents`` (CreateElasticResourcePool); the service sets all other fields.

    False if another client has just created the same pool. Raises AlreadyExists if that pool differs.
    """
    body = {"elastic_resource_pool_name": name, **api.creation_defaults, **contents}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    return Creation(
        noun="elastic resource pool",
        name=name,
        path=api.path("v3", "elastic-resource-pools"),
        body=body,
        requested={key: value for key, value in contents.items() if key in pools.FIELDS},
        find=lambda: pools.find(api, name),
        normal=pools.NORMAL,
    ).send(api)


def update(api: Client, name: str, change: Mapping[str, Any], budget: WaitBudget) -> None:
    """Change the description or the limits; with ``wait``, retry while the pool is busy. Raises Busy, WaitTimeout."""

    def is_done() -> bool:
        current = pools.find(api, name)
        return current is not None and not delta(change, current)

    def send() -> None:
        try:
            lost_answers.send_and_confirm(
                lambda: api.put(pools.path(api, name), f"change elastic resource pool {name}", dict(change)),
                confirm=is_done,
            )
        except Busy as exc:
            # A retry after a lost answer finds the pool busy with this very change.
            if not is_done():
                exc.hint = BUSY_HINT
                raise

    budget.until_accepted(
        send,
        what=f"elastic resource pool {name} to accept the change",
        is_busy=lambda: pools.is_busy(api, name),
    )


def delete(api: Client, pool: Pool, budget: WaitBudget) -> bool:
    """Delete a pool; a pool that does not exist counts as deleted. False if its deletion was already under way.

    With ``wait``, retry while the service refuses to delete the pool for now, and wait until the list omits the pool.
    """
    name, begun = pool["name"], True

    def send() -> None:
        nonlocal begun
        begun = _delete(api, pool)

    budget.until_accepted(
        send,
        what=f"elastic resource pool {name} to accept its deletion",
        is_busy=lambda: pools.is_busy(api, name),
    )
    if budget.wait:
        budget.until(
            lambda: pools.find(api, name),
            lambda found: found is None,
            what=f"elastic resource pool {name} to be deleted",
            seen=describe,
        )
    return begun


def _delete(api: Client, pool: Pool) -> bool:
    """Request the deletion; False if the pool was being deleted before."""
    name = pool["name"]
    with progress.noticing_retries() as retries:
        try:
            lost_answers.send_and_confirm(
                lambda: api.delete(pools.path(api, name), f"delete elastic resource pool {name}"),
                confirm=lambda: pools.find(api, name) is None,
            )
        except NotFound:
            return True
        except ApiError as exc:
            if isinstance(exc, Busy) and DELETING_TEXT.search(exc.api_message or ""):
                # A retry after a lost response finds the deletion of this very request in progress.
                return bool(retries)
            exc.hint = exc.hint or _deletion_hint(api.now(), pool, exc)
            raise
    return True


def _deletion_hint(now: float, pool: Pool, error: ApiError) -> str | None:
    """Advice after a failed deletion. ``now`` is the service's time in seconds since the epoch."""
    age = now - (pool["create_time"] or 0) / 1000
    if age < pools.MAX_COOL_DOWN:
        return (
            f"The pool is {age / 60:.0f} minutes old, and the service deletes no pool in the first minutes "
            "(usually 15 minutes) after its creation. Run the task again later."
        )
    return BUSY_HINT if isinstance(error, Busy) else None


def wait_until(
    api: Client, name: str, settled: Callable[[Pool], bool], what: str, budget: WaitBudget, *, listed: bool = True
) -> Pool:
    """Wait until the pool is ``settled``. Raises Conflict if the pool is FAILED or disappears, and WaitTimeout.

    ``listed`` is false for a new pool, which the list may not show yet.
    """
    seen = listed

    def find() -> Pool | None:
        nonlocal seen
        pool = pools.find(api, name)
        if pool is None and seen:
            raise Conflict(f"Elastic resource pool {name} disappeared during the wait.", reason="concurrent")
        seen = seen or pool is not None
        return pool

    def is_settled(pool: Pool | None) -> bool:
        if pool is None:
            return False
        if failure := pools.failure(pool):
            raise failure
        return settled(pool)

    # Only a pool is settled, and never None.
    return cast("Pool", budget.until(find, is_settled, what=f"elastic resource pool {name} {what}", seen=describe))


def describe(pool: Pool | None) -> str:
    """The state of a pool for a progress message."""
    return f"{pool['status']}, {pool['min_cu']} to {pool['max_cu']} CUs" if pool else "not in the list"

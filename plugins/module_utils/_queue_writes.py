# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing queues: each function sends one write and, if the task waits, sees it through.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import tags_to_api
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import (
    ApiError,
    Conflict,
    DliError,
    NotFound,
)

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

WHY_NOT_DELETED = (
    "A queue cannot be deleted while a job is being submitted or runs on it: let the jobs finish or cancel them, "
    "then run the task again."
)


def create(api: Client, name: str, wanted: Mapping[str, Any]) -> None:
    """Create a queue with what is ``wanted``; everything else is left to the service."""
    body = {"queue_name": name, **wanted}
    if "tags" in body:
        body["tags"] = tags_to_api(body["tags"])
    if "properties" in body:
        # The service wants the texts "true" and "false" here.
        body["properties"] = {key: str(value).lower() for key, value in body["properties"].items()}
    api.post_once(api.path("v1.0", "queues"), f"create queue {name}", body, made=lambda: queues.find(api, name))


def delete(api: Client, name: str, patience: Patience) -> None:
    """Delete a queue; one that is gone already counts as deleted.

    With ``wait``, a queue that is busy is asked again, and the end is when it cannot be found any more.
    """
    with api.within(patience.deadline):
        patience.until_accepted(lambda: _delete(api, name), what=f"queue {name} to allow its deletion")
        if not patience.wait:
            return
        patience.until(
            lambda: queues.find(api, name),
            lambda queue: queue is None,
            what=f"queue {name} to be gone",
            seen=lambda _queue: "still there",
        )


def _delete(api: Client, name: str) -> None:
    try:
        with suppress(NotFound):
            api.delete(queues.path(api, name), f"delete queue {name}")
    except ApiError as exc:
        exc.hint = exc.hint or WHY_NOT_DELETED
        raise


def scale(api: Client, name: str, target: int, patience: Patience) -> None:
    """Bring a queue to ``target`` CUs. With ``wait``, the end is when the queue shows them."""
    with api.within(patience.deadline):
        patience.until_accepted(
            lambda: _ask_to_scale(api, name, target, unclear_will_show=patience.wait),
            what=f"queue {name} to accept its scaling",
        )
        if not patience.wait:
            return
        patience.until(
            lambda: _cu_count(api, name),
            lambda count: count == target,
            what=f"queue {name} to have {target} CUs",
            seen=lambda count: f"{count} CUs",
        )


def _ask_to_scale(api: Client, name: str, target: int, *, unclear_will_show: bool) -> None:
    # The call takes the difference, so it is taken from what the queue has at this very moment.
    difference = target - _cu_count(api, name)
    if not difference:
        return
    body = {"action": "scale_out" if difference > 0 else "scale_in", "cu_count": abs(difference)}
    try:
        # Sent twice it would count twice.
        api.put(queues.path(api, name, "action"), f"scale queue {name} by {difference:+d} CUs", body, repeatable=False)
    except DliError as exc:
        # Only the CUs that the queue ends up with tell whether a request without an answer was heard.
        if not (exc.unclear and unclear_will_show):
            raise


def _cu_count(api: Client, name: str) -> int:
    queue = queues.find(api, name)
    if queue is None:
        raise Conflict(f"Queue {name} disappeared while it was being scaled.")
    return int(queue["cu_count"])


def restart(api: Client, name: str, patience: Patience, *, force: bool) -> None:
    """Restart a queue; ``force`` cancels its jobs. With ``wait``, the end is when the list calls it restarted."""
    body = {"action": "restart", "force": force}
    api.put(queues.path(api, name, "action"), f"restart queue {name}", body, repeatable=False)
    if patience.wait:
        with api.within(patience.deadline):
            patience.until(
                lambda: queues.find_in_list(api, name),
                lambda queue: queue is not None and not queue["is_restarting"],
                what=f"queue {name} to be restarted",
                seen=lambda queue: "no queue" if queue is None else "restarting",
            )

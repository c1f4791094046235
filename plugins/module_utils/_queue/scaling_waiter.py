# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a scaling that an earlier task has requested."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._api import queues
from .._core.errors import Conflict
from .._core.results import Outcome
from . import scaling
from .plan import read, with_readiness

if TYPE_CHECKING:
    from .._api.queues import Queue
    from .params import QueueTask


def ensure(task: QueueTask, current: Queue | None) -> Outcome:
    """Wait until the queue has the requested size; in check mode, predict it."""
    target = task.params["cu_count"]
    if target is None or (current is None and not task.may_appear):
        raise Conflict(
            f"Cannot wait for the scaling of queue {task.name}: it does not exist.",
            hint="Check its name, the region and the project.",
            reason="not_found",
        )
    if current is None:
        # An earlier task of the play may be the one that creates it.
        current = queues.from_api({"name": task.name, "queue_name": task.name, "cu_count": target})
    if current["cu_count"] != target and not task.dry_run:
        scaling.wait_for_requested(task.api, task.name, current["cu_count"], target, task.budget)
    scaled = cast("Queue", {**current, "cu_count": target})
    after, warnings = with_readiness(task, scaled if task.dry_run else read(task) or scaled)
    managed = queues.managed(after)
    return Outcome(changed=False, after=after, diff_before=managed, diff_after=managed, warnings=warnings)

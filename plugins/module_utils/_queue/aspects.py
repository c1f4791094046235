# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The aspects of a queue and the decisions about the requested ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from .._api import queues
from .._aspect import aspect as aspects
from .._aspect import tags
from . import properties as queue_properties
from . import scaling_policies
from . import users as queue_users

if TYPE_CHECKING:
    from .._api.policies import ScalingPolicy
    from .._api.pools import PoolQueue
    from .._api.queues import Queue
    from .._aspect.aspect import Aspect, Decision, Decisions
    from .._core.refusals import Refusals
    from .params import QueueParams, QueueTask

# Aspects that the service is most likely to reject come last.
ASPECTS = (
    tags.OF_QUEUES,
    queue_users.ASPECT,
    scaling_policies.ASPECT,
    queue_properties.ASPECT,
)


def decide(
    task: QueueTask, current: Queue, change: Mapping[str, Any], refusals: Refusals, *, without: Collection[str]
) -> Decisions:
    """The decisions about an existing queue, except the options ``without``.

    A queue that is about to join a pool has no policies yet.
    """
    to_decide = [aspect for aspect in ASPECTS if aspect.option not in without]
    if "elastic_resource_pool_name" not in change:
        return aspects.decide(task.api, to_decide, task.params, current, refusals)
    policies = aspects.decide_for_new([scaling_policies.ASPECT], task.params)
    others = [aspect for aspect in to_decide if aspect is not scaling_policies.ASPECT]
    decided = aspects.decide(task.api, others, task.params, current, refusals)
    return decided._replace(made=(*policies.made, *decided.made))


def decide_for_new(params: QueueParams) -> Decisions:
    return aspects.decide_for_new(ASPECTS, params)


def lost_with(task: QueueTask, queue: Queue) -> dict[str, Any]:
    """The current state of the requested aspects of a queue that is about to be replaced; all of it gets lost."""
    without_pool = {queues.SCALING_POLICIES: None} if not queues.pool_of(queue) else {}
    purge = {"purge_tags": True, "purge_authorized_users": True}
    return aspects.decide(task.api, ASPECTS, {**task.params, **purge, **without_pool}, queue).before


def new_policies(decided: Decisions) -> list[ScalingPolicy]:
    """The policies that the run sets; empty if they do not change."""
    decision = _decision_about(scaling_policies.ASPECT, decided)
    return list(decision.after) if decision and decision.changes else []


def pool_queues_read(decided: Decisions) -> list[PoolQueue] | None:
    """The queues of the pool, if they were read to compare policies."""
    decision = _decision_about(scaling_policies.ASPECT, decided)
    return decision.read if decision else None


def _decision_about(aspect: Aspect, decided: Decisions) -> Decision | None:
    return next((decision for decision in decided.made if decision.aspect is aspect), None)

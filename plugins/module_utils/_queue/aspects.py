# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The aspects of a queue: which there are, and what is decided about those that the user spoke of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._api import queues
from .._aspect import aspect as aspects
from .._aspect import tags
from . import properties as queue_properties
from . import scaling_policies
from . import users as queue_users

if TYPE_CHECKING:
    from .._api.task import Task
    from .._aspect.aspect import Aspect, Decision, Decisions

    Queue = dict[str, Any]

# What other things may make the service refuse comes last.
ASPECTS = (
    tags.OF_QUEUES,
    queue_users.ASPECT,
    scaling_policies.ASPECT,
    queue_properties.ASPECT,
)


def decide(task: Task, current: Queue, change: Mapping[str, Any]) -> Decisions:
    """What is to become of the aspects; a queue that is about to join a pool has no policies there yet."""
    if "elastic_resource_pool_name" not in change:
        return aspects.decide(task.api, ASPECTS, task.params, current)
    begun = aspects.decide_for_new([scaling_policies.ASPECT], task.params)
    others = aspects.decide(task.api, [f for f in ASPECTS if f is not scaling_policies.ASPECT], task.params, current)
    return others._replace(made=(*begun.made, *others.made))


def decide_for_new(params: Mapping[str, Any]) -> Decisions:
    return aspects.decide_for_new(ASPECTS, params)


def lost_with(task: Task, queue: Queue) -> dict[str, Any]:
    """What a queue that is about to be replaced has of what the task speaks of. None of it is kept."""
    without_pool = {"scaling_policies": None} if not queues.pool_of(queue) else {}
    purge = {"purge_tags": True, "purge_authorized_users": True}
    return aspects.decide(task.api, ASPECTS, {**task.params, **purge, **without_pool}, queue).before


def new_policies(decided: Decisions) -> list[dict[str, Any]]:
    """The policies that are about to be set; empty if none are."""
    mine = _about(scaling_policies.ASPECT, decided)
    return list(mine.after) if mine and mine.changes else []


def members_read(decided: Decisions) -> list[dict[str, Any]] | None:
    """The queues of the pool, if they were read for their policies."""
    mine = _about(scaling_policies.ASPECT, decided)
    return mine.read if mine else None


def new_of_pools(decided: Decisions) -> list[str]:
    """The properties that are about to be set and need a pool; a queue that has some of them takes the others, too."""
    mine = _about(queue_properties.ASPECT, decided)
    if mine is None or mine.before.keys() & set(queue_properties.OF_POOLS):
        return []
    return [key for key in queue_properties.OF_POOLS if key in mine.after]


def _about(aspect: Aspect, decided: Decisions) -> Decision | None:
    return next((decision for decision in decided.made if decision.aspect is aspect), None)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The aspects of a connection: routes, allowed projects and tags, and the decisions about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import connections
from .._aspect import aspect as aspects
from .._aspect import tags
from . import projects, routes

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._aspect.aspect import Decisions
    from .._core.refusals import Refusals
    from .params import EnhancedConnectionParams
    from .task import ConnectionTask

ASPECTS = (
    routes.ASPECT,
    projects.ASPECT,
    tags.OF_CONNECTIONS,
)


def decide(task: ConnectionTask, current: Connection, refusals: Refusals) -> Decisions:
    """Read the aspects that the task sets, and decide about them."""
    return aspects.decide(task.api, ASPECTS, task.params, current, refusals)


def decide_for_new(params: EnhancedConnectionParams) -> Decisions:
    return aspects.decide_for_new(ASPECTS, params)


def lost_with(task: ConnectionTask, connection: Connection) -> dict[str, Any]:
    """The current aspects of a connection that is replaced, as far as the task sets them. The new one keeps none."""
    purge = {f"purge_{aspect.option}": True for aspect in ASPECTS}
    return aspects.decide(task.api, ASPECTS, {**task.params, **purge}, connection).before


def add_to(result: dict[str, Any], connection: Connection, decided: Decisions, *, dry_run: bool) -> None:
    """Put the decisions into a result. In check mode that includes fields that the service derives from them."""
    values = dict(decided.after)
    desired_routes = values.pop(connections.ROUTES, None)
    result.update(values)
    if dry_run and desired_routes is not None:
        result[connections.ROUTES] = routes.predicted(connection, desired_routes)
    if dry_run and connections.ALLOWED_PROJECTS in values:
        result["is_privis"] = not values[connections.ALLOWED_PROJECTS]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module dli_queue_info does: read queues, with what the options ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import queues
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import normalize_name
from .._core.results import QueryResult
from . import properties, readiness, scaling_policies
from . import users as queue_users

if TYPE_CHECKING:
    from .._http.client import Client

    Queues = list[dict[str, Any]]


def query(api: Client, params: dict[str, Any]) -> QueryResult:
    """The queues that the options leave, with what they ask to be read."""
    found = [queue for queue in _candidates(api, params) if _matches(queue, params)]
    gaps = aspects.populate(
        api,
        params,
        (
            (tags.OF_QUEUES, found),
            (properties.ASPECT, [queue for queue in found if queues.has_properties(queue)]),
            (scaling_policies.of_many(), [queue for queue in found if queues.pool_of(queue)]),
            (queue_users.ASPECT, found),
        ),
    )
    for queue in found:
        queue["readiness"] = readiness.without_asking(api, queue, params["ready_age"]).as_result()
    tagged = [queue for queue in found if tags.may_have(queue["tags"], params["tags"])]
    return QueryResult(tagged, warnings=gaps.warnings, unsupported=gaps.unsupported)


def _candidates(api: Client, params: dict[str, Any]) -> Queues:
    """What the service leaves of all queues, or the one that is named."""
    asked = {"queue_type": params["queue_type"], "with-charge-info": "true", **tags.as_query(params["tags"])}
    listed = queues.list_all(api, asked)
    if params["name"] is None:
        # Pages shift when a queue is created meanwhile, so that one may be seen twice.
        return list({queue["name"]: queue for queue in listed}.values())
    name = normalize_name(params["name"])
    found = next((queue for queue in listed if queue["name"] == name), None)
    if found is None and not params["tags"]:
        # A list may lag behind a creation; a queue that is read by its name does not.
        found = queues.find(api, name)
    return [found] if found else []


def _matches(queue: dict[str, Any], params: dict[str, Any]) -> bool:
    pool = params["elastic_resource_pool_name"]
    of_type = params["queue_type"] in ("all", queue["queue_type"])
    return of_type and (pool is None or queues.pool_of(queue) == normalize_name(pool))

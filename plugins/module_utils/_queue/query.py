# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of the module dli_queue_info: read queues with the requested sub-resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import queues
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import normalize_name
from .._core.results import QueryResult
from . import properties, readiness, scaling_policies
from . import users as queue_users

if TYPE_CHECKING:
    from .._api.queues import Queue
    from .._http.client import Client
    from .params import QueueInfoParams


def query(api: Client, params: QueueInfoParams) -> QueryResult:
    """The queues that match the options, in the order of the service."""
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
        queue["readiness"] = readiness.from_age(api, queue, params["ready_age"]).as_result()
    tagged = [queue for queue in found if tags.may_have(queue["tags"], params["tags"])]
    result = QueryResult(tagged, warnings=gaps.warnings, unsupported=gaps.unsupported)
    if params["with_jobs"]:
        from .._api import running_jobs

        found_jobs, warnings = running_jobs.as_results(api)
        result.details = {"running_jobs": found_jobs}
        result.warnings += warnings
    return result


def _candidates(api: Client, params: QueueInfoParams) -> list[Queue]:
    """The queues that the service's filters leave, or the one with the requested name."""
    listed = queues.list_all(api, {"queue_type": params["queue_type"], **tags.as_query(params["tags"])})
    if params["name"] is None:
        # A queue that is created meanwhile shifts the pages, so that the list may show another one twice.
        return list({queue["name"]: queue for queue in listed}.values())
    name = normalize_name(params["name"])
    found = next((queue for queue in listed if queue["name"] == name), None)
    if found is None and not params["tags"]:
        # The list can lag behind a creation; ShowQueue does not.
        found = queues.find(api, name)
    return [found] if found else []


def _matches(queue: Queue, params: QueueInfoParams) -> bool:
    pool = params["elastic_resource_pool_name"]
    has_type = params["queue_type"] in ("all", queue["queue_type"])
    return has_type and (pool is None or queues.pool_of(queue) == normalize_name(pool))

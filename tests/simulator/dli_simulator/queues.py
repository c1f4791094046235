# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queues: create, list, show, delete, restart, scale, change the CIDR block."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Any

from . import fields, jobs, pool_scaling, quotas
from .errors import already_exists, bad_parameter, unavailable, unsupported
from .fields import Fields, boolean, choice, integer, text
from .models import Job, Pool, Queue
from .routing import Call, Response, Routes, success
from .state import State

routes = Routes()

_CREATION_SIZES = (16, 64, 256, 512)
_STEP = 16
_SMALLEST_SCALED = 64
_NATIVE = "computeEngine.spark.nativeEnabled"
_PRIVATE = [IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16")]
_FORCED_RESTART = (
    "Submit restart job success, it need some time to cancel jobs, please wait for a while and check job status"
)
_ORDERS = ("queue_name_asc", "queue_name_desc", "cu_asc", "cu_desc")
_VERSIONS: dict[str, Any] = {
    "support_spark_versions": ["3.3.1"],
    "default_spark_version": "3.3.1",
    "support_hetu_engine_versions": [],
    "default_hetu_engine_version": "",
    "support_flink_sql_versions": ["1.15"],
    "default_flink_sql_version": "1.15",
    "support_flink_jar_versions": ["1.15"],
    "default_flink_jar_version": "1.15",
    "support_opensource_flink_versions": ["1.15"],
}


@routes.add("POST", "/v1.0/<project_id>/queues")
def create_queue(call: Call) -> Response:
    name = text(call.body, "queue_name", pattern=fields.NAME).lower()
    queue = _new_queue(call, name)
    pool = _requested_pool(call, queue)
    if pool is None and call.state.knobs.sold_out:
        raise bad_parameter("The queue is sold out and cannot be purchased.")
    if name in call.project.queues:
        raise already_exists(f"The queue {name} already exists")
    quotas.check_room(call.project, "QUEUE", "queues")
    call.project.queues[name] = queue
    if pool:
        pool_scaling.join(call.state, call.project, queue, pool)
    elif queue.resource_mode == 1 and call.state.knobs.pool_per_queue and name not in call.project.pools:
        _add_own_pool(call, queue)
    return success(queue_name=name)


def _add_own_pool(call: Call, queue: Queue) -> None:
    """A comment in a client says that such a queue creates a pool of its name. No log shows it."""
    queue.own_pool = queue.queue_name
    call.project.pools[queue.own_pool] = Pool(
        id=call.state.next_number(),
        elastic_resource_pool_name=queue.own_pool,
        create_time=queue.create_time,
        update_time=queue.create_time,
        owner=queue.owner,
        min_cu=queue.cu_count,
        max_cu=queue.cu_count,
        current_cu=queue.cu_count,
        actual_cu=queue.cu_count,
        cidr_in_vpc=queue.cidr_in_vpc,
    )


def _new_queue(call: Call, name: str) -> Queue:
    """The queue that a request describes, after validation."""
    state, body = call.state, call.body
    size = _size(body)
    queue = Queue(
        queue_id=state.next_number(),
        queue_name=name,
        create_time=state.millis,
        owner=state.identity.username,
        cidr_in_vpc=state.next_cidr(),
        description=text(body, "description", ""),
        queue_type=choice(body, "queue_type", ("sql", "general"), "sql"),
        engine=choice(body, "engine", state.profile.engines, "spark"),
        cu_count=size,
        charging_mode=integer(body, "charging_mode", 1, minimum=1, maximum=1),
        # Assumption: the default is not documented. A client had to be changed to send 1, so it is not 1.
        resource_mode=integer(body, "resource_mode", 0, maximum=1),
        enterprise_project_id=text(body, "enterprise_project_id", "0") or "0",
        platform=choice(body, "platform", state.profile.platforms, "x86_64"),
        labels=_labels(body),
        feature=choice(body, "feature", ("basic", "ai", ""), ""),
        cu_spec=size,
        tags=fields.tags(body),
        properties=_properties(body),
        assigned_at=state.now + state.knobs.assigning_seconds,
        ready_at=state.now + state.knobs.assigning_seconds,
    )
    _check_combination(queue)
    return queue


def _size(body: Fields) -> int:
    size = integer(body, "cu_count", minimum=1)
    # Three sizes are documented outside pools, and a region knew 512. Assumption: steps of 4 in pools, as for policies.
    acceptable = size % 4 == 0 if body.get("elastic_resource_pool_name") else size in _CREATION_SIZES
    if not acceptable:
        raise bad_parameter(f"The value of parameter cu_count is invalid: {size}.")
    return size


def _labels(body: Fields) -> str:
    """Sent as a list of strings, returned as one string."""
    labels = fields.text_list(body, "labels")
    if labels not in ([], ["multi_az=2"]):
        raise bad_parameter("The value of parameter labels is invalid.")
    return "".join(labels)


def _properties(body: Fields) -> dict[str, str]:
    properties = body.get("properties") or {}
    if not isinstance(properties, dict) or not set(properties) <= {_NATIVE}:
        raise bad_parameter("The value of parameter properties is invalid.")
    return {key: str(boolean(properties, key)).lower() for key in properties}


def _check_combination(queue: Queue) -> None:
    if queue.engine != "spark" and queue.queue_type != "sql":
        raise bad_parameter("The parameter engine applies only to queues of type sql.")
    if queue.feature == "ai" and (queue.queue_type, queue.platform, queue.resource_mode) != ("sql", "x86_64", 1):
        raise bad_parameter("The feature ai needs a dedicated queue of type sql on x86_64.")


def _requested_pool(call: Call, queue: Queue) -> Pool | None:
    name = text(call.body, "elastic_resource_pool_name", "")
    if not name:
        return None
    pool = call.project.pool(name)
    if queue.cu_count < queue.minimum_in_pool:
        # Assumption: the code and the text.
        raise bad_parameter(f"The value of parameter cu_count is invalid: at least {queue.minimum_in_pool} CUs.")
    pool_scaling.check_can_join(call.state, call.project, pool, queue.cu_count)
    return pool


@routes.add("GET", "/v1.0/<project_id>/queues")
def list_queues(call: Call) -> Response:
    wanted_type = choice(call.query, "queue_type", ("sql", "general", "all"), "sql")
    wanted_tags = fields.tag_filter(call.query)
    found = [
        queue
        for queue in call.state.listed_queues(call.project)
        if wanted_type in ("all", queue.queue_type) and fields.has_tags(queue.tags, wanted_tags)
    ]
    with_charge = boolean(call.query, "with-charge-info")
    return success(queues=[_as_list_item(call.state, queue, with_charge) for queue in _ordered_page(found, call.query)])


def _ordered_page(queues: Iterable[Queue], query: Fields) -> list[Queue]:
    order = choice(query, "order", _ORDERS, "queue_name_asc")
    by_name = sorted(queues, key=lambda queue: queue.queue_name, reverse=order == "queue_name_desc")
    if order.startswith("cu_"):
        by_name.sort(key=lambda queue: queue.cu_count, reverse=order == "cu_desc")
    size = integer(query, "page-size", 2**31 - 1, minimum=1)
    first = (integer(query, "current-page", 1, minimum=1) - 1) * size
    return by_name[first : first + size]


def _as_list_item(state: State, queue: Queue, with_charge: bool) -> dict[str, Any]:
    """A queue in the format of the list: snake_case, without tags."""
    shown = {
        **_common(queue),
        "queue_name": queue.queue_name,
        "queue_type": queue.queue_type,
        "engine": queue.engine,
        "used_cu": 0.0,
        "cu_count": queue.cu_count,
        "cidr_in_vpc": queue.cidr_in_vpc,
        "cidr_in_mgntsubnet": queue.cidr_in_mgntsubnet,
        "cidr_in_subnet": queue.cidr_in_subnet,
        "platform": queue.platform,
        "is_restarting": queue.is_restarting,
        "labels": queue.labels,
        "queue_resource_type": queue.queue_resource_type,
    }
    feature = queue.feature or ("basic" if state.knobs.show_default_feature else "")
    if feature:
        shown["feature"] = feature
    if with_charge:
        shown["charging_mode"] = queue.charging_mode
    return shown


def _common(queue: Queue) -> dict[str, Any]:
    return {
        "queue_id": queue.queue_id,
        "description": queue.description,
        "owner": queue.owner,
        "create_time": queue.create_time,
        "resource_id": queue.resource_id,
        "resource_mode": queue.resource_mode,
        "enterprise_project_id": queue.enterprise_project_id,
        "cu_spec": queue.cu_spec,
        "cu_scale_out_limit": queue.cu_count,
        "cu_scale_in_limit": queue.cu_count,
        "elastic_resource_pool_name": queue.elastic_resource_pool_name,
        **_VERSIONS,
    }


@routes.add("GET", "/v1.0/<project_id>/queues/<queue_name>")
def show_queue(call: Call) -> Response:
    """The API mixes styles: four keys are camelCase in this call only."""
    queue = call.queue
    return success(
        **_common(queue),
        queueName=queue.queue_name,
        queueType=queue.queue_type,
        cuCount=queue.cu_count,
        chargingMode=queue.charging_mode,
        resource_type=queue.queue_resource_type,
    )


@routes.add("DELETE", "/v1.0/<project_id>/queues/<queue_name>")
def delete_queue(call: Call) -> Response:
    """Deletion is immediate. Assumption: it removes the bindings of the queue."""
    queue, project, state = call.queue, call.project, call.state
    if queue.queue_name == "default":
        raise unsupported("The queue default cannot be deleted.")
    check_idle(call, queue)
    del project.queues[queue.queue_name]
    project.deleted_queues.append((state.now, queue))
    project.drop_peers("available_queue_info", queue.queue_name)
    if project.pools.pop(queue.own_pool, None):
        project.drop_peers("elastic_resource_pools", queue.own_pool)
    if queue.elastic_resource_pool_name:
        pool_scaling.rescale(state, project, project.pools[queue.elastic_resource_pool_name])
    return success()


def check_idle(call: Call, queue: Queue) -> None:
    if any(jobs.running(call.state, call.project, queue.queue_name)):
        raise unavailable(f"The queue {queue.queue_name} has jobs that are being submitted or running.")


def check_available(state: State, queue: Queue) -> None:
    """Refuse calls that need the cluster before it is ready. The text is documented. Assumption: the code."""
    status = "restarting" if queue.is_restarting else None if queue.is_ready(state.now) else "assigning"
    if status:
        raise unavailable(f"Status of queue {queue.queue_name} is {status}, which is not available")


@routes.add("PUT", "/v1.0/<project_id>/queues/<queue_name>/action")
def run_queue_action(call: Call) -> Response:
    action = text(call.body, "action")
    if action not in ("restart", "scale_out", "scale_in"):
        raise bad_parameter(f"The value of parameter action is invalid: {action}.")
    queue = call.queue
    check_available(call.state, queue)
    if action == "restart":
        return _restart(call, queue)
    return _scale(call, queue, 1 if action == "scale_out" else -1)


def _restart(call: Call, queue: Queue) -> Response:
    """Restart a dedicated SQL queue."""
    if queue.queue_type != "sql" or queue.resource_mode == 0:
        raise unsupported(f"The queue {queue.queue_name} cannot be restarted: only dedicated SQL queues can.")
    _check_used(call.state, queue)
    forced = boolean(call.body, "force")
    queue.is_restarting = True
    job = jobs.start(call.state, call.project, queue.queue_name, jobs.RESTART, "RUNNING", "RESTART QUEUE")
    due = call.state.now + call.state.knobs.restart_seconds
    call.state.scheduler.add(due, lambda moment: _end_restart(queue, job, moment))
    return success(_FORCED_RESTART, job_id=job.job_id) if forced else success("Restart success")


def _check_used(state: State, queue: Queue) -> None:
    """The documentation requires that a job ran before, logs do not."""
    if state.knobs.unused_queues_refuse and not queue.used:
        raise unavailable(f"Status of queue {queue.queue_name} is assigning, which is not available")


def _end_restart(queue: Queue, job: Job, moment: float) -> None:
    queue.is_restarting = False
    jobs.finish(job, moment)


def _scale(call: Call, queue: Queue, direction: int) -> Response:
    """`cu_count` is the difference. The response has no is_success, and the size changes at the end of the scaling."""
    difference = direction * integer(call.body, "cu_count", minimum=1)
    target = (queue.scaling_to or queue.cu_count) + difference
    if difference % _STEP:
        raise bad_parameter("The value of parameter cu_count is invalid: it must be a multiple of 16.")
    if queue.elastic_resource_pool_name:
        raise unsupported(f"The queue {queue.queue_name} is in an elastic resource pool: change its scaling policies.")
    # Queues below 64 CUs cannot be scaled, so a queue cannot be scaled in to less than 64.
    smallest = _STEP if call.state.knobs.scale_small_queues else _SMALLEST_SCALED
    if queue.resource_mode == 0 or min(queue.cu_count, target) < smallest:
        raise unsupported(f"The queue {queue.queue_name} of {queue.cu_count} CUs cannot be scaled to {target} CUs.")
    _check_used(call.state, queue)
    if direction < 0:
        check_idle(call, queue)
    if queue.scaling_to is not None and not call.state.knobs.second_scaling_accepted:
        # Assumption: not documented.
        raise unavailable(f"Status of queue {queue.queue_name} is scaling, which is not available")
    queue.scaling_to = target
    job = jobs.start(call.state, call.project, queue.queue_name, jobs.SCALE, "SCALING", f"SCALE QUEUE TO {target}")
    due = call.state.now + call.state.knobs.scaling_seconds
    call.state.scheduler.add(due, lambda moment: _end_scaling(call.state, queue, difference, job, moment))
    return Response({"queue_name": queue.queue_name, "result": True})


def _end_scaling(state: State, queue: Queue, difference: int, job: Job, moment: float) -> None:
    """The size is the target unless the scaling stops short of it. The job is FINISHED in both cases."""
    jobs.finish(job, moment)
    if queue.scaling_to is None:
        return
    stops_at = {name.lower(): size for name, size in state.knobs.scaling_stops_at.items()}.get(queue.queue_name)
    queue.cu_count = stops_at or queue.cu_count + difference
    if stops_at or queue.cu_count == queue.scaling_to:
        queue.scaling_to = None


@routes.add("PUT", "/v1.0/<project_id>/queues/<queue_name>")
def update_cidr(call: Call) -> Response:
    change_cidr(call, text(call.body, "cidr_in_vpc"))
    return success(http_status=201)


def change_cidr(call: Call, cidr: str) -> None:
    """Change the block. Lists show it at once, and the change can be repeated at once.

    Assumption: rebuilding the cluster takes as long as after creation.
    """
    queue, state = call.queue, call.state
    _check_range(queue, cidr)
    if state.knobs.refuse_cidr_changes:
        raise unsupported("The CIDR block of a queue cannot be changed.")
    if queue.elastic_resource_pool_name or queue.resource_mode == 0:
        raise unsupported(f"The CIDR block of queue {queue.queue_name} cannot be changed: it is shared or in a pool.")
    if queue.is_restarting or state.now < queue.assigned_at or state.knobs.cidr_change_locks:
        check_available(state, queue)
    check_idle(call, queue)
    connections = call.project.live_connections()
    if any(peer.name == queue.queue_name for each in connections for peer in each.available_queue_info):
        raise unavailable(f"The queue {queue.queue_name} is bound to an enhanced datasource connection.")
    queue.cidr_in_vpc = cidr
    queue.ready_at = state.now + state.knobs.assigning_seconds


def _check_range(queue: Queue, cidr: str) -> None:
    """Documentation and SDK have different limits. The more permissive ones apply."""
    block = fields.ipv4_network(cidr, "cidr_in_vpc")
    longest = 24 if queue.cu_count < 256 else 22 if queue.cu_count < 512 else 21
    if block.prefixlen > longest or not any(block.subnet_of(each) for each in _PRIVATE):
        raise bad_parameter(f"The value of parameter cidr_in_vpc is invalid: {cidr}.")

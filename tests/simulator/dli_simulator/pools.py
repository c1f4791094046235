# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Elastic resource pools: create, list, update, delete, and their queues with scaling policies."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import fields, pool_scaling, quotas
from .errors import already_exists, bad_parameter, unavailable, unsupported
from .fields import Fields, boolean, choice, integer, object_list, text
from .models import Policy, Pool, Queue
from .queues import check_available
from .routing import Call, Response, Routes, success
from .state import Project, State, millis

routes = Routes()

BASE = "/v3/<project_id>/elastic-resource-pools"
ONE = BASE + "/<pool_name>"

_log = logging.getLogger("dli_simulator")

_LONGEST_PREFIX = 19
_STEP = 16
_STATES = ("AVAILABLE", "SCALING", "CREATING", "FAILED", "")
_HOUR = re.compile(r"(?:[01]\d|2[0-4]):00")


def is_basic(pool: Pool) -> bool:
    return pool.label.get("spec") == "basic"


@routes.add("POST", BASE)
def create_pool(call: Call) -> Response:
    state, project = call.state, call.project
    name = text(call.body, "elastic_resource_pool_name", pattern=fields.NAME).lower()
    pool = _new_pool(call, name)
    if name in project.pools:
        raise already_exists(f"The elastic resource pool {name} already exists")
    quotas.check_room(project, "ELASTIC_RESOURCE_POOL", "elastic resource pools")
    project.pools[name] = pool
    state.scheduler.add(state.now + state.knobs.pool_seconds, lambda moment: _end_creation(state, pool, moment))
    return success(elastic_resource_pool_name=name)


def _new_pool(call: Call, name: str) -> Pool:
    state, body = call.state, call.body
    minimum = integer(body, "min_cu")
    cidr = text(body, "cidr_in_vpc", "172.16.0.0/12")
    _check_cidr(state, cidr)
    pool = Pool(
        id=state.next_number(),
        elastic_resource_pool_name=name,
        create_time=state.millis,
        update_time=state.millis,
        owner=state.identity.username,
        min_cu=minimum,
        max_cu=integer(body, "max_cu"),
        current_cu=minimum,
        cidr_in_vpc=cidr,
        description=text(body, "description", "", max_length=256),
        status="CREATING",
        enterprise_project_id=text(body, "enterprise_project_id", "0") or "0",
        charging_mode=integer(body, "charging_mode", 1, minimum=1, maximum=1),
        label=_label(body),
        ipv6_enable=boolean(body, "ipv6_enable"),
        # Assumption: the range of a pool is not documented.
        ipv6_cidr_in_subnet="fd00:d11::/64" if boolean(body, "ipv6_enable") else "",
        tags=fields.tags(body),
    )
    _check_sizes(pool, pool.min_cu, pool.max_cu)
    return pool


def _check_cidr(state: State, cidr: str) -> None:
    """A comment in a client names /19 as the smallest block. No page requires it, and no log shows a refusal."""
    if fields.ipv4_network(cidr, "cidr_in_vpc").prefixlen <= _LONGEST_PREFIX:
        return
    if state.knobs.refuse_small_pool_cidrs:
        raise bad_parameter(f"The value of parameter cidr_in_vpc is invalid: {cidr} is smaller than /19.")
    _log.warning("The service may refuse an elastic resource pool with a CIDR block smaller than /19: %s", cidr)


def _label(body: Fields) -> dict[str, str]:
    label = body.get("label") or {}
    if label not in ({}, {"spec": "basic"}, {"billing_spec_code": "developer"}):
        raise bad_parameter("The value of parameter label is invalid.")
    return dict(label)


def _check_sizes(pool: Pool, minimum: int, maximum: int) -> None:
    """Standard pools have 64 to 32000 CUs, basic pools 16 to 64. The limits of developer pools are not documented."""
    low, high = (64, 32000) if not pool.label else (16, 64) if is_basic(pool) else (16, 32000)
    if minimum % _STEP or maximum % _STEP or not low <= minimum <= maximum <= high:
        raise bad_parameter(f"The values of parameters min_cu and max_cu are invalid: {minimum}, {maximum}.")


def _end_creation(state: State, pool: Pool, moment: float) -> None:
    failures = {name.lower(): reason for name, reason in state.knobs.fail_pools.items()}
    pool.fail_reason = failures.get(pool.elastic_resource_pool_name, "")
    pool.status = "FAILED" if pool.fail_reason else "AVAILABLE"
    pool.update_time = millis(moment)


@routes.add("GET", BASE)
def list_pools(call: Call) -> Response:
    """The API has no call for a single pool. The name filter matches substrings (documented)."""
    # Parsed once, not per pool.
    status, name = choice(call.query, "status", _STATES, ""), text(call.query, "name", "").lower()
    tags = fields.tag_filter(call.query)
    found = [pool for pool in call.state.listed_pools(call.project) if _matches(pool, status, name, tags)]
    shown = fields.page(found, call.query)
    return success(count=len(found), elastic_resource_pools=[_as_json(call.project, pool) for pool in shown])


def _matches(pool: Pool, status: str, name: str, tags: Mapping[str, str]) -> bool:
    right_kind = status in ("", pool.status) and name in pool.elastic_resource_pool_name
    return right_kind and fields.has_tags(pool.tags, tags)


def _as_json(project: Project, pool: Pool) -> dict[str, Any]:
    """The response does not contain tags."""
    return {
        "id": pool.id,
        "elastic_resource_pool_name": pool.elastic_resource_pool_name,
        "description": pool.description,
        "owner": pool.owner,
        "max_cu": pool.max_cu,
        "min_cu": pool.min_cu,
        "current_cu": pool.current_cu,
        "actual_cu": pool.actual_cu,
        "prepay_cu": pool.prepay_cu,
        "cidr_in_vpc": pool.cidr_in_vpc,
        "create_time": pool.create_time,
        "update_time": pool.update_time,
        "status": pool.status,
        "resource_id": pool.resource_id,
        "fail_reason": pool.fail_reason,
        "enterprise_project_id": pool.enterprise_project_id,
        "charging_mode": pool.charging_mode,
        "queues": [queue.queue_name for queue in project.queues_in(pool)],
        "manager": pool.manager,
        "label": pool.label,
        "ipv6_enable": pool.ipv6_enable,
        "ipv6_cidr_in_subnet": pool.ipv6_cidr_in_subnet,
    }


@routes.add("PUT", ONE)
def update_pool(call: Call) -> Response:
    pool = call.project.pool(call.path["pool_name"])
    minimum, maximum = integer(call.body, "min_cu", pool.min_cu), integer(call.body, "max_cu", pool.max_cu)
    description = text(call.body, "description", pool.description, max_length=256)
    _check_sizes(pool, minimum, maximum)
    pool_scaling.check_pool_available(pool)
    _check_resize(call.project, pool, minimum, maximum)
    pool.description = description
    if (minimum, maximum) != (pool.min_cu, pool.max_cu):
        pool.min_cu, pool.max_cu = minimum, maximum
        for policy in _inheriting(call.project, pool):
            policy.max_cu = maximum
        pool_scaling.rescale(call.state, call.project, pool, always=True, at_full_hour=True)
    return success()


def _check_resize(project: Project, pool: Pool, minimum: int, maximum: int) -> None:
    # The documentation names the actual size as the limit, a client the current one: the larger of both applies.
    if minimum > max(pool.current_cu, pool.actual_cu):
        raise bad_parameter("The minimum CUs cannot exceed the current CUs of the elastic resource pool.")
    policies = [policy for queue in project.queues_in(pool) for policy in queue.queue_scaling_policies]
    if any(policy.max_cu > maximum for policy in policies if not policy.inherit_elastic_resource_pool_max_cu):
        raise bad_parameter("The maximum CUs cannot be less than the maximum CUs of a queue in the pool.")
    pool_scaling.check_minimum(project, pool, minimum=minimum)


def _inheriting(project: Project, pool: Pool) -> list[Policy]:
    """Policies with the maximum of the pool. Assumption: they follow changes of the pool."""
    policies = [policy for queue in project.queues_in(pool) for policy in queue.queue_scaling_policies]
    return [policy for policy in policies if policy.inherit_elastic_resource_pool_max_cu]


@routes.add("DELETE", ONE)
def delete_pool(call: Call) -> Response:
    """Deletion is asynchronous and takes as long as a change of size."""
    state, project = call.state, call.project
    pool = project.pool(call.path["pool_name"])
    if pool.charging_mode != 1:
        raise unsupported("A prepaid elastic resource pool is not deleted, it is unsubscribed.")
    if pool.status != "FAILED":
        pool_scaling.check_pool_available(pool)
    if state.millis - pool.create_time < state.knobs.pool_cooldown_seconds * 1000:
        raise unavailable(f"The elastic resource pool {pool.elastic_resource_pool_name} is too young to be deleted.")
    if project.queues_in(pool):
        raise unsupported(f"The elastic resource pool {pool.elastic_resource_pool_name} still has queues.")
    pool.deleting = True
    state.scheduler.add(
        state.now + state.knobs.pool_scaling_seconds, lambda moment: _end_deletion(project, pool, moment)
    )
    return success()


def _end_deletion(project: Project, pool: Pool, moment: float) -> None:
    """Assumption: deleting a pool removes its bindings."""
    del project.pools[pool.elastic_resource_pool_name]
    project.deleted_pools.append((moment, pool))
    project.drop_peers("elastic_resource_pools", pool.elastic_resource_pool_name)


@routes.add("POST", ONE + "/queues")
def associate_queue(call: Call) -> Response:
    state, project = call.state, call.project
    pool, queue = project.pool(call.path["pool_name"]), project.queue(text(call.body, "queue_name"))
    if queue.elastic_resource_pool_name:
        raise unsupported(f"The queue {queue.queue_name} already is in the pool {queue.elastic_resource_pool_name}.")
    same_enterprise = queue.enterprise_project_id == pool.enterprise_project_id
    if queue.resource_mode == 0 or queue.charging_mode != 1 or not same_enterprise:
        raise unsupported("Only dedicated pay-per-use queues of the same enterprise project can join a pool.")
    check_available(state, queue)
    pool_scaling.check_can_join(state, project, pool, queue.cu_count)
    pool_scaling.join(state, project, queue, pool)
    return success()


@routes.add("GET", ONE + "/queues")
def list_pool_queues(call: Call) -> Response:
    pool = call.project.pool(call.path["pool_name"])
    wanted = text(call.query, "queue_name", "").lower()
    inside = [queue for queue in call.state.listed_queues(call.project) if _is_in(queue, pool)]
    found = [queue for queue in inside if wanted in queue.queue_name]
    # Without a limit, an offset has no effect (comment in a client).
    shown = fields.page(found, call.query) if "limit" in call.query else found
    return success(count=len(found), queues=[_queue_as_json(queue) for queue in shown])


def _is_in(queue: Queue, pool: Pool) -> bool:
    return queue.elastic_resource_pool_name == pool.elastic_resource_pool_name


def _queue_as_json(queue: Queue) -> dict[str, Any]:
    return {
        "queue_name": queue.queue_name,
        "enterprise_project_id": queue.enterprise_project_id,
        "queue_type": queue.queue_type,
        "owner": queue.owner,
        "create_time": queue.create_time,
        "engine": queue.engine,
        "queue_scaling_policies": [policy_as_json(policy) for policy in queue.queue_scaling_policies],
    }


def policy_as_json(policy: Policy) -> dict[str, Any]:
    return {
        "priority": policy.priority,
        "impact_start_time": policy.impact_start_time,
        "impact_stop_time": policy.impact_stop_time,
        "min_cu": policy.min_cu,
        "max_cu": policy.max_cu,
        "inherit_elastic_resource_pool_max_cu": policy.inherit_elastic_resource_pool_max_cu,
    }


@routes.add("PUT", ONE + "/queues/<queue_name>")
def update_scaling_policies(call: Call) -> Response:
    """Replace all policies."""
    pool, queue = call.project.pool(call.path["pool_name"]), call.queue
    if not _is_in(queue, pool):
        raise unsupported(f"The queue {queue.queue_name} is not in the pool {pool.elastic_resource_pool_name}.")
    bodies = object_list(call.body, "queue_scaling_policies", mandatory=True)
    policies = [_parse_policy(call.state, each, pool, queue) for each in bodies]
    _check_policies(policies)
    before, queue.queue_scaling_policies = queue.queue_scaling_policies, policies
    try:
        pool_scaling.check_minimum(call.project, pool, minimum=pool.min_cu)
    except Exception:
        queue.queue_scaling_policies = before
        raise
    pool_scaling.rescale(call.state, call.project, pool, at_full_hour=True)
    return success()


def _parse_policy(state: State, body: Fields, pool: Pool, queue: Queue) -> Policy:
    inherits = boolean(body, "inherit_elastic_resource_pool_max_cu")
    policy = Policy(
        priority=integer(body, "priority", minimum=1, maximum=100),
        impact_start_time=text(body, "impact_start_time", pattern=_HOUR),
        impact_stop_time=text(body, "impact_stop_time", pattern=_HOUR),
        min_cu=integer(body, "min_cu"),
        max_cu=pool.max_cu if inherits else integer(body, "max_cu"),
        inherit_elastic_resource_pool_max_cu=inherits,
    )
    # A policy of the queue can always be sent back: the default policy has the size of the queue, a multiple of 4.
    if policy not in queue.queue_scaling_policies:
        _check_policy_sizes(state, policy, pool, queue)
    return policy


def _check_policy_sizes(state: State, policy: Policy, pool: Pool, queue: Queue) -> None:
    step = 4 if is_basic(pool) else state.knobs.policy_step
    minimum = queue.minimum_in_pool if state.knobs.policy_minimum_by_type else 0
    in_order = minimum <= policy.min_cu <= policy.max_cu <= pool.max_cu
    if policy.min_cu % 4 or policy.max_cu % step or not in_order:
        raise bad_parameter("The values of min_cu and max_cu of a scaling policy are invalid.")


def _check_policies(policies: Sequence[Policy]) -> None:
    """One policy for the whole day is mandatory. Only that one may overlap others."""
    special = [policy for policy in policies if not policy.is_default]
    if len(policies) - len(special) != 1:
        raise bad_parameter("Exactly one scaling policy from 00:00 to 24:00 is needed.")
    if any(policy.impact_start_time == policy.impact_stop_time for policy in special):
        raise bad_parameter("A scaling policy must not start when it stops.")
    if any(sum(policy.covers(hour) for policy in special) > 1 for hour in range(24)):
        raise bad_parameter("The times of scaling policies overlap.")

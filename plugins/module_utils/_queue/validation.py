# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of one queue. The functions return problems and raise nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import queues
from .._core import rules
from .._core.compare import normalize_name

if TYPE_CHECKING:
    from .params import QueueParams

DUAL_AZ = "multi_az=2"


def queue_problems(params: QueueParams) -> list[str]:
    """All broken rules of the options of one queue."""
    return [
        *rules.matches("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *_state_problems(params),
        *_cu_problems(params["cu_count"]),
        *_queue_option_problems(params),
        *_combination_problems(params),
        *rules.tag_problems(params["tags"]),
        *_aspect_problems(params),
        *rules.cidr_problems("cidr_in_vpc", params["cidr_in_vpc"]),
        *rules.wait_problems(params),
    ]


def _aspect_problems(params: QueueParams) -> list[str]:
    properties, policies, users = params["properties"], params["scaling_policies"], params["authorized_users"]
    if properties is None and policies is None and users is None:
        return []
    from . import aspect_validation as aspects

    return [
        *aspects.property_problems(properties),
        *aspects.policy_problems(policies),
        *aspects.user_problems(users),
    ]


def _state_problems(params: QueueParams) -> list[str]:
    state, problems = params["state"], []
    deletes = state == "absent" or params["force_recreate"]
    if deletes and normalize_name(params["name"]) == queues.DEFAULT_QUEUE:
        problems.append(
            f"name must not be {queues.DEFAULT_QUEUE} with state=absent or force_recreate=true: the service does not "
            "delete its built-in queue"
        )
    if params["wait_only"] and (state != "present" or not params["wait"] or params["cu_count"] is None):
        problems.append("wait_only requires cu_count, state=present and wait=true")
    if params["force"] and state != "restarted":
        problems.append("force requires state=restarted")
    if state == "restarted":
        # module_defaults may set resource_mode for all queues.
        others = {*queues.CHANGEABLE, *queues.FIXED_AT_CREATION, *queues.ASPECTS} - {"resource_mode"}
        problems += [
            f"{option} must not be set with state=restarted, which only restarts the queue"
            for option, value in params.items()
            if option in others and value is not None
        ]
        if params["force_recreate"]:
            problems.append("force_recreate requires state=present")
    return problems


def _cu_problems(cu_count: int | None) -> list[str]:
    if cu_count is None or (4 <= cu_count <= rules.LARGEST and cu_count % 4 == 0):
        return []
    rule = f"a positive multiple of 16 (of 4 in an elastic resource pool) up to {rules.LARGEST}"
    return [rules.must_be("cu_count", rule, cu_count)]


def _queue_option_problems(params: QueueParams) -> list[str]:
    problems = rules.matches(
        "elastic_resource_pool_name", params["elastic_resource_pool_name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE
    )
    problems += rules.number_problems(params, "resource_mode", "charging_mode")
    problems += rules.enterprise_project_problems(params["enterprise_project_id"])
    if params["labels"] not in (None, [], [DUAL_AZ]):
        problems.append(rules.must_be("labels", f"empty or [{DUAL_AZ}]", params["labels"]))
    return problems


def _combination_problems(params: QueueParams) -> list[str]:
    problems = []
    general = params["queue_type"] == "general"
    shared = params["resource_mode"] == queues.SHARED
    if params["engine"] is not None and general:
        problems.append("engine requires queue_type=sql")
    if params["feature"] == "ai" and (general or shared or params["platform"] == "aarch64"):
        options = ", ".join(
            f"{name}={params[name]}" for name in ("queue_type", "platform", "resource_mode") if params[name] is not None
        )
        problems.append(f"feature=ai requires queue_type=sql, platform=x86_64 and resource_mode=1, got {options}")
    # The API reference states this rule for properties in general, not for the creation in particular.
    if params["properties"] and (general or params["engine"] == "hetuEngine"):
        problems.append("properties require queue_type=sql and engine=spark")
    if params["elastic_resource_pool_name"] and params["cidr_in_vpc"]:
        problems.append(
            "cidr_in_vpc and elastic_resource_pool_name are mutually exclusive: a queue in an elastic resource pool "
            "uses the CIDR block of the pool"
        )
    if params["elastic_resource_pool_name"] and shared:
        problems.append("resource_mode must be 1 (dedicated) with elastic_resource_pool_name, got 0 (shared)")
    return problems

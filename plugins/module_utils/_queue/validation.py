# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the options of one queue; like the other checks they only return problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api import queues
from .._core import rules
from .._core.compare import normalize_name

DUAL_AZ = "multi_az=2"


def queue_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one queue."""
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


def _aspect_problems(params: Mapping[str, Any]) -> list[str]:
    if all(params[option] is None for option in ("properties", "scaling_policies", "authorized_users")):
        return []
    from . import aspect_validation as aspects

    return [
        *aspects.property_problems(params["properties"]),
        *aspects.policy_problems(params["scaling_policies"]),
        *aspects.user_problems(params["authorized_users"]),
    ]


def _state_problems(params: Mapping[str, Any]) -> list[str]:
    state, found = params["state"], []
    if (state == "absent" or params["force_recreate"]) and normalize_name(params["name"]) == queues.DEFAULT_QUEUE:
        found.append(f"name: the preset queue {queues.DEFAULT_QUEUE} cannot be deleted")
    if params["force"] and state != "restarted":
        found.append("force: goes with state=restarted only")
    if state == "restarted":
        others = (*queues.CHANGEABLE, *queues.FIXED_AT_CREATION, *queues.ASPECTS)
        found += [
            f"{option}: is not looked at with state=restarted, which only restarts a queue: use state=present"
            for option in others
            if option != "resource_mode" and params[option] is not None
        ]
        if params["force_recreate"]:
            found.append("force_recreate: goes with state=present only, and restarting deletes nothing")
    return found


def _cu_problems(cu_count: int | None) -> list[str]:
    if cu_count is None or (4 <= cu_count <= rules.LARGEST and cu_count % 4 == 0):
        return []
    rule = f"must be a multiple of 16 (of 4 in an elastic resource pool), above 0 and at most {rules.LARGEST}"
    return [f"cu_count: {rule}, not {rules.repr_value(cu_count)}"]


def _queue_option_problems(params: Mapping[str, Any]) -> list[str]:
    found = rules.matches(
        "elastic_resource_pool_name", params["elastic_resource_pool_name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE
    )
    found += rules.number_problems(params, "resource_mode", "charging_mode")
    # The length is the console's rule; the API reference states none.
    if len(params["description"] or "") > 128:
        found.append(f"description: must not have more than 128 characters, has {len(params['description'])}")
    found += rules.enterprise_project_problems(params["enterprise_project_id"])
    if params["labels"] not in (None, [], [DUAL_AZ]):
        found.append(
            f"labels: the only label is {DUAL_AZ}, and it is given once, not {rules.repr_value(params['labels'])}"
        )
    return found


def _combination_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    general = params["queue_type"] == "general"
    shared = params["resource_mode"] == queues.SHARED
    if params["engine"] is not None and general:
        found.append("engine: goes with queue_type=sql only")
    if params["feature"] == "ai" and (general or shared or params["platform"] == "aarch64"):
        found.append("feature: ai needs queue_type=sql, platform=x86_64 and resource_mode=1")
    # What the reference says of properties as such; of creation with properties it says nothing else.
    if params["properties"] and (general or params["engine"] == "hetuEngine"):
        found.append("properties: go with queue_type=sql and engine=spark only")
    if params["elastic_resource_pool_name"] and params["cidr_in_vpc"]:
        found.append("cidr_in_vpc: a queue in an elastic resource pool has the address range of the pool")
    if params["elastic_resource_pool_name"] and shared:
        found.append("resource_mode: a queue in an elastic resource pool is dedicated (1), not shared (0)")
    return found

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks over plain data: each returns the problems it finds; nothing is raised and nothing is sent.

A problem reads "option: rule, and what is wrong". The rules are those of the service's API
reference; where only the console states one, that is said beside it.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _preflight_facets as facets
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils import _rules as rules

MAX_HOSTS = 20_000
HOST_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}")
DUAL_AZ = "multi_az=2"


def queue_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one queue."""
    return [
        *rules.pattern("name", params["name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE),
        *_state_problems(params),
        *_cu_problems(params["cu_count"]),
        *_queue_option_problems(params),
        *_combination_problems(params),
        *rules.tag_problems(params["tags"]),
        *facets.property_problems(params["properties"]),
        *facets.policy_problems(params["scaling_policies"]),
        *facets.user_problems(params["authorized_users"]),
        *rules.cidr_problems("cidr_in_vpc", params["cidr_in_vpc"]),
        *rules.wait_problems(params),
    ]


def connection_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one enhanced datasource connection."""
    ids = ("dest_vpc_id", "dest_network_id", "routetable_id")
    return [
        *rules.pattern("name", params["name"], rules.CONNECTION_NAME, rules.CONNECTION_NAME_RULE),
        *(p for option in ids for p in rules.pattern(option, params[option], rules.UUID, "an id such as UUIDs are")),
        *_bound_problems(params),
        *_host_problems(params["hosts"]),
        *facets.route_problems(params["routes"]),
        *facets.project_problems(params["allowed_projects"]),
        *_network_name_problems(params),
        *rules.tag_problems(params["tags"]),
        *rules.wait_problems(params),
    ]


def _state_problems(params: Mapping[str, Any]) -> list[str]:
    state, found = params["state"], []
    if (state == "absent" or params["force_recreate"]) and queues.fold(params["name"]) == queues.PRESET:
        found.append(f"name: the preset queue {queues.PRESET} cannot be deleted")
    if params["force"] and state != "restarted":
        found.append("force: goes with state=restarted only")
    if state == "restarted":
        others = (*queues.CHANGEABLE, *queues.FIXED_AT_CREATION, *queues.FACETS)
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
    return [f"cu_count: {rule}, not {rules.shown(cu_count)}"]


def _queue_option_problems(params: Mapping[str, Any]) -> list[str]:
    found = rules.pattern(
        "elastic_resource_pool_name", params["elastic_resource_pool_name"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE
    )
    found += rules.number_problems(params, "resource_mode", "charging_mode")
    # The length is the console's rule; the API reference states none.
    if len(params["description"] or "") > 128:
        found.append(f"description: must not have more than 128 characters, has {len(params['description'])}")
    found += rules.enterprise_project_problems(params["enterprise_project_id"])
    if params["labels"] not in (None, [], [DUAL_AZ]):
        found.append(f"labels: the only label is {DUAL_AZ}, and it is given once, not {rules.shown(params['labels'])}")
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


def _bound_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for option in ("queues", "elastic_resource_pools"):
        found += rules.first(
            p
            for name in params[option] or ()
            for p in rules.pattern(option, name, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
        )
    if any(queues.fold(name) == queues.PRESET for name in params["queues"] or ()):
        found.append(f"queues: the preset queue {queues.PRESET} is shared and cannot be bound to a connection")
    return found


def _network_name_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for name, instead in (("dest_vpc_name", "dest_vpc_id"), ("dest_subnet_name", "dest_network_id")):
        if params[name] is None:
            continue
        if params[instead] is not None:
            found.append(f"{name}: goes without {instead}: give the one or the other")
        if not 0 < len(params[name].strip()) <= 64:
            found.append(f"{name}: must be 1 to 64 characters, not {rules.shown(params[name])}")
    return found


def _host_problems(hosts: Sequence[Mapping[str, Any]] | None) -> list[str]:
    if hosts is None:
        return []
    found = []
    if len(hosts) > MAX_HOSTS:
        found.append(f"hosts: at most {MAX_HOSTS}, not {len(hosts)}")
    rule = "1 to 128 letters, digits and _ - . beginning with a letter"
    found += rules.first(p for host in hosts for p in rules.pattern("hosts.name", host["name"], HOST_NAME, rule))
    found += rules.first(
        f"hosts.ip: must be an IPv4 address, not {rules.shown(host['ip'])} (host {rules.shown(host['name'])})"
        for host in hosts
        if not _is_ipv4(host["ip"])
    )
    return found


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True

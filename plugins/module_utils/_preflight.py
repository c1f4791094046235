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
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues

MAX_TAGS = 20
MAX_HOSTS = 20_000
MAX_LISTED = 5
# Of whole numbers the API takes 32 bits; of seconds nobody needs more than 30 years.
LARGEST = 2**31 - 1
LONGEST = 10**9
CU_AT_CREATION = (16, 64, 256)
QUEUE_NAME = re.compile(r"(?!_)(?!\d+\Z)[A-Za-z0-9_]{1,128}")
CONNECTION_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
HOST_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
QUEUE_NAME_RULE = "1 to 128 letters, digits and underscores, not only digits, not beginning with an underscore"
# Letters and digits of any language; `=` stands in an older edition of the rule only.
TAG_TEXT = re.compile(r"[\w .:+\-@=]*")
# The only property that the service takes when a queue is created.
PROPERTIES_AT_CREATION = ("computeEngine.spark.nativeEnabled",)
DUAL_AZ = "multi_az=2"


def queue_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one queue."""
    return [
        *_pattern("name", params["name"], QUEUE_NAME, QUEUE_NAME_RULE),
        *_state_problems(params),
        *_cu_problems(params["cu_count"]),
        *_queue_option_problems(params),
        *_combination_problems(params),
        *_tag_problems(params["tags"]),
        *_property_problems(params["properties"]),
        *wait_problems(params),
    ]


def connection_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one enhanced datasource connection."""
    ids = ("dest_vpc_id", "dest_network_id", "routetable_id")
    return [
        *_pattern("name", params["name"], CONNECTION_NAME, "1 to 64 letters, digits and underscores"),
        *(p for option in ids for p in _pattern(option, params[option], UUID, "an id such as UUIDs are")),
        *_bound_problems(params),
        *_host_problems(params["hosts"]),
        *_tag_problems(params["tags"]),
        *wait_problems(params),
    ]


def wait_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for option, least in (("wait_timeout", 1), ("wait_interval", 0.01), ("ready_age", 0)):
        # Written so that "not a number" is refused too.
        if isinstance(params[option], bool) or not least <= params[option] <= LONGEST:
            found.append(
                f"{option}: must be a number of seconds from {least} to {LONGEST}, not {_shown(params[option])}"
            )
    return found


def cu_count_at_creation(cu_count: int, pool: str | None) -> str | None:
    """What is wrong with the size of a queue that is about to be created; in a pool the pool decides."""
    if pool or cu_count in CU_AT_CREATION:
        return None
    sizes = ", ".join(str(size) for size in CU_AT_CREATION)
    return f"cu_count: a queue outside a pool is created with one of {sizes} CUs, not {cu_count}; scale it afterwards"


def _pattern(option: str, value: str | None, pattern: re.Pattern[str], rule: str) -> list[str]:
    if value is None or pattern.fullmatch(value):
        return []
    return [f"{option}: must be {rule}, not {_shown(value)}"]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(str(value))} characters)"


def _state_problems(params: Mapping[str, Any]) -> list[str]:
    state, found = params["state"], []
    if (state == "absent" or params["force_recreate"]) and queues.fold(params["name"]) == queues.PRESET:
        found.append(f"name: the preset queue {queues.PRESET} cannot be deleted")
    if params["force"] and state != "restarted":
        found.append("force: goes with state=restarted only")
    if state == "restarted":
        others = ("cu_count", *queues.FIXED_AT_CREATION, *queues.UNREADABLE)
        found += [
            f"{option}: is not looked at with state=restarted, which only restarts a queue: use state=present"
            for option in others
            if option != "resource_mode" and params[option] is not None
        ]
        if params["force_recreate"]:
            found.append("force_recreate: goes with state=present only, and restarting deletes nothing")
    return found


def _cu_problems(cu_count: int | None) -> list[str]:
    if cu_count is None or (4 <= cu_count <= LARGEST and cu_count % 4 == 0):
        return []
    rule = f"must be a multiple of 16 (of 4 in an elastic resource pool), above 0 and at most {LARGEST}"
    return [f"cu_count: {rule}, not {_shown(cu_count)}"]


def _queue_option_problems(params: Mapping[str, Any]) -> list[str]:
    found = _pattern("elastic_resource_pool_name", params["elastic_resource_pool_name"], QUEUE_NAME, QUEUE_NAME_RULE)
    # To Python, and so to Ansible's own check of types and choices, true is the number 1.
    found += [
        f"{option}: must be a number, not {params[option]}"
        for option in ("resource_mode", "charging_mode")
        if isinstance(params[option], bool)
    ]
    # The length is the console's rule; the API reference states none.
    if len(params["description"] or "") > 128:
        found.append(f"description: must not have more than 128 characters, has {len(params['description'])}")
    found += _pattern(
        "enterprise_project_id",
        params["enterprise_project_id"],
        re.compile(f"0|{UUID.pattern}"),
        "0 or an id such as UUIDs are",
    )
    if params["labels"] not in (None, [], [DUAL_AZ]):
        found.append(f"labels: the only label is {DUAL_AZ}, and it is given once, not {_shown(params['labels'])}")
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
    if params["elastic_resource_pool_name"] and shared:
        found.append("resource_mode: a queue in an elastic resource pool is dedicated (1), not shared (0)")
    return found


def _tag_problems(tags: Mapping[str, Any] | None) -> list[str]:
    if tags is None:
        return []
    found = []
    if len(tags) > MAX_TAGS:
        found.append(f"tags: at most {MAX_TAGS}, not {len(tags)}")
    for key, value in tags.items():
        if not _is_tag_key(str(key)):
            found.append(
                f"tags: a key must be 1 to 128 letters, digits, blanks and _ . : + - @, without blanks at the ends "
                f"and not beginning with _sys_, not {_shown(key)}"
            )
        if (
            value is None
            or isinstance(value, (dict, list))
            or len(str(value)) > 255
            or not TAG_TEXT.fullmatch(str(value))
        ):
            found.append(
                f"tags: a value must be at most 255 letters, digits, blanks and _ . : + - @, not {_shown(value)} "
                f"(key {_shown(key)})"
            )
    return found


def _is_tag_key(key: str) -> bool:
    return (
        0 < len(key) <= 128
        and key == key.strip()
        and not key.startswith("_sys_")
        and TAG_TEXT.fullmatch(key) is not None
    )


def _property_problems(properties: Mapping[str, Any] | None) -> list[str]:
    found = []
    for key, value in (properties or {}).items():
        if key not in PROPERTIES_AT_CREATION:
            found.append(f"properties: only {', '.join(PROPERTIES_AT_CREATION)} can be set, not {_shown(key)}")
        elif str(value).lower() not in ("true", "false"):
            found.append(f"properties: {key} must be true or false, not {_shown(value)}")
    return found


def _bound_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for option in ("queues", "elastic_resource_pools"):
        found += _first(p for name in params[option] or () for p in _pattern(option, name, QUEUE_NAME, QUEUE_NAME_RULE))
    if any(queues.fold(name) == queues.PRESET for name in params["queues"] or ()):
        found.append(f"queues: the preset queue {queues.PRESET} is shared and cannot be bound to a connection")
    return found


def _host_problems(hosts: Sequence[Mapping[str, Any]] | None) -> list[str]:
    if hosts is None:
        return []
    found = []
    if len(hosts) > MAX_HOSTS:
        found.append(f"hosts: at most {MAX_HOSTS}, not {len(hosts)}")
    rule = "1 to 128 letters, digits and _ - . beginning with a letter"
    found += _first(p for host in hosts for p in _pattern("hosts.name", host["name"], HOST_NAME, rule))
    found += _first(
        f"hosts.ip: must be an IPv4 address, not {_shown(host['ip'])} (host {_shown(host['name'])})"
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


def _first(problems: Iterable[str]) -> list[str]:
    """As many problems of one kind as a person reads, and how many more there are."""
    found = list(problems)
    if len(found) <= MAX_LISTED:
        return found
    return [*found[:MAX_LISTED], f"{found[0].split(':')[0]}: {len(found) - MAX_LISTED} more like these"]

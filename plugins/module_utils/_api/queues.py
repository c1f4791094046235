# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues: paths, API names <-> our names, reading, and what is fixed at creation.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from .._core.changes import number, truth
from .._core.errors import Busy, NotFound

if TYPE_CHECKING:
    from .._http.client import Client

# Exists in every project, is shared, and can be neither deleted nor bound.
DEFAULT_QUEUE = "default"
SHARED, DEDICATED = 0, 1

# ShowQueue mixes two styles; ListQueues has one. Our words are those of the list.
SHOW_SPELLING = {
    "queueName": "queue_name",
    "queueType": "queue_type",
    "cuCount": "cu_count",
    "chargingMode": "charging_mode",
    "resource_type": "queue_resource_type",
}
TEXTS = ("description", "elastic_resource_pool_name")
# Numbers and truth values come as texts in some examples of the API reference.
NUMBERS = (
    "queue_id",
    "create_time",
    "cu_count",
    "cu_spec",
    "cu_scale_out_limit",
    "cu_scale_in_limit",
    "charging_mode",
    "resource_mode",
)
FIELDS = (
    "queue_name",
    "queue_id",
    "resource_id",
    "owner",
    "create_time",
    "description",
    "queue_type",
    "engine",
    "cu_count",
    "used_cu",
    "cu_spec",
    "cu_scale_out_limit",
    "cu_scale_in_limit",
    "charging_mode",
    "resource_mode",
    "platform",
    "feature",
    "labels",
    "enterprise_project_id",
    "elastic_resource_pool_name",
    "cidr_in_vpc",
    "cidr_in_mgntsubnet",
    "cidr_in_subnet",
    "is_restarting",
    "queue_resource_type",
    "support_spark_versions",
    "default_spark_version",
    "support_hetu_engine_versions",
    "default_hetu_engine_version",
    "support_flink_sql_versions",
    "default_flink_sql_version",
    "support_flink_jar_versions",
    "default_flink_jar_version",
    "support_opensource_flink_versions",
)
# What has APIs of its own; None where it was not read.
ASPECTS = ("tags", "properties", "scaling_policies", "authorized_users")
# Every key of a queue in a result, whichever module returns it.
RESULT_KEYS = ("name", *FIELDS, *ASPECTS, "readiness")
# What an option can change on an existing queue is the number of CUs; all of these are fixed at creation.
FIXED_AT_CREATION = (
    "queue_type",
    "engine",
    "resource_mode",
    "platform",
    "feature",
    "labels",
    "description",
    "charging_mode",
    "enterprise_project_id",
)
# What a queue's state allows of these is said by the plan.
CHANGEABLE = ("cu_count", "elastic_resource_pool_name", "cidr_in_vpc")
MANAGED = ("name", *CHANGEABLE, *FIXED_AT_CREATION)
# Read by ListQueues only, so that comparing one of them costs the list.
ONLY_IN_LIST = frozenset({"engine", "platform", "feature", "labels", "cidr_in_vpc"})


def normalize_name(name: str) -> str:
    """The service stores queue and pool names in lower case."""
    return name.lower()


def from_api(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of ShowQueue or an element of ListQueues as our result; what it does not hold is None."""
    spelled = {SHOW_SPELLING.get(key, key): value for key, value in answer.items()}
    queue = {**dict.fromkeys(RESULT_KEYS), **{key: spelled.get(key) for key in FIELDS}}
    queue["name"] = normalize_name(str(spelled.get("queue_name") or ""))
    queue.update({key: queue[key] or "" for key in TEXTS})
    queue.update({key: number(queue[key]) for key in NUMBERS})
    # What a region does not offer, or what does not apply to a queue, may come as an empty text.
    queue.update({key: queue[key] or None for key in ("engine", "platform", "feature")})
    queue["is_restarting"] = truth(queue["is_restarting"])
    queue["enterprise_project_id"] = str(queue["enterprise_project_id"] or "0")
    queue["labels"] = _labels(queue["labels"])
    return queue


def _labels(value: Any) -> list[str] | None:
    """Labels are sent as a list and come back as `multi_az=2` or as a JSON text."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        value = json.loads(value)
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return sorted(f"{key}={text}" for key, text in value.items())
    return sorted(part for part in str(value).split(",") if part)


def normalize_cidr(cidr: str) -> str:
    """One spelling for a network, host bits cleared; what is none stays as it is."""
    try:
        return str(ip_network(cidr.strip(), strict=False))
    except ValueError:
        return cidr


NORMAL: dict[str, Callable[[Any], Any]] = {
    "platform": lambda value: str(value).lower(),
    "engine": lambda value: str(value).lower(),
    "labels": sorted,
    "enterprise_project_id": lambda value: str(value or "0").lower(),
    "elastic_resource_pool_name": normalize_name,
    "cidr_in_vpc": normalize_cidr,
}


def managed(queue: Mapping[str, Any]) -> dict[str, Any]:
    """What a diff shows: fields that options manage, as far as they were read."""
    return {key: queue[key] for key in MANAGED if queue.get(key) is not None}


def find(api: Client, name: str) -> dict[str, Any] | None:
    """The queue of that name (lower case), of whatever type, or None. One request; fields of the list are None."""
    try:
        return from_api(api.get_object(path(api, name), f"look up queue {name}", "queueName", "queue_name"))
    except NotFound:
        return None


def in_pool(name: str, pool: str) -> dict[str, Any]:
    """A queue of which only its pool was told; those that live in pools are dedicated."""
    return from_api({"queue_name": name, "elastic_resource_pool_name": pool, "resource_mode": DEDICATED})


def cluster_responds(api: Client, name: str) -> bool:
    """Whether the cluster of the queue runs, found by a call that needs it and harms nothing.

    The queue is asked to test the connection to itself; the outcome of the test does not matter.
    Raises the refusal if the question itself is not answered in this region or to this user.
    """
    try:
        api.post(
            path(api, name, "connection-test"),
            f"ask queue {name} whether it is ready",
            {"address": "127.0.0.1:443"},
            read_only=True,
        )
    except Busy:
        return False
    return True


def path(api: Client, name: str, *more: str) -> str:
    return api.path("v1.0", "queues", name, *more)


def is_shared(queue: Mapping[str, Any]) -> bool:
    return bool(queue["resource_mode"] == SHARED)


def has_properties(queue: Mapping[str, Any]) -> bool:
    """Whether a queue can have properties at all, as far as was read what it is."""
    return queue["queue_type"] == "sql" and str(queue["engine"] or "spark").lower() == "spark"


def pool_of(queue: Mapping[str, Any]) -> str:
    """The elastic resource pool that the queue lives in; empty if it is in none."""
    return normalize_name(queue["elastic_resource_pool_name"])

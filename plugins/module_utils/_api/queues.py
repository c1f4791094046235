# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues: paths, API names <-> our names, reading, and what is fixed at creation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .._core.compare import normalize_cidr, normalize_name, number, truth
from .._core.errors import Busy, NotFound
from .._http import pagination

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

# The page size that is known to work from other clients.
PAGE_SIZE = 100
# What ListQueues tells of a queue and ShowQueue does not.
NOT_SHOWN = ONLY_IN_LIST | {"used_cu", "cidr_in_mgntsubnet", "cidr_in_subnet", "is_restarting"}


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


def list_all(api: Client, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """All queues that the ``query`` of the API leaves: ``queue_type``, ``tags``.

    Without `queue_type` the service would leave out all that are not for SQL.
    """
    return map(from_api, _elements(api, query or {}))


def _elements(api: Client, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    # charging_mode is told on request only. Where that is not known it is ignored [assumption].
    asked = {"queue_type": "all", "with-charge-info": "true", **query}
    return pagination.paginate_by_number(api, api.path("v1.0", "queues"), "list the queues", "queues", asked, PAGE_SIZE)


def find_in_list(api: Client, name: str) -> dict[str, Any] | None:
    """The queue of that name as the list shows it; the cost grows with the number of queues, and the list may lag."""
    return next((queue for queue in list_all(api) if queue["name"] == name), None)


def with_list_fields(api: Client, queue: Mapping[str, Any]) -> dict[str, Any]:
    """A queue that was found, with what only the list shows added to it.

    Whether the queue is there at all is not for the list to say: it may lag behind by seconds.
    """
    listed = find_in_list(api, queue["name"]) or {}
    return {**queue, **{key: value for key, value in listed.items() if queue[key] is None}}


def by_name(api: Client, names: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Each of these queues, or None for one that does not exist: one request for one name, else one list.

    What the list lacks is asked for by its name."""
    if len(names) <= 1:
        return {name: find(api, name) for name in names}
    there = {queue["name"]: queue for queue in list_all(api)}
    # A list may lag behind a creation; a queue that is read by its name does not.
    return {name: there.get(name) or find(api, name) for name in names}


def from_list(api: Client, asked_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """What ShowQueue would answer, taken from the list of queues: None to another question, empty if it is not there.

    No more pages are read than it takes to find the queue.
    """
    everything = path(api, "")
    name = unquote(asked_path.removeprefix(everything))
    if query or not asked_path.startswith(everything) or "/" in name:
        return None
    element = next(
        (e for e in _elements(api, {}) if normalize_name(str(e.get("queue_name"))) == normalize_name(name)),
        {},
    )
    return {key: value for key, value in element.items() if key not in NOT_SHOWN}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queues: paths, fields of a result, reading, and which fields are immutable."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from .._core import convert
from .._core.compare import given, normalize_cidr, normalize_name
from .._core.errors import ApiError, Busy, DliError, NotFound
from .._core.parsing import parses_response
from .._core.times import iso
from .._http import pagination

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client
    from .policies import ScalingPolicy

    class ReadinessResult(TypedDict):
        """The readiness of a queue in a result."""

        ready: bool | None
        source: str

    class AuthorizedUser(TypedDict):
        """A user of a queue with the granted privileges."""

        user_name: str
        privileges: list[str]

    class QueueOptions(TypedDict, total=False):
        """The fields of a queue that options set: the requested ones, or those that a run changes."""

        cu_count: int
        elastic_resource_pool_name: str
        cidr_in_vpc: str
        queue_type: str
        engine: str
        resource_mode: int
        platform: str
        feature: str
        labels: list[str]
        description: str
        charging_mode: int
        enterprise_project_id: str

    class Queue(TypedDict):
        """A queue in a result. A field is None if it was not read or, in a prediction, if it is unknown."""

        name: str
        queue_name: str | None
        queue_id: int | None
        resource_id: str | None
        owner: str | None
        create_time: int | None
        create_time_iso: str | None
        description: str
        queue_type: str | None
        engine: str | None
        # The API always shows it, and a prediction takes it from the options.
        cu_count: int
        used_cu: float | None
        cu_spec: int | None
        cu_scale_out_limit: int | None
        cu_scale_in_limit: int | None
        charging_mode: int | None
        resource_mode: int | None
        platform: str | None
        feature: str | None
        labels: list[str] | None
        enterprise_project_id: str
        elastic_resource_pool_name: str
        cidr_in_vpc: str | None
        cidr_in_mgntsubnet: str | None
        cidr_in_subnet: str | None
        is_restarting: bool | None
        queue_resource_type: str | None
        support_spark_versions: list[str] | None
        default_spark_version: str | None
        support_hetu_engine_versions: list[str] | None
        default_hetu_engine_version: str | None
        support_flink_sql_versions: list[str] | None
        default_flink_sql_version: str | None
        support_flink_jar_versions: list[str] | None
        default_flink_jar_version: str | None
        support_opensource_flink_versions: list[str] | None
        tags: dict[str, str] | None
        properties: dict[str, str] | None
        scaling_policies: list[ScalingPolicy] | None
        authorized_users: list[AuthorizedUser] | None
        readiness: ReadinessResult | None


KIND = "queues"
CHECK_NAME = "Check its name, the region and the project."
# Exists in every project, is shared, and can be neither deleted nor bound.
DEFAULT_QUEUE = "default"
SHARED, DEDICATED = 0, 1
BASIC = "basic"
# The longest first start of a queue that the vendor's manual mentions, in seconds.
FIRST_START = 600

# ShowQueue and ListQueues name some fields differently. Results use the names of ListQueues.
SHOW_SPELLING = {
    "queueName": "queue_name",
    "queueType": "queue_type",
    "cuCount": "cu_count",
    "chargingMode": "charging_mode",
    "resource_type": "queue_resource_type",
}
# Some examples of the API reference show numbers and booleans as texts.
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
# Sub-resources, which have APIs of their own: the names of their options and of their fields in a result.
ASPECTS = TAGS, PROPERTIES, SCALING_POLICIES, AUTHORIZED_USERS = (
    "tags",
    "properties",
    "scaling_policies",
    "authorized_users",
)
# Every key of a queue in a result of any module.
RESULT_KEYS = ("name", *FIELDS, "create_time_iso", *ASPECTS, "readiness")
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
# The preconditions decide which of these changes the state of a queue allows.
CHANGEABLE = ("cu_count", "elastic_resource_pool_name", "cidr_in_vpc")
MANAGED = ("name", *CHANGEABLE, *FIXED_AT_CREATION)
# Only ListQueues returns these, so comparing one of them costs the list.
ONLY_IN_LIST = frozenset({"engine", "platform", "feature", "labels", "cidr_in_vpc"})

# The page size that other clients are known to use.
PAGE_SIZE = 100
LIST = "list the queues"
# Without queue_type, the list has SQL queues only. It shows charging_mode on request only; a region that does not know
# that request ignores it [assumption].
EVERYTHING = {"queue_type": "all", "with-charge-info": "true"}
# The fields that ListQueues returns and ShowQueue does not.
NOT_SHOWN = ONLY_IN_LIST | {"used_cu", "cidr_in_mgntsubnet", "cidr_in_subnet", "is_restarting"}


@parses_response
def from_api(element: Mapping[str, Any]) -> Queue:
    """The fields of a queue, in either spelling, as a result; missing fields are None.

    Raises UnexpectedResponse for a value of another type.
    """
    renamed = {SHOW_SPELLING.get(key, key): value for key, value in element.items()}
    queue: dict[str, Any] = dict.fromkeys(RESULT_KEYS)
    queue.update(convert.fields(renamed, FIELDS, CONVERSIONS))
    queue["name"] = normalize_name(queue["queue_name"] or "")
    queue.update({key: queue[key] or "" for key in ("description", "elastic_resource_pool_name")})
    # An empty text means that the region or the type of queue does not have the feature.
    queue.update({key: queue[key] or None for key in ("engine", "platform", "feature")})
    queue["create_time_iso"] = iso(queue["create_time"])
    queue["enterprise_project_id"] = queue["enterprise_project_id"] or "0"
    return cast("Queue", queue)


@parses_response
def from_response(element: Mapping[str, Any]) -> Queue:
    """A body of ShowQueue or an element of ListQueues, both of which have a name and a size."""
    queue = from_api(element)
    convert.required_text(queue["queue_name"])
    convert.required_integer(queue["cu_count"])
    return queue


def _labels(value: Any) -> list[str] | None:
    """Labels are sent as a list and come back as a list, as ``multi_az=2`` or as a JSON text."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        value = json.loads(value)
    if value is None or isinstance(value, list):
        return convert.texts(value)
    if isinstance(value, Mapping):
        return sorted(f"{key}={convert.text(text)}" for key, text in value.items())
    return sorted(label for label in (convert.text(value) or "").split(",") if label)


# Every other field is a text.
CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(NUMBERS, convert.integer),
    **dict.fromkeys((field for field in FIELDS if field.endswith("_versions")), convert.texts),
    "used_cu": convert.decimal,
    "is_restarting": convert.boolean,
    "labels": _labels,
}
NORMAL: dict[str, Callable[[Any], Any]] = {
    "platform": lambda value: str(value).lower(),
    "engine": lambda value: str(value).lower(),
    "labels": sorted,
    "enterprise_project_id": lambda value: str(value or "0").lower(),
    "elastic_resource_pool_name": normalize_name,
    "cidr_in_vpc": normalize_cidr,
}


def managed(queue: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a diff shows: those that options manage, as far as they were read."""
    return {key: queue[key] for key in MANAGED if queue.get(key) is not None}


def find(api: Client, name: str) -> Queue | None:
    """The queue of that name (lower case), of any type, or None. One request; the fields of the list are None."""
    if (known := api.known(KIND)) is not None:
        return known.get(name)
    try:
        return from_response(api.get_object(path(api, name), f"look up queue {name}", "queueName", "queue_name"))
    except NotFound:
        return None
    except ApiError as exc:
        from .._wait.rejections import is_unexplained

        # The text for a missing queue may be unknown. The list shows whether the queue exists.
        if is_unexplained(exc) and _is_unlisted(api, name):
            return None
        raise


def _is_unlisted(api: Client, name: str) -> bool:
    try:
        return find_in_list(api, name) is None
    except DliError:
        return False


def find_with(api: Client, name: str, fields: Collection[str]) -> Queue | None:
    """The queue of that name with these fields, or None. Reads the list only for fields that nothing else shows."""
    queue = find(api, name)
    if queue is None or ONLY_IN_LIST.isdisjoint(fields):
        return queue
    return with_list_fields(api, queue, absent={"feature": BASIC} if "feature" in fields else {})


def in_pool(name: str, pool: str) -> Queue:
    """A queue of which only the pool is known. Queues in pools are dedicated."""
    return from_api({"queue_name": name, "elastic_resource_pool_name": pool, "resource_mode": DEDICATED})


def cluster_responds(api: Client, name: str) -> bool:
    """Whether the cluster of the queue runs, found by a connectivity test of the queue to itself.

    The call needs the cluster and changes nothing; the outcome of the test does not matter. Raises ApiError if the
    region or the user's permissions do not allow the call.
    """
    try:
        api.post(
            path(api, name, "connection-test"),
            f"check whether queue {name} is ready",
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


def is_new(api: Client, queue: Queue) -> bool:
    """Whether the queue is so young that its first start may be running."""
    created = queue["create_time"]
    return created is not None and api.now() - created / 1000 < FIRST_START


def has_properties(queue: Queue) -> bool:
    """Whether the queue is of a type that has properties: SQL with the Spark engine. An unread engine is Spark."""
    return queue["queue_type"] == "sql" and str(queue["engine"] or "spark").lower() == "spark"


def pool_of(queue: Mapping[str, Any]) -> str:
    """The elastic resource pool of the queue; empty if it is in none."""
    return normalize_name(queue["elastic_resource_pool_name"])


def list_all(api: Client, query: Mapping[str, str] | None = None) -> Iterator[Queue]:
    """All queues that match the ``query`` of ListQueues: ``queue_type``, ``tags``."""
    if not query and (known := api.known(KIND)) is not None:
        return iter(known.values())
    return map(from_response, _elements(api, query or {}))


def _elements(api: Client, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    full = {**EVERYTHING, **query}
    return pagination.paginate_by_number(api, api.path("v1.0", "queues"), LIST, "queues", full, PAGE_SIZE)


def next_pages(api: Client, count: int) -> list[pagination.PageRequest]:
    """The requests for all pages but the first of a list of so many queues; an empty page ends it after a full one."""
    queries = [pagination.query_by_number(EVERYTHING, PAGE_SIZE, each) for each in range(2, count // PAGE_SIZE + 2)]
    return [pagination.PageRequest(api.path("v1.0", "queues"), LIST, each) for each in queries]


def find_in_list(api: Client, name: str) -> Queue | None:
    """The queue of that name in the list. The cost grows with the number of queues, and the list can lag."""
    if (known := api.known(KIND)) is not None:
        return known.get(name)
    return next((queue for queue in list_all(api) if queue["name"] == name), None)


def with_list_fields(api: Client, queue: Queue, absent: Mapping[str, Any] = MappingProxyType({})) -> Queue:
    """The queue with the fields that only the list shows, as far as the list, which can lag by seconds, has it.

    ``absent`` are the values of fields that the list leaves out: it does not show the feature of a queue that was
    created without one (seen in logs of real runs).
    """
    listed = find_in_list(api, queue["name"])
    shown = {**absent, **given(listed)} if listed else {}
    return cast("Queue", {**queue, **shown, **given(queue)})


def by_name(api: Client, names: Sequence[str]) -> dict[str, Queue | None]:
    """The queues of these names, None for one that does not exist. One request for one name, else one list."""
    if len(names) <= 1:
        return {name: find(api, name) for name in names}
    listed = {queue["name"]: queue for queue in list_all(api)}
    # The list can lag behind a creation; ShowQueue does not.
    return {name: listed.get(name) or find(api, name) for name in names}


def from_list(api: Client, requested_path: str, query: Mapping[str, str] | None) -> dict[str, Any] | None:
    """The body of ShowQueue, made from the list: empty if the queue is not in it, None for any other request.

    Reads only as many pages as it takes to find the queue.
    """
    prefix = path(api, "")
    name = unquote(requested_path.removeprefix(prefix))
    if query or not requested_path.startswith(prefix) or "/" in name:
        return None
    element = next(
        (e for e in _elements(api, {}) if normalize_name(str(e.get("queue_name"))) == normalize_name(name)),
        {},
    )
    return {key: value for key, value in element.items() if key not in NOT_SHOWN}

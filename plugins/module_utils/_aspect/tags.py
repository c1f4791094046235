# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of queues, elastic resource pools and connections. One API (v3) serves all three."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.errors import Conflict, DliError
from .._core.parsing import parses_response
from .._core.rules import MAX_TAGS
from .._http import lost_answers, pagination
from .aspect import Aspect

if TYPE_CHECKING:
    from .._http.client import Client

PAGE_SIZE = 100
QUEUE, POOL, CONNECTION = "dli_queue", "dli_elastic_resource_pool", "dli_enhanced_datasource"
NOUNS = {QUEUE: "queue", POOL: "elastic resource pool", CONNECTION: "connection"}
VERBS = {"create": "set", "delete": "remove"}
# Keys with this prefix belong to the service.
SYSTEM_PREFIX = "_sys_"


def aspect(resource_type: str, id_of: Callable[[Mapping[str, Any]], str]) -> Aspect:
    """The aspect ``tags`` of one type of resource; ``id_of`` returns the id that the tag API takes for a resource."""

    def send(api: Client, resource: Mapping[str, Any], before: dict[str, str], after: dict[str, str]) -> None:
        removed = {key: value for key, value in before.items() if key not in after}
        added = {key: value for key, value in after.items() if before.get(key) != value}
        name = f"{NOUNS[resource_type]} {resource['name']}"
        _write(api, resource_type, id_of(resource), name, "delete", removed)
        # For an existing key, "create" replaces the value [assumption, from the model of the vendor's SDK].
        _write(api, resource_type, id_of(resource), name, "create", added)

    return Aspect(
        option="tags",
        read=lambda api, resource: read(
            api, resource_type, id_of(resource), f"{NOUNS[resource_type]} {resource['name']}"
        ),
        desired=_desired,
        send=send,
        empty={},
        at_creation=dict,
    )


def tags_to_api(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    """Tags as the API takes them, sorted by key."""
    return [{"key": str(key), "value": str(value)} for key, value in sorted(tags.items())]


def as_query(tags: Mapping[str, Any] | None) -> dict[str, str]:
    """Tags as the query of a list. How the service compares them is not documented."""
    return {"tags": ",".join(f"{tag['key']}={tag['value']}" for tag in tags_to_api(tags))} if tags else {}


def may_have(current: Mapping[str, str] | None, requested: Mapping[str, Any] | None) -> bool:
    """Whether the current tags include the requested ones; true if the current tags were not read."""
    return current is None or all(current.get(str(key)) == str(value) for key, value in (requested or {}).items())


def read(api: Client, resource_type: str, resource_id: str, name: str = "") -> dict[str, str]:
    """The user's tags of a resource; ``name`` is for messages. Raises ApiUnavailable without the API, and NotFound."""
    if (known := api.known(kind(resource_type))) is not None and resource_id in known:
        tags: dict[str, str] = known[resource_id]
        return tags
    elements = pagination.paginate_by_offset(
        api,
        _path(api, resource_type, resource_id),
        f"read the tags of {name or f'{resource_type} {resource_id}'}",
        "tags",
        {},
        PAGE_SIZE,
    )
    return _from_api(elements)


def kind(resource_type: str) -> str:
    """The kind under which a client may know the tags of all resources of a type, by ID."""
    return f"tags of {resource_type}"


TYPES = {kind(resource_type): resource_type for resource_type in (QUEUE, POOL, CONNECTION)}


def read_all(api: Client, resource_type: str) -> dict[str, dict[str, str]]:
    """The user's tags of the resources of a type, by ID (ListResourcesByTags).

    Whether the call returns resources without tags is not documented, so a missing ID proves nothing.
    """
    path = api.path("v3", resource_type, "resource-instances", "filter")
    operation = f"read the tags of all resources of type {resource_type}"
    resources = pagination.paginate_by_offset(api, path, operation, "resources", {}, PAGE_SIZE, body={})
    return dict(map(_tagged, resources))


def read_all_if_offered(api: Client, resource_type: str) -> dict[str, dict[str, str]] | None:
    """Like ``read_all``, but None if that is refused; raises an error only if the credentials are rejected."""
    try:
        return read_all(api, resource_type)
    except DliError as exc:
        if exc.rejects_credentials:
            raise
        return None


@parses_response
def _tagged(resource: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    return convert.required_text(resource["resource_id"]), _from_api(convert.objects(resource.get("tags")))


@parses_response
def _from_api(elements: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    tags = {convert.required_text(tag["key"]): convert.text(tag.get("value")) or "" for tag in elements}
    return {key: tags[key] for key in sorted(tags) if not key.startswith(SYSTEM_PREFIX)}


def _desired(params: Mapping[str, Any], current: Mapping[str, str]) -> dict[str, str]:
    requested = {str(key): str(value) for key, value in params["tags"].items()}
    merged = requested if params["purge_tags"] else {**current, **requested}
    if len(merged) > MAX_TAGS:
        raise Conflict(
            f"Cannot add the requested tags to the current ones: there would be {len(merged)} tags, "
            f"and the maximum is {MAX_TAGS}.",
            hint="Request fewer tags, or set purge_tags=true to remove the other ones.",
        )
    return {key: merged[key] for key in sorted(merged)}


def _write(api: Client, resource_type: str, resource_id: str, name: str, action: str, tags: Mapping[str, str]) -> None:
    if not tags:
        return
    operation = f"{VERBS[action]} tags {', '.join(tags)} of {name}"

    def confirm() -> bool | None:
        current = read(api, resource_type, resource_id, name)
        if action == "create":
            done = all(current.get(key) == value for key, value in tags.items())
        else:
            done = not tags.keys() & current.keys()
        return True if done else None

    # Both actions are idempotent, but they are POSTs; a read shows whether a lost one took effect.
    lost_answers.post_and_confirm(
        api, _path(api, resource_type, resource_id, action), operation, {"tags": tags_to_api(tags)}, confirm=confirm
    )


def _path(api: Client, resource_type: str, resource_id: str, *more: str) -> str:
    return api.path("v3", resource_type, resource_id, "tags", *more)


def _id(field: str) -> Callable[[Mapping[str, Any]], str]:
    """The function that returns the id of a resource from this field."""

    @parses_response
    def read_id(resource: Mapping[str, Any]) -> str:
        return convert.required_text(resource[field])

    return read_id


# The tag API takes the queue_id of a queue, not its resource_id.
OF_QUEUES = aspect(QUEUE, _id("queue_id"))
OF_CONNECTIONS = aspect(CONNECTION, _id("id"))
# The tag API takes the resource_id of a pool, not its id.
OF_POOLS = aspect(POOL, _id("resource_id"))

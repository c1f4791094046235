# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of queues, elastic resource pools and connections: one API for all three."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .._core.errors import Conflict
from .._core.rules import MAX_TAGS
from .._http import lost_answers, pagination
from .aspect import Aspect

if TYPE_CHECKING:
    from .._http.client import Client

PAGE_SIZE = 100
QUEUE, POOL, CONNECTION = "dli_queue", "dli_elastic_resource_pool", "dli_enhanced_datasource"
# Tags that the service keeps for itself.
SYSTEM_PREFIX = "_sys_"


def aspect(resource_type: str, id_of: Callable[[Mapping[str, Any]], str]) -> Aspect:
    """The aspect ``tags`` of one kind of resource; ``id_of`` finds the id by which the tag API knows it."""

    def send(api: Client, thing: Mapping[str, Any], before: dict[str, str], after: dict[str, str]) -> None:
        gone = {key: value for key, value in before.items() if key not in after}
        new = {key: value for key, value in after.items() if before.get(key) != value}
        _write(api, resource_type, id_of(thing), "delete", gone)
        # An existing key gets its new value [assumption: so the SDK's model reads].
        _write(api, resource_type, id_of(thing), "create", new)

    return Aspect(
        option="tags",
        read=lambda api, thing: read(api, resource_type, id_of(thing)),
        desired=_desired,
        send=send,
        empty={},
        at_creation=dict,
    )


def tags_to_api(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    """Tags as the service takes them, in a stable order."""
    return [{"key": str(key), "value": str(value)} for key, value in sorted(tags.items())]


def as_query(tags: Mapping[str, Any] | None) -> dict[str, str]:
    """Tags as the filter of a list; how exactly a service compares them is not documented."""
    return {"tags": ",".join(f"{tag['key']}={tag['value']}" for tag in tags_to_api(tags))} if tags else {}


def may_have(read_tags: Mapping[str, str] | None, wanted: Mapping[str, Any] | None) -> bool:
    """Whether something has the wanted tags, as far as its own were read."""
    return read_tags is None or all(read_tags.get(str(key)) == str(value) for key, value in (wanted or {}).items())


def read(api: Client, resource_type: str, resource_id: str) -> dict[str, str]:
    """The user's tags of a resource. Raises NotPublished where the region has no tag API."""
    elements = pagination.paginate_by_offset(
        api,
        _path(api, resource_type, resource_id),
        f"read the tags of {resource_type} {resource_id}",
        "tags",
        {},
        PAGE_SIZE,
    )
    tags = {str(tag["key"]): str(tag.get("value") or "") for tag in elements}
    return {key: tags[key] for key in sorted(tags) if not key.startswith(SYSTEM_PREFIX)}


def _desired(params: Mapping[str, Any], current: Mapping[str, str]) -> dict[str, str]:
    wanted = {str(key): str(value) for key, value in params["tags"].items()}
    merged = wanted if params["purge_tags"] else {**current, **wanted}
    if len(merged) > MAX_TAGS:
        raise Conflict(
            f"With the tags that are there already it would have {len(merged)} tags, at most {MAX_TAGS} are possible."
        )
    return {key: merged[key] for key in sorted(merged)}


def _write(api: Client, resource_type: str, resource_id: str, action: str, tags: Mapping[str, str]) -> None:
    if not tags:
        return
    # Both actions can be sent twice without harm, and both are POSTs; what is unclear is looked up.
    operation = f"{action} tags of {resource_type} {resource_id}"

    def done() -> bool | None:
        now = read(api, resource_type, resource_id)
        there = [now.get(key) == value for key, value in tags.items()]
        return True if (all(there) if action == "create" else not any(key in now for key in tags)) else None

    lost_answers.post_and_confirm(
        api, _path(api, resource_type, resource_id, action), operation, {"tags": tags_to_api(tags)}, confirm=done
    )


def _path(api: Client, resource_type: str, resource_id: str, *more: str) -> str:
    return api.path("v3", resource_type, resource_id, "tags", *more)


# The id of a queue here is the number in its list, not its resource id.
OF_QUEUES = aspect(QUEUE, lambda queue: str(queue["queue_id"]))
OF_CONNECTIONS = aspect(CONNECTION, lambda connection: str(connection["id"]))
# Of a pool the tag API wants the resource id, not the number in the list.
OF_POOLS = aspect(POOL, lambda pool: str(pool["resource_id"]))

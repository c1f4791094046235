# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of queues, pools and connections. Only these calls return them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import fields
from .errors import bad_parameter, not_found
from .fields import Fields, boolean, object_list, text, text_list
from .routing import Call, Response, Routes
from .state import Project

routes = Routes()

_TYPE = "/v3/<project_id>/<any(dli_queue, dli_elastic_resource_pool, dli_enhanced_datasource):resource_type>"
_ONE = _TYPE + "/<resource_id>"


@dataclass(frozen=True)
class _Resource:
    """A resource with tags. The mapping belongs to the resource, so changes apply to it."""

    id: str
    name: str
    tags: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "resource_id": self.id,
            "resource_name": self.name,
            "resource_detail": "",
            "tags": _as_json(self.tags),
        }


def _resources(project: Project, resource_type: str) -> Iterator[_Resource]:
    """Queues are identified by queue_id, pools by resource_id, connections by id."""
    if resource_type == "dli_queue":
        return (_Resource(str(each.queue_id), each.queue_name, each.tags) for each in project.queues.values())
    if resource_type == "dli_elastic_resource_pool":
        pools = project.pools.values()
        return (_Resource(each.resource_id, each.elastic_resource_pool_name, each.tags) for each in pools)
    return (_Resource(each.id, each.name, each.tags) for each in project.live_connections())


def _resource(call: Call) -> _Resource:
    resource_type, resource_id = call.path["resource_type"], call.path["resource_id"]
    for resource in _resources(call.project, resource_type):
        if resource.id == resource_id:
            return resource
    raise not_found(f"There is no {resource_type} with the ID {resource_id}")


def _as_json(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


@routes.add("POST", _ONE + "/tags/create")
def create_tags(call: Call) -> Response:
    """Assumption: an existing key gets the new value."""
    resource, added = _resource(call), fields.tags(call.body)
    if not added or len(resource.tags | added) > fields.MAX_TAGS:
        raise bad_parameter(f"The value of parameter tags is invalid: a resource has at most {fields.MAX_TAGS} tags.")
    resource.tags.update(added)
    return Response(None, 204)


@routes.add("POST", _ONE + "/tags/delete")
def delete_tags(call: Call) -> Response:
    """Deleting a missing key is not an error. Assumption: values are ignored."""
    resource, removed = _resource(call), fields.tags(call.body, values_checked=False)
    if not removed:
        raise bad_parameter("The parameter tags is mandatory.")
    for key in removed:
        resource.tags.pop(key, None)
    return Response(None, 204)


@routes.add("GET", _ONE + "/tags")
def show_tags(call: Call) -> Response:
    tags = _as_json(_resource(call).tags)
    return Response({"tags": fields.page(tags, call.query, default=1000), "count": len(tags)})


@routes.add("GET", _TYPE + "/tags")
def list_tags(call: Call) -> Response:
    """All tag keys of a resource type, each with all values."""
    values: dict[str, set[str]] = {}
    for resource in _resources(call.project, call.path["resource_type"]):
        for key, value in resource.tags.items():
            values.setdefault(key, set()).add(value)
    shown = [{"key": key, "values": sorted(found)} for key, found in sorted(values.items())]
    return Response({"tags": fields.page(shown, call.query, default=1000), "count": len(shown)})


@routes.add("POST", _TYPE + "/resource-instances/filter")
def list_resources(call: Call) -> Response:
    found = list(_matching(call))
    shown = fields.page(found, call.query, default=1000)
    return Response({"total_count": len(found), "resources": [resource.as_json() for resource in shown]})


@routes.add("POST", _TYPE + "/resource-instances/count")
def count_resources(call: Call) -> Response:
    return Response({"total_count": len(list(_matching(call)))})


def _matching(call: Call) -> Iterator[_Resource]:
    untagged = boolean(call.body, "without_any_tag")
    wanted, names = object_list(call.body, "tags"), object_list(call.body, "matches")
    for resource in _resources(call.project, call.path["resource_type"]):
        tagged_right = not resource.tags if untagged else _has_all(resource, wanted)
        if tagged_right and _is_named(resource, names):
            yield resource


def _has_all(resource: _Resource, wanted: Iterable[Fields]) -> bool:
    """Whether the resource has every key with one of the given values, or with any value if none is given."""
    for tag in wanted:
        key, values = text(tag, "key"), text_list(tag, "values")
        if key not in resource.tags or (values and resource.tags[key] not in values):
            return False
    return True


def _is_named(resource: _Resource, matches: Iterable[Fields]) -> bool:
    """Only `resource_name` is documented. Assumption: it matches substrings."""
    return all(text(match, "value", "") in resource.name for match in matches)

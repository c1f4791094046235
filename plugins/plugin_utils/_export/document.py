# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A project as the variables file of the playbook huaweicloud.dli.tenant that declares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...module_utils._api import queues
from . import yaml_text
from .connections import Project, of_connection
from .declared import Declared, listed
from .queues import of_pool, of_queue

Found = Mapping[str, Any]

HEADER = (
    "The elastic resource pools, queues and connections of a project, as the variables of the playbook "
    "huaweicloud.dli.tenant. The playbook huaweicloud.dli.export wrote this file. Options with the values that a new "
    "object has without them are left out."
)
ROUTE_TABLES = "The service does not return the route tables of connections, so routetable_id is not declared."
CIDR_BLOCKS = (
    "A run that creates a queue outside of pools changes its cidr_in_vpc afterwards, which takes minutes, and the "
    "service may refuse it. Remove the line if the CIDR block of the queue does not matter."
)


class Part(NamedTuple):
    """A list of the file.

    ``key`` is that of the result of its info module; ``aspects`` says by name which objects have an aspect.
    """

    key: str
    variable: str
    noun: str
    aspects: Mapping[str, Callable[[Any], bool]]


def _always(_found: Any) -> bool:
    return True


PARTS = (
    Part("elastic_resource_pools", "tenant_elastic_resource_pools", "elastic resource pools", {"tags": _always}),
    Part(
        "queues",
        "tenant_queues",
        "queues",
        {
            "scaling_policies": lambda queue: bool(queues.pool_of(queue)),
            "properties": queues.has_properties,
            "authorized_users": _always,
            "tags": _always,
        },
    ),
    Part("enhanced_connections", "tenant_connections", "connections", {"allowed_projects": _always, "tags": _always}),
)
# The lists and dictionaries that the option `exact` declares even if they are empty.
EXACT = frozenset(
    {"tags", "authorized_users", "queues", "elastic_resource_pools", "hosts", "routes", "allowed_projects"}
)


def export(results: Sequence[Found], *, exact: bool = False) -> str:
    """The text of the variables file.

    ``results`` are those of the info modules. A kind of objects without a result is not declared. With ``exact``, lists
    and dictionaries that are empty are declared as well. Raises ValueError for anything else than such results.
    """
    found = _by_key(results)
    made = _declared(found, EXACT if exact else frozenset())
    lines = ["---", *yaml_text.comment(HEADER, 0)]
    if remarks := [*_remarks(found), *_general(made)]:
        lines += ["#", *(line for remark in remarks for line in yaml_text.comment(remark, 0))]
    for part in PARTS:
        if part.key in made:
            preset = [each["name"] for each in found[part.key] if part.key == "queues" and _is_preset(each)]
            lines += ["", *_lines(part, made[part.key], preset)]
    return "\n".join(lines) + "\n"


def _by_key(results: Sequence[Found]) -> dict[str, list[Any]]:
    """The objects of each kind, without those that a list shows twice."""
    found: dict[str, list[Any]] = {}
    for result in results:
        keys = [part.key for part in PARTS if isinstance(result, Mapping) and part.key in result]
        if not keys:
            raise ValueError("the input must be a list of results of the modules dli_*_info, each with its objects")
        for key in keys:
            objects = {each.get("id") if key == "enhanced_connections" else each["name"]: each for each in result[key]}
            found[key] = list(objects.values())
    return found


def _is_preset(queue: Found) -> bool:
    return bool(queue["name"] == queues.DEFAULT_QUEUE)


def _declared(found: Mapping[str, list[Any]], exact: frozenset[str]) -> dict[str, list[Declared]]:
    made: dict[str, list[Declared]] = {}
    if "elastic_resource_pools" in found:
        made["elastic_resource_pools"] = [of_pool(each, exact) for each in found["elastic_resource_pools"]]
    if "queues" in found:
        made["queues"] = [of_queue(each, exact) for each in found["queues"] if not _is_preset(each)]
    if "enhanced_connections" in found:
        project = Project(found.get("elastic_resource_pools"), found.get("queues"))
        made["enhanced_connections"] = _connections(found["enhanced_connections"], project, exact)
    return made


def _connections(found: list[Any], project: Project, exact: frozenset[str]) -> list[Declared]:
    """The connections. The playbook cannot select one of several with one name."""
    live = [each for each in found if each["status"] != "DELETED"]
    counts = Counter(each["name"] for each in live)
    made = []
    for connection in live:
        declared = of_connection(connection, project, exact)
        if counts[connection["name"]] > 1:
            count = counts[connection["name"]]
            declared.obstacle = f"{count} connections have this name. Delete the others by their id."
            declared.options = {"name": connection["name"], "id": connection["id"], **declared.options}
        made.append(declared)
    return made


def _remarks(found: Mapping[str, list[Any]]) -> Iterator[str]:
    """Remarks about details that were not read of any object, or only of some objects."""
    for part in PARTS:
        for aspect, is_relevant in part.aspects.items():
            relevant = [each for each in found.get(part.key, ()) if is_relevant(each)]
            missing = sorted(each["name"] for each in relevant if each[aspect] is None)
            if missing and len(missing) == len(relevant):
                yield f"Not declared, because they were not read: {aspect} of {part.noun}."
            elif missing:
                yield f"Not declared, because they could not be read: {aspect} of {part.noun} {listed(missing)}."


def _general(made: Mapping[str, list[Declared]]) -> Iterator[str]:
    if any("cidr_in_vpc" in each.options for each in made.get("queues", ())):
        yield CIDR_BLOCKS
    if made.get("enhanced_connections"):
        yield ROUTE_TABLES


def _lines(part: Part, made: list[Declared], preset: list[str]) -> Iterator[str]:
    """A list with its items; objects that cannot be declared stand at its end, as comments."""
    declared = sorted((each for each in made if each.obstacle is None), key=lambda each: each.key)
    yield f"{part.variable}:" if declared else f"{part.variable}: []"
    for each in declared:
        for note in each.notes:
            yield from yaml_text.comment(note, 2)
        yield from yaml_text.item(each.options, 2)
    for name in preset:
        yield from yaml_text.comment(f"Queue {name} is not declared: it is built in.", 2)
    for each in sorted((each for each in made if each.obstacle), key=lambda each: each.key):
        for note in (f"Not declared: {each.obstacle}", *each.notes):
            yield from yaml_text.comment(note, 2)
        yield from yaml_text.commented_out(yaml_text.item(each.options, 2), 2)

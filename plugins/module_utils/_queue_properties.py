# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties of a queue, which have an API of their own that some regions lack.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.huaweicloud.dli.plugins.module_utils._facets import Facet

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

    Properties = dict[str, str]

PAGE_SIZE = 100
NUMBERS = ("computeEngine.maxInstance", "job.maxConcurrent", "computeEngine.maxPrefetchInstance")
TEXTS = ("computeEngine.spark.nativeEnabled", "network.cidrInVpc", "job.saveJobResultToJobBucket")
KEYS = (*NUMBERS, *TEXTS)
# Only these can be taken back.
DELETABLE = NUMBERS
AT_CREATION = ("computeEngine.spark.nativeEnabled",)
# The list spells one key in a way in which nothing else takes it.
LIST_SPELLING = {"computeEngine.maxInstances": "computeEngine.maxInstance"}


def text(value: Any) -> str:
    """Values are compared as the service shows them: as texts."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read(api: Client, queue: Mapping[str, Any]) -> Properties:
    """The properties of a queue. Raises NotPublished where the region does not have the API."""
    elements = api.pages_by_offset(
        _path(api, queue), f"read the properties of queue {queue['name']}", "properties", {}, PAGE_SIZE
    )
    there = {LIST_SPELLING.get(entry["key"], entry["key"]): text(entry["value"]) for entry in elements}
    return {key: there[key] for key in sorted(there)}


def _decide(params: Mapping[str, Any], current: Properties) -> Properties:
    """Keys that were not named stay as they are; one that is named with no value goes."""
    after = dict(current)
    for key, value in params["properties"].items():
        if value is None or value == "":
            after.pop(key, None)
        else:
            after[key] = text(value)
    return {key: after[key] for key in sorted(after)}


def _send(api: Client, queue: Mapping[str, Any], before: Properties, after: Properties) -> None:
    name = queue["name"]
    if gone := [key for key in before if key not in after]:
        api.delete(_path(api, queue), f"delete properties of queue {name}", {"keys": gone})
    if changed := {key: _to_api(key, value) for key, value in after.items() if key in before and before[key] != value}:
        api.put(_path(api, queue), f"change properties of queue {name}", {"properties": changed})
    if new := {key: _to_api(key, value) for key, value in after.items() if key not in before}:

        def made() -> bool | None:
            now = read(api, queue)
            return True if all(now.get(key) == text(value) for key, value in new.items()) else None

        api.post_once(_path(api, queue), f"set properties of queue {name}", {"properties": new}, made=made)


def _to_api(key: str, value: str) -> int | str:
    return int(value) if key in NUMBERS else value


def _path(api: Client, queue: Mapping[str, Any]) -> str:
    return api.path("v3", "queues", str(queue["name"]), "properties")


FACET = Facet(
    option="properties",
    read=read,
    decide=_decide,
    send=_send,
    empty={},
    at_creation=lambda properties: {key: value for key, value in properties.items() if key in AT_CREATION},
)

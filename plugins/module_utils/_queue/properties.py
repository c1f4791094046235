# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties of a queue, which have an API of their own that some regions lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._aspect.aspect import Aspect
from .._core.errors import ApiUnavailable, NotFound
from .._http import pagination

if TYPE_CHECKING:
    from .._http.client import Client

    Properties = dict[str, str]

PAGE_SIZE = 100
NUMBERS = ("computeEngine.maxInstance", "job.maxConcurrent", "computeEngine.maxPrefetchInstance")
TRUTHS = ("computeEngine.spark.nativeEnabled", "job.saveJobResultToJobBucket")
KEYS = (*NUMBERS, *TRUTHS)
# Only these can be taken back.
DELETABLE = NUMBERS
# These only a queue in a standard elastic resource pool has. The user manual says so of all properties, and the API
# reference of none; of the others nothing is said before the service does.
OF_POOLS = NUMBERS
# Can be turned on, and never off again.
FOR_GOOD = "job.saveJobResultToJobBucket"
# Has an option of its own, with which the rebuilding of the cluster is waited for.
ADDRESS_RANGE = "network.cidrInVpc"
AT_CREATION = ("computeEngine.spark.nativeEnabled",)
# The reference of the list spells one key in a way in which nothing else takes it.
LIST_SPELLING = {"computeEngine.maxInstances": "computeEngine.maxInstance"}


def is_taken_back(value: Any) -> bool:
    """Whether a key was named with no value."""
    return value is None or value == ""


def unfit_outside(api: Client, params: Mapping[str, Any], queue: Mapping[str, Any]) -> list[str]:
    """Which properties that are asked for a queue outside a pool does not have; costs a request if there may be some.

    One that has such properties already takes them, whatever is documented. Where the region does not have the API,
    none are unfit: they are unsupported. ``queue`` need not exist yet.
    """
    wanted = params["properties"] or {}
    asked = [key for key in OF_POOLS if key in wanted and not is_taken_back(wanted[key])]
    if not asked:
        return []
    try:
        there = read(api, queue)
    except ApiUnavailable:
        return []
    except NotFound:
        return asked
    return [] if there.keys() & set(OF_POOLS) else asked


def _text(key: str, value: Any) -> str:
    """Values are compared as the service shows them: as texts, numbers without zeros before them."""
    text = str(value).strip()
    if key in NUMBERS and text.isdecimal():
        return str(int(text))
    return text.lower() if key in TRUTHS else text


def read(api: Client, queue: Mapping[str, Any]) -> Properties:
    """All properties of a queue. Raises NotPublished where the region does not have the API."""
    elements = pagination.paginate_by_offset(
        api, _path(api, queue), f"read the properties of queue {queue['name']}", "properties", {}, PAGE_SIZE
    )
    there = {LIST_SPELLING.get(entry["key"], entry["key"]): entry["value"] for entry in elements}
    return {key: _text(key, there[key]) for key in sorted(there)}


def _named(params: Mapping[str, Any], there: Properties) -> Properties:
    return {key: value for key, value in there.items() if key in params["properties"]}


def _desired(params: Mapping[str, Any], _current: Properties) -> Properties:
    """Only what is named is compared; what is named with no value goes."""
    wanted = params["properties"]
    return {key: _text(key, wanted[key]) for key in sorted(wanted) if not is_taken_back(wanted[key])}


def _send(api: Client, queue: Mapping[str, Any], before: Properties, after: Properties) -> None:
    """Changing sets what is not there too; that is the call which other clients are known to use."""
    name = queue["name"]
    if gone := [key for key in before if key not in after]:
        api.delete(_path(api, queue), f"take back properties of queue {name}", {"keys": gone})
    if wanted := {key: _to_api(key, value) for key, value in after.items() if before.get(key) != value}:
        api.put(_path(api, queue), f"set properties of queue {name}", {"properties": wanted})


def _to_api(key: str, value: str) -> int | str:
    return int(value) if key in NUMBERS else value


def _path(api: Client, queue: Mapping[str, Any]) -> str:
    return api.path("v3", "queues", str(queue["name"]), "properties")


ASPECT = Aspect(
    option="properties",
    read=read,
    desired=_desired,
    send=_send,
    empty={},
    at_creation=lambda properties: {key: value for key, value in properties.items() if key in AT_CREATION},
    relevant=_named,
)

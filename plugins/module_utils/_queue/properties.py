# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties of a queue, an aspect whose API some regions lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._api import queues
from .._aspect.aspect import Aspect
from .._core import convert
from .._core.parsing import parses_response
from .._http import lost_answers, pagination

if TYPE_CHECKING:
    from .._http.client import Client

    # By key, as texts.
    Properties = dict[str, str]

PAGE_SIZE = 100
NUMBERS = ("computeEngine.maxInstance", "job.maxConcurrent", "computeEngine.maxPrefetchInstance")
BOOLEANS = ("computeEngine.spark.nativeEnabled", "job.saveJobResultToJobBucket")
KEYS = (*NUMBERS, *BOOLEANS)
# The service can reset only these.
RESETTABLE = NUMBERS
# The service cannot turn this one off again.
ENABLE_ONLY = "job.saveJobResultToJobBucket"
# The option cidr_in_vpc sets this one and waits until the cluster is rebuilt.
CIDR_KEY = "network.cidrInVpc"
AT_CREATION = ("computeEngine.spark.nativeEnabled",)
# The API reference of the list spells one key differently from all other places.
LIST_SPELLING = {"computeEngine.maxInstances": "computeEngine.maxInstance"}


def is_reset(value: Any) -> bool:
    """Whether the requested value (null or an empty text) resets the property."""
    return value is None or value == ""


def _text(key: str, value: Any) -> str:
    """The value in the form in which the service returns it: a text, numbers without leading zeros."""
    text = str(value).strip()
    if key in NUMBERS and text.isdecimal():
        return str(int(text))
    return text.lower() if key in BOOLEANS else text


def read(api: Client, queue: Mapping[str, Any]) -> Properties:
    """All properties of a queue. Raises ApiUnavailable if the region lacks the API, and NotFound."""
    elements = pagination.paginate_by_offset(
        api, _path(api, queue), f"read the properties of queue {queue['name']}", "properties", {}, PAGE_SIZE
    )
    return _from_api(elements)


@parses_response
def _from_api(elements: Iterable[Mapping[str, Any]]) -> Properties:
    """Properties by key. A property without a value is not set."""
    values = {convert.required_text(entry["key"]): entry["value"] for entry in elements}
    found = {LIST_SPELLING.get(key, key): _value(value) for key, value in values.items() if value is not None}
    return {key: _text(key, found[key]) for key in sorted(found)}


def _value(value: Any) -> str:
    return str(value) if isinstance(value, bool) else convert.text(value) or ""


def _relevant(params: Mapping[str, Any], current: Properties) -> Properties:
    return {key: value for key, value in current.items() if key in params["properties"]}


def _desired(params: Mapping[str, Any], _current: Properties) -> Properties:
    """The requested properties without those to reset. Only requested keys are compared."""
    requested = params["properties"]
    return {key: _text(key, requested[key]) for key in sorted(requested) if not is_reset(requested[key])}


def _send(api: Client, queue: Mapping[str, Any], before: Properties, after: Properties) -> None:
    """Reset, then set. The call that changes properties also adds them; other clients are known to use it."""
    name = queue["name"]
    if reset := [key for key in before if key not in after]:
        lost_answers.send_and_confirm(
            lambda: api.delete(_path(api, queue), f"reset properties of queue {name}", {"keys": reset}),
            confirm=lambda: not read(api, queue).keys() & set(reset),
        )
    if changed := {key: value for key, value in after.items() if before.get(key) != value}:
        body = {"properties": {key: _to_api(key, value) for key, value in changed.items()}}
        lost_answers.send_and_confirm(
            lambda: api.put(_path(api, queue), f"set properties of queue {name}", body),
            confirm=lambda: changed.items() <= read(api, queue).items(),
        )


def _to_api(key: str, value: str) -> int | str:
    return int(value) if key in NUMBERS else value


def _path(api: Client, queue: Mapping[str, Any]) -> str:
    return api.path("v3", "queues", str(queue["name"]), "properties")


ASPECT = Aspect(
    option=queues.PROPERTIES,
    read=read,
    desired=_desired,
    send=_send,
    empty={},
    at_creation=lambda properties: {key: value for key, value in properties.items() if key in AT_CREATION},
    relevant=_relevant,
)

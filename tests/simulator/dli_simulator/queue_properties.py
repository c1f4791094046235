# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of queues. Some regions do not publish this API."""

from __future__ import annotations

from typing import Any

from . import fields
from .errors import bad_parameter, unsupported
from .fields import boolean, integer, text, text_list
from .models import Queue
from .pools import is_basic
from .queues import change_cidr
from .routing import Call, Response, Routes, success

routes = Routes()

_PATH = "/v3/<project_id>/queues/<queue_name>/properties"
_MAX_INSTANCE = "computeEngine.maxInstance"
_MAX_CONCURRENT = "job.maxConcurrent"
_MAX_PREFETCH = "computeEngine.maxPrefetchInstance"
_DRIVER_KEYS = (_MAX_INSTANCE, _MAX_CONCURRENT, _MAX_PREFETCH)
_NATIVE = "computeEngine.spark.nativeEnabled"
_CIDR = "network.cidrInVpc"
_SAVE_RESULT = "job.saveJobResultToJobBucket"
_CREATE_KEYS = (*_DRIVER_KEYS, _NATIVE)
_UPDATE_KEYS = (*_CREATE_KEYS, _CIDR, _SAVE_RESULT)


@routes.add("GET", _PATH)
def list_properties(call: Call) -> Response:
    """All values are returned as strings. One key is read-only."""
    shown = {**call.queue.properties, "multipleSc.support": "false"}
    properties = [{"key": key, "value": value} for key, value in shown.items()]
    return success(properties=fields.page(properties, call.query))


@routes.add("POST", _PATH)
def create_properties(call: Call) -> Response:
    return _write(call, _CREATE_KEYS)


@routes.add("PUT", _PATH)
def update_properties(call: Call) -> Response:
    return _write(call, _UPDATE_KEYS)


@routes.add("DELETE", _PATH)
def delete_properties(call: Call) -> Response:
    """The keys are in the request body."""
    queue, keys = call.queue, text_list(call.body, "keys")
    if not keys or set(keys) - set(_DRIVER_KEYS):
        raise bad_parameter("The value of parameter keys is invalid.")
    for key in keys:
        queue.properties.pop(key, None)
    return success()


def _write(call: Call, allowed: tuple[str, ...]) -> Response:
    queue, properties = call.queue, call.body.get("properties")
    if not isinstance(properties, dict) or not properties or set(properties) - set(allowed):
        raise bad_parameter("The value of parameter properties is invalid.")
    checked = {key: _checked(call, queue, properties, key) for key in properties}
    if _CIDR in checked:
        change_cidr(call, checked.pop(_CIDR))
    queue.properties.update(checked)
    return success()


def _checked(call: Call, queue: Queue, properties: dict[str, Any], key: str) -> str:
    """The value as the service stores it. Only the CIDR block applies to queues of all types."""
    if key == _CIDR:
        return text(properties, key)
    if (queue.queue_type, queue.engine) != ("sql", "spark"):
        raise unsupported(f"The queue {queue.queue_name} has no such properties: it is no Spark SQL queue.")
    if key in _DRIVER_KEYS:
        _check_driver(call, queue)
        return str(integer(properties, key, **_bounds(queue, key)))
    if key == _SAVE_RESULT and not boolean(properties, key):
        raise bad_parameter(f"The property {key} cannot be turned off.")
    return str(boolean(properties, key)).lower()


def _check_driver(call: Call, queue: Queue) -> None:
    """The user guide limits driver properties to queues in standard pools. A log shows them outside of pools."""
    if not call.state.knobs.properties_need_pool:
        return
    pool = call.project.pools.get(queue.elastic_resource_pool_name)
    if pool is None or is_basic(pool):
        raise unsupported(f"The queue {queue.queue_name} has no such properties: it is not in a standard pool.")


def _bounds(queue: Queue, key: str) -> dict[str, int]:
    sixteenths = queue.cu_count // 16
    if key == _MAX_INSTANCE:
        return {"minimum": 2, "maximum": max(2, sixteenths)}
    if key == _MAX_PREFETCH:
        return {"minimum": 0, "maximum": max(1, sixteenths)}
    return {"minimum": 1, "maximum": 32}

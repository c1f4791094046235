# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connectivity tests from a queue to an address."""

from __future__ import annotations

import ipaddress
import re

from .errors import bad_parameter, not_found
from .fields import text
from .models import ConnectivityTask
from .queues import check_available
from .routing import Call, Response, Routes, success
from .security_groups import admits

routes = Routes()

_BASE = "/v1.0/<project_id>/queues/<queue_name>/connection-test"
_WITH_PORT = re.compile(r"(\[.+\]|[^:]+):(\d{1,5})")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9_-]+\.)*[A-Za-z]{2,}")


@routes.add("POST", _BASE)
def create_task(call: Call) -> Response:
    """Assumption: the test needs the cluster, so a queue that is still being assigned refuses it."""
    state, project = call.state, call.project
    queue, address = call.queue, text(call.body, "address")
    host, port = _parse(address)
    check_available(state, queue)
    done_at = state.now + state.knobs.connectivity_seconds
    task = ConnectivityTask(state.next_task_number(), queue.queue_name, address, done_at)
    project.tasks[task.task_id] = task
    message = f"check connectivity to address:{host} with port: {port} successfully"
    return success(message, task_id=task.task_id)


def _parse(address: str) -> tuple[str, str]:
    """Split into host and port. The port is optional; an IPv6 address with a port is in brackets."""
    with_port = _WITH_PORT.fullmatch(address)
    host, port = with_port.groups() if with_port else (address, "")
    if int(port or 0) > 65535 or not (_is_ip(host.strip("[]")) or _is_domain(host)):
        raise bad_parameter(f"The value of parameter address is invalid: {address}.")
    return host, port


def _is_domain(host: str) -> bool:
    return len(host) <= 255 and _DOMAIN.fullmatch(host) is not None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_reachable(call: Call, address: str) -> bool:
    knobs = call.state.knobs
    admitted = not knobs.security_groups_block or admits(call.state, address, call.queue.cidr_in_vpc)
    return knobs.reaches(address) and admitted and (call.queue_has_ipv6 or not _is_ipv6(address))


def _is_ipv6(address: str) -> bool:
    return ":" in _parse(address)[0]


@routes.add("GET", _BASE + "/<task_id>")
def show_task(call: Call) -> Response:
    """Only REACHABLE is documented. Assumptions: the other two values."""
    task_id = call.path["task_id"]
    task = call.project.tasks.get(int(task_id)) if re.fullmatch(r"\d{1,18}", task_id) else None
    if task is None or task.queue_name != call.queue.queue_name:
        raise not_found(f"There is no connectivity test with the ID {task_id}")
    if call.state.now < task.done_at:
        value = call.state.knobs.connectivity_pending
    else:
        reachable = _is_reachable(call, task.address)
        value = "REACHABLE" if reachable else "UNREACHABLE"
    return success(f"Get node connectivity status successfully for addressId:{task_id}", connectivity=value)

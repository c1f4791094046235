# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a queue may not reach an address: causes that the bindings prove, then the others by likelihood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from .._api import connection_hints, connections, pools, queues
from .._core.errors import DliError

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._http.client import Client

T = TypeVar("T")


def likely_causes(api: Client, name: str, addresses: Sequence[str]) -> list[str]:
    """Return the likely causes: the proven ones first, then the others in the order of the vendor's manual.

    Reads the queue and the connections; a failed request only makes the causes less specific.
    """
    queue = if_readable(lambda: queues.find_in_list(api, name))
    active = if_readable(lambda: connections.list_all(api, {"status": connections.ACTIVE}))
    proven = [] if queue is None or active is None else _proven(queue, active)
    source = (queue and _source_cidr(api, queue)) or "the CIDR block of the queue or its pool"
    ports = ", ".join(str(port) for port in sorted({int(address.rpartition(":")[2]) for address in addresses}))
    return [
        *proven,
        "The VPC or the subnet of the connection is not the one that contains the address.",
        f"The CIDR block of the queue ({source}) overlaps with that of the data source or of another queue that is "
        "bound to the same VPC.",
        f"DLI is not authorized to use the VPC. {connection_hints.AGENCY} {connection_hints.RECREATE}",
        f"The security group of the data source blocks the traffic: add an inbound rule for TCP port {ports} from "
        f"{source}.",
        "A route of the VPC peering conflicts with another route of the VPC.",
        "A network ACL of the subnet denies the traffic; a network ACL without rules denies all traffic.",
    ]


def if_readable(read: Callable[[], T]) -> T | None:
    """Return the result of ``read``, or None if it fails: a diagnosis must not hide the problem behind another one."""
    try:
        return read()
    except DliError:
        return None


def _source_cidr(api: Client, queue: Mapping[str, Any]) -> str | None:
    """The CIDR block from which the traffic of the queue comes."""
    source: Mapping[str, Any] | None = queue
    if not queue["cidr_in_vpc"] and queues.pool_of(queue):
        source = if_readable(lambda: pools.find(api, queues.pool_of(queue)))
    return source["cidr_in_vpc"] if source else None


def _proven(queue: Mapping[str, Any], active: list[Connection]) -> list[str]:
    """Causes that the bindings of the queue, or of its pool, prove."""
    pool = queues.pool_of(queue)
    subject = (
        f"Elastic resource pool {pool}, which contains queue {queue['name']}," if pool else f"Queue {queue['name']}"
    )
    own_name = {connections.QUEUE: queue["name"], connections.POOL: pool}
    bound = [
        (connection["name"], binding)
        for connection in active
        for binding in connections.bindings(connection)
        if binding["name"] == own_name[binding["kind"]]
    ]
    if not bound:
        return [f"{subject} is not bound to any connection."]
    return [
        f"{subject} is bound to connection {name}, but the binding is {binding['status']}"
        f"{': ' + binding['err_msg'] if binding['err_msg'] else ''}."
        for name, binding in bound
        if binding["status"] != connections.ACTIVE
    ]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object is broken: something in it is FAILED, or stays CREATING for longer than is normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._api import connection_hints, connections, pools
from . import problems
from .kinds import CONNECTION, POOL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._http.client import Client
    from .kinds import Kind
    from .params import Problem

# Seconds after which a binding or a pool that is still CREATING is taken as broken. The vendor's manual says that the
# first start of a queue takes up to 10 minutes; for pools, an hour is an assumption on the safe side.
READY_AGE, POOL_AGE = 600, 3600


def symptoms(api: Client, kind: Kind, current: Mapping[str, Any], ready_age: int | None = None) -> list[Problem]:
    """The broken parts of an existing object, as warnings. Costs no request. Pools have no ``ready_age``."""
    if kind is POOL:
        return _of_pool(api, current)
    if kind is CONNECTION:
        return _of_connection(api, current, READY_AGE if ready_age is None else ready_age)
    return []


def _of_pool(api: Client, pool: Any) -> list[Problem]:
    if failure := pools.failure(pool):
        return [problems.problem("failed", problems.WARNING, failure.message, hint=failure.hint)]
    if pool["status"] != pools.CREATING or not _is_older(api, pool["create_time"], POOL_AGE):
        return []
    text = f"Elastic resource pool {pool['name']} has been CREATING for longer than {POOL_AGE} s."
    return [problems.problem("stuck", problems.WARNING, text, hint="Delete the pool and create it again.")]


def _of_connection(api: Client, connection: Any, ready_age: int) -> list[Problem]:
    found = []
    bound_queues, bound_pools = connection["queues"], connections.pool_names(connection)
    if failure := connection_hints.failure(connection, bound_queues, bound_pools):
        found.append(problems.problem("failed", problems.WARNING, failure.message, hint=failure.hint))
    stuck = [
        f"{entry['kind']} {entry['name']}"
        for entry in connections.bindings(connection)
        if entry["status"] == connections.CREATING and _is_older(api, entry["update_time"], ready_age)
    ]
    if stuck:
        text = f"Connection {connection['name']} has bindings that have been CREATING for longer than {ready_age} s: "
        hint = "Unbind them and bind them again."
        found.append(problems.problem("stuck", problems.WARNING, f"{text}{', '.join(stuck)}.", hint=hint))
    return found


def _is_older(api: Client, since: int | None, age: int) -> bool:
    """Whether a time in milliseconds since the epoch is longer ago than ``age`` seconds; false if it is unknown."""
    return since is not None and api.now() - since / 1000 > age

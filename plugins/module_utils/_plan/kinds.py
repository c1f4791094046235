# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of objects in a declaration, in the order in which a run creates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._api import connections, pools, queues
from .._aspect import tags
from .._connection import ensure as connection_ensure
from .._connection import options as connection_options
from .._connection import validation as connection_validation
from .._core.compare import normalize_name
from .._pool import ensure as pool_ensure
from .._pool import options as pool_options
from .._pool import validation as pool_validation
from .._queue import ensure as queue_ensure
from .._queue import options as queue_options
from .._queue import validation as queue_validation

if TYPE_CHECKING:
    from .._core.results import Outcome
    from .._http.client import Client

# The options of a module that an item of a declaration does not have: one option decides for all objects, or they say
# how a task waits, which does not change what it decides.
NOT_IN_ITEMS = {
    "state": None,
    "force": False,
    "wait": True,
    "wait_only": False,
    "wait_timeout": 2700,
    "wait_interval": 15.0,
}


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of objects.

    ``name`` is the word in a plan, ``option`` the list of the declaration, ``label`` the word in messages. ``known`` is
    the kind under which a client knows the objects. ``identify`` returns the name as the service stores it. ``own_id``
    is the field that only an existing object has. ``shown`` are the fields of an object that a plan shows: those that
    neither change by themselves nor differ after each creation. ``quota`` is the type of the quota.
    """

    name: str
    option: str
    label: str
    known: str
    module_options: Mapping[str, Any]
    validate: Callable[[Any], list[str]]
    ensure: Callable[[Client, Any, bool], Outcome]
    identify: Callable[[str], str]
    own_id: str
    tag_type: str
    shown: tuple[str, ...]
    quota: str | None = None

    @property
    def item_options(self) -> dict[str, Any]:
        """The argument spec of an item of the declaration."""
        return {name: option for name, option in self.module_options.items() if name not in NOT_IN_ITEMS}

    def params(self, item: Mapping[str, Any], state: str) -> dict[str, Any]:
        """The parameters of the module for an item."""
        others = {name: value for name, value in NOT_IN_ITEMS.items() if name in self.module_options}
        return {**others, **item, "state": state}


POOL = Kind(
    name="elastic_resource_pool",
    option="elastic_resource_pools",
    label="Elastic resource pool",
    known=pools.KIND,
    module_options=pool_options.OPTIONS,
    validate=pool_validation.pool_problems,
    ensure=pool_ensure.ensure,
    identify=normalize_name,
    own_id="resource_id",
    tag_type=tags.POOL,
    shown=(*pools.MANAGED, "status", "fail_reason", "queues", *pools.ASPECTS),
    quota="ELASTIC_RESOURCE_POOL",
)
QUEUE = Kind(
    name="queue",
    option="queues",
    label="Queue",
    known=queues.KIND,
    module_options=queue_options.OPTIONS,
    validate=queue_validation.queue_problems,
    ensure=queue_ensure.ensure,
    identify=normalize_name,
    own_id="queue_id",
    tag_type=tags.QUEUE,
    shown=(*queues.MANAGED, *queues.ASPECTS),
    quota="QUEUE",
)
CONNECTION = Kind(
    name="connection",
    option="connections",
    label="Connection",
    known=connections.KIND,
    module_options=connection_options.OPTIONS,
    validate=connection_validation.connection_problems,
    ensure=connection_ensure.ensure,
    identify=str,
    own_id="id",
    tag_type=tags.CONNECTION,
    shown=(
        *("name", "status", "dest_vpc_id", "dest_network_id", "queues", "available_queue_info"),
        *("elastic_resource_pools", "bound_via", "hosts", "routes", "ipv6_enable", "tags", "allowed_projects"),
    ),
)
KINDS = (POOL, QUEUE, CONNECTION)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client for a plan: it reads each list once, and shows the project with the effects of earlier decisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .._api import connections, pools, queues, vpc
from .._aspect import tags
from .._connection import bindings
from .._core.errors import DliError
from .._http.client import Access, Client
from .read_ahead import ReadAhead

if TYPE_CHECKING:
    from .._api.connections import Connection
    from .._api.pools import Pool, PoolQueue
    from .._api.queues import Queue
    from .._http.pagination import PageRequest


def _queues(api: Client) -> dict[str, Queue]:
    return {queue["name"]: queue for queue in queues.list_all(api)}


def _pools(api: Client) -> dict[str, Pool]:
    return {pool["name"]: pool for pool in pools.list_all(api, {})}


def _connections(api: Client) -> connections.Known:
    listed = connections.list_all(api, {"status": connections.ACTIVE})
    return connections.Known(connection for connection in listed if connection["status"] != connections.DELETED)


def _remove_bindings(known: MutableMapping[str, Connection], kind: str, name: str) -> None:
    names = frozenset([name])
    removed = (names, frozenset[str]()) if kind == connections.QUEUE else (frozenset[str](), names)
    known.update({each: bindings.without(connection, *removed) for each, connection in known.items()})


READERS: Mapping[str, Callable[[Client], MutableMapping[str, Any]]] = {
    queues.KIND: _queues,
    pools.KIND: _pools,
    connections.KIND: _connections,
    vpc.VPCS: lambda api: {each["id"]: each for each in vpc.list_vpcs(api)},
    vpc.SUBNETS: lambda api: {each["id"].lower(): each for each in vpc.list_subnets(api)},
}


# The lists that can have many pages.
PAGES: Mapping[str, Callable[[Client, int], list[PageRequest]]] = {
    queues.KIND: queues.next_pages,
    connections.KIND: connections.next_pages,
}


class PlanClient(Client):
    """A client that a plan over a whole declaration shares.

    The functions of ``_api`` find objects in ``known`` instead of asking the service, so the decision about an object
    is the one of its module. ``tag_types`` are the types of resources whose tags are read all at once; ``expected`` is
    the number of objects of a kind that its list probably has, in the order in which the lists are read.
    """

    def __init__(
        self,
        access: Access,
        tag_types: Collection[str],
        *,
        foresees: bool,
        expected: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(access)
        self.foresees = foresees
        self._ahead = ReadAhead(
            access, [each for kind, number in expected.items() if kind in PAGES for each in PAGES[kind](self, number)]
        )
        self._tag_types = {tags.kind(resource_type): resource_type for resource_type in tag_types}
        self.queues_of_pools = QueuesOfPools(self)
        self._known: dict[str, MutableMapping[str, Any] | None] = {}
        self._errors: dict[str, DliError] = {}
        # Of queues and pools that the plan deletes, by their kind.
        self._removed_bindings: list[tuple[str, str]] = []

    def known(self, kind: str) -> Mapping[str, Any] | None:
        """All objects of a kind. Raises the error by which the service refused the list, each time it is needed."""
        if kind == pools.QUEUES_KIND:
            return self.queues_of_pools
        return self.objects(kind)

    def objects(self, kind: str) -> MutableMapping[str, Any] | None:
        """Like ``known``, for kinds that are read as a whole. The plan adds new objects to the result."""
        if kind in self._errors:
            raise self._errors[kind]
        if kind not in self._known:
            # None while the list is read: the functions that read it ask for it as well.
            self._known[kind] = None
            self._known[kind] = self._read(kind)
        return self._known[kind]

    def objects_read(self, kind: str) -> Mapping[str, Any]:
        """The objects of a kind that have been read already."""
        return self._known.get(kind) or {}

    def remove_bindings(self, kind: str, name: str) -> None:
        """Show all connections without the bindings of this queue or pool."""
        self._removed_bindings.append((kind, name))
        if (known := self._known.get(connections.KIND)) is not None:
            _remove_bindings(known, kind, name)

    def raise_if_nothing_was_read(self) -> None:
        """Raise the first error if all lists that the plan needed were refused."""
        if self._errors and not any(self._known.get(kind) is not None for kind in READERS):
            raise next(iter(self._errors.values()))

    def _read(self, kind: str) -> MutableMapping[str, Any] | None:
        if kind in self._tag_types:
            return tags.read_all_if_offered(self, self._tag_types[kind])
        if kind not in READERS:
            return None
        try:
            found = READERS[kind](self)
        except DliError as exc:
            self.locate(exc)
            self._errors[kind] = exc
            raise
        if kind == connections.KIND:
            for removed in self._removed_bindings:
                _remove_bindings(found, *removed)
        return found

    def _call(self, method: str, path: str, operation: str, **more: Any) -> dict[str, Any]:
        if method != "GET" and not more.get("read_only"):
            raise RuntimeError(f"a plan would {operation}")
        try:
            page = self._ahead.take(path, more.get("query"))
        except DliError as exc:
            self._note_failure(exc, method, writes=False)
            raise
        if page is not None:
            return self._received(operation, *page)
        decoded = super()._call(method, path, operation, **more)
        # The first response shows that the service accepts the credentials: more of them at once cannot lock a key.
        self._ahead.start()
        return decoded

    def close(self) -> None:
        """Read nothing ahead any more."""
        self._ahead.stop()


class QueuesOfPools(Mapping[str, "list[PoolQueue]"]):
    """The queues of each pool with their scaling policies: read when they are needed, and with the planned changes."""

    def __init__(self, api: PlanClient) -> None:
        self._api = api
        self._read: dict[str, list[PoolQueue]] = {}
        self._errors: dict[str, DliError] = {}
        self._being_read: set[str] = set()
        self._planned: dict[str, dict[str, PoolQueue]] = {}

    def plan(self, pool: str, queue: PoolQueue) -> None:
        """Let the pool contain this queue, in place of the current one of that name."""
        self._planned.setdefault(pool, {})[queue["name"]] = queue

    def __contains__(self, pool: object) -> bool:
        # While its queues are read, the function that reads them asks here as well.
        return pool not in self._being_read

    def __getitem__(self, pool: str) -> list[PoolQueue]:
        if pool in self._errors:
            raise self._errors[pool]
        if pool not in self._read:
            self._read[pool] = self._list(pool)
        merged = {queue["name"]: queue for queue in self._read[pool]} | self._planned.get(pool, {})
        return [merged[name] for name in sorted(merged)]

    def _list(self, pool: str) -> list[PoolQueue]:
        # A list that was not read has no pool that the plan creates.
        known: Mapping[str, Pool] = self._api.objects_read(pools.KIND)
        if pool in known and known[pool]["resource_id"] is None:
            return []
        self._being_read.add(pool)
        try:
            return pools.list_queues(self._api, pool)
        except DliError as exc:
            self._api.locate(exc)
            self._errors[pool] = exc
            raise
        finally:
            self._being_read.discard(pool)

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

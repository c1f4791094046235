# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the facts of a diagnosis, each list once. A failed request is a fact, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from .._api import connections, dli_agency, firewalls, pools, ports, queues, vpc, vpc_routing
from .._core.errors import AccessDenied, ApiUnavailable, DliError
from .._http import permissions
from . import overlaps, security_groups
from .facts import NOT_READ, Address, Facts, Gate, Link, Place, Subject, Unread
from .links import ip_of, is_cidr_of, leading_to, neighbor

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from .._api.connections import BindingOfKind, Connection
    from .._api.firewalls import NetworkAcl
    from .._api.pools import Pool
    from .._api.queues import Queue
    from .._api.vpc import Subnet
    from .._api.vpc_routing import RouteTable
    from .._http.client import Client
    from .facts import Group
    from .overlaps import Block

T = TypeVar("T")
Named = TypeVar("Named", bound="RouteTable | NetworkAcl")

# A project can bind a pool to many connections; the first ones show the cause.
MOST_LINKS = 10


class Reader:
    """Reads the facts of a diagnosis. Each list is requested at most once, whether or not the request succeeds."""

    def __init__(self, api: Client) -> None:
        self._api = api
        self._read: dict[Hashable, object] = {}

    def of_queue(self, name: str, addresses: Sequence[str]) -> Facts:
        """The facts about addresses that a queue cannot reach."""
        subject = self._source(name)
        bound = self._connections()
        entries = [] if isinstance(bound, Unread) else self._entries([subject], bound)
        links = bound if isinstance(bound, Unread) else tuple(self._link(*each) for each in entries[:MOST_LINKS])
        parsed = tuple(map(Address.parse, addresses))
        # An ACTIVE binding proves that DLI could use the VPC.
        proven = links and not isinstance(links, Unread) and all(each.status == connections.ACTIVE for each in links)
        facts = Facts((subject,), links, parsed, NOT_READ if proven else self._agency(), self._groups())
        return replace(
            facts,
            protecting={each.text: self._protecting(facts, each) for each in parsed},
            gates=self._gates(facts),
            omitted=max(0, len(entries) - MOST_LINKS),
        )

    def _gates(self, facts: Facts) -> dict[str, Gate]:
        """The route tables and network ACLs of subnets with addresses, beside the subnets of the connections."""
        found = {}
        for address in facts.addresses:
            for link in leading_to(facts, address):
                if subnet := neighbor(link, address):
                    vpc_id = link.connection["dest_vpc_id"] or ""
                    found[subnet] = Gate(subnet, self._table(vpc_id, subnet), self._acl(subnet))
        return found

    def _protecting(self, facts: Facts, address: Address) -> tuple[str, ...] | Unread:
        """The IDs of the security groups of an address; empty if its network interface is not visible."""
        for link in leading_to(facts, address):
            ip, subnets = ip_of(link, address), self._subnets(link.connection["dest_vpc_id"] or "")
            if isinstance(subnets, Unread):
                continue
            subnet = next((each for each in subnets if is_cidr_of(each["cidr"], ip)), None)
            if subnet is None:
                continue
            network, text = subnet["id"], str(ip)
            found = self._once(
                ("port", network, text),
                "The network interfaces",
                ("find the network interface of an address",),
                lambda network=network, text=text: ports.groups_of(self._api, network, text),  # type: ignore[misc]
            )
            if found:
                return found
        return ()

    def of_connection(self, connection: Connection, bindings: Iterable[BindingOfKind]) -> Facts:
        """The facts about bindings of a connection that are not ACTIVE."""
        subjects = [self._subject(each["kind"], each["name"]) for each in bindings]
        found = self._entries(subjects, [connection])
        links = tuple(self._link(*each) for each in found[:MOST_LINKS])
        return Facts(tuple(subjects), links, (), self._agency())

    def _once(self, key: Hashable, what: str, purposes: Sequence[str], read: Callable[[], T]) -> T | Unread:
        """The result of a read, or the reason of its failure, which must not replace the error that is diagnosed.

        ``purposes`` are those of its calls in the table of permissions.
        """
        if key not in self._read:
            try:
                self._read[key] = read()
            except DliError as exc:
                self._api.locate(exc)
                text = f"{what} could not be read"
                if isinstance(exc, ApiUnavailable):
                    found = Unread(f"{text}, because this region does not offer that. {exc.message}")
                else:
                    denied = isinstance(exc, AccessDenied) and not exc.rejects_credentials
                    found = Unread(f"{text}. {exc.message}", permissions.needed_to(*purposes) if denied else None)
                self._read[key] = found
        result: T | Unread = self._read[key]  # type: ignore[assignment]
        return result

    def _queues(self) -> Mapping[str, Queue] | Unread:
        return self._once(
            "queues",
            "The queues",
            ("list queues",),
            lambda: {queue["name"]: queue for queue in queues.list_all(self._api)},
        )

    def _pools(self) -> Mapping[str, Pool] | Unread:
        return self._once(
            "pools",
            "The elastic resource pools",
            ("list pools",),
            lambda: {pool["name"]: pool for pool in pools.list_all(self._api, {})},
        )

    def _connections(self) -> list[Connection] | Unread:
        return self._once(
            "connections",
            "The connections",
            ("list connections",),
            lambda: connections.list_all(self._api, {"status": connections.ACTIVE}),
        )

    def _agency(self) -> tuple[str, ...] | Unread:
        return self._once(
            "agency", "The agency of DLI", ("read the agency of DLI",), lambda: tuple(dli_agency.roles(self._api))
        )

    def _groups(self) -> tuple[Group, ...] | Unread:
        return self._once(
            "groups",
            "The rules of the security groups",
            ("read rules of a security group",),
            lambda: tuple(security_groups.with_rules(self._api)),
        )

    def _source(self, name: str) -> Subject:
        """The queue, or the pool that contains it: bindings and CIDR blocks are those of the pool."""
        found_queues = self._queues()
        queue = None if isinstance(found_queues, Unread) else found_queues.get(name)
        pool = queues.pool_of(queue) if queue else ""
        if not pool:
            return self._subject(connections.QUEUE, name)
        found = self._subject(connections.POOL, pool)
        own = queue["cidr_in_vpc"] if queue else None
        return replace(found, cidr=found.cidr or own, queue=name)

    def _subject(self, kind: str, name: str) -> Subject:
        known: Mapping[str, Any] | Unread = self._pools() if kind == connections.POOL else self._queues()
        if isinstance(known, Unread):
            return Subject(kind, name, None, unread=known)
        found = known.get(name) or {}
        if not found:
            return Subject(kind, name, None, unread=Unread(f"The list of {kind}s does not contain {kind} {name}."))
        # Only pools have IPv6.
        return Subject(kind, name, found.get("cidr_in_vpc"), found.get("ipv6_enable"))

    def _entries(
        self, subjects: Sequence[Subject], among: Iterable[Connection]
    ) -> list[tuple[Subject, Connection, BindingOfKind]]:
        """The bindings of the subjects."""
        return [
            (subject, connection, entry)
            for connection in among
            for entry in connections.bindings(connection)
            for subject in subjects
            if (entry["kind"], entry["name"]) == (subject.kind, subject.name) or _is_own_pool(subject, entry)
        ]

    def _link(self, subject: Subject, connection: Connection, entry: BindingOfKind) -> Link:
        vpc_id, network = connection["dest_vpc_id"] or "", connection["dest_network_id"] or ""
        others, routes, unread = self._others(subject, vpc_id)
        since = entry["update_time"] or connection["create_time"]
        return Link(
            subject=subject,
            connection=connection,
            status=entry["status"],
            message=self._api.masked(entry["err_msg"]),
            peer_id=entry["peer_id"],
            age=None if since is None else max(0.0, self._api.now() - since / 1000),
            place=self._place(vpc_id, network),
            others=others,
            unread=unread,
            peering=self._peering(entry),
            table=self._table(vpc_id, network),
            acl=self._acl(network),
            routes=routes,
        )

    def _table(self, vpc_id: str, network: str) -> RouteTable | Unread | None:
        return self._once(
            ("table", network),
            "The route table",
            ("read a route table",),
            lambda: _shown(self._api, vpc_routing.table_of_subnet(self._api, vpc_id, network)),
        )

    def _acl(self, network: str) -> NetworkAcl | Unread | None:
        return self._once(
            ("acl", network),
            "The network ACLs",
            ("list network ACLs", "read a network ACL"),
            lambda: _shown(self._api, firewalls.of_subnet(self._api, network)),
        )

    def _peering(self, entry: BindingOfKind) -> vpc_routing.Peering | Unread | None:
        peer_id = entry["peer_id"]
        if not peer_id:
            return Unread("The service does not show the VPC peering of the binding.")
        if entry["status"] != connections.ACTIVE:
            return Unread("The VPC peering was not read.")
        return self._once(
            ("peering", peer_id),
            f"VPC peering {peer_id}",
            ("read a VPC peering",),
            lambda: vpc_routing.show_peering(self._api, peer_id),
        )

    def _subnets(self, vpc_id: str) -> list[Subnet] | Unread:
        return self._once(
            ("subnets", vpc_id),
            "The subnets of the VPC",
            ("look up a subnet",),
            lambda: list(vpc.list_subnets(self._api, {"vpc_id": vpc_id})),
        )

    def _place(self, vpc_id: str, network: str) -> Place | Unread | None:
        subnets = self._subnets(vpc_id)
        if isinstance(subnets, Unread):
            return subnets
        vpcs = self._once("vpcs", "The VPCs", ("look up a VPC by name",), lambda: list(vpc.list_vpcs(self._api)))
        subnet = next((each for each in subnets if each["id"].lower() == network.lower()), None)
        if subnet is None or subnet["vpc_id"].lower() != vpc_id.lower():
            return None
        found = [] if isinstance(vpcs, Unread) else vpcs
        name = self._api.masked(subnet["name"])
        return Place(
            vpc_id,
            next((each["cidr"] for each in found if each["id"].lower() == vpc_id.lower()), None),
            name,
            subnet["cidr"],
            subnet["ipv6_enable"],
            neighbors={
                each["id"]: block
                for each in subnets
                if each["id"] != subnet["id"] and each["vpc_id"].lower() == vpc_id.lower()
                if (block := overlaps.block(f"subnet {self._api.masked(each['name'])}", each["cidr"]))
            },
            vpc_unread=vpcs if isinstance(vpcs, Unread) else None,
        )

    def _others(self, subject: Subject, vpc_id: str) -> tuple[tuple[Block, ...], tuple[Block, ...], Unread | None]:
        """The blocks of other queues and pools in the VPC, those of routes to it, and why some are missing."""
        active = self._connections()
        if isinstance(active, Unread):
            return (), (), active
        in_vpc = [each for each in active if (each["dest_vpc_id"] or "").lower() == vpc_id.lower()]
        members = {member for each in in_vpc for member in overlaps.bound(each)} - {(subject.kind, subject.name)}
        members -= {member for member in members if self._is_in_pool(member, subject)}
        others = {member: self._subject(*member) for member in members}
        blocks = overlaps.of_members(members, lambda kind, name: others[kind, name].cidr)
        routes = (route for each in in_vpc for route in overlaps.of_routes(each))
        return tuple(blocks), tuple(routes), next((each.unread for each in others.values() if each.unread), None)

    def _is_in_pool(self, member: tuple[str, str], pool: Subject) -> bool:
        """Whether a connection names a queue in the pool. Its CIDR block is that of the pool."""
        if (member[0], pool.kind) != (connections.QUEUE, connections.POOL):
            return False
        listed = self._queues()
        queue = None if isinstance(listed, Unread) else listed.get(member[1])
        return queue is not None and queues.pool_of(queue) == pool.name


def _is_own_pool(subject: Subject, entry: BindingOfKind) -> bool:
    """Whether the binding is that of the pool of the same name that a queue outside pools can have."""
    is_pool = entry["kind"] == connections.POOL
    return is_pool and subject.kind == connections.QUEUE and entry["name"] == subject.name


def _shown(api: Client, found: Named | None) -> Named | None:
    """An object with its name as messages show it."""
    if found is not None:
        found["name"] = api.masked(found["name"])
    return found

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of a task to a connection: one plan, from which ``changed``, the diff and the prediction come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import connection_hints, connections, vpc
from .._core.compare import given, normalize_name
from .._core.errors import Difference, InvalidInput
from .._core.refusals import Refusals
from .._core.results import Outcome
from . import aspects as connection_aspects
from . import binding_preconditions, bindings, ipv6, preconditions
from . import hosts as connection_hosts

if TYPE_CHECKING:
    from .._api.connections import Connection, Host
    from .._aspect.aspect import Decisions
    from .bindings import BindingPlan, Queues
    from .task import ConnectionTask


class Plan(NamedTuple):
    """Everything that one task changes on a connection.

    ``current`` is None if no connection exists. ``body`` holds the fields of the request that creates a connection; it
    is empty if the current one is kept. ``hosts`` is the list of hosts to send, None if the current list is right.
    ``predicted`` is the connection afterwards without its aspects. ``lost`` are the aspects of a replaced connection.
    """

    current: Connection | None
    bindings: BindingPlan
    found_queues: Queues
    aspects: Decisions
    predicted: Connection
    hosts: list[Host] | None = None
    body: Mapping[str, Any] = {}
    lost: Mapping[str, Any] = {}
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        own = self.body or self.bindings.binds or self.bindings.unbinds or self.hosts is not None
        return bool(own) or self.aspects.changes

    @property
    def is_ready(self) -> bool:
        """Whether the connection and the requested bindings were ACTIVE when they were read."""
        requested = self.bindings.requested_queues, self.bindings.requested_pools
        return self.current is not None and connections.is_ready(self.current, *requested)

    def with_hosts(self, before: list[Host], after: list[Host]) -> Plan:
        """The plan with the hosts as they were directly before they were set, and as they were set."""
        return self._replace(
            current=None if self.current is None else {**self.current, "hosts": before},
            hosts=None if before == after else after,
            predicted={**self.predicted, "hosts": after},
        )

    def outcome(self, after: Connection, *, dry_run: bool) -> Outcome:
        """The outcome of this plan, with the connection as the service reports it ``after`` the changes."""
        result: dict[str, Any] = {**after, "bound_via": dict(self.bindings.bound_via)}
        connection_aspects.add_to(result, after, self.aspects, dry_run=dry_run)
        before: dict[str, Any] = {}
        if self.current is not None:
            before = {**connections.managed(self.current), **(self.lost if self.body else self.aspects.before)}
        route_table = {key: self.body[key] for key in ("routetable_id",) if key in self.body}
        return Outcome(
            changed=self.changed,
            after=result,
            diff_before=before,
            diff_after={**connections.managed(self.predicted), **route_table, **self.aspects.after},
            warnings=self.warnings + self.aspects.warnings,
            unsupported=self.aspects.unsupported,
        )


def with_network_ids(task: ConnectionTask, current: Connection | None, refusals: Refusals) -> ConnectionTask:
    """The task with the IDs of the VPC and the subnet that it names.

    Raises InvalidInput if a subnet is named and its VPC is unknown. A name without a match is added to ``refusals``.
    """
    params, subnet = task.params.copy(), None
    if (vpc_name := params["dest_vpc_name"]) is not None:
        params["dest_vpc_id"] = refusals.attempt(
            lambda: vpc.vpc_id(task.api, vpc_name), None, lambda why: Difference("dest_vpc_name", None, vpc_name, why)
        )
    if (name := params["dest_subnet_name"]) is not None and not refusals.options:
        vpc_id = params["dest_vpc_id"] or (current["dest_vpc_id"] if current else None)
        if vpc_id is None:
            raise InvalidInput(preconditions.missing_problems(task))
        subnet = refusals.attempt(
            lambda: vpc.subnet(task.api, vpc_id, name),
            None,
            lambda why: Difference("dest_subnet_name", None, name, why),
        )
        params["dest_network_id"] = subnet["id"] if subnet else None
    return type(task)(task.api, params, task.dry_run, task.budget, subnet)


def decide(task: ConnectionTask, current: Connection | None, refusals: Refusals | None = None) -> Plan:
    """Decide about the connection as it was read; the IDs of its network are resolved. Costs requests that only read.

    Raises an error that names what the service would reject, as far as that is known beforehand. ``refusals`` are known
    before.
    """
    refusals = refusals or Refusals()
    rejected = preconditions.rejected_changes(task, current) if current else []
    if current is not None and not (rejected and task.params["force_recreate"]):
        if rejected:
            refusals.add(preconditions.refusal(current, rejected), rejected)
        return _decide_change(task, current, refusals)
    refusals.raise_all({}, {})
    return _decide_creation(task, current)


def _decide_creation(task: ConnectionTask, replaced: Connection | None) -> Plan:
    preconditions.check_creation(task)
    body, refusals = requested(task), Refusals()
    changes, found_queues, warnings = binding_preconditions.resolve(task, None, refusals)
    body = _without_queues_of(body, changes)
    subnet = task.subnet
    if task.dry_run and subnet is None:
        # In a real run the service checks the IDs.
        subnet, unchecked = refusals.attempt(
            lambda: vpc.check(task.api, body["dest_vpc_id"], body["dest_network_id"]),
            (None, ()),
            lambda why: Difference("dest_network_id", None, body["dest_network_id"], why),
        )
        warnings += unchecked
    refusals.raise_all({}, {})
    warnings += ipv6.warnings(task, None, changes, subnet)
    fields = {key: body.get(key) for key in ("dest_vpc_id", "dest_network_id", "hosts")}
    blank = connections.planned(task.name, fields)
    return Plan(
        current=replaced,
        bindings=changes,
        found_queues=found_queues,
        aspects=connection_aspects.decide_for_new(task.params),
        predicted=bindings.predicted(blank, changes, _status_of_new_bindings(task)),
        body=body,
        lost=connection_aspects.lost_with(task, replaced) if replaced else {},
        warnings=warnings,
    )


def _without_queues_of(body: dict[str, Any], changes: BindingPlan) -> dict[str, Any]:
    """The body without queues whose pools it lists: binding a pool binds all of its queues.

    Some regions are about to end the field for queues, and others do not document the one for pools, so a queue in a
    pool that is not listed stays.
    """
    listed = set(body.get("elastic_resource_pools", ()))
    left = [name for name in body.get("queues", ()) if changes.bound_via.get(name) not in listed]
    return {**body, "queues": left} if left or not listed else {k: v for k, v in body.items() if k != "queues"}


def requested(task: ConnectionTask) -> dict[str, Any]:
    """The fields of the request that creates the connection: the given options, names as the service stores them."""
    options = given(task.params)
    body = {key: options[key] for key in connections.CREATE_OPTIONS if key in options}
    for key in ("queues", "elastic_resource_pools"):
        if key in body:
            body[key] = list(dict.fromkeys(normalize_name(name) for name in body[key]))
    if "hosts" in body:
        body["hosts"] = connection_hosts.distinct(body["hosts"])
    return body


def _decide_change(task: ConnectionTask, current: Connection, refusals: Refusals) -> Plan:
    no_bindings: Queues = {}
    unchanged = bindings.unchanged(task.params, current), no_bindings, ()
    changes, found_queues, warnings = refusals.attempt(
        lambda: binding_preconditions.resolve(task, current, refusals), unchanged
    )
    hosts = refusals.attempt(
        lambda: connection_hosts.to_set(task.params, current["hosts"]),
        None,
        lambda why: Difference("hosts", current["hosts"], task.params["hosts"], why),
    )
    aspects = connection_aspects.decide(task, current, refusals)
    if not refusals.options:
        warnings += ipv6.warnings(task, current, changes, task.subnet)
    warnings += refusals.attempt(lambda: _failure_warnings(task, current, changes), ())
    predicted = bindings.predicted(current, changes, _status_of_new_bindings(task))
    if hosts is not None:
        predicted["hosts"] = hosts
    refusals.raise_all(
        {**connections.managed(current), **aspects.before}, {**connections.managed(predicted), **aspects.after}
    )
    return Plan(current, changes, found_queues, aspects, predicted, hosts=hosts, warnings=warnings)


def _failure_warnings(task: ConnectionTask, current: Connection, changes: BindingPlan) -> tuple[str, ...]:
    """Raise Conflict if a FAILED binding prevents the requested state; without ``wait``, return a warning.

    A FAILED binding that the task does not mention is a warning, too.
    """
    if problem := bindings.failed_pools(current, changes):
        raise problem
    problem = connection_hints.failure(current, changes.requested_queues, changes.requested_pools)
    if problem and task.budget.wait:
        raise problem
    kept = bindings.without(current, changes.unbind_queues, changes.unbind_pools)
    remaining = connection_hints.failure(kept, kept["queues"], connections.pool_names(kept))
    return (str(remaining),) if remaining else ()


def _status_of_new_bindings(task: ConnectionTask) -> str:
    return connections.ACTIVE if task.budget.wait else connections.CREATING

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module dli_enhanced_connection does: read the connection, and change it if it is not as requested."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from .._api import connections, vpc
from .._aspect import aspect as aspects
from .._aspect import tags
from .._core.compare import delta, given, normalize_name
from .._core.errors import Conflict, ImmutableOption, InvalidInput
from .._core.results import Outcome
from .._wait.budget import wait_budget
from . import binding_preconditions, operations, projects, routes
from . import bindings as binding_plan
from . import hosts as hosts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._http.client import Client
    from .._wait.budget import WaitBudget

    Connection = dict[str, Any]
    Plan = binding_plan.Plan


ASPECTS = (
    routes.ASPECT,
    projects.ASPECT,
    tags.OF_CONNECTIONS,
)


def ensure(api: Client, params: dict[str, Any], dry_run: bool) -> Outcome:
    """Bring the connection into the state asked for; with ``dry_run``, only decide what that would change."""
    budget = wait_budget(params)
    # One budget bounds all that is sent; without `wait` there is none.
    with api.with_deadline(budget.deadline) if budget.wait else nullcontext():
        current = connections.find(api, params["name"])
        if params["state"] == "absent":
            return _ensure_absent(api, dry_run, current, budget)
        params = {**params, **_network_ids(api, params, current)}
        if current is None:
            return _ensure_created(api, params, dry_run, budget, replaced=None)
        # Ids are UUIDs, whose letter case means nothing.
        rules = dict.fromkeys(connections.FIXED_AT_CREATION, str.lower)
        fixed = delta(given({key: params[key] for key in connections.FIXED_AT_CREATION}), current, rules)
        if not fixed:
            return _ensure_adjusted(api, params, dry_run, current, budget)
        if params["force_recreate"]:
            return _ensure_created(api, params, dry_run, budget, replaced=current)
        differences = "; ".join(
            f"{key} is {current[key]!r}, asked for is {value!r}{_named(params, key)}" for key, value in fixed.items()
        )
        raise ImmutableOption(
            f"Connection {current['name']} cannot be changed in what is fixed at creation: {differences}.",
            hint="Ask for what is there, or set force_recreate=true to delete the connection and create it again.",
        )


def _network_ids(api: Client, params: dict[str, Any], current: Connection | None) -> dict[str, str]:
    """The ids of the VPC and the subnet that were given by name."""
    found = {}
    vpc_id: str | None = params["dest_vpc_id"]
    if params["dest_vpc_name"] is not None:
        vpc_id = found["dest_vpc_id"] = vpc.vpc_id(api, params["dest_vpc_name"])
    if params["dest_subnet_name"] is not None:
        vpc_id = vpc_id or (current["dest_vpc_id"] if current else None)
        if vpc_id is None:
            raise InvalidInput(["dest_vpc_id: is missing (or dest_vpc_name); a subnet is looked up in its VPC"])
        found["dest_network_id"] = vpc.network_id(api, vpc_id, params["dest_subnet_name"])
    return found


def _named(params: Mapping[str, Any], key: str) -> str:
    """By which name something fixed was asked for, if it was by name."""
    option = vpc.BY_NAME[key]
    return f" ({option} {params[option]})" if params[option] is not None else ""


def _ensure_absent(api: Client, dry_run: bool, current: Connection | None, budget: WaitBudget) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    if not dry_run:
        operations.delete(api, current, budget)
    return Outcome(changed=True, after=None, diff_before=connections.managed(current))


def _ensure_created(
    api: Client, params: dict[str, Any], dry_run: bool, budget: WaitBudget, *, replaced: Connection | None
) -> Outcome:
    name = params["name"]
    if lacking := [key for key in connections.NEEDED_AT_CREATION if params[key] is None]:
        raise InvalidInput([f"{key}: is missing, and creating connection {name} needs it" for key in lacking])
    asked = _asked_at_creation(params)
    plan, pools_of_queues, warnings = binding_preconditions.plan(api, params, dry_run, None)
    if dry_run and params["dest_subnet_name"] is None:
        # In a real run the service looks itself.
        warnings += vpc.check(api, params["dest_vpc_id"], params["dest_network_id"])
    blank = connections.from_api(
        {"name": name, **{k: asked.get(k) for k in ("dest_vpc_id", "dest_network_id", "hosts")}}
    )
    after = binding_plan.predicted(blank, plan, _status_to_be(params))
    decided = aspects.decide_for_new(ASPECTS, params)
    diff_before = {**connections.managed(replaced), **_aspects_of(api, params, replaced)} if replaced else {}
    diff_after = {**connections.managed(after), **given({"routetable_id": params["routetable_id"]})}
    if not dry_run:
        waited = binding_preconditions.wait(api, params, plan, pools_of_queues, budget)
        warnings += waited.warnings
        if replaced is not None:
            # Also without `wait`: two connections of one name would be ambiguous ever after.
            operations.delete(api, replaced, budget.always_waiting())
        elif waited.long and connections.find(api, name):
            raise Conflict(
                f"Connection {name} was created by somebody else while its queues were waited for.",
                hint="Running the task again goes on from what is there.",
            )
        created = {**after, "id": operations.create(api, name, {**asked, **decided.at_creation})}
        decided = decided.remaining_after_create()
        if budget.wait and decided.changes:
            # What follows may be refused, and the run after that has to find what is there.
            operations.wait_until_listed(api, name, budget)
        decided = decided.apply(api, created, budget)
        if budget.wait:
            after = operations.wait_until_ready(api, created, plan.requested_queues, plan.requested_pools, budget)
            operations.wait_until_listed(api, name, budget)
        else:
            after = connections.get(api, created["id"], name) or created
    return Outcome(
        changed=True,
        after=_result(after, plan, decided, dry_run),
        diff_before=diff_before,
        diff_after={**diff_after, **decided.after},
        warnings=warnings + decided.warnings,
        unsupported=decided.unsupported,
    )


def _aspects_of(api: Client, params: dict[str, Any], connection: Connection) -> dict[str, Any]:
    """What a connection that is about to be replaced has of what the task speaks of. None of it is kept."""
    purge = {f"purge_{aspect.option}": True for aspect in ASPECTS}
    return aspects.decide(api, ASPECTS, {**params, **purge}, connection).before


def _asked_at_creation(params: dict[str, Any]) -> dict[str, Any]:
    """Exactly what the user said, with queue and pool names as the service stores them."""
    asked = given({key: params[key] for key in connections.CREATE_OPTIONS})
    for key in ("queues", "elastic_resource_pools"):
        if key in asked:
            asked[key] = list(dict.fromkeys(normalize_name(name) for name in asked[key]))
    if "hosts" in asked:
        asked["hosts"] = hosts_of.distinct(asked["hosts"])
    return asked


def _ensure_adjusted(
    api: Client, params: dict[str, Any], dry_run: bool, current: Connection, budget: WaitBudget
) -> Outcome:
    plan, pools_of_queues, warnings = binding_preconditions.plan(api, params, dry_run, current)
    hosts = hosts_of.to_set(params, current)
    if not plan.binds:
        # What is about to be bound may bring IPv6 along [assumption].
        routes.refuse_ipv6(params, current)
    decided = aspects.decide(api, ASPECTS, params, current)
    warnings += _look_for_failures(current, plan, budget)
    changes = plan.binds or plan.unbinds or hosts is not None
    predicted = binding_plan.predicted(current, plan, _status_to_be(params))
    if hosts is not None:
        predicted["hosts"] = hosts
    after = predicted
    if not dry_run and (changes or decided.changes):
        waited = binding_preconditions.wait(api, params, plan, pools_of_queues, budget)
        warnings += waited.warnings
        if waited.long:
            # Somebody else may have changed it meanwhile, and what they did must not be undone by an old reading.
            now = operations.existing(api, current)
            plan, hosts = binding_plan.plan(params, now, pools_of_queues), hosts_of.to_set(params, now)
            decided = aspects.decide(api, ASPECTS, params, now)
        _send(api, current, plan, hosts, budget)
        decided = decided.apply(api, current, budget)
        after = _settled(api, current, plan, budget)
    elif not dry_run and budget.wait and not connections.is_ready(current, plan.requested_queues, plan.requested_pools):
        after = _settled(api, current, plan, budget)
    return Outcome(
        changed=changes or decided.changes,
        after=_result(after, plan, decided, dry_run),
        diff_before={**connections.managed(current), **decided.before},
        diff_after={**connections.managed(predicted), **decided.after},
        warnings=warnings + decided.warnings,
        unsupported=decided.unsupported,
    )


def _result(connection: Connection, plan: Plan, decided: aspects.Decisions, dry_run: bool) -> Connection:
    """The connection with what was decided about it, as far as it does not show that itself."""
    decisions = dict(decided.after)
    ways = decisions.pop("routes", None)
    result = {**connection, "bound_via": dict(plan.bound_via), **decisions}
    if dry_run and ways is not None:
        result["routes"] = routes.predicted(connection, ways)
    if dry_run and "allowed_projects" in decisions:
        result["is_privis"] = not decisions["allowed_projects"]
    return result


def _look_for_failures(current: Connection, plan: Plan, budget: WaitBudget) -> tuple[str, ...]:
    """Bindings that FAILED already cannot become what was asked for; told before anything is sent."""
    if problem := binding_plan.failed_pools(current, plan):
        raise problem
    problem = connections.failed(current, plan.requested_queues, plan.requested_pools)
    if problem and budget.wait:
        raise problem
    return (str(problem),) if problem else ()


def _status_to_be(params: dict[str, Any]) -> str:
    return connections.ACTIVE if params["wait"] else connections.CREATING


def _send(api: Client, current: Connection, plan: Plan, hosts: list[dict[str, str]] | None, budget: WaitBudget) -> None:
    # Unbound first: what goes may hold the address range that what comes needs.
    if plan.unbinds:
        operations.unbind(api, current, plan.unbind_queues, plan.unbind_pools, budget)
    if plan.binds:
        operations.bind(api, current, plan.bind_queues, plan.bind_pools, budget)
    if hosts is not None:
        operations.set_hosts(api, current, hosts)


def _settled(api: Client, connection: Connection, plan: Plan, budget: WaitBudget) -> Connection:
    """The connection as it is now; with ``wait``, once all that was asked for is ACTIVE."""
    if budget.wait:
        return operations.wait_until_ready(api, connection, plan.requested_queues, plan.requested_pools, budget)
    return operations.existing(api, connection)

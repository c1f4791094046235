#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_enhanced_connection
short_description: Manage enhanced datasource connections of Huawei Cloud Data Lake Insight (DLI)
description:
  - Queues run in a network of their own. An enhanced datasource connection joins them to a subnet of a VPC, so that their
    jobs reach the data sources there. Each queue or elastic resource pool that is bound to the connection gets a VPC peering.
  - This module creates and deletes connections, binds and unbinds queues and pools, and sets hosts, routes, tags and the
    projects that may use the connection.
  - Waits until the connection and every binding that was asked for is active. A binding that failed ends the wait at once
    with the reason that the service gives.
  - An option that is left out is never compared and never changed; an empty list empties what it describes.
  - The order of O(queues), O(elastic_resource_pools), O(hosts), O(routes) and O(allowed_projects) does not matter.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.wait
  - huaweicloud.dli.ready
  - huaweicloud.dli.tags
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details:
      - Sends nothing that changes anything. A queue or pool that is to be bound but does not exist is a warning,
        because an earlier task of the same play may be the one that creates it.
      - A connection that does not exist yet is refused by the service if O(dest_vpc_id) or O(dest_network_id) are wrong.
        In check mode the module looks for itself, and warns if it is not allowed to.
  idempotent:
    support: partial
    details:
      - O(routetable_id) is used when the connection is created and not compared afterwards, because the service does
        not show it.
options:
  name:
    description:
      - Name of the connection, 1 to 64 letters, digits and underscores. Upper and lower case are different.
      - The service does not promise that names are unique. If there are several connections of the name, the module fails
        and lists their ids.
    type: str
    required: true
  state:
    description:
      - With V(present), the connection exists as described.
      - With V(absent), it does not exist. The service refuses to delete a connection while a binding is being created.
        The module waits for that first, and with O(wait=false) it fails.
    type: str
    choices: [present, absent]
    default: present
  dest_vpc_id:
    description:
      - Id of the VPC that the data source is in. Required when the connection does not exist yet.
      - The address range of the subnet must not overlap with that of a queue or pool that is to be bound.
      - Fixed at creation.
    type: str
  dest_vpc_name:
    description:
      - Name of the VPC, in place of O(dest_vpc_id). The module fails and lists the ids if several VPCs have that name.
    type: str
  dest_network_id:
    description:
      - Network id of the subnet that the data source is in. This is the C(id) of the subnet, not its
        C(neutron_subnet_id). Required when the connection does not exist yet.
      - Fixed at creation.
    type: str
  dest_subnet_name:
    description:
      - Name of the subnet, in place of O(dest_network_id). It is looked up in the VPC of the connection.
    type: str
  queues:
    description:
      - Names of the queues to bind. They have to be dedicated; the preset queue V(default) cannot be bound.
      - Binding a queue that lives in an elastic resource pool binds the pool. RV(enhanced_connection.bound_via)
        then names the pool, and the pool is listed in RV(enhanced_connection.elastic_resource_pools).
      - A queue is bound only when it is ready, because a queue that is bound too early leaves the binding
        unfinished for good. With O(wait=false) the module refuses to bind a queue that is not ready.
    type: list
    elements: str
  purge_queues:
    description:
      - Unbind queues that are not in O(queues), if O(queues) is given.
      - A pool that was bound for the sake of a queue stays bound; O(elastic_resource_pools) decides about pools.
    type: bool
    default: true
  elastic_resource_pools:
    description:
      - Names of the elastic resource pools to bind. Pools in which O(queues) live need not be named.
    type: list
    elements: str
  purge_elastic_resource_pools:
    description:
      - Unbind pools that are neither in O(elastic_resource_pools) nor home of one of O(queues), if
        O(elastic_resource_pools) is given.
    type: bool
    default: true
  hosts:
    description:
      - Names by which jobs reach hosts of the data source; at most 20000, each with one address.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the host, 1 to 128 letters, digits and C(_), C(-), C(.), beginning with a letter.
        type: str
        required: true
      ip:
        description:
          - IPv4 address of the host.
        type: str
        required: true
  purge_hosts:
    description:
      - Remove hosts that are not in O(hosts), if O(hosts) is given. With V(false), a host that is there by a name in
        O(hosts) gets the address that it has there.
    type: bool
    default: true
  routetable_id:
    description:
      - Route table that the connection uses when it is created. The service takes the one of the subnet if this is
        left out.
    type: str
  routes:
    description:
      - Routes of the connection to address ranges that lie behind the subnet.
      - A route whose range changes is removed and added again, because the service cannot change one.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the route, 1 to 64 letters, digits, underscores and hyphens.
        type: str
        required: true
      cidr:
        description:
          - Range of addresses, for example V(10.1.0.0/24). Nothing in C(100.125.0.0/16) or
            C(100.64.0.0/16) can be used, and an IPv6 range only if the connection carries IPv6
            (RV(enhanced_connection.ipv6_enable)).
        type: str
        required: true
  purge_routes:
    description:
      - Remove routes that are not in O(routes), if O(routes) is given.
    type: bool
    default: true
  allowed_projects:
    description:
      - Ids of other projects that may bind their queues to the connection.
    type: list
    elements: str
  purge_allowed_projects:
    description:
      - Take that right from projects that are not in O(allowed_projects), if O(allowed_projects) is given.
    type: bool
    default: true
  force_recreate:
    description:
      - Delete the connection and create it again if an option that is fixed at creation differs. What is not described
        in the task is then as with a new connection.
      - Without this the module fails and names the options, what is there and what was asked for.
    type: bool
    default: false
notes:
  - What was unbound is listed for some seconds more. With O(wait=false) nobody waits for that, so a run in these seconds
    finds it bound, and takes it for that if it is asked for again.
  - A new connection may be listed some seconds late, and nothing else tells that it is there. With O(wait=false) nobody
    waits for that, so do not run the task again in these seconds; it could create a second connection of the name.
seealso:
  - module: huaweicloud.dli.dli_connectivity_test
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - module: huaweicloud.dli.dli_queue
"""

EXAMPLES = r"""
- name: Connect two queues to a subnet and wait until the connection is active
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    dest_vpc_id: 22094d8f-c310-4621-913d-4c4d655d8495
    dest_network_id: 78f2562a-36e4-4b39-95b9-f5aab22e1281
    queues: [q1, q2]
    hosts:
      - name: ecs-97f8-0001
        ip: 192.168.0.1
      - name: ecs-97f8-0002
        ip: 192.168.0.2

- name: Bind one more queue and leave the others alone
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    queues: [q3]
    purge_queues: false

- name: Bind an elastic resource pool, and with it every queue in it
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    elastic_resource_pools: [pool1]

- name: Find the subnet by name, add a route, tag the connection and share it with another project
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    dest_vpc_name: vpc-data
    dest_subnet_name: subnet-data
    routes:
      - name: warehouse
        cidr: 10.1.0.0/24
    tags:
      team: data
    allowed_projects:
      - 5f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6

- name: Unbind everything and remove every host
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    queues: []
    elastic_resource_pools: []
    hosts: []

- name: Delete the connection
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    state: absent
"""

RETURN = r"""
enhanced_connection:
  description:
    - The connection as the service reports it, or as it would be in check mode. V(null) if it does not exist afterwards.
    - Every key is always there; what is not known in check mode is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: Id of the connection.
      type: str
      sample: 2a620c33-5609-40c9-affd-2b6453071b0f
    name:
      description: Name of the connection.
      type: str
      sample: test1
    status:
      description: V(ACTIVE) from the creation on. It says nothing of the bindings.
      type: str
      sample: ACTIVE
    dest_vpc_id:
      description: Id of the VPC of the data source.
      type: str
      sample: 22094d8f-c310-4621-913d-4c4d655d8495
    dest_network_id:
      description: Network id of the subnet of the data source.
      type: str
      sample: 78f2562a-36e4-4b39-95b9-f5aab22e1281
    queues:
      description: Names of the queues that are bound by themselves.
      type: list
      elements: str
      sample: [q1, q2]
    available_queue_info:
      description: Bindings of queues.
      type: list
      elements: dict
      contains: &binding
        name:
          description: Name of what is bound.
          type: str
          sample: q1
        peer_id:
          description: Id of the VPC peering behind the binding.
          type: str
          sample: 2a620c33-5609-40c9-affd-2b6453071b0f
        status:
          description: V(CREATING), V(ACTIVE) or V(FAILED).
          type: str
          sample: ACTIVE
        err_msg:
          description: Why the binding failed; empty if it did not.
          type: str
          sample: ""
        update_time:
          description: When the binding changed, in milliseconds since the epoch.
          type: int
          sample: 1566889577861
    elastic_resource_pools:
      description: Bindings of elastic resource pools.
      type: list
      elements: dict
      contains: *binding
    bound_via:
      description: For each of O(queues) that lives in an elastic resource pool, the pool that is bound in its place.
      type: dict
      sample: {q3: pool1}
    hosts:
      description: Hosts of the connection.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the host.
          type: str
          sample: ecs-97f8-0001
        ip:
          description: IPv4 address of the host.
          type: str
          sample: 192.168.0.1
    routes:
      description: Routes of the connection, if the service shows them.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the route.
          type: str
          sample: warehouse
        cidr:
          description: Range of addresses that the route leads to.
          type: str
          sample: 10.1.0.0/24
        create_time:
          description: When the route was added, in milliseconds since the epoch.
          type: int
          sample: 1566888011125
    is_privis:
      description: V(false) if another project may use the connection.
      type: bool
      sample: true
    ipv6_enable:
      description: Whether the connection carries IPv6.
      type: bool
      sample: false
    create_time:
      description: When the connection was created, in milliseconds since the epoch.
      type: int
      sample: 1566888011125
    tags:
      description: Tags of the connection. V(null) if they were not read.
      type: dict
      sample: {team: data}
    allowed_projects:
      description: Ids of the projects that may bind queues to the connection. V(null) if they were not read.
      type: list
      elements: str
      sample: [330e068af1334c9782f4226acc00a2e2]
unsupported:
  description: What was asked for but is not offered by the region. Nothing of it was done; everything else was.
  returned: success
  type: list
  elements: str
  sample: []
error:
  description: Why the task failed, for use in conditions.
  returned: failure
  type: dict
  contains:
    code:
      description: Error code of the service; V(null) if the failure does not come from the service.
      type: str
      sample: DLI.0001
    message:
      description: What the service said, or the failure in one sentence.
      type: str
      sample: Connection test1 does not exist.
    request_id:
      description: Id of the request, for the vendor's support.
      type: str
      sample: 0f3a5c2b9d8e4f71a6b0c4d2e8f9a1b3
    http_status:
      description: HTTP status of the answer.
      type: int
      sample: 400
    hint:
      description: What can be done about it.
      type: str
      sample: Check that project_id belongs to these credentials and to this region.
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from ..module_utils._api import connections, queues, vpc
from ..module_utils._aspect import aspect as aspects
from ..module_utils._aspect import tags
from ..module_utils._connection import binding_preconditions, operations, projects, routes, validation
from ..module_utils._connection import bindings as binding_plan
from ..module_utils._connection import hosts as hosts_of
from ..module_utils._core.changes import Outcome, delta, given
from ..module_utils._core.errors import Conflict, ImmutableOption, InvalidInput
from ..module_utils._edge.options import (
    connection_options,
    ready_options,
    tag_options,
    wait_budget,
    wait_options,
)
from ..module_utils._edge.spec import ListCache, ModuleSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..module_utils._http.client import Client
    from ..module_utils._wait.budget import WaitBudget

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
    with api.within(budget.deadline) if budget.wait else nullcontext():
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
    diff_before = {**connections.managed(replaced), **_facets_of(api, params, replaced)} if replaced else {}
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


def _facets_of(api: Client, params: dict[str, Any], connection: Connection) -> dict[str, Any]:
    """What a connection that is about to be replaced has of what the task speaks of. None of it is kept."""
    purge = {f"purge_{aspect.option}": True for aspect in ASPECTS}
    return aspects.decide(api, ASPECTS, {**params, **purge}, connection).before


def _asked_at_creation(params: dict[str, Any]) -> dict[str, Any]:
    """Exactly what the user said, with queue and pool names as the service stores them."""
    asked = given({key: params[key] for key in connections.CREATE_OPTIONS})
    for key in ("queues", "elastic_resource_pools"):
        if key in asked:
            asked[key] = list(dict.fromkeys(queues.normalize_name(name) for name in asked[key]))
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


SPEC = ModuleSpec(
    key="enhanced_connection",
    validate=validation.connection_problems,
    run=ensure,
    lists=ListCache(connections.from_list),
    options={
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "dest_vpc_id": {"type": "str"},
        "dest_vpc_name": {"type": "str"},
        "dest_network_id": {"type": "str"},
        "dest_subnet_name": {"type": "str"},
        "queues": {"type": "list", "elements": "str"},
        "purge_queues": {"type": "bool", "default": True},
        "elastic_resource_pools": {"type": "list", "elements": "str"},
        "purge_elastic_resource_pools": {"type": "bool", "default": True},
        "hosts": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "ip": {"type": "str", "required": True},
            },
        },
        "purge_hosts": {"type": "bool", "default": True},
        "routes": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "cidr": {"type": "str", "required": True},
            },
        },
        "purge_routes": {"type": "bool", "default": True},
        "routetable_id": {"type": "str"},
        "allowed_projects": {"type": "list", "elements": "str"},
        "purge_allowed_projects": {"type": "bool", "default": True},
        **tag_options(),
        "force_recreate": {"type": "bool", "default": False},
        **wait_options(),
        **ready_options(),
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_elastic_resource_pool
short_description: Manage elastic resource pools of Huawei Cloud Data Lake Insight (DLI)
description:
  - Creates, resizes and deletes elastic resource pools of Data Lake Insight, changes their description and tags, and
    waits until a pool is available.
  - A pool that is being created or scaled takes no change. With O(wait) that is waited for first.
  - An option that is left out is never compared and never changed.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.wait
  - huaweicloud.dli.tags
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details:
      - Sends nothing that changes anything. Fields that only the service can fill in are V(null) in the prediction.
      - Queues that still live in a pool that is to be deleted are only warned about, because an earlier task of the
        playbook may be the one that deletes them.
  idempotent:
    support: full
options:
  name:
    description:
      - Name of the pool. The service stores it in lower case.
      - 1 to 128 letters, digits and underscores, not only digits, not beginning with an underscore.
    type: str
    required: true
  state:
    description:
      - With V(present), the pool exists as described.
      - With V(absent), it does not exist. A pool in which queues live is not deleted, and neither is a prepaid one. The
        service keeps a new pool for its first 15 to 60 minutes; with O(wait) its end is waited for as long as
        O(wait_timeout) allows.
    type: str
    choices: [present, absent]
    default: present
  max_cu:
    description:
      - Largest number of compute units (CUs) that the pool may have. Required when the pool does not exist yet.
      - A multiple of 16, from 64 to 32000, or from 16 to 64 in the basic edition. At least the C(max_cu) of each queue in
        the pool.
      - The service applies a new size at the next full hour.
    type: int
  min_cu:
    description:
      - Smallest number of CUs that the pool may have, and not more than O(max_cu). Required when the pool does not exist yet.
      - A multiple of 16 as well. At least the sum of the C(min_cu) of the queues in the pool, and when it is raised, not
        more than the pool has at the moment.
    type: int
  description:
    description:
      - What the pool is for; at most 256 characters.
    type: str
  cidr_in_vpc:
    description:
      - Address range of the pool, which must not overlap that of a data source. The service takes C(172.16.0.0/12) if this is
        left out.
      - Fixed at creation.
    type: str
  charging_mode:
    description:
      - V(1) for pay per use, the only mode in which the module creates a pool.
      - Fixed at creation.
    type: int
    choices: [1]
  enterprise_project_id:
    description:
      - Enterprise project of the pool; V(0) is the default one.
      - Fixed at creation.
    type: str
  label:
    description:
      - Edition of the pool. C(spec) with the value C(basic) is the basic edition, C(billing_spec_code) with the value
        C(developer) the developer edition. Without a label it is the standard edition.
      - Fixed at creation.
    type: dict
  ipv6_enable:
    description:
      - Whether the pool has IPv6 addresses.
      - Fixed at creation.
    type: bool
  force_recreate:
    description:
      - Delete the pool and create it again if an option that is fixed at creation differs. What is not described in the
        task is then as with a new pool. Connections that the pool is bound to lose it. A pool in which queues live is not
        deleted.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool_info
  - module: huaweicloud.dli.dli_queue
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Create a pool and wait until it is available
  huaweicloud.dli.dli_elastic_resource_pool:
    name: analytics
    min_cu: 64
    max_cu: 128
    cidr_in_vpc: 10.100.0.0/16
    tags:
      team: data

- name: Let the pool grow further
  huaweicloud.dli.dli_elastic_resource_pool:
    name: analytics
    max_cu: 256

- name: Delete the pool
  huaweicloud.dli.dli_elastic_resource_pool:
    name: analytics
    state: absent
    # The service keeps a new pool for its first 15 to 60 minutes.
    wait_timeout: 4500
"""

RETURN = r"""
elastic_resource_pool:
  description:
    - The pool as the service reports it, or as it would be in check mode. V(null) if it does not exist afterwards.
    - Every key is always there; what was not read, or is not known in check mode, is V(null).
  returned: success
  type: dict
  contains:
    name:
      description: Name of the pool, in lower case.
      type: str
      sample: pool1
    elastic_resource_pool_name:
      description: The same, by the name that the API gives it.
      type: str
      sample: pool1
    id:
      description: Number of the pool.
      type: int
      sample: 1201
    resource_id:
      description: Resource id of the pool.
      type: str
      sample: b1a3c5d7-0e2f-4a6b-8c9d-1e3f5a7b9c0d
    owner:
      description: User who created the pool.
      type: str
      sample: deployer
    create_time:
      description: When the pool was created, in milliseconds since the epoch.
      type: int
      sample: 1767322000000
    update_time:
      description: When the pool was changed, in milliseconds since the epoch.
      type: int
      sample: 1767322600000
    status:
      description: V(CREATING), V(AVAILABLE), V(SCALING) or V(FAILED).
      type: str
      sample: AVAILABLE
    fail_reason:
      description: Why the pool is V(FAILED); empty if it is not.
      type: str
      sample: ""
    description:
      description: What the pool is for.
      type: str
      sample: ""
    max_cu:
      description: Largest number of CUs.
      type: int
      sample: 128
    min_cu:
      description: Smallest number of CUs.
      type: int
      sample: 64
    current_cu:
      description: Number of CUs at the moment.
      type: int
      sample: 64
    actual_cu:
      description: Number of CUs that the queues of the pool call for; V(0) until there is a queue.
      type: int
      sample: 64
    prepay_cu:
      description: Prepaid part of the CUs.
      type: int
      sample: 0
    cidr_in_vpc:
      description: Address range of the pool.
      type: str
      sample: 10.100.0.0/16
    charging_mode:
      description: V(1) for pay per use, V(2) for prepaid.
      type: int
      sample: 1
    enterprise_project_id:
      description: Enterprise project of the pool.
      type: str
      sample: "0"
    label:
      description: Edition of the pool; empty for the standard edition.
      type: dict
      sample: {}
    ipv6_enable:
      description: Whether the pool has IPv6 addresses.
      type: bool
      sample: false
    ipv6_cidr_in_subnet:
      description: IPv6 address range of the pool.
      type: str
      sample: ""
    manager:
      description: Type of the pool.
      type: str
      sample: common
    queues:
      description: Names of the queues that live in the pool.
      type: list
      elements: str
      sample: [etl]
    tags:
      description: Tags of the pool. V(null) if O(tags) was not given.
      type: dict
      sample: {team: data}
    pool_queues:
      description: The queues that live in the pool. Read only before a limit of the pool is lowered, else V(null).
      type: list
      elements: dict
      contains:
        name:
          description: Name of the queue, in lower case.
          type: str
          sample: etl
        queue_name:
          description: The same, by the name that the API gives it.
          type: str
          sample: etl
        queue_type:
          description: Type of the queue.
          type: str
          sample: general
        engine:
          description: Engine of the queue.
          type: str
          sample: spark
        owner:
          description: User who created the queue.
          type: str
          sample: deployer
        create_time:
          description: When the queue was created, in milliseconds since the epoch.
          type: int
          sample: 1767322800000
        enterprise_project_id:
          description: Enterprise project of the queue.
          type: str
          sample: "0"
        queue_scaling_policies:
          description: How many CUs the queue may use at which hours.
          type: list
          elements: dict
          contains:
            priority:
              description: Of two policies for one hour, the one with the larger number rules.
              type: int
              sample: 1
            impact_start_time:
              description: First hour of the policy.
              type: str
              sample: "00:00"
            impact_stop_time:
              description: Hour before which the policy ends.
              type: str
              sample: "24:00"
            min_cu:
              description: Smallest number of CUs.
              type: int
              sample: 16
            max_cu:
              description: Largest number of CUs.
              type: int
              sample: 64
            inherit_elastic_resource_pool_max_cu:
              description: Whether the largest number is that of the pool.
              type: bool
              sample: false
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
      sample: DLI.1028
    message:
      description: What the service said, or the failure in one sentence.
      type: str
      sample: The quota is insufficient.
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
      sample: "The quota is used up: raise it in the console under My Quotas, or delete what is not needed."
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from typing import TYPE_CHECKING, Any, NamedTuple

from ..module_utils._api import pools, queues
from ..module_utils._aspect import aspect as aspects
from ..module_utils._aspect import tags
from ..module_utils._core.changes import Outcome, delta, given
from ..module_utils._core.errors import (
    Conflict,
    DliError,
    ImmutableOption,
    InvalidInput,
)
from ..module_utils._edge.options import (
    connection_options,
    tag_options,
    wait_budget,
    wait_options,
)
from ..module_utils._edge.spec import ListCache, ModuleSpec
from ..module_utils._pool import operations, validation

if TYPE_CHECKING:
    from ..module_utils._http.client import Client
    from ..module_utils._wait.budget import WaitBudget

    Pool = dict[str, Any]

ASPECTS = (tags.OF_POOLS,)


class Task(NamedTuple):
    """What every step of one run needs; all of it shares the budget of time of ``patience``."""

    api: Client
    params: dict[str, Any]
    dry_run: bool
    budget: WaitBudget

    @property
    def name(self) -> str:
        return queues.normalize_name(self.params["name"])

    @property
    def wanted(self) -> dict[str, Any]:
        """What the user said of what the list of pools shows."""
        return given({key: self.params[key] for key in (*pools.CHANGEABLE, *pools.FIXED_AT_CREATION)})


def ensure(api: Client, params: dict[str, Any], dry_run: bool) -> Outcome:
    """Bring the pool into the state asked for; with ``dry_run``, only decide what that would change."""
    task = Task(api, params, dry_run, wait_budget(params))
    with api.within(task.budget.deadline):
        current = pools.find(api, task.name)
        if params["state"] == "absent":
            return _ensure_absent(task, current)
        if current is None:
            return _ensure_created(task, replaced=None)
        return _ensure_adjusted(task, current)


def _ensure_absent(task: Task, current: Pool | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    warnings = _refuse_deletion(task, current)
    if not task.dry_run:
        operations.delete(task.api, current, task.budget)
    return Outcome(changed=True, after=None, diff_before=pools.managed(current), warnings=warnings)


def _refuse_deletion(task: Task, current: Pool) -> tuple[str, ...]:
    """What stands in the way of a deletion; in check mode, a warning about what an earlier task may put right."""
    if current["charging_mode"] == pools.PREPAID:
        raise Conflict(
            f"Elastic resource pool {task.name} cannot be deleted: it is prepaid.",
            hint="Unsubscribe from it in the Billing Center.",
        )
    if not current["queues"]:
        return ()
    has_queues = (
        f"Elastic resource pool {task.name} cannot be deleted: these queues live in it: {', '.join(current['queues'])}."
    )
    if task.dry_run:
        return (has_queues,)
    raise Conflict(has_queues, hint="Delete the queues first; a queue cannot leave its pool in any other way.")


def _ensure_created(task: Task, *, replaced: Pool | None) -> Outcome:
    wanted, decided = task.wanted, aspects.decide_for_new(ASPECTS, task.params)
    _check_creation(task.name, wanted)
    warnings = _refuse_deletion(task, replaced) if replaced else ()
    after = _predicted_new(task)
    if not task.dry_run:
        body = {**wanted, **decided.at_creation}
        if replaced is None:
            operations.create(task.api, task.name, body)
        else:
            _replace(task, replaced, body)
        after = _settled(task, after, listed=False)
    return Outcome(
        changed=True,
        after={**after, **decided.after},
        diff_before=pools.managed(replaced) if replaced else {},
        diff_after={"name": task.name, **wanted, **decided.after},
        warnings=warnings,
    )


def _check_creation(name: str, wanted: dict[str, Any]) -> None:
    if lacking := [key for key in pools.SIZES if key not in wanted]:
        raise InvalidInput(
            [f"{key}: is missing, and creating elastic resource pool {name} needs it" for key in lacking]
        )
    label = wanted.get("label", pools.DEFAULTS["label"])
    if problems := validation.size_problems(wanted["max_cu"], wanted["min_cu"], label):
        raise InvalidInput(problems)


def _predicted_new(task: Task) -> Pool:
    status = pools.AVAILABLE if task.budget.wait else pools.CREATING
    return pools.from_api({"elastic_resource_pool_name": task.name, "status": status, **pools.DEFAULTS, **task.wanted})


def _replace(task: Task, replaced: Pool, body: dict[str, Any]) -> None:
    # Also without `wait`: the name is free only when the old pool is gone.
    operations.delete(task.api, replaced, task.budget.always_waiting())
    try:
        operations.create(task.api, task.name, body)
    except DliError as exc:
        exc.hint = f"{exc.hint or ''} The old pool is deleted already; running the task again creates it anew.".strip()
        raise


def _ensure_adjusted(task: Task, current: Pool) -> Outcome:
    change = delta(task.wanted, current, pools.NORMAL)
    fixed = [key for key in pools.FIXED_AT_CREATION if key in change]
    if fixed and task.params["force_recreate"]:
        return _ensure_created(task, replaced=current)
    if problem := pools.failure(current):
        raise problem
    pool_queues = None
    if current["queues"] and pools.becomes_smaller(current, change):
        pool_queues = pools.list_queues(task.api, task.name)
    _refuse_impossible(current, change, fixed, pool_queues or [])
    decided = aspects.decide(task.api, ASPECTS, task.params, current)
    after = _predicted(task, current, change)
    if not task.dry_run:
        after = _change(task, current, change, decided, after)
    return Outcome(
        changed=bool(change) or decided.changes,
        after={**after, "pool_queues": pool_queues, **decided.after},
        diff_before={**pools.managed(current), **decided.before},
        diff_after={**pools.managed({**current, **change}), **decided.after},
        warnings=decided.warnings,
        unsupported=decided.unsupported,
    )


def _refuse_impossible(
    current: Pool, change: dict[str, Any], fixed: list[str], pool_queues: list[dict[str, Any]]
) -> None:
    """Name everything that stands in the way of the change in one message."""
    problems = [f"{key} is {current[key]!r} and fixed at creation, asked for is {change[key]!r}" for key in fixed]
    problems += _size_problems(current, change, pool_queues)
    if not problems:
        return
    message = f"Elastic resource pool {current['name']} cannot be changed as asked: {'; '.join(problems)}."
    if not fixed:
        raise Conflict(message)
    raise ImmutableOption(
        message, hint="Ask for what is there, or set force_recreate=true to delete the pool and create it again."
    )


def _size_problems(current: Pool, change: dict[str, Any], pool_queues: list[dict[str, Any]]) -> list[str]:
    if not change.keys() & set(pools.SIZES):
        return []
    after = {**current, **change}
    found = validation.size_problems(change.get("max_cu"), change.get("min_cu"), current["label"])
    found = found or validation.order_problems(after["max_cu"], after["min_cu"])
    if problem := pools.growth_problem(current, after["min_cu"]):
        found.append(problem)
    return [*found, *pools.demand_problems(after["max_cu"], after["min_cu"], pool_queues)]


def _predicted(task: Task, current: Pool, change: dict[str, Any]) -> Pool:
    """The pool after the change; what only the service can tell is None."""
    after = {**current, **change}
    resized = bool(change.keys() & set(pools.SIZES))
    if task.budget.wait:
        after["status"] = pools.AVAILABLE
    elif resized:
        after["status"] = pools.SCALING
    if change:
        after["update_time"] = None
    if resized:
        after.update(current_cu=None, actual_cu=None)
    return after


def _change(task: Task, current: Pool, change: dict[str, Any], decided: aspects.Decisions, predicted: Pool) -> Pool:
    """Send what differs; the pool as it is afterwards. A pool that was left on its way is seen through."""
    settling = current["status"] in pools.PASSING
    if change:
        if settling and task.budget.wait:
            operations.wait_until(
                task.api, task.name, _is_available, "to be AVAILABLE before it is changed", task.budget
            )
        operations.update(task.api, task.name, change, task.budget)
    decided.send(task.api, current, task.budget)
    if change or (settling and task.budget.wait):
        return _settled(task, predicted, listed=True)
    return current


def _settled(task: Task, predicted: Pool, *, listed: bool) -> Pool:
    """The pool as it is now; with ``wait``, once it is AVAILABLE and of the size asked for."""
    if not task.budget.wait:
        return pools.find(task.api, task.name) or predicted

    def settled(pool: Pool) -> bool:
        return _is_available(pool) and all(pool[key] == predicted[key] for key in pools.SIZES)

    return operations.wait_until(task.api, task.name, settled, "to be AVAILABLE", task.budget, listed=listed)


def _is_available(pool: Pool) -> bool:
    return bool(pool["status"] == pools.AVAILABLE)


SPEC = ModuleSpec(
    key="elastic_resource_pool",
    validate=validation.pool_problems,
    run=ensure,
    lists=ListCache(pools.from_list),
    options={
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "max_cu": {"type": "int"},
        "min_cu": {"type": "int"},
        "description": {"type": "str"},
        "cidr_in_vpc": {"type": "str"},
        "charging_mode": {"type": "int", "choices": [1]},
        "enterprise_project_id": {"type": "str"},
        "label": {"type": "dict"},
        "ipv6_enable": {"type": "bool"},
        "force_recreate": {"type": "bool", "default": False},
        **tag_options(),
        **wait_options(),
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

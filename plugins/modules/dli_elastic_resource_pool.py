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
  - A pool that is being created or scaled accepts no change. The module waits for that first.
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
      - Sends nothing that changes anything. Fields that the service fills in at creation are V(null) in the prediction.
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
      - With V(absent), it does not exist. A pool in which queues live is not deleted, and the service keeps a new pool for
        its first 15 to 60 minutes.
    type: str
    choices: [present, absent]
    default: present
  max_cu:
    description:
      - Largest number of compute units (CUs) that the pool may have. Required when the pool does not exist yet.
      - A multiple of 16, from 64 to 32000, or from 16 to 64 in the basic edition. At least the C(max_cu) of each of its queues.
      - The service applies a new size at the next full hour.
    type: int
  min_cu:
    description:
      - Smallest number of CUs that the pool may have, and not more than O(max_cu). Required when the pool does not exist yet.
      - At least the sum of the C(min_cu) of its queues, and not more than the pool has at the moment.
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
        task is then as with a new pool. A pool in which queues live is not deleted.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_queue
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Create a pool and wait until it is available
  huaweicloud.dli.dli_elastic_resource_pool:
    name: pool1
    min_cu: 64
    max_cu: 128
    cidr_in_vpc: 10.100.0.0/16
    tags:
      team: data

- name: Let the pool grow further
  huaweicloud.dli.dli_elastic_resource_pool:
    name: pool1
    max_cu: 256

- name: Delete the pool
  huaweicloud.dli.dli_elastic_resource_pool:
    name: pool1
    state: absent
  register: result
  # The service keeps a new pool for its first 15 to 60 minutes.
  until: result is success
  retries: 60
  delay: 60
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
"""

from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.huaweicloud.dli.plugins.module_utils import _facets as facets
from ansible_collections.huaweicloud.dli.plugins.module_utils import _pool_writes as writes
from ansible_collections.huaweicloud.dli.plugins.module_utils import _pools as pools
from ansible_collections.huaweicloud.dli.plugins.module_utils import _preflight_pools as preflight
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils import _tags as tags
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import Outcome, delta, said
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import Conflict, ImmutableOption, InvalidInput
from ansible_collections.huaweicloud.dli.plugins.module_utils._module import (
    connection_options,
    patience_of,
    run_ensure,
    tag_options,
    wait_options,
)

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

    Pool = dict[str, Any]

FACETS = (tags.facet(tags.POOL, lambda pool: str(pool["resource_id"])),)


def ensure(api: Client, params: dict[str, Any], dry_run: bool) -> Outcome:
    """Bring the pool into the state asked for; with ``dry_run``, only decide what that would change."""
    current = pools.find(api, queues.fold(params["name"]))
    if params["state"] == "absent":
        return _ensure_absent(api, params, dry_run, current)
    if current is None:
        return _ensure_created(api, params, dry_run, replaced=None)
    return _ensure_adjusted(api, params, dry_run, current)


def _wanted(params: dict[str, Any]) -> dict[str, Any]:
    return said({key: params[key] for key in (*pools.CHANGEABLE, *pools.FIXED_AT_CREATION)})


def _ensure_absent(api: Client, params: dict[str, Any], dry_run: bool, current: Pool | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    _refuse_inhabited(current)
    if not dry_run:
        writes.delete(api, current, patience_of(params))
    return Outcome(changed=True, after=None, diff_before=pools.managed(current))


def _refuse_inhabited(current: Pool) -> None:
    if current["queues"]:
        raise Conflict(
            f"Elastic resource pool {current['name']} cannot be deleted: "
            f"these queues live in it: {', '.join(current['queues'])}.",
            hint="Delete the queues first; a queue cannot leave its pool in any other way.",
        )


def _ensure_created(api: Client, params: dict[str, Any], dry_run: bool, *, replaced: Pool | None) -> Outcome:
    name, wanted, patience = queues.fold(params["name"]), _wanted(params), patience_of(params)
    if lacking := [key for key in ("max_cu", "min_cu") if key not in wanted]:
        raise InvalidInput(
            [f"{key}: is missing, and creating elastic resource pool {name} needs it" for key in lacking]
        )
    decided = facets.decide_for_new(FACETS, params)
    if replaced is not None:
        _refuse_inhabited(replaced)
    after = pools.from_api({"elastic_resource_pool_name": name, "status": pools.AVAILABLE, **wanted})
    if not dry_run:
        if replaced is not None:
            # Also without `wait`: the name is free only when the old pool is gone.
            writes.delete(api, replaced, patience.but_waiting())
        writes.create(api, name, {**wanted, **decided.at_creation})
        after = _settled(api, name, after, patience)
    return _outcome(True, after, pools.managed(replaced) if replaced else {}, {"name": name, **wanted}, decided)


def _ensure_adjusted(api: Client, params: dict[str, Any], dry_run: bool, current: Pool) -> Outcome:
    change = delta(_wanted(params), current, pools.NORMAL)
    fixed = [key for key in pools.FIXED_AT_CREATION if key in change]
    if fixed and params["force_recreate"]:
        return _ensure_created(api, params, dry_run, replaced=current)
    if problem := pools.failure(current):
        raise problem
    _refuse_impossible(api, current, change, fixed)
    decided = facets.decide(api, FACETS, params, current)
    after, patience = {**current, **change}, patience_of(params)
    if not dry_run:
        if change:
            _change(api, current, change, patience)
        decided.send(api, current, patience)
        if change or current["status"] == pools.CREATING:
            after = _settled(api, current["name"], after, patience)
    predicted = {**current, **change}
    return _outcome(bool(change), after, pools.managed(current), pools.managed(predicted), decided)


def _refuse_impossible(api: Client, current: Pool, change: dict[str, Any], fixed: list[str]) -> None:
    """Name everything that stands in the way of the change in one message."""
    problems = [f"{key} is {current[key]!r} and fixed at creation, asked for is {change[key]!r}" for key in fixed]
    if "max_cu" in change or "min_cu" in change:
        problems += _size_problems(api, current, change)
    if not problems:
        return
    message = f"Elastic resource pool {current['name']} cannot be changed as asked: {'; '.join(problems)}."
    if not fixed:
        raise Conflict(message)
    raise ImmutableOption(
        message, hint="Ask for what is there, or set force_recreate=true to delete the pool and create it again."
    )


def _size_problems(api: Client, current: Pool, change: dict[str, Any]) -> list[str]:
    after = {**current, **change}
    found = preflight.size_problems(after["max_cu"], after["min_cu"], after["label"])
    its_queues = pools.list_queues(api, current["name"]) if current["queues"] else []
    return found + pools.size_problems(after["max_cu"], after["min_cu"], current, its_queues)


def _change(api: Client, current: Pool, change: dict[str, Any], patience: Patience) -> None:
    if patience.wait and current["status"] != pools.AVAILABLE:
        writes.wait_until(api, current["name"], _is_available, "to be AVAILABLE before it is changed", patience)
    writes.update(api, current["name"], change, patience)


def _settled(api: Client, name: str, after: Pool, patience: Patience) -> Pool:
    """The pool as it is now; with ``wait``, once it is AVAILABLE and of the size asked for."""
    if not patience.wait:
        return pools.find(api, name) or after

    def settled(pool: Pool) -> bool:
        return _is_available(pool) and all(pool[key] == after[key] for key in ("max_cu", "min_cu"))

    return writes.wait_until(api, name, settled, "to be AVAILABLE", patience)


def _is_available(pool: Pool) -> bool:
    return bool(pool["status"] == pools.AVAILABLE)


def _outcome(
    changed: bool, after: Pool, before: dict[str, Any], predicted: dict[str, Any], decided: facets.Decisions
) -> Outcome:
    replaces_nothing = not before
    return Outcome(
        changed=changed or decided.changes,
        after={**after, "tags": decided.after.get("tags")},
        diff_before={} if replaces_nothing else {**before, **decided.before},
        diff_after={**predicted, **decided.after},
        warnings=decided.warnings,
        unsupported=decided.unsupported,
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={
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
        supports_check_mode=True,
    )
    run_ensure(module, ensure, check=preflight.pool_problems, key="elastic_resource_pool")


if __name__ == "__main__":
    main()

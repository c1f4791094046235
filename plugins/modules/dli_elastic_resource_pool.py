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
from ..module_utils._api import pools
from ..module_utils._edge.options import connection_options, tag_options, wait_options
from ..module_utils._edge.spec import ListCache, ModuleSpec
from ..module_utils._pool import ensure, validation

SPEC = ModuleSpec(
    key="elastic_resource_pool",
    validate=validation.pool_problems,
    run=ensure.ensure,
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

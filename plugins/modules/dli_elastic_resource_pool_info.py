#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_elastic_resource_pool_info
short_description: List elastic resource pools of Huawei Cloud Data Lake Insight (DLI)
description:
  - Lists the elastic resource pools of a project, or one of them, in any state, with the reason of a failure.
  - The pools look the same as those that M(huaweicloud.dli.dli_elastic_resource_pool) returns.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  name:
    description:
      - Only the pool of this name, in upper or lower case. If there is none, the list is empty.
    type: str
  status:
    description:
      - Only pools in this state.
    type: str
    choices: [AVAILABLE, CREATING, FAILED, SCALING]
  tags:
    description:
      - Only pools that have all of these tags. The service does the choosing.
    type: dict
  with_tags:
    description:
      - Read the tags of each pool, which is a request for each of them.
      - Where the region has no API for tags they are V(null), and C(tags) is named in RV(unsupported).
    type: bool
    default: false
  with_queues:
    description:
      - Read the queues of each pool with their scaling policies, which is a request for each pool that has any.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool
"""

EXAMPLES = r"""
- name: List all pools
  huaweicloud.dli.dli_elastic_resource_pool_info:
  register: result

- name: Look at one pool, its queues and their scaling policies
  huaweicloud.dli.dli_elastic_resource_pool_info:
    name: pool1
    with_queues: true
    with_tags: true

- name: List the pools of a team that failed
  huaweicloud.dli.dli_elastic_resource_pool_info:
    status: FAILED
    tags:
      team: data
"""

RETURN = r"""
elastic_resource_pools:
  description:
    - The pools, in the order of their names. Empty if there is none.
    - Every key is always there; what was not read is V(null).
  returned: success
  type: list
  elements: dict
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
      description: Tags of the pool. V(null) unless O(with_tags).
      type: dict
      sample: {team: data}
    pool_queues:
      description: The queues that live in the pool. V(null) unless O(with_queues).
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
  description: What was asked for but is not offered by the region.
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
from ..module_utils._edge.options import connection_options
from ..module_utils._edge.spec import ModuleSpec, read_only
from ..module_utils._pool import query, query_validation

SPEC = ModuleSpec(
    key="elastic_resource_pools",
    validate=query_validation.query_problems,
    run=read_only(query.query),
    options={
        "name": {"type": "str"},
        "status": {"type": "str", "choices": list(pools.STATES)},
        "tags": {"type": "dict"},
        "with_tags": {"type": "bool", "default": False},
        "with_queues": {"type": "bool", "default": False},
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_elastic_resource_pool_info
short_description: List elastic resource pools of Huawei Cloud Data Lake Insight (DLI)
description:
  - Lists the elastic resource pools of a project, in any state, with the reasons of failures.
  - The pools have the same keys as the pool that M(huaweicloud.dli.dli_elastic_resource_pool) returns.
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
      - List only the pool of this name, which is not case-sensitive. The list is empty if the pool does not exist.
    type: str
  status:
    description:
      - List only pools in this state.
    type: str
    choices: [AVAILABLE, CREATING, FAILED, SCALING]
  tags:
    description:
      - List only pools that have all of these tags. The service filters the list.
    type: dict
  with_tags:
    description:
      - Read the tags of each pool, with one request for each pool.
      - In a region without the tag API, tags are V(null), and RV(unsupported) contains C(tags).
    type: bool
    default: false
  with_queues:
    description:
      - Read the queues of each pool with their scaling policies, with one request for each pool that contains queues.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool
"""

EXAMPLES = r"""
- name: List all pools
  huaweicloud.dli.dli_elastic_resource_pool_info:
  register: result

- name: Use the CIDR blocks of all pools by name, for example in security group rules
  ansible.builtin.debug:
    msg: "{{ result.elastic_resource_pools | items2dict(key_name='name', value_name='cidr_in_vpc') }}"

- name: Get one pool with its tags, its queues and their scaling policies
  huaweicloud.dli.dli_elastic_resource_pool_info:
    name: pool1
    with_queues: true
    with_tags: true

- name: List the failed pools of a team
  huaweicloud.dli.dli_elastic_resource_pool_info:
    status: FAILED
    tags:
      team: data
"""

RETURN = r"""
elastic_resource_pools:
  description:
    - The pools, sorted by name.
    - All keys are always present. A value that was not read is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the pool, in lower case.
      type: str
      sample: pool1
    elastic_resource_pool_name:
      description: The same name under the key that the API uses.
      type: str
      sample: pool1
    id:
      description: Numeric ID of the pool.
      type: int
      sample: 1201
    resource_id:
      description: Resource ID of the pool.
      type: str
      sample: b1a3c5d7-0e2f-4a6b-8c9d-1e3f5a7b9c0d
    owner:
      description: User who created the pool.
      type: str
      sample: deployer
    create_time:
      description: Creation time in milliseconds since the epoch.
      type: int
      sample: 1767322000000
    create_time_iso:
      description: The same time in ISO 8601 (UTC). V(null) if the time is unknown.
      type: str
      sample: "2026-01-02T02:46:40Z"
    update_time:
      description: Time of the last change in milliseconds since the epoch.
      type: int
      sample: 1767322600000
    update_time_iso:
      description: The same time in ISO 8601 (UTC). V(null) if the time is unknown.
      type: str
      sample: "2026-01-02T02:56:40Z"
    status:
      description: V(CREATING), V(AVAILABLE), V(SCALING) or V(FAILED).
      type: str
      sample: AVAILABLE
    fail_reason:
      description: Reason of the state V(FAILED). Empty in all other states.
      type: str
      sample: ""
    description:
      description: Description of the pool.
      type: str
      sample: ""
    max_cu:
      description: Maximum number of CUs.
      type: int
      sample: 128
    min_cu:
      description: Minimum number of CUs.
      type: int
      sample: 64
    current_cu:
      description: Current number of CUs.
      type: int
      sample: 64
    actual_cu:
      description: Number of CUs that the queues of the pool demand. V(0) if the pool contains no queue.
      type: int
      sample: 64
    prepay_cu:
      description: Number of prepaid CUs.
      type: int
      sample: 0
    cidr_in_vpc:
      description: CIDR block of the pool.
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
      description: Edition of the pool. Empty for the standard edition.
      type: dict
      sample: {}
    ipv6_enable:
      description: Whether the pool has IPv6 addresses.
      type: bool
      sample: false
    ipv6_cidr_in_subnet:
      description: IPv6 CIDR block of the pool.
      type: str
      sample: ""
    manager:
      description: Type of the pool.
      type: str
      sample: common
    queues:
      description: Names of the queues in the pool.
      type: list
      elements: str
      sample: [etl]
    tags:
      description: Tags of the pool. V(null) unless O(with_tags).
      type: dict
      sample: {team: data}
    pool_queues:
      description: The queues in the pool. V(null) unless O(with_queues=true).
      type: list
      elements: dict
      contains:
        name:
          description: Name of the queue, in lower case.
          type: str
          sample: etl
        queue_name:
          description: The same name under the key that the API uses.
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
          description: Creation time in milliseconds since the epoch.
          type: int
          sample: 1767322800000
        create_time_iso:
          description: The same time in ISO 8601 (UTC). V(null) if the time is unknown.
          type: str
          sample: "2026-01-02T03:00:00Z"
        enterprise_project_id:
          description: Enterprise project of the queue.
          type: str
          sample: "0"
        queue_scaling_policies:
          description: Scaling policies of the queue.
          type: list
          elements: dict
          contains:
            priority:
              description: If policies overlap, the one with the higher priority applies.
              type: int
              sample: 1
            impact_start_time:
              description: Hour at which the policy starts to apply.
              type: str
              sample: "00:00"
            impact_stop_time:
              description: Hour at which the policy ceases to apply.
              type: str
              sample: "24:00"
            min_cu:
              description: Minimum number of CUs.
              type: int
              sample: 16
            max_cu:
              description: Maximum number of CUs.
              type: int
              sample: 64
            inherit_elastic_resource_pool_max_cu:
              description: Whether the maximum of the pool applies in place of C(max_cu).
              type: bool
              sample: false
unsupported:
  description: Requested information that the region does not support.
  returned: success
  type: list
  elements: str
  sample: []
error:
  description: Details of the failure, for use in conditions.
  returned: failure
  type: dict
  contains:
    code:
      description: Error code of the service. V(null) if the error does not come from the service.
      type: str
      sample: DLI.1028
    reason:
      description:
        - Stable code of the kind of failure, for use in conditions.
        - V(immutable), an option cannot change after the creation; V(rule), an option or the state of a resource breaks a
          rule; V(duplicate), a name is not unique; V(not_found), a resource does not exist; V(busy), a resource accepts no
          change now; V(failed), a resource or an operation failed; V(concurrent), another client changed the resource;
          V(timeout), the wait took too long; V(unreachable), a connectivity test failed; V(access_denied), the credentials
          are invalid or lack a permission; V(unsupported), the region lacks the API; V(unavailable), the service is
          overloaded or out of order; V(rejected), the service rejected the request for another reason; V(no_response), the
          service did not answer; V(unexpected_response), the response cannot be understood.
      type: str
      sample: immutable
    message:
      description: Message of the service, or of the module if the error does not come from the service.
      type: str
      sample: The quota is insufficient.
    request_id:
      description: ID of the request, for the vendor's support.
      type: str
      sample: 0f3a5c2b9d8e4f71a6b0c4d2e8f9a1b3
    http_status:
      description: HTTP status code of the response.
      type: int
      sample: 400
    hint:
      description: Advice on how to fix the problem.
      type: str
      sample: Increase the quota in the console under My Quotas, or delete resources that are not needed.
    differences:
      description: Always empty; modules that change resources return refused changes here.
      type: list
      elements: dict
      sample: []
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import pools
from ..module_utils._edge.options import authentication_options
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
        **authentication_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

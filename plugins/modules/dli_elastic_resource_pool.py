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
  - If the service rejects a change because the pool is being created or scaled, the module waits for the pool with
    O(wait=true) and fails with O(wait=false).
  - Options that are not set are neither compared nor changed.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.wait
  - huaweicloud.dli.tags
  - huaweicloud.dli.attributes
attributes:
  action_group:
    membership: [huaweicloud.dli.dli, huaweicloud.dli.dli_resources]
  check_mode:
    support: full
    details:
      - Sends read-only requests only. Fields that only the service can set are V(null) in the prediction.
      - Queues in a pool that the task would delete are a warning, because an earlier task of the play may be the one that
        deletes them.
  idempotent:
    support: full
options:
  name:
    description:
      - Name of the pool. The service stores names in lower case.
      - 1 to 128 letters, digits and underscores, starting with a letter or digit and including a letter or underscore.
    type: str
    required: true
  state:
    description:
      - V(present) creates or updates the pool.
      - V(absent) deletes the pool. A pool that contains queues and a prepaid pool cannot be deleted. The service deletes no
        pool in the first minutes (usually 15 minutes) after its creation. With O(wait=true), the module retries until O(wait_timeout).
    type: str
    choices: [present, absent]
    default: present
  max_cu:
    description:
      - Maximum number of compute units (CUs) of the pool. Required to create a pool.
      - A multiple of 16, from 64 to 32000, or from 16 to 64 in the basic edition. At least the C(max_cu) of each queue in
        the pool.
      - The service applies new limits at the next full hour.
    type: int
  min_cu:
    description:
      - Minimum number of CUs of the pool, at most O(max_cu). Required to create a pool.
      - A multiple of 16, at least the sum of the C(min_cu) of the queues in the pool. A higher value than before must not
        exceed the current number of CUs of the pool.
    type: int
  description:
    description:
      - Description of the pool, at most 256 characters. An empty string removes the description.
    type: str
  cidr_in_vpc:
    aliases: [cidr]
    description:
      - CIDR block of the pool. It must not overlap the CIDR block of a data source. The default of the service is
        C(172.16.0.0/12).
      - Immutable after creation.
    type: str
  charging_mode:
    description:
      - V(1) for pay per use, the only mode in which the module creates a pool.
      - Immutable after creation.
    type: int
    choices: [1]
  enterprise_project_id:
    description:
      - Enterprise project of the pool. V(0) is the default enterprise project.
      - Immutable after creation. Enterprise Project Management, in the console, can move an existing pool with its queues.
      - Environment variable is E(HW_ENTERPRISE_PROJECT_ID). It applies to new pools and is not compared with existing ones.
    type: str
  label:
    description:
      - Edition of the pool. The label C(spec=basic) selects the basic edition, C(billing_spec_code=developer) the developer
        edition. A pool without a label is of the standard edition.
      - Immutable after creation.
    type: dict
  ipv6_enable:
    description:
      - Whether the pool has IPv6 addresses.
      - Immutable after creation.
    type: bool
  force_recreate:
    description:
      - Delete the pool and create it again if an immutable option differs. The new pool has the defaults of the service for
        all options that are not set, and is bound to no connection. A pool that contains queues cannot be deleted.
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

- name: Raise the maximum of the pool
  huaweicloud.dli.dli_elastic_resource_pool:
    name: analytics
    max_cu: 256

- name: Delete the pool
  huaweicloud.dli.dli_elastic_resource_pool:
    name: analytics
    state: absent
    # The service deletes no pool in the first minutes (usually 15 minutes) after its creation.
    wait_timeout: 4500
"""

RETURN = r"""
elastic_resource_pool:
  description:
    - The pool as the service reports it, or as predicted in check mode. V(null) if the pool is absent.
    - All keys are always present. A value that was not read, or is unknown in check mode, is V(null).
  returned: success
  type: dict
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
      description: Tags of the pool. V(null) if O(tags) is not set.
      type: dict
      sample: {team: data}
    pool_queues:
      description: The queues in the pool. Read only before a limit of the pool is lowered, otherwise V(null).
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
  description: Requested options that the region does not support. The module skips them and applies all others.
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
      description:
        - All options whose requested values differ from the current ones, if the module refuses a change, also those that
          could change. Empty for other failures.
        - In check mode with diff mode, RV(ignore:diff) has the changes that are possible.
      type: list
      elements: dict
      contains:
        option:
          description: Name of the option.
          type: str
          sample: cidr_in_vpc
        found:
          description: Current value. V(null) if it is unknown.
          type: raw
          sample: 172.16.0.0/16
        wanted:
          description: Requested value.
          type: raw
          sample: 172.17.0.0/16
        why:
          description: Why the value cannot change. V(null) if it can.
          type: str
          sample: the option is immutable
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import pools
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ListCache, ModuleSpec
from ..module_utils._pool import ensure, options, validation

SPEC = ModuleSpec(
    key="elastic_resource_pool",
    validate=validation.pool_problems,
    run=ensure.ensure,
    lists=ListCache(pools.from_list),
    clearable=("description",),
    options={**options.OPTIONS, **authentication_options()},
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

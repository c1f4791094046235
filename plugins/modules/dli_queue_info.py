#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_queue_info
short_description: List queues of Huawei Cloud Data Lake Insight (DLI)
description:
  - Lists the queues of a project, or one of them, of every type. The preset queue V(default) is one of them.
  - The queues look the same as those that M(huaweicloud.dli.dli_queue) returns.
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
      - Only the queue of this name, in upper or lower case. If there is none, the list is empty.
    type: str
  queue_type:
    description:
      - Only queues of this type.
    type: str
    choices: [all, sql, general]
    default: all
  elastic_resource_pool_name:
    description:
      - Only queues that live in this elastic resource pool; if empty, only queues that live in none.
    type: str
  tags:
    description:
      - Only queues that have all of these tags. The service does the choosing; with O(with_tags=true) the module
        compares the tags once more, for regions that do not know them as a filter.
    type: dict
  with_tags:
    description:
      - Read the tags of each queue, which is a request for each of them.
      - Where the region has no API for tags they are V(null), and C(tags) is named in RV(unsupported).
    type: bool
    default: false
  with_properties:
    description:
      - Read the properties of each queue for SQL with Spark, which is a request for each of them. Others have none.
      - Where the region has no API for properties they are V(null), and C(properties) is named in RV(unsupported).
    type: bool
    default: false
  with_scaling_policies:
    description:
      - Read the scaling policies of each queue that lives in an elastic resource pool, which is a request for each of them.
    type: bool
    default: false
  with_authorized_users:
    description:
      - Read who may use each queue, which is a request for each of them.
    type: bool
    default: false
  ready_age:
    description:
      - Age in seconds from which a queue counts as ready. This module asks no queue whether it is.
    type: int
    default: 600
seealso:
  - module: huaweicloud.dli.dli_queue
"""

EXAMPLES = r"""
- name: List all queues
  huaweicloud.dli.dli_queue_info:
  register: result

- name: Look at one queue and everything that belongs to it
  huaweicloud.dli.dli_queue_info:
    name: etl
    with_tags: true
    with_properties: true
    with_scaling_policies: true

- name: List the general queues of a team that live in a pool
  huaweicloud.dli.dli_queue_info:
    queue_type: general
    elastic_resource_pool_name: pool1
    tags:
      team: data
"""

RETURN = r"""
queues:
  description:
    - The queues, in the order of the service, which is that of their names.
    - Every key is always there; what was not read is V(null).
  returned: success
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
    readiness:
      description: Whether the queue can be used.
      type: dict
      contains:
        ready:
          description:
            - V(null) if the queue is younger than O(ready_age), because this module does not ask it.
            - A condition has to say C(is true) therefore, because V(null) is no truth value for Ansible.
          type: bool
          sample: true
        source:
          description: V(age), or V(not_asked) if nothing can be said without asking.
          type: str
          sample: age
    queue_id:
      description: Number of the queue.
      type: int
      sample: 4711
    resource_id:
      description: Resource id of the queue.
      type: str
      sample: 6f2b6c1e-0d3c-4f0e-9a53-0a4f6c1d2e3f
    owner:
      description: User who created the queue.
      type: str
      sample: deployer
    create_time:
      description: When the queue was created, in milliseconds since the epoch.
      type: int
      sample: 1767322800000
    description:
      description: What the queue is for.
      type: str
      sample: Nightly loads
    queue_type:
      description: Type of the queue.
      type: str
      sample: sql
    engine:
      description: Engine of the queue.
      type: str
      sample: spark
    cu_count:
      description: Number of compute units.
      type: int
      sample: 16
    used_cu:
      description: Compute units in use.
      type: float
      sample: 0.0
    cu_spec:
      description: Compute units that the queue was bought with.
      type: int
      sample: 16
    cu_scale_out_limit:
      description: Upper limit of scaling, in compute units.
      type: int
      sample: 16
    cu_scale_in_limit:
      description: Lower limit of scaling, in compute units.
      type: int
      sample: 16
    charging_mode:
      description: V(1) for pay per use, V(2) for prepaid.
      type: int
      sample: 1
    resource_mode:
      description: V(1) for a dedicated queue, V(0) for a shared one.
      type: int
      sample: 1
    platform:
      description: Processor architecture.
      type: str
      sample: x86_64
    feature:
      description: V(basic) or V(ai).
      type: str
      sample: basic
    labels:
      description: Labels of the queue.
      type: list
      elements: str
      sample: [multi_az=2]
    enterprise_project_id:
      description: Enterprise project of the queue.
      type: str
      sample: "0"
    elastic_resource_pool_name:
      description: Elastic resource pool that the queue lives in; empty if it is in none.
      type: str
      sample: ""
    cidr_in_vpc:
      description: Address range of the queue.
      type: str
      sample: 172.16.0.0/12
    cidr_in_mgntsubnet:
      description: Address range of the management subnet.
      type: str
      sample: 10.23.128.0/24
    cidr_in_subnet:
      description: Address range of the subnet.
      type: str
      sample: 172.16.0.0/18
    is_restarting:
      description: Whether the queue is being restarted.
      type: bool
      sample: false
    queue_resource_type:
      description: V(vm) or V(container).
      type: str
      sample: container
    support_spark_versions:
      description: Versions of Spark that the queue offers.
      type: list
      elements: str
      sample: ["3.3.1"]
    default_spark_version:
      description: Version of Spark that is used if a job names none.
      type: str
      sample: 3.3.1
    support_hetu_engine_versions:
      description: Versions of HetuEngine that the queue offers.
      type: list
      elements: str
      sample: []
    default_hetu_engine_version:
      description: Version of HetuEngine that is used if a job names none.
      type: str
      sample: ""
    support_flink_sql_versions:
      description: Versions of Flink for SQL jobs that the queue offers.
      type: list
      elements: str
      sample: ["1.15"]
    default_flink_sql_version:
      description: Version of Flink that is used if a SQL job names none.
      type: str
      sample: "1.15"
    support_flink_jar_versions:
      description: Versions of Flink for jar jobs that the queue offers.
      type: list
      elements: str
      sample: ["1.15"]
    default_flink_jar_version:
      description: Version of Flink that is used if a jar job names none.
      type: str
      sample: "1.15"
    support_opensource_flink_versions:
      description: Versions of open source Flink that the queue offers.
      type: list
      elements: str
      sample: ["1.15"]
    tags:
      description: Tags of the queue. V(null) if they were not read.
      type: dict
      sample: {team: data}
    properties:
      description: Properties of the queue, all values as texts. V(null) if they were not read.
      type: dict
      sample: {job.maxConcurrent: "10"}
    authorized_users:
      description: Users of the queue. V(null) if they were not read.
      type: list
      elements: dict
      sample: [{user_name: analyst, privileges: [SUBMIT_JOB]}]
    scaling_policies:
      description:
        - Scaling policies of a queue that lives in an elastic resource pool. V(null) if they were not read, or if it
          lives in none.
      type: list
      elements: dict
      contains:
        priority:
          description: Priority of the policy.
          type: int
          sample: 1
        impact_start_time:
          description: From when it holds.
          type: str
          sample: "00:00"
        impact_stop_time:
          description: Until when it holds.
          type: str
          sample: "24:00"
        min_cu:
          description: Smallest number of compute units.
          type: int
          sample: 16
        max_cu:
          description: Largest number of compute units.
          type: int
          sample: 16
        inherit_elastic_resource_pool_max_cu:
          description: Whether the largest number is that of the pool.
          type: bool
          sample: false
unsupported:
  description: What was asked for but is not offered by the region. It is V(null) in every queue.
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
from ..module_utils._edge.options import connection_options, ready_options
from ..module_utils._edge.spec import ModuleSpec, read_only
from ..module_utils._queue import query, query_validation

SPEC = ModuleSpec(
    key="queues",
    validate=query_validation.query_problems,
    run=read_only(query.query),
    options={
        "name": {"type": "str"},
        "queue_type": {"type": "str", "choices": ["all", "sql", "general"], "default": "all"},
        "elastic_resource_pool_name": {"type": "str"},
        "tags": {"type": "dict"},
        "with_tags": {"type": "bool", "default": False},
        "with_properties": {"type": "bool", "default": False},
        "with_scaling_policies": {"type": "bool", "default": False},
        "with_authorized_users": {"type": "bool", "default": False},
        **ready_options(),
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_queue_info
short_description: List queues of Huawei Cloud Data Lake Insight (DLI)
description:
  - Lists the queues of a project, of any type, including the built-in queue V(default).
  - The queues have the same keys as the queue that M(huaweicloud.dli.dli_queue) returns.
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
      - List only the queue of this name, which is not case-sensitive. The list is empty if the queue does not exist.
    type: str
  queue_type:
    description:
      - List only queues of this type.
    type: str
    choices: [all, sql, general]
    default: all
  elastic_resource_pool_name:
    description:
      - List only queues in this elastic resource pool. An empty string counts as not set. To list queues that are in no pool,
        filter the result by an empty C(elastic_resource_pool_name).
    type: str
  tags:
    description:
      - List only queues that have all of these tags. The service filters the list. With O(with_tags=true), the module also
        compares the tags, because some regions ignore the filter.
    type: dict
  with_tags:
    description:
      - Read the tags of each queue, with one request for each queue.
      - In a region without the tag API, tags are V(null), and RV(unsupported) contains C(tags).
    type: bool
    default: false
  with_properties:
    description:
      - Read the properties of each SQL queue with the Spark engine, with one request for each queue. Other queues have no
        properties.
      - In a region without the API for properties, they are V(null), and RV(unsupported) contains C(properties).
    type: bool
    default: false
  with_scaling_policies:
    description:
      - Read the scaling policies of queues in elastic resource pools, with one request for each pool.
    type: bool
    default: false
  with_authorized_users:
    description:
      - Read the users of each queue with their privileges, with one request for each queue.
    type: bool
    default: false
  with_jobs:
    description:
      - Read the SQL jobs of the project that are submitted or run, with three requests. RV(running_jobs) returns them. Flink
        and Spark JAR jobs are not in this list.
      - If the jobs cannot be read, the module returns a warning.
    type: bool
    default: false
  ready_age:
    description:
      - Age in seconds from which a queue counts as ready. This module does not test the readiness of queues.
    type: int
    default: 600
seealso:
  - module: huaweicloud.dli.dli_queue
"""

EXAMPLES = r"""
- name: List all queues
  huaweicloud.dli.dli_queue_info:
  register: result

- name: Use the names of dedicated queues outside pools
  ansible.builtin.debug:
    msg: "{{ dedicated | rejectattr('elastic_resource_pool_name') | map(attribute='name') | list }}"
  vars:
    dedicated: "{{ result.queues | selectattr('resource_mode', 'equalto', 1) | list }}"

- name: Use the CUs of all queues by name, and their sum
  ansible.builtin.debug:
    msg: "{{ cu_counts | items2dict(key_name='name', value_name='cu_count') }}, {{ cu_counts | sum(attribute='cu_count') }} CUs"
  vars:
    cu_counts: "{{ result.queues }}"

- name: Get one queue with its tags, properties and scaling policies
  huaweicloud.dli.dli_queue_info:
    name: etl
    with_tags: true
    with_properties: true
    with_scaling_policies: true

- name: List the general queues of a team in a pool
  huaweicloud.dli.dli_queue_info:
    queue_type: general
    elastic_resource_pool_name: pool1
    tags:
      team: data
"""

RETURN = r"""
queues:
  description:
    - The queues in the order of the service, which is by name.
    - All keys are always present. A value that was not read is V(null).
  returned: success
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
    readiness:
      description: Readiness of the queue.
      type: dict
      contains:
        ready:
          description:
            - Whether the queue is ready. V(null) if the queue is younger than O(ready_age).
            - Test it with C(is true), because the value can be V(null).
          type: bool
          sample: true
        source:
          description: V(age) if the queue is older than O(ready_age), else V(not_asked).
          type: str
          sample: age
    queue_id:
      description: Numeric ID of the queue.
      type: int
      sample: 4711
    resource_id:
      description: Resource ID of the queue.
      type: str
      sample: 6f2b6c1e-0d3c-4f0e-9a53-0a4f6c1d2e3f
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
    description:
      description: Description of the queue.
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
      description: Number of compute units at purchase.
      type: int
      sample: 16
    cu_scale_out_limit:
      description: Upper scaling limit in compute units.
      type: int
      sample: 16
    cu_scale_in_limit:
      description: Lower scaling limit in compute units.
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
      description: Elastic resource pool of the queue. Empty if the queue is in no pool.
      type: str
      sample: ""
    cidr_in_vpc:
      description: CIDR block of the queue.
      type: str
      sample: 172.16.0.0/12
    cidr_in_mgntsubnet:
      description: CIDR block of the management subnet.
      type: str
      sample: 10.23.128.0/24
    cidr_in_subnet:
      description: CIDR block of the subnet.
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
      description: Spark versions that the queue supports.
      type: list
      elements: str
      sample: ["3.3.1"]
    default_spark_version:
      description: Default Spark version for jobs.
      type: str
      sample: 3.3.1
    support_hetu_engine_versions:
      description: HetuEngine versions that the queue supports.
      type: list
      elements: str
      sample: []
    default_hetu_engine_version:
      description: Default HetuEngine version for jobs.
      type: str
      sample: ""
    support_flink_sql_versions:
      description: Flink versions for SQL jobs that the queue supports.
      type: list
      elements: str
      sample: ["1.15"]
    default_flink_sql_version:
      description: Default Flink version for SQL jobs.
      type: str
      sample: "1.15"
    support_flink_jar_versions:
      description: Flink versions for JAR jobs that the queue supports.
      type: list
      elements: str
      sample: ["1.15"]
    default_flink_jar_version:
      description: Default Flink version for JAR jobs.
      type: str
      sample: "1.15"
    support_opensource_flink_versions:
      description: Open-source Flink versions that the queue supports.
      type: list
      elements: str
      sample: ["1.15"]
    tags:
      description: Tags of the queue. V(null) if they were not read.
      type: dict
      sample: {team: data}
    properties:
      description: Properties of the queue. All values are strings. V(null) if they were not read.
      type: dict
      sample: {job.maxConcurrent: "10"}
    authorized_users:
      description: Users of the queue. V(null) if they were not read.
      type: list
      elements: dict
      sample: [{user_name: analyst, privileges: [SUBMIT_JOB]}]
    scaling_policies:
      description:
        - Scaling policies of a queue in an elastic resource pool. V(null) if they were not read or if the queue is in
          no pool.
      type: list
      elements: dict
      contains:
        priority:
          description: Priority of the policy.
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
          description: Minimum number of compute units.
          type: int
          sample: 16
        max_cu:
          description: Maximum number of compute units.
          type: int
          sample: 16
        inherit_elastic_resource_pool_max_cu:
          description: Whether the maximum of the pool applies in place of C(max_cu).
          type: bool
          sample: false
running_jobs:
  description:
    - The SQL jobs of the project that are submitted or run, whichever queues are selected. A scaling or restart of a queue is
      a job as well.
    - V(null) if the jobs could not be read.
  returned: if O(with_jobs=true)
  type: list
  elements: dict
  contains:
    job_id:
      description: ID of the job.
      type: str
      sample: 37286cc7-0508-4ffd-b636-951c8a5c75de
    job_type:
      description: Type of the job, for example C(QUERY), C(SCALE_QUEUE) or C(RESTART_QUEUE).
      type: str
      sample: QUERY
    status:
      description: State of the job, for example C(RUNNING), C(LAUNCHING) or C(SCALING).
      type: str
      sample: RUNNING
    owner:
      description: User who submitted the job.
      type: str
      sample: deployer
    queue_name:
      description: Queue on which the job runs.
      type: str
      sample: etl
unsupported:
  description: Requested information that the region does not support; it is V(null) in every queue.
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
from ..module_utils._core.options import ready_options
from ..module_utils._edge.options import authentication_options
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
        "with_jobs": {"type": "bool", "default": False},
        **ready_options(),
        **authentication_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_queue
short_description: Manage queues of Huawei Cloud Data Lake Insight (DLI)
description:
  - Creates, scales, restarts and deletes queues, the compute resources that run SQL, Spark and Flink jobs. Adds a queue to
    an elastic resource pool, sets its scaling policies, CIDR block, properties, tags and users, and waits until the queue is
    ready.
  - A new queue is ready after about 6 to 10 minutes. The API does not report readiness. The module infers it from the age
    of the queue, from the status of its elastic resource pool, and from a connectivity test that changes nothing.
    RV(queue.readiness) returns the result and its source.
  - Options that are not set are neither compared nor changed. An empty list removes all entries, except for
    O(scaling_policies), which cannot be empty.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.wait
  - huaweicloud.dli.ready
  - huaweicloud.dli.tags
  - huaweicloud.dli.attributes
attributes:
  action_group:
    membership: [huaweicloud.dli.dli, huaweicloud.dli.dli_resources]
  check_mode:
    support: full
    details:
      - Sends read-only requests only. In the prediction, fields that the service sets at creation are V(null), and the
        readiness of a young queue is not tested.
      - A missing or too small elastic resource pool is a warning, because an earlier task of the same play may be the one
        that creates or enlarges it.
  idempotent:
    support: partial
    details:
      - With O(state=restarted), each run restarts the queue.
options:
  name:
    description:
      - Name of the queue. The service stores names in lower case, so V(ETL) and V(etl) are the same queue.
      - 1 to 128 letters, digits and underscores, starting with a letter or digit and including a letter or underscore.
    type: str
    required: true
  state:
    description:
      - V(present) creates or updates the queue, and with O(wait=true) waits until it is ready.
      - V(absent) deletes the queue. The built-in queue V(default) cannot be deleted. The service does not delete a queue
        while jobs are submitted or run on it; then the module fails at once.
      - V(restarted) restarts an existing queue of O(queue_type=sql). The service allows this after the first job on the
        queue. The module reads the jobs of the queue first. It waits for a restart or scaling that is already running with
        O(wait=true) and fails with O(wait=false).
    type: str
    choices: [present, absent, restarted]
    default: present
  cu_count:
    description:
      - Number of compute units (CUs). Required to create a queue.
      - A queue outside a pool is created with 16, 64, 256 or 512 CUs and later scales in steps of 16. In some regions, the
        service scales no queue of less than 64 CUs, and no queue to less than 64 CUs.
      - O(scaling_policies), not this option, scale a queue in an elastic resource pool. If both are set, this option states
        only the size at creation.
      - Scaling takes about 10 minutes. It is complete when the service reports the new number.
      - Before scaling, the module reads the jobs of the queue. If the queue is already being scaled, the module waits for the
        end of that scaling with O(wait=true) and fails with O(wait=false). If it cannot read the jobs, it returns a warning.
      - The smallest queue in a pool has 4 CUs with O(queue_type=general), 8 with O(queue_type=sql), and 96 with
        O(engine=hetuEngine).
    type: int
  queue_type:
    description:
      - V(sql) for SQL jobs, V(general) for Flink and Spark JAR jobs. The default of the service is V(sql).
      - Immutable after creation.
    type: str
    choices: [sql, general]
  engine:
    description:
      - Engine of a queue of O(queue_type=sql). The default of the service is V(spark).
      - Immutable after creation.
    type: str
    choices: [spark, hetuEngine]
  resource_mode:
    description:
      - V(1) for a dedicated queue, V(0) for a shared one. Only a dedicated queue can be bound to a connection.
      - If not set, a new queue is created as dedicated, and the mode of an existing queue is not compared.
      - Immutable after creation.
    type: int
    choices: [0, 1]
  description:
    description:
      - Description of the queue. The console allows at most 128 characters.
      - Immutable after creation.
    type: str
  charging_mode:
    description:
      - V(1) for pay per use, the only mode in which a queue can be created.
      - Immutable after creation.
    type: int
    choices: [1]
  enterprise_project_id:
    description:
      - Enterprise project of the queue. V(0) is the default enterprise project.
      - Immutable after creation.
      - Environment variable is E(HW_ENTERPRISE_PROJECT_ID). It applies to new queues and is not compared with existing ones.
    type: str
  platform:
    description:
      - Processor architecture of the queue. The default of the service is V(x86_64).
      - Immutable after creation.
    type: str
    choices: [x86_64, aarch64]
  labels:
    description:
      - Labels of the queue. The only label is V(multi_az=2), for a queue in two availability zones.
      - Immutable after creation.
    type: list
    elements: str
  feature:
    description:
      - V(ai) for a queue of O(queue_type=sql) with AI features on V(x86_64). The default of the service is V(basic).
      - Immutable after creation.
    type: str
    choices: [basic, ai]
  elastic_resource_pool_name:
    description:
      - Elastic resource pool of the queue. If the pool rejects the queue because it is being created or scaled, the module
        waits for the pool with O(wait=true) and fails with O(wait=false).
      - A dedicated queue that is in no pool joins the pool; both must belong to the same enterprise project. A queue cannot
        leave its pool or move to another one; O(force_recreate=true) creates it again in the other pool.
      - Before the first change, the module checks that the pool exists and has enough CUs for a queue that joins it.
      - A queue in a pool uses the network of the pool. Bind the pool to the connections that the queue needs.
    type: str
  scaling_policies:
    description:
      - CUs of a queue in an elastic resource pool by time of day. The list replaces all existing policies and must not be
        empty.
      - The initial policy of a queue that joins a pool has its O(cu_count) as minimum and maximum.
      - One policy must last from V(00:00) to V(24:00). The other policies must not overlap.
      - The sum of O(scaling_policies[].min_cu) of all queues in the pool must not exceed the minimum of the pool, and no
        O(scaling_policies[].max_cu) may exceed the maximum of the pool. The service applies policies at the next full hour.
    type: list
    elements: dict
    suboptions:
      priority:
        description:
          - Priority from 1 to 100. If the pool has too few CUs, policies with a higher priority are served first.
          - If not set, a policy of the same hours keeps its priority, and a new policy has priority 1.
        type: int
      impact_start_time:
        description:
          - Whole hour at which the policy starts to apply, for example V(08:00).
        type: str
        required: true
      impact_stop_time:
        description:
          - Whole hour at which the policy ceases to apply. An hour before the start is on the next day.
        type: str
        required: true
      min_cu:
        description:
          - Minimum number of CUs, a multiple of 4.
        type: int
        required: true
      max_cu:
        description:
          - Maximum number of CUs, a multiple of 4.
        type: int
        required: true
      inherit_elastic_resource_pool_max_cu:
        description:
          - Whether the maximum of the pool applies in place of O(scaling_policies[].max_cu). The service may return the
            maximum of the pool as C(max_cu).
        type: bool
        default: false
  cidr_in_vpc:
    aliases: [cidr]
    description:
      - CIDR block of a queue that is in no pool, within C(10.0.0.0/8), C(172.16.0.0/12) or C(192.168.0.0/16). It must not
        overlap the CIDR block of a data source.
      - The service changes the CIDR block only while no job runs on the queue and the queue is bound to no connection. The
        service then rebuilds the cluster of the queue, which takes 5 to 10 minutes. With O(wait=false), the module does not
        wait for the cluster, and later runs cannot detect the rebuild. A binding that is created in that time never
        completes.
      - A new queue does not accept a CIDR block at creation. With O(wait=false), the module returns a warning, and a later
        run changes the CIDR block.
      - In a region without the API for this change, RV(unsupported) contains C(cidr_in_vpc).
    type: str
  properties:
    description:
      - Properties of a queue of O(queue_type=sql) with the Spark engine. Only listed properties are compared. Set a property
        to V(null) to reset it. An empty dictionary changes nothing.
      - C(computeEngine.maxInstance), C(job.maxConcurrent) (1 to 32) and C(computeEngine.maxPrefetchInstance) are numbers and
        can be reset. The user manual requires a queue in a standard elastic resource pool for them; the service decides.
      - C(computeEngine.spark.nativeEnabled) is V(true) or V(false). It takes effect after the next restart of the queue.
      - C(job.saveJobResultToJobBucket) can be set to V(true) only.
      - In a region without the API for properties, RV(unsupported) contains C(properties).
    type: dict
  authorized_users:
    description:
      - IAM users with their privileges on the queue.
      - The owner of the queue and administrators always have all privileges. Listing them changes nothing.
    type: list
    elements: dict
    suboptions:
      user_name:
        description:
          - Name of the IAM user.
        type: str
        required: true
      privileges:
        description:
          - Privileges of the user. An empty list revokes all privileges.
        type: list
        elements: str
        required: true
        choices: [SUBMIT_JOB, CANCEL_JOB, DROP_QUEUE, GRANT_PRIVILEGE, REVOKE_PRIVILEGE, SHOW_PRIVILEGES, RESTART, SCALE_QUEUE]
  purge_authorized_users:
    description:
      - If O(authorized_users) is set, revoke all privileges of users that are not listed.
    type: bool
    default: true
  force:
    description:
      - With O(state=restarted), cancel the running jobs of the queue. A warning names the SQL jobs.
    type: bool
    default: false
  force_recreate:
    description:
      - Delete the queue and create it again if an immutable option differs, if the queue is in another pool, or if the
        service may reject the scaling to O(cu_count) because the queue has or would have less than 64 CUs. The new queue
        has the defaults of the service for all options that are not set, and is bound to no connection.
      - With V(false), the module fails and lists the options with their current and requested values.
    type: bool
    default: false
  wait_only:
    description:
      - Send no request that changes the queue. Wait until the queue has O(cu_count), which an earlier task has requested
        with O(wait=false), and until it is ready. The queue shows its old size while it is scaled, so without this option,
        another task would scale it again if it cannot read the jobs of the queue.
      - Requires O(cu_count) and O(wait=true). All other options of the queue are ignored.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Create a queue in an elastic resource pool and wait until it is ready
  huaweicloud.dli.dli_queue:
    name: etl
    cu_count: 16
    elastic_resource_pool_name: pool1
    description: Nightly loads

# Queues outside pools are the previous generation: some regions no longer sell them.
- name: Create a dedicated queue outside pools
  huaweicloud.dli.dli_queue:
    name: adhoc
    cu_count: 16

- name: Create two larger queues for Flink and Spark JAR jobs in parallel, without waiting
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    queue_type: general
    cu_count: 64
    tags:
      team: data
    wait: false
  loop: [streams, reports]

- name: Wait until both queues are ready (check mode needs the size, because the queues do not exist there)
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    cu_count: 64
  loop: [streams, reports]

- name: Scale a queue outside pools
  huaweicloud.dli.dli_queue:
    name: streams
    cu_count: 128

- name: Wait for a scaling that an earlier task has requested with wait=false
  huaweicloud.dli.dli_queue:
    name: streams
    cu_count: 128
    wait_only: true

- name: Create a queue in a pool with more CUs at night
  huaweicloud.dli.dli_queue:
    name: warehouse
    cu_count: 16
    elastic_resource_pool_name: pool1
    scaling_policies:
      - impact_start_time: "00:00"
        impact_stop_time: "24:00"
        min_cu: 16
        max_cu: 32
      - priority: 5
        impact_start_time: "22:00"
        impact_stop_time: "06:00"
        min_cu: 32
        max_cu: 64

- name: Set one property, reset another, and allow two users to submit jobs
  huaweicloud.dli.dli_queue:
    name: warehouse
    properties:
      job.maxConcurrent: 8
      computeEngine.maxPrefetchInstance:
    authorized_users:
      - user_name: analyst
        privileges: [SUBMIT_JOB]
      - user_name: operator
        privileges: [SUBMIT_JOB, CANCEL_JOB, RESTART]

- name: Restart a queue and cancel its running jobs
  huaweicloud.dli.dli_queue:
    name: etl
    state: restarted
    force: true

- name: Delete queues
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    state: absent
  loop: [etl, adhoc, streams, reports, warehouse]
"""

RETURN = r"""
queue:
  description:
    - The queue as the service reports it, or as predicted in check mode. V(null) if the queue is absent.
    - All keys are always present. A value that was not read, or is unknown in check mode, is V(null).
  returned: success
  type: dict
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
            - Whether the queue is ready. V(null) if the readiness of a young queue was not tested, because of
              O(wait=false), check mode or O(state=restarted).
            - Test it with C(is true), because the value can be V(null).
          type: bool
          sample: true
        source:
          description:
            - V(age) if the queue is older than O(ready_age).
            - V(connectivity_test) if the cluster of the queue was tested.
            - V(not_asked) if the readiness was not tested.
          type: str
          sample: connectivity_test
    authorized_users:
      description: Users of the queue, in the form of O(authorized_users). V(null) if O(authorized_users) is not set.
      type: list
      elements: dict
      sample: [{user_name: analyst, privileges: [SUBMIT_JOB]}]
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
      description:
        - Engine of the queue.
        - Read only if O(engine), O(platform), O(feature), O(labels) or O(cidr_in_vpc) is set, because only the list of all
          queues contains it.
      type: str
      sample: spark
    cu_count:
      description: Number of compute units.
      type: int
      sample: 16
    used_cu:
      description: Compute units in use. Read under the same condition as RV(queue.engine).
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
      description: Processor architecture. Read under the same condition as RV(queue.engine).
      type: str
      sample: x86_64
    feature:
      description: V(basic) or V(ai). Read under the same condition as RV(queue.engine).
      type: str
      sample: basic
    labels:
      description: Labels of the queue. Read under the same condition as RV(queue.engine).
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
      description: CIDR block of the queue. Read under the same condition as RV(queue.engine).
      type: str
      sample: 172.16.0.0/12
    cidr_in_mgntsubnet:
      description: CIDR block of the management subnet. Read under the same condition as RV(queue.engine).
      type: str
      sample: 10.23.128.0/24
    cidr_in_subnet:
      description: CIDR block of the subnet. Read under the same condition as RV(queue.engine).
      type: str
      sample: 172.16.0.0/18
    is_restarting:
      description: Whether the queue is being restarted. Read under the same condition as RV(queue.engine).
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
restart_job_id:
  description: ID of the job that restarts the queue. V(null) for other changes, in check mode, and without O(force).
  returned: success
  type: str
  sample: 5b1f3c8e-9a7d-4e62-8f10-2c3d4e5f6a7b
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
          sample: queue_type
        found:
          description: Current value. V(null) if it is unknown.
          type: raw
          sample: sql
        wanted:
          description: Requested value.
          type: raw
          sample: general
        why:
          description: Why the value cannot change. V(null) if it can.
          type: str
          sample: the option is immutable
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import queues
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ListCache, ModuleSpec
from ..module_utils._queue import ensure, options, validation

SPEC = ModuleSpec(
    key="queue",
    validate=validation.queue_problems,
    run=ensure.ensure,
    lists=ListCache(queues.from_list, whole=False),
    options={**options.OPTIONS, **authentication_options()},
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

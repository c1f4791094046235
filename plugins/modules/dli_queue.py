#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_queue
short_description: Manage queues of Huawei Cloud Data Lake Insight (DLI)
description:
  - A queue is the computing power that SQL, Spark and Flink jobs of Data Lake Insight run on. This module creates, scales,
    restarts and deletes queues, lets them join an elastic resource pool, sets their scaling policies, address range,
    properties, tags and users, and waits until a queue can be used.
  - A new queue needs about 6 to 10 minutes until it can be used, and has no status that would tell. Whether it is ready is
    concluded from its age, from the status of the elastic resource pool that it lives in, and from whether its cluster
    accepts a harmless connectivity test. RV(queue.readiness) says what was concluded, and from which of these signals.
  - An option that is left out is never compared and never changed. An empty list or dictionary empties what it describes.
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
      - Sends nothing that changes anything. Fields that the service fills in at creation are V(null) in the prediction,
        and a queue is not asked whether it is ready.
      - An elastic resource pool that does not exist, or that is too small, is a warning, because an earlier task of the
        same play may be the one that creates it or makes it larger.
  idempotent:
    support: partial
    details:
      - With O(state=restarted) the queue is restarted by each run.
options:
  name:
    description:
      - Name of the queue. The service stores it in lower case, so V(ETL) and V(etl) are the same queue.
      - 1 to 128 letters, digits and underscores, not only digits, not beginning with an underscore.
    type: str
    required: true
  state:
    description:
      - With V(present), the queue exists as described. With O(wait=true) it is ready, too.
      - With V(absent), it does not exist. The preset queue V(default) cannot be deleted. While jobs are submitted to or run
        on the queue, the service refuses to delete it, and the module fails at once.
      - With V(restarted), an existing queue of O(queue_type=sql) is restarted. The service allows it once a job has run
        on the queue.
    type: str
    choices: [present, absent, restarted]
    default: present
  cu_count:
    description:
      - Number of compute units (CUs). Required when the queue does not exist yet.
      - A queue outside a pool is created with 16, 64 or 256 CUs and scaled in steps of 16 afterwards. A queue of 16 CUs
        cannot be scaled, one of 64 CUs cannot be scaled in.
      - A queue that lives in an elastic resource pool is scaled by O(scaling_policies), not by this option. If both are
        given, this option says only what the queue is created with.
      - Scaling takes about 10 minutes. It is complete when the service reports the new number. While it goes on the service
        shows nothing of it, so with O(wait=false) do not run the task again before it is complete.
    type: int
  queue_type:
    description:
      - V(sql) for SQL jobs, V(general) for Flink and Spark jar jobs. The service takes V(sql) if this is left out.
      - Fixed at creation.
    type: str
    choices: [sql, general]
  engine:
    description:
      - Engine of a queue of O(queue_type=sql). The service takes V(spark) if this is left out.
      - Fixed at creation.
    type: str
    choices: [spark, hetuEngine]
  resource_mode:
    description:
      - V(1) for a dedicated queue, V(0) for a shared one. Only a dedicated queue can be bound to a connection.
      - Fixed at creation. To look after an existing shared queue, set V(0).
    type: int
    choices: [0, 1]
    default: 1
  description:
    description:
      - What the queue is for; at most 128 characters.
      - Fixed at creation.
    type: str
  charging_mode:
    description:
      - V(1) for pay per use, the only mode in which a queue can be created.
      - Fixed at creation.
    type: int
    choices: [1]
  enterprise_project_id:
    description:
      - Enterprise project of the queue; V(0) is the default one.
      - Fixed at creation.
    type: str
  platform:
    description:
      - Processor architecture of the queue. The service takes V(x86_64) if this is left out.
      - Fixed at creation.
    type: str
    choices: [x86_64, aarch64]
  labels:
    description:
      - Labels of the queue. There is one, V(multi_az=2), for a queue in two availability zones.
      - Fixed at creation.
    type: list
    elements: str
  feature:
    description:
      - V(ai) for a queue of O(queue_type=sql) with AI features on V(x86_64). The service takes V(basic) if this is left out.
      - Fixed at creation.
    type: str
    choices: [basic, ai]
  elastic_resource_pool_name:
    description:
      - Elastic resource pool that the queue lives in. While the pool is being created or scaled it takes no queue; with
        O(wait=true) that is waited for.
      - A dedicated queue that lives in no pool joins it; both have to belong to the same enterprise project. A queue cannot
        leave its pool or move to another one; O(force_recreate=true) creates it anew there.
      - Whether the pool exists and has enough CUs for a queue that comes into it is checked before anything is sent. In check
        mode a pool that is missing or too small is a warning, because an earlier task may be the one to mend that.
      - In a pool the queue is reached through the network of the pool, so bind the pool to the connections that it needs.
    type: str
  scaling_policies:
    description:
      - How many CUs a queue in an elastic resource pool gets at which time of the day. The list is complete, so policies
        that are not in it are removed. It cannot be empty.
      - A queue that comes into a pool has one policy at first, with its O(cu_count) as smallest and as largest number.
      - One policy has to last from V(00:00) to V(24:00). The others must not overlap each other.
      - The O(scaling_policies[].min_cu) of all queues of the pool must not add up to more than the pool has at least, and
        no O(scaling_policies[].max_cu) may exceed what it has at most. The service applies policies at the next full hour.
    type: list
    elements: dict
    suboptions:
      priority:
        description:
          - Priority from 1 to 100; the larger number comes first when the pool has too few CUs.
        type: int
        default: 1
      impact_start_time:
        description:
          - Whole hour at which the policy begins, for example V(08:00).
        type: str
        required: true
      impact_stop_time:
        description:
          - Whole hour at which the policy ends. One that lies before the beginning is on the next day.
        type: str
        required: true
      min_cu:
        description:
          - Smallest number of CUs, a multiple of 4.
        type: int
        required: true
      max_cu:
        description:
          - Largest number of CUs, a multiple of 4.
        type: int
        required: true
      inherit_elastic_resource_pool_max_cu:
        description:
          - Whether the queue may have as many CUs as the pool, whatever its O(scaling_policies[].max_cu) is. The service
            may show the number of the pool in its place.
        type: bool
        default: false
  cidr_in_vpc:
    description:
      - Address range of a queue that lives in no pool, within C(10.0.0.0/8), C(172.16.0.0/12) or C(192.168.0.0/16). It must
        not overlap that of a data source.
      - The service changes it only while no job runs on the queue and while the queue is bound to no connection. It
        builds the cluster of the queue anew, which takes 5 to 10 minutes. With O(wait=false) nobody waits for that, and
        later runs cannot see it; what is bound to a connection meanwhile stays unfinished.
      - A new queue gets its own range first, so with O(wait=false) the range is left to a later run, with a warning.
      - Where the region has no API to change it, it is named in RV(unsupported).
    type: str
  properties:
    description:
      - Properties of a queue of O(queue_type=sql) with the Spark engine. Only those that are named are compared; one
        that is named with no value is taken back, and an empty dictionary names none.
      - C(computeEngine.maxInstance), C(job.maxConcurrent) (1 to 32) and C(computeEngine.maxPrefetchInstance) are numbers,
        can be taken back, and need a queue in a standard elastic resource pool. For another one they are refused before
        anything is sent, unless it has some of them already.
      - C(computeEngine.spark.nativeEnabled) is V(true) or V(false), and acts once the queue was restarted.
      - C(job.saveJobResultToJobBucket) can only be turned on, with V(true).
      - Where the region has no API for properties they are named in RV(unsupported).
    type: dict
  authorized_users:
    description:
      - Users who may use the queue, with their privileges.
      - The owner of the queue and administrators may do everything. They can be named, which changes nothing.
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
          - What the user may do with the queue. An empty list takes every privilege from the user.
        type: list
        elements: str
        required: true
        choices: [SUBMIT_JOB, CANCEL_JOB, DROP_QUEUE, GRANT_PRIVILEGE, REVOKE_PRIVILEGE, SHOW_PRIVILEGES, RESTART, SCALE_QUEUE]
  purge_authorized_users:
    description:
      - Take every privilege from users that are not in O(authorized_users), if O(authorized_users) is given.
    type: bool
    default: true
  force:
    description:
      - With O(state=restarted), cancel the jobs that run on the queue.
    type: bool
    default: false
  force_recreate:
    description:
      - Delete the queue and create it again if an option that is fixed at creation differs, if it lives in another pool, or
        if no scaling leads to O(cu_count), such as from 16 to 64. Everything that is not described in the task is then as
        with a new queue, and bindings to connections are lost.
      - Without this the module fails and names the options, what is there and what was asked for.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Create a dedicated queue and wait until it is ready
  huaweicloud.dli.dli_queue:
    name: etl
    cu_count: 16
    description: Nightly loads

- name: Ask for two larger queues for Flink and Spark jar jobs, without waiting for the first before the second
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    queue_type: general
    cu_count: 64
    tags:
      team: data
    wait: false
  loop: [streams, reports]

- name: Wait until both are ready; the size is for check mode, in which they do not exist yet
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    cu_count: 64
  loop: [streams, reports]

- name: Scale a queue out
  huaweicloud.dli.dli_queue:
    name: streams
    cu_count: 128

- name: Create a queue in an elastic resource pool, larger during the night
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

- name: Set a property, take back another one, and let two users submit jobs
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

- name: Restart a queue and cancel what runs on it
  huaweicloud.dli.dli_queue:
    name: etl
    state: restarted
    force: true

- name: Delete queues
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    state: absent
  loop: [etl, streams, reports, warehouse]
"""

RETURN = r"""
queue:
  description:
    - The queue as the service reports it, or as it would be in check mode. V(null) if it does not exist afterwards.
    - Every key is always there; what was not read, or is not known in check mode, is V(null).
  returned: success
  type: dict
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
            - V(null) if a young queue was not asked, because of O(wait=false), check mode or O(state=restarted).
            - A condition has to say C(is true) therefore, because V(null) is no truth value for Ansible.
          type: bool
          sample: true
        source:
          description:
            - V(age) if the queue is older than O(ready_age).
            - V(connectivity_test) if its cluster was asked.
            - V(not_asked) if nothing can be said without asking.
          type: str
          sample: connectivity_test
    authorized_users:
      description: Users of the queue, in the form of O(authorized_users). V(null) if that was not given.
      type: list
      elements: dict
      sample: [{user_name: analyst, privileges: [SUBMIT_JOB]}]
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
      description:
        - Engine of the queue.
        - Read only if O(engine), O(platform), O(feature), O(labels) or O(cidr_in_vpc) is given, because only the list of
          all queues shows it.
      type: str
      sample: spark
    cu_count:
      description: Number of compute units.
      type: int
      sample: 16
    used_cu:
      description: Compute units in use. Read like RV(queue.engine).
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
      description: Processor architecture. Read like RV(queue.engine).
      type: str
      sample: x86_64
    feature:
      description: V(basic) or V(ai). Read like RV(queue.engine).
      type: str
      sample: basic
    labels:
      description: Labels of the queue. Read like RV(queue.engine).
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
      description: Address range of the queue. Read like RV(queue.engine).
      type: str
      sample: 172.16.0.0/12
    cidr_in_mgntsubnet:
      description: Address range of the management subnet. Read like RV(queue.engine).
      type: str
      sample: 10.23.128.0/24
    cidr_in_subnet:
      description: Address range of the subnet. Read like RV(queue.engine).
      type: str
      sample: 172.16.0.0/18
    is_restarting:
      description: Whether the queue is being restarted. Read like RV(queue.engine).
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
from ..module_utils._api import authorization, queues
from ..module_utils._edge.options import connection_options, ready_options, tag_options, wait_options
from ..module_utils._edge.spec import ListCache, ModuleSpec
from ..module_utils._queue import ensure, validation

SPEC = ModuleSpec(
    key="queue",
    validate=validation.queue_problems,
    run=ensure.ensure,
    lists=ListCache(queues.from_list, whole=False),
    options={
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent", "restarted"], "default": "present"},
        "cu_count": {"type": "int"},
        "queue_type": {"type": "str", "choices": ["sql", "general"]},
        "engine": {"type": "str", "choices": ["spark", "hetuEngine"]},
        "resource_mode": {"type": "int", "choices": [0, 1], "default": 1},
        "description": {"type": "str"},
        "charging_mode": {"type": "int", "choices": [1]},
        "enterprise_project_id": {"type": "str"},
        "platform": {"type": "str", "choices": ["x86_64", "aarch64"]},
        "labels": {"type": "list", "elements": "str"},
        "feature": {"type": "str", "choices": ["basic", "ai"]},
        "elastic_resource_pool_name": {"type": "str"},
        "scaling_policies": {
            "type": "list",
            "elements": "dict",
            "options": {
                "priority": {"type": "int", "default": 1},
                "impact_start_time": {"type": "str", "required": True},
                "impact_stop_time": {"type": "str", "required": True},
                "min_cu": {"type": "int", "required": True},
                "max_cu": {"type": "int", "required": True},
                "inherit_elastic_resource_pool_max_cu": {"type": "bool", "default": False},
            },
        },
        "cidr_in_vpc": {"type": "str"},
        "properties": {"type": "dict"},
        "authorized_users": {
            "type": "list",
            "elements": "dict",
            "options": {
                "user_name": {"type": "str", "required": True},
                "privileges": {
                    "type": "list",
                    "elements": "str",
                    "required": True,
                    "choices": list(authorization.QUEUE_PRIVILEGES),
                },
            },
        },
        "purge_authorized_users": {"type": "bool", "default": True},
        **tag_options(),
        "force": {"type": "bool", "default": False},
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

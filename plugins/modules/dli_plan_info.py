#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_plan_info
short_description: Compare declared pools, queues and connections of Data Lake Insight (DLI) with a project
description:
  - Lists the changes that a run with the declaration would make, the problems that would prevent them, and undeclared
    objects. Changes nothing.
  - Makes the same decision about each object as its module, on the state that the earlier decisions lead to. For example,
    a queue may be in a pool that the same declaration creates.
  - The module reads one list for each kind of objects that is declared. Only the options C(tags), C(properties),
    C(authorized_users), C(scaling_policies) and C(allowed_projects) need further requests. New objects need the quotas,
    new connections and bindings the subnets and the agency of the service, new bindings also the lists of all pools and queues
    that are bound to the same VPC, and deletions the list of connections, which may lose bindings.
  - The lists of the service can lag behind a creation by seconds.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details: In check mode, queues and pools that do not exist are only warnings, because earlier tasks may create them.
  diff_mode:
    support: none
    details: The differences are in RV(plan).
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) plans to create or update the declared objects, V(absent) to delete them.
    type: str
    choices: [present, absent]
    default: present
  # The items, written by tests/tools/plan_documentation.py from the documentation of their modules:
  elastic_resource_pools:
    description:
    - Elastic resource pools. Each item has the options of M(huaweicloud.dli.dli_elastic_resource_pool), except those
      that control waiting.
    - If the list is not given, objects of this kind are not compared. An empty list declares that there are none.
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - Name of the pool. The service stores names in lower case.
        - 1 to 128 letters, digits and underscores, starting with a letter or digit and including a letter or underscore.
        type: str
        required: true
      max_cu:
        description:
        - Maximum number of compute units (CUs) of the pool. Required to create a pool.
        - A multiple of 16, from 64 to 32000, or from 16 to 64 in the basic edition. At least the C(max_cu) of each
          queue in the pool.
        - The service applies new limits at the next full hour.
        type: int
      min_cu:
        description:
        - Minimum number of CUs of the pool, at most O(elastic_resource_pools[].max_cu). Required to create a pool.
        - A multiple of 16, at least the sum of the C(min_cu) of the queues in the pool. A higher value than before
          must not exceed the current number of CUs of the pool.
        type: int
      description:
        description:
        - Description of the pool, at most 256 characters. An empty string counts as not given.
        type: str
      cidr_in_vpc:
        aliases:
        - cidr
        description:
        - CIDR block of the pool. It must not overlap the CIDR block of a data source. The default of the service
          is C(172.16.0.0/12).
        - Immutable after creation.
        type: str
      charging_mode:
        description:
        - V(1) for pay per use, the only mode in which the module creates a pool.
        - Immutable after creation.
        type: int
        choices:
        - 1
      enterprise_project_id:
        description:
        - Enterprise project of the pool. V(0) is the default enterprise project.
        - Immutable after creation. Enterprise Project Management, in the console, can move an existing pool with
          its queues.
        - Environment variable is E(HW_ENTERPRISE_PROJECT_ID). It applies to new pools and is not compared with existing
          ones.
        type: str
      label:
        description:
        - Edition of the pool. The label C(spec=basic) selects the basic edition, C(billing_spec_code=developer) the
          developer edition. A pool without a label is of the standard edition.
        - Immutable after creation.
        type: dict
      ipv6_enable:
        description:
        - Whether the pool has IPv6 addresses.
        - Immutable after creation.
        type: bool
      force_recreate:
        description:
        - Delete the pool and create it again if an immutable option differs. The new pool has the defaults of the
          service for all options that are not set, and is bound to no connection. A pool that contains queues cannot
          be deleted.
        type: bool
        default: false
      tags:
        description:
        - Tags, at most 20. If not set, tags are not changed. An empty dictionary removes all tags.
        - System tags, whose keys begin with C(_sys_), are neither returned nor changed.
        - If the region has no API for tags, tags are only set at creation. In other cases, C(unsupported) contains
          V(tags).
        type: dict
      purge_tags:
        description:
        - Remove tags that are not in O(elastic_resource_pools[].tags), if O(elastic_resource_pools[].tags) is set.
        type: bool
        default: true
  queues:
    description:
    - Queues. Each item has the options of M(huaweicloud.dli.dli_queue), except those that control waiting.
    - If the list is not given, objects of this kind are not compared. An empty list declares that there are none.
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - Name of the queue. The service stores names in lower case, so V(ETL) and V(etl) are the same queue.
        - 1 to 128 letters, digits and underscores, starting with a letter or digit and including a letter or underscore.
        type: str
        required: true
      cu_count:
        description:
        - Number of compute units (CUs). Required to create a queue.
        - A queue outside a pool is created with 16, 64, 256 or 512 CUs and later scales in steps of 16. In some regions,
          the service scales no queue of less than 64 CUs, and no queue to less than 64 CUs.
        - O(queues[].scaling_policies), not this option, scale a queue in an elastic resource pool. If both are set,
          this option states only the size at creation.
        - Scaling takes about 10 minutes. It is complete when the service reports the new number.
        - Before scaling, the module reads the jobs of the queue. If the queue is already being scaled, the module
          waits for the end of that scaling with O(huaweicloud.dli.dli_queue#module:wait=true) and fails with O(huaweicloud.dli.dli_queue#module:wait=false).
          If it cannot read the jobs, it returns a warning.
        - The smallest queue in a pool has 4 CUs with O(queues[].queue_type=general), 8 with O(queues[].queue_type=sql),
          and 96 with O(queues[].engine=hetuEngine).
        type: int
      queue_type:
        description:
        - V(sql) for SQL jobs, V(general) for Flink and Spark JAR jobs. The default of the service is V(sql).
        - Immutable after creation.
        type: str
        choices:
        - sql
        - general
      engine:
        description:
        - Engine of a queue of O(queues[].queue_type=sql). The default of the service is V(spark).
        - Immutable after creation.
        type: str
        choices:
        - spark
        - hetuEngine
      resource_mode:
        description:
        - V(1) for a dedicated queue, V(0) for a shared one. Only a dedicated queue can be bound to a connection.
        - If not set, a new queue is created as dedicated, and the mode of an existing queue is not compared.
        - Immutable after creation.
        type: int
        choices:
        - 0
        - 1
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
        choices:
        - 1
      enterprise_project_id:
        description:
        - Enterprise project of the queue. V(0) is the default enterprise project.
        - Immutable after creation.
        - Environment variable is E(HW_ENTERPRISE_PROJECT_ID). It applies to new queues and is not compared with existing
          ones.
        type: str
      platform:
        description:
        - Processor architecture of the queue. The default of the service is V(x86_64).
        - Immutable after creation.
        type: str
        choices:
        - x86_64
        - aarch64
      labels:
        description:
        - Labels of the queue. The only label is V(multi_az=2), for a queue in two availability zones.
        - Immutable after creation.
        type: list
        elements: str
      feature:
        description:
        - V(ai) for a queue of O(queues[].queue_type=sql) with AI features on V(x86_64). The default of the service
          is V(basic).
        - Immutable after creation.
        type: str
        choices:
        - basic
        - ai
      elastic_resource_pool_name:
        description:
        - Elastic resource pool of the queue. If the pool rejects the queue because it is being created or scaled,
          the module waits for the pool with O(huaweicloud.dli.dli_queue#module:wait=true) and fails with O(huaweicloud.dli.dli_queue#module:wait=false).
        - A dedicated queue that is in no pool joins the pool; both must belong to the same enterprise project. A
          queue cannot leave its pool or move to another one; O(queues[].force_recreate=true) creates it again in
          the other pool.
        - Before the first change, the module checks that the pool exists and has enough CUs for a queue that joins
          it.
        - A queue in a pool uses the network of the pool. Bind the pool to the connections that the queue needs.
        type: str
      scaling_policies:
        description:
        - CUs of a queue in an elastic resource pool by time of day. The list replaces all existing policies and must
          not be empty.
        - The initial policy of a queue that joins a pool has its O(queues[].cu_count) as minimum and maximum.
        - One policy must last from V(00:00) to V(24:00). The other policies must not overlap.
        - The sum of O(queues[].scaling_policies[].min_cu) of all queues in the pool must not exceed the minimum of
          the pool, and no O(queues[].scaling_policies[].max_cu) may exceed the maximum of the pool. The service applies
          policies at the next full hour.
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
            - Whether the maximum of the pool applies in place of O(queues[].scaling_policies[].max_cu). The service
              may return the maximum of the pool as C(max_cu).
            type: bool
            default: false
      cidr_in_vpc:
        aliases:
        - cidr
        description:
        - CIDR block of a queue that is in no pool, within C(10.0.0.0/8), C(172.16.0.0/12) or C(192.168.0.0/16). It
          must not overlap the CIDR block of a data source.
        - The service changes the CIDR block only while no job runs on the queue and the queue is bound to no connection.
          The service then rebuilds the cluster of the queue, which takes 5 to 10 minutes. With O(huaweicloud.dli.dli_queue#module:wait=false),
          the module does not wait for the cluster, and later runs cannot detect the rebuild. A binding that is created
          in that time never completes.
        - A new queue does not accept a CIDR block at creation. With O(huaweicloud.dli.dli_queue#module:wait=false),
          the module returns a warning, and a later run changes the CIDR block.
        - In a region without the API for this change, C(unsupported) contains C(cidr_in_vpc).
        type: str
      properties:
        description:
        - Properties of a queue of O(queues[].queue_type=sql) with the Spark engine. Only listed properties are compared.
          Set a property to V(null) to reset it. An empty dictionary changes nothing.
        - C(computeEngine.maxInstance), C(job.maxConcurrent) (1 to 32) and C(computeEngine.maxPrefetchInstance) are
          numbers and can be reset. The user manual requires a queue in a standard elastic resource pool for them;
          the service decides.
        - C(computeEngine.spark.nativeEnabled) is V(true) or V(false). It takes effect after the next restart of the
          queue.
        - C(job.saveJobResultToJobBucket) can be set to V(true) only.
        - In a region without the API for properties, C(unsupported) contains C(properties).
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
            choices:
            - SUBMIT_JOB
            - CANCEL_JOB
            - DROP_QUEUE
            - GRANT_PRIVILEGE
            - REVOKE_PRIVILEGE
            - SHOW_PRIVILEGES
            - RESTART
            - SCALE_QUEUE
      purge_authorized_users:
        description:
        - If O(queues[].authorized_users) is set, revoke all privileges of users that are not listed.
        type: bool
        default: true
      force_recreate:
        description:
        - Delete the queue and create it again if an immutable option differs, if the queue is in another pool, or
          if the service may reject the scaling to O(queues[].cu_count) because the queue has or would have less than
          64 CUs. The new queue has the defaults of the service for all options that are not set, and is bound to
          no connection.
        - With V(false), the module fails and lists the options with their current and requested values.
        type: bool
        default: false
      tags:
        description:
        - Tags, at most 20. If not set, tags are not changed. An empty dictionary removes all tags.
        - System tags, whose keys begin with C(_sys_), are neither returned nor changed.
        - If the region has no API for tags, tags are only set at creation. In other cases, C(unsupported) contains
          V(tags).
        type: dict
      purge_tags:
        description:
        - Remove tags that are not in O(queues[].tags), if O(queues[].tags) is set.
        type: bool
        default: true
      ready_age:
        description:
        - Age in seconds from which a queue counts as ready without a check. The module checks younger queues.
        - If the region or the permissions of the user do not allow the check, the queue counts as ready at this age,
          and the module issues a warning.
        type: int
        default: 600
  connections:
    description:
    - Enhanced datasource connections. Each item has the options of M(huaweicloud.dli.dli_enhanced_connection), except
      those that control waiting.
    - If the list is not given, objects of this kind are not compared. An empty list declares that there are none.
    type: list
    elements: dict
    suboptions:
      name:
        description:
        - Name of the connection, 1 to 64 letters, digits and underscores. Names are case-sensitive.
        - The service does not guarantee that names are unique. If several connections have the name, the module fails
          and lists their IDs; O(connections[].id) selects one of them. If two tasks create the same connection at
          once, the task with the younger connection deletes it and continues with the older one.
        type: str
        required: true
      id:
        description:
        - ID of an existing connection, to manage one of several connections with the same O(connections[].name),
          or to delete one of them with O(huaweicloud.dli.dli_enhanced_connection#module:state=absent). The connection
          must have the name O(connections[].name).
        type: str
      dest_vpc_id:
        description:
        - ID of the VPC that contains the data source. Required to create the connection, unless O(connections[].dest_vpc_name)
          is set.
        - The CIDR block of the subnet must not overlap with that of a queue or pool that is bound to the connection.
        - Immutable.
        type: str
        aliases:
        - vpc_id
      dest_vpc_name:
        description:
        - Name of the VPC, as an alternative to O(connections[].dest_vpc_id). If several VPCs have the name, the module
          fails and lists their IDs.
        type: str
      dest_network_id:
        description:
        - Network ID of the subnet that contains the data source. This is the C(id) of the subnet, not its C(neutron_subnet_id).
          Required to create the connection, unless O(connections[].dest_subnet_name) is set.
        - Immutable.
        type: str
        aliases:
        - subnet_id
      dest_subnet_name:
        description:
        - Name of the subnet, as an alternative to O(connections[].dest_network_id). The module looks it up in the
          VPC of the connection.
        type: str
      queues:
        description:
        - Names of the queues to bind. Only dedicated queues can be bound; the built-in queue V(default) cannot.
        - To bind a queue that is in an elastic resource pool, the module binds the pool. C(enhanced_connection.bound_via)
          then names the pool, and C(enhanced_connection.elastic_resource_pools) lists it.
        - The module waits until a queue is ready before it binds the queue, because the binding of a queue that is
          not ready can stay in V(CREATING) permanently. With O(huaweicloud.dli.dli_enhanced_connection#module:wait=false)
          the module binds it at once and issues a warning.
        type: list
        elements: str
      purge_queues:
        description:
        - Unbind queues that are not in O(connections[].queues), if O(connections[].queues) is set.
        - A pool that was bound because of a queue stays bound; only O(connections[].elastic_resource_pools) unbinds
          pools.
        type: bool
        default: true
      elastic_resource_pools:
        description:
        - Names of the elastic resource pools to bind. Pools that contain O(connections[].queues) need not be listed.
        type: list
        elements: str
      purge_elastic_resource_pools:
        description:
        - Unbind pools that are neither in O(connections[].elastic_resource_pools) nor the pool of a queue in O(connections[].queues),
          if O(connections[].elastic_resource_pools) is set.
        type: bool
        default: true
      hosts:
        description:
        - Host names that jobs can use for the data sources, at most 20000, each with one IP address.
        - The filter P(huaweicloud.dli.hosts#filter) reads them from lines of text such as V(192.168.0.1 node1).
        type: list
        elements: dict
        suboptions:
          name:
            description:
            - Name of the host, 1 to 128 letters, digits, C(_), C(-) and C(.), starting with a letter.
            type: str
            required: true
          ip:
            description:
            - IPv4 address of the host.
            type: str
            required: true
      purge_hosts:
        description:
        - Remove hosts that are not in O(connections[].hosts), if O(connections[].hosts) is set. With V(false), an
          existing host with a name in O(connections[].hosts) gets the IP address from O(connections[].hosts).
        - The service can only replace the whole list. With V(false), the module therefore verifies after a few seconds,
          also with O(huaweicloud.dli.dli_enhanced_connection#module:wait=false), that another client has not removed
          its hosts again, and adds them up to five times.
        type: bool
        default: true
      routetable_id:
        description:
        - ID of the route table that the connection uses. It takes effect only when the connection is created. By
          default, the service uses the route table of the subnet.
        type: str
        aliases:
        - route_table_id
      routes:
        description:
        - Routes of the connection to CIDR blocks behind the subnet.
        - To change the CIDR block of a route, the module removes the route and adds it again, because the service
          cannot update routes.
        type: list
        elements: dict
        suboptions:
          name:
            description:
            - Name of the route, 1 to 64 letters, digits, underscores and hyphens.
            type: str
            required: true
          cidr:
            description:
            - CIDR block of the destination with its prefix length and without host bits, for example V(10.1.0.0/24).
              CIDR blocks in C(100.125.0.0/16) and C(100.64.0.0/16) are reserved by the service. IPv6 requires a connection
              that supports it (C(enhanced_connection.ipv6_enable)).
            type: str
            required: true
      purge_routes:
        description:
        - Remove routes that are not in O(connections[].routes), if O(connections[].routes) is set.
        type: bool
        default: true
      allowed_projects:
        description:
        - IDs of other projects that may bind their queues to the connection, 32 hexadecimal digits each.
        type: list
        elements: str
      purge_allowed_projects:
        description:
        - Revoke the permission of projects that are not in O(connections[].allowed_projects), if O(connections[].allowed_projects)
          is set.
        type: bool
        default: true
      force_recreate:
        description:
        - Delete the connection and create it again if an immutable option differs. The new connection has only the
          settings of the task.
        - With V(false), the module fails and lists the immutable options that differ, with their current and requested
          values.
        type: bool
        default: false
      tags:
        description:
        - Tags, at most 20. If not set, tags are not changed. An empty dictionary removes all tags.
        - System tags, whose keys begin with C(_sys_), are neither returned nor changed.
        - If the region has no API for tags, tags are only set at creation. In other cases, C(unsupported) contains
          V(tags).
        type: dict
      purge_tags:
        description:
        - Remove tags that are not in O(connections[].tags), if O(connections[].tags) is set.
        type: bool
        default: true
      ready_age:
        description:
        - Age in seconds from which a queue counts as ready without a check. The module checks younger queues.
        - If the region or the permissions of the user do not allow the check, the queue counts as ready at this age,
          and the module issues a warning.
        type: int
        default: 600
  # End of the items.
  addresses:
    description:
      - Addresses that queues will be asked to reach. The module only checks their form, and that the queues are declared or
        exist.
    type: list
    elements: dict
    suboptions:
      queue:
        description: Name of the queue.
        type: str
        required: true
      addresses:
        description: Addresses in the form C(host:port).
        type: list
        elements: str
        required: true
  undeclared:
    description:
      - Also list the objects that exist and are not declared, of the kinds whose lists are given. The queue C(default) and
        shared queues are never listed.
    type: bool
    default: true
  with_declared:
    description:
      - Also return RV(declared), which is as large as the plan, and RV(check_mode).
    type: bool
    default: false
  networks:
    description:
      - Also return the names and CIDR blocks of the VPCs and subnets of the connections, in RV(networks). It takes two more
        lists of the VPC service.
    type: bool
    default: false
  with_diagnosis:
    description:
      - Also look for the causes of bindings that are FAILED, or stay CREATING for longer than is normal. The hints of these
        problems then contain the causes. It costs requests to DLI and VPC only if there are such bindings.
    type: bool
    default: false
  fail_on:
    description:
      - Fail if the plan contains an object with one of these statuses or, with V(problems), a problem of severity C(error).
        The plan is returned in any case.
      - By default, the module fails only if the options are wrong or nothing can be read.
    type: list
    elements: str
    choices: [unreadable, blocked, missing, drifted, broken, undeclared, problems]
    default: []
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - module: huaweicloud.dli.dli_queue
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Compare queues and a connection with the project
  huaweicloud.dli.dli_plan_info:
    queues:
      - name: reports
        cu_count: 64
    connections:
      - name: warehouse
        queues: [reports]
  register: result

- name: Use the names of the objects that a run would create
  ansible.builtin.debug:
    msg: "{{ result.plan.objects | selectattr('action', 'equalto', 'create') | map(attribute='name') | list }}"

- name: Use the number of objects that differ from the declaration
  ansible.builtin.debug:
    msg: "{{ result.plan.counts.drifted + result.plan.counts.missing }}"

- name: Fail before anything is changed if the declaration cannot be applied
  huaweicloud.dli.dli_plan_info:
    queues: "{{ my_queues }}"
    connections: "{{ my_connections }}"
    fail_on: [problems]
  vars:
    my_queues:
      - name: reports
        cu_count: 64
    my_connections: []

- name: Fail if anything differs from the declaration, for example in a nightly job
  huaweicloud.dli.dli_plan_info:
    queues: []
    fail_on: [missing, drifted, broken, problems]
"""

RETURN = r"""
plan:
  description:
    - The plan. It contains no times and no IDs that differ after each creation, so two plans can be compared.
  returned: always, unless nothing could be read
  type: dict
  contains:
    state:
      description: O(state) of the declaration.
      type: str
      sample: present
    in_sync:
      description: Whether a run would change nothing and nothing has a problem of severity C(error).
      type: bool
      sample: false
    settled:
      description:
        - Whether a run would neither change anything nor wait. A queue that is younger than its C(ready_age), for example, is
          in sync but not settled.
      type: bool
      sample: false
    objects:
      description:
        - The declared objects in the order in which a run would process them, then undeclared objects, sorted by name.
      type: list
      elements: dict
      contains:
        kind:
          description: C(elastic_resource_pool), C(queue) or C(connection).
          type: str
          sample: queue
        name:
          description: Name of the object as the service stores it.
          type: str
          sample: reports
        status:
          description:
            - V(in_sync) if the object is as declared, V(missing) if it does not exist, V(drifted) if it differs from the
              declaration or must be deleted.
            - V(broken) if it is as declared, but a part of it is FAILED or stays CREATING for too long.
            - V(blocked) if a run cannot create or change it as declared; RV(plan.objects[].problems) contains the reason.
            - V(unreadable) if the service did not return its state.
            - V(undeclared) if it exists and is not declared.
          type: str
          sample: drifted
        action:
          description: V(none), V(create), V(update), V(recreate) or V(delete).
          type: str
          sample: update
        broken:
          description: Whether a part of the existing object is FAILED or stays CREATING for too long, whatever its status.
          type: bool
          sample: false
        settled:
          description: Whether a run would neither change this object nor wait for it.
          type: bool
          sample: false
        differences:
          description: The options that differ.
          type: list
          elements: dict
          contains:
            option:
              description: Name of the option.
              type: str
              sample: cu_count
            found:
              description: Current value. V(null) if the object does not exist or the service does not return the value.
              type: raw
              sample: 64
            wanted:
              description: Value after a run.
              type: raw
              sample: 128
            why:
              description: Why a run cannot change it. V(null) if it can.
              type: str
              sample: the option is immutable
        problems:
          description: Problems of this object.
          type: list
          elements: dict
          contains: &problem
            id:
              description: Stable name of the kind of problem, such as C(immutable), C(rule), C(duplicate) or C(dependency).
              type: str
              sample: immutable
            severity:
              description: V(error) if it prevents a run from creating or changing the object as declared, else V(warning).
              type: str
              sample: error
            field:
              description: Name of the option that has the problem. V(null) if the problem does not concern exactly one option.
              type: str
              sample: queues
            message:
              description: Description of the problem.
              type: str
              sample: "Quota QUEUE is too small: 3 required (a, b, c), 2 of 200 remaining."
            hint:
              description: Advice. V(null) if there is none.
              type: str
              sample: Increase the quota in the console under My Quotas, or delete unused resources.
        current:
          description:
            - The fields of the object that its module manages, with its status, as far as they were read. V(null) if it does
              not exist.
            - They include the effects of the actions on earlier objects. A connection, for example, has lost the binding
              of a queue that is recreated.
          type: dict
          sample: {name: reports, cu_count: 64}
        predicted:
          description: The object after a run, in the same form. V(null) if it will not exist or cannot be predicted.
          type: dict
          sample: {name: reports, cu_count: 128}
        options:
          description: The options that the declaration gives. V(null) for an object that is not declared.
          type: dict
          sample: {name: reports, cu_count: 128}
        first:
          description:
            - Options of a first task with C(wait=false) that requests the change, so that many objects change in parallel. A
              second task with RV(plan.objects[].options) and C(wait=true) makes the remaining changes and waits.
            - V(null) if the first task would have to wait, or if no other object of the kind changes without a wait.
          type: dict
          sample: {name: reports, cu_count: 128}
    problems:
      description: Problems of several objects together, such as quotas, names that are declared twice, CIDR blocks that overlap, and
        an agency without access to the VPC.
      type: list
      elements: dict
      contains: *problem
    counts:
      description: Number of objects by status. Contains all statuses.
      type: dict
      sample: {unreadable: 0, blocked: 0, missing: 1, drifted: 1, broken: 0, in_sync: 4, undeclared: 2}
    summary:
      description: The plan as lines of text, for people. Leaves out objects that are in sync.
      type: list
      elements: str
      sample: ["~ queue reports: drifted, update", "    cu_count: 64 -> 128"]
    errors:
      description: The problems of severity C(error), of objects and of several together, as sentences with their hints.
      type: list
      elements: str
      sample: ["Connection warehouse does not exist; dest_vpc_id or dest_vpc_name is required to create it."]
declared:
  description:
    - The declared objects as their modules return them, by list. In check mode as they will be after a run, otherwise as they
      are. Objects that do not exist, and those whose options are invalid or whose state could not be read, are left out.
  returned: success, if O(with_declared=true)
  type: dict
  contains:
    elastic_resource_pools:
      description: See RV(huaweicloud.dli.dli_elastic_resource_pool#module:elastic_resource_pool).
      type: list
      elements: dict
      sample: []
    queues:
      description: See RV(huaweicloud.dli.dli_queue#module:queue).
      type: list
      elements: dict
      sample: [{name: reports, queue_id: 4711, cu_count: 128}]
    connections:
      description: See RV(huaweicloud.dli.dli_enhanced_connection#module:enhanced_connection).
      type: list
      elements: dict
      sample: []
check_mode:
  description: Whether the task ran in check mode, which a role cannot see if only a task or a block sets it.
  returned: success, if O(with_declared=true)
  type: bool
  sample: false
region:
  description: Region of the project. V(null) if it is not set because O(endpoint) is.
  returned: always, unless nothing could be read
  type: str
  sample: eu-west-101
networks:
  description: VPCs and subnets of the connections, sorted by name. V(null) without O(networks=true), or if they could not be read.
  returned: always, unless nothing could be read
  type: dict
  contains:
    vpcs:
      description: The VPCs.
      type: list
      elements: dict
      contains: &network
        id:
          description: ID of the network.
          type: str
          sample: 22094d8f-c310-4621-913d-4c4d655d8495
        name:
          description: Name of the network.
          type: str
          sample: vpc-warehouse
        cidr:
          description: CIDR block of the network.
          type: str
          sample: 192.168.0.0/16
        vpc_id:
          description: ID of the VPC of a subnet. V(null) for a VPC.
          type: str
          sample: 22094d8f-c310-4621-913d-4c4d655d8495
    subnets:
      description: The subnets.
      type: list
      elements: dict
      contains: *network
error:
  description: Details of the failure, for use in conditions.
  returned: failure
  type: dict
  contains:
    code:
      description: Error code of the service. V(null) if the error does not come from the service.
      type: str
      sample: DLI.0003
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
      sample: The user has no permission.
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
      sample: "The user lacks a permission for this: an administrator can grant it in IAM."
    differences:
      description: Always empty; modules that change resources return refused changes here.
      type: list
      elements: dict
      sample: []
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ModuleSpec
from ..module_utils._plan import options, query

SPEC = ModuleSpec(
    key="plan",
    # Broken rules of an item are problems of its object in the plan.
    validate=lambda _params: [],
    run=query.query,
    options={**options.OPTIONS, **authentication_options()},
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

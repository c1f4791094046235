#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_enhanced_connection
short_description: Manage enhanced datasource connections of Huawei Cloud Data Lake Insight (DLI)
description:
  - Queues run in a network of their own. An enhanced datasource connection connects them to a subnet of a VPC, so that their
    jobs can reach data sources there. Each queue or elastic resource pool that is bound to the connection gets a VPC peering.
  - This module creates and deletes connections, binds and unbinds queues and pools, and sets hosts, routes, tags and the
    projects that may use the connection.
  - By default, the module waits until the connection and all requested bindings are active. If a binding fails, the task
    fails at once with the reason that the service returns.
  - Options that are not set are not compared and not changed. An empty list removes all entries.
  - The order of O(queues), O(elastic_resource_pools), O(hosts), O(routes) and O(allowed_projects) does not matter.
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
      - Check mode sends no request that changes anything. If a queue or pool in O(queues) or O(elastic_resource_pools) does
        not exist, the module issues a warning, because an earlier task of the same play may create it.
      - When a connection is created, the service rejects a wrong O(dest_vpc_id) or O(dest_network_id). In check mode the
        module itself checks them, and issues a warning if it is not allowed to.
  idempotent:
    support: partial
    details:
      - O(routetable_id) is only used when the connection is created. It is not compared afterwards, because the service
        does not return it.
options:
  name:
    description:
      - Name of the connection, 1 to 64 letters, digits and underscores. Names are case-sensitive.
      - The service does not guarantee that names are unique. If several connections have the name, the module fails and
        lists their IDs; O(id) selects one of them. If two tasks create the same connection at once, the task with the
        younger connection deletes it and continues with the older one.
    type: str
    required: true
  id:
    description:
      - ID of an existing connection, to manage one of several connections with the same O(name), or to delete one of
        them with O(state=absent). The connection must have the name O(name).
    type: str
  state:
    description:
      - V(present) creates or updates the connection.
      - V(absent) deletes the connection. If the service rejects that while one of the bindings is being created, the module
        waits for the end of the creation and tries again; with O(wait=false) it fails.
    type: str
    choices: [present, absent]
    default: present
  dest_vpc_id:
    description:
      - ID of the VPC that contains the data source. Required to create the connection, unless O(dest_vpc_name) is set.
      - The CIDR block of the subnet must not overlap with that of a queue or pool that is bound to the connection.
      - Immutable.
    type: str
    aliases: [vpc_id]
  dest_vpc_name:
    description:
      - Name of the VPC, as an alternative to O(dest_vpc_id). If several VPCs have the name, the module fails and lists
        their IDs.
    type: str
  dest_network_id:
    description:
      - Network ID of the subnet that contains the data source. This is the C(id) of the subnet, not its
        C(neutron_subnet_id). Required to create the connection, unless O(dest_subnet_name) is set.
      - Immutable.
    type: str
    aliases: [subnet_id]
  dest_subnet_name:
    description:
      - Name of the subnet, as an alternative to O(dest_network_id). The module looks it up in the VPC of the connection.
    type: str
  queues:
    description:
      - Names of the queues to bind. Only dedicated queues can be bound; the built-in queue V(default) cannot.
      - To bind a queue that is in an elastic resource pool, the module binds the pool.
        RV(enhanced_connection.bound_via) then names the pool, and RV(enhanced_connection.elastic_resource_pools) lists it.
      - The module waits until a queue is ready before it binds the queue, because the binding of a queue that is not ready
        can stay in V(CREATING) permanently. With O(wait=false) the module binds it at once and issues a warning.
    type: list
    elements: str
  purge_queues:
    description:
      - Unbind queues that are not in O(queues), if O(queues) is set.
      - A pool that was bound because of a queue stays bound; only O(elastic_resource_pools) unbinds pools.
    type: bool
    default: true
  elastic_resource_pools:
    description:
      - Names of the elastic resource pools to bind. Pools that contain O(queues) need not be listed.
    type: list
    elements: str
  purge_elastic_resource_pools:
    description:
      - Unbind pools that are neither in O(elastic_resource_pools) nor the pool of a queue in O(queues), if
        O(elastic_resource_pools) is set.
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
      - Remove hosts that are not in O(hosts), if O(hosts) is set. With V(false), an existing host with a name in O(hosts)
        gets the IP address from O(hosts).
      - The service can only replace the whole list. With V(false), the module therefore verifies after a few seconds, also
        with O(wait=false), that another client has not removed its hosts again, and adds them up to five times.
    type: bool
    default: true
  routetable_id:
    description:
      - ID of the route table that the connection uses. It takes effect only when the connection is created. By default,
        the service uses the route table of the subnet.
    type: str
    aliases: [route_table_id]
  routes:
    description:
      - Routes of the connection to CIDR blocks behind the subnet.
      - To change the CIDR block of a route, the module removes the route and adds it again, because the service cannot
        update routes.
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
          - CIDR block of the destination with its prefix length and without host bits, for example V(10.1.0.0/24). CIDR
            blocks in C(100.125.0.0/16) and C(100.64.0.0/16) are reserved by the service. IPv6 requires a connection that supports it
            (RV(enhanced_connection.ipv6_enable)).
        type: str
        required: true
  purge_routes:
    description:
      - Remove routes that are not in O(routes), if O(routes) is set.
    type: bool
    default: true
  allowed_projects:
    description:
      - IDs of other projects that may bind their queues to the connection, 32 hexadecimal digits each.
    type: list
    elements: str
  purge_allowed_projects:
    description:
      - Revoke the permission of projects that are not in O(allowed_projects), if O(allowed_projects) is set.
    type: bool
    default: true
  force_recreate:
    description:
      - Delete the connection and create it again if an immutable option differs. The new connection has only the settings
        of the task.
      - With V(false), the module fails and lists the immutable options that differ, with their current and requested values.
    type: bool
    default: false
notes:
  - Unbound queues and pools remain listed for a few seconds. With O(wait=false), a task that runs in that period sees them
    as still bound, and does not bind them again if it requests them. The task that unbinds them issues a warning about it.
  - A new connection can appear in the list a few seconds late. With O(wait=false), do not run the task again in that period,
    because it could create a second connection with the same name.
seealso:
  - module: huaweicloud.dli.dli_connectivity_test
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - module: huaweicloud.dli.dli_queue
"""

EXAMPLES = r"""
- name: Connect an elastic resource pool, and thereby all of its queues, to a subnet
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    dest_vpc_name: vpc-data
    dest_subnet_name: subnet-data
    elastic_resource_pools: [pool1]

- name: Connect two queues outside pools to a subnet and wait until the connection is active
  huaweicloud.dli.dli_enhanced_connection:
    name: test2
    dest_vpc_id: 22094d8f-c310-4621-913d-4c4d655d8495
    dest_network_id: 78f2562a-36e4-4b39-95b9-f5aab22e1281
    queues: [q1, q2]
    hosts:
      - name: ecs-97f8-0001
        ip: 192.168.0.1
      - name: ecs-97f8-0002
        ip: 192.168.0.2

- name: Bind one more queue and keep the others
  huaweicloud.dli.dli_enhanced_connection:
    name: test2
    queues: [q3]
    purge_queues: false

- name: Bind one more pool and keep the others
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    elastic_resource_pools: [pool2]
    purge_elastic_resource_pools: false

- name: Find the subnet by name, set a route and a tag, and share the connection with another project
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    dest_vpc_name: vpc-data
    dest_subnet_name: subnet-data
    routes:
      - name: warehouse
        cidr: 10.1.0.0/24
    tags:
      team: data
    allowed_projects:
      - 5f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6

- name: Unbind all queues and pools and remove all hosts
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    queues: []
    elastic_resource_pools: []
    hosts: []

- name: Delete both connections
  huaweicloud.dli.dli_enhanced_connection:
    name: "{{ item }}"
    state: absent
  loop: [test1, test2]
"""

RETURN = r"""
enhanced_connection:
  description:
    - The connection as the service returns it or, in check mode, as it is predicted. V(null) if it does not exist afterwards.
    - All keys are always present. Values that are unknown in check mode are V(null).
  returned: success
  type: dict
  contains:
    id:
      description: ID of the connection.
      type: str
      sample: 2a620c33-5609-40c9-affd-2b6453071b0f
    name:
      description: Name of the connection.
      type: str
      sample: test1
    status:
      description: V(ACTIVE) from the creation on. It does not reflect the state of the bindings.
      type: str
      sample: ACTIVE
    dest_vpc_id:
      description: ID of the VPC that contains the data source.
      type: str
      sample: 22094d8f-c310-4621-913d-4c4d655d8495
    dest_network_id:
      description: Network ID of the subnet that contains the data source.
      type: str
      sample: 78f2562a-36e4-4b39-95b9-f5aab22e1281
    dest_vpc_name:
      description: Always V(null) here; M(huaweicloud.dli.dli_enhanced_connection_info) returns it on request.
      type: str
      sample: vpc-data
    dest_subnet_name:
      description: Always V(null) here; M(huaweicloud.dli.dli_enhanced_connection_info) returns it on request.
      type: str
      sample: subnet-data
    queues:
      description: Names of the queues that are bound directly, not by their pool.
      type: list
      elements: str
      sample: [q1, q2]
    available_queue_info:
      description: Bindings of queues.
      type: list
      elements: dict
      contains: &binding
        name:
          description: Name of the queue or pool.
          type: str
          sample: q1
        peer_id:
          description: ID of the VPC peering of the binding.
          type: str
          sample: 2a620c33-5609-40c9-affd-2b6453071b0f
        status:
          description: V(CREATING), V(ACTIVE) or V(FAILED).
          type: str
          sample: ACTIVE
        err_msg:
          description: Reason of the failure; empty if the binding did not fail.
          type: str
          sample: ""
        update_time:
          description: Time of the last change of the binding, in milliseconds since the epoch.
          type: int
          sample: 1566889577861
        update_time_iso:
          description: The same time in ISO 8601, in UTC. V(null) if it is not known.
          type: str
          sample: "2019-08-27T07:06:17Z"
    elastic_resource_pools:
      description: Bindings of elastic resource pools.
      type: list
      elements: dict
      contains: *binding
    bound_via:
      description:
        - For each of O(queues) that is in an elastic resource pool, the pool that is bound in its place.
        - A queue outside pools can be bound as a pool of its own name, which the service makes for it.
      type: dict
      sample: {q3: pool1}
    hosts:
      description: Hosts of the connection.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the host.
          type: str
          sample: ecs-97f8-0001
        ip:
          description: IPv4 address of the host.
          type: str
          sample: 192.168.0.1
    routes:
      description: Routes of the connection.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the route.
          type: str
          sample: warehouse
        cidr:
          description: CIDR block of the destination.
          type: str
          sample: 10.1.0.0/24
        create_time:
          description: Time of the creation, in milliseconds since the epoch.
          type: int
          sample: 1566888011125
        create_time_iso:
          description: The same time in ISO 8601, in UTC. V(null) if it is not known.
          type: str
          sample: "2019-08-27T06:40:11Z"
    is_privis:
      description: Whether only the current project may use the connection.
      type: bool
      sample: true
    ipv6_enable:
      description: Whether the connection supports IPv6.
      type: bool
      sample: false
    create_time:
      description: Time of the creation, in milliseconds since the epoch.
      type: int
      sample: 1566888011125
    create_time_iso:
      description: The same time in ISO 8601, in UTC. V(null) if it is not known.
      type: str
      sample: "2019-08-27T06:40:11Z"
    tags:
      description: Tags of the connection. V(null) if the module did not read them.
      type: dict
      sample: {team: data}
    allowed_projects:
      description: IDs of the projects that may bind queues to the connection. V(null) if the module did not read them.
      type: list
      elements: str
      sample: [330e068af1334c9782f4226acc00a2e2]
    diagnosis:
      description:
        - Always V(null) here; M(huaweicloud.dli.dli_enhanced_connection_info) returns it on request.
        - Possible causes, in the order of the vendor's manual.
      type: list
      elements: dict
      contains:
        cause:
          description: Of a connection, one of V(binding), V(network), V(overlap), V(agency) and V(route).
          type: str
          sample: overlap
        verdict:
          description:
            - V(confirmed), V(likely), V(unknown) if the deciding facts could not be read, or V(excluded).
          type: str
          sample: confirmed
        evidence:
          description: The facts that led to the verdict, in sentences.
          type: str
          sample: The CIDR blocks of queue q1 (10.0.0.0/16) and subnet subnet-1 (10.0.1.0/24) overlap.
        remedy:
          description: Advice on how to remove the cause. V(null) if no action is needed.
          type: str
          sample: Use a queue or pool with another CIDR block.
unsupported:
  description: Options that the region does not support. The module skipped them and applied all others.
  returned: success
  type: list
  elements: str
  sample: []
diagnosis:
  description:
    - Why bindings are not C(ACTIVE), if that made the task fail.
    - Possible causes, in the order of the vendor's manual.
  returned: failure, if a binding is not C(ACTIVE)
  type: list
  elements: dict
  contains:
    cause:
      description: One of V(binding), V(network), V(overlap), V(agency) and V(route).
      type: str
      sample: overlap
    verdict:
      description:
        - V(confirmed), V(likely), V(unknown) if the deciding facts could not be read, or V(excluded).
      type: str
      sample: confirmed
    evidence:
      description: The facts that led to the verdict, in sentences.
      type: str
      sample: The CIDR blocks of queue q1 (10.0.0.0/16) and subnet subnet-1 (10.0.1.0/24) overlap.
    remedy:
      description: Advice on how to remove the cause. V(null) if no action is needed.
      type: str
      sample: Use a queue or pool with another CIDR block.
error:
  description: Details of the failure, for use in conditions.
  returned: failure
  type: dict
  contains:
    code:
      description: Error code of the service. V(null) if the error does not come from the service.
      type: str
      sample: DLI.0001
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
      description: Error message of the service or of the module.
      type: str
      sample: Connection test1 does not exist.
    request_id:
      description: Request ID, for the vendor's support.
      type: str
      sample: 0f3a5c2b9d8e4f71a6b0c4d2e8f9a1b3
    http_status:
      description: HTTP status of the response.
      type: int
      sample: 400
    hint:
      description: How to fix the error.
      type: str
      sample: Check that project_id belongs to these credentials and to this region.
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
          sample: dest_network_id
        found:
          description: Current value. V(null) if it is unknown.
          type: raw
          sample: 9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02
        wanted:
          description: Requested value.
          type: raw
          sample: 1f0b7e42-0a5b-4c86-b3f1-2e7a6d5c4b03
        why:
          description: Why the value cannot change. V(null) if it can.
          type: str
          sample: the option is immutable
"""

# Imported first, because it changes how all other files of the collection are loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import connections
from ..module_utils._connection import ensure, options, validation
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ListCache, ModuleSpec

SPEC = ModuleSpec(
    key="enhanced_connection",
    validate=validation.connection_problems,
    run=ensure.run,
    lists=ListCache(connections.from_list),
    options={**options.OPTIONS, **authentication_options()},
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

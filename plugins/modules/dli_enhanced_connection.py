#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_enhanced_connection
short_description: Manage enhanced datasource connections of Huawei Cloud Data Lake Insight (DLI)
description:
  - Queues run in a network of their own. An enhanced datasource connection joins them to a subnet of a VPC, so that their
    jobs reach the data sources there. Each queue or elastic resource pool that is bound to the connection gets a VPC peering.
  - This module creates and deletes connections, binds and unbinds queues and pools, and sets hosts, routes, tags and the
    projects that may use the connection.
  - Waits until the connection and every binding that was asked for is active. A binding that failed ends the wait at once
    with the reason that the service gives.
  - An option that is left out is never compared and never changed; an empty list empties what it describes.
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
  check_mode:
    support: full
    details:
      - Sends nothing that changes anything. A queue or pool that is to be bound but does not exist is a warning,
        because an earlier task of the same play may be the one that creates it.
      - A connection that does not exist yet is refused by the service if O(dest_vpc_id) or O(dest_network_id) are wrong.
        In check mode the module looks for itself, and warns if it is not allowed to.
  idempotent:
    support: partial
    details:
      - O(routetable_id) is used when the connection is created and not compared afterwards, because the service does
        not show it.
options:
  name:
    description:
      - Name of the connection, 1 to 64 letters, digits and underscores. Upper and lower case are different.
      - The service does not promise that names are unique. If there are several connections of the name, the module fails
        and lists their ids.
    type: str
    required: true
  state:
    description:
      - With V(present), the connection exists as described.
      - With V(absent), it does not exist. The service refuses to delete a connection while a binding is being created.
        The module waits for that first, and with O(wait=false) it fails.
    type: str
    choices: [present, absent]
    default: present
  dest_vpc_id:
    description:
      - Id of the VPC that the data source is in. Required when the connection does not exist yet.
      - The address range of the subnet must not overlap with that of a queue or pool that is to be bound.
      - Fixed at creation.
    type: str
  dest_vpc_name:
    description:
      - Name of the VPC, in place of O(dest_vpc_id). The module fails and lists the ids if several VPCs have that name.
    type: str
  dest_network_id:
    description:
      - Network id of the subnet that the data source is in. This is the C(id) of the subnet, not its
        C(neutron_subnet_id). Required when the connection does not exist yet.
      - Fixed at creation.
    type: str
  dest_subnet_name:
    description:
      - Name of the subnet, in place of O(dest_network_id). It is looked up in the VPC of the connection.
    type: str
  queues:
    description:
      - Names of the queues to bind. They have to be dedicated; the preset queue V(default) cannot be bound.
      - Binding a queue that lives in an elastic resource pool binds the pool. RV(enhanced_connection.bound_via)
        then names the pool, and the pool is listed in RV(enhanced_connection.elastic_resource_pools).
      - A queue is bound only when it is ready, because a queue that is bound too early leaves the binding
        unfinished for good. With O(wait=false) the module refuses to bind a queue that is not ready.
    type: list
    elements: str
  purge_queues:
    description:
      - Unbind queues that are not in O(queues), if O(queues) is given.
      - A pool that was bound for the sake of a queue stays bound; O(elastic_resource_pools) decides about pools.
    type: bool
    default: true
  elastic_resource_pools:
    description:
      - Names of the elastic resource pools to bind. Pools in which O(queues) live need not be named.
    type: list
    elements: str
  purge_elastic_resource_pools:
    description:
      - Unbind pools that are neither in O(elastic_resource_pools) nor home of one of O(queues), if
        O(elastic_resource_pools) is given.
    type: bool
    default: true
  hosts:
    description:
      - Names by which jobs reach hosts of the data source; at most 20000, each with one address.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the host, 1 to 128 letters, digits and C(_), C(-), C(.), beginning with a letter.
        type: str
        required: true
      ip:
        description:
          - IPv4 address of the host.
        type: str
        required: true
  purge_hosts:
    description:
      - Remove hosts that are not in O(hosts), if O(hosts) is given. With V(false), a host that is there by a name in
        O(hosts) gets the address that it has there.
    type: bool
    default: true
  routetable_id:
    description:
      - Route table that the connection uses when it is created. The service takes the one of the subnet if this is
        left out.
    type: str
  routes:
    description:
      - Routes of the connection to address ranges that lie behind the subnet.
      - A route whose range changes is removed and added again, because the service cannot change one.
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
          - Range of addresses, for example V(10.1.0.0/24). Nothing in C(100.125.0.0/16) or
            C(100.64.0.0/16) can be used, and an IPv6 range only if the connection carries IPv6
            (RV(enhanced_connection.ipv6_enable)).
        type: str
        required: true
  purge_routes:
    description:
      - Remove routes that are not in O(routes), if O(routes) is given.
    type: bool
    default: true
  allowed_projects:
    description:
      - Ids of other projects that may bind their queues to the connection.
    type: list
    elements: str
  purge_allowed_projects:
    description:
      - Take that right from projects that are not in O(allowed_projects), if O(allowed_projects) is given.
    type: bool
    default: true
  force_recreate:
    description:
      - Delete the connection and create it again if an option that is fixed at creation differs. What is not described
        in the task is then as with a new connection.
      - Without this the module fails and names the options, what is there and what was asked for.
    type: bool
    default: false
notes:
  - What was unbound is listed for some seconds more. With O(wait=false) nobody waits for that, so a run in these seconds
    finds it bound, and takes it for that if it is asked for again.
  - A new connection may be listed some seconds late, and nothing else tells that it is there. With O(wait=false) nobody
    waits for that, so do not run the task again in these seconds; it could create a second connection of the name.
seealso:
  - module: huaweicloud.dli.dli_connectivity_test
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - module: huaweicloud.dli.dli_queue
"""

EXAMPLES = r"""
- name: Connect two queues to a subnet and wait until the connection is active
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    dest_vpc_id: 22094d8f-c310-4621-913d-4c4d655d8495
    dest_network_id: 78f2562a-36e4-4b39-95b9-f5aab22e1281
    queues: [q1, q2]
    hosts:
      - name: ecs-97f8-0001
        ip: 192.168.0.1
      - name: ecs-97f8-0002
        ip: 192.168.0.2

- name: Bind one more queue and leave the others alone
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    queues: [q3]
    purge_queues: false

- name: Bind an elastic resource pool, and with it every queue in it
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    elastic_resource_pools: [pool1]

- name: Find the subnet by name, add a route, tag the connection and share it with another project
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

- name: Unbind everything and remove every host
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    queues: []
    elastic_resource_pools: []
    hosts: []

- name: Delete the connection
  huaweicloud.dli.dli_enhanced_connection:
    name: test1
    state: absent
"""

RETURN = r"""
enhanced_connection:
  description:
    - The connection as the service reports it, or as it would be in check mode. V(null) if it does not exist afterwards.
    - Every key is always there; what is not known in check mode is V(null).
  returned: success
  type: dict
  contains:
    id:
      description: Id of the connection.
      type: str
      sample: 2a620c33-5609-40c9-affd-2b6453071b0f
    name:
      description: Name of the connection.
      type: str
      sample: test1
    status:
      description: V(ACTIVE) from the creation on. It says nothing of the bindings.
      type: str
      sample: ACTIVE
    dest_vpc_id:
      description: Id of the VPC of the data source.
      type: str
      sample: 22094d8f-c310-4621-913d-4c4d655d8495
    dest_network_id:
      description: Network id of the subnet of the data source.
      type: str
      sample: 78f2562a-36e4-4b39-95b9-f5aab22e1281
    queues:
      description: Names of the queues that are bound by themselves.
      type: list
      elements: str
      sample: [q1, q2]
    available_queue_info:
      description: Bindings of queues.
      type: list
      elements: dict
      contains: &binding
        name:
          description: Name of what is bound.
          type: str
          sample: q1
        peer_id:
          description: Id of the VPC peering behind the binding.
          type: str
          sample: 2a620c33-5609-40c9-affd-2b6453071b0f
        status:
          description: V(CREATING), V(ACTIVE) or V(FAILED).
          type: str
          sample: ACTIVE
        err_msg:
          description: Why the binding failed; empty if it did not.
          type: str
          sample: ""
        update_time:
          description: When the binding changed, in milliseconds since the epoch.
          type: int
          sample: 1566889577861
    elastic_resource_pools:
      description: Bindings of elastic resource pools.
      type: list
      elements: dict
      contains: *binding
    bound_via:
      description: For each of O(queues) that lives in an elastic resource pool, the pool that is bound in its place.
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
      description: Routes of the connection, if the service shows them.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the route.
          type: str
          sample: warehouse
        cidr:
          description: Range of addresses that the route leads to.
          type: str
          sample: 10.1.0.0/24
        create_time:
          description: When the route was added, in milliseconds since the epoch.
          type: int
          sample: 1566888011125
    is_privis:
      description: V(false) if another project may use the connection.
      type: bool
      sample: true
    ipv6_enable:
      description: Whether the connection carries IPv6.
      type: bool
      sample: false
    create_time:
      description: When the connection was created, in milliseconds since the epoch.
      type: int
      sample: 1566888011125
    tags:
      description: Tags of the connection. V(null) if they were not read.
      type: dict
      sample: {team: data}
    allowed_projects:
      description: Ids of the projects that may bind queues to the connection. V(null) if they were not read.
      type: list
      elements: str
      sample: [330e068af1334c9782f4226acc00a2e2]
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
      sample: DLI.0001
    message:
      description: What the service said, or the failure in one sentence.
      type: str
      sample: Connection test1 does not exist.
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
      sample: Check that project_id belongs to these credentials and to this region.
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import connections
from ..module_utils._connection import ensure, validation
from ..module_utils._edge.options import connection_options, ready_options, tag_options, wait_options
from ..module_utils._edge.spec import ListCache, ModuleSpec

SPEC = ModuleSpec(
    key="enhanced_connection",
    validate=validation.connection_problems,
    run=ensure.ensure,
    lists=ListCache(connections.from_list),
    options={
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "dest_vpc_id": {"type": "str"},
        "dest_vpc_name": {"type": "str"},
        "dest_network_id": {"type": "str"},
        "dest_subnet_name": {"type": "str"},
        "queues": {"type": "list", "elements": "str"},
        "purge_queues": {"type": "bool", "default": True},
        "elastic_resource_pools": {"type": "list", "elements": "str"},
        "purge_elastic_resource_pools": {"type": "bool", "default": True},
        "hosts": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "ip": {"type": "str", "required": True},
            },
        },
        "purge_hosts": {"type": "bool", "default": True},
        "routes": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "cidr": {"type": "str", "required": True},
            },
        },
        "purge_routes": {"type": "bool", "default": True},
        "routetable_id": {"type": "str"},
        "allowed_projects": {"type": "list", "elements": "str"},
        "purge_allowed_projects": {"type": "bool", "default": True},
        **tag_options(),
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

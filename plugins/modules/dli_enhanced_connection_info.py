#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_enhanced_connection_info
short_description: List enhanced datasource connections of Huawei Cloud Data Lake Insight (DLI)
description:
  - Lists the enhanced datasource connections of a project, or some of them, with the state of every binding and the
    reason why it failed. Connections with failed bindings are part of the list, and deleted ones if asked for.
  - The connections look the same as those that M(huaweicloud.dli.dli_enhanced_connection) returns.
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
      - Only connections of exactly this name. There can be several.
    type: str
  id:
    description:
      - Only the connection with this id. If there is none, or if O(status) rules it out, the list is empty.
    type: str
  status:
    description:
      - Only connections in this state. The service still shows deleted connections, as V(DELETED).
    type: str
    choices: [ACTIVE, DELETED, all]
    default: ACTIVE
  dest_vpc_id:
    description:
      - Only connections to this VPC.
    type: str
  only_failed:
    description:
      - Only connections of which a binding is V(FAILED).
    type: bool
    default: false
  tags:
    description:
      - Only connections that have all of these tags. The service does the choosing; with O(with_tags=true) the module
        compares the tags once more, for regions that do not know them as a filter.
    type: dict
  with_tags:
    description:
      - Read the tags of each connection that is not deleted, which is a request for each of them.
      - Where the region has no API for tags they are V(null), and C(tags) is named in RV(unsupported).
    type: bool
    default: false
  with_allowed_projects:
    description:
      - Read which projects may bind queues to each connection that is not deleted, which is a request for each of them.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: List all connections
  huaweicloud.dli.dli_enhanced_connection_info:
  register: result

- name: Find out which bindings failed, and why
  huaweicloud.dli.dli_enhanced_connection_info:
    only_failed: true
  register: broken

- name: Look at one connection and who may use it
  huaweicloud.dli.dli_enhanced_connection_info:
    name: test1
    with_tags: true
    with_allowed_projects: true

- name: List the connections to a VPC, deleted ones too
  huaweicloud.dli.dli_enhanced_connection_info:
    dest_vpc_id: 22094d8f-c310-4621-913d-4c4d655d8495
    status: all
"""

RETURN = r"""
enhanced_connections:
  description:
    - The connections, in the order of the service, which is that of their creation.
    - Every key is always there; what was not read is V(null).
  returned: success
  type: list
  elements: dict
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
      description: V(ACTIVE) or V(DELETED). It says nothing of the bindings.
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
      description: Always V(null) here; M(huaweicloud.dli.dli_enhanced_connection) tells it of the queues that a task names.
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
          sample: route1
        cidr:
          description: Addresses that the route leads to.
          type: str
          sample: 10.169.0.0/24
        create_time:
          description: When the route was created, in milliseconds since the epoch.
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
  description: What was asked for but is not offered by the region. It is V(null) in every connection.
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
from ..module_utils._connection import query, query_validation
from ..module_utils._edge.options import connection_options
from ..module_utils._edge.spec import ModuleSpec, read_only

SPEC = ModuleSpec(
    key="enhanced_connections",
    validate=query_validation.query_problems,
    run=read_only(query.query),
    options={
        "name": {"type": "str"},
        "id": {"type": "str"},
        "status": {"type": "str", "choices": ["ACTIVE", "DELETED", "all"], "default": "ACTIVE"},
        "dest_vpc_id": {"type": "str"},
        "only_failed": {"type": "bool", "default": False},
        "tags": {"type": "dict"},
        "with_tags": {"type": "bool", "default": False},
        "with_allowed_projects": {"type": "bool", "default": False},
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

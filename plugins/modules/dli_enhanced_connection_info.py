#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_enhanced_connection_info
short_description: List enhanced datasource connections of Huawei Cloud Data Lake Insight (DLI)
description:
  - Lists all or some of the enhanced datasource connections of a project, with the state of each binding and the reason of
    each failure. The list includes connections with failed bindings and, on request, deleted connections.
  - The connections have the same fields as in M(huaweicloud.dli.dli_enhanced_connection).
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
      - List only the connections with exactly this name. Several connections can have the same name.
    type: str
  id:
    description:
      - List only the connection with this ID. The list is empty if it does not exist or does not match O(status).
    type: str
  status:
    description:
      - List only the connections in this state. The service keeps deleted connections, with the state V(DELETED).
    type: str
    choices: [ACTIVE, DELETED, all]
    default: ACTIVE
  dest_vpc_id:
    description:
      - List only the connections to this VPC.
    type: str
    aliases: [vpc_id]
  only_failed:
    description:
      - List only the connections that have a binding in state V(FAILED).
    type: bool
    default: false
  tags:
    description:
      - List only the connections that have all of these tags. The service applies the filter; with O(with_tags=true) the
        module also compares the tags itself, for regions that ignore the filter.
    type: dict
  with_tags:
    description:
      - Read the tags of the connections that are not deleted. This costs one request for each connection.
      - In regions without a tag API, the tags are V(null) and RV(unsupported) contains C(tags).
    type: bool
    default: false
  with_allowed_projects:
    description:
      - Read the projects that may bind queues to the connections that are not deleted. This costs one request for each
        connection.
    type: bool
    default: false
  with_network_names:
    description:
      - Read the names of the VPC and of the subnet of each connection, with two lists for all connections.
      - A name is V(null) if several VPCs of the project, or several subnets of the VPC, have it. So a name that is returned can
        be used as O(huaweicloud.dli.dli_enhanced_connection#module:dest_vpc_name) or
        O(huaweicloud.dli.dli_enhanced_connection#module:dest_subnet_name).
      - If the VPC service does not return the lists, for example because of a missing permission, all names are V(null), and
        the module returns a warning.
    type: bool
    default: false
  with_diagnosis:
    description:
      - Find out why bindings are not C(ACTIVE), and return the possible causes in C(diagnosis) of each connection. For
        connections whose bindings are all C(ACTIVE), this costs nothing, and the list is empty.
      - See the R(guide to troubleshooting, ansible_collections.huaweicloud.dli.docsite.guide_troubleshooting).
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: List all connections
  huaweicloud.dli.dli_enhanced_connection_info:
  register: result

- name: Use the ids of all connections by name
  ansible.builtin.debug:
    msg: "{{ result.enhanced_connections | items2dict(key_name='name', value_name='id') }}"

- name: Use the names of the connections to which a queue is bound
  ansible.builtin.debug:
    msg: "{{ result.enhanced_connections | selectattr('queues', 'contains', 'etl') | map(attribute='name') | list }}"

- name: List connections with failed bindings
  huaweicloud.dli.dli_enhanced_connection_info:
    only_failed: true
  register: failed_connections

- name: Use the messages of failed bindings
  ansible.builtin.debug:
    msg: "{{ bindings | selectattr('status', 'equalto', 'FAILED') | map(attribute='err_msg') | list }}"
  vars:
    bindings: "{{ failed_connections.enhanced_connections | map(attribute='available_queue_info') | flatten }}"

- name: List connections with failed bindings, and what to do about them
  huaweicloud.dli.dli_enhanced_connection_info:
    only_failed: true
    with_diagnosis: true
  register: failed_connections

- name: Get one connection with its tags and the projects that may use it
  huaweicloud.dli.dli_enhanced_connection_info:
    name: test1
    with_tags: true
    with_allowed_projects: true

- name: List all connections with the names of their VPCs and subnets
  huaweicloud.dli.dli_enhanced_connection_info:
    with_network_names: true

- name: List the connections to a VPC, including deleted ones
  huaweicloud.dli.dli_enhanced_connection_info:
    dest_vpc_id: 22094d8f-c310-4621-913d-4c4d655d8495
    status: all
"""

RETURN = r"""
enhanced_connections:
  description:
    - The connections, in the order of their creation.
    - All keys are always present. Values that the module did not read are V(null).
  returned: success
  type: list
  elements: dict
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
      description: V(ACTIVE) or V(DELETED). It does not reflect the state of the bindings.
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
      description: Name of this VPC. V(null) unless O(with_network_names=true) and the name is unique.
      type: str
      sample: vpc-data
    dest_subnet_name:
      description: Name of this subnet. V(null) unless O(with_network_names=true) and the name is unique in its VPC.
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
      description: Always V(null) here; M(huaweicloud.dli.dli_enhanced_connection) sets it for the queues that a task lists.
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
          sample: route1
        cidr:
          description: CIDR block of the destination.
          type: str
          sample: 10.169.0.0/24
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
        - Why bindings are not C(ACTIVE); V(null) unless requested with O(with_diagnosis).
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
  description: Requested details that the region does not support. They are V(null) in every connection.
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
      description: Always empty; modules that change resources return refused changes here.
      type: list
      elements: dict
      sample: []
"""

# Imported first, because it changes how all other files of the collection are loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._connection import query, query_validation
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ModuleSpec, read_only

SPEC = ModuleSpec(
    key="enhanced_connections",
    validate=query_validation.query_problems,
    run=read_only(query.query),
    options={
        "name": {"type": "str"},
        "id": {"type": "str"},
        "status": {"type": "str", "choices": ["ACTIVE", "DELETED", "all"], "default": "ACTIVE"},
        "dest_vpc_id": {"type": "str", "aliases": ["vpc_id"]},
        "only_failed": {"type": "bool", "default": False},
        "tags": {"type": "dict"},
        "with_tags": {"type": "bool", "default": False},
        "with_allowed_projects": {"type": "bool", "default": False},
        "with_network_names": {"type": "bool", "default": False},
        "with_diagnosis": {"type": "bool", "default": False},
        **authentication_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

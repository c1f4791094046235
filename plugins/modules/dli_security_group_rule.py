#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_security_group_rule
short_description: Let queues of Huawei Cloud Data Lake Insight (DLI) reach ports of a security group
description:
  - Allows inbound traffic from the CIDR blocks of queues and elastic resource pools to ports of the security group of a
    data source. An enhanced datasource connection alone does not open the security group, which then denies the traffic.
  - The rules are those of the Virtual Private Cloud (VPC) service. No module of this collection changes a security group
    unless a task asks for it.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details:
      - Sends read-only requests only. Fields that only the service can set are V(null) in the prediction.
      - A queue or pool that does not exist is a warning, because an earlier task of the play may create it. The
        C(remote_ip_prefix) of the predicted rule is then V(null).
  idempotent:
    support: full
options:
  security_group:
    description:
      - ID or name of the security group. A name must be unique in the project, and costs one additional request.
      - In regions without version 3 of the VPC API, only an ID is possible.
    type: str
    required: true
    aliases: [security_group_id]
  state:
    description:
      - V(present) creates missing rules. All other rules of the group stay as they are.
      - V(absent) removes rules that match the task exactly. A rule that also allows other ports or another CIDR block
        stays; if it lists a port of the task together with others, a warning names the rule.
      - With V(absent) and a O(description), ports and sources that are not given are not compared. A play can therefore
        remove rules that it marked with a description, even if a queue or pool no longer exists.
    type: str
    choices: [present, absent]
    default: present
  ports:
    description:
      - Ports, each as a number such as V(5432) or as a range such as V(8000-8010). V(1-65535) is all ports.
      - The module manages one rule for each CIDR block and each entry.
      - Required, except with O(state=absent) and O(description).
    type: list
    elements: str
  protocol:
    description:
      - Protocol of the ports.
    type: str
    choices: [tcp, udp]
    default: tcp
  remote_ip_prefix:
    description:
      - CIDR blocks from which the traffic comes, without host bits. A single address is a block of its own.
      - At least one of O(remote_ip_prefix), O(queues) and O(elastic_resource_pools) is required, except with
        O(state=absent) and O(description).
    type: list
    elements: str
  queues:
    description:
      - Names of queues whose CIDR blocks the module looks up. For a queue in an elastic resource pool without a CIDR
        block of its own, this is the block of the pool. Shared queues have none.
    type: list
    elements: str
  elastic_resource_pools:
    description:
      - Names of elastic resource pools whose CIDR blocks the module looks up.
    type: list
    elements: str
  priority:
    description:
      - Priority of the rules, from V(1), the highest, to V(100). The default for new rules is V(1).
      - If it is set, it is compared with existing rules, and a difference is an error, because the service has no call that
        changes a rule. With O(state=absent), only rules with this priority are removed.
    type: int
  description:
    description:
      - Description of new rules, at most 255 characters without C(<) and C(>). It is not compared with existing rules.
      - With O(state=absent), only rules with this description are removed. A description can therefore mark the rules that
        a play may remove.
    type: str
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
  - module: huaweicloud.dli.dli_connectivity_test
"""

EXAMPLES = r"""
- name: Let a pool reach the database in a security group
  huaweicloud.dli.dli_security_group_rule:
    security_group: databases
    ports: [5432]
    elastic_resource_pools: [pool1]
    description: DLI pool pool1

- name: Let a queue and a CIDR block reach two services
  huaweicloud.dli.dli_security_group_rule:
    security_group: databases
    ports: [3306, 8000-8010]
    queues: [q1]
    remote_ip_prefix: [10.200.0.0/16]

- name: Remove all rules with this description, whatever their CIDR blocks and ports
  huaweicloud.dli.dli_security_group_rule:
    security_group: databases
    description: DLI pool pool1
    state: absent

- name: Remove exactly these rules
  huaweicloud.dli.dli_security_group_rule:
    security_group: databases
    ports: [3306, 8000-8010]
    queues: [q1]
    remote_ip_prefix: [10.200.0.0/16]
    state: absent
"""

RETURN = r"""
security_group_rules:
  description:
    - The rules that allow the traffic of the task, as the service reports them or as predicted in check mode. Empty if
      O(state=absent).
    - A value that the service does not report, or that is unknown in check mode, is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the rule.
      type: str
      sample: 6a1f2b3c-4d5e-4f60-8a7b-9c0d1e2f3a4b
    security_group_id:
      description: ID of the security group.
      type: str
      sample: 0d6f5c2a-7b1e-4c39-9a58-3e4f5a6b7c8d
    direction:
      description: V(ingress) for inbound traffic.
      type: str
      sample: ingress
    ethertype:
      description: V(IPv4) or V(IPv6).
      type: str
      sample: IPv4
    protocol:
      description: Protocol by its name or its number.
      type: str
      sample: tcp
    ports:
      description: Ports that the rule allows. V(null) for all ports.
      type: str
      sample: "5432"
    remote_ip_prefix:
      description: CIDR block from which the traffic comes.
      type: str
      sample: 10.100.0.0/16
    action:
      description: V(allow).
      type: str
      sample: allow
    priority:
      description: Priority of the rule, from V(1), the highest, to V(100).
      type: int
      sample: 1
    description:
      description: Description of the rule.
      type: str
      sample: DLI pool pool1
unsupported:
  description: Always empty; returned for consistency with the other modules.
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
          sample: priority
        found:
          description: Current value. V(null) if it is unknown.
          type: raw
          sample: 100
        wanted:
          description: Requested value.
          type: raw
          sample: 1
        why:
          description: Why the value cannot change. V(null) if it can.
          type: str
          sample: the option is immutable
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ModuleSpec
from ..module_utils._security_group import ensure, options, validation

SPEC = ModuleSpec(
    key="security_group_rules",
    validate=validation.rule_problems,
    run=ensure.ensure,
    options={**options.OPTIONS, **authentication_options()},
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_connectivity_test
short_description: Test whether a queue of Huawei Cloud Data Lake Insight (DLI) can reach addresses
description:
  - Tests from a queue whether addresses can be reached, all of them in parallel, and waits for the results. An active
    enhanced datasource connection alone does not prove that a data source can be reached through it; this test does.
  - A test changes nothing, so the task never reports C(changed).
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details:
      - Check mode tests the addresses like a normal run, because a test changes nothing. An earlier task of the same play
        may create the queue, make it ready or bind it, so the following problems are warnings and not failures. If the
        queue does not exist or is not ready, the module does not wait and RV(connectivity) is empty. If an address is not
        reached, RV(diagnosis) lists the possible causes.
  diff_mode:
    support: N/A
  idempotent:
    support: full
options:
  queue:
    description:
      - Name of the queue that tests the addresses. The module waits until the queue is ready.
    type: str
    required: true
    aliases: [name, queue_name]
  addresses:
    description:
      - Addresses to test, each as C(host:port), where the host is an IPv4 address, a domain name, or an IPv6 address in
        brackets. Duplicates are tested once.
    type: list
    elements: str
    required: true
  fail_on_unreachable:
    description:
      - Fail if an address is not reached; the error contains the diagnosis. With V(false), the task succeeds and returns
        the same details in RV(connectivity) and RV(diagnosis).
    type: bool
    default: true
  wait_timeout:
    description:
      - Timeout of the tests in seconds. An address without a result by then counts as not reached. If an address is not
        reached, the diagnosis takes up to one more minute.
    type: int
    default: 600
  wait_interval:
    description:
      - Maximum polling interval in seconds. The interval is short at first and grows with the time waited.
    type: float
    default: 15
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
  - module: huaweicloud.dli.dli_security_group_rule
  - name: Troubleshooting connections
    description: The causes that a diagnosis examines, and the messages of the modules.
    link: https://github.com/huaweicloud-dli/ansible-collection-dli/blob/main/docs/docsite/rst/guide_troubleshooting.rst
"""

EXAMPLES = r"""
- name: Ensure that the queue can reach the database and the broker
  huaweicloud.dli.dli_connectivity_test:
    queue: q1
    addresses:
      - 192.168.0.10:5432
      - broker.example.com:9092

- name: Test an IPv6 address without failing
  huaweicloud.dli.dli_connectivity_test:
    queue: q1
    addresses: ["[fd00::10]:5432"]
    fail_on_unreachable: false
  register: result

- name: Use the addresses that are not reached
  ansible.builtin.debug:
    msg: "{{ result.connectivity | rejectattr('connectivity', 'equalto', 'REACHABLE') | map(attribute='address') | list }}"
"""

RETURN = r"""
connectivity:
  description: Result for each address, in the order of O(addresses).
  returned: success, and failure if an address is not reached
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      sample: 192.168.0.10:5432
    connectivity:
      description: V(REACHABLE), V(UNREACHABLE), or V(UNANSWERED) if the test did not finish in time.
      type: str
      sample: REACHABLE
    raw_status:
      description: Raw status that the service returned last. Every other value than V(REACHABLE) and V(UNREACHABLE) means that
        the test is running.
      type: str
      sample: REACHABLE
    task_id:
      description: ID of the test.
      type: int
      sample: 9
diagnosis:
  description:
    - Why addresses are not reached; empty if all are.
    - Possible causes, in the order of the vendor's manual.
  returned: success, and failure if an address is not reached
  type: list
  elements: dict
  contains:
    cause:
      description:
        - One of V(binding), V(address), V(network), V(overlap), V(agency), V(security_group), V(peering), V(route),
          V(network_acl), V(hosts) and V(ipv6).
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
      sample: DLI.0002
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
      sample: Queue q1 cannot reach 192.168.0.10:5432 (UNREACHABLE).
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
      sample: "Confirmed cause: (binding) Queue q1 is not bound to any connection."
    differences:
      description: Always empty; modules that change resources return refused changes here.
      type: list
      elements: dict
      sample: []
"""

# Imported first, because it changes how all other files of the collection are loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._connectivity import reachability, validation
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ModuleSpec

SPEC = ModuleSpec(
    key="connectivity",
    validate=validation.connectivity_problems,
    run=reachability.run,
    options={
        "queue": {"type": "str", "required": True, "aliases": ["name", "queue_name"]},
        "addresses": {"type": "list", "elements": "str", "required": True},
        "fail_on_unreachable": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 600},
        "wait_interval": {"type": "float", "default": 15},
        **authentication_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

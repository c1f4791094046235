#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_connectivity_test
short_description: Test which addresses a queue of Huawei Cloud Data Lake Insight (DLI) reaches
description:
  - Has a queue try to reach addresses, all of them at the same time, and waits for the answers. An enhanced datasource
    connection that is active proves only that it exists; this is the proof that a data source can be reached through it.
  - A test changes nothing, so the task is never C(changed).
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details:
      - Tests like a real run, because a test changes nothing. But an earlier task of the same play may be the one that
        creates the queue, makes it ready or binds it. So a queue that does not exist or is not ready is not waited for
        and RV(connectivity) is empty, and neither this nor an address that is not reached fails the task. Both are
        warnings.
  diff_mode:
    support: N/A
  idempotent:
    support: full
options:
  queue:
    description:
      - Name of the queue that tries to reach the addresses. A queue that is not ready yet is waited for.
    type: str
    required: true
    aliases: [name, queue_name]
  addresses:
    description:
      - Addresses to reach, each as C(host:port), with an IPv4 address, a domain name, or an IPv6 address in brackets.
        One that is given twice is tested once.
    type: list
    elements: str
    required: true
  fail_on_unreachable:
    description:
      - Fail if an address is not reached, with the causes in the order in which they are likely. With V(false),
        RV(connectivity) and RV(causes) say the same without a failure.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long the task may wait in all, in seconds. An address without an answer by then is not reached.
    type: int
    default: 600
  wait_interval:
    description:
      - Longest pause between two looks, in seconds. Pauses are short at first and grow with the time waited.
    type: float
    default: 15
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Make sure that the queue reaches the database and the broker
  huaweicloud.dli.dli_connectivity_test:
    queue: q1
    addresses:
      - 192.168.0.10:5432
      - broker.example.com:9092

- name: See what is reached without failing
  huaweicloud.dli.dli_connectivity_test:
    queue: q1
    addresses: ["[fd00::10]:5432"]
    fail_on_unreachable: false
  register: result
"""

RETURN = r"""
connectivity:
  description: What became of each address, in the order of O(addresses).
  returned: success, and failure because an address is not reached
  type: list
  elements: dict
  contains:
    address:
      description: The address.
      type: str
      sample: 192.168.0.10:5432
    connectivity:
      description: V(REACHABLE), V(UNREACHABLE), or V(UNANSWERED) if there was no answer in time.
      type: str
      sample: REACHABLE
    raw_status:
      description: The word that the service used last. All but V(REACHABLE) and V(UNREACHABLE) mean that the test runs.
      type: str
      sample: REACHABLE
    task_id:
      description: Number of the test.
      type: int
      sample: 9
causes:
  description:
    - What can stand in the way, first what the bindings of the queue prove, then the rest in the order of likelihood, with
      the rule that the security group needs. Empty if every address is reached.
  returned: success, and failure because an address is not reached
  type: list
  elements: str
  sample: []
unsupported:
  description: Always empty. It is here because every module returns it.
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
      sample: DLI.0002
    message:
      description: What the service said, or the failure in one sentence.
      type: str
      sample: Queue q1 does not reach 192.168.0.10:5432 (UNREACHABLE).
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
      sample: "Look for the cause in this order. (1) Queue q1 is bound to no connection."
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._connectivity import test, validation
from ..module_utils._edge.options import connection_options
from ..module_utils._edge.spec import ModuleSpec

SPEC = ModuleSpec(
    key="connectivity",
    validate=validation.connectivity_problems,
    run=test.run,
    options={
        "queue": {"type": "str", "required": True, "aliases": ["name", "queue_name"]},
        "addresses": {"type": "list", "elements": "str", "required": True},
        "fail_on_unreachable": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 600},
        "wait_interval": {"type": "float", "default": 15},
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

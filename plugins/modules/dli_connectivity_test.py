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
  - Nothing is changed by a test, so the module also runs it in check mode and RV(ignore:changed) is always V(false).
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
  queue:
    description:
      - Name of the queue that tries to reach the addresses. A queue that is still being prepared is waited for.
    type: str
    required: true
    aliases: [name, queue_name]
  addresses:
    description:
      - Addresses to reach, each as C(host:port), with an IPv4 address, a domain name, or an IPv6 address in brackets.
    type: list
    elements: str
    required: true
  fail_on_unreachable:
    description:
      - Fail if an address is not reached, with the causes in the order in which they are likely.
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
  returned: success, and failure if an address is not reached
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
    task_id:
      description: Number of the test.
      type: int
      sample: 9
causes:
  description: What can stand in the way, most likely first. Empty if every address is reached.
  returned: success, and failure if an address is not reached
  type: list
  elements: str
  sample: []
"""

from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.huaweicloud.dli.plugins.module_utils import _connectivity as connectivity
from ansible_collections.huaweicloud.dli.plugins.module_utils import _preflight_addresses as preflight
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import Found
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import Unreachable
from ansible_collections.huaweicloud.dli.plugins.module_utils._module import connection_options, run_query
from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client


def query(api: Client, params: dict[str, Any]) -> Found:
    """Ask the queue about all addresses. Raises Unreachable if one is not reached and that matters."""
    queue = queues.fold(params["queue"])
    patience = Patience(wait=True, timeout=params["wait_timeout"], interval=params["wait_interval"])
    answers = connectivity.ask_all(api, queue, list(dict.fromkeys(params["addresses"])), patience)
    missed = [answer for answer in answers if answer["connectivity"] != connectivity.REACHABLE]
    causes = _causes(api, queue, [answer["address"] for answer in missed]) if missed else []
    if missed and params["fail_on_unreachable"]:
        what = ", ".join(f"{answer['address']} ({answer['connectivity']})" for answer in missed)
        raise Unreachable(
            f"Queue {queue} does not reach {what}.",
            hint="Look for the cause in this order. " + " ".join(f"({n}) {c}" for n, c in enumerate(causes, 1)),
            details={"connectivity": answers, "causes": causes},
        )
    return Found(answers, details={"causes": causes})


def _causes(api: Client, name: str, addresses: list[str]) -> list[str]:
    # Only the list shows the address range, and it is worth its cost only now.
    queue = queues.find_in_list(api, name) or {}
    return connectivity.causes(queue.get("cidr_in_vpc"), addresses)


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "queue": {"type": "str", "required": True, "aliases": ["name", "queue_name"]},
            "addresses": {"type": "list", "elements": "str", "required": True},
            "fail_on_unreachable": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
            "wait_interval": {"type": "float", "default": 15},
            **connection_options(),
        },
        supports_check_mode=True,
    )
    run_query(module, query, check=preflight.connectivity_problems, key="connectivity")


if __name__ == "__main__":
    main()

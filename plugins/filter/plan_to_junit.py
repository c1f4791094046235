# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_to_junit
short_description: Show plans of Data Lake Insight (DLI) as JUnit XML
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Returns results of M(huaweicloud.dli.dli_plan_info) as JUnit XML, which CI systems show as test results.
  - Each host is a suite and each object a case. An object that is not as declared is a failure if O(fail_on) names its
    status; else the case succeeds, and its output contains the differences.
options:
  _input:
    description:
      - A result of M(huaweicloud.dli.dli_plan_info), or a dictionary of such results by host. A host without a result has
        C(null); a failed one shows its message.
    type: dict
    required: true
  fail_on:
    description:
      - Statuses of objects that are failures; with V(problems), also each problem of severity C(error).
      - By default everything that O(huaweicloud.dli.dli_plan_info#module:fail_on) can name, except V(undeclared).
    type: list
    elements: str
    choices: [unreadable, blocked, missing, drifted, broken, undeclared, problems]
    default: [unreadable, blocked, missing, drifted, broken, problems]
seealso:
  - module: huaweicloud.dli.dli_plan_info
  - plugin: huaweicloud.dli.plan_to_html
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_text
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_mermaid
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_topology
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Compare the declared queues with the project
  huaweicloud.dli.dli_plan_info:
    queues: "{{ my_queues }}"
  register: result
  vars:
    my_queues:
      - {name: reports, cu_count: 64}

- name: Write the test results
  ansible.builtin.copy:
    content: "{{ result | huaweicloud.dli.plan_to_junit }}"
    dest: dli.xml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The XML document.
  type: str
  sample: <?xml version=...
"""

from collections.abc import Callable
from typing import Any


def plan_to_junit(value: Any, fail_on: list[str] | None = None) -> str:
    from ..plugin_utils._report.junit import FAIL_ON, junit
    from ..plugin_utils._report.readings import readings_or_error

    return junit(readings_or_error(value), FAIL_ON if fail_on is None else fail_on)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"plan_to_junit": plan_to_junit}

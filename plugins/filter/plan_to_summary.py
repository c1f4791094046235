# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_to_summary
short_description: Summarize plans of Data Lake Insight (DLI) by host
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Reduces results of M(huaweicloud.dli.dli_plan_info) to an overview of many hosts.
options:
  _input:
    description:
      - A dictionary of results of M(huaweicloud.dli.dli_plan_info) by host. A host without a result has C(null); a failed one
        shows its message.
    type: dict
    required: true
seealso:
  - module: huaweicloud.dli.dli_plan_info
  - plugin: huaweicloud.dli.plan_to_text
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the hosts whose projects are as declared
  ansible.builtin.debug:
    msg: "{{ results | huaweicloud.dli.plan_to_summary | dict2items | selectattr('value.in_sync') | map(attribute='key') }}"
  vars:
    results: {first: {msg: Could not list queues.}}
"""

RETURN = r"""
_value:
  description:
    - For each host C(region), C(in_sync), C(counts) and C(message). In C(counts) is the number of objects by status. C(in_sync)
      and C(counts) are C(null) if the project could not be read; C(message) contains the reason.
  type: dict
  sample: {first: {region: eu-west-101, in_sync: false, counts: {missing: 1}, message: 1 missing}}
"""

from collections.abc import Callable
from typing import Any


def plan_to_summary(value: Any) -> dict[str, dict[str, Any]]:
    from ..plugin_utils._report.readings import readings_or_error

    return {
        reading.name: {
            "region": reading.region,
            "in_sync": reading.plan["in_sync"] if reading.plan else None,
            "counts": reading.plan["counts"] if reading.plan else None,
            "message": reading.message,
        }
        for reading in readings_or_error(value)
    }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, dict[str, Any]]]]:
        return {"plan_to_summary": plan_to_summary}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_to_mermaid
short_description: Show the topology of Data Lake Insight (DLI) as a Mermaid flowchart
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Returns results of M(huaweicloud.dli.dli_plan_info) as a Mermaid flowchart, which many wikis and code hosts draw.
    It contains VPCs, subnets, connections, pools, queues and bindings.
options:
  _input:
    description:
      - A result of M(huaweicloud.dli.dli_plan_info), or a dictionary of such results by host. A host without a result has
        C(null); a failed one shows its message.
    type: dict
    required: true
seealso:
  - module: huaweicloud.dli.dli_plan_info
  - plugin: huaweicloud.dli.plan_to_html
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_junit
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_text
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_topology
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read all pools, queues and connections of the project
  huaweicloud.dli.dli_plan_info:
    elastic_resource_pools: []
    queues: []
    connections: []
    networks: true
  register: project

- name: Write the flowchart
  ansible.builtin.copy:
    content: "{{ project | huaweicloud.dli.plan_to_mermaid }}"
    dest: topology.mmd
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The source of the flowchart.
  type: str
  sample: flowchart LR ...
"""

from collections.abc import Callable
from typing import Any


def plan_to_mermaid(value: Any) -> str:
    from ..plugin_utils._report.mermaid import flowchart
    from ..plugin_utils._report.readings import readings_or_error

    return flowchart(readings_or_error(value))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"plan_to_mermaid": plan_to_mermaid}

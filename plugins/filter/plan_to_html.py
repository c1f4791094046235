# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_to_html
short_description: Show plans of Data Lake Insight (DLI) as an HTML page
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Returns one self-contained page about results of M(huaweicloud.dli.dli_plan_info). The page loads no other files.
  - The page shows the VPCs and subnets, the connections, and the pools and queues that are bound to them as a picture, and
    the same objects as a table that can be sorted and filtered.
  - With empty lists of pools, queues and connections, the plan and the page show the project as it is. With a declaration,
    they show the differences from it.
options:
  _input:
    description:
      - A result of M(huaweicloud.dli.dli_plan_info), or a dictionary of such results by host. A host without a result has
        C(null); a failed one shows its message.
    type: dict
    required: true
  title:
    description: Title of the page.
    type: str
    default: Data Lake Insight
  time:
    description: Time of the reading, such as C(2026-11-30T08:00:00Z).
    type: str
    required: true
seealso:
  - module: huaweicloud.dli.dli_plan_info
  - plugin: huaweicloud.dli.plan_to_junit
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_text
    plugin_type: filter
  - plugin: huaweicloud.dli.plan_to_mermaid
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

- name: Write the page
  ansible.builtin.copy:
    content: "{{ project | huaweicloud.dli.plan_to_html(time=now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ')) }}"
    dest: report.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The HTML document.
  type: str
  sample: <!DOCTYPE html>...
"""

from collections.abc import Callable
from typing import Any


def plan_to_html(value: Any, *, time: str, title: str = "Data Lake Insight") -> str:
    from ..plugin_utils._report.page import page
    from ..plugin_utils._report.readings import readings_or_error

    return page(readings_or_error(value), title=title, time=time)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"plan_to_html": plan_to_html}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan_to_text
short_description: Show plans of Data Lake Insight (DLI) as text
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Returns results of M(huaweicloud.dli.dli_plan_info) as text in the style of a diff. It contains the counts and
    all objects that are not in sync. With several hosts, the text starts with a line for each of them.
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

- name: Show the differences
  ansible.builtin.debug:
    msg: "{{ (result | huaweicloud.dli.plan_to_text).splitlines() }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: str
  sample: "Region eu-west-101: 1 missing"
"""

from collections.abc import Callable
from typing import Any


def plan_to_text(value: Any) -> str:
    from ..plugin_utils._report.readings import readings_or_error
    from ..plugin_utils._report.text_plan import plans

    return plans(readings_or_error(value))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., str]]:
        return {"plan_to_text": plan_to_text}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: export
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
short_description: Write the variables file that declares a project
description:
  - Returns the text of a variables file for the playbook C(huaweicloud.dli.tenant) that declares the pools, queues and
    connections of a project in Huawei Cloud Data Lake Insight (DLI). The playbook C(huaweicloud.dli.export) uses this
    filter.
  - Options with the values that a new object has without them are left out. VPCs and subnets are declared by name if
    their names were read and are unique.
  - Comments in the text name objects that cannot be declared and everything that needs attention, such as failed
    bindings.
  - The text depends only on the input. Objects are sorted by name.
positional: _input
options:
  _input:
    description:
      - The results of the modules M(huaweicloud.dli.dli_elastic_resource_pool_info), M(huaweicloud.dli.dli_queue_info)
        and M(huaweicloud.dli.dli_enhanced_connection_info), in any order. Objects of a module without a result are not
        declared.
    type: list
    elements: dict
    required: true
  exact:
    description:
      - Also declare lists and dictionaries that are empty, such as the tags of an object without tags. Then a tag that
        is added later is a difference.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_plan_info
"""

EXAMPLES = r"""
- name: List all queues with their details
  huaweicloud.dli.dli_queue_info:
    with_tags: true
    with_properties: true
    with_scaling_policies: true
    with_authorized_users: true
  register: all_queues

- name: Write the variables file that declares the queues
  ansible.builtin.copy:
    content: "{{ [all_queues] | huaweicloud.dli.export }}"
    dest: queues.yml
    mode: "0600"
"""

RETURN = r"""
_value:
  description:
    - The text of the variables file, in YAML. A text of the service that contains a Jinja template has the tag
      C(!unsafe), so that Ansible does not evaluate it.
  type: str
"""


def export(results: Any, exact: Any = False) -> str:
    """The filter huaweicloud.dli.export."""
    if not isinstance(exact, bool):
        raise AnsibleFilterError(f"huaweicloud.dli.export: exact must be a boolean, got {exact!r}")
    if not isinstance(results, (list, tuple)):
        raise AnsibleFilterError("huaweicloud.dli.export: the input must be a list of results of info modules")
    from ..plugin_utils._export.document import export as write

    try:
        return write(results, exact=exact)
    except (KeyError, TypeError, ValueError) as exc:
        raise AnsibleFilterError(f"huaweicloud.dli.export: {exc}") from exc


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Any]:
        return {"export": export}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: hosts
short_description: Read the hosts of a connection from lines of text
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Returns the option O(huaweicloud.dli.dli_enhanced_connection#module:hosts) from lines with an IPv4 address and one or more
    names, such as the lines in C(/etc/hosts) on a node of a MapReduce Service (MRS) cluster.
  - Empty lines, comments after C(#), and lines with a loopback address are left out. A host that occurs twice is returned
    once. Any other line is an error.
options:
  _input:
    description: The text, or its lines.
    type: raw
    required: true
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Show the hosts in lines of text
  ansible.builtin.debug:
    msg: "{{ lines | huaweicloud.dli.hosts }}"
  vars:
    lines: |
      127.0.0.1 localhost
      192.168.0.11 node-master1.mrs.example.com node-master1
      192.168.0.12 node-core1.mrs.example.com

- name: Set the hosts of a connection from a file, with variables of the role
  ansible.builtin.debug:
    msg: "{{ datasource_connection_hosts }}"
  vars:
    datasource_connection_hosts: "{{ lookup('ansible.builtin.file', '/etc/hosts') | huaweicloud.dli.hosts }}"
"""

RETURN = r"""
_value:
  description: The hosts, each with C(name) and C(ip).
  type: list
  elements: dict
  sample: [{name: node-core1.mrs.example.com, ip: 192.168.0.12}]
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError


def hosts(value: Any) -> list[dict[str, str]]:
    from ..plugin_utils import _hosts

    try:
        return _hosts.from_lines(value)
    except (TypeError, ValueError) as exc:
        raise AnsibleFilterError(f"huaweicloud.dli.hosts: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[dict[str, str]]]]:
        return {"hosts": hosts}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: misspelt_variables
short_description: Find variables whose names are nearly those of known ones
version_added: 0.1.0
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Compares names of variables with known names that have the same prefix, which ends at the first underscore. A name that is
    nearly, but not exactly, a known one is probably misspelt, and the variable would have no effect. Other names are ignored.
positional: known
options:
  _input:
    description: Names of variables, for example from P(ansible.builtin.varnames#lookup).
    type: list
    elements: str
    required: true
  known:
    description: The known names.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Reject misspelt variables
  ansible.builtin.assert:
    that: misspelt | length == 0
    fail_msg: "{{ misspelt | join('; ') }}"
  vars:
    misspelt: "{{ query('ansible.builtin.varnames', '^audit_') | huaweicloud.dli.misspelt_variables(['audit_queues']) }}"
"""

RETURN = r"""
_value:
  description: A message for each misspelt variable.
  type: list
  elements: str
  sample: ["audit_queue is not a variable; did you mean audit_queues?"]
"""

from collections.abc import Callable, Iterable

from ..plugin_utils import _spelling as spelling


def misspelt_variables(value: Iterable[str], known: Iterable[str]) -> list[str]:
    names, expected = list(value), list(known)
    found = []
    for prefix in dict.fromkeys(name.partition("_")[0] for name in expected):
        ends = [name.partition("_")[2] for name in expected if name.startswith(f"{prefix}_")]
        found += spelling.misspelt(prefix, [name for name in names if name.startswith(f"{prefix}_")], ends)
    return found


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"misspelt_variables": misspelt_variables}

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: declaration
author: Contributors to the huaweicloud.dli project (@huaweicloud-dli)
short_description: Read a declaration from the variables of the role or of a playbook
description:
  - Returns the variables of the role P(huaweicloud.dli.datasource_connection#role), or those of a playbook such as
    C(huaweicloud.dli.tenant), as the options of M(huaweicloud.dli.dli_plan_info).
  - Fails if the name of a variable is nearly, but not exactly, that of a known one.
options:
  _terms:
    description:
      - Prefix of the variables. With V(datasource_connection), the variables of the role. With any other prefix, such
        as V(tenant), the lists C(tenant_elastic_resource_pools), C(tenant_queues) and C(tenant_connections), and
        C(tenant_state).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Compare the declaration of a tenant with the project
  huaweicloud.dli.dli_plan_info:
    elastic_resource_pools: "{{ declared.elastic_resource_pools }}"
    queues: "{{ declared.queues }}"
    connections: "{{ declared.connections }}"
  vars:
    declared: "{{ lookup('huaweicloud.dli.declaration', 'tenant') }}"
"""

RETURN = r"""
_raw:
  description: Dictionaries with C(state), C(elastic_resource_pools), C(queues), C(connections) and C(addresses).
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase

from ..plugin_utils import _declaration as declarations
from ..plugin_utils import _spelling as spelling


class LookupModule(LookupBase):  # type: ignore[misc]  # Ansible has no types
    def run(self, terms: list[str], variables: Any = None, **_options: Any) -> list[dict[str, Any]]:
        return [self._declaration(prefix, variables) for prefix in terms]

    def _declaration(self, prefix: str, variables: Any) -> dict[str, Any]:
        is_role = prefix == "datasource_connection"
        known = declarations.ROLE if is_role else (*declarations.LISTS, *declarations.WAITS)
        names = [name for name in variables if name.startswith(f"{prefix}_")]
        if problems := spelling.misspelt(prefix, names, known):
            raise AnsibleLookupError("; ".join(problems))
        wanted = [name for name in known if f"{prefix}_{name}" in names]
        read = lookup_loader.get("ansible.builtin.vars", loader=self._loader, templar=self._templar)
        values = dict(zip(wanted, read.run([f"{prefix}_{name}" for name in wanted], variables), strict=True))
        try:
            return declarations.of_role(values) if is_role else declarations.of_lists(prefix, values)
        except ValueError as exc:
            raise AnsibleLookupError(str(exc)) from exc

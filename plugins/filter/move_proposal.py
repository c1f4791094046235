# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: move_proposal
short_description: Propose elastic resource pools for queues of Data Lake Insight (DLI)
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
description:
  - Proposes elastic resource pools for the queues of a project that are in no pool, with their sizes, CIDR blocks, editions
    and enterprise projects, and the order of the steps. The playbook C(huaweicloud.dli.move_to_pools) uses this filter.
  - Queues that are bound to the same connections and belong to the same enterprise project share a pool, so that no queue
    reaches more than before.
  - The proposal depends only on the input. If a part of an earlier proposal was carried out, it contains only the rest.
positional: _input
options:
  _input:
    description:
      - The results of the modules M(huaweicloud.dli.dli_elastic_resource_pool_info), M(huaweicloud.dli.dli_queue_info) with
        O(huaweicloud.dli.dli_queue_info#module:with_jobs=true), and M(huaweicloud.dli.dli_enhanced_connection_info), and a
        result of M(huaweicloud.dli.dli_plan_info) with O(huaweicloud.dli.dli_plan_info#module:networks=true), in any order.
    type: list
    elements: dict
    required: true
  group_by:
    description:
      - V(connections) for one pool for all queues with the same connections and the same enterprise project,
        V(enterprise_project) for one pool for all queues of an enterprise project. Then each queue reaches the connections of
        all these queues.
    type: str
    choices: [connections, enterprise_project]
    default: connections
  basic_edition:
    description:
      - Propose pools of the basic edition for queues that have at most 64 CUs together. With V(false), the minimum size of a
        pool is 64 CUs.
    type: bool
    default: true
  reserved_cidrs:
    description:
      - CIDR blocks that no pool may overlap, for example of networks on premises.
    type: list
    elements: str
    default: []
seealso:
  - module: huaweicloud.dli.dli_elastic_resource_pool
  - plugin: huaweicloud.dli.export
    plugin_type: filter
"""

EXAMPLES = r"""
- name: List the pools
  huaweicloud.dli.dli_elastic_resource_pool_info:
  register: pools

- name: List the queues and their jobs
  huaweicloud.dli.dli_queue_info:
    with_jobs: true
  register: queues

- name: List the connections
  huaweicloud.dli.dli_enhanced_connection_info:
  register: connections

- name: Show a proposal
  ansible.builtin.debug:
    msg: "{{ ([pools, queues, connections] | huaweicloud.dli.move_proposal).text.splitlines() }}"
"""

RETURN = r"""
_value:
  description: The proposal.
  type: dict
  contains:
    text:
      description: The proposal as text.
      type: str
    files:
      description:
        - The variables files of the playbook C(huaweicloud.dli.tenant) for the three steps, each with C(name) and C(content).
          A file without C(content) has nothing that can be done now.
      type: list
      elements: dict
    pools:
      description: The proposed pools, as options of M(huaweicloud.dli.dli_elastic_resource_pool), with C(queues) and C(exists).
      type: list
      elements: dict
    problems:
      description: What prevents a part of the proposal.
      type: list
      elements: str
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError


def move_proposal(
    results: Any, group_by: str = "connections", basic_edition: bool = True, reserved_cidrs: Any = ()
) -> dict[str, Any]:
    """The filter huaweicloud.dli.move_proposal."""
    from ..plugin_utils._move import result

    try:
        return result.as_result(results, group_by=group_by, basic=basic_edition, reserved=reserved_cidrs)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise AnsibleFilterError(f"huaweicloud.dli.move_proposal: {exc}") from exc


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        return {"move_proposal": move_proposal}

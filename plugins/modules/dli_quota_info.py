#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_quota_info
short_description: Get the quotas of Huawei Cloud Data Lake Insight (DLI) and their remaining amounts
description:
  - Returns the quotas of a project for queues, elastic resource pools and other resources, with the used and remaining
    amounts. The module sends one request.
  - In a region without the API for quotas, the list is empty, RV(unsupported) contains C(quotas), and there is a warning.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  types:
    description:
      - Return only the quotas of these types. The list omits a type that the region does not report. An empty list returns
        all quotas, as without this option.
    type: list
    elements: str
    choices: [CU, DATABASE, ELASTIC_RESOURCE_POOL, IAM_USER, JOB_CU, QUEUE, SL_PKG_RESOURCE, SL_SESSION, TABLE, TEMPLATE]
seealso:
  - module: huaweicloud.dli.dli_queue
  - module: huaweicloud.dli.dli_elastic_resource_pool
"""

EXAMPLES = r"""
- name: Get all quotas
  huaweicloud.dli.dli_quota_info:
  register: result

- name: Use what remains of all quotas by type
  ansible.builtin.debug:
    msg: "{{ result.quotas | items2dict(key_name='type', value_name='remaining') }}"

- name: Fail unless the quota allows three more queues
  huaweicloud.dli.dli_quota_info:
    types: [QUEUE]
  register: result
  # An unlimited quota has null as its remaining amount, and a region without the API reports no quotas.
  failed_when: result is failed or result.quotas | rejectattr('remaining', 'none') | selectattr('remaining', 'lt', 3) | length > 0
"""

RETURN = r"""
quotas:
  description:
    - The quotas, sorted by type.
    - All keys are always present. A value that the service does not report is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    type:
      description:
        - Type of the limited resource.
        - V(QUEUE) means queues, V(ELASTIC_RESOURCE_POOL) elastic resource pools, V(CU) compute units, V(JOB_CU) compute units of
          jobs, V(DATABASE) databases, V(TABLE) tables, V(TEMPLATE) templates, V(SL_PKG_RESOURCE) packages for Spark,
          V(SL_SESSION) sessions of Spark, V(IAM_USER) users of IAM.
      type: str
      sample: QUEUE
    min:
      description: Lowest possible quota.
      type: int
      sample: 0
    max:
      description: Highest possible quota.
      type: int
      sample: 1000
    quota:
      description: Current quota.
      type: int
      sample: 200
    used:
      description: Used amount.
      type: int
      sample: 53
    remaining:
      description: Remaining amount. V(null) if it is unlimited or unknown.
      type: int
      sample: 147
unsupported:
  description: Requested information that the region does not support.
  returned: success
  type: list
  elements: str
  sample: []
error:
  description: Details of the failure, for use in conditions.
  returned: failure
  type: dict
  contains:
    code:
      description: Error code of the service. V(null) if the error does not come from the service.
      type: str
      sample: DLI.0003
    reason:
      description:
        - Stable code of the kind of failure, for use in conditions.
        - V(immutable), an option cannot change after the creation; V(rule), an option or the state of a resource breaks a
          rule; V(duplicate), a name is not unique; V(not_found), a resource does not exist; V(busy), a resource accepts no
          change now; V(failed), a resource or an operation failed; V(concurrent), another client changed the resource;
          V(timeout), the wait took too long; V(unreachable), a connectivity test failed; V(access_denied), the credentials
          are invalid or lack a permission; V(unsupported), the region lacks the API; V(unavailable), the service is
          overloaded or out of order; V(rejected), the service rejected the request for another reason; V(no_response), the
          service did not answer; V(unexpected_response), the response cannot be understood.
      type: str
      sample: immutable
    message:
      description: Message of the service, or of the module if the error does not come from the service.
      type: str
      sample: The user has no permission.
    request_id:
      description: ID of the request, for the vendor's support.
      type: str
      sample: 0f3a5c2b9d8e4f71a6b0c4d2e8f9a1b3
    http_status:
      description: HTTP status code of the response.
      type: int
      sample: 400
    hint:
      description: Advice on how to fix the problem.
      type: str
      sample: "The user lacks a permission for this: an administrator can grant it in IAM."
    differences:
      description: Always empty; modules that change resources return refused changes here.
      type: list
      elements: dict
      sample: []
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import quotas
from ..module_utils._edge.options import authentication_options
from ..module_utils._edge.spec import ModuleSpec, read_only

SPEC = ModuleSpec(
    key="quotas",
    # Ansible validates the only option.
    validate=lambda _params: [],
    run=read_only(quotas.query),
    options={
        "types": {"type": "list", "elements": "str", "choices": list(quotas.TYPES)},
        **authentication_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

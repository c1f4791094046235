#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_quota_info
short_description: Tell the quotas of Huawei Cloud Data Lake Insight (DLI) and what is left of them
description:
  - Tells how many queues, elastic resource pools and other things a project may have, how many it has, and how many more
    there may be. That takes one request.
  - Where the region has no API for quotas the list is empty, C(quotas) is named in RV(unsupported), and there is a warning.
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
      - Only the quotas of these types. A type that the region does not tell is not in the list. An empty list means all,
        as without this option.
    type: list
    elements: str
    choices: [CU, DATABASE, ELASTIC_RESOURCE_POOL, IAM_USER, JOB_CU, QUEUE, SL_PKG_RESOURCE, SL_SESSION, TABLE, TEMPLATE]
seealso:
  - module: huaweicloud.dli.dli_queue
  - module: huaweicloud.dli.dli_elastic_resource_pool
"""

EXAMPLES = r"""
- name: Look at all quotas
  huaweicloud.dli.dli_quota_info:
  register: result

- name: Stop unless there may be three more queues
  huaweicloud.dli.dli_quota_info:
    types: [QUEUE]
  register: result
  # A quota that nothing limits has null remaining, and a region without the API tells none.
  failed_when: result is failed or result.quotas | rejectattr('remaining', 'none') | selectattr('remaining', 'lt', 3) | length > 0
"""

RETURN = r"""
quotas:
  description:
    - The quotas, in the order of their types.
    - Every key is always there; what the service does not tell is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    type:
      description:
        - What the quota limits.
        - V(QUEUE) is queues, V(ELASTIC_RESOURCE_POOL) elastic resource pools, V(CU) compute units, V(JOB_CU) compute units of
          jobs, V(DATABASE) databases, V(TABLE) tables, V(TEMPLATE) templates, V(SL_PKG_RESOURCE) packages for Spark,
          V(SL_SESSION) sessions of Spark, V(IAM_USER) users of IAM.
      type: str
      sample: QUEUE
    min:
      description: The lowest that the quota can be.
      type: int
      sample: 0
    max:
      description: The highest that the quota can be raised to.
      type: int
      sample: 1000
    quota:
      description: How many there may be at the moment.
      type: int
      sample: 200
    used:
      description: How many there are.
      type: int
      sample: 53
    remaining:
      description: How many more there may be; V(null) if nothing limits them or the service does not say.
      type: int
      sample: 147
unsupported:
  description: What was asked for but is not offered by the region.
  returned: success
  type: list
  elements: str
  sample: []
error:
  description: Why the task failed, for use in conditions.
  returned: failure
  type: dict
  contains:
    code:
      description: Error code of the service; V(null) if the failure does not come from the service.
      type: str
      sample: DLI.0003
    message:
      description: What the service said, or the failure in one sentence.
      type: str
      sample: The user has no permission.
    request_id:
      description: Id of the request, for the vendor's support.
      type: str
      sample: 0f3a5c2b9d8e4f71a6b0c4d2e8f9a1b3
    http_status:
      description: HTTP status of the answer.
      type: int
      sample: 400
    hint:
      description: What can be done about it.
      type: str
      sample: "The user lacks a permission for this: an administrator can grant it in IAM."
"""

# First, because it changes how all the rest of ours is loaded.
from ..module_utils._edge.module import run

# isort: split
from ..module_utils._api import quotas
from ..module_utils._edge.options import connection_options
from ..module_utils._edge.spec import ModuleSpec, read_only

SPEC = ModuleSpec(
    key="quotas",
    # Ansible itself sees to the only option that could be wrong.
    validate=lambda _params: [],
    run=read_only(quotas.query),
    options={
        "types": {"type": "list", "elements": "str", "choices": list(quotas.TYPES)},
        **connection_options(),
    },
)


def main() -> None:
    run(SPEC)


if __name__ == "__main__":
    main()

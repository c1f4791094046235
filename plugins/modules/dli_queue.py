#!/usr/bin/python

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dli_queue
short_description: Manage queues of Huawei Cloud Data Lake Insight (DLI)
description:
  - A queue is the computing power that SQL, Spark and Flink jobs of Data Lake Insight run on. This module creates, scales,
    restarts and deletes queues, and waits until a queue can be used.
  - A new queue needs about 6 to 10 minutes until it can be used, and has no status that would tell. Whether it is ready is
    concluded from its age, from the status of the elastic resource pool that it lives in, and from whether its cluster
    accepts a harmless connectivity test. RV(queue.readiness) says what was concluded, and from which of these signals.
  - An option that is left out is never compared and never changed.
author:
  - Contributors to the huaweicloud.dli project (@huaweicloud-dli)
extends_documentation_fragment:
  - huaweicloud.dli.auth
  - huaweicloud.dli.wait
  - huaweicloud.dli.attributes
attributes:
  check_mode:
    support: full
    details:
      - Sends nothing that changes anything. Fields that the service fills in at creation are V(null) in the prediction,
        and a queue is not asked whether it is ready.
  idempotent:
    support: partial
    details:
      - With O(state=restarted) the queue is restarted by each run.
      - O(tags) and O(properties) are used when the queue is created and not compared afterwards.
options:
  name:
    description:
      - Name of the queue. The service stores it in lower case, so V(ETL) and V(etl) are the same queue.
      - 1 to 128 letters, digits and underscores, not only digits, not beginning with an underscore.
    type: str
    required: true
  state:
    description:
      - With V(present), the queue exists as described. With O(wait=true) it is ready, too.
      - With V(absent), it does not exist. The preset queue V(default) cannot be deleted. While jobs are submitted to or run
        on the queue, the service refuses to delete it, and the module fails at once.
      - With V(restarted), an existing queue of O(queue_type=sql) is restarted. The service allows it once a job has run
        on the queue.
    type: str
    choices: [present, absent, restarted]
    default: present
  cu_count:
    description:
      - Number of compute units (CUs). Required when the queue does not exist yet.
      - A queue outside a pool is created with 16, 64 or 256 CUs and scaled in steps of 16 afterwards. A queue of 16 CUs
        cannot be scaled, one of 64 CUs cannot be scaled in.
      - A queue that lives in an elastic resource pool is scaled by the scaling policies of the pool, not by this option.
      - Scaling takes about 10 minutes. It is complete when the service reports the new number. While it goes on the service
        shows nothing of it, so with O(wait=false) do not run the task again before it is complete.
    type: int
  queue_type:
    description:
      - V(sql) for SQL jobs, V(general) for Flink and Spark jar jobs. The service takes V(sql) if this is left out.
      - Fixed at creation.
    type: str
    choices: [sql, general]
  engine:
    description:
      - Engine of a queue of O(queue_type=sql). The service takes V(spark) if this is left out.
      - Fixed at creation.
    type: str
    choices: [spark, hetuEngine]
  resource_mode:
    description:
      - V(1) for a dedicated queue, V(0) for a shared one. Only a dedicated queue can be bound to a connection.
      - Fixed at creation. To look after an existing shared queue, set V(0).
    type: int
    choices: [0, 1]
    default: 1
  description:
    description:
      - What the queue is for; at most 128 characters.
      - Fixed at creation.
    type: str
  charging_mode:
    description:
      - V(1) for pay per use, the only mode in which a queue can be created.
      - Fixed at creation.
    type: int
    choices: [1]
  enterprise_project_id:
    description:
      - Enterprise project of the queue; V(0) is the default one.
      - Fixed at creation.
    type: str
  platform:
    description:
      - Processor architecture of the queue. The service takes V(x86_64) if this is left out.
      - Fixed at creation.
    type: str
    choices: [x86_64, aarch64]
  labels:
    description:
      - Labels of the queue. There is one, V(multi_az=2), for a queue in two availability zones.
      - Fixed at creation.
    type: list
    elements: str
  feature:
    description:
      - V(ai) for a queue of O(queue_type=sql) with AI features on V(x86_64). The service takes V(basic) if this is left out.
      - Fixed at creation.
    type: str
    choices: [basic, ai]
  elastic_resource_pool_name:
    description:
      - Elastic resource pool in which the queue is created. The pool has to be available.
      - Fixed at creation.
    type: str
  tags:
    description:
      - Tags that the queue gets when it is created, as keys and values; at most 20.
    type: dict
  properties:
    description:
      - Properties that the queue gets when it is created. The only key is C(computeEngine.spark.nativeEnabled),
        with V(true) or V(false).
    type: dict
  force:
    description:
      - With O(state=restarted), cancel the jobs that run on the queue.
    type: bool
    default: false
  force_recreate:
    description:
      - Delete the queue and create it again if an option that is fixed at creation differs. Everything that is not
        described in the task is then as with a new queue.
      - Without this the module fails and names the options, what is there and what was asked for.
    type: bool
    default: false
seealso:
  - module: huaweicloud.dli.dli_enhanced_connection
"""

EXAMPLES = r"""
- name: Create a dedicated queue and wait until it is ready
  huaweicloud.dli.dli_queue:
    name: etl
    cu_count: 16
    description: Nightly loads

- name: Ask for two larger queues for Flink and Spark jar jobs, without waiting for the first before the second
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    queue_type: general
    cu_count: 64
    tags:
      team: data
    wait: false
  loop: [streams, reports]

- name: Wait until both are ready; the size is for check mode, in which they do not exist yet
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    cu_count: 64
  loop: [streams, reports]

- name: Scale a queue out
  huaweicloud.dli.dli_queue:
    name: streams
    cu_count: 128

- name: Restart a queue and cancel what runs on it
  huaweicloud.dli.dli_queue:
    name: etl
    state: restarted
    force: true

- name: Delete queues
  huaweicloud.dli.dli_queue:
    name: "{{ item }}"
    state: absent
  loop: [etl, streams, reports]
"""

RETURN = r"""
queue:
  description:
    - The queue as the service reports it, or as it would be in check mode. V(null) if it does not exist afterwards.
    - Every key is always there; what was not read, or is not known in check mode, is V(null).
  returned: success
  type: dict
  contains:
    name:
      description: Name of the queue, in lower case.
      type: str
      sample: etl
    queue_name:
      description: The same, by the name that the API gives it.
      type: str
      sample: etl
    readiness:
      description: Whether the queue can be used.
      type: dict
      contains:
        ready:
          description:
            - V(null) if a young queue was not asked, because of O(wait=false), check mode or O(state=restarted).
            - A condition has to say C(is true) therefore, because V(null) is no truth value for Ansible.
          type: bool
          sample: true
        concluded_from:
          description:
            - V(age) if the queue is older than O(ready_age).
            - V(connectivity_test) if its cluster was asked.
            - V(not_asked) if nothing can be said without asking.
          type: str
          sample: connectivity_test
    queue_id:
      description: Number of the queue.
      type: int
      sample: 4711
    resource_id:
      description: Resource id of the queue.
      type: str
      sample: 6f2b6c1e-0d3c-4f0e-9a53-0a4f6c1d2e3f
    owner:
      description: User who created the queue.
      type: str
      sample: deployer
    create_time:
      description: When the queue was created, in milliseconds since the epoch.
      type: int
      sample: 1767322800000
    description:
      description: What the queue is for.
      type: str
      sample: Nightly loads
    queue_type:
      description: Type of the queue.
      type: str
      sample: sql
    engine:
      description:
        - Engine of the queue.
        - Read only if O(engine), O(platform), O(feature) or O(labels) is given, because only the list of all queues shows it.
      type: str
      sample: spark
    cu_count:
      description: Number of compute units.
      type: int
      sample: 16
    used_cu:
      description: Compute units in use. Read like RV(queue.engine).
      type: float
      sample: 0.0
    cu_spec:
      description: Compute units that the queue was bought with.
      type: int
      sample: 16
    cu_scale_out_limit:
      description: Upper limit of scaling, in compute units.
      type: int
      sample: 16
    cu_scale_in_limit:
      description: Lower limit of scaling, in compute units.
      type: int
      sample: 16
    charging_mode:
      description: V(1) for pay per use, V(2) for prepaid.
      type: int
      sample: 1
    resource_mode:
      description: V(1) for a dedicated queue, V(0) for a shared one.
      type: int
      sample: 1
    platform:
      description: Processor architecture. Read like RV(queue.engine).
      type: str
      sample: x86_64
    feature:
      description: V(basic) or V(ai). Read like RV(queue.engine).
      type: str
      sample: basic
    labels:
      description: Labels of the queue. Read like RV(queue.engine).
      type: list
      elements: str
      sample: [multi_az=2]
    enterprise_project_id:
      description: Enterprise project of the queue.
      type: str
      sample: "0"
    elastic_resource_pool_name:
      description: Elastic resource pool that the queue lives in; empty if it is in none.
      type: str
      sample: ""
    cidr_in_vpc:
      description: Address range of the queue. Read like RV(queue.engine).
      type: str
      sample: 172.16.0.0/12
    cidr_in_mgntsubnet:
      description: Address range of the management subnet. Read like RV(queue.engine).
      type: str
      sample: 10.23.128.0/24
    cidr_in_subnet:
      description: Address range of the subnet. Read like RV(queue.engine).
      type: str
      sample: 172.16.0.0/18
    is_restarting:
      description: Whether the queue is being restarted. Read like RV(queue.engine).
      type: bool
      sample: false
    queue_resource_type:
      description: V(vm) or V(container).
      type: str
      sample: container
    support_spark_versions:
      description: Versions of Spark that the queue offers.
      type: list
      elements: str
      sample: ["3.3.1"]
    default_spark_version:
      description: Version of Spark that is used if a job names none.
      type: str
      sample: 3.3.1
    support_hetu_engine_versions:
      description: Versions of HetuEngine that the queue offers.
      type: list
      elements: str
      sample: []
    default_hetu_engine_version:
      description: Version of HetuEngine that is used if a job names none.
      type: str
      sample: ""
    support_flink_sql_versions:
      description: Versions of Flink for SQL jobs that the queue offers.
      type: list
      elements: str
      sample: ["1.15"]
    default_flink_sql_version:
      description: Version of Flink that is used if a SQL job names none.
      type: str
      sample: "1.15"
    support_flink_jar_versions:
      description: Versions of Flink for jar jobs that the queue offers.
      type: list
      elements: str
      sample: ["1.15"]
    default_flink_jar_version:
      description: Version of Flink that is used if a jar job names none.
      type: str
      sample: "1.15"
    support_opensource_flink_versions:
      description: Versions of open source Flink that the queue offers.
      type: list
      elements: str
      sample: ["1.15"]
unsupported:
  description: What was asked for but is not offered by the region. Nothing of it was done; everything else was.
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
      sample: DLI.1028
    message:
      description: What the service said, or the failure in one sentence.
      type: str
      sample: The quota is insufficient.
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
      sample: "The quota is used up: delete what is not needed, or ask for a larger quota."
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.huaweicloud.dli.plugins.module_utils import _preflight as preflight
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queue_writes as writes
from ansible_collections.huaweicloud.dli.plugins.module_utils import _queues as queues
from ansible_collections.huaweicloud.dli.plugins.module_utils import _readiness as readiness
from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import Outcome, delta, said
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import (
    Conflict,
    DliError,
    ImmutableOption,
    InvalidInput,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._module import (
    connection_options,
    patience_of,
    run_ensure,
    wait_options,
)

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client
    from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

    Queue = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What every step of one run needs; all of it shares the budget of time of ``patience``."""

    api: Client
    params: dict[str, Any]
    dry_run: bool
    patience: Patience

    @property
    def name(self) -> str:
        return queues.fold(self.params["name"])

    @property
    def wanted(self) -> dict[str, Any]:
        """What the user said of what can be compared, with names as the service stores them."""
        wanted = said({key: self.params[key] for key in ("cu_count", *queues.FIXED_AT_CREATION)})
        if "elastic_resource_pool_name" in wanted:
            wanted["elastic_resource_pool_name"] = queues.fold(wanted["elastic_resource_pool_name"])
        return wanted


def ensure(api: Client, params: dict[str, Any], dry_run: bool) -> Outcome:
    """Bring the queue into the state asked for; with ``dry_run``, only decide what that would change."""
    task = Task(api, params, dry_run, patience_of(params))
    with api.within(task.patience.deadline):
        current = _read(task)
        if params["state"] == "absent":
            return _ensure_absent(task, current)
        if params["state"] == "restarted":
            return _ensure_restarted(task, current)
        if current is None:
            return _ensure_created(task, replaced=None)
        return _ensure_adjusted(task, current)


def _read(task: Task) -> Queue | None:
    queue = queues.find(task.api, task.name)
    # The list is read only for what nothing else shows, because its size grows with the project.
    if queue is not None and task.params["state"] == "present" and queues.ONLY_IN_LIST & task.wanted.keys():
        return queues.with_list_fields(task.api, queue)
    return queue


def _ensure_absent(task: Task, current: Queue | None) -> Outcome:
    if current is None:
        return Outcome(changed=False, after=None)
    if not task.dry_run:
        writes.delete(task.api, task.name, task.patience)
    return Outcome(changed=True, after=None, diff_before=queues.managed(current))


def _ensure_restarted(task: Task, current: Queue | None) -> Outcome:
    name = task.name
    if current is None:
        raise Conflict(f"Queue {name} cannot be restarted: it does not exist.")
    if current["queue_type"] != "sql":
        raise Conflict(
            f"Queue {name} cannot be restarted: its queue_type is {current['queue_type']}, and only sql queues can."
        )
    if not task.dry_run:
        writes.restart(task.api, name, task.patience, force=task.params["force"])
    concluded = readiness.without_asking(task.api, current, task.params["ready_age"])
    return Outcome(
        changed=True,
        after={**current, "readiness": concluded.as_result()},
        diff_before={"name": name, "restarted": False},
        diff_after={"name": name, "restarted": True},
    )


def _ensure_created(task: Task, *, replaced: Queue | None) -> Outcome:
    name, wanted = task.name, task.wanted
    asked = {**wanted, **said({key: task.params[key] for key in queues.UNREADABLE})}
    _check_creation(name, wanted)
    after: Queue = queues.from_api({"queue_name": name, **wanted})
    if not task.dry_run:
        if replaced is None:
            writes.create(task.api, name, asked)
        else:
            _replace(task, asked)
        after = _read(task) or after
    result, warnings = _with_readiness(task, after)
    return Outcome(
        changed=True,
        after=result,
        diff_before=queues.managed(replaced) if replaced else {},
        diff_after={"name": name, **asked},
        warnings=warnings,
    )


def _replace(task: Task, asked: dict[str, Any]) -> None:
    # Also without `wait`: the name is free only when the old queue is gone.
    writes.delete(task.api, task.name, task.patience.but_waiting())
    try:
        writes.create(task.api, task.name, asked)
    except DliError as exc:
        exc.hint = f"{exc.hint or ''} The old queue is deleted already; running the task again creates it anew.".strip()
        raise


def _check_creation(name: str, wanted: dict[str, Any]) -> None:
    if "cu_count" not in wanted:
        raise InvalidInput([f"cu_count: is missing, and creating queue {name} needs a size"])
    if problem := preflight.cu_count_at_creation(wanted["cu_count"], wanted.get("elastic_resource_pool_name")):
        raise InvalidInput([problem])


def _ensure_adjusted(task: Task, current: Queue) -> Outcome:
    change = delta(task.wanted, current, queues.NORMAL)
    fixed = [key for key in queues.FIXED_AT_CREATION if key in change]
    if fixed and task.params["force_recreate"]:
        return _ensure_created(task, replaced=current)
    _refuse_impossible(current, change, fixed)
    after: Queue = {**current, **change}
    warnings: tuple[str, ...] = ()
    if change and not task.dry_run:
        if task.patience.wait:
            _seen, warnings = readiness.wait_for_queues(task.api, [current], task.params["ready_age"], task.patience)
        writes.scale(task.api, task.name, change["cu_count"], task.patience)
        after = _read(task) or after
    result, more_warnings = _with_readiness(task, after)
    return Outcome(
        changed=bool(change),
        after=result,
        diff_before=queues.managed(current),
        diff_after=queues.managed({**current, **change}),
        warnings=(*warnings, *more_warnings),
    )


def _refuse_impossible(current: Queue, change: dict[str, Any], fixed: list[str]) -> None:
    """Name everything that stands in the way of the change in one message."""
    problems = [f"{key} is {current[key]!r} and fixed at creation, asked for is {change[key]!r}" for key in fixed]
    if "cu_count" in change and (problem := queues.scaling_problem(current, change["cu_count"])):
        problems.append(f"cu_count is {current['cu_count']}, asked for is {change['cu_count']}: {problem}")
    if not problems:
        return
    message = f"Queue {current['name']} cannot be changed as asked: {'; '.join(problems)}."
    if not fixed:
        raise Conflict(message)
    if current["name"] == queues.PRESET:
        raise ImmutableOption(message, hint="Ask for what is there: the preset queue cannot be replaced.")
    raise ImmutableOption(
        message, hint="Ask for what is there, or set force_recreate=true to delete the queue and create it again."
    )


def _with_readiness(task: Task, queue: Queue) -> tuple[Queue, tuple[str, ...]]:
    """The queue with what can be said of its readiness; waits for it if that was asked for."""
    ready_age = task.params["ready_age"]
    concluded = readiness.without_asking(task.api, queue, ready_age)
    warnings: tuple[str, ...] = ()
    if task.patience.wait and not task.dry_run and not concluded.ready:
        seen, warnings = readiness.wait_for_queues(task.api, [queue], ready_age, task.patience)
        concluded = seen[queue["name"]]
    return {**queue, "readiness": concluded.as_result()}, warnings


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent", "restarted"], "default": "present"},
            "cu_count": {"type": "int"},
            "queue_type": {"type": "str", "choices": ["sql", "general"]},
            "engine": {"type": "str", "choices": ["spark", "hetuEngine"]},
            "resource_mode": {"type": "int", "choices": [0, 1], "default": 1},
            "description": {"type": "str"},
            "charging_mode": {"type": "int", "choices": [1]},
            "enterprise_project_id": {"type": "str"},
            "platform": {"type": "str", "choices": ["x86_64", "aarch64"]},
            "labels": {"type": "list", "elements": "str"},
            "feature": {"type": "str", "choices": ["basic", "ai"]},
            "elastic_resource_pool_name": {"type": "str"},
            "tags": {"type": "dict"},
            "properties": {"type": "dict"},
            "force": {"type": "bool", "default": False},
            "force_recreate": {"type": "bool", "default": False},
            **wait_options(),
            **connection_options(),
        },
        supports_check_mode=True,
    )
    run_ensure(module, ensure, check=preflight.queue_problems, key="queue")


if __name__ == "__main__":
    main()

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of dli_plan_info: one task that compares a declaration with an account in which nothing differs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import names
from .names import CONNECTION, FAST, QUEUE
from .playbooks import DOCUMENT, Ansible, Task
from .results import Sample
from .schedule import Case, Schedule
from .services import ACCOUNTS, Endpoint, Services
from .single_tasks import marginal
from .tasks import declaration, mode_environment, unchanged

_MEMORY = str(Path(__file__).with_name("scripts") / "plan_memory.py")
_FAR = max(names.LATENCIES)
_SCHEME = "https"


def cases(schedule: Schedule, ansible: Ansible, services: Services) -> Iterator[Case]:
    def case(account: str, name: str, task: Task, more: int, variables: dict[str, Any] | None = None) -> Case:
        endpoint = services.account(account, _SCHEME).endpoint(_FAR / 1000)
        environment = {**endpoint.environment, **mode_environment(FAST)}
        return Case(name, schedule.rounds, lambda: marginal(ansible, task, more, endpoint, environment, variables))

    few, many = declaration(ACCOUNTS["medium"]), declaration(ACCOUNTS["tenant"])
    # The task to compare with, in the same account.
    yield case("medium", names.beside_plan(QUEUE), unchanged(QUEUE), schedule.more_fast_tasks)
    yield case("medium", names.beside_plan(names.DEBUG), {names.DEBUG: {"msg": "Hello"}}, schedule.more_fast_tasks)
    yield case("medium", names.PLAN, _plan(few), schedule.more_tasks, few)
    connections = {names.LISTS[CONNECTION]: few[names.LISTS[CONNECTION]]}
    yield case("medium", names.PLAN_OF_CONNECTIONS, _plan(connections), schedule.more_tasks, connections)
    yield case("tenant", names.LARGE_PLAN, _plan(many), schedule.more_large_plans, many)
    endpoint = services.account("tenant", _SCHEME).endpoint()
    yield Case(names.PLAN_MEMORY, schedule.long_rounds, lambda: _memory(ansible, endpoint, many))


def _plan(lists: dict[str, Any]) -> Task:
    """The lists are variables of the play, so that a run reads them once, however many tasks it has."""
    return {"huaweicloud.dli.dli_plan_info": {"undeclared": False, **{name: f"{{{{ {name} }}}}" for name in lists}}}


def _memory(ansible: Ansible, endpoint: Endpoint, lists: dict[str, Any]) -> Sample:
    """The highest use of memory (in MB) of a process that only runs the module."""
    environment = {**endpoint.environment, "PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]}
    options = {"undeclared": False, **lists}
    run, sample = endpoint.measure(
        lambda: ansible.program(_MEMORY, DOCUMENT, environment=environment, document=options)
    )
    return replace(sample, memory=float(run.output))

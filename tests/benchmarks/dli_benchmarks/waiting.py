# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much longer than the service itself the collection takes, where the service takes long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from . import names
from .plan import Case, Plan
from .playbooks import Ansible, Run, Task
from .results import Sample
from .tasks import NETWORK_ID, VPC_ID, switched
from .ways import Account, Surroundings

_ROUND_TRIP = max(names.LATENCIES) / 1000
# A binding takes a small part of the time that a new queue takes, as in the service.
_BINDING_SHARE = 1 / 20


def cases(plan: Plan, ansible: Ansible, around: Surroundings) -> Iterator[Case]:
    account = around.account("fresh", "https")
    for thing, measure in ((names.QUEUE, _queue), (names.CONNECTION, _connection)):
        for takes in plan.waits:
            yield Case(names.wait(thing, takes), plan.long_rounds, partial(measure, ansible, account, takes))
    for how in names.HOWS:
        yield Case(names.role(how, plan.role_queues), plan.long_rounds, partial(_role, plan, ansible, account, how))


def _queue(ansible: Ansible, account: Account, takes: int) -> Sample:
    task = {"huaweicloud.dli.dli_queue": {"name": "new", "cu_count": 16}}
    run, sample = _make(ansible, account, task, {"assigning_seconds": takes})
    return _wait(run, sample, *_life_of_queue(account, "new"))


def _connection(ansible: Ansible, account: Account, takes: int) -> Sample:
    options = {"name": "new", "dest_vpc_id": VPC_ID, "dest_network_id": NETWORK_ID, "queues": ["q0001"]}
    task = {"huaweicloud.dli.dli_enhanced_connection": options}
    run, sample = _make(ansible, account, task, {"peer_seconds": takes})
    return _wait(run, sample, *_life_of_connection(account, "new"))


def _wait(run: Run, sample: Sample, begun: float, ready: float) -> Sample:
    """From when the service began until the task said that it has ended."""
    return replace(sample, seconds=run.moment_of("changed: [localhost]") - begun, needed=ready - begun)


def _role(plan: Plan, ansible: Ansible, account: Account, how: str) -> Sample:
    """The whole run, and what the slowest of all things needed until it was ready."""
    queues = [f"new{number:02}" for number in range(plan.role_queues)]
    variables = {
        "datasource_connection_name": "new",
        "datasource_connection_dest_vpc_id": VPC_ID,
        "datasource_connection_dest_network_id": NETWORK_ID,
        "datasource_connection_queues": [{"name": name, "cu_count": 16} for name in queues],
    }
    task = {"ansible.builtin.include_role": {"name": "huaweicloud.dli.datasource_connection"}, "vars": variables}
    takes = {"assigning_seconds": plan.queue_takes, "peer_seconds": plan.queue_takes * _BINDING_SHARE}
    _run, sample = _make(ansible, account, task, takes, how)
    lives = [_life_of_connection(account, "new"), *(_life_of_queue(account, name) for name in queues)]
    return replace(sample, needed=max(ready - begun for begun, ready in lives))


def _make(
    ansible: Ansible, account: Account, task: Task, takes: dict[str, float], how: str = names.FAST
) -> tuple[Run, Sample]:
    """Run a task that makes new things, where these take so long."""
    account.simulator.reset()
    account.simulator.set_knobs(**takes)
    way = account.way(_ROUND_TRIP)
    return way.watch(lambda: ansible.play([task], {**way.environment, **switched(how)}))


def _life_of_queue(account: Account, name: str) -> tuple[float, float]:
    """When it was made, and when it was ready."""
    queue = account.simulator.queues[name]
    return queue.create_time / 1000, queue.ready_at


def _life_of_connection(account: Account, name: str) -> tuple[float, float]:
    """When it was made, and when the last of its bindings became ACTIVE."""
    [connection] = [each for each in account.simulator.connections.values() if each.name == name]
    ready = max(peer.update_time for peer in connection.available_queue_info)
    return connection.create_time / 1000, ready / 1000

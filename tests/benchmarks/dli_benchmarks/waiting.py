# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases that wait for the service: how much longer than the service the collection takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from . import names
from .playbooks import DOCUMENT, Ansible, Run, Task
from .results import Sample
from .schedule import Case, Schedule
from .services import Account, Endpoint, Services
from .tasks import NETWORK_ID, VPC_ID, mode_environment

_ROUND_TRIP = max(names.LATENCIES) / 1000
# A binding takes a small part of the time that a new queue takes, as in the service.
_BINDING_SHARE = 1 / 20


def cases(schedule: Schedule, ansible: Ansible, services: Services) -> Iterator[Case]:
    account = services.account("fresh", "https")
    for resource, measure in ((names.QUEUE, _queue), (names.CONNECTION, _connection)):
        for takes in schedule.waits:
            yield Case(names.wait(resource, takes), schedule.long_rounds, partial(measure, ansible, account, takes))
    for mode in names.MODES:
        yield Case(
            names.role(mode, schedule.role_queues),
            schedule.long_rounds,
            partial(_role, schedule, ansible, account, mode),
        )
    yield Case(
        names.tenant(schedule.tenant.queues, schedule.tenant.connections),
        schedule.long_rounds,
        partial(_tenant, schedule, ansible, account),
    )


def _queue(ansible: Ansible, account: Account, takes: int) -> Sample:
    task = {"huaweicloud.dli.dli_queue": {"name": "new", "cu_count": 16}}
    run, sample = _create(ansible, account, task, {"assigning_seconds": takes})
    return _wait(run, sample, *_timestamps_of_queue(account, "new"))


def _connection(ansible: Ansible, account: Account, takes: int) -> Sample:
    options = {"name": "new", "dest_vpc_id": VPC_ID, "dest_network_id": NETWORK_ID, "queues": ["q0001"]}
    task = {"huaweicloud.dli.dli_enhanced_connection": options}
    run, sample = _create(ansible, account, task, {"peer_seconds": takes})
    return _wait(run, sample, *_timestamps_of_connection(account, "new"))


def _wait(run: Run, sample: Sample, started: float, ready: float) -> Sample:
    """The time from the start of the operation in the service to the output of the task."""
    return replace(sample, seconds=run.time_of("changed: [localhost]") - started, service_seconds=ready - started)


def _role(schedule: Schedule, ansible: Ansible, account: Account, mode: str) -> Sample:
    """The whole run, and the time until the slowest resource was ready."""
    queues = [f"new{number:02}" for number in range(schedule.role_queues)]
    variables = {
        "datasource_connection_name": "new",
        "datasource_connection_dest_vpc_id": VPC_ID,
        "datasource_connection_dest_network_id": NETWORK_ID,
        "datasource_connection_queues": [{"name": name, "cu_count": 16} for name in queues],
    }
    task = {"ansible.builtin.include_role": {"name": "huaweicloud.dli.datasource_connection"}, "vars": variables}
    _run, sample = _create(ansible, account, task, _durations(schedule), mode)
    return replace(sample, service_seconds=_slowest(account, ["new"], queues))


def _tenant(schedule: Schedule, ansible: Ansible, account: Account) -> Sample:
    """The whole run of the playbook, and the time until the slowest resource was ready."""
    queues, connections = (
        [f"new{number:02}" for number in range(1, size + 1)]
        for size in (schedule.tenant.queues, schedule.tenant.connections)
    )
    place = {"dest_vpc_id": VPC_ID, "dest_network_id": NETWORK_ID}
    variables = {
        "tenant_queues": [{"name": name, "cu_count": 16} for name in queues],
        "tenant_connections": [{"name": name, **place, "queues": [name]} for name in connections],
    }
    arguments = ("-m", "ansible", "playbook", "huaweicloud.dli.tenant", "--extra-vars", f"@{DOCUMENT}")
    endpoint = _prepared(account, _durations(schedule))
    environment = {**endpoint.environment, **mode_environment(names.FAST)}
    _run, sample = endpoint.measure(lambda: ansible.program(*arguments, environment=environment, document=variables))
    return replace(sample, service_seconds=_slowest(account, connections, queues))


def _durations(schedule: Schedule) -> dict[str, float]:
    return {"assigning_seconds": schedule.queue_takes, "peer_seconds": schedule.queue_takes * _BINDING_SHARE}


def _slowest(account: Account, connections: list[str], queues: list[str]) -> float:
    """The longest time that the service needed for one of these resources."""
    lives = [
        *(_timestamps_of_connection(account, name) for name in connections),
        *(_timestamps_of_queue(account, name) for name in queues),
    ]
    return max(ready - started for started, ready in lives)


def _create(
    ansible: Ansible, account: Account, task: Task, takes: dict[str, float], mode: str = names.FAST
) -> tuple[Run, Sample]:
    """Run a task that creates resources, with the given durations in the service."""
    endpoint = _prepared(account, takes)
    return endpoint.measure(lambda: ansible.play([task], {**endpoint.environment, **mode_environment(mode)}))


def _prepared(account: Account, takes: dict[str, float]) -> Endpoint:
    """An endpoint of the account in its initial state, with the given durations in the service."""
    account.simulator.reset()
    account.simulator.set_knobs(**takes)
    return account.endpoint(_ROUND_TRIP)


def _timestamps_of_queue(account: Account, name: str) -> tuple[float, float]:
    """When the queue was created, and when it was ready."""
    queue = account.simulator.queues[name]
    return queue.create_time / 1000, queue.ready_at


def _timestamps_of_connection(account: Account, name: str) -> tuple[float, float]:
    """When the connection was created, and when its last binding became ACTIVE."""
    [connection] = [each for each in account.simulator.connections.values() if each.name == name]
    ready = max(peer.update_time for peer in connection.available_queue_info)
    return connection.create_time / 1000, ready / 1000

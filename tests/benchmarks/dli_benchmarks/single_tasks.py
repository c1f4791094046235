# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cost of one additional task: of this collection in both modes, of Ansible, of other collections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from . import names
from .peers import PEERS
from .playbooks import Ansible, Task
from .results import Sample
from .schedule import Case, Schedule
from .services import Account, Endpoint, Services
from .tasks import mode_environment, unchanged

_ROUND_TRIP = str(Path(__file__).with_name("scripts") / "round_trip.py")


def cases(schedule: Schedule, ansible: Ansible, services: Services) -> Iterator[Case]:
    def case(name: str, task: Task, endpoint: Endpoint, mode: str = names.MODULE) -> Case:
        more = schedule.more_fast_tasks if mode == names.FAST else schedule.more_tasks
        environment = {**endpoint.environment, **mode_environment(mode)}
        return Case(name, schedule.rounds, lambda: marginal(ansible, task, more, endpoint, environment))

    account = services.account("small", "http")
    yield case(names.task(names.DEBUG), {names.DEBUG: {"msg": "Hello"}}, account.endpoint(), names.FAST)
    yield Case(names.ROUND_TRIP, schedule.rounds, lambda: _round_trip(ansible, account, schedule.more_fast_tasks))
    yield case(names.task(names.PING), {names.PING: {}}, account.endpoint())
    yield case(names.task(names.URI), {names.URI: {"url": f"{services.peers.address}/hwc/v3"}}, services.peers)
    for mode in names.MODES:
        yield case(names.task(names.QUEUE, mode), unchanged(names.QUEUE), account.endpoint(), mode)
    for mode, scheme, latency in product(names.MODES, names.SCHEMES, names.LATENCIES):
        endpoint = services.account("small", scheme).endpoint(latency / 1000)
        yield case(names.task(names.CONNECTION, mode, scheme, latency), unchanged(names.CONNECTION), endpoint, mode)
    for resource in names.RESOURCES:
        yield case(
            names.large_account(resource), unchanged(resource), services.account("large", "http").endpoint(), names.FAST
        )
    for module, options in PEERS.items():
        yield case(names.task(module), {module: options(services.peers.address)}, services.peers)


def marginal(
    ansible: Ansible,
    task: Task,
    more: int,
    endpoint: Endpoint,
    environment: Mapping[str, str],
    variables: Mapping[str, Any] | None = None,
) -> Sample:
    """Subtract a run with one task from a run with several, which removes the startup of Ansible."""

    def sample(number: int) -> Sample:
        return endpoint.sample(lambda: ansible.unchanged([task] * number, environment, variables))

    return (sample(1 + more) - sample(1)) / more


def _round_trip(ansible: Ansible, account: Account, number: int) -> Sample:
    """The minimum cost of one request on a new connection."""
    login = {key.upper(): account.simulator.ready[key] for key in ("username", "password", "domain_name")}
    run = ansible.program(_ROUND_TRIP, str(number), environment={**account.endpoint().environment, **login})
    return Sample(float(run.output), requests=1, connections=1)

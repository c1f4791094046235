# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one more task costs: ours in both ways, those of Ansible, those of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from . import names
from .peers import PEERS
from .plan import Case, Plan
from .playbooks import Ansible, Task
from .results import Sample
from .tasks import switched, unchanged
from .ways import Account, Surroundings, Way

_ROUND_TRIP = str(Path(__file__).with_name("scripts") / "round_trip.py")


def cases(plan: Plan, ansible: Ansible, around: Surroundings) -> Iterator[Case]:
    def case(name: str, task: Task, way: Way, how: str = names.MODULE) -> Case:
        more = plan.more_fast_tasks if how == names.FAST else plan.more_tasks
        environment = {**way.environment, **switched(how)}
        return Case(name, plan.rounds, lambda: _marginal(ansible, task, more, way, environment))

    account = around.account("small", "http")
    yield case(names.task(names.DEBUG), {names.DEBUG: {"msg": "Hello"}}, account.way(), names.FAST)
    yield Case(names.ROUND_TRIP, plan.rounds, lambda: _round_trip(ansible, account, plan.more_fast_tasks))
    yield case(names.task(names.PING), {names.PING: {}}, account.way())
    yield case(names.task(names.URI), {names.URI: {"url": f"{around.peers.address}/hwc/v3"}}, around.peers)
    for how in names.HOWS:
        yield case(names.task(names.QUEUE, how), unchanged(names.QUEUE), account.way(), how)
    for how, scheme, latency in product(names.HOWS, names.SCHEMES, names.LATENCIES):
        way = around.account("small", scheme).way(latency / 1000)
        yield case(names.task(names.CONNECTION, how, scheme, latency), unchanged(names.CONNECTION), way, how)
    for thing in names.THINGS:
        yield case(names.crowd(thing), unchanged(thing), around.account("large", "http").way(), names.FAST)
    for module, options in PEERS.items():
        yield case(names.task(module), {module: options(around.peers.address)}, around.peers)


def _marginal(ansible: Ansible, task: Task, more: int, way: Way, environment: Mapping[str, str]) -> Sample:
    """A run with one task is taken from a run with several, so that what Ansible does once does not count."""

    def sample(number: int) -> Sample:
        return way.sample(lambda: ansible.unchanged([task] * number, environment))

    return (sample(1 + more) - sample(1)) / more


def _round_trip(ansible: Ansible, account: Account, number: int) -> Sample:
    """What asking the service once costs anybody: a connection, and one request on it."""
    login = {key.upper(): account.simulator.ready[key] for key in ("username", "password", "domain_name")}
    run = ansible.program(_ROUND_TRIP, str(number), environment={**account.way().environment, **login})
    return Sample(float(run.output), requests=1, connections=1)

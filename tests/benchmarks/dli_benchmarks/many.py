# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What many objects cost: one task with a loop, and a script with the vendor's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from . import names
from .plan import Case, Plan
from .playbooks import Ansible
from .results import Sample
from .tasks import loop, switched
from .ways import Surroundings, Way

_SHOW_QUEUES = str(Path(__file__).with_name("scripts") / "show_queues.py")


def cases(plan: Plan, ansible: Ansible, around: Surroundings) -> Iterator[Case]:
    for scheme, latency in product(names.SCHEMES, names.LATENCIES):
        way = around.account("large", scheme).way(latency / 1000)
        for (thing, how), sizes in plan.loop_sizes.items():
            for size in sizes:
                yield _loop(plan, ansible, names.loop(thing, how, scheme, latency, size), way, thing, how, size)
        for size in plan.script_sizes:
            yield _script(plan, ansible, names.script(scheme, latency, size), way, size)


def _loop(plan: Plan, ansible: Ansible, name: str, way: Way, thing: str, how: str, size: int) -> Case:
    def measure() -> Sample:
        """What a loop adds to a play without any task."""
        environment = {**way.environment, **switched(how)}
        empty = way.sample(lambda: ansible.play([], environment))
        return way.sample(lambda: ansible.unchanged([loop(thing, size)], environment)) - empty

    return Case(name, plan.long_rounds, measure)


def _script(plan: Plan, ansible: Ansible, name: str, way: Way, size: int) -> Case:
    def measure() -> Sample:
        return way.sample(lambda: ansible.program(_SHOW_QUEUES, str(size), environment=way.environment))

    return Case(name, plan.long_rounds, measure)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases with many objects: one task with a loop, and a script with the vendor's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from . import names
from .playbooks import Ansible
from .results import Sample
from .schedule import Case, Schedule
from .services import Endpoint, Services
from .tasks import loop, mode_environment

_SHOW_QUEUES = str(Path(__file__).with_name("scripts") / "show_queues.py")


def cases(schedule: Schedule, ansible: Ansible, services: Services) -> Iterator[Case]:
    for scheme, latency in product(names.SCHEMES, names.LATENCIES):
        endpoint = services.account("large", scheme).endpoint(latency / 1000)
        for (resource, mode), sizes in schedule.loop_sizes.items():
            for size in sizes:
                yield _loop(
                    schedule, ansible, names.loop(resource, mode, scheme, latency, size), endpoint, resource, mode, size
                )
        for size in schedule.script_sizes:
            yield _script(schedule, ansible, names.script(scheme, latency, size), endpoint, size)


def _loop(
    schedule: Schedule, ansible: Ansible, name: str, endpoint: Endpoint, resource: str, mode: str, size: int
) -> Case:
    def measure() -> Sample:
        """The time that a loop adds to a play without tasks."""
        environment = {**endpoint.environment, **mode_environment(mode)}
        empty = endpoint.sample(lambda: ansible.play([], environment))
        return endpoint.sample(lambda: ansible.unchanged([loop(resource, size)], environment)) - empty

    return Case(name, schedule.long_rounds, measure)


def _script(schedule: Schedule, ansible: Ansible, name: str, endpoint: Endpoint, size: int) -> Case:
    def measure() -> Sample:
        return endpoint.sample(lambda: ansible.program(_SHOW_QUEUES, str(size), environment=endpoint.environment))

    return Case(name, schedule.long_rounds, measure)

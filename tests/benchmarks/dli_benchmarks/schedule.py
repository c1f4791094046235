# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sizes, number of rounds, and order of the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .names import CONNECTION, FAST, MODULE, QUEUE
from .results import Sample
from .tasks import Size

# The new resources of the playbook tenant.
TENANT = Size(20, 10)


@dataclass(frozen=True)
class Case:
    """Something that is measured once per round."""

    name: str
    rounds: int
    measure: Callable[[], Sample]


@dataclass(frozen=True)
class Schedule:
    """The sizes of a benchmark run; times are in seconds.

    The cost of one task is the difference of two runs that differ by ``more_tasks`` tasks. Tasks that start no process
    are so fast that it takes ``more_fast_tasks``.
    """

    rounds: int = 7
    more_tasks: int = 20
    more_fast_tasks: int = 100
    more_large_plans: int = 3
    loop_sizes: Mapping[tuple[str, str], Sequence[int]] = field(
        default_factory=lambda: {
            (QUEUE, FAST): (1, 10, 100, 1000),
            (CONNECTION, FAST): (1, 10, 100, 500),
            (QUEUE, MODULE): (1, 10, 100),
        }
    )
    script_sizes: Sequence[int] = (1, 10, 100, 1000)
    waits: Sequence[int] = (5, 20, 60)
    queue_takes: int = 60
    role_queues: int = 10
    tenant: Size = TENANT

    @property
    def long_rounds(self) -> int:
        """Number of rounds of long cases, which are less affected by noise."""
        return max(1, self.rounds // 2)


FULL = Schedule()
QUICK = Schedule(
    rounds=1,
    more_tasks=4,
    more_fast_tasks=25,
    more_large_plans=1,
    loop_sizes={(QUEUE, FAST): (1, 10), (CONNECTION, FAST): (1, 10), (QUEUE, MODULE): (1,)},
    script_sizes=(1, 10),
    waits=(2,),
    queue_takes=3,
    role_queues=2,
    tenant=Size(2, 1),
)


def interleave(cases: Sequence[Case]) -> Iterator[Case]:
    """A, B, C, A, B, C, ...: other load on the machine then affects all cases equally."""
    for number in range(max(case.rounds for case in cases)):
        yield from (case for case in cases if number < case.rounds)

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is promised of the collection's speed, and whether it holds.

What is compared was measured in the same round, so that a slow machine does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, inf
from statistics import median

from . import names
from .names import CONNECTION, FAST, MODULE, QUEUE, SCHEMES, THINGS
from .plan import FULL
from .results import Results

PAGE = 100
DEBUG_SHARE, PEERS_TIMES, URI_SHARE = 1.5, 12, 0.95
ITEM_SECONDS = 0.015
# Round trips until the answer to a first request is there: for TCP, for TLS 1.3, for the request.
ROUND_TRIPS = {"http": 2, "https": 3}
# Less of a difference may be chance.
CHANCE = 1.1
ROLE_SHARE, ROLE_SECONDS = 1.25, 5
LATE_SHARE, LATE_SECONDS = 0.1, 2


@dataclass(frozen=True)
class Check:
    """A number of each round, and what it may be at most."""

    measured: Sequence[float]
    allowed: Sequence[float]

    @property
    def used(self) -> float:
        """The part of what is allowed that it took: the median of the rounds."""
        return median(map(_part, self.measured, self.allowed))


@dataclass(frozen=True)
class Bar:
    """A promise that holds if all of its checks do. Without any, nothing of it was measured."""

    promise: str
    unit: str
    checks: Sequence[Check]

    @property
    def worst(self) -> Check | None:
        return max(self.checks, key=lambda check: check.used, default=None)

    @property
    def held(self) -> bool | None:
        return None if self.worst is None else self.worst.used <= 1


def _part(number: float, most: float) -> float:
    """A difference of two runs of which one was disturbed can be negative, and then proves nothing."""
    return number / most if number >= 0 < most else inf


def bars(results: Results) -> list[Bar]:
    return [*_tasks(results), *_latency(results), *_loops(results), *_crowd(results), *_waiting(results)]


def _seconds(results: Results, *cases: str, allowed: Callable[..., float]) -> list[Check]:
    """Whether the first case takes at most what the seconds of the other cases, in the same round, allow."""
    series = [results.series(case) for case in cases]
    if not all(series):
        return []
    return [Check(series[0], [allowed(*others) for _first, *others in zip(*series, strict=True)])]


def _count(results: Results, case: str, what: str, most: float) -> list[Check]:
    """Whether a count is never above a number; what happens in one round of several counts."""
    counts = results.series(case, what)
    return [Check([max(counts)], [most])] if counts else []


def _tasks(results: Results) -> list[Bar]:
    fast, module = (names.task(QUEUE, how) for how in (FAST, MODULE))
    debug, uri = names.task(names.DEBUG), names.task(names.URI)
    return [
        Bar(
            f"A dli_queue that changes nothing takes at most {DEBUG_SHARE:g} times as long as {names.DEBUG}, "
            "and one round trip",
            "ms",
            _seconds(results, fast, debug, names.ROUND_TRIP, allowed=lambda floor, trip: DEBUG_SHARE * floor + trip),
        ),
        Bar(
            f"It takes at most 1/{PEERS_TIMES} of the time of the fastest module of the other collections",
            "ms",
            _seconds(results, fast, *map(names.task, names.PEERS), allowed=lambda *peers: min(peers) / PEERS_TIMES),
        ),
        Bar(
            f"As a module in a process of its own it takes at most {URI_SHARE:g} times as long as {names.URI}",
            "ms",
            _seconds(results, module, uri, allowed=lambda floor: URI_SHARE * floor),
        ),
    ]


def _latency(results: Results) -> list[Bar]:
    near, far = min(names.LATENCIES), max(names.LATENCIES)
    requests: list[Check] = []
    times: list[Check] = []
    for scheme in SCHEMES:
        case, floor = (names.task(CONNECTION, FAST, scheme, latency) for latency in (far, near))
        trips = ROUND_TRIPS[scheme] * (far - near) / 1000
        requests += _count(results, case, "requests", 1)
        times += _seconds(results, case, floor, allowed=lambda near, trips=trips: near + CHANCE * trips)
    what = f"A dli_enhanced_connection that changes nothing, {far} ms away,"
    return [
        Bar(f"{what} costs one request", "", requests),
        Bar(f"{what} takes no more than setting up the connection and one round trip", "ms", times),
    ]


def _loops(results: Results) -> list[Bar]:
    return [each for thing in THINGS for each in _loop(results, thing, max(FULL.loop_sizes[thing, FAST]))]


def _loop(results: Results, thing: str, size: int) -> list[Bar]:
    cases = [names.loop(thing, FAST, scheme, ms, size) for scheme, ms in product(SCHEMES, names.LATENCIES)]
    # Every account has a preset queue besides.
    most = 1 + ceil((size + (thing == QUEUE)) / PAGE)

    def counted(what: str, most: float) -> list[Check]:
        return [check for case in cases for check in _count(results, case, what, most)]

    items = [[seconds / size for seconds in results.series(case)] for case in cases]
    times = [Check(seconds, [ITEM_SECONDS] * len(seconds)) for seconds in items if seconds]
    return [
        Bar(
            f"An item of a loop over {size} {thing}s that changes nothing takes at most {ITEM_SECONDS * 1000:g} ms, "
            "near and far",
            "ms",
            times,
        ),
        Bar("All of that loop goes over one connection", "", counted("connections", 1)),
        Bar(f"It costs at most {most} requests: one, and one for each page of the list", "", counted("requests", most)),
    ]


def _crowd(results: Results) -> list[Bar]:
    checks = [
        check
        for thing in THINGS
        for check in _seconds(results, names.crowd(thing), names.task(thing), allowed=lambda alone: CHANCE * alone)
    ]
    return [Bar("A single task takes no longer if the account holds 1000 queues", "ms", checks)]


def _waiting(results: Results) -> list[Bar]:
    role = [
        Check([sample.seconds for sample in samples], [ROLE_SHARE * s.needed + ROLE_SECONDS for s in samples])
        for samples in [results.samples.get(names.role(FAST, FULL.role_queues), [])]
        if samples
    ]
    waits = [
        Check(
            [sample.seconds - sample.needed for sample in samples],
            [max(LATE_SECONDS, LATE_SHARE * sample.seconds) for sample in samples],
        )
        for thing, takes in product(THINGS, FULL.waits)
        for samples in [results.samples.get(names.wait(thing, takes), [])]
        if samples
    ]
    return [
        Bar(
            f"The role, with {FULL.role_queues} new queues, takes at most {ROLE_SHARE:g} times as long as the slowest "
            f"of them, and {ROLE_SECONDS} s",
            "s",
            role,
        ),
        Bar(
            f"A wait ends at most {LATE_SECONDS} s, or {LATE_SHARE:.0%} of the time waited, after the service is ready",
            "s",
            waits,
        ),
    ]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performance targets of the collection, and whether the results meet them.

Only samples of the same round are compared, so that the speed of the machine does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, inf
from statistics import median

from . import names
from .names import CONNECTION, FAST, MODULE, QUEUE, RESOURCES, SCHEMES
from .results import Results
from .schedule import FULL

PAGE = 100
DEBUG_SHARE, PEERS_TIMES, URI_SHARE = 1.5, 12, 0.95
ITEM_SECONDS = 0.015
# Round trips until the first response arrives: TCP, TLS 1.3, the request.
ROUND_TRIPS = {"http": 2, "https": 3}
# A smaller difference is noise.
NOISE = 1.1
ROLE_SHARE, ROLE_SECONDS = 1.25, 5
LATE_SHARE, LATE_SECONDS = 0.1, 2
PLAN_TIMES, PLAN_SECONDS, LARGE_PLAN_TIMES = 1.5, 0.03, 5
# TCP, TLS 1.3, and two responses.
PLAN_ROUND_TRIPS = 4
PLAN_MEMORY = 150


@dataclass(frozen=True)
class Check:
    """One number per round, and its upper limit."""

    measured: Sequence[float]
    limits: Sequence[float]

    @property
    def used(self) -> float:
        """Measured value as a share of the limit: the median over the rounds."""
        return median(map(_share, self.measured, self.limits))


@dataclass(frozen=True)
class Target:
    """A target is met if all its checks are within their limits. Without checks it was not measured."""

    description: str
    unit: str
    checks: Sequence[Check]

    @property
    def worst(self) -> Check | None:
        return max(self.checks, key=lambda check: check.used, default=None)

    @property
    def met(self) -> bool | None:
        return None if self.worst is None else self.worst.used <= 1


def _share(number: float, most: float) -> float:
    """A negative number is the difference of two runs of which one was disturbed. It must not meet a target."""
    return number / most if number >= 0 < most else inf


def targets(results: Results) -> list[Target]:
    kinds = (_tasks, _latency, _plans, _loops, _large_account, _waiting)
    return [target for kind in kinds for target in kind(results)]


def _seconds(results: Results, *cases: str, limits: Callable[..., float]) -> list[Check]:
    """Check the seconds of the first case against a limit computed from the other cases of the same round."""
    series = [results.series(case) for case in cases]
    if not all(series):
        return []
    return [Check(series[0], [limits(*others) for _first, *others in zip(*series, strict=True)])]


def _count(results: Results, case: str, what: str, most: float) -> list[Check]:
    """Check the highest count of all rounds against a limit."""
    counts = results.series(case, what)
    return [Check([max(counts)], [most])] if counts else []


def _tasks(results: Results) -> list[Target]:
    fast, module = (names.task(QUEUE, mode) for mode in (FAST, MODULE))
    debug, uri = names.task(names.DEBUG), names.task(names.URI)
    return [
        Target(
            f"dli_queue without changes: at most {DEBUG_SHARE:g} times the time of {names.DEBUG}, plus one round trip",
            "ms",
            _seconds(results, fast, debug, names.ROUND_TRIP, limits=lambda floor, trip: DEBUG_SHARE * floor + trip),
        ),
        Target(
            f"dli_queue without changes: at most 1/{PEERS_TIMES} of the time of the fastest measured peer module",
            "ms",
            _seconds(results, fast, *map(names.task, names.PEERS), limits=lambda *peers: min(peers) / PEERS_TIMES),
        ),
        Target(
            f"dli_queue as a regular module: at most {URI_SHARE:g} times the time of {names.URI}",
            "ms",
            _seconds(results, module, uri, limits=lambda floor: URI_SHARE * floor),
        ),
    ]


def _latency(results: Results) -> list[Target]:
    near, far = min(names.LATENCIES), max(names.LATENCIES)
    requests: list[Check] = []
    times: list[Check] = []
    for scheme in SCHEMES:
        case, floor = (names.task(CONNECTION, FAST, scheme, latency) for latency in (far, near))
        trips = ROUND_TRIPS[scheme] * (far - near) / 1000
        requests += _count(results, case, "requests", 1)
        times += _seconds(results, case, floor, limits=lambda near, trips=trips: near + NOISE * trips)
    what = f"dli_enhanced_connection without changes, {far} ms latency:"
    return [
        Target(f"{what} one request", "", requests),
        Target(f"{what} no more than the connection setup and one round trip", "ms", times),
    ]


def _plans(results: Results) -> list[Target]:
    far = max(names.LATENCIES)
    task, debug = names.beside_plan(QUEUE), names.beside_plan(names.DEBUG)
    setup = PLAN_ROUND_TRIPS * far / 1000 + PLAN_SECONDS
    # Every account also has a preset queue.
    pages = sum(ceil(number / PAGE) for number in (1001, 500, 50))
    what = f"dli_plan_info, HTTPS, {far} ms latency"
    large = "dli_plan_info of 1000 queues, 500 connections and 50 pools"
    return [
        Target(
            f"{what}, 20 queues and 20 connections: at most {PLAN_TIMES:g} times the time of dli_queue",
            "ms",
            _seconds(results, names.PLAN, task, limits=lambda one: PLAN_TIMES * one),
        ),
        Target(
            f"{what}, 20 connections: no more than {names.DEBUG}, the connection setup, two round trips and "
            f"{PLAN_SECONDS * 1000:g} ms",
            "ms",
            _seconds(results, names.PLAN_OF_CONNECTIONS, debug, limits=lambda floor: floor + setup),
        ),
        Target(
            f"{large}: at most {LARGE_PLAN_TIMES} times the time of 20 queues and 20 connections",
            "ms",
            _seconds(results, names.LARGE_PLAN, names.PLAN, limits=lambda small: LARGE_PLAN_TIMES * small),
        ),
        Target(
            f"{large}: at most {pages} requests, one per page of each list",
            "",
            _count(results, names.LARGE_PLAN, "requests", pages),
        ),
        Target(
            f"{large}: at most {PLAN_MEMORY} MB of memory",
            "MB",
            _count(results, names.PLAN_MEMORY, "memory", PLAN_MEMORY),
        ),
    ]


def _loops(results: Results) -> list[Target]:
    return [each for resource in RESOURCES for each in _loop(results, resource, max(FULL.loop_sizes[resource, FAST]))]


def _loop(results: Results, resource: str, size: int) -> list[Target]:
    cases = [names.loop(resource, FAST, scheme, ms, size) for scheme, ms in product(SCHEMES, names.LATENCIES)]
    # Every account also has a preset queue.
    most = 1 + ceil((size + (resource == QUEUE)) / PAGE)

    def counted(what: str, most: float) -> list[Check]:
        return [check for case in cases for check in _count(results, case, what, most)]

    items = [[seconds / size for seconds in results.series(case)] for case in cases]
    times = [Check(seconds, [ITEM_SECONDS] * len(seconds)) for seconds in items if seconds]
    return [
        Target(
            f"Loop over {size} {resource}s without changes: at most {ITEM_SECONDS * 1000:g} ms per item at any latency",
            "ms",
            times,
        ),
        Target(f"Loop over {size} {resource}s: one TCP connection", "", counted("connections", 1)),
        Target(
            f"Loop over {size} {resource}s: at most {most} requests, one plus one per page of the list",
            "",
            counted("requests", most),
        ),
    ]


def _large_account(results: Results) -> list[Target]:
    checks = [
        check
        for resource in RESOURCES
        for check in _seconds(
            results, names.large_account(resource), names.task(resource), limits=lambda alone: NOISE * alone
        )
    ]
    return [Target("A single task takes no longer in an account with 1000 queues", "ms", checks)]


def _waiting(results: Results) -> list[Target]:
    role = names.role(FAST, FULL.role_queues)
    tenant = names.tenant(FULL.tenant.queues, FULL.tenant.connections)
    waits = [
        Check(
            [sample.seconds - sample.service_seconds for sample in samples],
            [max(LATE_SECONDS, LATE_SHARE * sample.seconds) for sample in samples],
        )
        for resource, takes in product(RESOURCES, FULL.waits)
        for samples in [results.samples.get(names.wait(resource, takes), [])]
        if samples
    ]
    return [
        Target(
            f"Role with {FULL.role_queues} new queues: at most {ROLE_SHARE:g} times the time of the slowest queue, "
            f"plus {ROLE_SECONDS} s",
            "s",
            _in_parallel(results, role),
        ),
        Target(
            f"Playbook tenant with {FULL.tenant.queues} new queues and {FULL.tenant.connections} connections: "
            f"at most {ROLE_SHARE:g} times the time of the slowest, plus {ROLE_SECONDS} s",
            "s",
            _in_parallel(results, tenant),
        ),
        Target(
            f"A wait ends within {LATE_SECONDS} s, or {LATE_SHARE:.0%} of the waiting time, after the service is ready",
            "s",
            waits,
        ),
    ]


def _in_parallel(results: Results, case: str) -> list[Check]:
    """Check the seconds of a run against those that the service needed for the slowest resource."""
    samples = results.samples.get(case)
    if not samples:
        return []
    limits = [ROLE_SHARE * sample.service_seconds + ROLE_SECONDS for sample in samples]
    return [Check([sample.seconds for sample in samples], limits)]

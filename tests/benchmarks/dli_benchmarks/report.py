# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from statistics import median

from . import names
from .names import CONNECTION, FAST, MODES, MODULE, QUEUE, SCHEMES
from .results import Results
from .schedule import FULL
from .tables import Table
from .targets import Target, targets

MODULES = {QUEUE: "dli_queue", CONNECTION: "dli_enhanced_connection"}
WAITS = {
    QUEUE: "dli_queue, until a new queue is ready",
    CONNECTION: "dli_enhanced_connection, until a binding is active",
}
MODE_LABELS = {FAST: "fast path", MODULE: "regular module"}
SIZES = (1, 10, 100, 500, 1000)
FAR = max(names.LATENCIES)
NOTHING = "-"
UNITS: dict[str, Callable[[float], str]] = {
    "": lambda number: f"{number:g}",
    "ms": lambda seconds: f"{seconds * 1000:.1f} ms",
    "s": lambda seconds: f"{seconds:.1f} s",
    "MB": lambda size: f"{size:.0f} MB",
}


def tables(results: Results, *, unmeasured: bool = True) -> list[Table]:
    """All tables. Cases that were not measured are left out, in the table of targets unless ``unmeasured``."""
    others = (make(results) for make in (_single, _latency, _plans, _many, _waiting))
    return [target_table(results, unmeasured=unmeasured), *(table for table in others if table.rows)]


def target_table(results: Results, *, unmeasured: bool) -> Table:
    shown = [each for each in targets(results) if unmeasured or each.checks]
    rows = [[each.description, *_verdict(each)] for each in shown]
    return Table("Performance targets", ["Target", "measured", "limit", "met"], rows)


def summary(results: Results) -> Table:
    """The most important results."""
    size = max(SIZES)
    peer = min(names.PEERS, key=lambda peer: results.median(names.task(peer)) or 0.0)
    rows = [
        ["`dli_queue` without changes", _ms(results, names.task(QUEUE))],
        [f"`{names.DEBUG}`", _ms(results, names.task(names.DEBUG))],
        [f"`{names.URI}`, one GET", _ms(results, names.task(names.URI))],
        [
            f"`{peer}`, the fastest of {len(names.PEERS)} measured modules of other collections",
            _ms(results, names.task(peer)),
        ],
        [
            f"`dli_queue` in a loop over {size} queues without changes, HTTPS, {FAR} ms latency",
            _s(results, names.loop(QUEUE, FAST, "https", FAR, size)),
        ],
        ["Script with the vendor's SDK that reads the same queues", _s(results, names.script("https", FAR, size))],
    ]
    return Table("Summary", ["", "time"], rows)


def _single(results: Results) -> Table:
    cases = [(name, names.task(name)) for name in names.FLOORS]
    cases += [
        (f"{MODULES[resource]}, {MODE_LABELS[mode]}", names.task(resource, mode))
        for resource, mode in product(MODULES, MODES)
    ]
    cases += [(f"{peer} {results.about.get(peer, '')}".strip(), names.task(peer)) for peer in names.PEERS]
    cases += [("for comparison: one request on a new connection", names.ROUND_TRIP)]
    rows = [
        [label, _ms(results, case), _times(results, case), *_counts(results, case, "requests", "connections")]
        for label, case in cases
        if case in results.samples
    ]
    head = ["Task", "time", "relative to dli_queue", "requests", "connections"]
    return Table("One additional task without changes, HTTP, no latency", head, rows)


def _latency(results: Results) -> Table:
    rows = [
        [
            f"{MODULES[CONNECTION]}, {MODE_LABELS[mode]}, {scheme.upper()}",
            *(_ms(results, names.task(CONNECTION, mode, scheme, latency)) for latency in names.LATENCIES),
            *_counts(results, names.task(CONNECTION, mode, scheme, FAR), "requests", "connections", "handshakes"),
        ]
        for mode, scheme in product(MODES, SCHEMES)
        if names.task(CONNECTION, mode, scheme, FAR) in results.samples
    ]
    head = [
        "Task",
        *(f"{latency} ms latency" for latency in names.LATENCIES),
        "requests",
        "connections",
        "TLS handshakes",
    ]
    return Table("One additional task without changes, by latency", head, rows)


def _plans(results: Results) -> Table:
    cases = {
        names.DEBUG: names.beside_plan(names.DEBUG),
        MODULES[QUEUE]: names.beside_plan(QUEUE),
        "dli_plan_info, 20 connections": names.PLAN_OF_CONNECTIONS,
        "dli_plan_info, 20 queues and 20 connections": names.PLAN,
        "dli_plan_info, 1000 queues, 500 connections and 50 pools": names.LARGE_PLAN,
    }
    rows = [
        [label, _ms(results, case), *_counts(results, case, "requests", "connections")]
        for label, case in cases.items()
        if case in results.samples
    ]
    return Table(f"A plan without changes, HTTPS, {FAR} ms latency", ["Task", "time", "requests", "connections"], rows)


def _many(results: Results) -> Table:
    def row(label: str, name: Callable[[int], str]) -> Iterator[list[str]]:
        """Seconds for each number of objects; the counts belong to the largest number."""
        sizes = [size for size in SIZES if name(size) in results.samples]
        if sizes:
            counts = _counts(results, name(sizes[-1]), "requests", "connections")
            yield [label, *(_s(results, name(size)) for size in SIZES), *counts]

    rows: list[list[str]] = []
    for scheme, latency in product(SCHEMES, names.LATENCIES):
        where = f"{scheme.upper()}, {latency} ms latency"
        for resource, mode in FULL.loop_sizes:
            name = partial(names.loop, resource, mode, scheme, latency)
            rows += row(f"loop of {MODULES[resource]}, {MODE_LABELS[mode]}, {where}", name)
        rows += row(f"script with the vendor's SDK, {where}", partial(names.script, scheme, latency))
    head = ["Case", *(f"{size} {'object' if size == 1 else 'objects'}" for size in SIZES), "requests", "connections"]
    return Table("Many objects without changes", head, rows)


def _waiting(results: Results) -> Table:
    rows = []
    for case, label in _waits(results):
        samples = sorted(results.samples[case], key=lambda sample: sample.seconds - sample.service_seconds)
        typical = samples[len(samples) // 2]
        times = (typical.service_seconds, typical.seconds, typical.seconds - typical.service_seconds)
        rows.append([label, *(f"{seconds:.1f} s" for seconds in times)])
    head = ["Case", "service time", "total time", "delay"]
    return Table(f"Waiting for the service, HTTPS, {FAR} ms latency", head, rows)


def _waits(results: Results) -> Iterator[tuple[str, str]]:
    for case in results.samples:
        kind, *rest = case.split(".")
        if kind == "wait":
            yield case, WAITS[rest[0]]
        elif kind == "role":
            yield case, f"role with {rest[1]} new queues and a connection, {MODE_LABELS[rest[0]]}"
        elif kind == "tenant":
            yield (
                case,
                f"playbook tenant with {rest[0]} new queues and {rest[1]} connections, {MODE_LABELS[names.FAST]}",
            )


def _verdict(each: Target) -> list[str]:
    worst = each.worst
    if worst is None:
        return [NOTHING, NOTHING, "not measured"]
    numbers = (median(worst.measured), median(worst.limits))
    return [*(UNITS[each.unit](number) for number in numbers), "yes" if each.met else "NO"]


def _ms(results: Results, case: str) -> str:
    seconds = results.median(case)
    return NOTHING if seconds is None else f"{seconds * 1000:.0f} ms"


def _s(results: Results, case: str) -> str:
    seconds = results.median(case)
    return NOTHING if seconds is None else f"{seconds:.2f} s"


def _times(results: Results, case: str) -> str:
    ours, theirs = results.median(names.task(QUEUE)), results.median(case)
    return NOTHING if not ours or theirs is None else f"{theirs / ours:.1f}"


def _counts(results: Results, case: str, *names: str) -> list[str]:
    counts = (results.median(case, name) for name in names)
    return [NOTHING if count is None else f"{count:g}" for count in counts]

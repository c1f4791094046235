# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from statistics import median

from . import names
from .bars import Bar, bars
from .names import CONNECTION, FAST, HOWS, MODULE, QUEUE, SCHEMES
from .plan import FULL
from .results import Results
from .tables import Table

MODULES = {QUEUE: "dli_queue", CONNECTION: "dli_enhanced_connection"}
WAITS = {QUEUE: "dli_queue, until a new queue is ready", CONNECTION: "dli_enhanced_connection, until a binding works"}
WAYS = {FAST: "inside of Ansible", MODULE: "as a module"}
SIZES = (1, 10, 100, 500, 1000)
NEAR, FAR = min(names.LATENCIES), max(names.LATENCIES)
NOTHING = "-"
UNITS: dict[str, Callable[[float], str]] = {
    "": lambda number: f"{number:g}",
    "ms": lambda seconds: f"{seconds * 1000:.1f} ms",
    "s": lambda seconds: f"{seconds:.1f} s",
}


def tables(results: Results) -> list[Table]:
    """What was not measured is left out, save where it was promised."""
    others = (make(results) for make in (_single, _latency, _many, _waiting))
    return [promises(results), *(table for table in others if table.rows)]


def promises(results: Results) -> Table:
    rows = [[each.promise, *_verdict(each)] for each in bars(results)]
    return Table("What is promised", ["Promise", "measured", "at most", "held"], rows)


def summary(results: Results) -> Table:
    """What a reader wants to know first."""
    size = max(SIZES)
    peer = min(names.PEERS, key=lambda peer: results.median(names.task(peer)) or 0.0)
    rows = [
        ["A `dli_queue` that changes nothing", _ms(results, names.task(QUEUE))],
        [f"`{names.DEBUG}`, which does nothing", _ms(results, names.task(names.DEBUG))],
        [f"`{names.URI}`, one GET", _ms(results, names.task(names.URI))],
        [f"`{peer}`, the fastest of {len(names.PEERS)} modules of other collections", _ms(results, names.task(peer))],
        [
            f"A loop of `dli_queue` over {size} queues, over TLS, {FAR} ms away",
            _s(results, names.loop(QUEUE, FAST, "https", FAR, size)),
        ],
        ["A script that shows them with the vendor's SDK", _s(results, names.script("https", FAR, size))],
    ]
    return Table("In short", ["", "takes"], rows)


def _single(results: Results) -> Table:
    cases = [(name, names.task(name)) for name in names.FLOORS]
    cases += [(f"{MODULES[thing]}, {WAYS[how]}", names.task(thing, how)) for thing, how in product(MODULES, HOWS)]
    cases += [(f"{peer} {results.about.get(peer, '')}".strip(), names.task(peer)) for peer in names.PEERS]
    cases += [("for comparison: a request on a new connection", names.ROUND_TRIP)]
    rows = [
        [label, _ms(results, case), _times(results, case), *_counts(results, case, "requests", "connections")]
        for label, case in cases
        if case in results.samples
    ]
    head = ["Task", "takes", "times dli_queue", "requests", "connections"]
    return Table("One more task that changes nothing, over HTTP, without latency", head, rows)


def _latency(results: Results) -> Table:
    rows = [
        [
            f"{MODULES[CONNECTION]}, {WAYS[how]}, {scheme.upper()}",
            *(_ms(results, names.task(CONNECTION, how, scheme, latency)) for latency in names.LATENCIES),
            *_counts(results, names.task(CONNECTION, how, scheme, FAR), "requests", "connections", "handshakes"),
        ]
        for how, scheme in product(HOWS, SCHEMES)
        if names.task(CONNECTION, how, scheme, FAR) in results.samples
    ]
    head = ["Task", *(f"{latency} ms away" for latency in names.LATENCIES), "requests", "connections", "TLS handshakes"]
    return Table("One more task that changes nothing, near and far", head, rows)


def _many(results: Results) -> Table:
    def row(label: str, name: Callable[[int], str]) -> Iterator[list[str]]:
        """The seconds for each number of objects; what is counted is told of the largest."""
        sizes = [size for size in SIZES if name(size) in results.samples]
        if sizes:
            counts = _counts(results, name(sizes[-1]), "requests", "connections")
            yield [label, *(_s(results, name(size)) for size in SIZES), *counts]

    rows: list[list[str]] = []
    for scheme, latency in product(SCHEMES, names.LATENCIES):
        where = f"{scheme.upper()}, {latency} ms away"
        for thing, how in FULL.loop_sizes:
            name = partial(names.loop, thing, how, scheme, latency)
            rows += row(f"loop of {MODULES[thing]}, {WAYS[how]}, {where}", name)
        rows += row(f"script with the vendor's SDK, {where}", partial(names.script, scheme, latency))
    head = ["What", *(f"{size} objects" for size in SIZES), "requests", "connections"]
    return Table("Many objects of which none is changed", head, rows)


def _waiting(results: Results) -> Table:
    rows = []
    for case, label in _waits(results):
        samples = sorted(results.samples[case], key=lambda sample: sample.seconds - sample.needed)
        typical = samples[len(samples) // 2]
        times = (typical.needed, typical.seconds, typical.seconds - typical.needed)
        rows.append([label, *(f"{seconds:.1f} s" for seconds in times)])
    head = ["What", "service needed", "ended after", "later by"]
    return Table(f"Waiting for what the service makes, over HTTPS, {FAR} ms away", head, rows)


def _waits(results: Results) -> Iterator[tuple[str, str]]:
    for case in results.samples:
        kind, *rest = case.split(".")
        if kind == "wait":
            yield case, WAITS[rest[0]]
        elif kind == "role":
            yield case, f"role with {rest[1]} new queues and a connection, {WAYS[rest[0]]}"


def _verdict(each: Bar) -> list[str]:
    worst = each.worst
    if worst is None:
        return [NOTHING, NOTHING, "not measured"]
    numbers = (median(worst.measured), median(worst.allowed))
    return [*(UNITS[each.unit](number) for number in numbers), "yes" if each.held else "NO"]


def _ms(results: Results, case: str) -> str:
    seconds = results.median(case)
    return NOTHING if seconds is None else f"{seconds * 1000:.0f} ms"


def _s(results: Results, case: str) -> str:
    seconds = results.median(case)
    return NOTHING if seconds is None else f"{seconds:.2f} s"


def _times(results: Results, case: str) -> str:
    ours, theirs = results.median(names.task(QUEUE)), results.median(case)
    return NOTHING if not ours or theirs is None else f"{theirs / ours:.1f}"


def _counts(results: Results, case: str, *whats: str) -> list[str]:
    counts = (results.median(case, what) for what in whats)
    return [NOTHING if count is None else f"{count:g}" for count in counts]

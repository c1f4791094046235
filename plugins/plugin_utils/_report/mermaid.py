# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A topology as a Mermaid flowchart, which wikis and code hosts draw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...module_utils._core.texts import printable
from . import states
from .text_topology import heading
from .topology import POOL, topology

if TYPE_CHECKING:
    from .readings import Reading
    from .states import State
    from .topology import Compute, Connection, Subnet, Topology, Vpc

# Everything else in ASCII can have a meaning in Mermaid: quotes, brackets, comments and directives (%%), entities (#),
# Markdown (`), and colons in the lines that it takes for styles.
SPECIAL = re.compile(r"[\x00-\x7f](?<![A-Za-z0-9 _.,/()-])")
# Colours of the borders, readable on light and dark pages. The label names the state as well.
COLOURS = {
    "ok": "#2da44e",
    "undeclared": "#8250df",
    "missing": "#0969da",
    "changing": "#1b7c83",
    "drifted": "#bf8700",
    "unreadable": "#6e7781",
    "blocked": "#bf3989",
    "broken": "#cf222e",
}


def flowchart(readings: Sequence[Reading]) -> str:
    lines = ["flowchart LR", *_styles()]
    for number, reading in enumerate(readings):
        lines += _Chart(f"r{number}", reading, len(readings) > 1).lines()
    return "\n".join(lines) + "\n"


def label(value: str) -> str:
    """A text as a quoted label; special characters become entities of Mermaid, such as #quot; in numbers."""
    return '"' + SPECIAL.sub(lambda found: f"#{ord(found[0])};", printable(value)) + '"'


def _styles() -> Iterator[str]:
    for state in states.STATES:
        dashes = ",stroke-dasharray:4 3" if state in (states.MISSING, states.CHANGING) else ""
        yield f"  classDef {state.key} stroke:{COLOURS[state.key]},stroke-width:2px{dashes}"


class _Chart:
    """The part of one reading. IDs are numbers, so that no name can be taken for a keyword."""

    def __init__(self, prefix: str, reading: Reading, named: bool) -> None:
        self._prefix, self._reading, self._named = prefix, reading, named
        self._ids: dict[int, str] = {}

    def _id(self, thing: object) -> str:
        return self._ids.setdefault(id(thing), f"{self._prefix}n{len(self._ids)}")

    def lines(self) -> Iterator[str]:
        found = topology(self._reading)
        yield f"  subgraph {self._prefix} [{label(heading(self._reading, self._named))}]"
        if self._reading.plan is None:
            yield f"    {self._prefix}error[{label(f'Error. {self._reading.message}')}]"
        for compute in found.computes:
            yield from self._compute(compute)
        for vpc in found.vpcs:
            yield from self._vpc(vpc)
        yield "  end"
        yield from self._links(found)

    def _compute(self, compute: Compute) -> Iterator[str]:
        if compute.kind != POOL:
            yield f"    {self._node(compute, 'queue', compute.name, compute.state, compute.cidr)}"
            return
        facts = " ".join(filter(None, ["pool", compute.name, _word(compute.state), compute.cidr]))
        yield f"    subgraph {self._id(compute)} [{label(facts)}]"
        for queue in compute.queues:
            yield f"      {self._node(queue, 'queue', queue.name, queue.state, None)}"
        if not compute.queues:
            # Mermaid does not draw an empty subgraph as one.
            yield f"      {self._id(compute)}empty[{label('no queues')}]"
        yield "    end"
        yield f"    class {self._id(compute)} {compute.state.key}"

    def _vpc(self, vpc: Vpc) -> Iterator[str]:
        yield f"    subgraph {self._id(vpc)} [{label(_network('VPC', vpc))}]"
        for subnet in vpc.subnets:
            yield f"      subgraph {self._id(subnet)} [{label(_network('subnet', subnet))}]"
            for connection in subnet.connections:
                yield f"        {self._node(connection, 'connection', connection.name, connection.state, None)}"
            yield "      end"
        yield "    end"

    def _node(self, thing: Compute | Connection, kind: str, name: str, state: State, cidr: str | None) -> str:
        text = " ".join(filter(None, [kind, name, _word(state), cidr]))
        return f"{self._id(thing)}[{label(text)}]:::{state.key}"

    def _links(self, found: Topology) -> Iterator[str]:
        for vpc in found.vpcs:
            for connection in vpc.connections:
                for link in connection.links:
                    arrow = "---" if link.state is states.OK else "-.-"
                    status = "" if link.state is states.OK else f"|{label(link.status)}|"
                    yield f"  {self._id(link.compute)} {arrow}{status} {self._id(connection)}"
        for overlap in found.overlaps:
            if overlap.other is not None:
                text = label("CIDR blocks overlap")
                yield f"  {self._id(overlap.compute)} x-.-x|{text}| {self._id(overlap.other)}"


def _word(state: State) -> str | None:
    return None if state is states.OK else f"({state.label})"


def _network(kind: str, network: Vpc | Subnet) -> str:
    return " ".join(filter(None, [kind, network.name or network.id, network.cidr]))

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Positions of everything in the picture of a topology.

Pools and queues stand on the left, VPCs with their subnets and connections on the right, and bindings are lines between
them. The height grows with the number of connections and the width does not, so that labels never overlap and the page
scrolls in one direction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .topology import Compute, Connection, Link, Subnet, Topology, Vpc

# In units of the picture, which are pixels on a wide screen.
WIDTH = 1120.0
LEFT, LEFT_WIDTH = 8.0, 370.0
RIGHT, RIGHT_WIDTH = 632.0, 480.0
TOP, GAP, PADDING = 8.0, 14.0, 8.0
HEADER, ROW = 44.0, 24.0
# Width of a character of the monospaced font, as a part of its size; fonts differ by a few percent.
CHARACTER = 0.63
# Sweeps that order both sides. More change nothing that can be seen.
SWEEPS = 4


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass
class Layout:
    """The boxes of everything, and the lines from a queue or pool to a connection."""

    height: float = 0.0
    computes: list[tuple[Compute, Box]] = field(default_factory=list)
    queues: list[tuple[Compute, Box]] = field(default_factory=list)
    vpcs: list[tuple[Vpc, Box]] = field(default_factory=list)
    subnets: list[tuple[Subnet, Box]] = field(default_factory=list)
    connections: list[tuple[Connection, Box]] = field(default_factory=list)
    lines: list[tuple[Link, Connection, Box, Box]] = field(default_factory=list)


def layout(topology: Topology) -> Layout:
    laid_out = Layout()
    computes = _ordered(topology)
    bottom = _place_vpcs(topology.vpcs, laid_out)
    boxes = {id(connection): box for connection, box in laid_out.connections}
    linked: dict[int, list[float]] = {}
    for connection, box in laid_out.connections:
        for link in connection.links:
            linked.setdefault(id(_top(link, computes)), []).append(box.middle)
    anchors = _place_computes(computes, linked, laid_out)
    left_bottom = max((box.y + box.height for _compute, box in laid_out.computes), default=0.0)
    laid_out.height = max(bottom, left_bottom) + TOP
    for connection, _box in laid_out.connections:
        for link in connection.links:
            laid_out.lines.append((link, connection, anchors[id(link.compute)], boxes[id(connection)]))
    return laid_out


def _top(link: Link, computes: Iterable[Compute]) -> Compute:
    """The box on the left in which the queue or pool of a link is."""
    if not link.compute.pool:
        return link.compute
    return next(each for each in computes if link.compute in each.queues)


def _ordered(topology: Topology) -> list[Compute]:
    """The boxes on the left in an order with few crossings; sorts the connections of each subnet as well."""
    tops = {id(queue): pool for pool in topology.computes for queue in pool.queues}
    computes = list(topology.computes)
    for _sweep in range(SWEEPS):
        places = {id(compute): place for place, compute in enumerate(computes)}
        for vpc in topology.vpcs:
            for subnet in vpc.subnets:
                subnet.connections.sort(
                    key=lambda each: (
                        _mean([places[id(tops.get(id(link.compute), link.compute))] for link in each.links]),
                        each.name,
                    )
                )
        reached: dict[int, list[int]] = {}
        every = (connection for vpc in topology.vpcs for connection in vpc.connections)
        for place, connection in enumerate(every):
            for link in connection.links:
                reached.setdefault(id(tops.get(id(link.compute), link.compute)), []).append(place)
        computes.sort(key=lambda each: (_mean(reached.get(id(each), [])), each.kind, each.name))
    return computes


def _mean(values: Sequence[float]) -> float:
    """The mean; boxes without links come last."""
    return sum(values) / len(values) if values else float("inf")


def _place_vpcs(vpcs: Iterable[Vpc], laid_out: Layout) -> float:
    """Place the right side from top to bottom; returns where it ends."""
    y = TOP
    for vpc in vpcs:
        top, y = y, y + HEADER
        for subnet in vpc.subnets:
            height = HEADER + ROW * len(subnet.connections) + PADDING
            box = Box(RIGHT + PADDING, y, RIGHT_WIDTH - 2 * PADDING, height)
            laid_out.subnets.append((subnet, box))
            for number, connection in enumerate(subnet.connections):
                row = Box(box.x + PADDING, y + HEADER + number * ROW, box.width - 2 * PADDING, ROW)
                laid_out.connections.append((connection, row))
            y += height + PADDING
        laid_out.vpcs.append((vpc, Box(RIGHT, top, RIGHT_WIDTH, y - top)))
        y += GAP
    return y - GAP


def _place_computes(computes: Sequence[Compute], linked: dict[int, list[float]], laid_out: Layout) -> dict[int, Box]:
    """Place each box on the left near its connections, in the given order; returns where the lines of each start."""
    heights = [HEADER + (ROW * len(each.queues) + PADDING if each.queues else 0.0) for each in computes]
    wanted = [_mean(linked.get(id(each), [])) - height / 2 for each, height in zip(computes, heights, strict=True)]
    anchors: dict[int, Box] = {}
    positions = spread(wanted, [height + GAP for height in heights])
    for compute, height, y in zip(computes, heights, positions, strict=True):
        box = Box(LEFT, y, LEFT_WIDTH, height)
        laid_out.computes.append((compute, box))
        anchors[id(compute)] = Box(box.x, box.y, box.width, HEADER)
        for number, queue in enumerate(compute.queues):
            row = Box(box.x + PADDING, y + HEADER + number * ROW, box.width - 2 * PADDING, ROW)
            laid_out.queues.append((queue, row))
            anchors[id(queue)] = Box(box.x, row.y, box.width, ROW)
    return anchors


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Positions in the given order without overlaps, each as near as possible to where it is wanted.

    Neighbours that would overlap are moved together, by the least sum of squares. Those that are wanted nowhere, at
    infinity, follow the others. No position is above TOP.
    """
    groups: list[tuple[float, int, float]] = []  # sum of the wanted starts of the group, members, size
    for target, size in zip(wanted, sizes, strict=True):
        if target == float("inf"):
            break
        total, members, length = target, 1, size
        while groups and groups[-1][0] / groups[-1][1] + groups[-1][2] > total / members:
            before, count, height = groups.pop()
            total, members, length = before + total - height * members, count + members, height + length
        groups.append((total, members, length))
    positions: list[float] = []
    y = TOP
    for total, members, _length in groups:
        start = max(total / members, y)
        for size in sizes[len(positions) : len(positions) + members]:
            positions.append(start)
            start += size
        y = start
    for size in sizes[len(positions) :]:
        positions.append(y)
        y += size
    return positions


def text_width(text: str, size: float) -> float:
    """An upper bound of the width of a text in a monospaced font; characters of East Asia are twice as wide."""
    return sum(2.0 if unicodedata.east_asian_width(each) in "WFA" else 1.0 for each in text) * CHARACTER * size


def fitted(text: str, width: float, size: float) -> str:
    """The text, cut with an ellipsis if it is wider than ``width``."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}\u2026", size) > width:
        text = text[:-1]
    return f"{text}\u2026"

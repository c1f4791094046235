# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A topology as an SVG picture in the page. Objects are links to their rows in the table, which need no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...module_utils._core.texts import printable
from . import states
from .layout import HEADER, PADDING, WIDTH, Box, fitted, layout, text_width
from .markup import join, tag
from .topology import POOL, UNKNOWN, title

if TYPE_CHECKING:
    from .layout import Layout
    from .markup import Markup
    from .states import State
    from .topology import Compute, Connection, Link, Subnet, Topology, Vpc

NAME_SIZE, NOTE_SIZE = 13.0, 11.0
MARKER = 18.0
OVERLAPS = "overlaps"
# With more lines than this, those without a problem are pale until an object is pointed at.
CROWDED = 60
# Width of the names of queues and pools that are bound to a connection.
BOUND_WIDTH = 190.0


def picture(topology: Topology, prefix: str) -> Markup:
    """The picture. ``prefix`` starts the IDs of the rows in the table to which it links."""
    laid_out = layout(topology)
    drawing = _Drawing(topology, laid_out, prefix)
    return tag(
        "svg",
        tag(
            "g",
            *drawing.lines(),
            class_=f"lines{' crowded' if len(laid_out.lines) > CROWDED else ''}",
            aria_hidden="true",
        ),
        *drawing.networks(),
        *drawing.computes(),
        class_="topology",
        viewBox=f"0 0 {WIDTH:.0f} {laid_out.height:.0f}",
        width=WIDTH,
        height=laid_out.height,
        role="group",
        aria_label="Topology: pools and queues on the left, VPCs, subnets and connections on the right",
    )


class _Drawing:
    def __init__(self, topology: Topology, laid_out: Layout, prefix: str) -> None:
        self._topology, self._layout, self._prefix = topology, laid_out, prefix
        self._keys = {id(each): number for number, each in enumerate(self._every())}
        overlaps = topology.overlaps
        self._overlapping = {id(side) for each in overlaps for side in (each.compute, each.other) if side}

    def _every(self) -> list[Compute | Connection]:
        sides = (self._layout.computes, self._layout.queues, self._layout.connections)
        return [each for side in sides for each, _box in side]

    def lines(self) -> list[Markup]:
        """The worst last, so that no other line covers it."""
        drawn = sorted(self._layout.lines, key=lambda line: states.STATES.index(line[0].state))
        return [self._line(*line) for line in drawn]

    def _line(self, link: Link, connection: Connection, start: Box, end: Box) -> Markup:
        x1, y1, x2, y2 = start.right, start.middle, end.x - 2 * PADDING, end.middle
        bend = (x2 - x1) / 2
        path = f"M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}H{end.x:.1f}"
        line = tag("path", class_=f"line {link.state.key}", d=path)
        # A marker near the connection, where lines of one pool have already spread.
        marker = None if link.state is states.OK else _marker(link.state, x2 - 14, y2)
        ends = (self._keys[id(link.compute)], self._keys[id(connection)])
        return tag("g", line, marker, data_a=ends[0], data_b=ends[1], data_top=self._top_key(link.compute))

    def _top_key(self, compute: Compute) -> int | None:
        """The pool of a queue, which is highlighted with it."""
        pool = next((each for each in self._topology.computes if compute in each.queues), None)
        return self._keys[id(pool)] if pool else None

    def networks(self) -> list[Markup]:
        boxes = [_network(vpc, box, "vpc", f"VPC {vpc.name or vpc.id}") for vpc, box in self._layout.vpcs]
        boxes += [_network(each, box, "subnet", f"Subnet {each.name or each.id}") for each, box in self._layout.subnets]
        return [*boxes, *(self._connection(*each) for each in self._layout.connections)]

    def _connection(self, connection: Connection, box: Box) -> Markup:
        label = f"connection {connection.name}, {connection.state.label}, {_count(len(connection.links), 'binding')}"
        # The names make the row understandable without its lines.
        bound = ", ".join(link.compute.name for link in connection.links)
        return self._node(connection, connection.row, label, box, _row(connection.name, connection.state, box, bound))

    def computes(self) -> list[Markup]:
        drawn = [self._compute(compute, box) for compute, box in self._layout.computes]
        for queue, box in self._layout.queues:
            label = f"queue {queue.name}, {queue.state.label}"
            content = _row(queue.name, queue.state, box)
            drawn.append(self._node(queue, queue.row, label, box, content, self._top_key(queue)))
        return drawn

    def _compute(self, compute: Compute, box: Box) -> Markup:
        kind = "pool" if compute.kind == POOL else "queue"
        overlaps = id(compute) in self._overlapping
        note = " \u00b7 ".join(filter(None, [kind, compute.cidr, compute.cus]))
        head = Box(box.x, box.y, box.width, HEADER)
        frame = tag("rect", class_=f"frame {kind}{' overlap' if overlaps else ''}", rx=6, **_rectangle(box))
        # The frame of a pool contains links to its queues, so it is not part of the link to the pool.
        content = join(_title(compute.name, compute.state, head), *_note(note, head, OVERLAPS if overlaps else ""))
        label = ", ".join([title(compute), compute.state.label, note, *([OVERLAPS] if overlaps else [])])
        return join(frame, self._node(compute, compute.row, label, head, content))

    def _node(
        self,
        thing: Compute | Connection,
        row: int | None,
        label: str,
        box: Box,
        content: Markup,
        pool: int | None = None,
    ) -> Markup:
        """A link to the row; or, for something that the plan only refers to, a group with a title.

        ``pool`` is the key of the pool of a queue, whose lines are its lines as well.
        """
        area = tag("rect", class_="area", rx=4, **_rectangle(box))
        keys = {"data_n": self._keys[id(thing)], "data_pool": pool}
        if row is None:
            return tag("g", tag("title", f"{label} (not read)"), area, content, class_="node", **keys)
        return tag("a", area, content, class_="node", href=f"#{self._prefix}{row}", aria_label=label, **keys)


def _network(network: Vpc | Subnet, box: Box, kind: str, name: str) -> Markup:
    head = Box(box.x, box.y, box.width, HEADER)
    note = " \u00b7 ".join(filter(None, [network.cidr, network.id if network.name else None])) or "\u2014"
    full = name if network.id == UNKNOWN else f"{name}, {note}"
    return tag(
        "g",
        tag("title", full),
        tag("rect", class_=f"frame {kind}", rx=6, **_rectangle(box)),
        _text(name, box.x + PADDING, head.y + 18, box.width - 2 * PADDING, NAME_SIZE, "name network"),
        _text(note, box.x + PADDING, head.y + 35, box.width - 2 * PADDING, NOTE_SIZE, "note"),
    )


def _title(name: str, state: State, head: Box) -> Markup:
    return join(
        _marker(state, head.x + PADDING + 6, head.y + 14),
        _named(name, state, head.x + PADDING + MARKER, head.y + 18, head.width - 2 * PADDING - MARKER),
    )


def _row(name: str, state: State, box: Box, bound: str = "") -> Markup:
    return join(
        _marker(state, box.x + 9, box.middle),
        _named(name, state, box.x + 3 + MARKER, box.middle + 4.5, box.width - MARKER - 8, bound),
    )


def _named(name: str, state: State, x: float, y: float, width: float, bound: str = "") -> Markup:
    """A name and, at the right end, its bindings and its state, unless all is well."""
    word = note = None
    if state is not states.OK:
        word = tag("text", state.label, class_=f"word {state.key}", x=x + width, y=y, text_anchor="end")
        width -= text_width(state.label, NOTE_SIZE) + PADDING
    if bound:
        shown = fitted(printable(bound), BOUND_WIDTH, NOTE_SIZE)
        note = tag("text", shown, class_="note", x=x + width, y=y, text_anchor="end")
        width -= text_width(shown, NOTE_SIZE) + PADDING
    return join(_text(name, x, y, width, NAME_SIZE, "name"), note, word)


def _note(note: str, head: Box, word: str) -> list[Markup]:
    """The second line of a box, and a word at its right end."""
    x, right = head.x + PADDING + MARKER, head.right - PADDING
    room = right - x - (text_width(word, NOTE_SIZE) + PADDING if word else 0)
    found = [_text(note, x, head.y + 35, room, NOTE_SIZE, "note")]
    if word:
        found.append(tag("text", word, class_="word overlap", x=right, y=head.y + 35, text_anchor="end"))
    return found


def _text(value: str, x: float, y: float, width: float, size: float, kind: str) -> Markup:
    shown = printable(value)
    return tag("text", fitted(shown, width, size), class_=kind, x=x, y=y)


def _marker(state: State, x: float, y: float) -> Markup:
    return tag("path", class_=f"marker {state.key}", d=state.shape, transform=f"translate({x:.1f} {y:.1f})")


def _rectangle(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One self-contained HTML page about the projects of one or more hosts."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from . import states
from .markup import join, raw, tag
from .svg import picture
from .table import badge, problem, table
from .topology import topology

if TYPE_CHECKING:
    from .markup import Markup
    from .readings import Reading
    from .topology import Topology

# Of many overlaps, the page lists the first ones; the picture marks all.
MOST_OVERLAPS = 20
KEYS = "Point at, focus or tap an object for its details. The table below contains the same objects."


@cache
def _source(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8").partition("*/\n")[2]


def page(readings: Sequence[Reading], *, title: str, time: str) -> str:
    """The page. ``time`` is the time of the reading as ISO 8601 in UTC."""
    sections = [_section(number, reading, len(readings) > 1) for number, reading in enumerate(readings)]
    body = tag(
        "body",
        tag("a", "Skip to the table", class_="skip", href="#table0"),
        tag(
            "header",
            tag("h1", title),
            tag(
                "p", "Read at ", tag("time", time.replace("T", " ").replace("Z", " UTC"), datetime=time), class_="read"
            ),
        ),
        _contents(readings) if len(readings) > 1 else None,
        tag("main", *sections) if sections else tag("main", tag("p", "No project was read.")),
        tag("script", raw(_source("page.js"))),
    )
    return f"<!DOCTYPE html>\n{tag('html', _head(title), body, lang='en')}\n"


def _head(title: str) -> Markup:
    # With the hashes, a browser runs this style and this script and nothing else, whatever a text contains.
    policy = (
        f"default-src 'none'; style-src {_hash('page.css')}; script-src {_hash('page.js')}; "
        "base-uri 'none'; form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("meta", name_="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", raw(_source("page.css"))),
    )


def _hash(name: str) -> str:
    digest = hashlib.sha256(_source(name).encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _contents(readings: Sequence[Reading]) -> Markup:
    links = [tag("li", tag("a", each.name, href=f"#reading{number}")) for number, each in enumerate(readings)]
    return tag("nav", tag("ul", *links), aria_label="Hosts", class_="contents")


def _section(number: int, reading: Reading, named: bool) -> Markup:
    heading = join(reading.name, " \u2014 ", reading.place) if named else reading.place
    if reading.plan is None:
        content = tag("p", tag("strong", "Error: "), reading.message, class_="failure")
    elif not reading.objects:
        content = join(_problems(reading, None), tag("p", "There are no pools, queues or connections.", class_="empty"))
    else:
        content = _content(number, reading, topology(reading))
    label = f"heading{number}"
    return tag("section", tag("h2", heading, id=label), content, id=f"reading{number}", aria_labelledby=label)


def _content(number: int, reading: Reading, found: Topology) -> Markup:
    prefix = f"row{number}-"
    hint = tag("p", KEYS, class_="hint")
    scroller = tag("div", picture(found, prefix), class_="scroller", tabindex=0, role="region", aria_label="Topology")
    figure = tag("figure", tag("figcaption", hint, class_="caption"), scroller)
    return join(
        _counts(reading),
        _problems(reading, found),
        tag("h3", "Topology"),
        figure,
        tag("h3", "Objects", id=f"table{number}", tabindex=-1),
        tag("div", table(reading, found, prefix), class_="wide"),
    )


def _counts(reading: Reading) -> Markup:
    """The number of objects by state, which is the legend of the picture as well."""
    only_read = reading.plan is not None and states.declares_nothing(reading.plan)
    counted = Counter(states.of_object(each, only_read=only_read) for each in reading.objects)
    entries = [tag("li", tag("b", str(counted[each])), " ", badge(each)) for each in states.STATES if counted[each]]
    return tag("ul", *entries, class_="counts", aria_label="Number of objects by state")


def _problems(reading: Reading, found: Topology | None) -> Markup | None:
    entries = [problem(each) for each in reading.problems if each["id"] != "overlap" or found is None]
    overlaps = found.overlaps if found else []
    for each in overlaps[:MOST_OVERLAPS]:
        vpc = each.vpc.name or each.vpc.id
        entries.append(join(tag("strong", "Overlap: "), f"{each.text} have addresses in common in VPC {vpc}."))
    if len(overlaps) > MOST_OVERLAPS:
        entries.append(join(f"{len(overlaps) - MOST_OVERLAPS} more overlaps."))
    items = [tag("li", each) for each in entries]
    return tag("div", tag("h3", "Problems"), tag("ul", *items), class_="problems") if items else None

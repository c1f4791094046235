# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTML and SVG in which every text is escaped."""

from __future__ import annotations

import html
from typing import Any

from ...module_utils._core.texts import printable

# Elements of HTML without content and end tag.
VOID = ("br", "input", "link", "meta")


class Markup(str):
    """Text that is HTML already. Only the functions of this file create it."""

    __slots__ = ()


def text(value: Any) -> Markup:
    """A text, escaped for content and attributes, with control characters and those of the writing direction shown."""
    return Markup(html.escape(printable(str(value)), quote=True))


def raw(source: str) -> Markup:
    """The style or the script of the page. Never for texts from a plan."""
    return Markup(source)


def join(*parts: str | None, between: str = "") -> Markup:
    """Parts one after the other. Parts that are no markup are escaped, and None is left out."""
    done = [each if isinstance(each, Markup) else text(each) for each in parts if each is not None]
    return Markup(between.join(done))


def tag(name: str, /, *children: str | None, **attributes: Any) -> Markup:
    """An element. In names of attributes, underscores stand for hyphens; False and None leave an attribute out."""
    given = {key.strip("_").replace("_", "-"): value for key, value in attributes.items()}
    shown = "".join(
        f" {key}" if value is True else f' {key}="{text(_number(value))}"'
        for key, value in given.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{shown}>" if name in VOID else f"<{name}{shown}>{join(*children)}</{name}>")


def _number(value: Any) -> Any:
    """Coordinates with at most one decimal, which keeps a large picture small."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value

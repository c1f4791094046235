# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts from responses and options that are shown in a terminal or returned in a result."""

from __future__ import annotations

import re
from typing import Any

# Characters. A message may name many objects, but an object may contain a text of any length.
LONGEST_MESSAGE = 10_000
SURROGATE = re.compile(r"[\ud800-\udfff]")


def printable(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """The text on one line without characters that control a terminal or the direction of writing.

    White space becomes a space; any other character that is not printable becomes its escape, such as \\x1b. A text of
    more than ``longest`` characters is cut.
    """
    if len(text) > longest:
        text = f"{text[:longest]} ..."
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else " " if each.isspace() else each.encode("unicode_escape").decode()
        for each in text
    )


def encodable(value: Any) -> Any:
    """Decoded JSON in which surrogates, which cannot be encoded, are replaced; the same object if it has none."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [encodable(each) for each in value]
    if isinstance(value, dict):
        return {encodable(key): encodable(each) for key, each in value.items()}
    return value

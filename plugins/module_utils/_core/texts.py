# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts from responses and options that are shown in a terminal or returned in a result."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Characters. A message may name many objects, but an object may contain a text of any length.
LONGEST_MESSAGE = 10_000
# Characters that control a terminal or the direction of writing, without tabs and line feeds, which texts may contain.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Characters. A shorter secret occurs in other words, so only its exact form is one.
SHORTEST_SECRET = 6
WHITE = re.compile(r"\s+")
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


def without_controls(value: Any) -> Any:
    """JSON in which CONTROL characters are escaped, because some callbacks print results as they are."""
    if isinstance(value, str):
        return value if value.isprintable() else CONTROL.sub(_escape, value)
    if isinstance(value, (list, tuple)):
        return [without_controls(each) for each in value]
    if isinstance(value, Mapping):
        return {without_controls(key): without_controls(each) for key, each in value.items()}
    return value


def _escape(character: re.Match[str]) -> str:
    return character[0].encode("unicode_escape").decode()


def as_json(value: Any) -> str:
    """The value as JSON text, which is much quicker to examine than each text in it."""
    # Without spaces, which may_contain would have to remove.
    return json.dumps(value, ensure_ascii=False, default=dict, separators=(",", ":"))


def is_clean(text: str) -> bool:
    """Whether a JSON text certainly contains no CONTROL characters. Quick, and wrong only in that it may say no."""
    # JSON escapes some characters, and quotation marks.
    return text.isprintable() and "\\" not in text


def may_contain(text: str, secrets: Iterable[str]) -> bool:
    """Whether a JSON text may contain a secret as it is or encoded. Quick, and wrong only in that it may say yes."""
    whole = WHITE.sub("", text).casefold()
    # Escapes in HTML, URLs and JSON.
    if any(escape in whole for escape in "&%\\"):
        return True
    return any(
        form.casefold() in whole for secret in secrets for form in (WHITE.sub("", secret), *encoded_forms(secret))
    )


def encoded_forms(secret: str) -> Iterator[str]:
    """The secret in base64 and in hexadecimal, as it is and as JSON.

    Of base64 the parts that depend on the secret only, wherever the secret stands in the encoded text.
    """
    forms = (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    for content in (form.encode("utf-8", "surrogatepass") for form in dict.fromkeys(forms)):
        parts = [content.hex(), content.hex().upper()]
        for offset in range(3):
            encoded = base64.b64encode(bytes(offset) + content).decode()
            part = encoded[-(-offset * 8 // 6) : (offset + len(content)) * 8 // 6]
            parts += [part, part.translate(str.maketrans("+/", "-_"))]
        yield from (part for part in parts if len(part) >= SHORTEST_SECRET)

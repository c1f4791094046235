# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing YAML for people: short lists on one line, comments, and texts that every reader of YAML reads as texts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._core.texts import encodable, printable

WIDTH = 118
# Texts that need no quotes: words that start with a letter and have no character with a meaning in YAML.
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./]+)*")
# Words that YAML 1.1 or 1.2 takes for something other than a text.
RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"})
JINJA = ("{{", "{%", "{#")
SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def scalar(value: Any) -> str:
    """A text, number, boolean or null on one line. Ansible does not template the text: it may be of the service."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(encodable(str(value)))
    if PLAIN.fullmatch(text) and text.lower() not in RESERVED:
        return text
    quoted = '"' + "".join(map(_escaped, text)) + '"'
    return f"!unsafe {quoted}" if any(mark in text for mark in JINJA) else quoted


def _escaped(character: str) -> str:
    if character in SHORT_ESCAPES:
        return SHORT_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def on_one_line(value: Any) -> str:
    """A value as it stands behind a key or in a list."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {on_one_line(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(on_one_line, value)) + "]"
    return scalar(value)


def option(name: str, value: Any, indent: int) -> list[str]:
    """The lines of a key with its value."""
    start = f"{' ' * indent}{scalar(name)}:"
    line = f"{start} {on_one_line(value)}"
    if not value or not isinstance(value, (Mapping, list)) or (len(line) <= WIDTH and not _has_mappings(value)):
        return [line]
    if isinstance(value, Mapping):
        return [start, *(line for key, each in value.items() for line in option(key, each, indent + 2))]
    return [start, *(line for each in value for line in _element(each, indent + 2))]


def _element(value: Any, indent: int) -> list[str]:
    line = f"{' ' * indent}- {on_one_line(value)}"
    return item(value, indent) if len(line) > WIDTH and isinstance(value, Mapping) else [line]


def _has_mappings(value: Any) -> bool:
    """Whether a value is a list of mappings, which are easier to read and to compare line by line."""
    return isinstance(value, list) and any(isinstance(each, Mapping) for each in value)


def item(options: Mapping[str, Any], indent: int) -> list[str]:
    """The lines of a mapping in a list."""
    lines = [line for name, value in options.items() for line in option(name, value, indent + 2)]
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def comment(text: str, indent: int) -> list[str]:
    """The lines of a comment; control characters in it are escaped."""
    wrapped = textwrap.wrap(
        printable(text), WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False, subsequent_indent=""
    )
    return [f"{' ' * indent}# {line}" for line in wrapped]


def commented_out(lines: Iterable[str], indent: int) -> list[str]:
    """Lines as a comment, which keeps their own indentation behind the sign."""
    return [f"{' ' * indent}# {line[indent:]}" for line in lines]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of tags, and of filters by tags.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .rules import repr_value

MAX_TAGS = 20
# Letters and digits of any language; `=` stands in an older edition of the rule only.
TAG_TEXT = re.compile(r"[\w .:+\-@=]*")


def tag_problems(tags: Mapping[str, Any] | None) -> list[str]:
    if tags is None:
        return []
    found = []
    if len(tags) > MAX_TAGS:
        found.append(f"tags: at most {MAX_TAGS}, not {len(tags)}")
    for key, value in tags.items():
        if not _is_tag_key(str(key)):
            found.append(
                f"tags: a key must be 1 to 128 letters, digits, blanks and _ . : + - @, without blanks at the ends "
                f"and not beginning with _sys_, not {repr_value(key)}"
            )
        if (
            value is None
            or isinstance(value, (dict, list))
            or len(str(value)) > 255
            or not TAG_TEXT.fullmatch(str(value))
        ):
            found.append(
                f"tags: a value must be at most 255 letters, digits, blanks and _ . : + - @, not {repr_value(value)} "
                f"(key {repr_value(key)})"
            )
    return found


def tag_filter_problems(tags: Mapping[str, Any] | None) -> list[str]:
    """The rules of tags, and what a filter of the form key=value,key=value adds to them."""
    unclear = [key for key in tags or () if "=" in str(key)]
    return [
        *tag_problems(tags),
        *(f"tags: a key with = cannot be looked for, such as {repr_value(key)}" for key in unclear),
    ]


def _is_tag_key(key: str) -> bool:
    return (
        0 < len(key) <= 128
        and key == key.strip()
        and not key.startswith("_sys_")
        and TAG_TEXT.fullmatch(key) is not None
    )

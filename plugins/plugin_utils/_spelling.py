# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of variables that are probably misspelt.

A module of its own, because each task that uses a filter of the collection loads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

# How similar a name must be to a known one to be taken as misspelt. Other variables with the prefix are the user's own.
SIMILARITY = 0.8
SET_BY_US = ("result",)


def misspelt(prefix: str, names: Iterable[str], known: Sequence[str]) -> list[str]:
    """Problems: variables whose names are nearly, but not exactly, those of known ones."""
    # Without the prefix, which makes all names alike.
    ends = {name.removeprefix(f"{prefix}_") for name in names} - {*known, *SET_BY_US}
    return [
        f"{prefix}_{end} is not a variable; did you mean {prefix}_{close}?"
        for end in sorted(ends)
        if (close := closest(end, known))
    ]


def closest(name: str, known: Sequence[str]) -> str | None:
    """The known name that was probably meant, if there is one."""
    return next(iter(get_close_matches(name, known, 1, SIMILARITY)), None)

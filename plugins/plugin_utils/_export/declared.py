# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An object of a project as an item of a declaration: the options that say more than the defaults, and notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._plan.kinds import Kind

# The values of a new object for options that are not set.
EMPTY: tuple[Any, ...] = (None, "", [], {})
Options = dict[str, Any]


@dataclass
class Declared:
    """An object as an item of a variables file.

    ``notes`` are the comments in front of it. ``obstacle`` says why the object cannot be declared.
    """

    options: Options
    notes: list[str] = field(default_factory=list)
    obstacle: str | None = None

    @property
    def name(self) -> str:
        return str(self.options["name"])

    @property
    def key(self) -> tuple[str, str]:
        """Orders objects by name; ``id`` is given where several have one name."""
        return self.name, str(self.options.get("id", ""))


def drop_refused(kind: Kind, declared: Declared) -> None:
    """Remove the options with values that the module would refuse; a note gives the reason.

    The service and other clients have rules of their own, and the values of an object can break those of the module.
    """
    defaults = {name: option.get("default") for name, option in kind.module_options.items()}
    params: Any = {**defaults, **declared.options, "state": "present"}
    for problem in kind.validate(params):
        # A problem starts with its option, such as hosts[0].name.
        word = re.split(r"\W", problem, maxsplit=1)[0]
        if word == "name":
            declared.obstacle = f"The modules do not accept this name: {problem}."
        elif declared.options.pop(word, None) is not None:
            declared.notes.append(f"{word} is left out, because the modules do not accept its value: {problem}.")


def drop_defaults(declared: Declared, defaults: Mapping[str, Any], exact: frozenset[str]) -> None:
    """Remove options whose values are the defaults of a new object. Empty lists of ``exact`` options stay."""
    declared.options = {
        name: value
        for name, value in declared.options.items()
        if value != defaults.get(name) and (value not in EMPTY or (name in exact and value is not None))
    }


def listed(names: list[str], most: int = 10) -> str:
    """The first names, and how many others there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

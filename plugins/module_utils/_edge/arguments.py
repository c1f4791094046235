# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of a task before and after Ansible validates them: what its own validation does not cover."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from .._core import rules

TEXTS = ("str", "path")


def without_empty_texts(
    options: Mapping[str, Any], arguments: Mapping[str, Any], *, keep: Iterable[str] = ()
) -> dict[str, Any]:
    """The arguments without the text options that are empty or null, which therefore count as not given.

    Job templates, surveys and files of variables pass every option. Includes sub-options; the options in ``keep`` stay.
    """
    named = {alias: option for option in options.values() for alias in option.get("aliases", ())}
    named.update(options)
    kept = {}
    for name, value in arguments.items():
        option = named.get(name, {})
        is_empty = value is None or (isinstance(value, str) and not value and name not in keep)
        if is_empty and option.get("type") in TEXTS:
            continue
        kept[name] = _prepared(option, value)
    return kept


def _prepared(option: Mapping[str, Any], value: Any) -> Any:
    if option.get("type") == "int" and _is_infinite(value):
        # Ansible's validation would raise OverflowError, which names no option. It rejects this text by name.
        return f"{value} is no whole number"
    if inner := option.get("options"):
        if isinstance(value, list):
            return [_prepared(option, element) for element in value]
        if isinstance(value, Mapping):
            return without_empty_texts(inner, value)
    return value


def _is_infinite(value: Any) -> bool:
    try:
        return isinstance(value, (float, str)) and math.isinf(float(value))
    except ValueError:
        return False


def type_problems(options: Mapping[str, Any], params: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Dictionaries that are none. Before ansible-core 2.19, the validation accepts some texts for them."""
    found = []
    for name, option in options.items():
        value, full_name = params.get(name), prefix + name
        if value is None:
            continue
        if option.get("type") == "dict":
            found += _dictionary_problems(full_name, option, value)
        elif option.get("elements") == "dict":
            for index, element in enumerate(value):
                found += _dictionary_problems(f"{full_name}[{index}]", option, element)
    return found


def _dictionary_problems(name: str, option: Mapping[str, Any], value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return [rules.must_be(name, "a dictionary", value)]
    return type_problems(option.get("options", {}), value, f"{name}.")

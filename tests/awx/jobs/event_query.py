# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queries of extensions/audit/event_query.yml, applied to events as the controller applies them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jq
import yaml

FILE = Path(__file__).resolve().parents[3] / "extensions/audit/event_query.yml"


@functools.cache
def queries() -> dict[str, str]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {module: each["query"] for module, each in content.items()}


def nodes(events: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The managed nodes that the controller counts: one for each distinct canonical_facts."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for event in events:
        data = event.get("event_data") or {}
        query = queries().get(data.get("resolved_action"))
        if query is None or "res" not in data:
            continue
        for node in jq.compile(query).input_value(data["res"]).all():
            facts = node["canonical_facts"]
            assert {type(value) for value in facts.values()} == {str}, facts
            found[tuple(sorted(facts.items()))] = node
    return found

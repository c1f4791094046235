# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions of roles and playbooks are read as every supported ansible-core reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

ROOT = Path(__file__).parents[3]
FILES = [*ROOT.glob("roles/*/tasks/**/*.yml"), *ROOT.glob("roles/*/handlers/*.yml"), *ROOT.glob("playbooks/**/*.yml")]
KEYS = {"when", "until", "failed_when", "changed_when", "that"}


def conditions(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from conditions(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from conditions(inner, key)
    elif isinstance(value, str) and key in KEYS:
        yield value


def test_the_list_of_conditions_is_not_empty():
    assert sum(len(list(conditions(yaml.safe_load(path.read_text())))) for path in FILES) > 15


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_condition_is_valid_in_a_template(path):
    # So ansible-core 2.17 reads them, and there `a if b else c` without parentheses is a fault.
    for condition in conditions(yaml.safe_load(path.read_text())):
        jinja2.Environment().parse(f"{{% if {condition} %}}{{% endif %}}")

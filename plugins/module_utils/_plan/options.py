# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the module dli_plan_info."""

from __future__ import annotations

from typing import Any

from .kinds import KINDS

# Of several statuses, an object has the first one.
UNREADABLE, BLOCKED, MISSING, DRIFTED, BROKEN, IN_SYNC, UNDECLARED = STATUSES = (
    "unreadable",
    "blocked",
    "missing",
    "drifted",
    "broken",
    "in_sync",
    "undeclared",
)
NONE, CREATE, UPDATE, RECREATE, DELETE = "none", "create", "update", "recreate", "delete"
PROBLEMS = "problems"
FAILURES = (*(status for status in STATUSES if status != IN_SYNC), PROBLEMS)

OPTIONS: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    **{kind.option: {"type": "list", "elements": "dict", "options": kind.item_options} for kind in KINDS},
    "addresses": {
        "type": "list",
        "elements": "dict",
        "options": {
            "queue": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "required": True},
        },
    },
    "undeclared": {"type": "bool", "default": True},
    "with_declared": {"type": "bool", "default": False},
    "networks": {"type": "bool", "default": False},
    "with_diagnosis": {"type": "bool", "default": False},
    "fail_on": {"type": "list", "elements": "str", "choices": list(FAILURES), "default": []},
}

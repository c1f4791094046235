# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that the modules of several nouns share: waiting, readiness, tags. A doc fragment documents each group."""

from __future__ import annotations

from typing import Any


def wait_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `wait`."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 2700},
        "wait_interval": {"type": "float", "default": 15},
    }


def ready_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `ready`."""
    return {"ready_age": {"type": "int", "default": 600}}


def tag_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `tags`."""
    return {"tags": {"type": "dict"}, "purge_tags": {"type": "bool", "default": True}}

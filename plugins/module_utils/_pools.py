# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Elastic resource pools: paths, states, the API's answer as our result.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

PAGE_SIZE = 100


def find(api: Client, name: str) -> dict[str, Any] | None:
    """The pool of that name (lower case), or None. There is no call that reads a single pool."""
    attempt = f"look up elastic resource pool {name}"
    # The filter finds every name that contains the text.
    for element in api.pages_by_offset(
        api.path("v3", "elastic-resource-pools"), attempt, "elastic_resource_pools", {"name": name}, PAGE_SIZE
    ):
        if str(element.get("elastic_resource_pool_name", "")).lower() == name:
            return dict(element)
    return None


def status(pool: Mapping[str, Any]) -> str:
    """CREATING, AVAILABLE, SCALING or FAILED."""
    return str(pool.get("status", "")).upper()

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads security groups together with their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import security_groups
from .._core.errors import DliError
from .facts import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._http.client import Client


def with_rules(api: Client) -> Iterator[Group]:
    """The security groups that have rules, by name. Without the list of groups, their IDs stand for their names."""
    by_group: dict[str, list[security_groups.SecurityGroupRule]] = {}
    for rule in security_groups.list_rules(api):
        by_group.setdefault(rule["security_group_id"], []).append(rule)
    try:
        names = {group["id"]: group["name"] for group in security_groups.list_groups(api)}
    except DliError:
        names = {}
    for group_id in sorted({*by_group, *names}):
        yield Group(group_id, api.masked(names.get(group_id, group_id)), tuple(by_group.get(group_id, ())))

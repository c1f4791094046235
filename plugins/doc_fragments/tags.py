# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Tags that can be changed in place."""

    DOCUMENTATION = r"""
options:
  tags:
    description:
      - Tags, at most 20. Left out, tags are not looked at. An empty dictionary removes all of them.
      - Tags that the service keeps for itself (their keys begin with C(_sys_)) are neither shown nor changed.
      - Where the region has no API for tags they are set at creation only, and otherwise named in RV(unsupported).
    type: dict
  purge_tags:
    description:
      - Remove tags that are not in O(tags), if O(tags) is given.
    type: bool
    default: true
"""

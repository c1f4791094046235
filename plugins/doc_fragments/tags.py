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
      - Tags, at most 20. If not set, tags are not changed. An empty dictionary removes all tags.
      - System tags, whose keys begin with C(_sys_), are neither returned nor changed.
      - If the region has no API for tags, tags are only set at creation. In other cases, RV(unsupported) contains V(tags).
    type: dict
  purge_tags:
    description:
      - Remove tags that are not in O(tags), if O(tags) is set.
    type: bool
    default: true
"""

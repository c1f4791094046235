# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Waiting for what takes minutes."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Wait until what was asked for has come about. If it does not within O(wait_timeout), the task fails, and what it
        began goes on.
      - With V(false) the module returns after the write and at most one look at the result. Running the same task
        again later goes on from there.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long the task may wait in all, in seconds, repeated requests included.
    type: int
    default: 2700
  wait_interval:
    description:
      - Longest pause between two looks, in seconds. Pauses are short at first and grow with the time waited.
    type: float
    default: 15
"""

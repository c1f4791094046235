# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Waiting for operations that take minutes."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Wait until the resource reaches the requested state. If this takes longer than O(wait_timeout), the task fails; the
        operation continues in the service.
      - With V(false), the module returns after the write and reads the result at most once. Run the same task again later
        to resume waiting.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum time that the task waits in total, in seconds, including retries of requests.
    type: int
    default: 2700
  wait_interval:
    description:
      - Maximum polling interval in seconds. The interval is short at first and grows with the time waited.
    type: float
    default: 15
"""

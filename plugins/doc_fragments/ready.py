# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """When a queue counts as ready."""

    DOCUMENTATION = r"""
options:
  ready_age:
    description:
      - Age in seconds from which a queue counts as ready without being asked. A younger queue is asked.
      - A queue that cannot be asked, because the region or the user's permissions do not allow it, counts as ready at this
        age, with a warning.
    type: int
    default: 600
"""

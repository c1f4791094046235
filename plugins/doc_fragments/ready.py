# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The criterion for the readiness of a queue."""

    DOCUMENTATION = r"""
options:
  ready_age:
    description:
      - Age in seconds from which a queue counts as ready without a check. The module checks younger queues.
      - If the region or the permissions of the user do not allow the check, the queue counts as ready at this age, and the
        module issues a warning.
    type: int
    default: 600
"""

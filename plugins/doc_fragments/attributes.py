# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of all modules; each module adds its own values."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
  action_group:
    description:
      - Use C(group/huaweicloud.dli.dli) in C(module_defaults) to set defaults for the connection options of all modules,
        and C(group/huaweicloud.dli.dli_resources) for other options of the modules that manage resources.
    support: full
    membership: [huaweicloud.dli.dli]
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - If the task runs on the controller with Ansible's own Python, the action plugin executes all of it.
        R(Execution modes, ansible_collections.huaweicloud.dli.docsite.guide_where_tasks_run) describes the conditions and how
        to turn this off.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
"""

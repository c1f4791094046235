# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What the modules promise to Ansible; a module says of each what holds for it."""

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
    description: Use C(group/huaweicloud.dli.dli) in C(module_defaults) to set defaults for this module.
    support: full
    membership: [huaweicloud.dli.dli]
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - Where the task runs with Ansible's own Python on the same machine, the action plugin does all of it.
        R(Where tasks run, ansible_collections.huaweicloud.dli.docsite.guide_where_tasks_run) says when, and how to switch it off.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
"""

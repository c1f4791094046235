# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The input of filters, with the errors that Ansible shows for a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from .readings import readings_of

if TYPE_CHECKING:
    from .readings import Reading


def readings_or_error(value: Any) -> list[Reading]:
    """The readings in the input of a filter. Raises AnsibleFilterError if it is something else."""
    try:
        return readings_of(value)
    except TypeError as exc:
        raise AnsibleFilterError(f"{exc}, got {type(value).__name__}") from exc

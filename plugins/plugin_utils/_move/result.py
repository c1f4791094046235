# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of the filter huaweicloud.dli.move_proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import blocks, proposal
from .files import files
from .pools import GROUPINGS
from .project import read
from .text import text

if TYPE_CHECKING:
    from .pools import Target


def as_result(results: Any, *, group_by: Any, basic: Any, reserved: Any) -> dict[str, Any]:
    """The proposal for the project in these results. Raises ValueError for other input."""
    if group_by not in GROUPINGS:
        raise ValueError(f"group_by must be one of {', '.join(GROUPINGS)}, got {group_by!r}")
    if not isinstance(basic, bool):
        raise ValueError(f"basic_edition must be a boolean, got {basic!r}")
    if not isinstance(reserved, (list, tuple)):
        raise ValueError(f"reserved_cidrs must be a list, got {reserved!r}")
    proposed = proposal.propose(read(results), blocks.parse(reserved), group_by=group_by, basic=basic)
    return {
        "text": text(proposed),
        "files": [{"name": each.name, "content": None if each.is_empty else each.content} for each in files(proposed)],
        "pools": list(map(_pool, proposed.targets)),
        "problems": list(proposed.problems),
    }


def _pool(target: Target) -> dict[str, Any]:
    names = ("name", "min_cu", "max_cu", "cidr_in_vpc", "enterprise_project_id", "label")
    options = {name: target.options[name] for name in names if target.options.get(name) is not None}
    return {**options, "queues": [queue["name"] for queue in target.group.queues], "exists": target.exists}

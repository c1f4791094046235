# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why bindings are not ACTIVE, as hints of the problems in a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._api import connections
from .kinds import CONNECTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .client import PlanClient
    from .params import PlannedObject

# The ids of problems that a diagnosis explains.
EXPLAINED = ("failed", "stuck")


def add_to(client: PlanClient, planned: Iterable[PlannedObject]) -> None:
    """Put the causes of broken connections in front of the hints. Costs requests only if one is broken."""
    broken = {each["name"]: each for each in planned if each["kind"] == CONNECTION.name and each["broken"]}
    if not broken:
        return
    # Imported here: most plans contain nothing that is broken.
    from .._diagnosis import diagnose

    found = [each for each in (client.known(connections.KIND) or {}).values() if each["name"] in broken]
    for connection, causes in zip(found, diagnose.of_connections(client, found), strict=True):
        problems = broken[connection["name"]]["problems"]
        explained = next((each for each in problems if each["id"] in EXPLAINED), None)
        if explained is not None:
            explained["hint"] = diagnose.hint(connection, causes, explained["hint"])

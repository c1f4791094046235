# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be concluded about whether a queue's cluster runs.

A queue has no status field, so this is concluded: an old queue is ready; of a young one the pool
must be AVAILABLE and the cluster must answer. The vendor documents 5 to 15 minutes until the first
job can start, and that a queue bound too early leaves its connection stuck in CREATING.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .._http.client import Client


class Readiness(NamedTuple):
    """``ready`` is None when nobody asked; ``source`` names the signal."""

    ready: bool | None
    source: str

    def as_result(self) -> dict[str, Any]:
        return {"ready": self.ready, "source": self.source}


OLD_ENOUGH = Readiness(True, "age")
TOO_YOUNG = Readiness(False, "age")
NOT_ASKED = Readiness(None, "not_asked")
POOL_NOT_AVAILABLE = Readiness(False, "pool_status")
CLUSTER_ANSWERS = Readiness(True, "connectivity_test")
CLUSTER_IS_ASSIGNED = Readiness(False, "connectivity_test")


def without_asking(api: Client, queue: Mapping[str, Any], ready_age: float) -> Readiness:
    """What the age alone says; costs no request."""
    return OLD_ENOUGH if is_old(api, queue, ready_age) else NOT_ASKED


def is_old(api: Client, queue: Mapping[str, Any], ready_age: float) -> bool:
    created = queue.get("create_time")
    return created is not None and api.now() - created / 1000 >= ready_age

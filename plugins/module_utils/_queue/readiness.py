# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The readiness of a queue, as far as its age proves it.

A queue has no status field. An old queue is ready; a young one is ready when its pool is AVAILABLE and its cluster
responds. The vendor documents 5 to 15 minutes until the first job can start. A queue that is bound too early leaves its
connection in CREATING for good (seen in logs of real runs).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .._api.queues import ReadinessResult
    from .._http.client import Client


class Readiness(NamedTuple):
    """Whether a queue is ready, None if unknown, and the ``source`` of that knowledge."""

    ready: bool | None
    source: str

    def as_result(self) -> ReadinessResult:
        return {"ready": self.ready, "source": self.source}


OLD_ENOUGH = Readiness(True, "age")
TOO_YOUNG = Readiness(False, "age")
NOT_ASKED = Readiness(None, "not_asked")
POOL_NOT_AVAILABLE = Readiness(False, "pool_status")
CLUSTER_RESPONDS = Readiness(True, "connectivity_test")
CLUSTER_NOT_RESPONDING = Readiness(False, "connectivity_test")


def from_age(api: Client, queue: Mapping[str, Any], ready_age: float) -> Readiness:
    """The readiness without a request: OLD_ENOUGH at an age of ``ready_age`` seconds, else NOT_ASKED."""
    return OLD_ENOUGH if is_old(api, queue, ready_age) else NOT_ASKED


def is_old(api: Client, queue: Mapping[str, Any], ready_age: float) -> bool:
    """Whether the age of the queue, by the service's clock, is at least ``ready_age`` seconds."""
    created = queue.get("create_time")
    return created is not None and api.now() - created / 1000 >= ready_age

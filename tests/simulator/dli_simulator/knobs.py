# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that a test can change at run time: durations, strictness and quirks.

The defaults are the behavior that logs of real runs show. Behavior that is stricter, or for which there is no log,
needs a knob.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_CHOICES: dict[str, tuple[Any, ...]] = {
    "connection_name_filter": ("exact", "substring"),
    "policy_step": (4, 16),
    "privilege_project_key": ("both", "applicant_project_id", "project_id"),
    "queues_while_scaling": ("all", "same_size", "none"),
}


@dataclass
class Knobs:
    """Durations are in seconds of the simulated clock."""

    assigning_seconds: float = 240
    peer_seconds: float = 20
    unbind_seconds: float = 2
    pool_seconds: float = 120
    pool_scaling_seconds: float = 60
    pool_cooldown_seconds: float = 900
    scaling_seconds: float = 600
    restart_seconds: float = 60
    connectivity_seconds: float = 5
    connectivity_pending: str = "RUNNING"
    list_lag_seconds: float = 0
    fail_peers: dict[str, str] = field(default_factory=dict)
    fail_pools: dict[str, str] = field(default_factory=dict)
    security_groups_block: bool = False
    """Whether connectivity tests fail if the security group of the address has no rule for the queue."""
    security_group_rule_quota: int | None = None
    removed_peerings: list[str] = field(default_factory=list)
    """Queues and pools whose VPC peering was removed by hand."""
    missing_routes: list[str] = field(default_factory=list)
    """Queues and pools without a route in the route table of the VPC."""
    busy_queues: list[str] = field(default_factory=list)
    throttle: dict[str, float] | None = None
    reachable: list[str] | None = None
    unreachable: list[str] = field(default_factory=list)
    unpublished: list[str] = field(default_factory=list)
    lock_after: int | None = None
    null_lists: bool = False
    privilege_project_key: str = "both"
    show_default_feature: bool = False
    """Whether the list shows the feature "basic" of queues that were created without a feature."""
    connection_name_filter: str = "exact"
    properties_need_pool: bool = False
    """Whether driver properties are limited to queues in standard pools."""
    cidr_change_locks: bool = False
    """Whether a queue refuses another CIDR change until its cluster is rebuilt."""
    refuse_cidr_changes: bool = False
    creating_blocks_delete: bool = False
    """Whether a connection with a binding in CREATING cannot be deleted."""
    bind_refuses_pools: bool = False
    """Whether binding and unbinding know only queues, as in the documentation of some regions."""
    early_bindings_stick: bool = True
    """Whether the binding of a queue that is not ready stays in CREATING."""
    unused_queues_refuse: bool = False
    """Whether queues that never ran a job refuse scaling and restart."""
    scale_small_queues: bool = False
    """Whether queues of less than 64 CUs can be scaled, as one log of 2021 shows."""
    second_scaling_accepted: bool = False
    """Whether a queue accepts another scaling while one runs. It adds its difference."""
    scaling_stops_at: dict[str, int] = field(default_factory=dict)
    """By queue: the size at which scalings stop, because the service lacks machines or idle CUs."""
    pool_per_queue: bool = False
    """Whether a dedicated queue outside pools creates a pool of its name, which then has its bindings."""
    sold_out: bool = False
    """Whether queues outside pools are no longer sold."""
    refuse_small_pool_cidrs: bool = False
    """Whether the CIDR block of a pool must be a /19 or wider."""
    known_users: list[str] | None = None
    """Users that privileges can be granted to; null for all."""
    next_full_hour: bool = False
    """Whether policies and CU ranges take effect at the next full hour of the simulated clock."""
    pool_always_scales: bool = False
    """Whether every change of a pool's queues makes it SCALING, even if its size stays the same."""
    queues_while_scaling: str = "same_size"
    """Which queues a SCALING pool accepts: "all", "none", or those that need no more CUs."""
    policy_step: int = 4
    """Step of max_cu of policies in standard pools."""
    policy_minimum_by_type: bool = False
    """Whether the minimum size of a queue type also limits min_cu of its policies."""

    def set(self, settings: Mapping[str, Any]) -> None:
        """Set several knobs. If one is unknown or invalid, set none."""
        unknown = sorted(set(settings) - {each.name for each in dataclasses.fields(self)})
        if unknown:
            raise ValueError(f"unknown knob: {', '.join(unknown)}")
        for name, value in settings.items():
            self._check(name, value)
        for name, value in settings.items():
            setattr(self, name, value)

    def _check(self, name: str, value: Any) -> None:
        if name.endswith("_seconds") and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise ValueError(f"the knob {name} must be a number of seconds")
        if isinstance(getattr(self, name), bool) and not isinstance(value, bool):
            raise ValueError(f"the knob {name} must be true or false")
        if value not in _CHOICES.get(name, (value,)):
            raise ValueError(f"the knob {name} must be one of {_CHOICES[name]}")

    def reaches(self, address: str) -> bool:
        if address in self.unreachable:
            return False
        return self.reachable is None or address in self.reachable

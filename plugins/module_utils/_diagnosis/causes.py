# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The causes of a binding that is not ACTIVE, or of an address that is not reached, in the order of the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import barriers, bindings, paths, route_tables
from .facts import EXCLUDED, Finding, cause

if TYPE_CHECKING:
    from collections.abc import Callable

    from .facts import CauseResult, Facts


def _address(_facts: Facts) -> list[Finding]:
    return [Finding(EXCLUDED, "All addresses have a port.")]


# The vendor's manual ranks these causes by likelihood, after the state of the binding. Those that it does not rank
# are at the end.
OF_ADDRESSES: dict[str, Callable[[Facts], list[Finding]]] = {
    "binding": bindings.state,
    "address": _address,
    "network": paths.network,
    "overlap": bindings.overlap,
    "agency": bindings.authorization,
    "security_group": barriers.security_group,
    "peering": paths.peering,
    "route": route_tables.route,
    "network_acl": barriers.network_acl,
    "hosts": paths.hosts,
    "ipv6": bindings.ipv6,
}
# Causes of a binding that is FAILED or stays in CREATING.
OF_BINDINGS = ("binding", "network", "overlap", "agency", "route")


def judge(facts: Facts) -> list[CauseResult]:
    """All causes with their verdicts. Without addresses, only those that concern the bindings."""
    names = tuple(OF_ADDRESSES) if facts.addresses else OF_BINDINGS
    return [cause(name, OF_ADDRESSES[name](facts)).as_result() for name in names]

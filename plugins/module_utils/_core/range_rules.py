# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of the address ranges of queues and pools.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import ipaddress

from .rules import repr_value

# The ranges that the service documents for its networks.
PRIVATE_RANGES = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def cidr_problems(option: str, text: str | None) -> list[str]:
    """What is wrong with the address range of a pool or queue."""
    if text is None:
        return []
    try:
        network = ipaddress.IPv4Network(text)
    except ValueError:
        return [f"{option}: must be an IPv4 range such as 10.100.0.0/16, with no host bits set, not {repr_value(text)}"]
    if any(network.subnet_of(private) for private in PRIVATE_RANGES):
        return []
    ranges = ", ".join(str(private) for private in PRIVATE_RANGES)
    return [f"{option}: must lie within {ranges}, not {repr_value(text)}"]

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of dli_connectivity_test. The checks return problems and raise nothing."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from .._core import rules

if TYPE_CHECKING:
    from .params import ConnectivityTestParams

DOMAIN = re.compile(r"(?=.{1,255}\Z)([A-Za-z0-9_-]+\.)*[A-Za-z]{2,}")
ADDRESS_RULE = (
    "host:port with an IPv4 address, a domain name or an IPv6 address in brackets, and a port from 1 to 65535"
)


def connectivity_problems(params: ConnectivityTestParams) -> list[str]:
    """Return every broken rule among the options."""
    found = rules.matches("queue", params["queue"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
    if not params["addresses"]:
        found.append("addresses must contain at least one address")
    found += address_problems("addresses", params["addresses"])
    return [*found, *rules.wait_problems(params)]


def address_problems(option: str, addresses: list[str]) -> list[str]:
    """Require a port: the service accepts an address without one, but that test proves nothing."""
    invalid = [rules.repr_value(address) for address in dict.fromkeys(addresses) if not is_address(address)]
    return [f"{option} must be {ADDRESS_RULE}, got {', '.join(invalid)}"] if invalid else []


def is_address(text: str) -> bool:
    host, colon, port = text.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        return False
    if host.startswith("[") and host.endswith("]"):
        # Python also accepts an IPv6 address with a scope ID, which is valid on one host only.
        return "%" not in host and _is_ipv6(host[1:-1])
    # Text of digits and dots must be an IPv4 address, not a domain name.
    if re.fullmatch(r"[0-9.]+", host):
        return rules.is_ipv4(host)
    return DOMAIN.fullmatch(host) is not None


def is_ipv6(address: str) -> bool:
    """Whether the host of an address is an IPv6 address."""
    return address.startswith("[")


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True

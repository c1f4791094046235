# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of addresses for a connectivity test; like the other checks they only return problems."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from .._core import rules

DOMAIN = re.compile(r"(?=.{1,255}\Z)([A-Za-z0-9_-]+\.)*[A-Za-z]{2,}")
ADDRESS_RULE = (
    "host:port, with an IPv4 address, a domain name or an IPv6 address in brackets, and a port from 1 to 65535"
)


def connectivity_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of a connectivity test."""
    found = rules.matches("queue", params["queue"], rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
    if not params["addresses"]:
        found.append("addresses: must name at least one address")
    found += address_problems("addresses", params["addresses"])
    return [*found, *rules.wait_problems(params)]


def address_problems(option: str, addresses: list[str]) -> list[str]:
    """Without a port the test says nothing, so one is required, although the service accepts addresses without."""
    bad = [rules.repr_value(address) for address in dict.fromkeys(addresses) if not is_address(address)]
    return [f"{option}: must be {ADDRESS_RULE}, not {', '.join(bad)}"] if bad else []


def is_address(text: str) -> bool:
    host, colon, port = text.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        return False
    if host.startswith("[") and host.endswith("]"):
        # Python also takes an address with the interface of this host that it is meant for.
        return "%" not in host and _is(ipaddress.IPv6Address, host[1:-1])
    # What looks like numbers only is meant as an IPv4 address.
    if re.fullmatch(r"[0-9.]+", host):
        return _is(ipaddress.IPv4Address, host)
    return DOMAIN.fullmatch(host) is not None


def _is(kind: type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True

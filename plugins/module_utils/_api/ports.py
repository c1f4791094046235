# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports, the network interfaces of the VPC service. They are only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.parsing import parses_response
from .._http import vpc_pagination

if TYPE_CHECKING:
    from .._http.client import Client

# The default page size of the list.
PAGE_SIZE = 2000
# Owners of addresses that move between interfaces: the security groups of such a port do not count.
VIRTUAL = ("VIP", "LOADBALANCER")


def groups_of(api: Client, network: str, address: str) -> tuple[str, ...] | None:
    """The IDs of the security groups of the port with an IP address in a subnet; None without such a port (ListPorts).

    The ports of another project are not listed.
    """
    query = {"network_id": network, "fixed_ips": f"ip_address={address}"}
    operation = f"look up the network interface with address {address}"
    elements = vpc_pagination.paginate_by_marker(api, api.path("v1", "ports"), operation, "ports", query, PAGE_SIZE)
    # A service might ignore the filters.
    found = (_groups(each) for each in elements if _has(each, network, address))
    return next(found, None)


@parses_response
def _has(element: Mapping[str, Any], network: str, address: str) -> bool:
    owner = (convert.text(element.get("device_owner")) or "").upper()
    if any(word in owner for word in VIRTUAL):
        return False
    fixed = convert.objects(element.get("fixed_ips"))
    is_there = (convert.text(element.get("network_id")) or "").lower() == network.lower()
    return is_there and any(convert.text(each.get("ip_address")) == address for each in fixed)


@parses_response
def _groups(element: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(convert.texts(element.get("security_groups")) or ())

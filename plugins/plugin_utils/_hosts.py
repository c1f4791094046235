# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts of a connection from lines with an address and names, the format of /etc/hosts."""

from __future__ import annotations

import ipaddress
from typing import Any

from ..module_utils._core.rules import MAX_LISTED, is_ipv4, must_be

RULE = "an IPv4 address followed by one or more names"


def from_lines(value: Any) -> list[dict[str, str]]:
    """Each host once. Raises ValueError with all lines that are no hosts, TypeError for other input than text."""
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, (list, tuple)) or not all(isinstance(line, str) for line in lines):
        raise TypeError(f"the input must be text or a list of lines, got {type(value).__name__}")
    found: dict[tuple[str, str], None] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        address, *names = line.partition("#")[0].split() or [""]
        if not address or _is_loopback(address):
            continue
        if not (names and is_ipv4(address)):
            problems.append(must_be(f"line {number}", RULE, line.strip()))
        found.update(dict.fromkeys((name, address) for name in names))
    if problems:
        more = len(problems) - MAX_LISTED
        last = [f"{more} more lines are no hosts"] if more > 0 else []
        raise ValueError("; ".join([*problems[:MAX_LISTED], *last]))
    return [{"name": name, "ip": address} for name, address in found]


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of dli_security_group_rule. The functions return problems and raise nothing."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from .._api import security_groups
from .._core import rules

if TYPE_CHECKING:
    from .params import RuleParams

SOURCES = ("remote_ip_prefix", "queues", "elastic_resource_pools")
PORTS_RULE = f"a number or a range such as 8000-8010, from {security_groups.FIRST_PORT} to {security_groups.LAST_PORT}"
LONGEST_DESCRIPTION = 255
HIGHEST_PRIORITY, LOWEST_PRIORITY = 1, 100


def rule_problems(params: RuleParams) -> list[str]:
    """All broken rules of the options."""
    names = [(f"queues[{index}]", each) for index, each in enumerate(params["queues"] or ())]
    names += [
        (f"elastic_resource_pools[{index}]", each) for index, each in enumerate(params["elastic_resource_pools"] or ())
    ]
    return [
        *_group_problems(params["security_group"]),
        *_missing_problems(params),
        *_ports_problems(params["ports"] or []),
        *_source_problems(params["remote_ip_prefix"] or []),
        *rules.truncate(
            problem
            for option, name in names
            for problem in rules.matches(option, name, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
        ),
        *rules.number_problems(params, "priority"),
        *_priority_problems(params["priority"]),
        *_description_problems(params["description"]),
    ]


def _group_problems(group: str) -> list[str]:
    return [] if group.strip() else [rules.must_be("security_group", "the ID or the name of a security group", group)]


def _missing_problems(params: RuleParams) -> list[str]:
    """Options that are missing or empty. An empty list is no request for all, because templates return it."""
    given = [params[source] for source in SOURCES if params[source] is not None]  # type: ignore[literal-required]
    empty = ["ports must not be empty"] if params["ports"] == [] else []
    if given and not any(given):
        empty.append(f"{', '.join(SOURCES[:-1])} and {SOURCES[-1]} must not all be empty")
    if params["state"] == "absent" and params["description"]:
        return empty
    purpose = "create rules" if params["state"] == "present" else "remove rules if description is not set"
    missing = [f"ports is required to {purpose}"] if params["ports"] is None else []
    if not given:
        missing.append(f"{', '.join(SOURCES[:-1])} or {SOURCES[-1]} is required to {purpose}")
    return [*empty, *missing]


def _ports_problems(ports: list[str]) -> list[str]:
    return rules.truncate(
        rules.must_be(f"ports[{index}]", PORTS_RULE, each) for index, each in enumerate(ports) if not are_ports(each)
    )


def are_ports(text: str) -> bool:
    """Whether the text is one port or one range of ports."""
    if "," in text:
        return False
    try:
        [(first, last)] = security_groups.port_ranges(text) if text.strip() else [(0, 0)]
    except ValueError:
        return False
    return security_groups.FIRST_PORT <= first <= last <= security_groups.LAST_PORT


def _source_problems(prefixes: list[str]) -> list[str]:
    rule = "a CIDR block without host bits, such as 10.100.0.0/16 or fd00::/64, or one address"
    return rules.truncate(
        rules.must_be(f"remote_ip_prefix[{index}]", rule, each)
        for index, each in enumerate(prefixes)
        if not network(each)
    )


def network(text: str) -> str | None:
    """The CIDR block of an option in canonical form, or None. A single address is a block of its own."""
    if "%" in text:
        # Python also accepts an IPv6 address with a scope ID, which is valid on one host only.
        return None
    if found := rules.strict_network(text.strip()):
        return str(found)
    try:
        return str(ipaddress.ip_network(ipaddress.ip_address(text.strip())))
    except ValueError:
        return None


def _priority_problems(priority: int | None) -> list[str]:
    if priority is None or isinstance(priority, bool) or HIGHEST_PRIORITY <= priority <= LOWEST_PRIORITY:
        return []
    return [rules.must_be("priority", f"from {HIGHEST_PRIORITY} to {LOWEST_PRIORITY}", priority)]


def _description_problems(description: str | None) -> list[str]:
    if description is None or (len(description) <= LONGEST_DESCRIPTION and not set("<>") & set(description)):
        return []
    return [rules.must_be("description", f"at most {LONGEST_DESCRIPTION} characters without < and >", description)]

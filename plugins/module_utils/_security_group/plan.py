# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rules are requested, exist, or have to be removed: pure decisions.

A requested rule has one CIDR block and one port or range. That is the form that both versions of the API have, and a
port that is added to the task adds a rule and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._api import security_groups
from .._api.security_groups import port_ranges
from .._core.errors import Conflict, Difference, ImmutableOption

if TYPE_CHECKING:
    from .._api.security_groups import RuleFields, SecurityGroupRule
    from .params import RuleParams

# The priority that the vendor's manual gives to the rule of a data source.
DEFAULT_PRIORITY = 1
# Protocols are stored by name or by number.
NUMBERS = {"6": "tcp", "17": "udp"}


class Removal(NamedTuple):
    """``remove`` are exactly the described rules; ``kept`` also allow something else."""

    remove: list[SecurityGroupRule]
    kept: list[SecurityGroupRule]


def requested(params: RuleParams, group: str, cidrs: Iterable[str | None]) -> list[RuleFields]:
    """One rule for each CIDR block and each port or range."""
    ports = list(dict.fromkeys(security_groups.normalize_ports(each) for each in params["ports"] or ()))
    return [
        {
            "security_group_id": group,
            "direction": security_groups.INGRESS,
            "ethertype": security_groups.IPV6 if cidr and ":" in cidr else security_groups.IPV4,
            "protocol": params["protocol"],
            "ports": each,
            "remote_ip_prefix": cidr,
            "action": security_groups.ALLOW,
            "priority": params["priority"] or DEFAULT_PRIORITY,
            "description": params["description"] or "",
        }
        for cidr in cidrs
        for each in ports
    ]


def existing(rules: Iterable[SecurityGroupRule], wanted: RuleFields, priority: int | None) -> SecurityGroupRule | None:
    """The rule that allows ``wanted`` exactly, possibly with more ports in its list; None if there is none.

    Raises ImmutableOption if the only such rules have another than the given ``priority``, and Conflict if they are
    disabled, because the service has no call that changes a rule.
    """
    ports = _ranges(wanted)
    found = [rule for rule in rules if _is_alike(rule, wanted) and ports <= _ranges(rule)]
    active = [rule for rule in found if rule["enabled"] is not False]
    usable = [rule for rule in active if _has_priority(rule, priority)]
    if usable or not found:
        # The own rule is shown rather than one with more ports.
        return min(usable, key=lambda rule: len(_ranges(rule)), default=None)
    if active:
        raise _other_priority(active[0], priority)
    raise Conflict(
        f"Rule {found[0]['id']} of security group {wanted['security_group_id']} is disabled.",
        hint="Enable or delete the rule in the console, then run the task again.",
    )


def removal(rules: Iterable[SecurityGroupRule], params: RuleParams, cidrs: Collection[str | None] | None) -> Removal:
    """The rules that are exactly the described ones, and those that allow other ports as well.

    ``cidrs`` is None for any source, which validation allows only with a description.
    """
    found = Removal([], [])
    described = {ports for each in params["ports"] or () for ports in port_ranges(each)}
    for rule in rules:
        of_rule = _ranges(rule)
        if not (
            _allows_inbound(rule, params["protocol"])
            and (cidrs is None or _source(rule) in cidrs)
            and params["description"] in (None, rule["description"])
            and _has_priority(rule, params["priority"])
        ):
            continue
        if params["ports"] is None or of_rule <= described:
            found.remove.append(rule)
        elif of_rule & described:
            found.kept.append(rule)
    return found


def _is_alike(rule: SecurityGroupRule, wanted: RuleFields) -> bool:
    """Whether a rule differs from the requested one in ports, priority and description only."""
    return (
        _allows_inbound(rule, wanted["protocol"])
        and rule["ethertype"] == wanted["ethertype"]
        and _source(rule) == wanted["remote_ip_prefix"]
    )


def _source(rule: SecurityGroupRule) -> str:
    """The CIDR block of a rule; a rule without any source is one for all addresses."""
    return rule["remote_ip_prefix"] or ("::/0" if rule["ethertype"] == security_groups.IPV6 else "0.0.0.0/0")


def _ranges(rule: Mapping[str, Any]) -> set[tuple[int, int]]:
    """The ports of a rule; a range that no task describes for a text that is no list of ports."""
    return set(port_ranges(rule["ports"])) if security_groups.are_ports(rule["ports"]) else {(0, 0)}


def _allows_inbound(rule: SecurityGroupRule, protocol: str | None) -> bool:
    """Whether it is a rule of the kind that the module creates."""
    name = rule["protocol"] or ""
    return (
        (rule["direction"], rule["action"]) == (security_groups.INGRESS, security_groups.ALLOW)
        and NUMBERS.get(name, name) == protocol
        and not rule["remote_group_id"]
        and not rule["remote_address_group_id"]
    )


def _has_priority(rule: SecurityGroupRule, priority: int | None) -> bool:
    # Version 1 of the API does not show it.
    return priority is None or rule["priority"] in (None, priority)


def _other_priority(rule: SecurityGroupRule, priority: int | None) -> ImmutableOption:
    difference = Difference.immutable("priority", rule["priority"], priority)
    return ImmutableOption(
        f"Cannot change rule {rule['id']} of security group {rule['security_group_id']}: {difference.problem}.",
        hint="Leave out priority, or delete the rule first (state=absent without priority).",
        differences=(difference,),
    )

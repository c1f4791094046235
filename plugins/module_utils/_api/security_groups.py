# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups of the VPC service and their rules.

Version 3 of the API is not published in all regions. Version 1 is the fallback for rules: it has one range of ports in
place of a list, and neither action nor priority.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .._core import convert
from .._core.compare import normalize_cidr
from .._core.errors import Ambiguous, ApiUnavailable, Conflict, NotFound
from .._core.parsing import parses_response
from .._http import lost_answers, vpc_pagination
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from typing import TypedDict

    from .._http.client import Client

    class SecurityGroup(TypedDict):
        id: str
        name: str
        description: str
        enterprise_project_id: str

    class RuleFields(TypedDict):
        """The content of a rule. None as ``protocol``, ``ports`` or ``remote_ip_prefix`` means all."""

        security_group_id: str
        direction: str
        ethertype: str
        protocol: str | None
        ports: str | None
        remote_ip_prefix: str | None
        action: str
        priority: int | None
        description: str

    class SecurityGroupRule(RuleFields):
        """A rule in a result. ``enabled`` is None where the region does not report it, and the rule then applies.

        ``id`` is None in a prediction only.
        """

        id: str | None
        remote_group_id: str | None
        remote_address_group_id: str | None
        enabled: bool | None


T = TypeVar("T")

INGRESS = "ingress"
ALLOW, DENY = "allow", "deny"
IPV4, IPV6 = "IPv4", "IPv6"
FIRST_PORT, LAST_PORT = 1, 65535
# The default page size of the lists.
PAGE_SIZE = 2000
VPC = "vpc"
CHECK_GROUP = "Check the ID, the region and the project."


def list_groups(
    api: Client, name: str | None = None, operation: str = "list the security groups"
) -> list[SecurityGroup]:
    """The security groups of the project, or those with exactly that ``name``. Names are not unique.

    Raises ApiUnavailable in regions without version 3 of the API.
    """
    query = {} if name is None else {"name": name}
    elements = vpc_pagination.paginate_by_marker(api, _groups_path(api), operation, "security_groups", query, PAGE_SIZE)
    groups = {group["id"]: group for group in map(group_from_api, elements)}
    return [group for group in groups.values() if name in (None, group["name"])]


def group_id(api: Client, name: str, option: str) -> str:
    """The ID of the only group of that name, which ``option`` gives.

    Raises Conflict if no group has the name, Ambiguous if several have it.
    """
    ids = sorted(group["id"] for group in list_groups(api, name, f"look up security group {name}"))
    if len(ids) > 1:
        raise Ambiguous(
            f"{option} must be the name of exactly one security group, got '{name}' ({len(ids)} groups have it: "
            f"{', '.join(ids)}). Use the ID instead."
        )
    if not ids:
        raise Conflict(
            f"{option} must be the ID or the name of an existing security group, got '{name}'.",
            hint="Check the name, the region and the project.",
            reason="not_found",
        )
    return ids[0]


def show_group(api: Client, group: str) -> SecurityGroup | None:
    """The group with that ID, or None. Raises ApiUnavailable in regions without version 3 of the API."""
    operation = f"read security group {group}"
    try:
        found = api.vpc_get(_groups_path(api, group), operation).get("security_group")
    except NotFound:
        return None
    if not isinstance(found, dict):
        raise unexpected_body(operation)
    return group_from_api(found)


@parses_response
def group_from_api(element: Mapping[str, Any]) -> SecurityGroup:
    return {
        "id": convert.required_text(element["id"]),
        "name": convert.required_text(element["name"]),
        "description": convert.text(element.get("description")) or "",
        "enterprise_project_id": convert.text(element.get("enterprise_project_id")) or "0",
    }


def list_rules(api: Client, group: str | None = None) -> list[SecurityGroupRule]:
    """The rules of the group with that ID, or of all groups; none for a group that does not exist."""
    operation = "list the rules of " + ("all security groups" if group is None else f"security group {group}")
    query = {} if group is None else {"security_group_id": group}

    def read(path: str) -> list[SecurityGroupRule]:
        elements = vpc_pagination.paginate_by_marker(api, path, operation, "security_group_rules", query, PAGE_SIZE)
        # Pages shift when a rule is created meanwhile. A service might ignore the filter.
        rules = {rule["id"]: rule for rule in map(rule_from_api, elements)}
        return [rule for rule in rules.values() if group is None or _is_same_id(rule["security_group_id"], group)]

    return _by_version(lambda: read(_rules_path(api)), lambda: read(_rules_v1_path(api)))


def _is_same_id(one: str, other: str) -> bool:
    return one.lower() == other.lower()


@parses_response
def rule_from_api(element: Mapping[str, Any]) -> SecurityGroupRule:
    """A rule of version 3 or 1 as a result: networks, ports and spellings in one form."""
    prefix = convert.text(element.get("remote_ip_prefix"))
    return {
        "id": convert.required_text(element["id"]),
        "security_group_id": convert.required_text(element["security_group_id"]),
        "direction": convert.required_text(element["direction"]).lower(),
        "ethertype": IPV6 if (convert.text(element.get("ethertype")) or IPV4).lower() == IPV6.lower() else IPV4,
        "protocol": (convert.text(element.get("protocol")) or "").lower() or None,
        "ports": _ports(element),
        "remote_ip_prefix": normalize_cidr(prefix) if prefix else None,
        "remote_group_id": convert.text(element.get("remote_group_id")) or None,
        "remote_address_group_id": convert.text(element.get("remote_address_group_id")) or None,
        # Version 1 has only rules that allow.
        "action": (convert.text(element.get("action")) or ALLOW).lower(),
        "priority": convert.integer(element.get("priority")),
        "description": convert.text(element.get("description")) or "",
        "enabled": convert.boolean(element.get("enabled")),
    }


def _ports(element: Mapping[str, Any]) -> str | None:
    """The ports as text: sent as text, a single port is returned as a number.

    A text that is no list of ports is kept: a group may contain rules of any protocol, which must not prevent a task.
    """
    if "multiport" in element:
        text = convert.text(element["multiport"]) or ""
        return normalize_ports(text) if are_ports(text) else text
    first, last = convert.integer(element.get("port_range_min")), convert.integer(element.get("port_range_max"))
    if first is None:
        return None
    text = str(first) if last in (None, first) else f"{first}-{last}"
    return normalize_ports(text) if are_ports(text) else text


def are_ports(text: str | None) -> bool:
    try:
        port_ranges(text)
    except ValueError:
        return False
    return True


def normalize_ports(text: str) -> str | None:
    """Ports such as 22,80-90 in ascending order; None for all ports. Raises ValueError for another text."""
    return ports_text(port_ranges(text))


def port_ranges(text: str | None) -> list[tuple[int, int]]:
    """The ranges in a text such as 22,80-90; one range with all ports for None or an empty text.

    Raises ValueError for another text.
    """
    parts = [part.strip() for part in (text or f"{FIRST_PORT}-{LAST_PORT}").split(",")]
    if not all(re.fullmatch(r"[0-9]{1,5}(\s*-\s*[0-9]{1,5})?", part) for part in parts):
        raise ValueError("the ports are neither numbers nor ranges")
    ends = [part.partition("-") for part in parts]
    return sorted({(int(first), int(last or first)) for first, _dash, last in ends})


def ports_text(ranges: list[tuple[int, int]]) -> str | None:
    """The text of port ranges; None for all ports."""
    if ranges == [(FIRST_PORT, LAST_PORT)]:
        return None
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in sorted(ranges))


def create_rule(
    api: Client, rule: RuleFields, operation: str, confirm: Callable[[], SecurityGroupRule | None]
) -> SecurityGroupRule:
    """Create a rule, and return it as the service reports it.

    ``confirm`` looks for the rule after a lost answer. Raises AlreadyExists, NotFound for an unknown group.
    """

    def send(path: str, body: Mapping[str, Any]) -> SecurityGroupRule:
        response, found = lost_answers.post_and_confirm(
            api, path, operation, {"security_group_rule": body}, confirm=confirm, service=VPC
        )
        if found is not None:
            return found
        created = response.get("security_group_rule")
        if not isinstance(created, dict):
            raise unexpected_body(operation)
        return rule_from_api(created)

    return _by_version(
        lambda: send(_rules_path(api), _body(rule)),
        lambda: send(_rules_v1_path(api), _v1_body(rule)),
    )


def _body(rule: RuleFields) -> dict[str, Any]:
    """The body of version 3. An empty text is refused where a field that is left out means all."""
    body = {**rule, "multiport": rule["ports"]}
    del body["ports"]
    return {name: value for name, value in body.items() if value not in (None, "")}


def _v1_body(rule: RuleFields) -> dict[str, Any]:
    body = {name: value for name, value in _body(rule).items() if name not in ("multiport", "action", "priority")}
    if rule["ports"] is not None:
        # Callers give one range, because a rule of version 1 has no more.
        first, last = port_ranges(rule["ports"])[0]
        body |= {"port_range_min": first, "port_range_max": last}
    return body


def delete_rule(api: Client, rule_id: str, operation: str) -> bool:
    """Delete a rule; False if it was deleted before."""

    def send(path: str) -> bool:
        try:
            api.delete(path, operation, service=VPC)
        except NotFound:
            return False
        return True

    return _by_version(lambda: send(_rules_path(api, rule_id)), lambda: send(_rules_v1_path(api, rule_id)))


def _by_version(version_3: Callable[[], T], version_1: Callable[[], T]) -> T:
    """The result of version 3, or of version 1 in regions that do not publish version 3."""
    try:
        return version_3()
    except ApiUnavailable:
        return version_1()


def _groups_path(api: Client, *more: str) -> str:
    return api.path("v3", "vpc", "security-groups", *more)


def _rules_path(api: Client, *more: str) -> str:
    return api.path("v3", "vpc", "security-group-rules", *more)


def _rules_v1_path(api: Client, *more: str) -> str:
    return api.path("v1", "security-group-rules", *more)

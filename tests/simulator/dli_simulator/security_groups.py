# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security groups, their rules, and ports: version 3 of the API, and version 1 for regions without it."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Mapping
from typing import Any

from .errors import ApiError
from .fields import Fields, integer, object_list, text
from .models import new_id
from .routing import Call, Response, Routes
from .state import State
from .vpc_routing import iso_time, page, page_info, selects

routes = Routes()

_GROUPS = "/v3/<project_id>/vpc/security-groups"
_RULES = "/v3/<project_id>/vpc/security-group-rules"
_RULES_V1 = "/v1/<project_id>/security-group-rules"
_PROTOCOLS = ("tcp", "udp", "icmp", "icmpv6")
_REMOTES = ("remote_ip_prefix", "remote_group_id", "remote_address_group_id")
_FILTERS = (
    "id", "security_group_id", "protocol", "description", "remote_group_id", "priority", "ethertype",
    "remote_address_group_id", "direction", "action", "remote_ip_prefix", "enabled",
)  # fmt: skip
_PORTS = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*")
_BATCH = 200


def _error(status: int, code: str, message: str) -> ApiError:
    return ApiError(status, code, message, shape="gateway")


def _invalid(name: str) -> ApiError:
    return _error(400, "VPC.9902", f"Invalid input for {name}.")


# --- groups ---


@routes.add("GET", _GROUPS)
def list_groups(call: Call) -> Response:
    """The list does not contain the rules."""
    shown = [_group(each) for each in call.state.security_groups]
    found = [each for each in shown if selects(call, each, "id", "name", "description", "enterprise_project_id")]
    items = page(call, found)
    return Response({"request_id": call.request_id, "security_groups": items, "page_info": page_info(items, found)})


@routes.add("GET", _GROUPS + "/<group_id>")
def show_group(call: Call) -> Response:
    group = _find_group(call.state, call.path["group_id"])
    rules = [_as_json(call, rule) for rule in group["rules"]]
    return Response({"request_id": call.request_id, "security_group": {**_group(group), "security_group_rules": rules}})


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": group["id"], "name": group["name"], "description": "", "enterprise_project_id": "0"}


def _find_group(state: State, group_id: str) -> dict[str, Any]:
    for group in state.security_groups:
        if group["id"] == group_id:
            return group
    raise _error(404, "VPC.9904", f"security_group_id {group_id} could not be found.")


# --- rules ---


@routes.add("GET", _RULES)
def list_rules(call: Call) -> Response:
    found = [each for each in _all_rules(call) if selects(call, each, *_FILTERS)]
    items = page(call, found)
    body = {"request_id": call.request_id, "security_group_rules": items, "page_info": page_info(items, found)}
    return Response(body)


@routes.add("POST", _RULES)
def create_rule(call: Call) -> Response:
    """Assumption: a dry run also finds duplicates and an exhausted quota."""
    rule = _parse(call.state, call.body.get("security_group_rule"), "")
    group = _find_group(call.state, rule["security_group_id"])
    _check_duplicate(group, rule)
    _check_quota(call.state, 1)
    if call.body.get("dry_run") is True:
        message = "Request validation has been passed with dry run..."
        raise ApiError(202, "SYS.0202", message, shape="gateway")
    _add(call, group, rule)
    return Response({"request_id": call.request_id, "security_group_rule": _as_json(call, rule)}, 201)


@routes.add("POST", _GROUPS + "/<group_id>/security-group-rules/batch-create")
def create_rules(call: Call) -> Response:
    """With `ignore_duplicate`, duplicates are skipped. The default priority is 1 here, but 100 for a single rule."""
    group = _find_group(call.state, call.path["group_id"])
    bodies = object_list(call.body, "security_group_rules", mandatory=True, maximum=_BATCH)
    rules: list[dict[str, Any]] = []
    for body in bodies:
        rule = _parse(call.state, {"priority": 1, **body, "security_group_id": group["id"]}, "")
        if call.body.get("ignore_duplicate") is True and _duplicate({"rules": [*group["rules"], *rules]}, rule):
            continue
        _check_duplicate({"rules": [*group["rules"], *rules]}, rule)
        rules.append(rule)
    _check_quota(call.state, len(rules))
    for rule in rules:
        _add(call, group, rule)
    shown = [_as_json(call, rule) for rule in rules]
    return Response({"request_id": call.request_id, "security_group_rules": shown}, 201)


@routes.add("GET", _RULES + "/<rule_id>")
def show_rule(call: Call) -> Response:
    rule = _find_rule(call)[1]
    return Response({"request_id": call.request_id, "security_group_rule": _as_json(call, rule)})


@routes.add("DELETE", _RULES + "/<rule_id>")
@routes.add("DELETE", _RULES_V1 + "/<rule_id>")
def delete_rule(call: Call) -> Response:
    group, rule = _find_rule(call)
    group["rules"].remove(rule)
    return Response(None, 204)


# --- version 1: a range of ports in place of multiport, neither action nor priority ---


@routes.add("GET", _RULES_V1)
def list_rules_v1(call: Call) -> Response:
    found = [each for each in _all_rules(call) if selects(call, each, "security_group_id", "remote_ip_prefix")]
    return Response({"security_group_rules": [_as_v1(each) for each in page(call, found)]})


@routes.add("POST", _RULES_V1)
def create_rule_v1(call: Call) -> Response:
    body = dict(call.body.get("security_group_rule") or {})
    first, last = body.pop("port_range_min", None), body.pop("port_range_max", None)
    if first is not None:
        body["multiport"] = str(first) if last in (None, first) else f"{first}-{last}"
    rule = _parse(call.state, body, "")
    group = _find_group(call.state, rule["security_group_id"])
    _check_duplicate(group, rule)
    _check_quota(call.state, 1)
    _add(call, group, rule)
    return Response({"security_group_rule": _as_v1(_as_json(call, rule))}, 201)


@routes.add("GET", _RULES_V1 + "/<rule_id>")
def show_rule_v1(call: Call) -> Response:
    return Response({"security_group_rule": _as_v1(_as_json(call, _find_rule(call)[1]))})


def _as_v1(shown: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "security_group_id", "direction", "protocol", "ethertype", "remote_group_id", "remote_ip_prefix")
    first, _dash, last = str(shown["multiport"] or "").partition("-")
    ports = {
        "port_range_min": int(first) if first.isdecimal() else None,
        "port_range_max": int(last or first) if (last or first).isdecimal() else None,
    }
    return {**{name: shown[name] for name in kept}, **ports, "description": shown["description"]}


# --- ports ---


@routes.add("GET", "/v1/<project_id>/ports")
def list_ports(call: Call) -> Response:
    """One port for each address that a group protects and that is in a subnet."""
    found = [port for port in _ports(call.state) if _is_wanted(call, port)]
    return Response({"ports": page(call, found)})


def _ports(state: State) -> list[dict[str, Any]]:
    groups: dict[str, list[str]] = {}
    for group in state.security_groups:
        for host in sorted({source.rpartition(":")[0] for source in group["sources"]}):
            groups.setdefault(host, []).append(group["id"])
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"port of {host}")),
            "name": "",
            "network_id": network.subnet_id,
            "fixed_ips": [{"subnet_id": network.neutron_subnet_id, "ip_address": host}],
            "security_groups": ids,
            "status": "ACTIVE",
        }
        for host, ids in groups.items()
        for network in state.networks
        if _is_in(host, network.subnet_cidr)
    ]


def _is_in(host: str, cidr: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(cidr)
    except ValueError:
        return False


def _is_wanted(call: Call, port: Mapping[str, Any]) -> bool:
    """The filter `fixed_ips` has a name and a value, such as `ip_address=192.168.0.10`."""
    filters = [each.partition("=") for each in call.query_values("fixed_ips")]
    fixed = port["fixed_ips"][0]
    return selects(call, port, "network_id") and all(fixed.get(name) == value for name, _sign, value in filters)


# --- helpers ---


def _all_rules(call: Call) -> list[dict[str, Any]]:
    return [_as_json(call, rule) for group in call.state.security_groups for rule in group["rules"]]


def _find_rule(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    for group in call.state.security_groups:
        for rule in group["rules"]:
            if rule["id"] == call.path["rule_id"]:
                return group, rule
    raise _error(404, "VPC.9904", f"Security_group_rule {call.path['rule_id']} could not be found.")


def _parse(state: State, body: Any, rule_id: str) -> dict[str, Any]:
    """A rule as it is stored. The id of a new rule is set when it is added."""
    if not isinstance(body, dict):
        raise _invalid("security_group_rule")
    try:
        return _checked(state, body, rule_id)
    except ApiError as error:
        raise error if error.shape == "gateway" else _error(400, "VPC.9902", error.message) from None


def _checked(state: State, body: Fields, rule_id: str) -> dict[str, Any]:
    given = [name for name in _REMOTES if body.get(name)]
    direction, ethertype = text(body, "direction"), text(body, "ethertype", "IPv4")
    protocol, ports = text(body, "protocol", ""), text(body, "multiport", "")
    action, description = text(body, "action", "allow"), text(body, "description", "", max_length=255)
    if direction not in ("ingress", "egress"):
        raise _invalid("direction")
    if ethertype.lower() not in ("ipv4", "ipv6"):
        raise _invalid("ethertype")
    known = protocol.lower() in _PROTOCOLS or (protocol.isdecimal() and int(protocol) <= 255)
    if "protocol" in body and body["protocol"] is not None and not known:
        raise _invalid("protocol")
    if ports and not _are_ports(ports):
        raise _invalid("multiport")
    if action not in ("allow", "deny") or "<" in description or ">" in description or len(given) > 1:
        raise _invalid("security_group_rule")
    return {
        "id": rule_id,
        "security_group_id": text(body, "security_group_id"),
        "direction": direction,
        "ethertype": "IPv6" if ethertype.lower() == "ipv6" else "IPv4",
        "protocol": protocol.lower() or None,
        "multiport": ports or None,
        "action": action,
        "priority": integer(body, "priority", 100, minimum=1, maximum=100),
        "remote_ip_prefix": _prefix(text(body, "remote_ip_prefix", "")),
        "remote_group_id": body.get("remote_group_id"),
        "remote_address_group_id": body.get("remote_address_group_id"),
        "description": description,
        "created_at": iso_time(state.millis),
    }


def _are_ports(ports: str) -> bool:
    return bool(_PORTS.fullmatch(ports)) and all(1 <= int(port) <= 65535 for port in re.split("[-,]", ports))


def _prefix(prefix: str) -> str | None:
    """A single address is stored as a /32."""
    try:
        return str(ipaddress.ip_network(prefix)) if prefix else None
    except ValueError:
        raise _invalid("remote_ip_prefix") from None


def _duplicate(group: Mapping[str, Any], rule: Mapping[str, Any]) -> dict[str, Any] | None:
    """Assumption: rules are equal if everything but description and priority is equal."""
    ignored = ("id", "description", "priority", "created_at")
    key = {name: value for name, value in rule.items() if name not in ignored}
    return next((each for each in group["rules"] if {name: each[name] for name in key} == key), None)


def _check_duplicate(group: Mapping[str, Any], rule: Mapping[str, Any]) -> None:
    existing = _duplicate(group, rule)
    if existing:
        raise _error(409, "VPC.9902", f"Security group rule already exists. Rule id is {existing['id']}.")


def _check_quota(state: State, more: int) -> None:
    quota = state.knobs.security_group_rule_quota
    if quota is not None and sum(len(group["rules"]) for group in state.security_groups) + more > quota:
        raise _error(409, "VPC.9905", "Quota exceeded for resources: ['security_group_rule'].")


def _add(call: Call, group: dict[str, Any], rule: dict[str, Any]) -> None:
    rule["id"] = new_id()
    group["rules"].append(rule)


def _as_json(call: Call, rule: Mapping[str, Any]) -> dict[str, Any]:
    """`multiport` is a string in requests, but a single port is a number in responses."""
    ports = rule["multiport"]
    shown = int(ports) if ports and ports.isdecimal() else ports
    return {**rule, "multiport": shown, "project_id": call.project.id, "updated_at": rule["created_at"]}


def seed_group(state: State, settings: dict[str, Any]) -> dict[str, Any]:
    """A group with rules. `sources` are the addresses that it protects, as `host:port`."""
    group = {"id": new_id(), "name": "default", "sources": [], **settings, "rules": []}
    for body in settings.get("rules", []):
        body = dict(body)
        rule = _parse(
            state, {"direction": "ingress", **body, "security_group_id": group["id"]}, body.pop("id", new_id())
        )
        group["rules"].append(rule)
    return group


def admits(state: State, address: str, cidr: str) -> bool:
    """Whether the group of an address admits traffic from a CIDR block. Addresses without a group are open."""
    groups = [group for group in state.security_groups if address in group["sources"]]
    port = address.rpartition(":")[2]
    return not groups or any(_allows(rule, port, cidr) for group in groups for rule in group["rules"])


def _allows(rule: Mapping[str, Any], port: str, cidr: str) -> bool:
    if (rule["direction"], rule["action"]) != ("ingress", "allow") or rule["protocol"] not in (None, "tcp"):
        return False
    remote = ipaddress.ip_network(rule["remote_ip_prefix"] or "0.0.0.0/0")
    block = ipaddress.ip_network(cidr)
    if remote.version != block.version or not block.subnet_of(remote):  # type: ignore[arg-type]
        return False
    ranges = [part.partition("-") for part in (rule["multiport"] or "1-65535").split(",")]
    return any(int(first) <= int(port) <= int(last or first) for first, _dash, last in ranges)

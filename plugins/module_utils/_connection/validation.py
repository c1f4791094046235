# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the options of one enhanced datasource connection; like the other checks they only return problems."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from .._api import queues
from .._core import rules
from .._core.compare import normalize_name
from . import hosts as hosts_of

HOST_NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,127}"
ROUTE_NAME = r"[A-Za-z0-9_-]{1,64}"
# The service uses these ranges itself. A larger one around them is no route to them.
SERVICE_RANGES = tuple(ipaddress.IPv4Network(text) for text in ("100.125.0.0/16", "100.64.0.0/16"))


def connection_problems(params: Mapping[str, Any]) -> list[str]:
    """Every broken rule among the options of one enhanced datasource connection."""
    ids = ("dest_vpc_id", "dest_network_id", "routetable_id")
    return [
        *rules.matches("name", params["name"], rules.CONNECTION_NAME, rules.CONNECTION_NAME_RULE),
        *(p for option in ids for p in rules.matches(option, params[option], rules.UUID, "a UUID")),
        *_bound_problems(params),
        *_host_problems(params["hosts"]),
        *_route_problems(params["routes"]),
        *_project_problems(params["allowed_projects"]),
        *_network_name_problems(params),
        *rules.tag_problems(params["tags"]),
        *rules.wait_problems(params),
    ]


def _bound_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for option in ("queues", "elastic_resource_pools"):
        found += rules.truncate(
            p
            for name in params[option] or ()
            for p in rules.matches(option, name, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
        )
    if any(normalize_name(name) == queues.DEFAULT_QUEUE for name in params["queues"] or ()):
        found.append(f"queues: the preset queue {queues.DEFAULT_QUEUE} is shared and cannot be bound to a connection")
    return found


def _network_name_problems(params: Mapping[str, Any]) -> list[str]:
    found = []
    for name, instead in (("dest_vpc_name", "dest_vpc_id"), ("dest_subnet_name", "dest_network_id")):
        if params[name] is None:
            continue
        if params[instead] is not None:
            found.append(f"{name}: goes without {instead}: give the one or the other")
        if not 0 < len(params[name].strip()) <= 64:
            found.append(f"{name}: must be 1 to 64 characters, not {rules.repr_value(params[name])}")
    return found


def _host_problems(hosts: Sequence[Mapping[str, Any]] | None) -> list[str]:
    if hosts is None:
        return []
    found = []
    if len(hosts) > hosts_of.MOST:
        found.append(f"hosts: at most {hosts_of.MOST}, not {len(hosts)}")
    rule = "1 to 128 letters, digits and _ - . beginning with a letter"
    found += rules.truncate(p for host in hosts for p in rules.matches("hosts.name", host["name"], HOST_NAME, rule))
    found += rules.truncate(
        f"hosts.ip: must be an IPv4 address, not {rules.repr_value(host['ip'])} (host {rules.repr_value(host['name'])})"
        for host in hosts
        if not _is_ipv4(host["ip"])
    )
    # Which of several addresses a job would get is documented nowhere.
    addresses: dict[str, set[str]] = {}
    for host in hosts:
        addresses.setdefault(host["name"], set()).add(host["ip"])
    found += rules.truncate(
        f"hosts.name: must have one address, and {rules.repr_value(name)} has {', '.join(sorted(its))}"
        for name, its in sorted(addresses.items())
        if len(its) > 1
    )
    return found


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _route_problems(routes: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Every broken rule among the routes of one connection."""
    if routes is None:
        return []
    names = [route["name"] for route in routes]
    found = [
        p
        for name in names
        for p in rules.matches("routes.name", name, ROUTE_NAME, "1 to 64 letters, digits, underscores and hyphens")
    ]
    found += [problem for route in routes for problem in _route_cidr_problems(route["cidr"])]
    if found:
        return rules.truncate(found)
    vpc = [str(ipaddress.ip_network(route["cidr"].strip(), strict=False)) for route in routes]
    return rules.duplicates("routes.name", names) + rules.duplicates("routes.cidr", vpc)


def _route_cidr_problems(cidr: str) -> list[str]:
    try:
        network = ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return [f"routes.cidr: must be a range of addresses such as 10.1.0.0/24, not {rules.repr_value(cidr)}"]
    if isinstance(network, ipaddress.IPv4Network) and any(network.subnet_of(taken) for taken in SERVICE_RANGES):
        ranges = " or ".join(str(taken) for taken in SERVICE_RANGES)
        return [
            f"routes.cidr: must not lie in {ranges}, which the service uses itself, as {rules.repr_value(cidr)} does"
        ]
    return []


def _project_problems(projects: Sequence[str] | None) -> list[str]:
    """Every broken rule among the projects that may use a connection."""
    rule = "ids of projects, 1 to 64 letters and digits"
    return rules.truncate(
        p for each in projects or () for p in rules.matches("allowed_projects", each, rules.PROJECT_ID, rule)
    )

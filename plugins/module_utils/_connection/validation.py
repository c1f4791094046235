# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of the options of dli_enhanced_connection. The checks return problems and raise nothing."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .._api import queues
from .._core import rules
from .._core.compare import normalize_cidr, normalize_name
from .hosts import MAX_HOSTS

if TYPE_CHECKING:
    from .._api.connections import Host
    from .params import EnhancedConnectionParams, RouteParams

HOST_NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,127}"
HOST_NAME_RULE = "1 to 128 letters, digits, underscores, hyphens and dots, starting with a letter"
ROUTE_NAME = r"[A-Za-z0-9_-]{1,64}"
ROUTE_NAME_RULE = "1 to 64 letters, digits, underscores and hyphens"
# As IAM creates them.
PROJECT = r"[0-9a-fA-F]{32}"
PROJECT_RULE = "a project ID of 32 hexadecimal digits"
# The service uses these CIDR blocks itself. A larger block that contains one of them is no route to it.
RESERVED_CIDRS = tuple(ipaddress.IPv4Network(text) for text in ("100.125.0.0/16", "100.64.0.0/16"))


def connection_problems(params: EnhancedConnectionParams) -> list[str]:
    """Return every broken rule among the options."""
    return [
        *rules.matches("name", params["name"], rules.CONNECTION_NAME, rules.CONNECTION_NAME_RULE),
        *rules.matches("id", params["id"], rules.UUID, "a UUID"),
        *rules.matches("dest_vpc_id", params["dest_vpc_id"], rules.UUID, "a UUID"),
        *rules.matches("dest_network_id", params["dest_network_id"], rules.UUID, "a UUID"),
        *rules.matches("routetable_id", params["routetable_id"], rules.UUID, "a UUID"),
        *_bound_problems("queues", params["queues"]),
        *_bound_problems("elastic_resource_pools", params["elastic_resource_pools"]),
        *_default_queue_problems(params["queues"]),
        *_host_problems(params["hosts"]),
        *_route_problems(params["routes"]),
        *_project_problems(params["allowed_projects"]),
        *_network_name_problems("dest_vpc_name", params["dest_vpc_name"], "dest_vpc_id", params["dest_vpc_id"]),
        *_network_name_problems(
            "dest_subnet_name", params["dest_subnet_name"], "dest_network_id", params["dest_network_id"]
        ),
        *rules.tag_problems(params["tags"]),
        *rules.wait_problems(params),
    ]


def _bound_problems(option: str, names: Sequence[str] | None) -> list[str]:
    return rules.truncate(
        problem
        for index, name in enumerate(names or ())
        for problem in rules.matches(f"{option}[{index}]", name, rules.QUEUE_NAME, rules.QUEUE_NAME_RULE)
    )


def _default_queue_problems(names: Sequence[str] | None) -> list[str]:
    if all(normalize_name(name) != queues.DEFAULT_QUEUE for name in names or ()):
        return []
    return [f"queues must not contain the built-in queue {queues.DEFAULT_QUEUE}, which is shared and cannot be bound"]


def _network_name_problems(name_option: str, name: str | None, id_option: str, network_id: str | None) -> list[str]:
    if name is None:
        return []
    found = []
    if network_id is not None:
        found.append(f"{id_option} and {name_option} are mutually exclusive")
    if not 0 < len(name.strip()) <= 64:
        found.append(rules.must_be(name_option, "1 to 64 characters", name))
    return found


def _host_problems(hosts: Sequence[Host] | None) -> list[str]:
    if hosts is None:
        return []
    found = []
    if len(hosts) > MAX_HOSTS:
        found.append(f"hosts must have at most {MAX_HOSTS} entries, got {len(hosts)}")
    found += rules.truncate(
        problem
        for index, host in enumerate(hosts)
        for problem in rules.matches(f"hosts[{index}].name", host["name"], HOST_NAME, HOST_NAME_RULE)
    )
    found += rules.truncate(
        f"{rules.must_be(f'hosts[{index}].ip', 'an IPv4 address', host['ip'])} (host {rules.repr_value(host['name'])})"
        for index, host in enumerate(hosts)
        if not rules.is_ipv4(host["ip"])
    )
    # The API reference does not say which of several addresses a job would get.
    addresses: dict[str, set[str]] = {}
    for host in hosts:
        addresses.setdefault(host["name"], set()).add(host["ip"])
    found += rules.truncate(
        f"hosts.name contains {rules.repr_value(name)} with several addresses: {', '.join(sorted(its))}"
        for name, its in sorted(addresses.items())
        if len(its) > 1
    )
    return found


def _route_problems(routes: Sequence[RouteParams] | None) -> list[str]:
    found = []
    for index, route in enumerate(routes or ()):
        found += rules.matches(f"routes[{index}].name", route["name"], ROUTE_NAME, ROUTE_NAME_RULE)
        found += _route_cidr_problems(f"routes[{index}].cidr", route["cidr"])
    return rules.truncate(found or _repeated_routes(routes or ()))


def _route_cidr_problems(option: str, cidr: str) -> list[str]:
    network = rules.strict_network(cidr)
    if network is None:
        return [rules.must_be(option, "a CIDR block without host bits, such as 10.1.0.0/24", cidr)]
    if isinstance(network, ipaddress.IPv4Network) and any(network.subnet_of(reserved) for reserved in RESERVED_CIDRS):
        blocks = " and ".join(str(reserved) for reserved in RESERVED_CIDRS)
        return [rules.must_be(option, f"outside of {blocks}, which the service uses itself", cidr)]
    return []


def _repeated_routes(routes: Sequence[RouteParams]) -> Iterator[str]:
    """Names and CIDR blocks of valid routes that occur twice. An IPv6 block can be written in several ways."""
    first: dict[tuple[str, str], int] = {}
    for index, route in enumerate(routes):
        for key, written, value in (
            ("name", route["name"], route["name"]),
            ("cidr", route["cidr"], normalize_cidr(route["cidr"])),
        ):
            before = first.setdefault((key, value), index)
            if before != index:
                yield f"{rules.must_be(f'routes[{index}].{key}', 'unique', written)}, as in routes[{before}]"


def _project_problems(projects: Sequence[str] | None) -> list[str]:
    return rules.truncate(
        problem
        for index, project in enumerate(projects or ())
        for problem in rules.matches(f"allowed_projects[{index}]", project, PROJECT, PROJECT_RULE)
    )
